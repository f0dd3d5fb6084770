"""The cells of a comparison, rendered once per company and kept under its own and the vocabulary's revision.

A cell depends on the other columns, on the date, on what is newest and on how much detail is asked for only by a class
and a few words ("= Zerodha", "Trial", "last said 2011"), which are filled in afterwards, and by its reasons being open
or left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString

from stacks.comparison.load import load_columns
from stacks.comparison.matrix import Column, Entry, Fact, Looked, Place, Ref
from stacks.comparison.technologies import Use as Used
from stacks.conditional import revision_of
from stacks.models import Company
from stacks.pages.kept import keep, kept_under
from stacks.pages.parts import BlankView, Link, UseView, in_words, show_told, show_use
from stacks.pages.skeletons import mark, skeleton, without_indents
from stacks.templatetags.stacks_text import as_html, escaped

Pieces = tuple[str, str, str, str, str]  # the HTML of a usage, cut where something is said of it
Use = tuple[bytes, bytes, bytes]  # the same as it is shown, cut before its class and where its row says what it meets

_CLASS, _WORDS = mark("class"), mark("words")
_MORE, _MORE_ENDS = '<details class="use-more"', "</details>"  # purpose, reasons and sources of a usage
_KEPT_FIELDS = (
    "uid", "company", "category", "technology", "position", "stage",
    "started", "known_since", "ended", "known_until", "last_said", "said", "lifecycle", "lifecycle_on",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cells:
    """A company's facts without what their HTML has already, and the HTML of each usage by uid."""

    column: Column
    html: dict[str, Pieces]


@dataclass(frozen=True, slots=True)
class _Marks:
    """A usage as its template sees it, with a mark in each place that is filled in."""

    css: str = mark("css")
    picture: str = mark("picture")
    technology: Link = Link(mark("text"), mark("url"))  # noqa: RUF009  (frozen)
    told: tuple[tuple[str, str], ...] = ()
    matches: str = mark("matches")
    more: str = mark("more")


_MARKED = _Marks()


def load_cells(request: HttpRequest, companies: Sequence[Company]) -> list[Cells]:
    """The cells of each company. No query when all are kept, three when any is not."""
    revision = revision_of(request)
    stamps = {_name(c): stamp_of(request, c) for c in companies}
    kept = kept_under(revision, stamps)
    missing = [company for company in companies if _name(company) not in kept]
    if missing:
        made = {_name(c): _pack(column) for c, column in zip(missing, load_columns(missing), strict=True)}
        keep(revision, stamps, made)
        kept |= made
    return [_unpack(*kept[_name(company)]) for company in companies]


def load_more(
    request: HttpRequest, companies: Mapping[int, str], uses: Mapping[tuple[int, int], Sequence[Used]]
) -> dict[str, SafeString]:
    """What opens of each usage of the companies, by uid: kept for each of them too, under the stamp that is given, and
    made of those of which it is not."""
    revision = revision_of(request)
    stamps = {f"more:{company}": f"{stamp} {revision.of_vocabulary}" for company, stamp in companies.items()}
    kept = kept_under(revision, stamps)
    found: dict[str, SafeString] = {}
    made: dict[str, dict[str, SafeString]] = {}
    for (company, _), own in uses.items():
        name = f"more:{company}"
        for use in own if company in companies else ():
            known = made.get(name) or kept.get(name, {})
            if use.fact.uid not in known:
                made[name] = known = known | {use.fact.uid: show_use(use.fact).more}
            found[use.fact.uid] = known[use.fact.uid]
    if made:
        keep(revision, stamps, made)
    return found


def stamp_of(request: HttpRequest, company: Company) -> str:
    """Of all that a company's cells are made from."""
    return f"{company.revision} {company.revised_at} {revision_of(request).of_vocabulary}"


def _name(company: Company) -> str:
    return f"cells:{company.pk}"


def _pack(column: Column) -> tuple[list[tuple], list[tuple], tuple[Looked, ...], dict[str, Pieces]]:
    """As plain tuples, which a cache gives back several times faster than dataclasses."""
    html = {fact.uid: pack_use(show_use(fact)) for fact in column.facts}
    facts = [
        tuple((f.technology.slug, f.technology.name) if n == "technology" else getattr(f, n) for n in _KEPT_FIELDS)
        for f in column.facts
    ]
    places = [(p.area.slug, p.area.name, p.category.slug, p.category.name, p.order) for p in column.places]
    return facts, places, column.looks, html


def pack_use(use: UseView, detail: str = "") -> Pieces:
    """What stands before its class, before what its row says of it, after that, what opens, and after that.

    With "names" as `detail` that of one of which no more is known, so that nothing opens.
    """
    html = skeleton("stacks/parts/_use.html", use=_MARKED, anchored=False, detail=detail).fill(
        css=as_html(_CLASS),
        picture=use.picture,
        url=use.technology.url,
        text=use.technology.text,
        matches=as_html(_WORDS),
        more="" if detail == "names" else use.more,
    )
    before, _, rest = html.partition(_CLASS)
    name, _, rest = rest.partition(_WORDS)
    said, opens, rest = rest.partition(_MORE)
    if not opens:
        return before, name, said, "", ""
    more, ends, after = rest.rpartition(_MORE_ENDS)
    return before, name, said, more + ends, after


def _unpack(facts: list[tuple], places: list[tuple], looks: tuple[Looked, ...], html: dict[str, Pieces]) -> Cells:
    return Cells(
        Column(
            tuple(_unpack_fact(*fact) for fact in facts),
            tuple(Place(Ref(area, area_name), Ref(slug, name), order) for area, area_name, slug, name, order in places),
            looks,
        ),
        html,
    )


def _unpack_fact(
    uid: str, company: str, category: str, technology: tuple[str, str], position: int, stage: str, *times: Any
) -> Fact:
    """As `_KEPT_FIELDS` says."""
    started, known_since, ended, known_until, last_said, said, lifecycle, lifecycle_on = times
    return Fact(
        uid=uid, company=company, category=category, technology=Ref(*technology), position=position, stage=stage,
        started=started, known_since=known_since, ended=ended, known_until=known_until, last_said=last_said, said=said,
        lifecycle=lifecycle, lifecycle_on=lifecycle_on,
    )  # fmt: skip


def finish(pieces: Pieces, fact: Fact, detail: str) -> Use:
    """`detail` is "names" (nothing more), "reasons" (all open) or else purposes, with the reasons one step away."""
    before, name, said, more, after = pieces
    told = "".join([f' <span class="{css}">{escape(words)}</span>' for css, words in show_told(fact)])
    if detail == "names":
        more = ""
    elif more:
        more = f"{_MORE}{' open' if detail == 'reasons' else ''}{more}"
    old = " old" if fact.old else ""
    return before.encode(), f"{old}{name}{told}".encode(), f"{said}{more}{after}".encode()


def fill_in(use: Use, entry: Entry, *, brief: bool) -> bytes:
    """The HTML of a usage as it stands in its row; `brief` counts the other companies instead of naming them."""
    before, name, after = use
    if entry.same:
        css, words = b" same", f"= {_others(entry.same, brief)}"
    elif entry.relatives:
        css, words = b" family", f"≈ {_others(entry.relatives, brief)}"
    else:
        return b"".join(use)
    match = f' <span class="match">{escaped(words)}</span>'.encode()
    return b"".join((before, css, name, match, after))


def _others(companies: Sequence[Ref], brief: bool) -> str:
    if brief:
        return f"{len(companies)} {'other' if len(companies) == 1 else 'others'}"
    return in_words([ref.name for ref in companies])


@lru_cache(maxsize=256)
def blank_html(blank: BlankView) -> SafeString:
    """Most blanks of a page are alike."""
    return as_html(without_indents(render_to_string("stacks/parts/_blank.html", {"blank": blank})))
