"""Names that run from right to left stay where they are put, beside others and beside figures."""

import pytest

from stacks.exporters.isolation import isolated
from tests.factories import make_company, make_technology, make_usage

pytestmark = pytest.mark.django_db

ARABIC, HEBREW = "شركة البيانات", "חברת נתונים 2.0"


@pytest.fixture
def address():
    kafka = make_technology("Kafka")
    for name, slug in ((ARABIC, "data-co"), (HEBREW, "netunim"), ("Fam", "fam")):
        make_usage(make_company(name, slug=slug), kafka)
    return "/compare/companies/data-co/netunim/fam/"


@pytest.mark.parametrize("name", [ARABIC, HEBREW, "a\u202eb", "ܣ"])
def test_a_name_from_right_to_left_is_isolated(name):
    assert isolated(name) == f"\u2068{name}\u2069"


@pytest.mark.parametrize("name", ["Fam", "", "Łódź", "日本", "2.0"])
def test_other_names_are_left_alone(name):
    assert isolated(name) == name


def test_each_name_of_a_comparison_is_isolated(client, address):
    page = client.get(address).content.decode()
    listed = f"\u2068{ARABIC}\u2069, \u2068{HEBREW}\u2069 and Fam"

    assert listed in page[page.index("<h1") : page.index("</h1>")]
    assert f"<bdi>{ARABIC}</bdi>" in page
    assert f"<bdi>{HEBREW}</bdi>" in page
    assert f"{listed} compared" in client.get(f"{address}?format=cite").content.decode()
    table = client.get(f"{address}?format=md").content.decode()
    assert f"| \u2068{ARABIC}\u2069 | \u2068{HEBREW.replace('.', '.')}\u2069 | Fam |" in table


def test_data_has_the_names_as_they_are(client, address):
    for form in ("json", "csv"):
        told = client.get(f"{address}?format={form}").content.decode()
        assert ARABIC in told
        assert "\u2068" not in told.partition("\n")[2]


def test_the_page_of_a_company_isolates_its_name(client, address):
    assert f"<h1><bdi>{HEBREW}</bdi></h1>" in client.get("/companies/netunim/").content.decode()
