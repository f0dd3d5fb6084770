"""What is not public is on no page, in no list to choose from, in no suggestion and in no count.

Each hidden row carries the word Whisper wherever it can carry text. The second test makes the same row public and looks
for the word again, so that a page which lost its content does not pass for a page that keeps a secret.
"""

import pytest

from stacks.curating import curating
from stacks.models import CompanyFact, Redirect, State, TechnologyAlias
from tests.factories import (
    make_area,
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
PAGES = [
    "/",
    "/companies/",
    "/companies/?q=hush",
    "/companies/?letter=h",
    "/companies/?uses=kafka",
    "/companies/?uses_all=kafka&category=brokers",
    "/companies/acme/",
    "/companies/acme/?as_of=2024",
    "/companies/acme/changes/",
    "/companies/acme/changes/?from=2001&to=2030",
    "/technologies/",
    "/technologies/?q=hush",
    "/technologies/?letter=h",
    "/technologies/?category=backend&used=true",
    "/technologies/kafka/",
    "/technologies/rabbitmq/",
    "/categories/",
    "/categories/backend/",
    "/categories/brokers/",
    "/compare/companies/",
    "/compare/companies/?company=hush&company=acme",
    "/compare/companies/acme/bolt/",
    "/compare/companies/acme/bolt/?as_of=2024",
    "/compare/companies/acme/bolt/?only=differences",
    "/compare/technologies/",
    "/compare/technologies/?technology=hush&technology=kafka",
    "/compare/technologies/kafka/rabbitmq/",
    "/migrations/",
    "/migrations/?company=acme",
    "/migrations/?q=hush",
    "/search/?q=hush",
    "/search/?q=kafka",
    "/changes/",
    "/changes/atom/",
    "/companies/acme/atom/",
    "/technologies/kafka/atom/",
    "/technologies/rabbitmq/atom/",
    "/categories/backend/atom/",
    "/categories/brokers/atom/",
    "/sitemap-companies.xml",
    "/sitemap-technologies.xml",
    # the same in other forms
    "/companies/acme/?format=json",
    "/companies/acme/?format=csv",
    "/companies/acme/?format=md",
    "/technologies/rabbitmq/?format=json",
    "/categories/brokers/?format=json",
    "/categories/brokers/?format=csv",
    "/compare/companies/acme/bolt/?format=json",
    "/compare/companies/acme/bolt/?format=csv",
    "/compare/companies/acme/bolt/?format=md",
    "/compare/technologies/kafka/rabbitmq/?format=json",
    "/compare/technologies/kafka/rabbitmq/?format=csv",
    "/migrations/?format=json",
    "/migrations/?format=csv",
    "/changes/atom/",
    "/companies/acme/atom/",
    "/technologies/rabbitmq/atom/",
    "/categories/brokers/atom/",
    "/sitemap-companies.xml",
    "/sitemap-technologies.xml",
    # unknown slugs, whose suggestions look through names
    "/companies/hush/",
    "/technologies/hush/",
    "/compare/companies/acme/hush/",
    "/compare/technologies/kafka/hush/",
]


@pytest.fixture
def shown():
    """A public catalogue: two companies, two technologies of one category, one of which nobody uses."""
    with curating():
        brokers = make_category("Brokers", parent=make_area("Backend"))
        kafka, rabbitmq = make_technology("Kafka", brokers), make_technology("RabbitMQ", brokers)
        acme, bolt = make_company("Acme"), make_company("Bolt")
        for company in (acme, bolt):
            make_usage(company, kafka, started="2019")
    return {"acme": acme, "bolt": bolt, "kafka": kafka, "rabbitmq": rabbitmq, "brokers": brokers}


def whisper_source():
    return make_source(url="https://whisper.example/", title="Whisper", publisher="Whisper")


def whisper_technology(shown, **fields):
    technology = make_technology("Hush Whisper", shown["brokers"], summary="Whisper", **fields)
    TechnologyAlias.objects.create(technology=technology, name="Whisperer")
    return technology


def whisper_company(**fields):
    return make_company(
        "Hush Whisper", summary="Whisper", story="Whisper", industry="Whispering", country="Whisperland", **fields
    )


def hidden_usage(state, **fields):
    def make(shown):
        told = {
            "purpose": "Whisper",
            "remarks": "Whisper",
            "started": "2020",
            "state": state,
            "source": whisper_source(),
        }
        return [make_usage(shown["acme"], shown["rabbitmq"], **(told | fields))]

    return make


def usage_of_a_draft_company(shown):
    company = whisper_company(state=State.DRAFT)
    make_usage(company, shown["rabbitmq"], purpose="Whisper", source=whisper_source())
    return [company]


def usage_of_a_draft_technology(shown):
    technology = whisper_technology(shown, state=State.DRAFT)
    make_usage(shown["acme"], technology, purpose="Whisper", started="2020", source=whisper_source())
    return [technology]


def usage_via_a_draft_technology(shown):
    technology = whisper_technology(shown, state=State.DRAFT)
    make_usage(shown["acme"], shown["rabbitmq"], via=technology, started="2020")
    return [technology]


def hidden_migration(state):
    def make(shown):
        return [
            make_migration(
                shown["acme"],
                shown["rabbitmq"],
                shown["kafka"],
                state=state,
                reason="Hush Whisper",
                source=whisper_source(),
            )
        ]

    return make


def migration_from_a_draft_technology(shown):
    technology = whisper_technology(shown, state=State.DRAFT)
    make_migration(shown["acme"], technology, shown["kafka"], reason="Whisper", source=whisper_source())
    return [technology]


def migration_to_a_draft_technology(shown):
    technology = whisper_technology(shown, state=State.DRAFT)
    make_migration(shown["acme"], shown["kafka"], technology, reason="Whisper", source=whisper_source())
    return [technology]


def migration_of_a_draft_company(shown):
    company = whisper_company(state=State.DRAFT)
    make_migration(company, shown["rabbitmq"], shown["kafka"], reason="Hush Whisper", source=whisper_source())
    return [company]


def relation_to_a_draft_technology(shown):
    technology = whisper_technology(shown, state=State.DRAFT)
    make_relation(technology, "fork_of", shown["kafka"])
    make_relation(shown["rabbitmq"], "built_on", technology)
    return [technology]


def retracted_company(shown):
    company = whisper_company()
    make_usage(company, shown["kafka"], purpose="Whisper")
    company.state = State.RETRACTED
    company.save()
    return [company]


def retracted_technology(shown):
    technology = whisper_technology(shown)
    make_usage(shown["acme"], technology, started="2020")
    technology.state = State.RETRACTED
    technology.save()
    return [technology]


def retracted_after_publication(shown):
    usage = hidden_usage(State.PUBLISHED)(shown)[0]
    usage.state = State.RETRACTED
    usage.save()
    return [usage]


def what_hangs_on_a_draft_company(shown):
    company = whisper_company(state=State.DRAFT)
    make_coverage(company, shown["brokers"], outcome="not_used", source=whisper_source())
    make_evidence(company=company, source=make_source(title="Whisper again"))
    CompanyFact.objects.create(company=company, label="Whispers a second", value="9")
    Redirect.objects.create(kind="company", old_slug="hush", new_slug=company.slug)
    return [company]


HIDDEN = {
    "draft usage": hidden_usage(State.DRAFT),
    "proposed usage": hidden_usage(State.PROPOSED),
    "retracted usage": hidden_usage(State.RETRACTED),
    "draft plan": hidden_usage(State.DRAFT, stage="planned", started=""),
    "draft past": hidden_usage(State.DRAFT, ended="2021"),
    "usage retracted after publication": retracted_after_publication,
    "usage of a draft company": usage_of_a_draft_company,
    "usage of a draft technology": usage_of_a_draft_technology,
    "usage via a draft technology": usage_via_a_draft_technology,
    "draft migration": hidden_migration(State.DRAFT),
    "proposed migration": hidden_migration(State.PROPOSED),
    "retracted migration": hidden_migration(State.RETRACTED),
    "migration from a draft technology": migration_from_a_draft_technology,
    "migration to a draft technology": migration_to_a_draft_technology,
    "migration of a draft company": migration_of_a_draft_company,
    "relation to a draft technology": relation_to_a_draft_technology,
    "retracted company": retracted_company,
    "retracted technology": retracted_technology,
    "what hangs on a draft company": what_hangs_on_a_draft_company,
}
hidden_kinds = pytest.mark.parametrize("make_hidden", HIDDEN.values(), ids=HIDDEN.keys())


def whispers(client, address):
    return WORD in client.get(address, follow=True).content.decode().lower()


@hidden_kinds
def test_what_is_not_public_is_on_no_page(client, shown, make_hidden):
    make_hidden(shown)

    assert [address for address in PAGES if whispers(client, address)] == []


@hidden_kinds
def test_the_same_is_found_as_soon_as_it_is_public(client, shown, make_hidden):
    for row in make_hidden(shown):
        row.state = State.PUBLISHED
        row.save()

    assert any(whispers(client, address) for address in PAGES)


def test_each_address_of_this_file_is_one(client, shown):
    expected = {address: 404 for address in PAGES if "/hush/" in address}
    expected |= {address: 400 for address in PAGES if "company=hush" in address or "technology=hush" in address}

    assert {address: client.get(address).status_code for address in PAGES} == dict.fromkeys(PAGES, 200) | expected


@pytest.mark.parametrize("state", [State.DRAFT, State.PROPOSED, State.RETRACTED])
@pytest.mark.parametrize(
    "address",
    [
        "/companies/hush-whisper/",
        "/technologies/hush-whisper/",
        "/compare/companies/acme/hush-whisper/",
        "/compare/technologies/kafka/hush-whisper/",
    ],
)
def test_a_hidden_row_has_no_page(client, shown, state, address):
    whisper_company(state=state)
    whisper_technology(shown, state=state)

    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "address",
    ["/companies/?uses=hush-whisper", "/technologies/?category=whispers", "/migrations/?company=hush-whisper"],
)
def test_a_filter_does_not_tell_that_a_hidden_row_exists(client, shown, address):
    whisper_company(state=State.DRAFT)
    whisper_technology(shown, state=State.DRAFT)
    unknown = address.replace("hush-whisper", "hush-nobody").replace("whispers", "nobodies")

    page, other = client.get(address), client.get(unknown)

    assert page.status_code == other.status_code == 400
    said, said_of_other = page.context["problems"], other.context["problems"]
    assert [p.replace("hush-whisper", "X").replace("whispers", "X") for p in said] == [
        p.replace("hush-nobody", "X").replace("nobodies", "X") for p in said_of_other
    ]


def test_a_hidden_usage_counts_nowhere(client, shown):
    hidden_usage(State.PROPOSED)(shown)
    make_usage(shown["acme"], whisper_technology(shown, state=State.DRAFT))

    assert client.get("/technologies/rabbitmq/").context["technology"].companies_count == 0
    assert client.get("/companies/acme/").context["stack"].count == 1
    assert client.get("/").context["front"].usages == 2
    assert [company.usages_count for company in client.get("/companies/").context["page"].rows] == [1, 1]
    assert client.get("/compare/companies/acme/bolt/").context["page"].total == 1
