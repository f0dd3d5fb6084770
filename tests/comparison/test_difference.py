from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stacks.comparison.difference import (
    COMPARED,
    compare_dates,
    earliest_date,
    find_difference,
    find_passed,
    moves_between,
)
from stacks.comparison.matrix import Fact, Move, Ref


def fact(technology: str, category: str = "brokers", uid: str = "", **fields) -> Fact:
    fields.setdefault("known_since", fields.get("started", ""))
    return Fact(uid or f"{technology}-{category}", "acme", category, Ref(technology, technology.title()), **fields)


def names(found) -> list[str]:
    return [fact.technology.slug for fact in found]


def test_what_is_only_later_arrived_and_what_is_only_earlier_left():
    difference = find_difference([fact("kafka"), fact("nats")], [fact("kafka"), fact("redis")])

    assert (names(difference.arrived), names(difference.left)) == (["redis"], ["nats"])
    assert names(kept.after for kept in difference.same) == ["kafka"]
    assert difference.changed == ()


def test_a_technology_in_another_role_is_another_usage():
    difference = find_difference([fact("redis", "caches")], [fact("redis", "brokers")])

    assert (names(difference.arrived), names(difference.left)) == (["redis"], ["redis"])


def test_what_ended_and_was_taken_up_again_is_kept_and_tells_what_changed():
    before = fact("postgresql", uid="one", started="2012", ended="2018", hosting="self_hosted")
    after = fact("postgresql", uid="two", started="2020", hosting="managed", via=Ref("rds", "RDS"))

    (kept,) = find_difference([before], [after]).changed

    assert (kept.before, kept.after) == (before, after)
    assert kept.changed == ("hosting", "via", "started")


def test_a_usage_meets_itself_before_another_of_the_same_role():
    one, other = fact("kafka", uid="one", started="2012"), fact("kafka", uid="other", started="2019")

    difference = find_difference([one, other], [replace(other, stage="retiring")])

    assert difference.left == (one,)
    assert [(kept.before, kept.changed) for kept in difference.kept] == [(other, ("stage",))]


def test_arrivals_are_told_apart_by_what_is_known_of_their_beginning():
    begun = fact("kafka", started="2022")
    early, late = fact("redis", known_since="2021"), fact("nats", known_since="2023-05")
    undated = fact("nsq")

    difference = find_difference([], [late, begun, undated, early])

    assert difference.begun == (begun,)
    assert difference.first_told == (("2021", (early,)), ("2023-05", (late,)))
    assert difference.undated == (undated,)


HISTORY = [
    fact("begun", started="2019"),
    fact("ended", started="2018-03", ended="2021-06", stage="retired"),
    fact("told", known_since="2020-05-01"),
    fact("undated"),
    fact("planned", stage="planned", started="2019"),
    fact("retired", stage="retired", started="2018"),
]


@pytest.mark.parametrize(
    ("before", "after", "arrived", "left"),
    [
        ("2017", "2018", ["ended"], []),
        ("2018", "2020", ["begun", "told"], []),
        ("2020", "2021-06", [], ["ended"]),
        ("2018", "2022", ["begun", "told"], ["ended"]),
        ("2017", "2022", ["begun", "told"], []),  # came and went in between
        ("2022", "", ["undated"], []),  # today's stack knows what nobody dated
        ("2019", "2019", [], []),
    ],
)
def test_two_dates_are_compared_as_the_stacks_of_their_last_days(before, after, arrived, left):
    difference = compare_dates(HISTORY, before, after)

    assert (names(difference.arrived), names(difference.left)) == (arrived, left)


def test_what_came_and_went_in_between_is_in_neither_stack_and_told_apart():
    late = fact("late", known_since="2023", ended="2020")  # told of only when it had ended

    assert names(find_passed([*HISTORY, late], "2017", "2022")) == ["ended", "late"]
    assert names(find_passed(HISTORY, "2017")) == ["ended"]
    assert find_passed(HISTORY, "2018", "2022") == ()
    assert find_passed(HISTORY, "2017", "2021-05") == ()


def test_the_earliest_date_is_that_of_the_first_thing_known_to_be_in_use():
    assert earliest_date(HISTORY) == "2018"
    assert earliest_date([fact("kafka"), fact("nats", stage="planned", started="2001")]) == ""


def test_migrations_between_two_dates_began_or_were_done_in_that_time():
    def move(uid: str, started: str = "", ended: str = "") -> Move:
        place = Ref("brokers", "Brokers")
        return Move(uid, Ref("acme", "Acme"), None, Ref("kafka", "Kafka"), place, "done", started, ended)

    moves = [
        move("before", "2017", "2018"),
        move("begun", "2017", "2020"),
        move("within", "2019-03", "2019-03"),
        move("open", "2021-06-30"),
        move("after", "2021-07"),
        move("undated"),
    ]

    assert [m.uid for m in moves_between(moves, "2018", "2021-06")] == ["begun", "within", "open"]
    assert [m.uid for m in moves_between(moves, "2018")] == ["begun", "within", "open", "after"]


@st.composite
def stacks(draw):
    """Facts of one company as of one date: a uid stands in it once."""
    uids = draw(st.lists(st.integers(0, 12), unique=True, max_size=10))
    return [
        fact(
            # what a usage is of stays the same
            f"t{uid % 4}",
            f"c{uid % 2}",
            uid=str(uid),
            stage=draw(st.sampled_from(["trial", "in_use", "retiring"])),
            started=draw(st.sampled_from(["", "2019", "2020-03"])),
        )
        for uid in uids
    ]


@given(stacks(), st.randoms())
def test_equal_stacks_do_not_differ(facts, random):
    shuffled = list(facts)
    random.shuffle(shuffled)

    difference = find_difference(facts, shuffled)

    assert (difference.arrived, difference.left, difference.changed) == ((), (), ())
    assert [kept.before for kept in difference.same] == facts


@given(stacks(), stacks())
def test_the_other_way_round_what_arrived_has_left(one, other):
    forth, back = find_difference(one, other), find_difference(other, one)

    assert (forth.arrived, forth.left) == (back.left, back.arrived)
    assert {(k.before, k.after, k.changed) for k in forth.kept} == {(k.after, k.before, k.changed) for k in back.kept}


@given(stacks(), stacks())
def test_everything_appears_once_and_nothing_else(one, other):
    difference = find_difference(one, other)

    assert Counter([*difference.left, *(kept.before for kept in difference.kept)]) == Counter(one)
    assert Counter([*difference.arrived, *(kept.after for kept in difference.kept)]) == Counter(other)
    assert len(difference.changed) + len(difference.same) == len(difference.kept)
    told = [*difference.begun, *difference.undated, *(f for _, facts in difference.first_told for f in facts)]
    assert Counter(told) == Counter(difference.arrived)


@given(stacks(), stacks())
def test_nothing_arrives_in_a_role_that_it_has_left(one, other):
    difference = find_difference(one, other)

    def roles(facts):
        return {(f.technology.slug, f.category) for f in facts}

    assert roles(difference.arrived).isdisjoint(roles(difference.left))
    assert all(set(kept.changed) <= set(COMPARED) for kept in difference.kept)
