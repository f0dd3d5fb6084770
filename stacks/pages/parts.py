"""What pages print, built before the template sees it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from django.template.loader import render_to_string
from django.urls import get_script_prefix, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from stacks.comparison.matrix import Blank, Cited, Fact, Looked, Place, Ref
from stacks.exporters.isolation import isolated
from stacks.models import Hosting, MigrationStage, OpenSource, Stage, Stance, Technology
from stacks.pages.skeletons import joined, skeleton
from stacks.templatetags.stacks_text import address, as_html, attribution, escaped, markdown

STAGES = dict(Stage.choices)
HOSTINGS = dict(Hosting.choices)
NO_DATE = "date not stated"
NOT_STATED = "not stated"  # in tables, whatever it is that no source says
MIGRATION_STAGES = dict(MigrationStage.choices)
_BLANKS = {
    Blank.NOT_USED: "Stated as not used",
    Blank.NOTHING_FOUND: "Looked, nothing found",
    Blank.NOBODY_LOOKED: "Nobody has looked",
}
_READS_AS_INSTRUCTION = {"go", "here", "more", "start", "this"}
_VENDORS = (
    "Amazon ",
    "AWS ",
    "Apache ",
    "Azure ",
    "Google ",
    "Google Cloud ",
    "Microsoft ",
    "Cloudflare ",
    "HashiCorp ",
    "Netflix ",
)
_LONGEST_VENDOR_FIRST = tuple(sorted(_VENDORS, key=len, reverse=True))


class Link(NamedTuple):
    name: str
    url: str

    @property
    def text(self) -> str:
        """What the link says; a name that reads as an instruction ("Go") says to the ear what it is."""
        if self.name.casefold() in _READS_AS_INSTRUCTION:
            return format_html('{}<span class="vh"> (technology)</span>', self.name)
        return self.name


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a page's table of contents; `within` the one before it."""

    anchor: str
    title: str
    count: int | None = None
    within: bool = False


@dataclass(frozen=True, slots=True)
class UseView:
    """One usage as cells, shelves and tables print it; texts are empty where nothing is known."""

    uid: str
    technology: Link
    tile: str
    icon: str
    css: str  # a class that tells how it stands to the other cells of its row
    matches: str  # the same as HTML in words: "= Zerodha"
    told: tuple[tuple[str, str], ...]  # class and words of what is not plain: "Trial", "last said 2011"
    purpose: str
    how: str  # the team or product spoken of, hosting, via, the period as far as anybody says
    remarks: str
    sources: tuple[Cited, ...]
    evidence: str  # "2 sources, first party, newest 2025"
    evidence_short: str  # "[2] 2025", "[1] no date, third party"
    address: str  # of this usage on its company's page, to be cited

    @property
    def picture(self) -> SafeString:
        return picture(self.tile, self.icon)

    @property
    def more(self) -> SafeString:
        """Its purpose in sight; reason, quotations and sources one step further."""
        return self._more(opened=False)

    @property
    def more_opened(self) -> SafeString:
        return self._more(opened=True)

    def _more(self, *, opened: bool) -> SafeString:
        values = {
            "name": self.technology.name,
            "purpose": self.purpose or "Purpose not stated",
            "evidence": self.evidence,
            "evidence_short": self.evidence_short,
            "cited": cited_html(self.sources),
            "address": self.address,
        }
        values |= {"how": self.how} if self.how else {}
        values |= {"why": markdown(self.remarks)} if self.remarks else {}
        return skeleton("stacks/parts/_use_more.html", *values, opened=opened).fill(**values)


@dataclass(frozen=True, slots=True)
class BlankView:
    kind: str
    text: str
    source: Cited | None

    @property
    def words(self) -> str:
        """The text, with a comma where its source follows."""
        return f"{self.text}," if self.source else self.text


def technology_link(ref: Ref) -> Link:
    return technology_links((ref,))[0]


def technology_links(refs: Iterable[Ref]) -> list[Link]:
    prefix = get_script_prefix()  # to ask for it takes longer than the rest
    return [Link(ref.name, _address("technology", ref.slug, prefix)) for ref in refs]


def company_link(ref: Ref) -> Link:
    return Link(ref.name, _address("company", ref.slug, get_script_prefix()))


def category_link(ref: Ref) -> Link:
    return Link(ref.name, _address("category", ref.slug, get_script_prefix()))


@lru_cache(maxsize=8192)
def _address(page: str, slug: str, _prefix: str) -> str:
    """Under the path that this site stands under, which decides it too; some pages hold hundreds."""
    return reverse(page, args=[slug])


def tile(name: str) -> str:
    """Two letters that stand for a technology without an icon: "Amazon MSK" -> "MS", "PostgreSQL" -> "Po"."""
    for vendor in _LONGEST_VENDOR_FIRST:
        if name.startswith(vendor) and len(name) > len(vendor):
            name = name[len(vendor) :]
    letters = [c for c in name if c.isalnum()] or ["?"]
    words = [word for word in name.replace("-", " ").replace(".", " ").split() if word[:1].isalnum()]
    if len(words) > 1 and len(words[0]) > 2:
        return (words[0][0] + words[1][0]).upper()
    return letters[0].upper() + "".join(letters[1:2])


@lru_cache(maxsize=1024)
def picture(letters: str, icon: str) -> SafeString:
    """What stands before a technology's name: its icon, else the letters of its tile."""
    return as_html(render_to_string("stacks/parts/_tile.html", {"tile": letters, "icon": icon}).strip())


def openness(technology: Technology) -> str:
    """Whether it is open source, and under which licence: "Yes, Apache-2.0"."""
    known = technology.open_source != OpenSource.UNKNOWN
    words = technology.get_open_source_display() if known else NOT_STATED
    return f"{words}, {technology.licence}" if technology.licence else words


def show_use(fact: Fact) -> UseView:
    return UseView(
        uid=fact.uid,
        technology=technology_link(fact.technology),
        tile=tile(fact.technology.name),
        icon=fact.icon,
        css=" old" if fact.old else "",
        matches="",
        told=show_told(fact),
        purpose=fact.purpose,
        how=", ".join(_how(fact)),
        remarks=fact.remarks,
        sources=fact.sources,
        evidence=_evidence(fact.sources),
        evidence_short=_evidence_short(fact.sources),
        address=f"{_address('company', fact.company, get_script_prefix())}#usage-{fact.uid}",
    )


def show_told(fact: Fact) -> tuple[tuple[str, str], ...]:
    """What a row says beside the name, where there is something to say: the class and the words of each."""
    told = (("stage", stage_word(fact)), ("said", last_said(fact)), ("gone", discontinued(fact)))
    return tuple((css, words) for css, words in told if words)


def told_html(fact: Fact) -> SafeString:
    return joined(as_html(f'<span class="{css}">{escaped(words)}</span>') for css, words in show_told(fact))


def stage_word(fact: Fact) -> str:
    return "" if fact.stage == Stage.IN_USE else STAGES[fact.stage]


def last_said(fact: Fact) -> str:
    return f"last said {fact.last_said[:4]}" if fact.old else ""


def discontinued(fact: Fact) -> str:
    """Of the technology itself, whoever still uses it."""
    return f"discontinued {fact.lifecycle_on[:7]}".strip() if fact.discontinued else ""


def _how(fact: Fact) -> list[str]:
    parts = [fact.scope]
    if fact.hosting not in {Hosting.UNKNOWN, Hosting.EMBEDDED}:
        parts.append(HOSTINGS[fact.hosting])
    if fact.via:
        parts.append(f"via {fact.via.name}")
    parts.append(period(fact))
    if fact.known_since and not fact.started:
        parts.append(f"first mentioned {fact.known_since[:7]}")
    return [part for part in parts if part]


def period(fact: Fact) -> str:
    """When it was or is in use, as far as anybody says: "since 2019", "2016 to 2018", "until 2015"."""
    if fact.started and fact.ended:
        return f"{fact.started} to {fact.ended}"
    if fact.ended:
        return f"until {fact.ended}"
    since = f"since {fact.started}" if fact.started else ""
    if fact.known_until:
        return f"{since}, retired by {fact.known_until}".removeprefix(", ")
    return since


def newest(sources: Iterable[Cited]) -> str:
    return max((cited.edition for cited in sources), default="")


def _count(sources: Iterable[Cited]) -> int:
    """Sources, however many editions or sentences of each are cited."""
    return len({cited.uid for cited in sources})


def _evidence(sources: Sequence[Cited]) -> str:
    if not sources:
        return "no source"
    total = _count(sources)
    count = "1 source" if total == 1 else f"{total} sources"
    supporting = [cited for cited in sources if cited.stance == Stance.SUPPORTS]
    who = "first party" if any(cited.first_party for cited in supporting) else "third party"
    edition = newest(sources)
    against = _count(cited for cited in sources if cited.stance == Stance.CONTRADICTS)
    return ", ".join(
        part
        for part in (count, who, f"newest {edition}" if edition else NO_DATE, f"{against} against" if against else "")
        if part
    )


def _evidence_short(sources: Sequence[Cited]) -> str:
    """The same for the eye: first party needs no word, since most are."""
    told = f"[{_count(sources)}] {newest(sources)[:4] or NO_DATE}"
    if not sources or any(cited.first_party for cited in sources if cited.stance == Stance.SUPPORTS):
        return told
    return f"{told}, third party"


def cited_html(sources: Iterable[Cited]) -> SafeString:
    """Each source with what it says, and where."""
    return joined(_cited_html(cited) for cited in sources)


def _cited_html(cited: Cited) -> SafeString:
    values = {"url": address(cited), "title": cited.title, "attribution": attribution(cited)}
    values |= {"quote": cited.quote} if cited.quote else {}
    against = cited.stance == Stance.CONTRADICTS
    return skeleton("stacks/parts/_cited.html", *values, against=against).fill(**values)


def show_blank(blank: Blank, looked: Looked | None) -> BlankView:
    text = _BLANKS[blank]
    if looked and blank is not Blank.NOBODY_LOOKED:
        text = f"{text} ({looked.looked_on})"
    return BlankView(blank.value, text, looked.source if looked else None)


def in_words(names: Iterable[str]) -> str:
    """A, B and C; each stays in its place, whichever way its script runs."""
    listed = [isolated(name) for name in names]
    if len(listed) < 2:
        return "".join(listed)
    return f"{', '.join(listed[:-1])} and {listed[-1]}"


def at_most(refs: Sequence[Ref], most: int) -> list[str]:
    """The names of the first, and how many more there are: to be listed `in_words`."""
    names = [ref.name for ref in refs[:most]]
    return [*names, f"{len(refs) - most} more"] if len(refs) > most else names


def left_out(undated: int) -> str:
    """What a page as of a date says of usages without any."""
    return f"{undated} {'usage is' if undated == 1 else 'usages are'} left out: no source says when."


def placed(pairs: Iterable[tuple[Fact, Place]]) -> list[tuple[UseView, Link]]:
    return [(show_use(fact), category_link(place.category)) for fact, place in pairs]
