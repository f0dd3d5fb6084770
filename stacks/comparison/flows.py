"""Migrations of many companies as a picture: bands from the technologies left to those chosen. Pure, like `timeline`.

Left and right of the bands is text of a fixed size, so only the bands stretch with the width: their `path` is drawn in
a box 100 wide and `height` high. `y` is in pixels.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from stacks.comparison.label import Label, cut
from stacks.comparison.matrix import Ref, Slug

BANDS, NODES = 40, 32  # drawn at most; nodes on each side
CHAINS = 8
_NAMED = 6
_SHORT, _LONG = 15, 40
_ROW, _GAP, _BETWEEN = 18, 2, 6
_WIDEST, _MOST, _LEAST = 120, 9, 0.75  # pixels for the widest node, and for one company
_ROUNDS = 6
_BESIDE = {"from": (35, "end", -8), "to": (65, "start", 8)}  # where the text of each side stands

Key = tuple[str, Slug]  # ("from" or "to", technology); where nobody says from what, "?" and what was chosen


@dataclass(frozen=True, slots=True)
class Step:
    """One migration, as the picture needs it; `before` is None where the sources do not say."""

    company: Ref
    before: Ref | None
    after: Ref
    category: Ref
    done: bool = True


@dataclass(frozen=True, slots=True)
class Flow:
    """All moves between two technologies; `done` when at least one company has made it."""

    before: Ref | None
    after: Ref
    companies: tuple[Ref, ...]
    done: bool

    @property
    def ends(self) -> tuple[Key, Key]:
        return ("from", self.before.slug if self.before else f"?{self.after.slug}"), ("to", self.after.slug)


@dataclass(frozen=True, slots=True)
class Band:
    flow: Flow
    path: str

    @property
    def title(self) -> str:
        names = [company.name for company in self.flow.companies[:_NAMED]]
        rest = len(self.flow.companies) - len(names)
        who = f"{', '.join(names)} and {rest} more" if rest else ", ".join(names)
        return f"{self.flow.before.name if self.flow.before else 'not stated'} → {self.flow.after.name}: {who}"


@dataclass(frozen=True, slots=True)
class Node:
    """A technology on one side; `both` when the picture has it on the other side too."""

    technology: Ref | None
    companies: int
    both: bool
    y: float
    height: float
    label: Label

    @property
    def end(self) -> float:
        return round(self.y + self.height, 2)

    @property
    def css(self) -> str:
        """How its name is written: muted where nobody says what it was, bold where it stands on both sides."""
        if not self.technology:
            return "t"
        return "both" if self.both else ""

    @property
    def baseline(self) -> float:
        """Where the text stands to be in the middle."""
        return round(self.y + self.height / 2 + 4.5, 1)


@dataclass(frozen=True, slots=True)
class Chain:
    """A company that went on from where it had moved: A to B to C."""

    company: Ref
    technologies: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class Flows:
    """`left_out` counts the flows for which there was no room; none of them has more than `left_out_companies`."""

    height: int
    befores: tuple[Node, ...]
    afters: tuple[Node, ...]
    bands: tuple[Band, ...]
    chains: tuple[Chain, ...]
    categories: tuple[tuple[Ref, int], ...]  # with how many moves, the most first
    moves: int
    companies: int
    technologies: int
    left_out: int
    left_out_companies: int


def build_flows(steps: Iterable[Step]) -> Flows | None:
    """The strongest flows that fit, whatever the order of the steps; None when there are none."""
    steps = list(steps)
    flows = gather_flows(steps)
    if not flows:
        return None
    drawn = _choose(flows)
    ends = {flow.ends for flow in drawn}
    rest = [flow for flow in flows if flow.ends not in ends]
    befores, afters, bands, height = _lay_out(drawn, _count_companies(flows))
    return Flows(
        height=height,
        befores=befores,
        afters=afters,
        bands=bands,
        chains=find_chains(steps),
        categories=tuple(
            sorted(Counter(step.category for step in steps).items(), key=lambda pair: (-pair[1], _by_name(pair[0])))
        ),
        moves=len(steps),
        companies=len({step.company for step in steps}),
        technologies=len({ref for step in steps for ref in (step.before, step.after) if ref}),
        left_out=len(rest),
        left_out_companies=max((len(flow.companies) for flow in rest), default=0),
    )


def gather_flows(steps: Iterable[Step]) -> list[Flow]:
    """One flow for each pair of technologies, by their names."""
    found: defaultdict[tuple[Ref | None, Ref], list[Step]] = defaultdict(list)
    for step in steps:
        found[step.before, step.after].append(step)
    flows = [
        Flow(before, after, tuple(sorted({s.company for s in those}, key=_by_name)), any(s.done for s in those))
        for (before, after), those in found.items()
    ]
    return sorted(flows, key=lambda flow: (_by_name(flow.before), _by_name(flow.after)))


def _by_name(ref: Ref | None) -> tuple[str, str]:
    return (ref.name.casefold(), ref.slug) if ref else ("\uffff", "")


def _choose(flows: Sequence[Flow]) -> list[Flow]:
    """The flows of most companies; of equal ones those whose ends most companies left or chose: hubs stay whole."""
    weights = _weigh(flows)
    ranked = sorted(flows, key=lambda flow: (-len(flow.companies), -sum(weights[end] for end in flow.ends)))
    chosen: list[Flow] = []
    sides: dict[str, set[Key]] = {"from": set(), "to": set()}
    for flow in ranked:
        if len(chosen) < BANDS and all(end in sides[end[0]] or len(sides[end[0]]) < NODES for end in flow.ends):
            chosen.append(flow)
            for end in flow.ends:
                sides[end[0]].add(end)
    return chosen


def _count_companies(flows: Iterable[Flow]) -> dict[Key, int]:
    """How many companies left or chose each technology, drawn or not."""
    found: defaultdict[Key, set[Ref]] = defaultdict(set)
    for flow in flows:
        for end in flow.ends:
            found[end].update(flow.companies)
    return {key: len(companies) for key, companies in found.items()}


def _weigh(flows: Iterable[Flow]) -> dict[Key, int]:
    weights: defaultdict[Key, int] = defaultdict(int)
    for flow in flows:
        for end in flow.ends:
            weights[end] += len(flow.companies)
    return weights


def _lay_out(
    flows: Sequence[Flow], companies: Mapping[Key, int]
) -> tuple[tuple[Node, ...], tuple[Node, ...], tuple[Band, ...], int]:
    """What hangs together is one block: the heaviest first, and bands cross only inside a block."""
    weights = _weigh(flows)
    unit = max(_LEAST, min(_MOST, _WIDEST / max(weights.values())))
    boxes: dict[Key, tuple[float, float]] = {}  # y and height of each node
    y = 0.0
    for block in _blocks(flows, weights):
        columns = _order(block, weights)
        sizes = [[max(_ROW, weights[key] * unit) for key in column] for column in columns]
        heights = [sum(column) + _GAP * (len(column) - 1) for column in sizes]
        for column, size, height in zip(columns, sizes, heights, strict=True):
            at = y + (max(heights) - height) / 2
            for key, room in zip(column, size, strict=True):
                thick = weights[key] * unit
                boxes[key] = (at + (room - thick) / 2, thick)
                at += room + _GAP
        y += max(heights) + _BETWEEN
    names = {end: ref for flow in flows for end, ref in zip(flow.ends, (flow.before, flow.after), strict=True)}
    nodes = {key: _node(key, names, boxes[key], companies[key]) for key in boxes}
    befores, afters = (
        tuple(sorted((node for key, node in nodes.items() if key[0] == side), key=lambda n: n.y))
        for side in ("from", "to")
    )
    return befores, afters, _bands(flows, boxes, unit), round(y - _BETWEEN + 1)


def _blocks(flows: Iterable[Flow], weights: Mapping[Key, int]) -> list[list[Flow]]:
    root: dict[Key, Key] = {}

    def find(key: Key) -> Key:
        while root.setdefault(key, key) != key:
            key = root[key]
        return key

    for flow in flows:
        one, other = (find(end) for end in flow.ends)
        root[max(one, other)] = min(one, other)
    blocks: defaultdict[Key, list[Flow]] = defaultdict(list)
    for flow in flows:
        blocks[find(flow.ends[0])].append(flow)
    return sorted(
        blocks.values(), key=lambda block: (-sum(len(flow.companies) for flow in block), -len(block), _first(block))
    )


def _first(block: Iterable[Flow]) -> tuple:
    return min((_by_name(flow.before), _by_name(flow.after)) for flow in block)


def _order(block: Sequence[Flow], weights: Mapping[Key, int]) -> tuple[list[Key], list[Key]]:
    """Each side in the order of the middle of what it is tied to, round by round; the best order met is kept."""
    links: defaultdict[Key, list[tuple[Key, int]]] = defaultdict(list)
    for flow in block:
        one, other = flow.ends
        links[one].append((other, len(flow.companies)))
        links[other].append((one, len(flow.companies)))
    left = sorted((key for key in links if key[0] == "from"), key=lambda key: (-weights[key], key))
    right = sorted((key for key in links if key[0] == "to"), key=lambda key: (-weights[key], key))
    best: tuple[int, list[Key], list[Key]] | None = None
    for _ in range(_ROUNDS):
        right = _by_middle(right, left, links)
        left = _by_middle(left, right, links)
        crossings = _crossings(block, left, right)
        if best is None or crossings < best[0]:
            best = (crossings, left, right)
    assert best
    return best[1], best[2]


def _by_middle(
    these: Collection[Key], others: Sequence[Key], links: Mapping[Key, Sequence[tuple[Key, int]]]
) -> list[Key]:
    places = {key: n for n, key in enumerate(others)}
    middle = {
        key: sum(places[end] * weight for end, weight in links[key]) / sum(weight for _, weight in links[key])
        for key in these
    }
    return sorted(these, key=lambda key: (middle[key], key))


def _crossings(block: Iterable[Flow], left: Sequence[Key], right: Sequence[Key]) -> int:
    lines = [(left.index(flow.ends[0]), right.index(flow.ends[1])) for flow in block]
    return sum((a - c) * (b - d) < 0 for n, (a, b) in enumerate(lines) for c, d in lines[:n])


def _node(key: Key, names: Mapping[Key, Ref | None], box: tuple[float, float], companies: int) -> Node:
    ref = names[key]
    text = ref.name if ref else "not stated"
    count = f" {companies}" if companies > 1 else ""
    long, short = (f"{cut(text, most - len(count))}{count}" for most in (_LONG, _SHORT))
    other = ("to" if key[0] == "from" else "from", key[1])
    y, height = box
    return Node(
        ref,
        companies,
        bool(ref) and other in names,
        round(y, 2),
        round(height, 2),
        Label(long, *_BESIDE[key[0]][:2], "" if short == long else short, _BESIDE[key[0]][2]),
    )


def _bands(flows: Sequence[Flow], boxes: Mapping[Key, tuple[float, float]], unit: float) -> tuple[Band, ...]:
    """Side by side at each end, in the order of where they lead, so that bands of one node do not cross."""
    offsets: dict[tuple[Flow, Key], float] = {}
    for side in (0, 1):
        at: dict[Key, float] = {}
        for flow in sorted(flows, key=lambda f: (boxes[f.ends[1 - side]][0], f.ends)):
            end = flow.ends[side]
            offsets[flow, end] = at.get(end, boxes[end][0])
            at[end] = offsets[flow, end] + len(flow.companies) * unit
    bands = []
    for flow in sorted(flows, key=lambda f: (boxes[f.ends[0]][0], boxes[f.ends[1]][0])):
        thick = len(flow.companies) * unit
        a, b = (offsets[flow, end] for end in flow.ends)
        back = f"V{b + thick:.1f}C50 {b + thick:.1f} 50 {a + thick:.1f} 0 {a + thick:.1f}Z"
        bands.append(Band(flow, f"M0 {a:.1f}C50 {a:.1f} 50 {b:.1f} 100 {b:.1f}{back}"))
    return tuple(bands)


def find_chains(steps: Iterable[Step]) -> tuple[Chain, ...]:
    """Ways of three or more technologies that one company went; the longest first. Circles are walked once."""
    by_company: defaultdict[Ref, set[tuple[Ref, Ref]]] = defaultdict(set)
    for step in steps:
        if step.before:
            by_company[step.company].add((step.before, step.after))
    chains = []
    for company, moves in by_company.items():
        if len(moves) < 2:
            continue
        onward: defaultdict[Ref, list[Ref]] = defaultdict(list)
        for before, after in sorted(moves, key=lambda move: (_by_name(move[0]), _by_name(move[1]))):
            onward[before].append(after)
        reached = {after for _, after in moves}
        starts = [ref for ref in onward if ref not in reached]
        ways = [way for start in starts for way in _walk((start,), onward)]
        chains += [Chain(company, way) for way in ways if len(way) > 2]
    chains.sort(
        key=lambda chain: (-len(chain.technologies), _by_name(chain.company), [_by_name(t) for t in chain.technologies])
    )
    return tuple(chains[:CHAINS])


def _walk(way: tuple[Ref, ...], onward: Mapping[Ref, Sequence[Ref]]) -> list[tuple[Ref, ...]]:
    """Every way on from the last of `way`, a bounded number of them."""
    ahead = [ref for ref in onward.get(way[-1], ()) if ref not in way][:CHAINS]
    if not ahead or len(way) == CHAINS:
        return [way]
    return [found for ref in ahead for found in _walk((*way, ref), onward)][:CHAINS]
