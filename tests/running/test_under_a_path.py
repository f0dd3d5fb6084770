"""A site that does not have its host for itself: `SITE_URL=https://example.org/stacks`."""

import re
from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.running

LINK = re.compile(r'\b(?:href|src|action|data-search)="([^"#]+)')
JSON_LINK = re.compile(r'"(http://127\.0\.0\.1[^"]+)"')
START = ["/", "/companies/", "/companies/fam/", "/technologies/", "/changes/", "/migrations/", "/about/"]
OTHER = [
    "/search/?q=t1",
    "/compare/companies/fam/zerodha/",
    "/robots.txt",
    "/embed/companies/fam/",
    "/sitemap.xml",
    "/changes/atom/",
]


@pytest.fixture(scope="module", params=["kept", "stripped"])
def under_a_path(request, serve, catalogue_file, tmp_path_factory):
    """A server behind a proxy that passes the path on as it came, and one behind a proxy that strips it."""
    copy = tmp_path_factory.mktemp("path") / "catalogue.sqlite3"
    copy.write_bytes(catalogue_file[0].read_bytes())
    with serve(DATABASE_URL=f"sqlite:///{copy}", SITE_URL="http://127.0.0.1:{port}/stacks") as server:
        port = server.port
        prefix = "/stacks" if request.param == "kept" else ""

        def get(address):
            parts = urlsplit(address)
            assert parts.netloc in ("", f"127.0.0.1:{port}")
            assert parts.path.startswith("/stacks/"), address
            path = parts.path.removeprefix("/stacks")
            return server.get(
                f"{prefix}{path}{f'?{parts.query}' if parts.query else ''}", [("Host", f"127.0.0.1:{port}")]
            )

        yield get


def test_every_link_leads_somewhere_below_the_path(under_a_path):
    seen = set()
    for page in (*START, *OTHER):
        status, headers, body = under_a_path(f"/stacks{page}")
        assert status == 200, page
        text = body.decode()
        links = LINK.findall(text) if "html" in headers["Content-Type"] else JSON_LINK.findall(text)
        seen |= {link.replace("&amp;", "&") for link in links if link.startswith(("/", "http://127.0.0.1"))}
        seen |= set(re.findall(r"<loc>([^<]+)", text)) | set(re.findall(r"^Sitemap: (.*)$", text, re.MULTILINE))
        assert "Set-Cookie" not in headers

    wrong = {link: status for link in sorted(seen) if (status := under_a_path(link)[0]) not in (200, 301, 302)}
    wrong.pop("/stacks/api/v1/search/")  # it asks for a question
    assert not wrong
    assert len(seen) > 60


def test_documents_name_addresses_that_answer(under_a_path):
    for address in ("/api/v1/companies/fam/", "/api/v1/usages/?page_size=2", "/companies/fam/?format=json"):
        body = under_a_path(f"/stacks{address}")[2].decode()
        links = set(JSON_LINK.findall(body))

        assert links
        assert {link: under_a_path(link)[0] for link in links} == dict.fromkeys(links, 200)


def test_a_login_keeps_its_cookies_below_the_path(under_a_path):
    status, headers, _ = under_a_path("/stacks/admin/login/")

    assert status == 200
    assert "Path=/stacks/" in headers["Set-Cookie"]
    assert not headers["Set-Cookie"].startswith("csrftoken=")
    assert under_a_path("/stacks/admin/")[1]["Location"].startswith("/stacks/admin/login/")
