import io
import json
import re
from datetime import timedelta
from html import escape

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.utils import timezone

from stacks.fetching import Fetcher
from stacks.importers.lines import Unreadable
from stacks.merge import merge
from stacks.models import Evidence, ImportBatch, Review, Source, State, Usage, Watch, WatchedEdition
from stacks.watching import feeds
from stacks.watching.asking import ask, due, followed
from stacks.watching.pages import Head, raw_address
from tests.factories import make_category, make_company, make_source, make_technology, make_usage
from tests.pages_of_others import ALLOWED, PagesOfOthers


def today():
    """Asked where it is needed: a run may go over midnight."""
    return f"{timezone.localdate():%Y-%m-%d}"


STORY = (
    "<!doctype html><title>{title}</title><article><h1>{title}</h1>"
    "<p>We use {name} as the message broker of our orders, and it runs in production.</p></article>"
)


@pytest.fixture
def site():
    others = PagesOfOthers()
    yield others
    others.close()


@pytest.fixture
def shop(db):
    """A company with a vocabulary to recognise."""
    category = make_category("Message brokers")
    for name in ("Apache Kafka", "RabbitMQ", "NATS"):
        make_technology(name, category)
    return make_company("Shop")


def follow(site, path, **fields):
    source = make_source(url=site(path), company=fields.get("company"), published_on="", publisher="Shop")
    return Watch.objects.create(source=source, **fields)


def look(*watches, limit=None):
    fetcher = Fetcher(pause=0.0, patience=10.0, most_seconds=20.0, allowed=[ALLOWED])
    rows = list(followed().filter(pk__in=[watch.pk for watch in watches]))
    return {seen.watch.pk: seen for seen in ask(rows, fetcher)}


def look_at(watch):
    return look(watch)[watch.pk]


def atom(*entries):
    rows = "".join(
        f"<entry><title>{title}</title><link href='{url}'/><updated>{day}T08:00:00Z</updated></entry>"
        for url, title, day in entries
    )
    return (200, {"Content-Type": "application/atom+xml"}, f"<feed xmlns='http://www.w3.org/2005/Atom'>{rows}</feed>")


def test_a_list_of_adopters_becomes_proposals_once(site, shop):
    kafka = make_technology("Whisper", make_category("Queues"))
    list_of = "# ADOPTERS\n\n| Organization | Use |\n|---|---|\n| Shop | orders |\n"
    site.pages["/ADOPTERS.md"] = (200, {"Content-Type": "text/plain", "ETag": '"1"'}, list_of)
    follower = User.objects.create_user("follower")
    watch = follow(site, "/ADOPTERS.md", technology=kafka, asked_format="adopters", followed_by=follower)

    first = look_at(watch)

    usage = Usage.objects.get(company=shop)
    assert (first.result, usage.technology, usage.state) == ("proposed", kafka, State.PROPOSED)
    assert usage.evidence.get().edition_on == today()
    assert usage.evidence.get().source == watch.source
    assert Review.objects.get(usage=usage).author == follower

    site.pages["/ADOPTERS.md"] = answer_not_modified
    asked = len(site.paths())
    assert look_at(watch).result == "unchanged"
    assert len(site.paths()) == asked + 1
    assert site.asked[-1][2]["If-None-Match"] == '"1"'

    site.pages["/ADOPTERS.md"] = (200, {"Content-Type": "text/plain", "ETag": '"2"'}, f"{list_of}| Bakery | bread |\n")
    second = look_at(watch)
    assert [line.company for line in second.brought[0].lines] == ["Bakery"]
    assert Usage.objects.count() == 2
    assert not Usage.objects.filter(state=State.PUBLISHED).exists()


def answer_not_modified(handler):
    handler.send_response(304)
    handler.end_headers()


def test_a_feed_is_read_entry_by_entry_the_best_first(site, shop):
    site.pages |= {
        "/feed": atom(
            (site("/one"), "Our queue", "2026-03-01"),
            (site("/both"), "Our queues", "2026-04-02"),
            (site("/none"), "Our office", "2026-05-03"),
            (site("/cited"), "Known", "2026-06-04"),
            (site("/gone"), "Gone", "2026-07-05"),
        ),
        "/one": (200, {}, STORY.format(title="Our queue", name="RabbitMQ")),
        "/both": (200, {}, STORY.format(title="Our queues", name="Apache Kafka") + "<p>We run NATS in production.</p>"),
        "/none": (200, {}, "<!doctype html><p>We moved to a new office.</p><pre>---\ntechstack: {broken</pre>"),
    }
    make_usage(shop, source=make_source(url=site("/cited")))
    watch = follow(site, "/feed", company=shop)

    seen = look_at(watch)

    assert [(each.url, each.edition) for each in seen.brought[:2]] == [
        (site("/both"), "2026-04-02"),
        (site("/one"), "2026-03-01"),
    ]
    told = Evidence.objects.filter(usage__state=State.PROPOSED).values_list(
        "usage__technology__name", "edition_on", "source__url", "source__company"
    )
    assert set(told) == {
        ("Apache Kafka", "2026-04-02", site("/both"), shop.pk),
        ("NATS", "2026-04-02", site("/both"), shop.pk),
        ("RabbitMQ", "2026-03-01", site("/one"), shop.pk),
    }
    assert site("/cited") not in [each.url for each in seen.brought]
    assert seen.is_wrong  # one entry is gone, and is not asked for again

    asked = len(site.paths())
    assert look_at(watch).result == "unchanged"
    assert len(site.paths()) == asked + 1


def test_a_long_feed_is_read_in_several_runs(site, shop, monkeypatch):
    monkeypatch.setattr("stacks.watching.asking.ENTRIES_AT_ONCE", 1)
    site.pages["/feed"] = atom((site("/old"), "Old", "2020-01-01"), (site("/new"), "New", "2024-01-01"))
    site.pages |= {path: (200, {}, STORY.format(title=path, name="NATS")) for path in ("/old", "/new")}
    watch = follow(site, "/feed", company=shop)

    first, is_due = look_at(watch), due().exists()
    second = look_at(watch)

    assert (first.left, is_due, second.left) == (1, True, 0)
    assert [each.url for seen in (first, second) for each in seen.brought] == [site("/new"), site("/old")]
    assert not due().exists()


def test_a_page_is_followed_to_the_feed_that_it_names(site, shop):
    site.pages |= {
        "/blog/": (200, {}, "<!doctype html><link rel=alternate type='application/rss+xml' href='/rss'><p>Hello.</p>"),
        "/rss": (200, {"Content-Type": "text/xml"}, "<rss><channel><title>Blog</title></channel></rss>"),
    }
    watch = follow(site, "/blog/", company=shop, asked_format="feed")

    assert look_at(watch).result == "unchanged"

    watch.refresh_from_db()
    assert (watch.address, watch.form) == (site("/rss"), "feed")


def test_what_was_turned_down_is_not_proposed_again(site, shop):
    text = "# Our stack\n\n- Apache Kafka: orders\n- RabbitMQ: mail\n"
    site.pages["/stack.md"] = (200, {"Content-Type": "text/markdown"}, text)
    watch = follow(site, "/stack.md", company=shop)
    look_at(watch)
    assert Usage.objects.count() == 2
    Usage.objects.get(technology__name="RabbitMQ").delete()

    site.pages["/stack.md"] = (200, {"Content-Type": "text/markdown"}, f"Something above.\n\n{text}- NATS: news\n")
    seen = look_at(watch)

    assert [line.technology for line in seen.brought[0].lines] == ["nats"]
    assert not Usage.objects.filter(technology__name="RabbitMQ").exists()


@pytest.mark.parametrize(
    ("page", "result"),
    [
        (404, "failed"),
        ((429, {"Retry-After": "3600"}, ""), "failed"),
        ((302, {"Location": "http://127.0.0.2/"}, ""), "failed"),
        ((200, {"Content-Type": "application/pdf"}, b"%PDF\x00\x01"), "unreadable"),
        ((200, {"Content-Type": "text/plain"}, b"x" * 2_000_001), "unreadable"),
        ((200, {"Content-Type": "text/xml"}, '<!DOCTYPE r [<!ENTITY a "b">]><rss>&a;</rss>'), "unreadable"),
    ],
)
def test_what_fails_is_told_and_asked_later_and_later(site, shop, page, result):
    site.pages["/a"] = page
    watch = follow(site, "/a", company=shop, asked_format="feed" if result == "unreadable" else "", fingerprint="old")

    pauses = []
    for _ in range(2):
        seen = look_at(watch)
        watch.refresh_from_db()
        pauses.append(round((watch.next_at - watch.asked_at) / timedelta(days=1)))

    assert (seen.result, watch.result, watch.failures, watch.fingerprint) == (result, result, 2, "old")
    assert watch.told
    assert pauses == [1, 2]
    assert not ImportBatch.objects.exists()


def test_the_command_tells_each_source_and_ends_with_a_status(site, shop, monkeypatch):
    monkeypatch.setattr(
        "stacks.management.commands.watch.Fetcher",
        lambda: Fetcher(pause=0.0, patience=10.0, most_seconds=20.0, allowed=[ALLOWED]),
    )
    site.pages["/stack.md"] = (200, {"Content-Type": "text/markdown"}, "# Our stack\n\n- NATS: news\n")
    good = follow(site, "/stack.md", company=shop)
    follow(site, "/gone", company=shop)
    later = follow(site, "/later", company=shop, next_at=timezone.now() + timedelta(days=1))

    out = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("watch", "--json", stdout=out, stderr=io.StringIO())

    told = {line["source"]: line for line in map(json.loads, out.getvalue().splitlines())}
    assert ended.value.code == 1
    assert later.source.uid not in told
    (edition,) = told[good.source.uid]["editions"]
    assert (edition["edition"], edition["proposals"][0]["technology"]) == (today(), "nats")
    assert ImportBatch.objects.get(uid=edition["batch"]).text

    out = io.StringIO()
    call_command("watch", good.source.url, stdout=io.StringIO(), stderr=out)
    assert "1 followed source: 1 nothing new" in out.getvalue()


@pytest.mark.parametrize(
    ("feed", "entries"),
    [
        (
            (
                "<rss><channel><item><title>A</title><link>/a?x=1&amp;y=2</link>"
                "<pubDate>Tue, 03 Mar 2026 10:00:00 +0000</pubDate></item><item><guid>https://blog.example/b</guid></item><item><link>ftp://x/</link></item>"
                "</channel></rss>"
            ),
            [("https://blog.example/a?x=1&y=2", "A", "2026-03-03"), ("https://blog.example/b", "", "")],
        ),
        (
            (
                "<rdf:RDF xmlns:rdf='r' xmlns='p' xmlns:dc='d'><item><title>A</title><link>https://blog.example/a</link>"
                "<dc:date>2026-03-03T00:00:00Z</dc:date></item></rdf:RDF>"
            ),
            [("https://blog.example/a", "A", "2026-03-03")],
        ),
        (
            (
                "<feed xmlns='http://www.w3.org/2005/Atom'><entry><link rel='self' href='/x'/><link href='/a'/>"
                "<published>2026-03-03T00:00:00Z</published><updated>2026-09-09T00:00:00Z</updated></entry></feed>"
            ),
            [("https://blog.example/a", "", "2026-03-03")],
        ),
    ],
)
def test_what_a_feed_leads_to(feed, entries):
    assert feeds.looks_like(feed)
    found = feeds.parse(feed.encode(), "https://blog.example/feed")
    assert [(entry.url, entry.title, entry.edition) for entry in found] == entries


STORY_OF_FEED = "<p>We run RabbitMQ in production for all of our orders.</p>" + "<p>It took a while.</p>" * 90


def entry_of(kind, content):
    return f"<feed><entry><link href='/a'/><content type='{kind}'>{content}</content></entry></feed>"


def rss(link, body):
    return (
        "<rss xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel><item><title>Our &lt;queue&gt;</title>"
        f"<link>{link}</link><description>We run</description><content:encoded><![CDATA[{body}]]></content:encoded>"
        "</item></channel></rss>"
    )


@pytest.mark.parametrize(
    ("feed", "whole"),
    [
        (rss("/a", STORY_OF_FEED), True),
        (rss("/a", f"{STORY_OF_FEED}<p>And then […] <a href='/a'>Read more</a></p>"), False),
        (rss("/a", f"{STORY_OF_FEED}<p>Continue reading on our blog.</p>"), False),
        (rss("/a", "<p>We run RabbitMQ.</p>"), False),
        (rss("/a", STORY_OF_FEED * 800), False),
        (entry_of("html", escape(STORY_OF_FEED)), True),
        (entry_of("xhtml", f"<div xmlns='http://www.w3.org/1999/xhtml'>{STORY_OF_FEED}</div>"), True),
        (entry_of("text", escape(STORY_OF_FEED)), True),
        ("<feed><entry><link href='/a'/><content src='/a.pdf' type='application/pdf'/></entry></feed>", False),
        (entry_of("xhtml", "<b>" * 5000 + "</b>" * 5000), False),
    ],
    ids=["encoded", "goes on", "goes on in words", "teaser", "too long", "html", "xhtml", "text", "elsewhere", "deep"],
)
def test_a_feed_may_have_the_whole_text(feed, whole):
    (entry,) = feeds.parse(feed.encode(), "https://blog.example/feed")
    assert entry.is_whole is whole
    if whole:
        assert "RabbitMQ in production for all of our orders" in entry.page


def test_of_a_feed_with_whole_texts_no_page_is_asked_for(site, shop):
    body = f"<script>alert('NATS')</script><img src='{site('/seen.gif')}' onerror='x'>{STORY_OF_FEED}"
    site.pages["/feed"] = (200, {}, rss(site("/one"), body))
    watch = follow(site, "/feed", company=shop)

    seen = look_at(watch)

    assert "/one" not in site.paths()
    batch = ImportBatch.objects.get(uid=seen.brought[0].batch)
    assert not re.search("script|onerror|seen.gif|NATS", batch.text)
    told = Evidence.objects.get(usage__state=State.PROPOSED)
    assert (told.usage.technology.name, told.source.url) == ("RabbitMQ", site("/one"))
    assert told.quote == "We run RabbitMQ in production for all of our orders."


def test_of_a_page_that_may_not_be_asked_for_is_read_what_the_feed_has(site, shop):
    site.pages["/feed"] = (200, {}, rss(site("/one"), "<p>We run RabbitMQ in production.</p>"))
    site.pages["/one"] = (403, {}, "no")
    seen = look_at(follow(site, "/feed", company=shop))
    assert [line.technology for line in seen.brought[0].lines] == ["rabbitmq"]
    assert not seen.is_wrong


@pytest.mark.parametrize(
    "bomb",
    [
        '<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><rss>&b;</rss>',
        '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss>&a;</rss>',
        "<rss>",
        "no feed",
        "",
        '<?xml version="1.0" encoding="nonsense"?><rss/>',
    ],
)
def test_a_feed_that_is_a_bomb_or_broken_is_refused(bomb):
    with pytest.raises(Unreadable):
        feeds.parse(bomb.encode(), "https://blog.example/feed")


def test_nobody_is_asked_for_the_document_type_of_an_old_feed():
    old = b'<!DOCTYPE rss PUBLIC "-//Old//EN" "http://127.0.0.1:9/rss-0.91.dtd"><rss/>'
    assert feeds.parse(old, "https://blog.example/") == []


def test_a_feed_may_be_as_deep_as_it_likes():
    assert feeds.parse(b"<rss>" + b"<a>" * 20_000 + b"</a>" * 20_000 + b"</rss>", "https://blog.example/") == []


def test_where_the_raw_text_of_a_file_is():
    blob = "https://github.com/cncf/toc/blob/main/docs/ADOPTERS%20old.md"
    assert raw_address(blob) == "https://raw.githubusercontent.com/cncf/toc/main/docs/ADOPTERS%20old.md"
    assert raw_address("https://github.com/cncf/toc") == "https://github.com/cncf/toc"


def test_what_a_page_says_of_its_own_dates():
    page = "<meta property='article:published_time' content='2026-03-03T10:00'><time datetime='2026-01-01'>"
    assert (Head(page).published_on, Head(page).changed_on) == ("2026-03-03", "")
    assert Head("<time datetime='2026-01-01'>").published_on == "2026-01-01"
    assert Head('<script>{"dateModified": "2026-02-02T01:00"}').changed_on == "2026-02-02"


def test_what_is_followed_goes_along_when_two_sources_become_one(site, shop):
    watch, kept = follow(site, "/a", company=shop), make_source()
    merge(watch.source, kept, user=None)
    watch.refresh_from_db()
    assert watch.source == kept

    follow(site, "/b", company=shop)
    merge(Source.objects.get(url=site("/b")), kept, user=None)
    assert Watch.objects.get().source == kept


def test_nothing_of_what_is_followed_moves_the_feed_of_changes(site, shop, client):
    before = client.get("/api/v1/changes/").json()
    watch = follow(site, "/a", company=shop)
    WatchedEdition.objects.create(watch=watch, url=site("/a"))
    assert client.get("/api/v1/changes/").json() == before
    assert not Source.objects.published().exists()
