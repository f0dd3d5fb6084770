"""docs/integrations: each address in it answers, and what its script writes is what the other tools take."""

import csv
import importlib.util
import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from tests.factories import make_area, make_category, make_company, make_source, make_technology, make_usage

FOLDER = Path(settings.BASE_DIR) / "docs" / "integrations"
PAGES = sorted(FOLDER.glob("*.md"))
ADDRESS = re.compile(r"https://stacks\.example(/[^\s)\"'>`]+)")
NAME = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]")
TAG = re.compile(r"[a-z0-9+#]+(-[a-z0-9+#]+)*")


@pytest.fixture
def fam(db):
    data = make_area("Data")
    relational = make_category("Relational databases", parent=data)
    postgresql = make_technology("PostgreSQL", relational, kind="datastore", website="https://postgresql.example/")
    fam = make_company("Fam")
    source = make_source(url="https://example.org/story?a=1&b=ü", title="Why “we” chose it")
    make_usage(fam, postgresql, category=relational, purpose="Main: 'most' of the data", source=source)
    make_usage(fam, postgresql, category=relational, scope="Analytics", purpose="Reports")
    make_usage(fam, make_technology("Über" + "x" * 70, relational))
    make_usage(fam, make_technology("Old"), stage="retired", ended="2020")
    make_usage(make_company("Zerodha"), postgresql, category=relational)
    return fam


@pytest.fixture
def stack_py():
    spec = importlib.util.spec_from_file_location("stack", FOLDER / "stack.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_each_page_is_short_and_in_the_index():
    index = (FOLDER / "README.md").read_text()

    for page in PAGES:
        assert page.name == "README.md" or f"({page.name})" in index
        assert len(page.read_text().splitlines()) < 60


def test_each_address_answers(client, fam):
    asked = {address for page in PAGES for address in ADDRESS.findall(page.read_text())}

    assert len(asked) > 15
    for address in sorted(asked):
        answer = client.get(address)
        assert answer.status_code == 200, address
        if "format=" in address or address.endswith(".svg"):
            assert answer.headers["Access-Control-Allow-Origin"] == "*"
            assert client.get(address, headers={"if-none-match": answer.headers["ETag"]}).status_code == 304
        if "format=csv" in address:
            first = next(iter(answer)) if answer.streaming else answer.content
            assert first.startswith(b"\xef\xbb\xbf")


def test_the_radar_has_its_rings_and_at_most_four_quadrants(client, fam):
    text = client.get("/companies/fam/?format=radar").content.decode("utf-8-sig")

    blips = list(csv.DictReader(text.splitlines()))
    assert list(blips[0])[:5] == ["name", "ring", "quadrant", "isNew", "description"]
    assert {blip["ring"] for blip in blips} <= {"adopt", "trial", "assess", "hold"}
    assert {blip["quadrant"] for blip in blips} <= {"Languages & Frameworks", "Platforms", "Tools", "Techniques"}
    assert "Old" not in {blip["name"] for blip in blips}


def test_the_template_of_the_static_site_reads_what_is_there(client, fam):
    data = client.get("/companies/fam/?format=json").json()

    usage = data["rows"][0]["usages"][0]
    assert {"url", "licence", "rows"} <= data.keys()
    assert data["rows"][0]["category"]["name"] == "Relational databases"
    assert {"technology", "purpose", "sources"} <= usage.keys()
    assert {"url", "title"} <= usage["sources"][0].keys()


def test_backstage_takes_each_entity(client, fam, stack_py):
    def get(path):
        return client.get(f"/api/v1/{path}").json()

    entities = stack_py.backstage(stack_py.read(get, "fam"), "group:platform")

    assert [(e["kind"], e["metadata"]["title"]) for e in entities[:1]] == [("System", "Fam")]
    assert sorted(e["metadata"]["title"][:10] for e in entities[1:]) == ["PostgreSQL", "Über" + "x" * 6]
    postgresql = next(e for e in entities if e["metadata"]["title"] == "PostgreSQL")
    assert postgresql["spec"] == {"type": "datastore", "owner": "group:platform", "system": "fam"}
    assert sorted(postgresql["metadata"]["description"].split("; ")) == ["Main: 'most' of the data", "Reports"]
    assert postgresql["metadata"]["tags"] == ["relational-databases"]
    names = [e["metadata"]["name"] for e in entities]
    assert len(set(names)) == len(names)
    for each in entities:
        assert each["apiVersion"] == "backstage.io/v1alpha1"
        assert len(each["metadata"]["name"]) <= 63
        assert NAME.fullmatch(each["metadata"]["name"])
        assert all(TAG.fullmatch(tag) and len(tag) <= 63 for tag in each["metadata"].get("tags", []))
        assert all(urlsplit(link["url"]).netloc for link in each["metadata"]["links"])


def test_landscape2_finds_what_it_requires(client, fam, stack_py):
    def get(path):
        return client.get(f"/api/v1/{path}").json()

    data = json.loads(json.dumps(stack_py.landscape(stack_py.read(get, "fam"))))

    [area] = data["categories"]
    [category] = area["subcategories"]
    assert (area["name"], category["name"]) == ("Data", "Relational databases")
    assert [item["name"][:10] for item in category["items"]] == ["PostgreSQL", "Über" + "x" * 6]
    assert category["items"][0]["homepage_url"] == "https://postgresql.example/"
    for item in category["items"]:
        assert {"name", "homepage_url", "logo"} <= item.keys()
        for address in (item["homepage_url"], *(link["url"] for link in item["extra"]["other_links"])):
            assert re.match(r"https?://\w", address)
        assert re.fullmatch(r"[\w.-]+\.svg", item["logo"])
    assert "C&amp;A &lt;x&gt;" in stack_py.logo("C&A <x>")
