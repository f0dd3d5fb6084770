"""What the signs of a story make of a name: ticked or offered, and why, in words."""

from benchmarks.learn_weights import Row, learn, score_of
from stacks.importers.weighing import BASE, weights

from .words import kinds, read, usages


def test_what_speaks_against_use_never_weighs_for_it():
    known = weights()
    assert BASE in known
    for sign in ("negated", "only named by the rules", "beside “or”", "in brackets", "always of a former job"):
        assert known.get(sign, 0) <= 0
    for sign in ("used by the rules", "a verb of use", "“we use” before it"):
        assert known.get(sign, 0) >= 0


def test_each_line_of_a_story_says_what_spoke_for_it_and_against_it():
    lines = usages("Our service runs on PostgreSQL.\n", form="prose")
    assert [(one.technology, one.ticked) for one in lines] == [("postgresql", True)]
    assert "weighed, for it: used by the rules" in lines[0].why or "used and sure by the rules" in lines[0].why


def test_what_the_team_did_at_a_former_job_is_spoken_against():
    lines = usages("In previous lives the team had used Python as well.\n", form="prose")
    assert "against it: always of a former job" in lines[0].why


def test_a_list_is_not_weighed():
    assert all("weighed" not in one.why for one in read("- Redis\n- Python\n", form="markdown").lines)


def test_the_company_is_the_same_with_another_apostrophe():
    text = "We run [Rock’n](https://redis.io) with Python.\n"
    assert kinds(text, company="Rock'n", form="prose")["redis"] == ("skip", False)


def test_weights_are_learned_from_signs_that_tell_the_used_from_the_rest():
    signs = ("negated", "a verb of use")
    rows = [Row(f"text {n % 10}", frozenset({signs[n % 2]}), bool(n % 2), 1.0) for n in range(120)]
    learned = learn(rows)
    assert all((score_of(row, learned) > 0) is row.used for row in rows)
    assert learned == learn(rows)
