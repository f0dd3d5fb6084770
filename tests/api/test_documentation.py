"""What docs/api.md says, and nothing less: an endpoint, filter or verb that it does not name fails."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from stacks import filtersets
from stacks.api.compare import CompareCompaniesForm, CompareTechnologiesForm
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
        ("compare/companies", CompareCompaniesForm.base_fields),
        ("compare/technologies", CompareTechnologiesForm.base_fields),
    ],
)
def test_the_guide_names_each_filter(address, names):
    assert re.findall(r"`(\w+)`", ROWS[address]) == list(names)


@pytest.mark.django_db
def test_the_guide_names_each_address_of_the_root(client):
    resources = client.get("/api/v1/").json()["resources"].values()
    addresses = {url.split("/api/v1/")[1].strip("/").split("?")[0] for url in resources}

    assert addresses - {"schema", "docs"} == ROWS.keys()


def test_the_guide_names_each_verb():
    following = GUIDE.partition("## Following what changes")[2].partition("\n## ")[0]

    assert re.findall(r"^\| `(\w+)` \| [^|]+ \|$", following, re.MULTILINE) == list(Verb.values)
