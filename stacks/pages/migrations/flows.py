"""The flows of migrations as a page shows them: the picture, sentences about it, and where to look closer."""

from dataclasses import dataclass

from stacks.comparison.flows import Band, Flows, Node, build_flows
from stacks.comparison.load import load_steps
from stacks.comparison.matrix import Ref
from stacks.pages.filters import Filters
from stacks.pages.kept import while_moves_stand
from stacks.pages.parts import Link, company_link, technology_link

MOVES_READ = 5000
_CATEGORIES = 12


@dataclass(frozen=True, slots=True)
class ChainView:
    company: Link
    technologies: list[Link]
    end: str  # of the sentence that lists them: a semicolon, or a full stop after the last


@dataclass(frozen=True, slots=True)
class FlowsView:
    picture: Flows
    befores: list[tuple[Node, str]]  # each with the address of its moves in the list
    afters: list[tuple[Node, str]]
    bands: list[tuple[Band, str]]
    sentence: str
    closer: list[tuple[Link, int]]  # categories, where the picture leaves flows out
    chains: list[ChainView]
    open: bool  # whether the legend has to explain moves that nobody has finished
    both: bool


def show_flows(filters: Filters) -> FlowsView | None:
    """Of all migrations that the filters leave, at most the newest `MOVES_READ`; None for fewer than two. One query.

    Those of all migrations are kept until one of these changes.
    """
    return filters.once("migration-flows", lambda: _read(filters), while_moves_stand)


def _read(filters: Filters) -> FlowsView | None:
    steps = load_steps(filters.filterset.qs, MOVES_READ)
    picture = build_flows(steps) if len(steps) > 1 else None
    if not picture:
        return None
    return FlowsView(
        picture=picture,
        befores=[(node, _moves(filters, before=node.technology)) for node in picture.befores],
        afters=[(node, _moves(filters, after=node.technology)) for node in picture.afters],
        bands=[(band, _moves(filters, band.flow.before, band.flow.after)) for band in picture.bands],
        sentence=_sentence(picture),
        closer=_closer(picture, filters) if picture.left_out else [],
        chains=[
            ChainView(
                company_link(chain.company),
                [technology_link(ref) for ref in chain.technologies],
                "." if n == len(picture.chains) else ";",
            )
            for n, chain in enumerate(picture.chains, 1)
        ],
        open=not all(band.flow.done for band in picture.bands),
        both=any(node.both for node in picture.befores),
    )


def _sentence(picture: Flows) -> str:
    companies = "1 company" if picture.companies == 1 else f"{picture.companies} companies"
    newest = "the newest " if picture.moves == MOVES_READ else ""
    told = f"{newest}{picture.moves} moves of {companies} between {picture.technologies} technologies."
    if picture.left_out:
        drawn = len(picture.bands)
        most = (
            "one company each"
            if picture.left_out_companies == 1
            else f"at most {picture.left_out_companies} companies each"
        )
        told += f" Drawn are the {drawn} strongest of {drawn + picture.left_out} flows; the others are of {most}."
    return told[:1].upper() + told[1:]


def _closer(picture: Flows, filters: Filters) -> list[tuple[Link, int]]:
    """Links to the same list, one category at a time; none where there is only one."""
    found = [
        (Link(category.name, filters.address(category=[category.slug])), count)
        for category, count in picture.categories[:_CATEGORIES]
    ]
    return found if len(picture.categories) > 1 else []


def _moves(filters: Filters, before: Ref | None = None, after: Ref | None = None) -> str:
    """Where the list has the moves of an end or a band; empty for the end that no source names."""
    ends = {"from_technology": before, "to_technology": after}
    asked = {name: [ref.slug] for name, ref in ends.items() if ref}
    return f"{filters.address(**asked)}#moves" if asked else ""
