"""Lines of the change feed, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from stacks import feed
from stacks.models import Change, Verb
from stacks.pages.parts import Link

_NOUNS = {
    "company": ("company", "companies"),
    "technology": ("technology", "technologies"),
    "category": ("category", "categories"),
    "usage": ("usage", "usages"),
    "migration": ("migration", "migrations"),
    "source": ("source", "sources"),
    "coverage": ("blank", "blanks"),
}
# what stands under its company's name; a source is about several, and whose words it is may not be public
_OF_A_COMPANY = ("usage", "migration", "coverage")
_SHOWN = 4


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One line, or several alike that were written together; `first` and `last` are their numbers."""

    last: int
    first: int
    at: datetime
    about: Link | None
    text: str
    objects: list[Link]
    more: int

    @property
    def numbers(self) -> str:
        return f"{self.first}\N{EN DASH}{self.last}" if self.first != self.last else str(self.last)


def show_changes(changes: Iterable[Change]) -> list[ChangeView]:
    """Neighbouring lines of one kind, verb, company and moment are told as one."""
    lines = feed.read(changes)
    return [_show(list(group)) for _, group in groupby(lines, key=_alike)]


def _alike(line: feed.Line) -> tuple:
    change = line.change
    company = line.payload.get("company", "")
    single = change.verb == Verb.REDIRECTED or line.row is None
    return (
        change.at,
        change.verb,
        change.kind,
        company,
        tuple(line.payload.get("fields", ())),
        change.seq if single and change.verb == Verb.REDIRECTED else line.row is None,
    )


def _show(lines: list[feed.Line]) -> ChangeView:
    first = lines[0]
    rows = [line.row for line in lines if line.row is not None]
    company = rows[0].company if rows and first.change.kind in _OF_A_COMPANY else None
    objects = [_link(first.change.kind, row) for row in rows]
    return ChangeView(
        last=max(line.change.seq for line in lines),
        first=min(line.change.seq for line in lines),
        at=first.change.at,
        about=Link(company.name, company.get_absolute_url()) if company else None,
        text=_text(lines),
        objects=objects[:_SHOWN],
        more=max(0, len(objects) - _SHOWN),
    )


def _text(lines: list[feed.Line]) -> str:
    change = lines[0].change
    noun = _NOUNS[change.kind][len(lines) > 1]
    count = f"{len(lines)} {noun}" if len(lines) > 1 else noun
    if change.verb == Verb.REDIRECTED:
        led = "is now" if lines[0].row is not None else "leads nowhere now"
        return f"{noun} “{change.object}” {led}"
    if change.verb == Verb.REMOVED or lines[0].row is None:
        return f"{count} {'withdrawn' if change.verb == Verb.REMOVED else change.verb + ', since withdrawn'}"
    fields = ", ".join(name.replace("_", " ") for name in lines[0].payload.get("fields", ()))
    return f"{count} {change.verb}{f' ({fields})' if fields else ''}:"


def _link(kind: str, row) -> Link:
    match kind:
        case "usage":
            return Link(row.technology.name, row.get_absolute_url())
        case "migration":
            return Link(
                f"{row.from_technology.name if row.from_technology else 'not stated'} to {row.to_technology.name}",
                row.get_absolute_url(),
            )
        case "coverage":
            return Link(row.category.name, row.get_absolute_url())
        case "source":
            return Link(row.title, row.url)
        case _:
            return Link(row.name, row.get_absolute_url())
