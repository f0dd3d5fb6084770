"""What the exports of a company and of a technology write is read back to the same usages."""

import json

import pytest
from django.core.management import call_command

from stacks.curating import curating
from stacks.models import CompanyIdentifier, Homonym, TechnologyAlias, Usage
from tests.factories import (
    make_area,
    make_category,
    make_company,
    make_relation,
    make_source,
    make_technology,
    make_usage,
)

pytestmark = pytest.mark.django_db

EXPORTED = {
    "csv": ("acme.csv", "csv"),
    "techstack": ("acme-techstack.yml", "techstack"),
    "radar": ("acme-radar.csv", "radar"),
}
OF_A_USAGE = ("technology__slug", "category__slug", "via__slug", "stage", "hosting", "scope", "purpose")


@pytest.fixture(autouse=True)
def acme():
    """A stack with what is hard to tell: a name that is a formula, one that several share, two uses of one thing."""
    with curating():
        area = make_area("Data")
        brokers, caches = make_category("Message brokers", area), make_category("Caches", area)
        kafka, msk = make_technology("Apache Kafka", brokers), make_technology("Amazon MSK", brokers, kind="service")
        make_relation(msk, "managed_form_of", kafka)
        redis = make_technology("Redis", caches, website="https://redis.io/")
        TechnologyAlias.objects.create(technology=kafka, name="Kafka")
        beam, other = make_technology("Beam", brokers), make_technology("Beam for Java", brokers, slug="beam-for-java")
        Homonym.objects.create(technology=beam, name="Beam", near="Elixir", position=1)
        Homonym.objects.create(technology=other, name="Beam", near="Java", position=2)
        company = make_company("Acme", website="https://acme.example/")
        CompanyIdentifier.objects.create(company=company, scheme="domain", value="acme.example")
        source = make_source(url="https://acme.example/stack", company=company, published_on="2021-06")
        for technology, category, told in (
            (kafka, brokers, {"via": msk, "hosting": "managed", "purpose": "=Events | between <services> & more"}),
            (kafka, caches, {"scope": "Growth team", "stage": "trial", "purpose": "Hot state"}),
            (kafka, caches, {"scope": "Payments", "purpose": "Cold, too"}),
            (redis, caches, {"stage": "retiring", "hosting": "self_hosted", "purpose": "Sessions"}),
            (redis, brokers, {"purpose": ""}),
            (beam, brokers, {"purpose": "Jobs: all of them"}),
        ):
            make_usage(company, technology, category, source, **told)
        make_usage(company, make_technology("Old", brokers), source=source, stage="retired")
        make_usage(make_company("Bolt & Sons | Co"), kafka, source=source, purpose="Logs")
        make_usage(make_company("No Site (Labs)"), kafka, caches, source=source, stage="planned")
    return company


def save(client, tmp_path, address, name, form):
    answer = client.get(address, {"format": form})
    assert answer.status_code == 200
    file = tmp_path / name
    file.write_bytes(answer.content)
    return file


def read(capsys, file, *options):
    call_command("import_stack", str(file), "--json", *options)
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("form", EXPORTED)
def test_the_export_of_a_company_finds_its_own_usages_and_nothing_to_change(client, capsys, tmp_path, acme, form):
    name, format_ = EXPORTED[form]
    file = save(client, tmp_path, "/companies/acme/", name, form)

    told = read(capsys, file, "--company", "acme")

    current = {usage.uid for usage in Usage.objects.filter(company=acme).current()}
    usages = [line for line in told["lines"] if line["kind"] == "usage"]
    assert told["format"] == format_
    assert told["problems"] == []
    assert {line["action"] for line in usages} == {"same"}
    assert all(line["ticked"] and not line["problem"] for line in usages)
    assert current <= {line["usage"] for line in usages}


@pytest.mark.parametrize("form", EXPORTED)
def test_the_export_of_a_company_makes_the_same_usages_for_another(client, capsys, tmp_path, acme, form):
    name, _ = EXPORTED[form]
    file = save(client, tmp_path, "/companies/acme/", name, form)

    read(capsys, file, "--company", "Twin", "--source", "https://twin.example/", "--apply")

    made = Usage.objects.filter(company__slug="twin").exclude(stage="retired")
    assert sorted(made.values_list(*OF_A_USAGE), key=str) == sorted(
        Usage.objects.filter(company=acme).current().values_list(*OF_A_USAGE), key=str
    )


@pytest.mark.parametrize("options", [(), ("--technology", "apache-kafka")])
def test_the_adopters_of_a_technology_find_their_usages_and_nothing_to_change(client, capsys, tmp_path, options):
    file = save(client, tmp_path, "/technologies/apache-kafka/", "apache-kafka-ADOPTERS.md", "adopters")

    told = read(capsys, file, *options)

    assert (told["format"], told["technology"], told["problems"]) == ("adopters", "apache-kafka", [])
    assert {line["action"] for line in told["lines"]} == {"same"}
    assert {line["usage"] for line in told["lines"]} == set(
        Usage.objects.filter(technology__slug="apache-kafka").values_list("uid", flat=True)
    )


def test_adopters_of_what_shares_its_name_are_known_by_the_address(client, capsys, tmp_path):
    file = save(client, tmp_path, "/technologies/beam/", "ADOPTERS.md", "adopters")

    assert read(capsys, file)["technology"] == "beam"


def test_the_adopters_of_a_technology_tell_the_same_usages_of_another(client, capsys, tmp_path):
    file = save(client, tmp_path, "/technologies/apache-kafka/", "ADOPTERS.md", "adopters")
    before = Usage.objects.filter(technology__slug="apache-kafka")
    told = [name for name in OF_A_USAGE if name not in ("technology__slug", "hosting")]
    expected = sorted(before.values_list("company__slug", *told), key=str)
    before.delete()

    read(capsys, file, "--source", "https://kafka.example/ADOPTERS.md", "--apply")

    assert sorted(before.all().values_list("company__slug", *told), key=str) == expected
