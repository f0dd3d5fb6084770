"""A technology over time as its page shows it: who uses it through what, a sentence, a picture, and a table."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from stacks.comparison.adoption import Adoption, Picture, Span, build_adoption, draw, tell_companies
from stacks.comparison.matrix import Ref
from stacks.comparison.period import is_old
from stacks.exporters.comparison import ref_document
from stacks.links import Links
from stacks.models import Stage, Technology
from stacks.pages.kept import Counts, added_up, by_kind, part_of
from stacks.pages.parts import Link, in_words, technology_link

_NAMED = 3
_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


@dataclass(frozen=True, slots=True)
class Spread:
    """What the usages of a technology tell, by keys, so that it stays true until one of them comes, goes or changes."""

    adoption: Adoption
    old: int  # companies of whose present usages all were last said long ago
    last: str  # when the last of them was
    through: dict[int, int]  # what they use it through, whether public or not, each with how many companies
    past: list[tuple[int, int]]  # companies and usages
    planned: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class SpreadView:
    adoption: Adoption
    picture: Picture | None
    users: str  # "12 companies use it, one through Amazon MSK."
    sentence: str  # what else is to be said of them
    through: list[tuple[Ref, int]]
    past: list[tuple[int, int]]
    planned: list[tuple[int, int]]

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
    """`newest` is the newest edition of the catalogue. Two queries."""
    return show_spread(tell_spread(added_up(count_spread(usages, newest).values()), newest))


def count_spread(usages: Any, newest: str) -> dict[int, Counts]:
    """By part of the companies; what different companies tell may be added up. One query for all who use it, used it or
    plan to."""
    rows: defaultdict[int, list[tuple]] = defaultdict(list)
    for row in usages.order_by().values_list(
        "company", "stage", "ended", "known_since", "known_until", "last_said", "via", "pk"
    ):
        rows[part_of(row[0])].append(row)
    return {part: _count(own, newest) for part, own in rows.items()}


def _count(rows: list[tuple], newest: str) -> Counts:
    spans = [
        Span(company, stage, ended, since, ended or until, said)
        for company, stage, ended, since, until, said, _, _ in rows
    ]
    current = {(company, via) for (company, *_, via, _), span in zip(rows, spans, strict=True) if span.current and via}
    counts: Counts = Counter({("told", told): n for told, n in tell_companies(spans).items()})
    counts.update([("old", last) for last in _find_old(spans, newest)])
    counts.update([("through", via) for _, via in current])
    counts.update([("past", (row[0], row[-1])) for row in rows if row[2] or row[1] == Stage.RETIRED])
    counts.update([("planned", (row[0], row[-1])) for row in rows if not row[2] and row[1] == Stage.PLANNED])
    return counts


def tell_spread(counts: Counts, newest: str) -> Spread:
    of = by_kind(counts)
    adoption, old = build_adoption(of["told"], newest), of["old"]
    return Spread(
        adoption, old.total(), max(old, default=""), dict(of["through"]), list(of["past"]), list(of["planned"])
    )


def show_spread(spread: Spread) -> SpreadView:
    """One query for the names of what they use it through, if they do."""
    adoption, through = spread.adoption, _name(spread.through)
    users, sentence = _users(adoption, through), _sentence(adoption, spread.old, spread.last)
    return SpreadView(adoption, draw(adoption), users, sentence, through, spread.past, spread.planned)


def _find_old(spans: list[Span], newest: str) -> list[str]:
    """When the companies all of whose present usages were last said long ago said so."""
    said: dict[int, str] = {}
    for span in spans:
        if span.current:
            said[span.company] = max(said.get(span.company, ""), span.last_said)
    old = {last for last in set(said.values()) if is_old(last, newest, settings.STALE_YEARS)}
    return [last for last in said.values() if last in old]


def _name(counts: dict[int, int]) -> list[tuple[Ref, int]]:
    """The public services, each with how many companies; most first."""
    if not counts:
        return []
    rows = Technology.objects.published().filter(pk__in=counts).order_by().values_list("pk", "slug", "name")
    found = [(Ref(slug, name), counts[pk]) for pk, slug, name in rows]
    return sorted(found, key=lambda pair: (-pair[1], pair[0].name.casefold(), pair[0].slug))


def _users(adoption: Adoption, through: list[tuple[Ref, int]]) -> str:
    if not adoption.users:
        return "No company in the catalogue is known to use it at present."
    verb = "company uses" if adoption.users == 1 else "companies use"
    named = through if len(through) == _NAMED + 1 else through[:_NAMED]
    services = [f"{small(n)} through {ref.name}" for ref, n in named]
    more = len(through) - len(named)
    services += [f"others through {small(more)} more services"] if more else []
    return f"{', '.join([f'{adoption.users:,} documented {verb} it', *services])}."


def _sentence(adoption: Adoption, old: int, last: str) -> str:
    parts = []
    if adoption.left:
        parts.append(f"{small(adoption.left)} {'has' if adoption.left == 1 else 'have'} left it")
    if adoption.planned:
        parts.append(f"{small(adoption.planned)} {'plans' if adoption.planned == 1 else 'plan'} to use it")
    if old:
        parts.append(f"{small(old)} last said so in {last[:4]} or before")
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
