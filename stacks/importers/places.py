"""Where a name stands: what the headings, the column and the label around it say."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from .segments import Kind, Segment, Table
from .words import COLUMNS, SECTIONS, STAGE_WORDS, Column, Section

_NOISE = re.compile(r"^[\W\d_]+|[\s:：?!.*]+$")
_PARTS = re.compile(r"\s*(?:[:：/|–—()&,]|\s-\s|\band\b)\s*")
_LABEL = re.compile(r"^\s*+(?P<label>[^\n:：]{1,70}?)\s*(?P<sign>:(?!//)|：|\s[-–—]{1,2}\s|(?<=\w)-\s)\s*(?P<body>\S)")
_TIME = re.compile(r"^\s*\[?\d{1,2}:\d{2}(?::\d{2})?\]?\s*[-–—:]*\s*")
_STAYS = re.compile(
    r"^\W*(?:expansion|extension|extend|maintien|maintain|évolution|standard|mise à jour|upgrade|update|scale|"
    r"invest|keep|adoption croissante)\b",
    re.IGNORECASE,
)
_MARKS = " *_`\"'✅✔\ufe0f🟢🟡🔴⚠⏳🚧"
_FIRST_WORDS = re.compile(r"\s[-–—]+\s|[,;:(（]|\.\s")
_YES = re.compile(r"[✅✔🟢]|☑")
_LONGEST_TITLE = 9


def cleaned(title: str) -> str:
    """A heading without its number, emoji and punctuation at the ends."""
    return _NOISE.sub("", title).strip()


@lru_cache(maxsize=4_096)
def section_of(title: str) -> Section:
    """What a heading says; a heading that is a whole sentence says nothing."""
    text = cleaned(title)
    if not text or len(text.split()) > _LONGEST_TITLE:
        return Section.PLAIN
    for section, pattern in SECTIONS:
        if pattern.fullmatch(text):
            return section
    parts = [part for part in _PARTS.split(text) if part]
    said = [section for section, pattern in SECTIONS if any(pattern.fullmatch(cleaned(part)) for part in parts)]
    if len(parts) < 2 or not said:
        return Section.PLAIN
    if said[-1] is Section.STACK and {Section.SKIP, Section.CUSTOMERS}.intersection(said):
        return Section.PLAIN  # "Contacts & Tools": the headings below it tell which
    return said[0]


_FINISHED = re.compile(
    r"\((?:done|completed?|finished|shipped|live|released|terminée?)\)|✅|\b(?:done|completed)\s*$", re.IGNORECASE
)
_EXISTING = re.compile(r"\b(?:existing|already|current(?:ly)?|as of today|so far)\b", re.IGNORECASE)
# As the title of a text it says how all of it is told, and nothing of what.
_FORM = re.compile(r"faqs?", re.IGNORECASE)
_STRONG = (Section.SKIP, Section.ALTERNATIVES, Section.CUSTOMERS)
# what all of a stack stands under: no purpose of a single thing
_OF_ALL = re.compile(
    r"\bstacks?\b|\btechnolog(?:y|ies)\b|^\W*(?:our |the )?tools\W*$|\bwhat we (?:use|run)\b|\bbuilt (?:with|using)\b",
    re.IGNORECASE,
)
STAGES = (Section.PLANNED, Section.TRIAL, Section.RETIRING, Section.RETIRED)


@dataclass(frozen=True, slots=True)
class Place:
    """What is known of a segment before its words are read. `stage` comes from a heading, which `title` names."""

    section: Section = Section.PLAIN
    stage: str = ""
    title: str = ""
    purpose: str = ""


def place_of(path: tuple[str, ...], known: dict[tuple[str, ...], Place]) -> Place:
    """The nearest heading decides, but what stands under "References" or "Roadmap" stays there however deep."""
    if path in known:
        return known[path]
    found, stage, title = Section.PLAIN, "", ""
    for depth, heading in enumerate(path):
        section = Section.PLAIN if depth == 0 and _FORM.fullmatch(cleaned(heading)) else section_of(heading)
        if _FINISHED.search(heading) or (stage and _EXISTING.search(heading)):
            stage, title = "", ""
        elif section in STAGES:
            stage, title = section.value, heading
        elif (section is Section.STACK and found not in _STRONG) or (
            section is not Section.PLAIN and not (found in _STRONG and section is Section.STACK)
        ):
            found = section
    names = (h for h in reversed(path) if h and len(h.split()) <= 6 and not _OF_ALL.search(h))
    purpose = next((cleaned(h) for h in names), "")
    known[path] = Place(found, stage, title, purpose)
    return known[path]


def stage_of(text: str) -> str:
    """What a cell of a stage column says; empty where it says nothing."""
    head = text.strip()[:80]
    if _STAYS.match(head):
        return "in_use"
    first = _FIRST_WORDS.split(head, maxsplit=1)[0].strip(_MARKS)
    for stage, pattern in STAGE_WORDS:
        if first and first != head and pattern.fullmatch(first):
            return stage
    for stage, pattern in STAGE_WORDS:
        if pattern.search(head):
            return stage
    return "in_use" if _YES.search(head) else ""


_MARKED = re.compile(
    r"\s{0,9}(?:[(（\[]\s*+(?P<inside>[^()（）\[\]\s][^()（）\[\]\n]{1,59}?)\s{0,9}[)）\]]|"
    r"(?:[-–—]{1,2}|:)\s++(?P<behind>[^()\n]{2,60}))"
)
_MARKED_BEFORE = re.compile(r"(?:^|[,;]\s*)\W{0,4}[(（\[](?P<inside>[^()（）\[\]\n]{2,40})[)）\]]\s*[*_`\"]{0,3}$")
_LEADING = re.compile(
    r"(?:(?:now|currently|already|soon|still|slowly|gradually|being|is|are|was|we|we['’]re|it|it['’]s|has been|been|"
    r"to be|mostly|partly|partially|officially|as)\s+)*",
    re.IGNORECASE,
)
_TRAILING = re.compile(
    r"\W*(?:(?:in|since|by|from|until|for|as of|at|on|with|around|early|late|mid|end|end of|soon|now|only|use|new|"
    r"q[1-4]|this|that|it|projects?|phase|stage|status|mode|tools?|systems?|services?|apps?|monolith|code|"
    r"(?:19|20)\d\d|\w+ (?:19|20)\d\d)\b\W*)*",
    re.IGNORECASE,
)
# words for what a thing is for, or for its edition
_NO_MARK = re.compile(
    r"(?:testing|open|next|later|target|hold|done|spike|beta|alpha|contain|future|exit|avoid)", re.IGNORECASE
)
_SIGNS = (("trial", "🧪"), ("planned", "🔜"), ("retired", "🪦"), ("retired", "⚰"))


def mark_of(text: str) -> str:
    """What a few words in brackets or behind a dash say of a stage, and nothing else; empty where they say more."""
    for stage, sign in _SIGNS:
        if text.lstrip(" *_").startswith(sign):
            return stage
    phrase = _FIRST_WORDS.split(text, maxsplit=1)[0].strip(_MARKS + ".!")
    for start in (0, _LEADING.match(phrase).end()):  # type: ignore[union-attr]
        if _NO_MARK.fullmatch(phrase, start):
            return ""
        for stage, pattern in STAGE_WORDS:
            match = pattern.match(phrase, start)
            if match and _TRAILING.fullmatch(phrase, match.end()):
                return "" if stage == "in_use" else stage
    return ""


def marked_stage(text: str, start: int, end: int, *, entry: bool) -> str:
    """ "Jenkins (obsolete)", "[deprecated] Jenkins"; in an entry "Jenkins – retired" too."""
    after = _MARKED.match(text, end)
    if after and (after["inside"] or entry) and (stage := mark_of(after["inside"] or after["behind"])):
        return stage
    if entry and text[end : end + 20].strip(" *_⚠\ufe0f") and (stage := _signed(text[end : end + 40])):
        return stage
    before = _MARKED_BEFORE.search(text[max(0, start - 60) : start]) if entry else None
    return mark_of(before["inside"]) if before else ""


def _signed(text: str) -> str:
    """ "⚠️ deprecated", "🧪 experimental"."""
    bare = text.strip()
    return mark_of(bare) if bare and not bare[0].isalnum() and bare[0] not in "(（[,;/&+.:-–—" else ""


def role_of(head: str) -> Column:
    text = cleaned(head)
    if not text:
        return Column.UNKNOWN
    for role, pattern in COLUMNS:
        if pattern.fullmatch(text):
            return role
    parts = [cleaned(part) for part in _PARTS.split(text) if part]
    roles = [role for part in parts if len(parts) > 1 for role, pattern in COLUMNS if pattern.fullmatch(part)]
    if Column.VERSION in roles and Column.REMARKS in roles:
        return Column.REMARKS  # "Version/Details"
    return roles[0] if roles else Column.UNKNOWN


_AMBIGUOUS = re.compile(
    r"components?|layers?|types?|areas?|features?|roles?|names?|items?|categor(?:y|ies)|composants?|"
    r"componentes?|komponenten?|项目|項目|模块|类型|カテゴリ|purpose",
    re.IGNORECASE,
)
_OF_THEIR_OWN = re.compile(
    r"(?:micro)?services?|systems?|applications?(?: name)?|apps?|products?|platforms?|names?|items?|what|"
    r"サービス(?:名)?|名称|产品",
    re.IGNORECASE,
)
_TO_COME = re.compile(
    r"target|planned|proposed|future|next|tomorrow|to-?be|moving to|(?:upgrade|migrate|move|switch|change) to|"
    r"replace (?:with|by)|"
    r"morgen|demain|mañana|cible|ziel|soll|移行先|今後|未来",
    re.IGNORECASE,
)


_NOW = re.compile(
    r"\b(?:current(?:ly)?|existing|today|as-is|heute|aktuell|actuel(?:le)?|actual|atual|hoy|hoje)\b|現行|現状|現在|当前|现有|현재",
    re.IGNORECASE,
)


def roles_of(table: Table, entries: dict[int, float], most: int) -> list[Column]:
    """The role of each column. `entries` is the share of its cells that are technologies: the rows vote."""
    heads = [table.head[n] if n < len(table.head) else "" for n in range(most)]
    roles = [role_of(head) for head in heads]
    _vote(roles, heads, entries)
    _leave_out_their_own(roles, heads, entries)
    for n, role in enumerate(list(roles)):
        mostly = entries.get(n, 0.0) >= 0.5
        if mostly and role is Column.PURPOSE and _is_ambiguous(heads[n]) and _only_new(roles):
            roles[n] = Column.TECHNOLOGY  # "Component | Migrate to": what is left stands under "Component"
    if Column.TECHNOLOGY not in roles and Column.NEW not in roles:
        for n, role in enumerate(roles):
            if role is Column.STAGE and entries.get(n, 0.0) >= 0.5:
                roles[n] = Column.TECHNOLOGY  # "Decision | Reason"
    for n, role in enumerate(roles):
        if role is Column.UNKNOWN and entries.get(n, 0.0) >= 0.5:
            roles[n] = Column.TECHNOLOGY
    if Column.TECHNOLOGY not in roles and (Column.NEW in roles) != (Column.OLD in roles):
        return [Column.TECHNOLOGY if role in (Column.NEW, Column.OLD) else role for role in roles]
    if Column.OLD in roles and Column.NEW not in roles:
        return [Column.REMARKS if role is Column.OLD else role for role in roles]
    return roles


def _vote(roles: list[Column], heads: list[str], entries: dict[int, float]) -> None:
    """Where no column that is called one of technologies holds them, the one that does is."""
    named = [n for n, role in enumerate(roles) if role in (Column.TECHNOLOGY, Column.OLD, Column.NEW)]
    if any(entries.get(n, 0.0) >= 0.3 for n in named):
        return
    best = max(
        (
            n
            for n, role in enumerate(roles)
            if role is Column.UNKNOWN
            or (role is Column.PURPOSE and _is_ambiguous(heads[n]))
            or (role in (Column.REMARKS, Column.VENDOR) and not named)
        ),
        key=lambda n: entries.get(n, 0.0),
        default=-1,
    )
    if best >= 0 and entries.get(best, 0.0) >= 0.4:
        roles[best] = Column.TECHNOLOGY
        for n in named:  # "Component | Tool": the other column is what it is for
            if roles[n] is Column.TECHNOLOGY and n != best and entries.get(n, 0.0) < 0.15:
                roles[n] = Column.PURPOSE


def _leave_out_their_own(roles: list[Column], heads: list[str], entries: dict[int, float]) -> None:
    """ "Service | Technology": the company's own services."""
    told = [n for n, role in enumerate(roles) if role is Column.TECHNOLOGY]
    if any(entries.get(n, 0.0) >= 0.5 for n in told):
        for n in told:
            if entries.get(n, 0.0) < 0.15 and _OF_THEIR_OWN.fullmatch(cleaned(heads[n])):
                roles[n] = Column.PURPOSE


def _only_new(roles: list[Column]) -> bool:
    return Column.NEW in roles and Column.TECHNOLOGY not in roles and Column.OLD not in roles


def _is_ambiguous(head: str) -> bool:
    return bool(_AMBIGUOUS.fullmatch(cleaned(head)))


def comes_later(head: str) -> bool:
    return bool(_TO_COME.search(head))


def is_so_now(head: str) -> bool:
    return bool(_NOW.search(head))


@dataclass(frozen=True, slots=True)
class Label:
    """ "Backend: Go, Java" taken apart: the words before the sign, and where the rest begins."""

    text: str = ""
    start: int = 0
    end: int = 0
    body: int = 0


def label_of(segment: Segment) -> Label:
    if segment.kind not in (Kind.ITEM, Kind.PARAGRAPH, Kind.CELL):
        return Label()
    time = _TIME.match(segment.text)
    at = time.end() if time else 0
    match = _LABEL.match(segment.text[at : at + 120])
    if not match or len(match["label"].split()) > 7 or re.search(r"[.!?]\s", match["label"]):
        return Label("", 0, 0, at)
    return Label(
        match["label"].strip(" *_\"'"), at + match.start("label"), at + match.end("label"), at + match.start("body")
    )


def first_filled(rows: Iterable[str]) -> str:
    return next((text for text in rows if text.strip()), "")
