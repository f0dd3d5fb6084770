"""Each constraint is doubted for the rows that break it, and for no others, as Django itself validates them."""

import pytest
from django.core.exceptions import ValidationError

from stacks.constraints import doubtful
from stacks.models import Curated, Evidence, Source, Usage
from tests.factories import make_company, make_source, make_technology, make_usage

pytestmark = pytest.mark.django_db


def broken(row, unknown=()):
    """The names of the constraints that Django finds broken, one by one."""
    found = []
    for constraint in row._meta.constraints:
        try:
            constraint.validate(type(row), row, exclude=set(unknown))
        except ValidationError:
            found.append(constraint.name)
    return found


def names(rows, unknown=()):
    return [[each.name for each in found] for found in doubtful([(row, unknown) for row in rows])]


@pytest.mark.both_databases
def test_what_may_be_broken_is_found_for_many_rows_at_once(django_assert_num_queries):
    company, technology, source = make_company(), make_technology(), make_source(url="https://a.example/100%25")
    usage = make_usage(company, technology, source=source, scope="Cars")
    other = make_usage(company, make_technology())
    places = {"company": company, "technology": technology, "category": usage.category}
    twin = Usage(**places, scope="Cars", scope_key=usage.scope_key)
    rows = [
        usage,
        twin,
        Usage(**places, scope="Cars", scope_key=usage.scope_key, ended="2020"),
        Usage(**places, scope="Cars", scope_key=usage.scope_key, stage="retired"),
        Usage(**places, via=technology),
        Usage(**places, started="2020-03", ended="2020"),
        Usage(**places, started="2020-03", ended="2020-02", via=technology),
        other,
    ]
    other.technology, other.category, other.scope_key = technology, usage.category, usage.scope_key

    with django_assert_num_queries(1):
        found = names(rows)

    assert found == [broken(row) for row in rows]
    assert [len(each) for each in found] == [0, 1, 0, 0, 1, 0, 2, 1]
    assert names([twin], {"company"}) == [broken(twin, {"company"})] == [[]]


@pytest.mark.both_databases
def test_the_constraints_of_every_model_can_be_asked(db):
    usage = make_usage(source=make_source())
    rows = [
        Evidence(usage=usage, source=usage.evidence.get().source),
        Evidence(company=usage.company, source=usage.evidence.get().source, stage="retired"),
        Evidence(source=usage.evidence.get().source),
    ]
    assert names(rows) == [broken(row) for row in rows]
    for url in ("http://a.example", "HTTPS://b.example", "ftp://c.example", usage.evidence.get().source.url):
        row = Source(url=url, title="Title")
        row._meta.get_field("url_key").pre_save(row, True)
        assert names([row]) == [broken(row)]
    for model in Curated.__subclasses__():
        for each in [model, *model.__subclasses__()]:
            if not each._meta.abstract:
                doubtful([(each(), ())])
