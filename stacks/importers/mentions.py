"""Names found in segments, each with what it may be: letter case, class of the name, links and neighbours."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

from rapidfuzz import process
from rapidfuzz.distance import OSA

from stacks.folding import alias_key, fold
from stacks.matching.scan import Found, Name

from .places import label_of
from .segments import OBJECT, Kind, Link, Segment
from .vocabulary import Vocabulary, folded_words

_FRENCH = re.compile(r"\s+d['’][aeiouhéèê]")  # "Vue d'ensemble"
_SEPARATORS = re.compile(
    r"\s*(?:[,;+&|·•/\n、，；＋]|\s[-–—]\s|\band\b|\bor\b|\bwith\b|\bund\b|\bet\b|\by\b|\be\b|\bou\b|と|和)\s*"
)
_AROUND = re.compile(r"\([^()]{0,120}\)|（[^（）]{0,120}）|\[[^\[\]]{0,60}\]")
_TRIM = " \t\n\"'“”‘’`*™®.:;,!()[]" + OBJECT
_GENERIC = re.compile(
    r"\b(?:the|a|our|via|using|v?\d[\w.+]*|latest|lts|stack|database|databases|db|cluster|clusters|server|"
    r"servers|cloud|instances?|framework|library|libraries|language|api|apis|sdk|service|services|managed|"
    r"self-hosted|app|apps|engine|pro|enterprise|premium|free|community|edition|version|ui|cli|client|etc|"
    r"platform|container|containers|pipeline|pipelines|jobs?|queue|storage|hosting|base|programming|plugin|"
    r"operator|charts?|functions?|streams?|mode|custom|native|js|web)\b",
    re.IGNORECASE,
)
_STARTS = re.compile(r"(?:^|[.!?:;\n•]\s*[\"“(*_]*|\d[.)]\s+)$")
_VERB_AFTER = re.compile(
    r"^(?:[’']s)?\s*(?:\([^()]{0,40}\)\s*)?(?:is|are|was|has|powers|handles|for|as|and|,|/|\+|&|with|on|via|"
    r"provides|runs|serves|helps|allows|gives|manages|stores|:|-|–|—|$)",
    re.IGNORECASE,
)
MOST_MENTIONS = 20_000  # of one text; more is no write-up
_NEAR_FROM = 7
_TWO_APART_FROM = 10
_LONGEST_NEAR = 40
_MOST_NEAR = 1_000


@dataclass(slots=True)
class Mention:
    """A name in a segment. `whole`: the entry is this name; `part`: a part of it is; `linked`: to its own site."""

    segment: Segment
    start: int
    end: int
    name: str
    slug: str
    how: str = "exact"
    version: str = ""
    whole: bool = False
    part: bool = False
    linked: bool = False
    caution: str = "free"
    reach: int = 0
    why: list[str] = field(default_factory=list)
    # what `recognise` decides
    verdict: str = ""  # used, offered, mentioned, skip
    stage: str = ""
    sure: float = 0.0
    via: str = ""
    via_name: str = ""
    purpose: str = ""
    remarks: str = ""
    listed: int = -1
    moved: bool = False  # an end of a migration

    @property
    def line(self) -> int:
        return self.segment.line_at(self.start)


@dataclass(slots=True)
class Doubtful:
    """A name that may be another thing: decided when the rest of the text is known."""

    segment: Segment
    found: Found


@dataclass(frozen=True, slots=True)
class Part:
    start: int
    end: int


def parts_of(text: str, begin: int = 0) -> list[Part]:
    """An entry taken apart at commas, slashes, "and"; what stands in brackets is part of what stands before it."""
    masked = _AROUND.sub(lambda match: "\x01" * len(match[0]), text)
    found, at = [], begin
    for match in _SEPARATORS.finditer(masked, begin):
        if match.end() > match.start():
            found.append(Part(at, match.start()))
            at = match.end()
    found.append(Part(at, len(text)))
    return [part for part in found if text[part.start : part.end].strip(_TRIM)]


def is_bare(text: str) -> bool:
    """Nothing stands beside the name but words that say nothing of their own."""
    rest = _GENERIC.sub(" ", _AROUND.sub(" ", text))
    return not rest.strip(_TRIM + "-–—/+&,")


def find(segments: Iterable[Segment], vocabulary: Vocabulary) -> tuple[list[Mention], list[Doubtful]]:
    """All names of all segments; those that need their neighbours are told apart."""
    sure: list[Mention] = []
    doubtful: list[Doubtful] = []
    for segment in segments:
        if len(sure) + len(doubtful) > MOST_MENTIONS:
            break
        if segment.kind is Kind.BADGE:
            sure.extend(_badge(segment, vocabulary))
            continue
        found = names_in(segment.text, vocabulary)
        linked = _linked(segment, found, vocabulary)
        covered = [(m.start, m.end) for m in linked] + _elsewhere(segment, found, vocabulary)
        covered += [(one.start, one.end) for one in found if _FRENCH.match(segment.text, one.end)]
        sure.extend(linked)
        for one in _apart(found, segment.text, vocabulary):
            if any(start < one.end and one.start < end for start, end in covered):
                continue
            name = one.names[0]
            if (
                (
                    len(one.names) > 1
                    or name.homonym
                    or name.caution in ("only_near", "link_only", "entry_only", "as_written")
                )
                or _is_phrase(one)
                or _is_other_product(segment, one, vocabulary)
            ):
                doubtful.append(Doubtful(segment, one))
            else:
                sure.append(_mention(segment, one, name))
    return sure, doubtful


def names_in(text: str, vocabulary: Vocabulary) -> list[Found]:
    """The names that together cover most of the text ("Java Spring Boot" is Java and Spring Boot)."""
    chosen: list[Found] = []
    cluster: list[Found] = []
    end = -1
    for one in vocabulary.scanner.find_all(text):
        if one.start >= end:
            chosen += _cover(cluster)
            cluster = []
        cluster.append(one)
        end = max(end, one.end)
    return chosen + _cover(cluster)


def _apart(found: list[Found], text: str, vocabulary: Vocabulary) -> list[Found]:
    """ "ECS Fargate" and "Java Spring" are short for the second, but name the first as well."""
    result: list[Found] = []
    for one in found:
        if engine := _engine_within(one, vocabulary):
            start, end = one.start + engine.start, one.start + engine.end
            result.append(Found(start, end, text[start:end], engine.names, one.version, max(end, one.reach)))
            rest = (one.start, start) if engine.start else (end, one.end)
            name = text[rest[0] : rest[1]].strip()
            result.append(Found(rest[0], rest[1], name, one.names, "", rest[1]))
            continue
        head = one.text.rsplit(" ", 1)[0] if " " in one.text and len(one.names) == 1 else ""
        first = vocabulary.scanner.whole(head) if head else None
        if first and len(first.names) == 1 and _is_named_too(first.names[0], one, vocabulary):
            end = one.start + len(head)
            result.append(Found(one.start, end, text[one.start : end], first.names, "", end))
            one = Found(end + 1, one.end, text[end + 1 : one.end], one.names, one.version, one.reach)  # noqa: PLW2901
        result.append(one)
    return result


def _engine_within(one: Found, vocabulary: Vocabulary) -> Found | None:
    """ "RDS PostgreSQL" is short for a service of several engines, and says which."""
    engines = vocabulary.engines.get(one.names[0].slug, ()) if len(one.names) == 1 else ()
    known = vocabulary.technologies.get(one.names[0].slug)
    if len(engines) < 2 or " " not in one.text or (known and alias_key(known.name) == one.names[0].key):
        return None
    inside = [part for part in vocabulary.scanner.find_all(one.text) if part.end - part.start < one.end - one.start]
    return next((part for part in inside if len(part.names) == 1 and part.names[0].slug in engines), None)


def _is_named_too(first: Name, whole: Found, vocabulary: Vocabulary) -> bool:
    known, other = vocabulary.technologies.get(first.slug), vocabulary.technologies.get(whole.names[0].slug)
    if known is None or other is None or known.slug == other.slug or alias_key(other.name) == alias_key(whole.text):
        return False
    return known.kind == "language" or (known.category == "container-orchestration" and other.category == "serverless")


_MOST_OVERLAPPING = 60


def _cover(cluster: list[Found]) -> list[Found]:
    if len(cluster) < 2:
        return cluster
    longest = max(cluster, key=lambda one: (one.end - one.start, -one.start))
    start, end = cluster[0].start, max(one.end for one in cluster)
    if longest.end - longest.start == end - start or len(cluster) > _MOST_OVERLAPPING:
        return _without_overlap(cluster)
    best: dict[int, tuple[int, int, list[Found]]] = {}
    for one in sorted(cluster, key=lambda one: one.end):
        before = max((value for at, value in best.items() if at <= one.start), key=lambda v: v[:2], default=(0, 0, []))
        value = (before[0] + one.end - one.start, before[1] - 1, [*before[2], one])
        best[one.end] = max(best.get(one.end, (0, 0, [])), value, key=lambda v: v[:2])
    return max(best.values(), key=lambda v: v[:2])[2]


def _without_overlap(cluster: list[Found]) -> list[Found]:
    taken: list[Found] = []
    for one in sorted(cluster, key=lambda one: (one.start - one.end, one.start)):
        if all(one.end <= other.start or other.end <= one.start for other in taken):
            taken.append(one)
    return sorted(taken, key=lambda one: one.start)


def _mention(segment: Segment, found: Found, name: Name, why: str = "") -> Mention:
    how = "exact" if found.text == name.written or alias_key(found.text) == alias_key(name.slug) else "alias"
    mention = Mention(
        segment,
        found.start,
        found.end,
        found.text,
        name.slug,
        how,
        found.version,
        caution=name.caution,
        reach=max(found.reach, found.end),
    )
    if why:
        mention.why.append(why)
    return mention


def _linked(segment: Segment, found: list[Found], vocabulary: Vocabulary) -> list[Mention]:
    """Links to the site or repository of a technology decide what an unclear name is, and name it where none stands."""
    mentions = []
    for link in segment.links:
        text = segment.text[link.start : link.end]
        inside = [one for one in found if one.start < link.end and link.start < one.end]
        slug = vocabulary.by_address(link.url) or _by_host(link.url, inside)
        bare = not text.strip(OBJECT + " ")
        if not slug or (bare and segment.text.strip(OBJECT + _TRIM)):  # an address in a sentence is where to read on
            continue
        if _PACKAGE.match(text.strip()):
            inside = [one for one in inside if any(name.slug == slug for name in one.names)]
        same = next((one for one in inside if any(name.slug == slug for name in one.names)), None)
        if same:
            name = next(name for name in same.names if name.slug == slug)
            mention = _mention(segment, same, name, "it links to its own site")
            mention.linked = True
            mentions.append(mention)
        elif not inside and len(text.split()) <= 4 and not _talks(text):
            mentions.append(
                Mention(
                    segment,
                    link.start,
                    link.end,
                    text.strip(OBJECT) or vocabulary.technologies[slug].name,
                    slug,
                    "alias",
                    linked=True,
                    reach=link.end,
                    why=["the address is its own site or repository"],
                )
            )
        elif inside and all(_is_unclear(one) for one in inside):
            one = inside[0]
            mentions.append(
                Mention(
                    segment,
                    one.start,
                    one.end,
                    one.text,
                    slug,
                    "alias",
                    one.version,
                    linked=True,
                    reach=max(one.reach, one.end),
                    why=["it links to the site of this one"],
                )
            )
    return mentions


def _by_host(url: str, inside: list[Found]) -> str:
    """ "mongoid.org" is the site of Mongoid, though the catalogue gives another."""
    host = (urlsplit(url).hostname or "") if "://" in url and len(url) < 300 and "[" not in url else ""
    labels = host.removeprefix("www.").split(".")
    for one in inside:
        key = one.names[0].key
        if len(one.names) == 1 and len(key) > 3 and len(labels) == 2 and labels[0].replace("-", "").startswith(key):
            return one.names[0].slug
    return ""


def _elsewhere(segment: Segment, found: list[Found], vocabulary: Vocabulary) -> list[tuple[int, int]]:
    """Names that link to another's repository ("Boundary" of somebody else), and names inside the name of a package."""
    spans = []
    for link in segment.links:
        text = segment.text[link.start : link.end].strip()
        inside = [one for one in found if one.start < link.end and link.start < one.end]
        package = bool(_PACKAGE.match(text))
        if inside and (package or (_REPOSITORY.match(link.url) and all(_is_unclear(one) for one in inside))):
            slug = vocabulary.by_address(link.url)
            spans += [(one.start, one.end) for one in inside if package or all(name.slug != slug for name in one.names)]
    return spans


_REPOSITORY = re.compile(
    r"^https?://(?:www\.)?(?:github|gitlab|bitbucket|codeberg)\.\w{2,4}/[\w.-]{1,60}/[\w.-]{1,80}/?$"
)
_PACKAGE = re.compile(r"^@?[\w.-]{1,60}/[\w.-]{1,60}$")
_TALKING = re.compile(
    r"\b(?:read|more|here|this|blog|post|article|documentation|docs|guide|talk|video|slides|learn|see|how|why|"
    r"link|source|website|issue|release|apply|download)\b",
    re.IGNORECASE,
)


def _talks(text: str) -> bool:
    return bool(_TALKING.search(text))


def _is_unclear(found: Found) -> bool:
    return len(found.names) > 1 or found.names[0].homonym or found.names[0].caution != "free"


def _badge(segment: Segment, vocabulary: Vocabulary) -> list[Mention]:
    """A badge says its name in the address of its picture, in its alternative text or by its logo."""
    for text, certain in _badge_texts(segment):
        found = vocabulary.scanner.whole(text)
        if found and not found.names[0].homonym:
            name = found.names[0]
            how = "exact" if found.text == name.written else "alias"
            version = found.version or _badge_version(segment)
            mention = Mention(
                segment,
                0,
                len(segment.text),
                name.written if not segment.text else found.text,
                name.slug,
                how,
                version,
                whole=True,
                linked=certain,
                caution="free",
                reach=len(segment.text),
            )
            mention.why.append("a badge names it")
            return [mention]
    return []


_SHIELD = re.compile(
    r"(?:img\.shields\.io|shields\.io|badgen\.net|img\.badgesize\.io)/(?:badge|static/v1)/([^?#]{1,300})", re.IGNORECASE
)
_ICONS = re.compile(
    r"(?:devicons?|simple-?icons|skillicons|techstack-generator|vectorlogo\.zone|vscode-icons|icons?8|worldvectorlogo)",
    re.IGNORECASE,
)
_STATE_BADGE = re.compile(
    r"build|licen[cs]e|coverage|stars?|forks?|issues|downloads|version|release|status|tests?|passing|"
    r"contributors|commit|size|docs|chat|join|follow|sponsor|pr'?s|welcome|maintained|quality|dependencies|npm|"
    r"pypi|made with|made by|award|open source",
    re.IGNORECASE,
)


def _badge_texts(segment: Segment) -> list[tuple[str, bool]]:
    texts: list[tuple[str, bool]] = []
    for link in segment.links:
        url = unquote(link.url)
        if match := _SHIELD.search(url):
            body = match[1].replace("--", "\x01").replace("__", "\x02")
            fields = [
                part.replace("\x01", "-").replace("_", " ").replace("\x02", "_").strip() for part in body.split("-")
            ]
            state = bool(_STATE_BADGE.fullmatch(fields[0])) if fields else False
            texts += [(field, True) for field in fields[:-1] if not state and field] or [(fields[0], True)]
            logo = parse_qs(urlsplit(url).query).get("logo", [""])[0]
            if logo and not state:
                texts.append((logo, True))
        elif _ICONS.search(url):
            stem = urlsplit(url).path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
            texts.append((re.split(r"-(?:original|plain|line|icon|logo|wordmark|ar21)", stem)[0], True))
            texts.append((segment.text, True))
    return texts


def _badge_version(segment: Segment) -> str:
    for link in segment.links:
        if (match := _SHIELD.search(link.url)) and (number := re.search(r"-v?(\d+(?:\.\d+){0,3})(?:[-+]|$)", match[1])):
            return number[1]
    return ""


def as_written(found: Found) -> bool:
    """Whether the letter case is that of a written form; spaces, dots and hyphens say nothing ("CoreData")."""
    text = _APART.sub("", found.text)
    return any(text == _APART.sub("", name.written) for name in found.names)


_APART = re.compile(r"[\s._-]+")


class Neighbours:
    """What stands near a segment: in its row first, else in the whole text."""

    def __init__(self, segments: Iterable[Segment], mentions: Iterable[Mention], vocabulary: Vocabulary):
        self.vocabulary = vocabulary
        self.rows: dict[int, str] = {}
        self.near: dict[int, set[str]] = {}
        self.all: set[str] = set()
        for mention in mentions:
            self.note(mention)
        self.text = folded_words(" ".join(segment.text for segment in segments)[:200_000])

    def note(self, mention: Mention) -> None:
        self.near.setdefault(_row_id(mention.segment), set()).add(mention.slug)
        self.all.add(mention.slug)

    def row(self, segment: Segment) -> str:
        key = _row_id(segment)
        if key not in self.rows:
            cells = segment.row.cells if segment.row else [segment]
            head = segment.row.table.head if segment.row and segment.row.table else ()
            self.rows[key] = folded_words(
                " ".join([*(cell.text for cell in cells), *head, *segment.path[-2:], segment.lead])
            )
        return self.rows[key]

    def of_row(self, segment: Segment, but: str) -> set[str]:
        return self.near.get(_row_id(segment), set()) - {but}

    def met(self, beside: tuple[str, ...], segment: Segment, but: str) -> int:
        """2: something of `beside` stands in the row; 1: in the text; 0: nowhere."""
        if self._met(beside, self.row(segment), self.of_row(segment, but)):
            return 2
        return int(self._met(beside, self.text, self.all - {but}))

    def _met(self, beside: tuple[str, ...], text: str, slugs: set[str]) -> bool:
        known = self.vocabulary.technologies
        for word in beside:
            if f" {word} " in text:
                return True
            for slug in slugs:
                technology = known.get(slug)
                if technology and (
                    slug == word.replace(" ", "-")
                    or fold(technology.name) == word
                    or self._in(technology.category, word)
                ):
                    return True
        return False

    def _in(self, category: str, word: str) -> bool:
        place = self.vocabulary.places.get(category)
        return bool(place) and word in (place.slug, fold(place.name), place.area, fold(place.area_name))  # type: ignore[union-attr]


def _row_id(segment: Segment) -> int:
    return id(segment.row) if segment.row else id(segment)


def _is_phrase(found: Found) -> bool:
    """ "event bus" is not EventBus: small words apart, where the name is written as one."""
    text = found.text
    return " " in text and text.islower() and all(" " not in name.written for name in found.names)


def settle(doubtful: Doubtful, neighbours: Neighbours) -> Mention | tuple[str, str]:
    """The technology that an unclear name means here, or (its name, why it is none)."""
    segment, found = doubtful.segment, doubtful.found
    if _is_other_product(segment, found, neighbours.vocabulary):
        return found.text, "followed by another name: a product that is not known"
    if len(found.names) > 1 or found.names[0].homonym:
        return _shared(segment, found, neighbours)
    name = found.names[0]
    if name.caution == "only_near":
        return _only_near(segment, found, name, neighbours)
    if name.caution == "entry_only":
        return _entry_only(segment, found, name, neighbours)
    if name.caution == "as_written" or _is_phrase(found):
        return _as_written(segment, found, name, stands_alone(segment, found), neighbours)
    return found.text, "an ordinary word unless it links to the technology's own site"


def _only_near(segment: Segment, found: Found, name: Name, neighbours: Neighbours) -> Mention | tuple[str, str]:
    met = neighbours.met(name.beside, segment, name.slug)
    entry = stands_alone(segment, found)
    if met == 2 or (met and entry) or (entry and _whole(segment, found) and not name.beside):
        return _mention(segment, found, name, "what it goes with stands near")
    return found.text, "nothing that it goes with stands near"


def _entry_only(segment: Segment, found: Found, name: Name, neighbours: Neighbours) -> Mention | tuple[str, str]:
    if stands_alone(segment, found) and (as_written(found) or _whole(segment, found) or found.text[:1].isupper()):
        return _mention(segment, found, name)
    if as_written(found) and _beside_others(segment, found, neighbours):
        return _mention(segment, found, name, "it stands beside other technologies")
    return found.text, "an ordinary word here, not an entry of its own"


def _as_written(
    segment: Segment, found: Found, name: Name, entry: bool, neighbours: Neighbours
) -> Mention | tuple[str, str]:
    if entry and (as_written(found) or _whole(segment, found) or segment.kind is Kind.TAG):
        return _mention(segment, found, name)
    if not as_written(found) and not (entry and found.text[:1].isupper()):
        return found.text, f"an ordinary word: the technology is written “{name.written}”"
    before = segment.text[max(0, found.start - 12) : found.start]
    if (
        _STARTS.search(before)
        and name.written[:1].isupper()
        and not name.written[1:2].isupper()
        and " " not in found.text
    ):
        after = segment.text[found.end : found.end + 60]
        if not _VERB_AFTER.match(after) and not neighbours.of_row(segment, name.slug):
            return found.text, "the first word of a sentence"
    return _mention(segment, found, name)


_FEW = 4
_NEXT_NAME = re.compile(r"\s[A-Z][\w-]*[a-z]\w*")


def _is_other_product(segment: Segment, found: Found, vocabulary: Vocabulary) -> bool:
    """ "SAP Ariba": the maker's name stands for one product by itself, not before the name of another."""
    known = vocabulary.technologies.get(found.names[0].slug)
    words = known.name.split() if known else []
    following = _NEXT_NAME.match(segment.text, max(found.end, found.reach))
    return len(words) > 1 and words[0] == found.text and following is not None and not is_bare(following[0])


def _shared(segment: Segment, found: Found, neighbours: Neighbours) -> Mention | tuple[str, str]:
    by_row = [name for name in found.names if neighbours.met(name.beside, segment, name.slug) == 2]
    by_text = [name for name in found.names if neighbours.met(name.beside, segment, name.slug) == 1]
    if not as_written(found) and not stands_alone(segment, found):
        return found.text, "several technologies are called so, and it is not written as a name"
    if by_row:
        return _mention(segment, found, by_row[0], f"“{found.text}” is several; what goes with this one stands near")
    if len(by_text) == 1:
        return _mention(
            segment, found, by_text[0], f"“{found.text}” is several; what goes with this one stands in the text"
        )
    return found.text, "several technologies are called so, and nothing near tells which"


def stands_alone(segment: Segment, found: Found) -> bool:
    """Whether the name is a whole entry, or a whole part of one."""
    if segment.kind is Kind.TAG:
        return True
    if segment.kind in (Kind.PARAGRAPH, Kind.HEADING) and len(segment.text) > 200:
        return False
    return any(
        part.start <= found.start
        and found.end <= part.end
        and is_bare(segment.text[part.start : found.start] + " " + segment.text[max(found.reach, found.end) : part.end])
        for part in parts_of(segment.text, label_of(segment).body)
    )


def _whole(segment: Segment, found: Found) -> bool:
    return is_bare(segment.text[: found.start] + " " + segment.text[max(found.reach, found.end) :])


def _beside_others(segment: Segment, found: Found, neighbours: Neighbours) -> bool:
    if not neighbours.of_row(segment, found.names[0].slug):
        return False
    before, after = segment.text[max(0, found.start - 6) : found.start], segment.text[found.end : found.end + 6]
    return bool(
        re.search(r"(?:,|/|\+|&|and|or|with|\()\s*$", before) or re.match(r"\s*(?:,|/|\+|&|and\b|or\b|with\b)", after)
    )


class Nearly:
    """Whole entries that are spelt nearly like a known name, from seven letters on; each text is looked up once."""

    def __init__(self, vocabulary: Vocabulary):
        self.vocabulary = vocabulary
        self.by_length: dict[int, list[str]] = {}
        for key in vocabulary.keys:
            if len(key) >= _NEAR_FROM - 1:
                self.by_length.setdefault(len(key), []).append(key)
        self.answers: dict[str, Name | None] = {}

    def of(self, segment: Segment) -> Mention | None:
        text = _AROUND.sub(" ", segment.text).strip(_TRIM)
        if len(text) > _LONGEST_NEAR or len(text.split()) > 3:
            return None
        key = alias_key(text)
        if key not in self.answers and len(self.answers) < _MOST_NEAR:
            self.answers[key] = self._look_up(key)
        name = self.answers.get(key)
        if name is None:
            return None
        start = segment.text.find(text[:1])
        end = len(segment.text)
        mention = Mention(segment, start, end, text, name.slug, "near", whole=True, part=True, reach=end)
        mention.why.append(f"nearly “{name.written}”")
        return mention

    def _look_up(self, key: str) -> Name | None:
        if len(key) < _NEAR_FROM or self.vocabulary.scanner.names_of(key):
            return None
        apart = 2 if len(key) >= _TWO_APART_FROM else 1
        keys = [one for n in range(len(key) - apart, len(key) + apart + 1) for one in self.by_length.get(n, ())]
        keys = [one for one in keys if one[0] == key[0]]
        hit = process.extractOne(key, keys, scorer=OSA.distance, score_cutoff=apart)
        names = self.vocabulary.scanner.names_of(hit[0]) if hit else ()
        return names[0] if names and not names[0].homonym and names[0].caution in ("free", "as_written") else None


def link_at(segment: Segment, start: int, end: int) -> Link | None:
    return next((link for link in segment.links if link.start < end and start < link.end), None)
