"""What is not public is in no answer. Each hidden row carries the word whisper wherever it can carry text."""

import pytest

from stacks.curating import curating
from stacks.models import CompanyAlias, CompanyFact, State, TechnologyAlias
from tests.api.catalogue import RESOURCES
from tests.factories import (
    make_category,
    make_company,
    make_coverage,
    make_evidence,
    make_migration,
    make_relation,
    make_source,
    make_technology,
    make_usage,
)

WORD = "whisper"
ADDRESSES = [
    *(f"{resource}/?page_size=500" for resource in RESOURCES),
    "companies/acme/",
    "technologies/kafka/",
    "usages/?q=hush",
    "companies/?q=hush",
    "technologies/?q=hush",
    "sources/?about=acme",
    "search/?q=hush",
    "compare/companies/?company=acme&company=bolt",
    "compare/companies/?company=acme&company=bolt&as_of=2024",
    "compare/technologies/?technology=kafka&technology=rabbitmq",
    "changes/?page_size=500",
]


@pytest.fixture
def hide():
    """Rows of which each is hidden in one way: by its own state, or by that of what it names."""

    def make(state):
        category = make_category("Brokers")
        kafka, rabbit = make_technology("Kafka", category), make_technology("RabbitMQ", category)
        acme, bolt = make_company("Acme"), make_company("Bolt")
        make_usage(acme, kafka)
        make_usage(bolt, rabbit)

        hidden_company = make_company("Hush Whisper", state=state, story=WORD)
        CompanyAlias.objects.create(company=hidden_company, name="Whisper Inc")
        CompanyFact.objects.create(company=hidden_company, label=WORD, value=WORD, source=_source())
        make_evidence(company=hidden_company, source=_source())
        make_coverage(hidden_company, category, outcome="not_used", source=_source())
        hidden_technology = make_technology("Hush Whisper Queue", category, state=state, summary=WORD)
        TechnologyAlias.objects.create(technology=hidden_technology, name="Whisper Q")
        make_relation(kafka, "managed_form_of", hidden_technology)
        make_relation(hidden_technology, "fork_of", rabbit)

        make_usage(acme, rabbit, state=state, purpose=WORD, remarks=WORD, source=_source())
        make_usage(hidden_company, kafka, purpose=WORD, source=_source())
        make_usage(acme, hidden_technology, purpose=WORD, source=_source())
        make_usage(bolt, kafka, via=hidden_technology)
        make_migration(acme, kafka, rabbit, state=state, reason=WORD, source=_source())
        make_migration(hidden_company, kafka, rabbit, reason=WORD, source=_source())
        make_migration(acme, hidden_technology, rabbit, reason=WORD, source=_source())
        make_migration(acme, kafka, hidden_technology, reason=WORD, source=_source())
        _source()  # cited by nothing
        return hidden_company, hidden_technology

    return make


def _source():
    return make_source(title=WORD, publisher=WORD)


@pytest.mark.parametrize("state", [State.DRAFT, State.PROPOSED, State.RETRACTED])
def test_nothing_hidden_is_in_any_answer(client, hide, state):
    hide(state)

    for address in ADDRESSES:
        answer = client.get(f"/api/v1/{address}")
        assert answer.status_code == 200, address
        assert WORD not in answer.content.decode().lower(), address
        assert "hush" not in answer.content.decode().lower().replace("q=hush", "").replace('"query":"hush"', ""), (
            address
        )


def test_the_same_rows_are_there_once_they_are_public(client, hide):
    hide(State.PUBLISHED)

    silent = [a for a in ADDRESSES if WORD not in client.get(f"/api/v1/{a}").content.decode().lower()]

    # nothing hidden hangs on a category, or on Acme as such
    assert silent == ["categories/?page_size=500", "companies/acme/"]


@pytest.mark.parametrize("state", [State.DRAFT, State.PROPOSED, State.RETRACTED])
def test_the_address_of_something_hidden_is_one_of_nothing(client, hide, state):
    company, technology = hide(state)
    addresses = [f"companies/{company.slug}/", f"technologies/{technology.slug}/"]
    addresses += [f"usages/{usage.uid}/" for usage in (*company.usages.all(), *technology.usages.all())]
    addresses += [f"migrations/{m.uid}/" for m in (*company.migrations.all(), *technology.migrations_to.all())]
    addresses += [f"coverage/{c.uid}/" for c in company.coverage.all()]
    addresses += [f"sources/{e.source.uid}/" for e in company.evidence.all()]

    for address in addresses:
        answer = client.get(f"/api/v1/{address}")
        assert answer.status_code == 404, address
    for query in (f"company={company.slug}&company=acme", f"company={company.slug}&company=bolt"):
        assert client.get(f"/api/v1/compare/companies/?{query}").status_code == 400


def test_a_hidden_via_and_a_hidden_relative_are_left_out(get, hide):
    hide(State.DRAFT)

    [usage] = get("usages/?company=bolt&technology=kafka")["results"]
    assert usage["via"] is None
    assert get("technologies/kafka/")["relations"] == []


def test_a_retracted_usage_leaves_nothing_but_its_uid_in_the_feed(get):
    usage = make_usage(make_company("Acme"), make_technology("Kafka"))
    make_evidence(usage=usage)
    with curating():
        usage.state = State.RETRACTED
        usage.save()

    lines = [line for line in get("changes/?page_size=500")["results"] if line["kind"] == "usage"]

    assert [line["verb"] for line in lines] == ["added", "changed", "removed"]
    assert [(line["object"], line["url"], line["payload"]) for line in lines] == [(usage.uid, None, {})] * 3


def test_an_old_slug_of_something_hidden_leads_nowhere(client):
    company = make_company("Acme")
    with curating():
        company.slug = "acme-inc"
        company.save()
    company.state = State.RETRACTED
    company.save()

    assert client.get("/api/v1/companies/acme/").status_code == 404
