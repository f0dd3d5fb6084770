import pytest

from stacks.fetching import Fetcher, Refused
from stacks.filling import ask_page, fill, of_host
from tests.factories import make_company, make_source
from tests.pages_of_others import ALLOWED, PagesOfOthers

pytestmark = pytest.mark.django_db

PAGE = """<!doctype html><html><head><title>Our stack &amp; why | Acme</title>
<meta property="og:title" content="Our stack &amp; why"><meta property="og:site_name" content="Acme  Engineering">
<meta property="article:published_time" content="2021-06-03T10:00:00Z">
<meta property="article:modified_time" content="2024-02-01"></head><body>Text</body></html>"""


@pytest.fixture
def web():
    pages = PagesOfOthers()
    yield pages
    pages.close()


def fetcher():
    return Fetcher(pause=0.0, patience=10.0, most_seconds=20.0, allowed=[ALLOWED])


def test_a_page_says_what_it_is_called_and_when_it_was_written(web):
    web.pages["/stack"] = (200, {}, PAGE)

    filling = fill(web("/stack"), fetcher())

    assert filling.values == {
        "title": "Our stack & why",
        "publisher": "Acme Engineering",
        "published_on": "2021-06-03",
        "updated_on": "2024-02-01",
    }
    assert "Our stack & why; Acme Engineering; 2021-06-03" in filling.told


@pytest.mark.parametrize(
    ("page", "told"),
    [
        (404, "status 404"),
        ((200, {"Content-Type": "text/plain"}, "words"), "no web page"),
        ((200, {}, "<html><p>Nothing</p>"), "does not say"),
        ((200, {}, "<title" + "<title" * 20_000), "does not say"),
        ((301, {"Location": "http://10.0.0.1/"}, ""), "not of the open internet"),
    ],
)
def test_what_cannot_be_read_is_told(web, page, told):
    web.pages["/stack"] = page

    filling = fill(web("/stack"), fetcher())

    assert told in filling.told
    assert filling.values == {}


def test_the_network_of_the_operator_is_not_asked(web):
    web.pages["/stack"] = (200, {}, PAGE)

    with pytest.raises(Refused):
        ask_page(web("/stack"), Fetcher(pause=0.0))
    assert web.asked == []


def test_a_known_page_is_not_asked(web):
    company = make_company()
    source = make_source(url=web("/stack"), title="Stack", company=company, updated_on="2022")

    filling = fill(web("/stack/"), fetcher())

    assert filling.known == source
    assert filling.values == {
        "title": "Stack",
        "publisher": "Example",
        "kind": "engineering_blog",
        "company": company.pk,
        "published_on": "2020-05-01",
        "updated_on": "2022",
    }
    assert web.asked == []


def test_others_of_its_host_tell_who_publishes_it():
    make_source(url="https://blog.acme.example/a", publisher="Acme", kind="engineering_blog")
    make_source(url="https://www.blog.acme.example/b", publisher="Acme", kind="talk")
    make_source(url="https://other.example/blog.acme.example", publisher="Other")

    assert of_host("https://blog.acme.example/c") == {"publisher": "Acme"}
    assert of_host("https://unknown.example/c") == of_host("junk") == {}
    assert "Give the full address" in fill("junk", fetcher()).told
