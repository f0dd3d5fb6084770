"""A technology over time as its page shows it: who uses it through what, a sentence, a picture, and a table."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from stacks.comparison.adoption import Adoption, Picture, Span, build_adoption, draw
from stacks.comparison.matrix import Ref
from stacks.comparison.period import is_old
from stacks.exporters.comparison import ref_document
from stacks.links import Links
from stacks.models import State
from stacks.pages.parts import Link, in_words, technology_link

_NAMED = 3
_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


@dataclass(frozen=True, slots=True)
class SpreadView:
    adoption: Adoption
    picture: Picture | None
    users: str  # "12 companies use it, one through Amazon MSK."
    sentence: str  # what else is to be said of them
    through: list[tuple[Ref, int]]

    @property
    def services(self) -> list[tuple[Link, int]]:
        return [(technology_link(ref), n) for ref, n in self.through]

    @property
    def told(self) -> str:
        return f"{self.users} {self.sentence}".strip()

    @property
    def spoken(self) -> str:
        """The picture for those who do not see it."""
        years = "; ".join(f"{year.year}: {year.in_use}" for year in self.adoption.years)
        return f"Documented companies at the end of each year: {years}." if self.picture else ""

    @property
    def legend(self) -> list[tuple[str, str]]:
        """What the kinds of box mean, for those that occur."""
        kinds = {box.kind for box in self.picture.boxes} if self.picture else set()
        return [(kind, words) for kind, words in _LEGEND if kind in kinds]


_LEGEND = (
    ("said", "said in that year or later"),
    ("earlier", "said earlier, nothing since"),
    ("planned", "planned"),
    ("left", "left in that year"),
    ("undated", "date not stated"),
)


def load_spread(usages: Any, newest: str) -> SpreadView:
    """One query for all who use it, used it or plan to; `newest` is the newest edition of the catalogue."""
    rows = list(
        usages.order_by("added").values_list(
            "company", "stage", "ended", "known_since", "known_until", "last_said",
            "via__slug", "via__name", "via__state",
        )
    )  # fmt: skip
    spans = [
        Span(company, stage, ended, since, ended or until, said)
        for company, stage, ended, since, until, said, *_ in rows
    ]
    adoption = build_adoption(spans, newest)
    through = _through(row for row, span in zip(rows, spans, strict=True) if span.current)
    old = _find_old(spans, newest)
    return SpreadView(adoption, draw(adoption), _users(adoption, through), _sentence(adoption, old), through)


def _find_old(spans: list[Span], newest: str) -> list[str]:
    """When the companies all of whose present usages were last said long ago said so."""
    said: dict[int, str] = {}
    for span in spans:
        if span.current:
            said[span.company] = max(said.get(span.company, ""), span.last_said)
    return [last for last in said.values() if is_old(last, newest, settings.STALE_YEARS)]


def _through(rows: Iterable[tuple]) -> list[tuple[Ref, int]]:
    """The services that they use it through, each with how many companies; most first."""
    pairs = {(row[0], row[6], row[7]) for row in rows if row[6] and row[8] == State.PUBLISHED}
    counts = Counter((slug, name) for _, slug, name in pairs)
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0][1].casefold()))
    return [(Ref(slug, name), n) for (slug, name), n in ranked]


def _users(adoption: Adoption, through: list[tuple[Ref, int]]) -> str:
    if not adoption.users:
        return "No company in the catalogue is known to use it at present."
    verb = "company uses" if adoption.users == 1 else "companies use"
    services = [f"{small(n)} through {ref.name}" for ref, n in through[:_NAMED]]
    services += [f"{small(len(through) - _NAMED)} more services are named below"] if len(through) > _NAMED else []
    return f"{', '.join([f'{adoption.users:,} documented {verb} it', *services])}."


def _sentence(adoption: Adoption, old: list[str]) -> str:
    parts = []
    if adoption.left:
        parts.append(f"{small(adoption.left)} {'has' if adoption.left == 1 else 'have'} left it")
    if adoption.planned:
        parts.append(f"{small(adoption.planned)} {'plans' if adoption.planned == 1 else 'plan'} to use it")
    if old:
        parts.append(f"{small(len(old))} last said so in {max(old)[:4]} or before")
    if adoption.undated:
        parts.append(f"for {small(adoption.undated)} the date is not stated")
    text = in_words(parts)
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def small(n: int) -> str:
    return _SMALL[n] if n < len(_SMALL) else f"{n:,}"


def adoption_document(spread: SpreadView, link: Links) -> dict[str, Any]:
    """For the page's JSON."""
    adoption = spread.adoption
    return {
        "companies": adoption.users,
        "undated": adoption.undated,
        "left": adoption.left,
        "planned": adoption.planned,
        "through": [{"technology": ref_document("technology", ref, link), "companies": n} for ref, n in spread.through],
        "years": [
            {"year": y.year, "in_use": y.in_use, "said_since": y.said, "left": y.left, "planned": y.planned}
            for y in adoption.years
        ],
    }
