"""Since and until when a usage is known, how far it was on a day, and what is old."""

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stacks.comparison.load import load_citations, load_columns, load_matrix, load_newest_edition, load_stack
from stacks.comparison.matrix import Fact, Ref
from stacks.comparison.period import count_undated, find_used, in_use, is_discontinued, is_old, is_undated, stage_on
from stacks.curating import curating
from stacks.derived import check, find_times
from stacks.models import Company, Stage, Usage
from tests.factories import make_company, make_evidence, make_source, make_technology, make_usage
from tests.remembered import remembered


@pytest.mark.parametrize(
    ("stage", "started", "ended", "editions", "times"),
    [
        ("in_use", "", "", [("2020", ""), ("2018-04", ""), ("2022", "retiring")], ("2018-04", "", "2022")),
        ("in_use", "2016", "", [("2018", "")], ("2016", "", "2018")),
        ("in_use", "", "", [], ("", "", "")),
        ("in_use", "", "", [("2019", "planned"), ("2021", "")], ("2021", "", "2021")),
        ("trial", "", "", [("2020", "trial")], ("2020", "", "2020")),
        ("retired", "", "", [("2017", ""), ("2023-03", "retired"), ("2024", "retired")], ("2017", "2023-03", "2024")),
        ("retired", "", "", [("2023", "retired")], ("", "2023", "2023")),
        ("retired", "", "", [("2017", "")], ("2017", "", "2017")),
        ("retired", "2015", "", [("2023", "retired")], ("2015", "2023", "2023")),
        ("retired", "", "2019", [("2017", ""), ("2023", "retired")], ("2017", "2019", "2023")),
        ("retired", "", "2012", [("2015-08", "")], ("", "2012", "2015-08")),
        ("retired", "", "2023", [("2023-01", "")], ("2023-01", "2023", "2023-01")),
        ("planned", "2027", "", [("2025", "planned")], ("", "", "2025")),
    ],
)
def test_times_follow_from_what_the_editions_say(stage, started, ended, editions, times):
    for order in itertools.permutations(editions):
        assert find_times(stage, started, ended, list(order)) == times


@pytest.mark.parametrize(
    ("as_of", "stage"),
    [("2017", "trial"), ("2018-12", "in_use"), ("2019", "retiring"), ("2020", "retiring"), ("2016", "in_use")],
)
def test_the_stage_of_a_day_is_what_the_newest_edition_of_the_time_says(as_of, stage):
    said = (("2017-03", "trial"), ("2018", ""), ("2019-06", "retiring"))

    assert stage_on("retired", "2021", said, as_of) == stage
    assert stage_on("retiring", "2019-06", said, as_of) == stage


def test_on_the_day_of_the_newest_edition_it_is_as_far_as_today():
    assert stage_on("trial", "2021-05-31", (("2020", ""),), "2021-05") == "trial"
    assert stage_on("trial", "2021-06-01", (("2020", ""),), "2021-05") == "in_use"
    assert stage_on("trial", "", (), "2021-05") == "trial"


@pytest.mark.parametrize(
    ("last_said", "as_of", "old"),
    [
        ("2021-10", "", True),
        ("2021-11", "", False),
        ("2021", "", False),
        ("2020", "", True),
        ("", "", False),
        ("2020", "2024", False),
        ("2018", "2024", True),
        ("2020", "2030", True),
    ],
)
def test_old_is_what_was_last_said_more_than_so_many_years_before_the_newest_edition(last_said, as_of, old):
    assert is_old(last_said, "2026-11", 5, as_of) is old
    assert not is_old(last_said, "", 5, as_of)


partial_dates = st.dates(min_value=dt.date(2000, 1, 1)).flatmap(
    lambda day: st.sampled_from([str(day), str(day)[:7], str(day)[:4]])
)


@given(st.sampled_from(Stage.values), partial_dates, partial_dates, partial_dates)
def test_what_is_undated_is_in_no_stack_of_the_past(stage, since, until, as_of):
    fact = Fact("u", "acme", "brokers", Ref("kafka", "Kafka"), stage=stage, known_since=since, known_until=until)

    if is_undated(fact):
        assert not in_use(fact, as_of)


@pytest.fixture
@remembered
def history(db):
    """Usages of one company in every stage, with editions that say one thing after the other."""
    with curating():
        company = make_company("Acme")
        sources = {date: make_source(published_on=date) for date in ("", "2015", "2018-04", "2021-06-03", "2024")}
        tellings = [
            [("2015", "trial"), ("2018-04", ""), ("2021-06-03", "retiring"), ("2024", "retired")],
            [("2018-04", ""), ("", "retired")],
            [("2018-04", "planned"), ("2021-06-03", "")],
            [("", "")],
        ]
        for stage in Stage.values:
            for told in tellings:
                for fields in ({}, {"started": "2016"}, {"ended": "2023"}):
                    usage = make_usage(company, make_technology(), stage=stage, source=False, **fields)
                    for date, says in told:
                        make_evidence(sources[date], usage=usage, stage=says)
                    make_evidence(make_source(published_on="2014"), usage=usage, stance="contradicts")
    return company


@pytest.mark.parametrize(
    "as_of", ["2014", "2015", "2017", "2018-03", "2018-04", "2020", "2021-06", "2022", "2023", "2025"]
)
def test_a_day_means_the_same_in_the_database_and_in_the_facts(history, as_of):
    (column,) = load_columns([history])

    told = {fact.uid: fact.stage for fact in find_used(column.facts, as_of)}

    assert dict(Usage.objects.as_they_were(as_of).values_list("uid", "stage_then")) == told
    assert set(Usage.objects.as_of(as_of).values_list("uid", flat=True)) == told.keys()
    assert {entry.fact.uid for entry in _entries(load_matrix([history], as_of))} == told.keys()
    assert {fact.uid for fact, _ in load_stack(history, as_of).placed} == told.keys()


def test_the_undated_are_the_same_in_the_database_and_in_the_facts_and_are_counted(history):
    (column,) = load_columns([history])

    undated = {fact.uid for fact in column.facts if is_undated(fact)}

    assert set(Usage.objects.undated().values_list("uid", flat=True)) == undated
    assert load_matrix([history], "2019").undated == load_stack(history, "2019").undated == len(undated)
    assert count_undated(column.facts) == sum(fact.uid in undated for fact in column.facts if in_use(fact))
    assert check() == []


def _entries(matrix):
    return [entry for row in matrix.rows for cell in row.cells for entry in cell.entries]


def test_a_contradiction_moves_no_time(db):
    usage = make_usage(source=make_source(published_on="2019"))
    make_evidence(make_source(published_on="2010"), usage=usage, stance="contradicts")
    make_evidence(make_source(published_on="2025"), usage=usage, stance="contradicts", stage="retired")

    usage.refresh_from_db()

    assert (usage.known_since, usage.known_until, usage.last_said) == ("2019", "", "2019")


def test_times_follow_a_source_that_is_dated_later(db):
    source = make_source(published_on="")
    usage = make_usage(source=source)

    source.published_on = "2017"
    source.save()

    usage.refresh_from_db()
    assert (usage.known_since, usage.last_said) == ("2017", "2017")


def test_what_was_last_said_long_ago_is_counted_and_marked(db, settings):
    old = make_usage(make_company("Acme"), source=make_source(published_on="2011"))
    make_usage(old.company, source=make_source(published_on="2017"))
    make_usage(make_company("Hidden", state="draft"), source=make_source(published_on="2026"))

    assert load_newest_edition() == "2017"
    matrix = load_matrix([old.company])
    assert matrix.old == 1
    assert [entry.fact.uid for entry in _entries(matrix) if entry.fact.old] == [old.uid]
    assert load_matrix([old.company], "2014").old == 0
    settings.STALE_YEARS = 6
    assert load_matrix([old.company]).old == 0


def cited(company):
    return {c.title: c.first_party for c in load_citations("company", [company.pk])[company.pk]}


def test_the_words_of_another_company_are_no_first_party(db):
    fam, disqus = make_company("Fam"), make_company("Disqus")
    story = make_source(title="Story", company=fam)
    for company in (fam, disqus):
        make_evidence(story, company=company)
    make_evidence(make_source(title="Notes"), company=fam)

    assert cited(fam) == {"Story": True, "Notes": False}
    assert cited(disqus) == {"Story": False}


def test_the_words_of_a_parent_count_from_the_purchase_on_and_never_the_other_way(db):
    owner = make_company("Owner")
    child = make_company("Child", life="acquired", life_on="2012-04", parent=owner)
    for date in ("2011", "2012", "2012-03-31", "2012-04-09", "2020", ""):
        make_evidence(make_source(title=date or "undated", company=owner, published_on=date), company=child)
    make_evidence(make_source(title="Child's", company=child), company=owner)

    told = {"2011": False, "2012": True, "2012-03-31": False, "2012-04-09": True, "2020": True, "undated": False}
    assert cited(child) == told
    assert cited(owner) == {"Child's": False}
    Company.objects.filter(pk=owner.pk).update(state="draft")
    assert not any(cited(child).values())


@pytest.mark.parametrize(
    ("lifecycle", "ended_on", "as_of", "told"),
    [
        ("ended", "2021-12-31", "", True),
        ("ended", "", "", True),
        ("maintenance", "2021", "", False),
        ("ended", "2021-12-31", "2021-11", False),
        ("ended", "2021-12-31", "2021", True),
        ("ended", "2021", "2021-06", True),
        ("ended", "", "2021", False),  # nobody says when
    ],
)
def test_a_technology_is_called_discontinued_from_the_day_on_which_it_ended(lifecycle, ended_on, as_of, told):
    assert is_discontinued(lifecycle, ended_on, as_of) is told
