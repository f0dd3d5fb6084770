"""What docs/api.md says, and nothing less: an endpoint, filter or verb that it does not name fails."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from stacks import filtersets
from stacks.api.compare import CompareCompaniesForm, CompareTechnologiesForm
from stacks.api.parts import PARTS, SHAPES, Many
from stacks.models import Verb

GUIDE = (Path(settings.BASE_DIR) / "docs" / "api.md").read_text()
ROWS = dict(re.findall(r"^\| `([a-z/]+)/` \|[^|]*\| ([^|]*) \|$", GUIDE, re.MULTILINE))


@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("companies", ["slug", *filtersets.CompanyFilterSet.base_filters]),
        ("technologies", ["slug", *filtersets.TechnologyFilterSet.base_filters]),
        ("categories", ["slug", *filtersets.CategoryFilterSet.base_filters]),
        ("usages", ["uid", *filtersets.UsageFilterSet.base_filters]),
        ("migrations", ["uid", *filtersets.MigrationFilterSet.base_filters]),
        ("sources", ["uid", *filtersets.SourceFilterSet.base_filters]),
        ("coverage", ["uid", *filtersets.CoverageFilterSet.base_filters]),
        ("compare/companies", CompareCompaniesForm().fields),
        ("compare/technologies", CompareTechnologiesForm().fields),
    ],
)
def test_the_guide_names_each_filter(address, names):
    assert re.findall(r"`(\w+)`", ROWS[address]) == list(names)


@pytest.mark.parametrize("kind", PARTS)
def test_the_guide_names_all_that_can_be_included(kind):
    asking = GUIDE.partition("## As much as is needed")[2].partition("\n## ")[0]

    ends = [*SHAPES[kind].lists, *(name for name, part in PARTS[kind].items() if isinstance(part, Many))]
    assert [name for name in ends if f"`{name}`" not in asking] == []


@pytest.mark.django_db
def test_the_guide_names_each_address_of_the_root(client):
    resources = client.get("/api/v1/").json()["resources"].values()
    addresses = {url.split("/api/v1/")[1].strip("/").split("?")[0] for url in resources}

    assert addresses - {"schema", "docs"} == ROWS.keys()


def test_the_guide_names_each_verb():
    following = GUIDE.partition("## Following what changes")[2].partition("\n## ")[0]

    assert re.findall(r"^\| `(\w+)` \| [^|]+ \|$", following, re.MULTILINE) == list(Verb.values)
