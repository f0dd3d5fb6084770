"""What a visitor sends changes the visitor's own answer at most, never what others get."""

import pytest

pytestmark = pytest.mark.running

HEADERS = [
    ("Accept", "application/json"),
    ("Accept-Language", "de"),
    ("Authorization", "Basic YTpi"),
    ("Cookie", "sessionid=x; csrftoken=y"),
    ("Content-Type", "text/html; charset=utf-16"),
    ("Forwarded", "for=192.0.2.60;proto=https;host=evil.example"),
    ("Front-End-Https", "on"),
    ("Host", "localhost:1"),
    ("HTTPS", "on"),
    ("If-Match", "*"),
    ("Max-Forwards", "0"),
    ("Origin", "https://evil.example"),
    ("Path-Info", "/changes/"),
    ("PATH_INFO", "/changes/"),
    ("Prefer", "return=minimal"),
    ("Range", "bytes=0-9"),
    ("Referer", "https://evil.example/"),
    ("Remote-User", "admin"),
    ("SCRIPT_NAME", "/technologies"),
    ("Script-Name", "/technologies"),
    ("Sec-Fetch-Dest", "iframe"),
    ("User-Agent", "<script>"),
    ("Via", "1.1 evil.example"),
    ("X-Forwarded-For", "203.0.113.9"),
    ("X-Forwarded-Host", "evil.example"),
    ("X-Forwarded-Port", "8443"),
    ("X-Forwarded-Prefix", "/changes"),
    ("X-Forwarded-Proto", "https"),
    ("X-Forwarded-Protocol", "ssl"),
    ("X-Forwarded-Ssl", "on"),
    ("X-HTTP-Method-Override", "DELETE"),
    ("X-Original-URL", "/changes/"),
    ("X-Requested-With", "XMLHttpRequest"),
    ("X-Rewrite-URL", "/changes/"),
    ("X-Script-Name", "/changes"),
]


PLAIN = ("Host", "127.0.0.1")


def pages(server):
    """A page for each header, as who sends none of them gets it."""
    return [server.get(f"/technologies/t{number}/", [PLAIN]) for number in range(len(HEADERS))]


@pytest.fixture(scope="module")
def clean(serve, catalogue_file, tmp_path_factory):
    """What a server says that nobody has sent anything odd."""
    copy = tmp_path_factory.mktemp("clean") / "catalogue.sqlite3"
    copy.write_bytes(catalogue_file[0].read_bytes())
    with serve(DATABASE_URL=f"sqlite:///{copy}") as server:
        return [(status, headers["ETag"], body) for status, headers, body in pages(server)]


@pytest.mark.parametrize("arguments", [(), ("--config", "{none}", "--worker-class", "gthread")])
def test_no_header_changes_what_others_get(serve, database, tmp_path, clean, arguments):
    """With our configuration of gunicorn and with none: what each header made is what the next visitor is given."""
    none = tmp_path / "none.py"
    none.touch()
    arguments = [argument.format(none=none) for argument in arguments]
    with serve(*arguments, "--bind", "127.0.0.1:{port}", DATABASE_URL=f"sqlite:///{database}") as server:
        for number, header in enumerate(HEADERS):
            host = [] if header[0] == "Host" else [PLAIN]
            server.get(f"/technologies/t{number}/", [*host, header])
        server.get("/changes/", [PLAIN, ("SCRIPT_NAME", "/changes")])
        got = [(status, headers["ETag"], body) for status, headers, body in pages(server)]
        changes = server.get("/changes/", [PLAIN])[2]

    assert {status for status, _, _ in clean} == {200}
    assert [header for header, one, other in zip(HEADERS, got, clean, strict=False) if one != other] == []
    assert b"<h1>Changes" in changes


def test_a_part_of_the_path_cannot_be_hidden_from_a_rule_of_the_proxy(serve, database):
    with serve(DATABASE_URL=f"sqlite:///{database}") as server:
        assert server.get("/x/admin/login/", [PLAIN, ("SCRIPT_NAME", "/x")])[0] == 404


def test_https_is_believed_only_of_the_header_that_a_setting_names(serve, database):
    settings = {
        "DATABASE_URL": f"sqlite:///{database}",
        "PRODUCTION": "true",
        "SECRET_KEY": "k" * 60 + "".join(map(str, range(10))),
        "ALLOWED_HOSTS": "stacks.example.org",
        "SITE_URL": "https://stacks.example.org",
        "SECURE_PROXY_SSL_HEADER": "X-Forwarded-Ssl-Told",
        "TRUSTED_PROXIES": "1",
    }
    host = ("Host", "stacks.example.org")
    with serve(**settings) as server:
        assert server.get("/companies/", [host])[0] == 301
        assert server.get("/companies/", [host, ("X-Forwarded-Proto", "https")])[0] == 301
        assert server.get("/companies/", [host, ("X-Forwarded-Ssl-Told", "https")])[0] == 200
