"""Where a text names companies: in rows of tables, in entries, headings or paragraphs, by their logos."""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass, replace

from stacks.folding import alias_key
from stacks.importers.lines import excerpt
from stacks.importers.persons import PERSON_HEAD, are_persons
from stacks.importers.places import cleaned, section_of, stage_of
from stacks.importers.segments import OBJECT, Kind, Link, Outline, Row, Segment
from stacks.importers.stages import ADOPTION_TRIED, LIVE
from stacks.importers.words import Section, words

# our own export: its columns, and what stands between kind and scope, purpose and service
OWN_HEAD = ("Adopter", "Kind", "Level", "Description", "Source", "Last said")
_PART, _VIA = " · ", " · via "
_ISOLATES = "\u2068\u2069 "
_TITLE = re.compile(
    r"\badopters?\b|\bwho (?:is using|uses)\b|\busers of\b|\bproduction users\b|\bused by\b|\badoption\b|"
    r"\bend users?\b",
    re.IGNORECASE,
)
_COMPANY_HEAD = words(
    r"(?:\w+ )?(?:organi[sz]ations?|compan(?:y|ies)|adopters?|users?|institutions?|names?|vendors?|customers?|"
    r"who|projects?|members?|teams?|business(?:es)?|enterprises?|end[- ]users?)(?: names?)?(?: .{0,20})?"
)
_STAGE_HEAD = words(
    r"status",
    r"stage",
    r"environments?",
    r"production\??",
    r"in production\??",
    r"maturity",
    r"adoption(?: .{0,15})?",
    r"type of adoption",
    r"phase",
    r"level",
    r"usage(?: level| type)?",
    r"type",
)
_NOBODY = re.compile(
    r"^(?:all|other|these|those)\s|^(?:an?|the|some|several|many|our|various)\s.{0,40}\b(?:company|bank|firm|"
    r"institution|organi[sz]ation|"
    r"provider|customer|startup|enterprise|agency)\b|\banonymous\b|\byour (?:company|organi[sz]ation|name)\b|"
    r"^(?:company|organi[sz]ation|name|example|n/?a|tbd|none|todo|talk|video|blog|slides|website|here|link|"
    r"more|and many more|submit|form|contact|individuals?|personal|private|myself|me|hobby(?:ist)?s?|community|"
    r"questions?|help|support)$|^\W*$",
    re.IGNORECASE,
)
_NOT_COMPANY = re.compile(
    r"^(?:case stud(?:y|ies)|blog ?posts?|talks?|videos?|slides?|read more|see|here|docs|documentation|"
    r"pull request|pr|issue|form|adopters? form|github|website|details?|link|presentation|press release|"
    r"announcement|article|notes?|usage|use cases?|description|contact|status|launched|application|"
    r"environments?|scale|hardware|order of .*|size of .*|data(?: .*)?|links?|why .*|how .*|what .*|where .*|"
    r"add(?:ing)? .*|updat.*|contribut.*)$",
    re.IGNORECASE,
)
_GROUP = re.compile(
    r"(?:[\w/-]+ ){0,3}(?:production|development|testing|evaluation|projects?|organi[sz]ations?|companies|users|"
    r"adopters|stories|studies|integrations?|solutions|vendors|list|template|requirements|sources?|others?|mentions?)"
    r"(?: [\w/()-]+){0,2}",
    re.IGNORECASE,
)
_FIELD = re.compile(r"^[*_\s]*([A-Z][\w /'-]{0,30}|[A-Z])[*_]*\s*:[*_]*\s*(.*)$", re.DOTALL)
_VERB = re.compile(
    r"\s+(?:\([^()]{0,80}\)\s+)?(?:(?:\w+ly|also|currently|has|have|is|are|was|been|now)\s+){0,3}(?:us(?:e|es|"
    r"ed|ing)|leverag\w+|run\w*|deploy\w*|integrat\w+|adopt\w*|rel(?:y|ies) on|employ\w*|utili[sz]\w*|build\w*|"
    r"built|provid\w+|offer\w*|power\w*|replac\w+|manag\w+|chose|an?\b|the\b|in production|via\b|for\b|with\b|"
    r"evaluat\w+|explor\w+|plan\w*|started|began|migrated|as\b)"
)
_SIGN = re.compile(r"\s*(?::(?!//)|：|\s[-–—]{1,2}\s|\s\|\s|–|—|-\s)\s*")
_LONGEST_NAME = 80
_LONGEST_HEAD = 400  # in which a name has its end
_SURE = 0.9
# what somebody says who runs it for himself
_PRIVATE = re.compile(
    r"\b(?:my|his|her|personal|hobby)\s+(?:\w+\s+)?(?:home[ -]?(?:lab|server)s?|projects?|websites?|sites?|blog|"
    r"servers?|clusters?|machines?|setup|infrastructure)\b|\b(?:personal|private|hobby) (?:use|usage)\b|"
    r"\bhobby(?:ist)?s?\b|"
    r"^\W*(?:\w+\W+){0,2}home[ -]?labs?\W*$",
    re.IGNORECASE,
)
_EXAMPLE = re.compile(r"\bexamples?\b|\btemplate\b|\bformat\b", re.IGNORECASE)
_PICTURE = re.compile(r"\.(?:png|jpe?g|svg|gif|webp)$", re.IGNORECASE)
_SHORT_FORM = re.compile(r"\b(?:Inc|Ltd|Co|Corp|Bros|LLC|Pty|[A-Za-z]\.[A-Za-z])\.$")
_BEFORE = re.compile(
    r"^\s*(?:planned|planning|evaluating|trial|pilot|testing|production|in production|poc)\s*:\s*", re.IGNORECASE
)
_FIELDED = re.compile(
    r"^\s*(?:N|Name|Company|Organi[sz]ation)\s*:\s*(.{1,80}?)(?:\s+[A-Z][a-z]{0,12}\s*:\s.*)?$", re.DOTALL
)


@dataclass(slots=True)
class Adopter:
    name: str
    line: int
    about: str = ""
    stage: str = ""
    why: str = ""
    link: str = ""
    category: str = ""  # of our own export, by its name
    scope: str = ""
    via: str = ""
    sure: bool = False  # an entry begins with it, linked or bold


def adopters_of(found: Outline) -> list[Adopter]:
    """What stands under "Add your company" is none of them, unless nothing else is there."""
    return _adopters(found) or _adopters(replace(found, segments=[_bare(segment) for segment in found.segments]))


def _bare(segment: Segment) -> Segment:
    """Where "**Add your company here**" is the only title above them."""
    called = segment.path[-1:] and not _EXAMPLE.search(segment.path[-1])
    return replace(segment, path=segment.path[:-1]) if called and segment.kind is Kind.CELL else segment


def _adopters(found: Outline) -> list[Adopter]:
    """Companies of tables, and of that level of lists, headings or paragraphs which holds most; then of logos."""
    tables: dict[int, list[Row]] = defaultdict(list)
    for segment in found.segments:
        if segment.kind is Kind.CELL and segment.row and segment.row.table and not _is_silent(segment):
            rows = tables[id(segment.row.table)]
            if not rows or rows[-1] is not segment.row:
                rows.append(segment.row)
    badges: dict[int, list[Segment]] = defaultdict(list)
    for segment in found.segments:
        if segment.kind is Kind.BADGE and segment.row is not None:
            badges[id(segment.row)].append(segment)
    adopters = [adopter for rows in tables.values() for adopter in _of_table(rows, badges)]
    listed, heads = _of_lists(found), _of_headings(found)
    if len(heads) > 2 and sum(adopter.sure for adopter in listed) * 2 < len(listed):
        listed = []  # "- 25k samples/s": what each of the companies above tells of itself
    ways = (listed, heads, _of_paragraphs(found))
    adopters.extend(ways[max(range(3), key=lambda way: len(ways[way]))])
    adopters = [adopter for adopter in adopters if not _PRIVATE.search(adopter.about[:_LONGEST_HEAD])]
    seen = {_bare_key(adopter.name) for adopter in adopters}
    adopters += [logo for logo in _of_logos(found) if _bare_key(logo.name) not in seen]
    return sorted(adopters, key=lambda adopter: adopter.line)


def _bare_key(name: str) -> str:
    return alias_key(re.sub(r"\.(?:com|io|net|org|dev|ai|co|de)$", "", name))


def _is_silent(segment: Segment) -> bool:
    return any(
        section_of(title) is Section.SKIP
        or re.search(
            r"\b(?:add(?:ing)?|updat\w+|join\w*|submit\w*|how to|become)\b.{0,40}\b(?:list|yourself|your|us|"
            r"adopter|page|company)\b|\badopter types?\b|\btypes? of adopters?\b|\b(?:legend|definitions?)\b",
            title,
            re.IGNORECASE,
        )
        for title in segment.path
    )


def _of_table(rows: list[Row], badges: dict[int, list[Segment]]) -> list[Adopter]:
    table = rows[0].table
    head = table.head if table else ()
    column = next(
        (
            n
            for n, text in enumerate(head)
            if _COMPANY_HEAD.fullmatch(cleaned(text)) and not PERSON_HEAD.fullmatch(cleaned(text))
        ),
        0,
    )
    if tuple(text.strip() for text in head) == OWN_HEAD:
        return _of_our_table(rows)
    dropped = {n for n, text in enumerate(head) if PERSON_HEAD.fullmatch(cleaned(text))}
    staged = {n for n, text in enumerate(head) if _STAGE_HEAD.fullmatch(cleaned(text))}
    found = []
    for row in rows:
        if column >= len(row.cells):
            continue
        cell = row.cells[column]
        name, link = _name_of_cell(cell)
        if not name:
            continue
        about = " ".join(c.text for n, c in enumerate(row.cells) if n != column and n not in dropped)
        marks = [badge.text for badge in badges.get(id(row), ()) if badge.column in staged]
        words = [row.cells[n].text for n in staged if n < len(row.cells)] + marks
        told = next((stage for text in words if (stage := stage_of(text))), "")
        found.append(Adopter(name, cell.line, about, told, "its row says so" if told else "", link))
    return [] if are_persons([(adopter.name, adopter.link) for adopter in found]) else found


def _of_our_table(rows: list[Row]) -> list[Adopter]:
    """What our own export tells of each: kind and scope of the use, its level, its purpose and the service."""
    found = []
    for row in rows:
        who, kind, level, about = (_plain(row, n) for n in range(4))
        category, _, scope = kind.partition(_PART)
        purpose, _, via = about.rpartition(_VIA) if _VIA in about else (about, "", "")
        if name := _tidy(who):
            stage = stage_of(level)
            found.append(Adopter(name, row.cells[0].line, purpose, stage, "its row says so", "", category, scope, via))
    return found


def _plain(row: Row, column: int) -> str:
    text = row.cells[column].text if column < len(row.cells) else ""
    return " ".join(text.replace(OBJECT, "").strip(_ISOLATES).split())


def _name_of_cell(cell: Segment) -> tuple[str, str]:
    text = cell.text.replace(OBJECT, "").strip()
    link = cell.links[0] if cell.links else None
    if link and cell.text[link.start : link.end].strip(OBJECT + " ") and link.start < 5:
        linked = cell.text[link.start : link.end]
        after = cell.text[link.end :].strip()
        name = f"{linked} {after}" if after.startswith("(") and len(after) < 40 else linked
        return _tidy(name), link.url
    if len(text) > _LONGEST_NAME:
        text = _SIGN.split(text[:_LONGEST_HEAD], maxsplit=1)[0]
    return _tidy(text), link.url if link else ""


def _tidy(name: str) -> str:
    """The name as it is written; empty where it is nobody's."""
    text = " ".join(re.sub(r"[*_`]{2,}", "", name).replace(OBJECT, " ").split()).strip(' ,:;|–—-*_"“”')
    text = text if _SHORT_FORM.search(text) else text.strip(" .")
    if (
        not text
        or len(text) > _LONGEST_NAME
        or text.startswith("@")
        or _NOBODY.search(text)
        or _NOT_COMPANY.fullmatch(text)
        or _PICTURE.search(text)
        or not re.search(r"[^\W\d_]", text)
    ):
        return ""
    return text


def _of_lists(found: Outline) -> list[Adopter]:
    """Of the levels of the lists, the one whose entries begin with a link or a bold name."""
    items = [segment for segment in found.segments if segment.kind is Kind.ITEM and not _is_silent(segment)]
    items.sort(key=lambda item: item.line)
    if fielded := _of_fields(items):
        return fielded
    levels: dict[int, list[Segment]] = defaultdict(list)
    for item in items:
        levels[item.depth].append(item)

    def weight(depth: int) -> float:
        return sum(_lead(item)[2] for item in levels[depth])

    if not levels:
        return []
    best = max(sorted(levels), key=weight)
    if weight(best) < _SURE:
        return []
    adopters = []
    headings = [s for s in found.segments if s.kind is Kind.HEADING and not _is_silent(s)]
    labels = sum(bool(_FIELD.match(item.text)) and not item.links[:1] for item in levels[best])
    if labels * 2 > len(levels[best]) and len(headings) > 2:
        return []
    context = _contexts(found)
    at = [item.line for item in items]
    for item in levels[best]:
        name, link, sure = _lead(item)
        if not name:
            continue
        about = item.text.removeprefix(name)
        below = " ".join(
            s.text
            for s in items[bisect_right(at, item.line) : bisect_left(at, item.line + 12)]
            if s.depth > best and name[:60] in " ".join(s.path)
        )
        stage, why = context.get(item.line, ("", ""))
        adopters.append(
            Adopter(
                name,
                item.line_at(len(item.text) - len(item.text.lstrip())),
                f"{about} {below}",
                stage,
                why,
                link,
                sure=sure >= _SURE,
            )
        )
    return [] if are_persons([(adopter.name, adopter.link) for adopter in adopters]) else adopters


def _contexts(found: Outline) -> dict[int, tuple[str, str]]:
    """What the sentence or heading above a list says of the stage of all of it."""
    told: dict[int, tuple[str, str]] = {}
    stage, why, title = "", "", ""
    for segment in found.segments:
        if segment.kind is Kind.HEADING:
            title = segment.text
            stage, why = _of_group(title)
        elif segment.kind is Kind.PARAGRAPH and segment.text.rstrip().endswith(":"):
            stage, why = _of_group(segment.text) if _of_group(segment.text)[0] or stage else (stage, why)
        elif segment.kind is Kind.ITEM and stage:
            told[segment.line] = (stage, why)
    return told


def _of_group(text: str) -> tuple[str, str]:
    if re.search(r"\bpre-?production\b|\bearly stages?\b", text, re.IGNORECASE) or (
        ADOPTION_TRIED.search(text) and not LIVE.search(text)
    ):
        return "trial", f"listed under “{excerpt(text)[:60]}”"
    if re.search(r"\bplan(?:ned|ning)\b|\bfuture\b|\bconsidering\b", text, re.IGNORECASE):
        return "planned", f"listed under “{excerpt(text)[:60]}”"
    if re.search(r"\b(?:former|past|previous|retired)\b", text, re.IGNORECASE):
        return "retired", f"listed under “{excerpt(text)[:60]}”"
    return "", ""


def _lead(item: Segment) -> tuple[str, str, float]:
    """The company at the beginning of an entry, its address, and how much it looks like one."""
    start = len(item.text) - len(item.text.lstrip(" " + OBJECT))
    if before := _BEFORE.match(item.text):
        start = before.end()
    for span in item.links:
        if span.start <= start + 2 and (name := _tidy(item.text[span.start : span.end])):
            return _with_brackets(item, span, name), span.url, 1.0
    for bold in item.bold:
        if bold.start <= start + 1 and (name := _tidy(item.text[bold.start : bold.end])):
            link = next((one for one in item.links if one.start >= bold.start), None)
            return name, link.url if link else "", 0.9
    head = item.text[start : start + _LONGEST_HEAD]
    broken = re.match(r"\[([^\[\]]{1,80})\] ?\(", head)  # a link that does not close, or is none for its space
    if broken and (name := _tidy(broken[1])):
        return name, "", 1.0
    cut = min(
        (m.start() for m in (_SIGN.search(head), _VERB.search(head), re.search(r"[(\[]|\n", head)) if m),
        default=len(head),
    )
    name = _tidy(head[:cut])
    if name and len(name.split()) <= 6 and (name[:1].isupper() or name[:1].isdigit() or "." in name):
        return name, item.links[0].url if item.links else "", 0.6 if len(name.split()) <= 4 else 0.3
    return "", "", 0.0


def _with_brackets(item: Segment, link: Link, name: str) -> str:
    match = re.match(r"\s(\([A-Z][\w& .-]{1,20}\))", item.text[link.end :])
    return f"{name} {match[1]}" if match else name


def _of_fields(items: list[Segment]) -> list[Adopter]:
    """ "N: company" with "D: description" below it."""
    found: list[Adopter] = []
    for item in items:
        match = _FIELDED.match(item.text)
        if match and (name := _tidy(match[1])):
            about = re.search(r"\bD(?:escription)?:\s*(.{0,300}?)(?:\s[A-Z]:\s|$)", item.text, re.DOTALL)
            found.append(Adopter(name, item.line, about[1] if about else ""))
    return found if len(found) > 1 else []


def _heads_a_list(following: list[Segment]) -> bool:
    """Whether companies stand below a heading, so that it is the name of a group."""
    return any(
        segment.kind is Kind.CELL or (segment.kind is Kind.ITEM and _lead(segment)[2] >= 0.9) for segment in following
    )


def _of_headings(found: Outline) -> list[Adopter]:
    """Each heading of one level is a company, its text below."""
    heads = [(n, s) for n, s in enumerate(found.segments) if s.kind is Kind.HEADING and not _is_silent(s)]
    levels: dict[int, list[tuple[int, Segment]]] = defaultdict(list)
    for n, segment in heads:
        if section_of(segment.text) is not Section.SKIP and not _TITLE.search(segment.text):
            levels[len(segment.path)].append((n, segment))
    if not levels:
        return []
    best = max(sorted(levels, reverse=True), key=lambda depth: len(levels[depth]))
    groups = sum(_heads_a_list(found.segments[n + 1 : n + 3]) for n, _ in levels[best])
    if len(levels[best]) < 2 or groups * 2 >= len(levels[best]):
        return []
    adopters = []
    for n, segment in levels[best]:
        name = _tidy(segment.text)
        if not name or len(name.split()) > 7 or _GROUP.fullmatch(name):
            continue
        below = []
        for after in found.segments[n + 1 : n + 12]:
            if after.kind is Kind.HEADING:
                break
            field = _FIELD.match(after.text)
            if not field or not PERSON_HEAD.fullmatch(field[1]):
                below.append(after.text)
        adopters.append(
            Adopter(name, segment.line, " ".join(below)[:1_000], "", "", segment.links[0].url if segment.links else "")
        )
    return adopters


def _of_paragraphs(found: Outline) -> list[Adopter]:
    adopters = []
    for segment in found.segments:
        if segment.kind is not Kind.PARAGRAPH or _is_silent(segment) or not (segment.bold or segment.links):
            continue
        name, link, weight = _lead(segment)
        if name and weight >= 0.9:
            adopters.append(Adopter(name, segment.line, segment.text[len(name) :], "", "", link))
    return adopters if len(adopters) > 1 else []


def _of_logos(found: Outline) -> list[Adopter]:
    adopters = []
    for segment in found.segments:
        if segment.kind is Kind.BADGE and segment.row is None and not _is_silent(segment):
            name = _tidy(re.sub(r"\b(?:logo|icon|image|badge)\b", "", segment.text, flags=re.IGNORECASE))
            if name and "shields.io" not in " ".join(link.url for link in segment.links):
                adopters.append(Adopter(name, segment.line, "", "", "", segment.links[0].url if segment.links else ""))
    return adopters if len(adopters) > 1 else []
