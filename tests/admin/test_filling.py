import pytest

from stacks.fetching import Fetcher
from stacks.models import Source
from tests.admin.doors import admin_url, form_data
from tests.factories import make_company, make_source, make_usage
from tests.pages_of_others import ALLOWED, PagesOfOthers

pytestmark = pytest.mark.django_db


@pytest.fixture
def web(monkeypatch):
    pages = PagesOfOthers()
    pages.pages["/stack"] = (200, {}, "<html><title>Our stack</title><meta name='date' content='2021-06-03'>")
    monkeypatch.setattr("stacks.admin.filling.Fetcher", lambda **_: Fetcher(pause=0.0, allowed=[ALLOWED]))
    yield pages
    pages.close()


def fill(client, **typed):
    data = form_data(client.get(admin_url(Source, "add"))) | typed
    return client.post(admin_url(Source, "add"), data | {"_fill": "1"})


def test_the_page_fills_in_what_is_empty_and_nothing_is_saved(log_in, web):
    curator = log_in("curator")
    assert "Fill in from the page" in curator.get(admin_url(Source, "add")).content.decode()

    page = fill(curator, url=web("/stack"), publisher="Acme")

    text = page.content.decode()
    assert 'value="Our stack"' in text
    assert 'value="2021-06-03"' in text
    assert 'value="Acme"' in text
    assert "The page says of itself: Our stack; 2021-06-03. Nothing is saved yet" in text
    assert not Source.objects.exists()
    curator.post(admin_url(Source, "add"), form_data(page) | {"kind": "talk"})
    assert Source.objects.get().published_on == "2021-06-03"


def test_a_page_that_is_known_says_so_and_is_not_asked(log_in, web):
    source = make_source(url=web("/stack"), title="Known by us")

    page = fill(log_in("curator"), url=web("/stack/"))

    assert "This page is a source already" in page.content.decode()
    assert 'value="Known by us"' in page.content.decode()
    assert admin_url(source, "change") in page.content.decode()
    assert web.asked == []


def test_only_by_post_and_by_who_may_write_sources(log_in, web):
    source = make_source(url=web("/stack"))
    for client in (log_in("onlooker"), log_in("nobody")):
        assert client.post(admin_url(Source, "add"), {"_fill": "1", "url": web("/stack")}).status_code == 403
        assert client.post(admin_url(source, "change"), {"_fill": "1", "url": web("/x")}).status_code == 403
    log_in("reviewer").get(admin_url(Source, "add"), {"_fill": "1", "url": web("/stack")})
    assert web.asked == []


def test_what_is_known_is_told_while_an_address_is_typed_or_chosen(log_in):
    company = make_company("Acme")
    source = make_source(url="https://blog.acme.example/stack", company=company, publisher="Acme")
    make_usage(source=source)
    curator, known = log_in("curator"), admin_url(Source, "known")

    told = curator.get(known, {"url": "http://www.blog.acme.example/stack/"}).json()
    assert told == curator.get(known, {"source": source.pk}).json()
    assert told["source"] == {"key": source.pk, "name": str(source), "edition": "2020-05-01", "cited": 1}
    assert told["values"]["company_name"] == "Acme"
    told = curator.get(known, {"url": "https://blog.acme.example/other"}).json()
    assert (told["source"], told["values"]["publisher"]) == (None, "Acme")
    for junk in ({}, {"url": "\x00"}, {"url": "x"}, {"source": "9" * 40}):
        assert curator.get(known, junk).json() == {"source": None, "values": {}}
    assert log_in("nobody").get(known).status_code == 403
    assert curator.post(known).status_code == 405


def test_a_source_is_found_by_its_address_where_it_is_cited(log_in):
    source = make_source(url="https://blog.acme.example/stack")
    make_source()
    box = {"app_label": "stacks", "model_name": "evidence", "field_name": "source"}

    for typed in ("https://www.blog.acme.example/stack/?utm_source=x", "blog.acme.example/stack", source.title):
        found = log_in("curator").get("/admin/autocomplete/", box | {"term": typed}).json()["results"]
        assert [row["id"] for row in found] == [str(source.pk)]
