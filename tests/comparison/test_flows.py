import itertools
import random as randomly
import re

from hypothesis import given
from hypothesis import strategies as st

from stacks.comparison.flows import BANDS, NODES, Step, build_flows, find_chains, gather_flows
from stacks.comparison.matrix import Ref


def ref(name: str) -> Ref:
    return Ref(name.lower(), name)


def step(company: str, before: str, after: str, *, done: bool = True) -> Step:
    return Step(ref(company), ref(before) if before else None, ref(after), Ref("stores", "Stores"), done)


def names(refs) -> list[str]:
    return [r.name for r in refs]


def made_up(moves: int, technologies: int = 60, companies: int = 90, seed: int = 7) -> list[Step]:
    """A few technologies that many leave or choose, and a long tail."""
    random = randomly.Random(seed)

    def some() -> str:
        return f"Technology {int(technologies * random.random() ** 2.2)}"

    steps = []
    while len(steps) < moves:
        before, after = some(), some()
        if before != after:
            steps.append(step(f"Company {random.randrange(companies)}", before, after, done=random.random() < 0.8))
    return steps


def test_moves_between_the_same_two_are_one_flow_as_thick_as_its_companies():
    steps = [step("Acme", "MySQL", "Vitess"), step("Bolt", "MySQL", "Vitess"), step("Acme", "MySQL", "Vitess")]

    (flow,) = gather_flows(steps)

    assert names(flow.companies) == ["Acme", "Bolt"]
    (band,) = build_flows(steps).bands
    assert [node.height for node in (*build_flows(steps).befores, *build_flows(steps).afters)] == [18, 18]
    assert band.title == "MySQL → Vitess: Acme, Bolt"
    assert build_flows(steps).categories == ((Ref("stores", "Stores"), 3),)


def test_back_and_forth_are_two_flows():
    flows = build_flows([step("Acme", "MySQL", "PostgreSQL"), step("Bolt", "PostgreSQL", "MySQL")])

    assert len(flows.bands) == 2
    assert all(node.both for node in (*flows.befores, *flows.afters))


def test_a_move_from_nobody_says_what_is_drawn():
    (node,) = build_flows([step("Acme", "", "Kubernetes")]).befores

    assert (node.technology, node.label.text, node.both) == (None, "not stated", False)


def test_moves_from_nobody_says_what_do_not_hang_together():
    flows = build_flows([step("Acme", "", "Kubernetes"), step("Acme", "", "Debezium"), step("Bolt", "", "Debezium")])

    assert [(node.label.text, node.height) for node in flows.befores] == [("not stated 2", 18), ("not stated", 9)]
    assert [node.technology.name for node in flows.afters] == ["Debezium", "Kubernetes"]


def test_a_flow_that_nobody_has_finished_shows():
    steps = [step("Acme", "A", "B", done=False), step("Acme", "C", "D"), step("Bolt", "C", "D", done=False)]

    assert {band.flow.before.name: band.flow.done for band in build_flows(steps).bands} == {"A": False, "C": True}


def test_nothing_is_drawn_of_nothing():
    assert build_flows([]) is None


def test_five_moves_that_have_nothing_in_common_stand_apart_and_do_not_cross():
    flows = build_flows([step("Acme", f"Old {n}", f"New {n}") for n in range(5)])

    assert [node.technology.name for node in flows.befores] == [f"Old {n}" for n in range(5)]
    assert [node.technology.name for node in flows.afters] == [f"New {n}" for n in range(5)]
    assert [node.y for node in flows.befores] == [node.y for node in flows.afters]


def test_two_hundred_moves_leave_the_weakest_out_and_say_how_many():
    steps = made_up(200)

    flows = build_flows(steps)

    assert len(flows.bands) <= BANDS
    assert len(flows.bands) + flows.left_out == len(gather_flows(steps))
    assert flows.moves == 200
    assert flows.left_out_companies <= min(len(band.flow.companies) for band in flows.bands)
    assert flows.height < 900


def test_a_long_name_is_cut_for_phones_only():
    flows = build_flows([step("Acme", "Service-oriented architecture", "Go")])

    assert flows.befores[0].label.text == "Service-oriented architecture"
    assert flows.befores[0].label.short == "Service-orient…"
    assert flows.afters[0].label.short == ""


def test_a_company_that_moved_on_is_told_as_a_chain():
    steps = [
        step("Discord", "Cassandra", "ScyllaDB"),
        step("Discord", "MongoDB", "Cassandra"),
        step("Acme", "ScyllaDB", "PostgreSQL"),
        step("Acme", "", "MongoDB"),
    ]

    chains = find_chains(steps)

    assert [(chain.company.name, names(chain.technologies)) for chain in chains] == [
        ("Discord", ["MongoDB", "Cassandra", "ScyllaDB"])
    ]


def test_who_went_in_a_circle_is_no_endless_chain():
    around = [step("Acme", "A", "B"), step("Acme", "B", "A")]

    assert find_chains(around) == ()
    assert [names(c.technologies) for c in find_chains([*around, step("Acme", "X", "A")])] == [["X", "A", "B"]]


@st.composite
def some_steps(draw):
    technologies = [f"T{n}" for n in range(draw(st.integers(2, 40)))]
    return [
        step(f"C{draw(st.integers(0, 9))}", before, after, done=draw(st.booleans()))
        for before, after in draw(st.lists(st.tuples(*[st.sampled_from(["", *technologies])] * 2), max_size=80))
        if after and before != after
    ]


@given(some_steps(), st.randoms())
def test_the_order_of_the_moves_changes_nothing(steps, random):
    shuffled = list(steps)
    random.shuffle(shuffled)

    assert build_flows(shuffled) == build_flows(steps)


@given(some_steps())
def test_nodes_do_not_overlap_and_bands_fill_them(steps):
    flows = build_flows(steps)
    if not steps:
        assert flows is None
        return

    assert len(flows.bands) <= BANDS
    assert len(flows.bands) + flows.left_out == len(gather_flows(steps))
    for side, column in enumerate((flows.befores, flows.afters)):
        assert len(column) <= NODES
        assert all(after.baseline - before.baseline >= 17.9 for before, after in itertools.pairwise(column))
        assert all(a.end <= b.y + 0.02 for a, b in itertools.pairwise(column))
        assert all(node.y >= 0 and node.end <= flows.height + 0.01 for node in column)
        for node in column:
            ends = sorted(_span(band.path, side) for band in flows.bands if _end(band, side) == node.technology)
            if node.technology is None:  # there may be several
                continue
            assert abs(ends[0][0] - node.y) < 0.1
            assert abs(ends[-1][1] - node.end) < 0.1
            assert all(abs(a[1] - b[0]) < 0.11 for a, b in itertools.pairwise(ends))


def _end(band, side):
    return (band.flow.before, band.flow.after)[side]


def _span(path: str, side: int) -> tuple[float, float]:
    numbers = [float(n) for n in re.findall(r"[\d.]+", path)]
    # M 0 a C 50 a 50 b 100 b V b2 C 50 b2 50 a2 0 a2
    return (numbers[1], numbers[14]) if side == 0 else (numbers[7], numbers[8])
