from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stacks.comparison.aligning import build_matrix
from stacks.comparison.matrix import (
    Agreement,
    Blank,
    Fact,
    Looked,
    Only,
    Place,
    Ref,
    are_relatives,
    find_bases,
)

A, B, C = Ref("a", "Alpha"), Ref("b", "Beta"), Ref("c", "Gamma")
AREA = Ref("data", "Data")
PLACES = [Place(AREA, Ref(slug, slug.title()), (1, n, n)) for n, slug in enumerate(["brokers", "caches", "stores"])]
BASES = find_bases([("msk", "kafka"), ("aurora", "mysql"), ("aurora", "postgresql"), ("valkey", "redis")])


def fact(company: Ref, technology: str, category: str = "brokers", **fields) -> Fact:
    uid = f"{company.slug}-{technology}-{category}-{fields.get('position', 0)}"
    return Fact(uid, company.slug, category, Ref(technology, technology.title()), **fields)


def agreement_of(*facts: Fact, companies=(A, B)) -> Agreement:
    (row,) = build_matrix(companies, PLACES, facts, bases=BASES).rows
    return row.agreement


def test_same_when_all_filled_cells_hold_the_same_technologies():
    assert agreement_of(fact(A, "kafka"), fact(B, "kafka")) is Agreement.SAME
    assert agreement_of(fact(A, "kafka"), fact(B, "kafka"), companies=(A, B, C)) is Agreement.SAME


def test_overlap_when_some_technology_stands_in_two_cells():
    assert agreement_of(fact(A, "kafka"), fact(A, "nats"), fact(B, "kafka")) is Agreement.OVERLAP


def test_family_when_only_relatives_meet():
    assert agreement_of(fact(A, "kafka"), fact(B, "msk")) is Agreement.FAMILY


def test_relatives_in_one_cell_make_no_family():
    assert agreement_of(fact(A, "kafka"), fact(A, "msk"), fact(B, "nats")) is Agreement.DIFFERENT


def test_different_when_nothing_meets():
    assert agreement_of(fact(A, "kafka"), fact(B, "nats")) is Agreement.DIFFERENT


def test_single_when_one_cell_is_filled():
    assert agreement_of(fact(A, "kafka")) is Agreement.SINGLE


def test_a_managed_form_of_several_engines_says_nothing_about_which_it_runs():
    assert are_relatives("msk", "kafka", BASES)
    assert not are_relatives("aurora", "mysql", BASES)
    assert not are_relatives("aurora", "postgresql", BASES)
    assert not are_relatives("mysql", "postgresql", BASES)
    assert not are_relatives("mysql", "mysql", BASES)


def test_bases_follow_every_step_and_survive_a_circle():
    bases = find_bases([("a", "b"), ("b", "c"), ("c", "a")])

    assert bases["a"] == {"a", "b", "c"}


def test_only_shared_and_only_differences_filter_rows_but_not_the_summary():
    matrix = build_matrix(
        [A, B],
        PLACES,
        [
            fact(A, "kafka"),
            fact(B, "kafka"),
            fact(A, "redis", "caches"),
            fact(B, "memcached", "caches"),
            fact(A, "s3", "stores"),
        ],
    )

    shared, differences = matrix.only(Only.SHARED), matrix.only("differences")

    assert [row.agreement for row in shared.rows] == [Agreement.SAME]
    assert [row.agreement for row in differences.rows] == [Agreement.DIFFERENT, Agreement.SINGLE]
    assert shared.counts == matrix.counts == differences.counts


def test_a_blank_says_why_it_is_blank():
    looks = [Looked("b", "brokers", Blank.NOTHING_FOUND, "2026-11")]

    (row,) = build_matrix([A, B, C], PLACES, [fact(A, "kafka")], looks).rows

    assert [cell.blank for cell in row.cells] == [None, Blank.NOTHING_FOUND, Blank.NOBODY_LOOKED]
    assert row.cells[1].looked == looks[0]


def test_alikeness_counts_a_relative_half_and_only_what_both_document():
    matrix = build_matrix(
        [A, B],
        PLACES,
        [
            fact(A, "kafka"),
            fact(B, "kafka"),
            fact(A, "redis", "caches"),
            fact(B, "valkey", "caches"),
            fact(A, "s3", "stores"),
        ],
        bases=BASES,
    )

    (pair,) = matrix.alikeness

    assert (pair.met, pair.of, pair.categories, pair.share) == (3.0, 4, 2, 0.75)


def test_alikeness_is_unknown_when_nothing_is_documented_by_both():
    (pair,) = build_matrix([A, B], PLACES, [fact(A, "kafka")]).alikeness

    assert pair.share is None


def test_shared_technologies_come_first_and_in_the_same_order_in_each_column():
    facts = [
        fact(A, "zookeeper", position=1),
        fact(A, "kafka", position=3),
        fact(A, "nats", position=2),
        fact(B, "nats", position=9),
        fact(B, "kafka", position=1),
    ]

    (row,) = build_matrix([A, B], PLACES, facts).rows

    columns = [[entry.fact.technology.slug for entry in cell.entries] for cell in row.cells]
    assert columns == [["kafka", "nats", "zookeeper"], ["kafka", "nats"]]


def test_facts_of_a_company_that_is_not_compared_are_refused():
    with pytest.raises(ValueError, match="c"):
        build_matrix([A, B], PLACES, [fact(C, "kafka")])


technologies = st.sampled_from(["kafka", "msk", "redis", "valkey", "mysql", "aurora", "postgresql"])
cells = st.tuples(st.sampled_from([A, B, C]), technologies, st.sampled_from(["brokers", "caches", "stores"]))
fact_sets = st.sets(cells, max_size=25).map(
    lambda found: [fact(company, slug, category) for company, slug, category in sorted(found, key=str)]
)


@given(fact_sets)
def test_every_fact_appears_once_and_nothing_else_does(facts):
    matrix = build_matrix([A, B, C], PLACES, facts, bases=BASES)

    shown = [entry.fact for row in matrix.rows for cell in row.cells for entry in cell.entries]
    assert sorted(shown, key=lambda f: f.uid) == sorted(facts, key=lambda f: f.uid)


@given(fact_sets)
def test_the_order_of_companies_changes_the_columns_and_nothing_else(facts):
    told = {
        tuple((row.place.category.slug, row.agreement, tuple(ref.slug for ref in row.shared)) for row in matrix.rows)
        for order in permutations([A, B, C])
        for matrix in [build_matrix(order, PLACES, facts, bases=BASES)]
    }
    alike = {
        frozenset(
            (frozenset(ref.slug for ref in pair.companies), pair.met, pair.of)
            for pair in build_matrix(order, PLACES, facts, bases=BASES).alikeness
        )
        for order in permutations([A, B, C])
    }

    assert len(told) == 1
    assert len(alike) == 1


@given(fact_sets)
def test_alikeness_is_a_share(facts):
    for pair in build_matrix([A, B, C], PLACES, facts, bases=BASES).alikeness:
        assert pair.share is None or 0 <= pair.share <= 1


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("valkey", "redis", True),  # a fork
        ("valkey", "dragonfly", True),  # what it is a fork of, dragonfly is compatible with
        ("dragonfly", "keydb", False),  # both compatible with Redis: two steps
        ("memorydb", "dragonfly", True),  # a managed form of one single engine
        ("rds", "mysql", False),  # several engines: it says nothing about which
        ("rds", "aurora", False),
        ("tidb", "mysql", True),
        ("tidb", "mariadb", True),
        ("redis", "mysql", False),
        ("redis", "redis", False),
    ],
)
def test_relatives_are_what_their_bases_and_one_step_of_compatibility_make_them(one, other, expected):
    bases = find_bases(
        managed=[("memorydb", "redis"), ("rds", "mysql"), ("rds", "postgresql"), ("aurora", "postgresql")],
        forks=[("valkey", "redis"), ("mariadb", "mysql")],
        compatible=[("dragonfly", "redis"), ("keydb", "redis"), ("tidb", "mysql")],
    )

    assert are_relatives(one, other, bases) is expected
    assert are_relatives(other, one, bases) is expected
