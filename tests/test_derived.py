import pytest
from django.core.management import CommandError, call_command

from stacks import derived
from stacks.models import Change, Company, Counter, State, Technology, TechnologyAlias, TechnologyCount, Usage
from tests.factories import make_category, make_company, make_evidence, make_technology, make_usage

pytestmark = pytest.mark.django_db


def test_a_healthy_catalogue_has_no_difference():
    make_company(usages=3)

    assert derived.check() == []


@pytest.mark.parametrize(
    ("model", "field", "wrong"),
    [
        (Usage, "visible", False),
        (Usage, "known_since", "1999"),
        (Technology, "search_text", "nonsense"),
        (Technology, "sort_key", "zzz"),
        (Technology, "companies_count", 42),
        (Company, "search_text", ""),
        (Company, "revision", 10**6),
        (Company, "revised_at", None),
        (TechnologyAlias, "key", "nonsense"),
        (TechnologyAlias, "near_key", "nonsense"),
        (Counter, "revision", 10**6),
        (Counter, "vocabulary_revision", 10**6),
    ],
)
def test_a_wrong_value_is_found_and_repaired(model, field, wrong, capsys):
    make_usage()
    model._base_manager.filter(pk=model._base_manager.first().pk).update(**{field: wrong})

    with pytest.raises(CommandError, match="--repair"):
        call_command("check_derived")
    assert field in capsys.readouterr().out

    call_command("check_derived", repair=True)
    call_command("check_derived")


def test_many_rows_get_each_its_own_values_in_few_statements(django_assert_max_num_queries):
    for number in range(7):
        make_company(name=f"Company {number}")
    right = list(Company.objects.order_by("pk").values_list("search_text", "revised_at"))
    Company._base_manager.update(search_text="", revised_at=None)
    wrong = derived.check()

    with django_assert_max_num_queries(11):
        derived.repair(wrong)

    assert list(Company.objects.order_by("pk").values_list("search_text", "revised_at")) == right


def test_a_wrong_count_in_a_category_is_found_and_repaired():
    usage = make_usage()
    TechnologyCount.objects.update(companies=7)
    TechnologyCount.objects.create(category=make_category(), technology=usage.technology, companies=1)

    with pytest.raises(CommandError):
        call_command("check_derived", verbosity=0)
    call_command("check_derived", repair=True)

    assert list(TechnologyCount.objects.values_list("category", "companies")) == [(usage.category_id, 1)]


def test_a_published_usage_without_a_supporting_source_is_told_and_cannot_be_repaired():
    usage = make_usage(source=False)
    make_evidence(usage=usage, stance="contradicts")

    with pytest.raises(CommandError, match="Not all"):
        call_command("check_derived", repair=True)


def test_a_gap_in_the_feed_is_told():
    make_company()
    make_company()
    Change._base_manager.filter(seq=1)._raw_delete("default")

    with pytest.raises(CommandError):
        call_command("check_derived", verbosity=0)


@pytest.mark.parametrize("hidden", ["usage", "company", "technology"])
@pytest.mark.parametrize("state", [State.DRAFT, State.PROPOSED, State.RETRACTED])
def test_a_usage_is_visible_when_it_its_company_and_its_technology_are_published(hidden, state):
    usage = make_usage()
    row = usage if hidden == "usage" else getattr(usage, hidden)

    row.state = state
    row.save()

    assert list(Usage.objects.published()) == []
    row.state = State.PUBLISHED
    row.save()
    assert list(Usage.objects.published()) == [usage]


def test_counts_tell_companies_that_use_a_technology_at_present():
    technology = make_technology()
    company = make_company()
    make_usage(company, technology)
    make_usage(company, technology, make_category())
    make_usage(technology=technology, ended="2019")
    make_usage(technology=technology, stage="planned")
    make_usage(technology=technology, state=State.DRAFT)

    technology.refresh_from_db()

    assert technology.companies_count == 1
    assert sorted(TechnologyCount.objects.values_list("companies", flat=True)) == [1, 1]


def test_a_usage_that_changes_its_technology_moves_both_counts():
    usage, other = make_usage(), make_technology()
    first = usage.technology

    usage.technology = other
    usage.save()

    first.refresh_from_db()
    other.refresh_from_db()
    assert (first.companies_count, other.companies_count) == (0, 1)


def test_search_text_holds_every_name_once_each_on_a_line_of_its_own():
    technology = make_technology("Énergie DB")
    TechnologyAlias.objects.create(technology=technology, name="EDB")

    technology.refresh_from_db()

    assert technology.search_text == "\nedb\nenergie db\n"


def test_a_company_counts_what_the_public_sees_it_use_now():
    company, other = make_company("Acme"), make_company("Bolt")
    usage = make_usage(company)
    make_usage(company, stage="planned")
    technology = usage.technology

    def counts():
        return list(Company.objects.order_by("name").values_list("usages_count", flat=True))

    assert counts() == [1, 0]
    usage.company = other
    usage.save()
    assert counts() == [0, 1]
    technology.state = State.RETRACTED
    technology.save()
    assert counts() == [0, 0]
    technology.state = State.PUBLISHED
    technology.save()
    assert counts() == [0, 1]
    usage.delete()
    assert counts() == [0, 0]
    assert derived.check() == []


def test_what_comes_as_it_was_elsewhere_is_counted(tmp_path):
    company = make_company("Acme", usages=2)
    file = tmp_path / "all.json"
    call_command("dumpdata", "stacks.company", "stacks.usage", output=str(file))

    Usage.objects.all().delete()
    call_command("loaddata", str(file), verbosity=0)

    assert Company.objects.get(pk=company.pk).usages_count == 2
    assert [d for d in derived.check() if d.model is Company] == []


def test_a_wrong_count_of_a_company_is_found_and_mended():
    company = make_company("Acme", usages=2)
    Company._base_manager.update(usages_count=7)

    (difference,) = derived.check()
    assert "usages_count is 7, should be 2" in str(difference)
    derived.repair([difference])

    assert Company.objects.get(pk=company.pk).usages_count == 2


def test_what_the_feed_never_told_is_found_by_replaying_it(capsys):
    kept, lost = make_company("Kept"), make_company("Lost")
    kept.slug = "kept-now"
    kept.save()
    call_command("check_derived")
    Company._base_manager.filter(pk=lost.pk).update(state=State.RETRACTED)
    Company._base_manager.filter(pk=kept.pk).update(slug="moved-in-silence")
    capsys.readouterr()

    with pytest.raises(CommandError, match="wrong"):
        call_command("check_derived")

    said = capsys.readouterr().out
    assert "company lost: the feed never told that it went" in said
    assert "company moved-in-silence: the feed never told of it" in said
    assert "company kept-now: the feed never told that it went" in said
    assert "there is no such company" in said


def test_who_saves_a_row_that_was_read_before_leaves_what_is_derived_as_it_is():
    technology, company = make_technology("Kafka"), make_company("Fam")
    usage = make_usage(company, technology)

    for row, field in ((technology, "summary"), (company, "summary"), (usage, "purpose")):
        setattr(row, field, "Another")
        row.save()

    assert derived.check() == []
    for row, field in ((technology, "summary"), (company, "summary"), (usage, "purpose")):
        row.refresh_from_db()
        assert getattr(row, field) == "Another"
