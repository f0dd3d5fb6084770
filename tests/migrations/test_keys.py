"""0004: what was written under the folding of before is carried over, and names that now meet are told."""

from importlib import import_module

import pytest

from stacks import derived
from stacks.models import Change, Company, CompanyAlias, Counter
from tests.factories import make_company, make_technology

pytestmark = pytest.mark.django_db

KEYS = import_module("stacks.migrations.0004_keys")


@pytest.fixture
def refold(models_then):
    then = models_then("0004_keys")
    return lambda: KEYS.refold(then, None)


def as_before(model, row, **values):
    model._base_manager.filter(pk=row.pk).update(**values)


def test_keys_sort_keys_and_search_texts_are_folded_anew(refold):
    lodz, muller = make_company("Łódź Soft"), make_company("Müller")
    as_before(Company, lodz, sort_key="zz000142odzsoft", search_text="\nłodz soft\n")
    as_before(CompanyAlias, lodz.aliases.get(), key="łodzsoft")
    as_before(CompanyAlias, muller.aliases.get(), second_key="")
    assert derived.check() != []
    newest = Counter.objects.get().revision

    refold()

    assert derived.check() == []
    assert Counter.objects.get().revision == newest  # nothing that is public has changed


def test_two_names_of_one_company_that_meet_become_one_and_the_feed_says_so(refold):
    company = make_company("Łódź Soft")
    as_before(CompanyAlias, company.aliases.get(), key="łodzsoft")
    CompanyAlias.objects.create(company=company, name="Lodz Soft")

    refold()

    assert list(company.aliases.values_list("name", "key")) == [("Łódź Soft", "lodzsoft")]
    newest = Change.objects.latest("seq")
    assert (newest.verb, newest.kind, newest.object, newest.payload) == (
        "changed",
        "company",
        company.slug,
        {"fields": ["aliases"]},
    )
    assert Company.objects.get().revision == Counter.objects.get().revision == newest.seq
    assert [d for d in derived.check() if d.field != "revised_at"] == []  # which the next migration fills in


def test_names_of_different_objects_that_meet_are_all_named_and_nothing_is_changed(refold):
    for polish, plain, make in (("Łódź", "Lodz", make_company), ("Øre", "Ore", make_technology)):
        row = make(polish)
        as_before(type(row.aliases.get()), row.aliases.get(), key=polish.casefold())
        make(plain, slug=f"{plain}-two".lower())

    with pytest.raises(RuntimeError) as refused:
        refold()

    assert "“Łódź” of the company lodz and “Lodz” of the company lodz-two" in str(refused.value)
    assert "“Øre” of the technology ore and “Ore” of the technology ore-two" in str(refused.value)
    assert CompanyAlias.objects.filter(key="łódź").exists()
