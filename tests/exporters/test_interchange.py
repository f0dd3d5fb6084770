"""The forms that other tools read, whatever signs the data hold."""

import csv
import io

import pytest
import yaml

from stacks.comparison.matrix import Cited, Fact, Place, Ref
from stacks.comparison.stack import build_stack
from stacks.exporters.citation import Citation
from stacks.exporters.interchange import Adopter, Product, to_adopters, to_radar, to_techstack
from stacks.exporters.table import to_csv

NASTY = "=1+1 | *bold* [x](y) `code` <script>alert(1)</script> # not: a 'comment' \\ \"quoted\" & é"
DATA = Ref("data", "Data")
BROKERS = Place(DATA, Ref("brokers", "Message brokers"), (1, 1))
CACHES = Place(DATA, Ref("caches", "Caches"), (1, 2))
CITATION = Citation(
    "Stacks", "Acme, the stack", 7, "2026-01-02", "", "CC BY 4.0", "https://stacks.example/companies/acme/"
)


def cited(url="https://a.example/story", edition="2021-06", **told):
    return Cited("s1", url, "A story", "Acme", "docs", True, edition, **told)


def fact(slug="kafka", category="brokers", **told):
    return Fact(f"u-{slug}", "acme", category, Ref(slug, slug.title()), **told)


def stack(*facts):
    return build_stack([BROKERS, CACHES], facts)


def tools(*facts, products=None):
    return yaml.safe_load(to_techstack(Ref("acme", "Acme"), stack(*facts), products or {}, CITATION))["tools"]


def blips(*facts, products=None):
    text = to_csv(to_radar("Acme", stack(*facts), products or {}), "CC BY 4.0")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def rows(*adopters):
    lines = to_adopters(Ref("kafka", "Kafka"), adopters, ["A note."]).splitlines()
    return [line for line in lines if line.startswith("|")][2:]


def adopter(website="https://acme.example/", name="Acme", **told):
    return Adopter(Ref("acme", name), website, fact(**told), BROKERS)


def test_a_techstack_names_each_usage_with_what_the_format_has_a_place_for():
    products = {"kafka": Product("platform", "https://kafka.example/", "Apache-2.0", "yes")}
    used = fact(
        purpose="Events",
        hosting="saas",
        last_said="2021-06",
        sources=(cited(technology_version="3.1"),),
        scope="Growth",
    )

    (tool,) = tools(used, products=products)

    assert tool == {
        "name": "Kafka", "description": "Events", "website_url": "https://kafka.example/", "version": "3.1",
        "license": "Apache-2.0", "open_source": True, "hosted_saas": True, "category": "Data",
        "sub_category": "Message brokers", "detection_source_url": "https://a.example/story",
        "last_updated_on": "2021-06", "technology_slug": "kafka", "category_slug": "brokers", "scope": "Growth",
        "hosting": "saas", "uid": "u-kafka",
    }  # fmt: skip


def test_a_techstack_says_nothing_that_is_unknown_and_names_no_plans_and_no_past():
    found = tools(fact(), fact("redis", "caches", stage="planned"), fact("memcached", "caches", ended="2019"))

    assert [tool.keys() for tool in found] == [
        {"name", "category", "sub_category", "technology_slug", "category_slug", "uid"}
    ]


@pytest.mark.parametrize(
    "text", [NASTY, "- a\n- b", "null", "2020-01-01", "yes", "&anchor *alias !!tag", "a: b", "\x85\u2028"]
)
def test_a_techstack_gives_back_whatever_text_it_was_given(text):
    assert tools(fact(purpose=text))[0].get("description", "") == " ".join(text.split())


def test_a_radar_has_its_inner_rings_first_and_nothing_that_is_past():
    products = {"redis": Product("datastore"), "scrum": Product("practice"), "go": Product("language")}
    found = blips(
        fact("kafka", stage="retiring"), fact("redis", "caches", stage="planned"), fact("scrum", stage="trial"),
        fact("go"), fact("old", ended="2019"), products=products,
    )  # fmt: skip

    assert [(blip["name"], blip["ring"], blip["quadrant"], blip["isNew"]) for blip in found] == [
        ("Go", "adopt", "Languages & Frameworks", "FALSE"),
        ("Scrum", "trial", "Techniques", "FALSE"),
        ("Redis", "assess", "Platforms", "FALSE"),
        ("Kafka", "hold", "Tools", "FALSE"),
    ]


def test_a_description_of_a_radar_is_text_in_html_and_no_cell_is_a_formula():
    (blip,) = blips(fact(purpose=NASTY, scope="@team", via=Ref("msk", "=MSK")))

    assert "&lt;script&gt;" in blip["description"]
    assert "<" not in blip["description"]
    assert blip["description"].startswith("'=1+1")
    assert blip["purpose"].startswith("'=1+1")
    assert blip["scope"] == "'@team"


def test_an_adopter_has_its_six_cells():
    told = {
        "purpose": "Events",
        "via": Ref("msk", "Amazon MSK"),
        "scope": "Growth",
        "last_said": "2021-06",
        "stage": "in_use",
    }
    sources = (
        cited("https://old.example/", "2019"),
        cited(),
        cited("https://no.example/", "2023", stance="contradicts"),
    )

    (row,) = rows(adopter(**told, sources=sources))

    assert row == (
        "| [Acme](https://acme.example/) | Message brokers · Growth | in use | Events · via Amazon MSK "
        "| [A story](https://a.example/story) | 2021-06 |"
    )


def test_the_cells_of_an_adopter_stay_cells_whatever_they_hold():
    address = "https://a.example/a|b) [c](d) <e>"

    (row,) = rows(adopter(address, "A|B [Co](x)", purpose=NASTY, sources=(cited(address),)))

    assert row.replace("\\|", "").count("|") == 7
    assert r"A\|B \[Co\](x)" in row
    assert "https://a.example/a%7Cb%29%20%5Bc%5D%28d%29%20%3Ce%3E" in row
    assert r"\<script\>" in row


def test_an_adopter_without_a_website_or_a_source_is_plain_text():
    assert rows(adopter("")) == ["| Acme | Message brokers | in use |  |  |  |"]
