import io
import json
from datetime import timedelta
from itertools import islice

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from stacks import link_health
from stacks.fetching import Fetcher
from stacks.models import Evidence, ImportLine, Source
from tests.factories import make_company, make_source, make_usage
from tests.pages_of_others import ALLOWED, PagesOfOthers

pytestmark = pytest.mark.django_db


@pytest.fixture
def site():
    others = PagesOfOthers()
    yield others
    others.close()


def check(*sources, archive=""):
    fetcher = Fetcher(pause=0.0, patience=10.0, most_seconds=20.0, allowed=[ALLOWED])
    return {seen.source.pk: seen for seen in link_health.check(sources, fetcher, archive=archive)}


def quoting(source, *quotes):
    """Evidence of one company, with these quotes from the source."""
    company = make_company()
    return [Evidence.objects.create(company=company, source=source, quote=quote) for quote in quotes]


@pytest.mark.parametrize(
    ("page", "result"),
    [
        (200, "reachable"),
        ((301, {"Location": "/there"}, ""), "moved"),
        ((302, {"Location": "/there"}, ""), "reachable"),
        (404, "gone"),
        (410, "gone"),
        (403, "unreachable"),
        (500, "unreachable"),
        ((429, {"Retry-After": "3600"}, ""), "unreachable"),
        ((302, {"Location": "http://127.0.0.2/"}, ""), "unreachable"),
        ((302, {"Location": "/a"}, ""), "unreachable"),
    ],
)
def test_what_was_seen_is_written_down(site, page, result):
    site.pages |= {"/a": page, "/there": 200}
    source = make_source(url=site("/a"))
    before = timezone.now()

    seen = check(source)[source.pk]

    source.refresh_from_db()
    assert (seen.result, source.check_result) == (result, result)
    assert source.checked_at >= before
    assert source.url == site("/a")


def test_a_page_without_quotes_is_asked_for_its_head_alone(site):
    site.pages |= {"/a": 200}
    check(make_source(url=site("/a")))
    assert site.paths("GET") == []

    site.pages["/b"] = lambda handler: handler.send_error(405) if handler.command == "HEAD" else handler.send_error(404)
    source = make_source(url=site("/b"))
    assert check(source)[source.pk].result == "gone"


def test_each_quote_is_looked_for_in_the_text(site):
    text = "<script>never seen</script><p>We <b>moved</b> to Kafka, and it&rsquo;s fine. Later more came.</p>"
    site.pages["/a"] = (200, {}, text)
    source = make_source(url=site("/a"))
    there, cut, gone, hidden = quoting(
        source, "moved to Kafka, and it's fine", "We moved … more came", "to RabbitMQ", "never"
    )

    seen = check(source)[source.pk]

    assert (seen.found, seen.missing) == ({there.pk, cut.pk}, {gone.pk, hidden.pk})
    assert dict(Evidence.objects.values_list("pk", "quote_found")) == {
        there.pk: True,
        cut.pk: True,
        gone.pk: False,
        hidden.pk: False,
    }


def test_of_another_quote_nothing_was_seen(site):
    site.pages["/a"] = (200, {}, "Kafka")
    (evidence,) = quoting(make_source(url=site("/a")), "Kafka")
    check(evidence.source)
    evidence.refresh_from_db()
    assert evidence.quote_found

    evidence.locator = "Data"
    evidence.save()
    assert Evidence.objects.get().quote_found
    evidence.quote = "Apache Kafka"
    evidence.save()

    assert Evidence.objects.get().quote_found is None


@pytest.mark.parametrize("page", [(200, {"Content-Type": "application/pdf"}, b"%PDF"), 500])
def test_where_no_text_can_be_read_nothing_is_missing(site, page):
    site.pages["/a"] = page
    (evidence,) = quoting(make_source(url=site("/a")), "Kafka")

    check(evidence.source)

    evidence.refresh_from_db()
    assert evidence.quote_found is None


def test_what_robots_may_not_read_stays_as_it_was(site):
    site.pages["/robots.txt"] = (200, {}, "User-agent: *\nDisallow: /")
    source = make_source(url=site("/a"))

    assert check(source)[source.pk].result == ""

    source.refresh_from_db()
    assert (source.checked_at, source.check_result) == (None, "")


@pytest.fixture
def archive(site):
    told = {"archived_snapshots": {"closest": {"status": "200", "available": True, "url": "http://stored.example/a"}}}
    site.pages["/available"] = (200, {"Content-Type": "application/json"}, json.dumps(told))
    return site("/available")


def test_a_stored_copy_is_proposed_once_for_what_is_gone(site, archive):
    source = make_source(url=site("/a"), published_on="2021-06")
    quoting(source, "Kafka")

    for _ in range(2):
        check(source, archive=archive)

    (line,) = ImportLine.objects.waiting()
    assert (line.kind, line.row, line.field, line.new) == (
        "source",
        source.pk,
        "archive_url",
        "https://stored.example/a",
    )
    source.refresh_from_db()
    assert source.archive_url == ""
    asked = next(path for path in site.paths() if path.startswith("/available"))
    assert asked.endswith("&timestamp=202106")


@pytest.mark.parametrize(
    "answer", [500, (200, {}, "no json"), (200, {}, "[]"), (200, {}, '{"archived_snapshots": {}}')]
)
def test_an_archive_that_has_nothing_is_no_fault(site, archive, answer):
    site.pages["/available"] = answer
    source = make_source(url=site("/a"))

    assert check(source, archive=archive)[source.pk].archive_url == ""
    assert not ImportLine.objects.exists()


def test_who_stops_in_the_middle_goes_on_from_there(site, monkeypatch):
    monkeypatch.setattr(link_health, "_WRITTEN_TOGETHER", 2)
    for number in range(6):
        site.pages[f"/{number}"] = 200
        make_source(url=site(f"/{number}"))
    week = timedelta(days=7)
    sources = list(link_health.due(week))

    stopped = link_health.check(sources, Fetcher(pause=0.0, allowed=[ALLOWED]), archive="")
    list(islice(stopped, 2))
    stopped.close()

    left = Source.objects.filter(checked_at=None).count()
    assert 0 < left <= 4
    assert link_health.due(week).count() == left


def test_who_stops_after_a_group_has_it_written_once(site, monkeypatch):
    monkeypatch.setattr(link_health, "_WRITTEN_TOGETHER", 1)
    site.pages["/a"] = 200
    source = make_source(url=site("/a"))
    saved = source.history.count()

    stopped = link_health.check([source], Fetcher(pause=0.0, allowed=[ALLOWED]), archive="")
    next(stopped)
    stopped.close()

    assert source.history.count() == saved + 1


def test_what_is_changed_meanwhile_is_left_alone(site):
    def change(handler):
        handler.send_error(404)

    site.pages["/a"] = change
    source = make_source(url=site("/a"))
    stale = Source.objects.get(pk=source.pk)
    source.url = site("/b")
    source.save()

    assert check(stale) == {}
    assert Source.objects.get().check_result == ""


def run(**options):
    out, err = io.StringIO(), io.StringIO()
    call_command("check_sources", stdout=out, stderr=err, no_archive=True, **options)
    return out.getvalue(), err.getvalue()


def test_the_command_tells_what_is_wrong_and_json_tells_all(site, monkeypatch):
    monkeypatch.setattr(
        "stacks.management.commands.check_sources.Fetcher", lambda: Fetcher(pause=0.0, allowed=[ALLOWED])
    )
    site.pages["/there"] = (200, {}, "Kafka")
    there, gone = make_source(url=site("/there")), make_source(url=site("/gone"))
    quoting(there, "Kafka", "RabbitMQ")

    out, err = run()

    assert f"{gone.uid} {gone.url}: It is gone (status 404)." in out
    assert "1 quote does not stand there any more." in out
    assert "2 sources: 1 gone, 1 reachable." in err
    assert run()[1].startswith("0 sources: no source is due.")
    lines = {line["source"]: line for line in map(json.loads, run(older_than=0, json=True)[0].splitlines())}
    assert (lines[gone.uid]["result"], lines[gone.uid]["status"]) == ("gone", 404)
    assert (lines[there.uid]["quotes_found"], lines[there.uid]["quotes_missing"]) == (1, ["RabbitMQ"])


def test_a_machine_that_is_cut_off_says_nothing_of_any_page(site, monkeypatch):
    monkeypatch.setattr(
        "stacks.management.commands.check_sources.Fetcher", lambda: Fetcher(pause=0.0, allowed=[ALLOWED])
    )
    for port in (1, 2, 3):
        make_source(url=f"http://127.0.0.1:{port}/")

    with pytest.raises(CommandError, match="None of 3 hosts answered"):
        run()
    assert not Source.objects.exclude(checked_at=None).exists()

    site.pages["/there"] = 200
    make_source(url=site("/there"))
    assert "4 sources: 1 reachable, 3 unreachable." in run()[1]
    assert not Source.objects.filter(checked_at=None).exists()


def test_pages_lead_to_the_stored_copy_of_what_is_gone_and_say_so(client):
    usage = make_usage(company=make_company("Fam"))
    source = usage.evidence.get().source
    source.check_result, source.archive_url = "gone", "https://stored.example/copy"
    source.save()

    page = client.get("/companies/fam/").content.decode()

    assert "https://stored.example/copy" in page
    assert "the page is gone, this is a stored copy" in page
    assert f'href="{source.url}' not in page
