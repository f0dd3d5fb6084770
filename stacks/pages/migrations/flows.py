"""The flows of migrations as a page shows them: the picture, sentences about it, and where to look closer."""

from dataclasses import dataclass

from django.http import QueryDict

from stacks.comparison.flows import Flows, build_flows
from stacks.comparison.load import load_steps
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
    sentence: str
    closer: list[tuple[Link, int]]  # categories, where the picture leaves flows out
    chains: list[ChainView]
    open: bool  # whether the legend has to explain moves that nobody has finished
    both: bool


def show_flows(migrations, values: QueryDict) -> FlowsView | None:
    """Of all migrations that the filters leave, at most the newest `MOVES_READ`; None for fewer than two. One query."""
    steps = load_steps(migrations, MOVES_READ)
    picture = build_flows(steps) if len(steps) > 1 else None
    if not picture:
        return None
    return FlowsView(
        picture=picture,
        sentence=_sentence(picture),
        closer=_closer(picture, values) if picture.left_out else [],
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


def _closer(picture: Flows, values: QueryDict) -> list[tuple[Link, int]]:
    """Links to the same list, one category at a time; none where there is only one."""
    found = []
    for category, count in picture.categories[:_CATEGORIES]:
        query = values.copy()
        query["category"] = category.slug
        found.append((Link(category.name, f"?{query.urlencode()}"), count))
    return found if len(picture.categories) > 1 else []
