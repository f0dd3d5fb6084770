import gzip
import socket

import pytest

from stacks import __version__
from stacks.fetching import Disallowed, Fetcher, Refused, Unreachable
from tests.pages_of_others import ALLOWED, PagesOfOthers


@pytest.fixture
def site():
    others = PagesOfOthers()
    yield others
    others.close()


def fetcher(**options):
    return Fetcher(**{"pause": 0.0, "patience": 0.3, "most_seconds": 1.0, "allowed": [ALLOWED]} | options)


def test_a_page_with_who_asks_for_it(site):
    site.pages["/a"] = (
        200,
        {"ETag": '"1"', "Content-Type": "text/html; charset=latin-1"},
        "caf\u00e9".encode("latin-1"),
    )

    answer = fetcher().get(f"{site('/a')}?x=1#y")

    assert (answer.status, answer.text, answer.headers["ETag"], answer.moved_to) == (200, "caf\u00e9", '"1"', "")
    _, path, headers = site.asked[-1]
    assert path == "/a?x=1"
    assert headers["Host"] == f"127.0.0.1:{site.port}"
    assert headers["User-Agent"].startswith(f"Stacks/{__version__} (+http")


def test_only_news_is_asked_for(site):
    site.pages["/a"] = 304

    assert fetcher().get(site("/a"), etag='"1"').status == 304
    assert site.asked[-1][2]["If-None-Match"] == '"1"'


@pytest.mark.parametrize(("first", "moved"), [(301, True), (308, True), (302, False), (307, False)])
def test_a_redirect_is_followed_and_one_for_good_is_told(site, first, moved):
    site.pages |= {"/a": (first, {"Location": "/b"}, ""), "/b": (200, {}, "here")}

    answer = fetcher().get(site("/a"))

    assert (answer.text, answer.url) == ("here", site("/b"))
    assert answer.moved_to == (site("/b") if moved else "")


INWARDS = [
    "http://127.0.0.2/",
    "http://localhost/",
    "http://10.0.0.1/",
    "http://192.168.1.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://100.64.0.1/",
    "http://0.0.0.0/",
    "http://[::1]/",
    "http://[::ffff:10.0.0.1]/",
    "http://[64:ff9b::a00:1]/",
    "http://[2002:a00:1::]/",
    "http://[fd00::1]/",
    "http://[fe80::1%25eth0]/",
    "http://224.0.0.1/",
    "http://2130706434/",
    "http://0x7f000002/",
    "http://127.2/",
]
ODD = [
    "ftp://a.example/",
    "file:///etc/passwd",
    "http:///x",
    "http://user@a.example/",
    "gopher://a/",
    "http://[::1",
    "x",
    "",
]


@pytest.mark.parametrize("url", [*INWARDS, *ODD, "http://1.1.1.1:22/", "https://1.1.1.1:8080/"])
def test_nothing_but_the_open_web_is_asked(url):
    with pytest.raises((Refused, Unreachable)):
        fetcher(allowed=[]).get(url)


@pytest.mark.parametrize("url", [*INWARDS, "file:///etc/passwd", "//127.0.0.2/"])
def test_a_redirect_leads_nowhere_else(site, url):
    site.pages["/a"] = (302, {"Location": url}, "")

    with pytest.raises((Refused, Unreachable)):
        fetcher().get(site("/a"))

    assert site.paths() == ["/a"]


def test_a_name_is_resolved_once_and_asked_there(site, monkeypatch):
    """Asked again, the name would lead inwards: the connection goes to the address that was checked."""
    real, told = socket.getaddrinfo, []

    def resolve(host, port, *args, **options):
        if host != "rebound.example":
            return real(host, port, *args, **options)
        told.append(host)
        address = "127.0.0.1" if len(told) == 1 else "127.0.0.2"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    site.pages["/a"] = (200, {}, "here")

    answer = fetcher().get(f"http://rebound.example:{site.port}/a", heed_robots=False)

    assert (answer.text, told) == ("here", ["rebound.example"])
    assert site.asked[-1][2]["Host"] == f"rebound.example:{site.port}"


def test_one_address_inwards_is_enough_to_refuse(monkeypatch):
    places = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in ("1.1.1.1", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **options: places)

    with pytest.raises(Refused):
        fetcher(allowed=[]).get("http://both.example/")


def test_robots_are_heeded_and_asked_once(site):
    site.pages |= {"/robots.txt": (200, {}, "User-agent: *\nDisallow: /closed/"), "/open": 200, "/closed/a": 200}
    ours = fetcher()

    with pytest.raises(Disallowed):
        ours.get(site("/closed/a"))
    assert ours.get(site("/open")).status == 200

    assert site.paths() == ["/open"]
    assert len(site.asked) == 2


def test_a_host_rests_between_two_questions(site):
    site.pages |= {"/a": 200, "/b": 200}
    ours = fetcher(pause=0.2)

    for path in ("/a", "/b"):
        ours.get(site(path))

    gaps = [later - earlier for earlier, later in zip(site.at, site.at[1:], strict=False)]
    assert len(gaps) == 2
    assert min(gaps) > 0.19


def test_a_host_that_asks_for_an_hour_is_left_alone(site):
    site.pages |= {"/a": (429, {"Retry-After": "3600"}, ""), "/b": 200}
    ours = fetcher()

    assert ours.get(site("/a")).status == 429
    with pytest.raises(Unreachable, match="3600 seconds"):
        ours.get(site("/b"))

    assert site.paths() == ["/a"]


def test_a_circle_and_an_endless_way_end(site):
    site.pages |= {"/a": (302, {"Location": "/b"}, ""), "/b": (302, {"Location": "/a"}, "")}
    site.pages |= {f"/{n}": (302, {"Location": f"/{n + 1}"}, "") for n in range(20)}

    with pytest.raises(Unreachable, match="circle"):
        fetcher().get(site("/a"))
    with pytest.raises(Unreachable, match="more than 5 times"):
        fetcher().get(site("/0"))


def test_a_large_page_is_read_from_its_beginning(site):
    site.pages["/a"] = (200, {}, b"x" * 200_000)
    site.pages["/packed"] = (200, {"Content-Encoding": "gzip"}, gzip.compress(b"x" * 50_000_000))

    for path in ("/a", "/packed"):
        answer = fetcher(most_bytes=1000).get(site(path))
        assert (len(answer.body), answer.is_whole) == (1000, False)


def _silent(handler):
    handler.server.silence.wait(5)


def _dripping(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    while not handler.server.silence.wait(0.05):
        handler.wfile.write(b"x" * 20_000)


def _broken(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")


@pytest.mark.parametrize(
    "behaviour", [_silent, _dripping, _broken, lambda handler: handler.wfile.write(b"\x00\xff" * 90)]
)
def test_what_does_not_answer_well_is_told_and_left(site, behaviour):
    site.server.silence = site.stopped
    site.pages["/a"] = behaviour

    with pytest.raises(Unreachable):
        fetcher(most_bytes=10**9).get(site("/a"))
