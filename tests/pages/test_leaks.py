"""What is not public is on no page, in no list to choose from, in no suggestion and in no count.

Each hidden row carries a word that begins with Whisper wherever it can carry text. All kinds are hidden in one
catalogue, each page of which is read once; each kind is looked for by a word of its own. The second test makes the same
row public and looks for the word again, so that a page that lost its content does not pass for one that keeps a secret.
"""

import re
from string import ascii_lowercase

import pytest
from django.db import transaction
from django.test import Client

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
from tests.remembered import remembered

WORD = "Whisper"
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
    "/compare/yours/",
    "/compare/yours/?technology=kafka&technology=rabbitmq",
    "/compare/yours/?technology=kafka&technology=rabbitmq&format=json",
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
    "/embed/companies/acme/",
    "/embed/compare/companies/acme/bolt/",
    "/embed/compare/technologies/kafka/rabbitmq/",
    "/badges/companies/acme.svg",
    "/badges/technologies/kafka.svg",
    "/badges/companies/acme/kafka.svg",
    "/badges/companies/hush.svg",
    "/badges/companies/acme/hush.svg",
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
    "/categories/?format=csv",
    # unknown slugs, whose suggestions look through names
    "/companies/hush/",
    "/technologies/hush/",
    "/compare/companies/acme/hush/",
    "/compare/technologies/kafka/hush/",
]


@remembered
def make_shown():
    """A public catalogue: two companies, two technologies of one category, one of which nobody uses."""
    with curating():
        brokers = make_category("Brokers", parent=make_area("Backend"))
        kafka, rabbitmq = make_technology("Kafka", brokers), make_technology("RabbitMQ", brokers)
        acme, bolt = make_company("Acme"), make_company("Bolt")
        for company in (acme, bolt):
            make_usage(company, kafka, started="2019")
    return {"acme": acme, "bolt": bolt, "kafka": kafka, "rabbitmq": rabbitmq, "brokers": brokers}


@pytest.fixture
def shown():
    return make_shown()


def whisper_source(word=WORD):
    return make_source(url=f"https://{word.lower()}.example/", title=word, publisher=word)


def whisper_technology(shown, word=WORD, **fields):
    technology = make_technology(f"Hush {word}", shown["brokers"], summary=word, **fields)
    TechnologyAlias.objects.create(technology=technology, name=f"{word}er")
    return technology


def whisper_company(word=WORD, **fields):
    return make_company(
        f"Hush {word}", summary=word, story=word, industry=f"{word}ing", country=f"{word}land", **fields
    )


def hidden_usage(state, **fields):
    def make(shown, word):
        told = {
            "scope": word,
            "purpose": word,
            "remarks": word,
            "started": "2020",
            "state": state,
            "source": whisper_source(word),
        }
        return [make_usage(shown["acme"], shown["rabbitmq"], **(told | fields))]

    return make


def usage_of_a_draft_company(shown, word):
    company = whisper_company(word, state=State.DRAFT)
    make_usage(company, shown["rabbitmq"], purpose=word, source=whisper_source(word))
    return [company]


def usage_of_a_draft_technology(shown, word):
    technology = whisper_technology(shown, word, state=State.DRAFT)
    make_usage(shown["acme"], technology, purpose=word, started="2020", source=whisper_source(word))
    return [technology]


def usage_via_a_draft_technology(shown, word):
    technology = whisper_technology(shown, word, state=State.DRAFT)
    make_usage(shown["acme"], shown["rabbitmq"], via=technology, started="2020")
    return [technology]


def hidden_migration(state):
    def make(shown, word):
        return [
            make_migration(
                shown["acme"],
                shown["rabbitmq"],
                shown["kafka"],
                state=state,
                reason=f"Hush {word}",
                source=whisper_source(word),
            )
        ]

    return make


def migration_from_a_draft_technology(shown, word):
    technology = whisper_technology(shown, word, state=State.DRAFT)
    make_migration(shown["acme"], technology, shown["kafka"], reason=word, source=whisper_source(word))
    return [technology]


def migration_to_a_draft_technology(shown, word):
    technology = whisper_technology(shown, word, state=State.DRAFT)
    make_migration(shown["acme"], shown["kafka"], technology, reason=word, source=whisper_source(word))
    return [technology]


def migration_of_a_draft_company(shown, word):
    company = whisper_company(word, state=State.DRAFT)
    make_migration(company, shown["rabbitmq"], shown["kafka"], reason=f"Hush {word}", source=whisper_source(word))
    return [company]


def relation_to_a_draft_technology(shown, word):
    technology = whisper_technology(shown, word, state=State.DRAFT)
    make_relation(technology, "fork_of", shown["kafka"])
    make_relation(shown["rabbitmq"], "built_on", technology)
    return [technology]


def retracted_company(shown, word):
    company = whisper_company(word)
    make_usage(company, shown["kafka"], purpose=word)
    company.state = State.RETRACTED
    company.save()
    return [company]


def retracted_technology(shown, word):
    technology = whisper_technology(shown, word)
    make_usage(shown["acme"], technology, started="2020")
    technology.state = State.RETRACTED
    technology.save()
    return [technology]


def retracted_after_publication(shown, word):
    usage = hidden_usage(State.PUBLISHED)(shown, word)[0]
    usage.state = State.RETRACTED
    usage.save()
    return [usage]


def what_hangs_on_a_draft_company(shown, word):
    company = whisper_company(word, state=State.DRAFT)
    make_coverage(company, shown["brokers"], outcome="not_used", source=whisper_source(word))
    make_evidence(company=company, source=make_source(title=f"{word} again"))
    CompanyFact.objects.create(company=company, label=f"{word}s a second", value="9")
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
    return WORD.lower() in read(client, address)


def read(client, address):
    return client.get(address, follow=True).getvalue().decode().lower()


def word_of(kind):
    """A word of its own for each kind, none the beginning of another."""
    return WORD + ascii_lowercase[list(HIDDEN).index(kind)]


@pytest.fixture(scope="module")
def pages(django_db_setup, django_db_blocker):
    """What stands on each page of a catalogue in which something of every kind is hidden, each with its own word."""
    with django_db_blocker.unblock(), transaction.atomic():
        public = make_shown()
        for kind, make_hidden in HIDDEN.items():
            make_hidden(public, word_of(kind))
        found = {address: read(Client(), address) for address in PAGES}
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("kind", HIDDEN)
def test_what_is_not_public_is_on_no_page(pages, kind):
    assert [address for address, page in pages.items() if word_of(kind).lower() in page] == []


@hidden_kinds
def test_the_same_is_found_as_soon_as_it_is_public(client, shown, make_hidden):
    for row in make_hidden(shown, WORD):
        row.state = State.PUBLISHED
        row.save()

    assert any(whispers(client, address) for address in PAGES)


def test_each_address_of_this_file_is_one(client, shown):
    expected = {address: 404 for address in PAGES if re.search(r"/hush[/.]", address)}
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
    hidden_usage(State.PROPOSED)(shown, WORD)
    make_usage(shown["acme"], whisper_technology(shown, state=State.DRAFT))

    assert client.get("/technologies/rabbitmq/").context["technology"].companies_count == 0
    assert client.get("/companies/acme/").context["stack"].count == 1
    assert client.get("/").context["front"].usages == 2
    assert [company.usages_count for company in client.get("/companies/").context["page"].rows] == [1, 1]
    assert "Of 1 categories: " in client.get("/compare/companies/acme/bolt/").content.decode()
