"""Nothing kept of one catalogue is taken for another's, nor for what it was before a restore."""

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.db import transaction

from stacks import loading, revisions
from stacks.models import Change, Company, Counter
from tests.factories import make_company, make_technology, make_usage

pytestmark = pytest.mark.django_db

COMPARISON = "/compare/companies/acme/bolt/"
# every page that keeps something: cells, bases, front, offered names, alike, choices and letters of lists
PAGES = [
    "/",
    "/companies/",
    "/companies/acme/",
    "/technologies/",
    "/technologies/kafka/",
    "/migrations/",
    "/compare/companies/",
    "/compare/technologies/",
    "/compare/technologies/kafka/redis/",
    COMPARISON,
]


@pytest.fixture(autouse=True)
def kept_pages(settings):
    settings.CACHES = settings.CACHES | {
        "pages": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "kept-pages"}
    }
    caches["pages"].clear()


class Undone(Exception):
    pass


def written(client, *words):
    """Two catalogues in turn that count to the same numbers: each with a word of its own, and what its pages say."""
    kafka, redis = make_technology("Kafka"), make_technology("Redis")
    acme = make_company("Acme")
    for company in (acme, make_company("Bolt")):
        make_usage(company, kafka)
        make_usage(company, redis)
    before = revisions.revision().revision
    told, numbers = [], set()
    for word in words:
        try:
            with transaction.atomic():
                acme.refresh_from_db()
                acme.name = word
                acme.save()
                kafka.refresh_from_db()
                kafka.name = f"{word} Queue"
                kafka.save()
                numbers.add((revisions.revision().revision, revisions.revision().vocabulary_revision))
                told.append({page: client.get(page).content.decode() for page in PAGES})
                raise Undone  # the backup comes back
        except Undone:
            pass
    assert len(numbers) == 1
    assert revisions.revision().revision == before
    return told


def test_a_restored_catalogue_shows_nothing_of_what_was_edited_in_between(client):
    first, second = written(client, "Nadir", "Zenith")

    assert [page for page in PAGES if "Nadir" in second[page]] == []
    assert [page for page in PAGES if "Nadir" in first[page]] == [page for page in PAGES if "Zenith" in second[page]]
    assert "Nadir" in first[COMPARISON]


def test_two_catalogues_that_were_written_at_the_same_moments_are_told_apart(client):
    make_usage(make_company("Acme"), make_technology("Kafka"))
    make_usage(make_company("Bolt"), make_technology("Redis"))
    tags = {page: client.get(page).headers["ETag"] for page in (*PAGES, "/api/v1/", "/api/v1/usages/")}
    Company._base_manager.filter(slug="acme").update(name="Another")

    revisions.renew_identity()

    for page, tag in tags.items():
        answer = client.get(page, headers={"if-none-match": tag})
        assert answer.status_code == 200, page
    assert "Another" in client.get(COMPARISON).content.decode()


def test_each_load_makes_another_catalogue_even_of_the_same_file(tmp_path):
    file = tmp_path / "one.json"
    file.write_text('[{"model": "stacks.category", "fields": {"name": "Data", "slug": "data", "position": 1}}]')
    identities = set()
    for _ in range(2):
        try:
            with transaction.atomic():
                loading.load(file)
                identities.add(Counter.objects.get().identity)
                raise Undone
        except Undone:
            pass

    assert len(identities) == 2


def test_the_command_gives_another_identity_and_moves_no_revision(capsys):
    make_company()
    before = revisions.revision()

    call_command("renew_identity")

    after = revisions.revision()
    assert after.identity != before.identity
    assert after.identity in capsys.readouterr().out
    assert (after.revision, after.vocabulary_revision) == (before.revision, before.vocabulary_revision)
    assert Change.objects.count() == before.revision


def test_a_company_knows_the_moment_of_its_revision():
    company = make_company(usages=1)
    company.refresh_from_db()

    assert company.revised_at == Change.objects.get(seq=company.revision).at
