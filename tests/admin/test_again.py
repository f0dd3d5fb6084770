import pytest
from django.urls import reverse
from django.utils import timezone

from stacks.models import Evidence, ImportLine, Source, Usage
from tests.admin.doors import admin_url
from tests.factories import make_company, make_migration, make_source, make_usage

pytestmark = pytest.mark.django_db


@pytest.fixture
def source():
    """A source of 2021 that two usages, a migration and a company cite."""
    source = make_source(published_on="2021")
    for quote in ("We use Kafka", "We use Redis"):
        Evidence.objects.create(usage=make_usage(), source=source, quote=quote, locator="Data")
    Evidence.objects.create(migration=make_migration(), source=source, quote="We moved")
    Evidence.objects.create(company=make_company(), source=source)
    return source


def again(source):
    return admin_url(source, "check")


def rows(source):
    return list(Evidence.objects.filter(source=source).order_by("pk"))


def test_a_source_is_opened_from_there_and_all_is_confirmed(log_in, users, source):
    client = log_in("reviewer")
    page = client.get(again(source)).content.decode()
    assert "Not opened from here yet" in page
    assert "<fieldset disabled>" in page
    assert "We use Kafka" in page
    for part in ("data-shows-keys", '<dialog id="keys"', 'id="letters"'):
        assert part in page
    assert again(source) in client.get(admin_url(source, "change")).content.decode()

    led = client.post(admin_url(source, "open")).content.decode()
    assert f'<meta http-equiv="refresh" content="0; url={source.url}">' in led
    page = client.get(again(source)).content.decode()
    assert "You opened it from here" in page
    assert "<fieldset disabled>" not in page
    answer = client.post(again(source), {f"row-{row.pk}": "still" for row in rows(source)})

    assert answer.status_code == 302
    today = f"{timezone.localdate():%Y-%m-%d}"
    assert {(row.verified_on, row.verified_by) for row in rows(source)} == {(today, users["reviewer"])}
    assert not ImportLine.objects.exists()


def test_nothing_is_confirmed_unread_and_the_marks_stay(log_in, source):
    client = log_in("reviewer")
    first, *_ = rows(source)

    answer = client.post(again(source), {f"row-{first.pk}": "still"})

    assert answer.status_code == 409
    assert "Open the source first" in answer.content.decode()
    assert f'name="row-{first.pk}" value="still" checked' in answer.content.decode()
    assert {row.verified_on for row in rows(source)} == {""}
    client.get(admin_url(source, "open"))  # looking at the address opens nothing
    assert client.post(again(source), {f"row-{first.pk}": "still"}).status_code == 409


def test_what_was_found_in_its_text_needs_no_opening(log_in, source):
    source.checked_at = timezone.now()
    source.save()
    for row in rows(source):
        row.quote_found = True if row.quote else None
        row.save()
    client = log_in("reviewer")
    assert "All its 3 quotes were found in its text" in client.get(again(source)).content.decode()

    client.post(again(source), {f"row-{rows(source)[0].pk}": "still"})
    assert rows(source)[0].verified_on

    row = rows(source)[1]
    row.quote_found = False
    row.save()
    assert "no longer in its text" in client.get(again(source)).content.decode()
    assert client.post(again(source), {f"row-{row.pk}": "still"}).status_code == 409


def test_a_newer_edition_is_further_evidence(log_in, source):
    client = log_in("reviewer")
    client.post(admin_url(source, "open"))
    first = rows(source)[0]

    client.post(again(source), {f"row-{first.pk}": "still", "edition": "2024-05"})

    asked = [row for row, *_ in client.get(again(source)).context["rows"]]
    assert sorted(row.edition_on for row in asked if row.usage == first.usage) == ["2024-05"]
    assert len(asked) == 4
    editions = list(first.usage.evidence.filter(source=source).order_by("pk").values_list("edition_on", "quote"))
    assert editions == [("", "We use Kafka"), ("2024-05", "We use Kafka")]


@pytest.mark.parametrize("edition", ["soon", "2999", "2024-13"])
def test_an_edition_that_cannot_be_is_told_and_nothing_is_written(log_in, source, edition):
    client = log_in("reviewer")
    client.post(admin_url(source, "open"))

    answer = client.post(again(source), {f"row-{rows(source)[0].pk}": "still", "edition": edition})

    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()
    assert rows(source)[0].verified_on == ""


def test_what_is_not_so_any_more_is_proposed(log_in, source):
    client = log_in("reviewer")
    client.post(admin_url(source, "open"))
    kafka, redis, moved, _ = rows(source)

    client.post(
        again(source),
        {f"row-{kafka.pk}": "left", f"row-{redis.pk}": "missing", f"row-{moved.pk}": "left", "edition": "2024"},
    )

    lines = {(line.kind, line.action, line.field): line for line in ImportLine.objects.waiting()}
    assert set(lines) == {("usage", "end", "stage"), ("evidence", "remove", "")}
    assert lines["usage", "end", "stage"].edition_on == "2024"
    assert ImportLine.objects.waiting().filter(action="remove").count() == 2
    assert Usage.objects.get(pk=kafka.usage_id).stage == "in_use"
    assert Evidence.objects.filter(source=source).count() == 4


@pytest.mark.parametrize(
    ("how", "edition", "lines"),
    [
        ("ended", "2024-05", {("usage", "end", "stage", "retired"), ("usage", "end", "ended", "2024-05")}),
        ("retiring", "", {("usage", "change", "stage", "retiring")}),
        ("contradicted", "", {("evidence", "change", "stance", "contradicts")}),
        ("junk", "", {("usage", "end", "stage", "retired")}),
    ],
)
def test_not_any_more_may_be_an_end_a_stage_or_a_contradiction(log_in, source, how, edition, lines):
    client = log_in("reviewer")
    client.post(admin_url(source, "open"))
    kafka = rows(source)[0]
    Evidence.objects.create(usage=kafka.usage, source=make_source())

    client.post(again(source), {f"row-{kafka.pk}": "left", f"how-{kafka.pk}": how, "edition": edition})

    assert set(ImportLine.objects.waiting().values_list("kind", "action", "field", "new")) == lines


def test_a_newer_edition_contradicts_beside_the_one_that_said_so(log_in, source):
    client = log_in("reviewer")
    client.post(admin_url(source, "open"))
    kafka = rows(source)[0]
    mark = {f"row-{kafka.pk}": "left"}

    client.post(again(source), mark | {f"how-{kafka.pk}": "contradicted", "edition": "2024-05"})

    (line,) = ImportLine.objects.waiting()
    assert (line.kind, line.action, line.new["stance"], line.new["edition_on"]) == (
        "evidence", "add", "contradicts", "2024-05",
    )  # fmt: skip
    answer = client.post(again(source), mark | {f"how-{kafka.pk}": "ended"})
    assert "Type the date of the edition" in answer.content.decode()
    assert 'value="ended" selected' in answer.content.decode()


def test_who_may_not_publish_proposes(log_in, source):
    client = log_in("curator")
    client.post(admin_url(source, "open"))
    first = rows(source)[0]

    client.post(again(source), {f"row-{first.pk}": "still", "edition": "2024"})

    assert rows(source)[0].verified_on == ""
    assert {(line.kind, line.action) for line in ImportLine.objects.waiting()} == {
        ("evidence", "change"),
        ("evidence", "add"),
    }


def test_from_the_front_page_from_source_to_source(log_in, source):
    other = make_source()
    Evidence.objects.create(usage=make_usage(), source=other)
    client = log_in("reviewer")
    first = reverse("admin:stacks_source_check_first")
    assert first in client.get("/admin/").content.decode()
    seen = set()
    address = client.get(first)["Location"]
    assert address == again(source)
    while address not in seen:
        seen.add(address)
        address = client.get(first, {"after": address.split("/")[-3]})["Location"]
    assert {again(source), again(other)} <= seen
    assert len(seen) == Source.objects.count()

    Evidence.objects.update(verified_on="2026-01-01")
    assert client.get(first)["Location"] == "/admin/"


@pytest.mark.parametrize(("role", "status"), [("nobody", 403), ("onlooker", 403), ("curator", 200), ("reviewer", 200)])
def test_only_who_may_change_evidence(log_in, source, role, status):
    client = log_in(role)

    assert client.get(again(source)).status_code == status
    if status == 403:
        assert client.post(again(source), {}).status_code == 403
        assert client.post(admin_url(source, "open")).status_code == 403
        assert client.get(reverse("admin:stacks_source_check_first")).status_code == 403


def test_junk_finds_nothing(log_in, source):
    client = log_in("reviewer")
    for key in ("abc", "0", "9" * 30):
        assert client.get(admin_url(Source, "check", key)).status_code == 404
    assert client.get(again(source), {"p": "x"}).status_code == 200
    client.post(admin_url(source, "open"))
    assert client.post(again(source), {f"row-{rows(source)[0].pk}": "junk"}).status_code == 302
    assert rows(source)[0].verified_on == ""


@pytest.mark.parametrize("more", [1, 30])
def test_the_page_costs_the_same_however_many_cite_it(log_in, source, more, django_assert_num_queries):
    for number in range(more):
        Evidence.objects.create(usage=make_usage(), source=source, quote=f"Quote {number}")
    client = log_in("reviewer")
    client.get(again(source))

    with django_assert_num_queries(7):
        client.get(again(source))
