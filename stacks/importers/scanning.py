"""All names of all segments: those that are certain, and those that the rest of the text has to settle."""

import re
from collections.abc import Iterable

from stacks.folding import alias_key
from stacks.matching.scan import Found, Name

from .addresses import parts_of
from .badges import badge
from .mentions import TRIM, Doubtful, Mention, is_bare
from .segments import OBJECT, Kind, Segment
from .vocabulary import Vocabulary

_FRENCH = re.compile(r"\s+d['’][aeiouhéèê]")  # "Vue d'ensemble"


MOST_MENTIONS = 20_000  # of one text; more is no write-up


def find(segments: Iterable[Segment], vocabulary: Vocabulary) -> tuple[list[Mention], list[Doubtful]]:
    """All names of all segments; those that need their neighbours are told apart."""
    sure: list[Mention] = []
    doubtful: list[Doubtful] = []
    for segment in segments:
        if len(sure) + len(doubtful) > MOST_MENTIONS:
            break
        if segment.kind is Kind.BADGE:
            sure.extend(badge(segment, vocabulary))
            continue
        found = names_in(segment.text, vocabulary)
        if not found and (image := _of_image(segment, vocabulary)):
            sure.append(image)
            continue
        if site := _of_site(segment, vocabulary):
            sure.append(site)
            found = [one for one in found if one.start >= site.end]
        linked = _linked(segment, found, vocabulary)
        covered = [(m.start, m.end) for m in linked] + _elsewhere(segment, found, vocabulary)
        covered += [(one.start, one.end) for one in found if _FRENCH.match(segment.text, one.end)]
        covered += [(one.start, one.end) for one in found if _is_within_code(one, segment)]
        covered += [(one.start, one.end) for one in found if _is_measure(one) and one.text != segment.text.strip()]
        covered += [match.span() for match in _SCOPED.finditer(segment.text)] if "@" in segment.text else []
        sure.extend(linked)
        for one in _apart(found, segment.text, vocabulary):
            if segment.kind is Kind.TAG and not _is_whole_tag(one, segment.text):
                continue
            if any(start < one.end and one.start < end for start, end in covered):
                continue
            name = one.names[0]
            if (
                (
                    len(one.names) > 1
                    or name.homonym
                    or name.caution in ("only_near", "link_only", "entry_only", "as_written")
                )
                or is_phrase(one)
                or _is_small_and_rare(one)
                or is_other_product(segment, one, vocabulary)
            ):
                doubtful.append(Doubtful(segment, one))
            else:
                sure.append(mention_of(segment, one, name))
    return sure, doubtful


_IMAGE = re.compile(r"[\s`*]*(?P<path>(?:[\w.:-]{1,60}/){1,3})(?P<name>[\w.-]{2,60})(?P<tag>:[\w.-]{1,60})?[\s`*]*")
_OF_FILES = re.compile(
    r"(?:^|/)(?:\.{1,2}|src|lib|libs|apps?|packages?|backend|frontend|docs?|internal|cmd|pkg|services?|servers?|clients?|infra|"
    r"deploy|config|k8s|terraform|tests?|tools?|scripts?|components?|modules?|core|api|web|ui|db|data|mnt|etc|usr|var|opt|home)/",
    re.IGNORECASE,
)


_SITE = re.compile(
    r"\s*(?:https?://)?(?:www\.)?(?P<host>[a-z0-9-]{2,40}(?:\.[a-z0-9-]{2,20}){1,3})/?\s*(?:[(（][^()（）]{0,80}[)）]\s*)?"
)


def _of_site(segment: Segment, vocabulary: Vocabulary) -> Mention | None:
    """ "kafka.apache.org (events)": an entry that is the address of a technology's own site."""
    match = _SITE.fullmatch(segment.text) if segment.kind in (Kind.ITEM, Kind.CELL, Kind.ENTRY) else None
    slug = vocabulary.by_address(f"https://{match['host']}/") if match else ""
    if not match or not slug:
        return None
    start, end = match.span("host")
    why = ["the address is its own site"]
    return Mention(segment, start, end, match["host"], slug, "alias", linked=True, reach=end, why=why)


def _of_image(segment: Segment, vocabulary: Vocabulary) -> Mention | None:
    """ "quay.io/keycloak/keycloak" in a cell: what the image is of."""
    match = _IMAGE.fullmatch(segment.text) if segment.kind is Kind.CELL and "/" in segment.text else None
    if match is None or _OF_FILES.search(match["path"]):
        return None
    found = vocabulary.scanner.whole(match["name"])
    if found is None or len(found.names) > 1 or found.names[0].homonym:
        return None
    start, end = match.start("name"), match.end("name")
    version = (match["tag"] or "").removeprefix(":")
    name = found.names[0]
    number = version if version[:1].isdigit() else ""
    return Mention(segment, start, end, match["name"], name.slug, "alias", number, reach=len(segment.text), whole=True)


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
        if first and len(first.names) == 1 and _KIND_OF_THING.search(one.text) and first.names[0].caution == "free":
            end = one.start + len(head)  # "Redis queues" are queues in Redis, whatever else is called Redis Queue
            result.append(Found(one.start, end, text[one.start : end], first.names, "", one.reach))
            continue
        if first and len(first.names) == 1 and _is_named_too(first.names[0], one, vocabulary):
            end = one.start + len(head)
            result.append(Found(one.start, end, text[one.start : end], first.names, "", end))
            one = Found(end + 1, one.end, text[end + 1 : one.end], one.names, one.version, one.reach)  # noqa: PLW2901
        result.append(one)
    return result


_KIND_OF_THING = re.compile(r"\s(?:queues?|servers?|clusters?|caches?|jobs?|workers?)$")


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
    if known is None or other is None or known.slug == other.slug or alias_key(whole.text) in alias_key(other.name):
        return False  # "SQL Server" is one name
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


def mention_of(segment: Segment, found: Found, name: Name, why: str = "") -> Mention:
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
        slug = (
            vocabulary.by_address(link.url)
            or _by_host(link.url, inside)
            or _by_repository(link.url, inside, vocabulary)
        )
        bare = not text.strip(OBJECT + " ")
        if bare and not slug:
            slug = _of_repository(link.url, vocabulary)
        steps = parts_of(link.url).path.strip("/").count("/")
        far = not bare and steps > (1 if vocabulary.is_code(link.url) else 0)
        if not slug or (bare and segment.text.strip(OBJECT + TRIM)):  # an address in a sentence is where to read on
            continue
        if _PACKAGE.match(text.strip()):
            inside = [one for one in inside if any(name.slug == slug for name in one.names)]
        same = next((one for one in inside if any(name.slug == slug for name in one.names)), None)
        if same:
            name = next(name for name in same.names if name.slug == slug)
            mention = mention_of(segment, same, name, "it links to its own site")
            mention.linked = True
            mentions.append(mention)
        elif not inside and len(text.split()) <= 4 and not _talks(text) and not far:
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
        elif inside and not far and all(_is_unclear(one) for one in inside):
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
    host = (parts_of(url).hostname or "") if "://" in url and len(url) < 300 else ""
    labels = host.removeprefix("www.").split(".")
    for one in inside:
        key = one.names[0].key
        if len(one.names) == 1 and len(key) > 3 and len(labels) == 2 and labels[0].replace("-", "").startswith(key):
            return one.names[0].slug
    return ""


def _by_repository(url: str, inside: list[Found], vocabulary: Vocabulary) -> str:
    """ "github.com/somebody/grape" is where Grape lives, though it has moved since."""
    match = _REPOSITORY.match(url)
    key = alias_key(match["name"]) if match else ""
    found = {one.names[0].slug for one in inside if len(one.names) == 1 and one.names[0].key == key}
    slug = next(iter(found)) if len(found) == 1 else ""
    return slug if not _is_short_for(slug, key, vocabulary) else ""


def _is_short_for(slug: str, key: str, vocabulary: Vocabulary) -> bool:
    """Somebody's repository "dynamo" is not what is called DynamoDB."""
    known = vocabulary.technologies.get(slug)
    return known is not None and known.kind == "service" and alias_key(known.name) != key


def _of_repository(url: str, vocabulary: Vocabulary) -> str:
    """ "<https://github.com/somebody/sidekiq>" in a list of libraries: the repository moved, its name is Sidekiq's."""
    match = _REPOSITORY.match(url)
    key = alias_key(match["name"]) if match else ""
    names = vocabulary.scanner.names_of(key) if len(key) > 3 else ()
    if len(names) != 1 or names[0].homonym or names[0].caution != "free":
        return ""
    known = vocabulary.technologies.get(names[0].slug)
    return names[0].slug if known and alias_key(known.name) == key and known.kind in _LIBRARIES else ""


def _elsewhere(segment: Segment, found: list[Found], vocabulary: Vocabulary) -> list[tuple[int, int]]:
    """Names that link to another's repository ("Boundary" of somebody else), and names inside the name of a package."""
    spans = []
    for link in segment.links:
        text = segment.text[link.start : link.end].strip()
        inside = [one for one in found if one.start < link.end and link.start < one.end]
        package = bool(_PACKAGE.match(text))
        match = _REPOSITORY.match(link.url)
        other = match is not None and (
            all(_is_unclear(one) for one in inside)
            or all(_is_short_for(one.names[0].slug, alias_key(match["name"]), vocabulary) for one in inside)
        )
        if inside and (package or other):
            slug = vocabulary.by_address(link.url)
            spans += [(one.start, one.end) for one in inside if package or all(name.slug != slug for name in one.names)]
    return spans


_REPOSITORY = re.compile(
    r"^https?://(?:www\.)?(?:github|gitlab|bitbucket|codeberg)\.\w{2,4}/[\w.-]{1,60}/(?P<name>[\w.-]{1,80})/?$"
)


_LIBRARIES = ("library", "framework", "tool")
_OF_CODE = re.compile(r"[\s:@^~=<>\d.vVxX*`()-]*(?:alpine|slim|latest|lts|stable)?[\s`]*")
_SCOPED = re.compile(r"@[\w.-]{1,60}/[\w.-]{1,60}")  # "@aws-sdk/client-s3"
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


def as_written(found: Found) -> bool:
    """Whether the letter case is that of a written form; spaces, dots and hyphens say nothing ("CoreData")."""
    text = _APART.sub("", found.text)
    return any(text == _APART.sub("", name.written) for name in found.names)


_APART = re.compile(r"[\s._-]+")


def _is_whole_tag(found: Found, text: str) -> bool:
    """ "c-sharp" is no sharp."""
    rest = (text[: found.start] + " " + text[max(found.end, found.reach) :]).strip(" -_/.")
    return not rest or is_bare(rest)


def _is_within_code(found: Found, segment: Segment) -> bool:
    """ "`govuk-aws`" and "`docker compose up`" are names and commands of their own; "`redis:7-alpine`" is Redis."""
    span = next((one for one in segment.code if one.start <= found.start and found.end <= one.end), None)
    if span is None:
        return False
    rest = segment.text[span.start : found.start].strip(" `@") + segment.text[max(found.end, found.reach) : span.end]
    return not _OF_CODE.fullmatch(rest)


def _is_small_and_rare(found: Found) -> bool:
    """ "the orchestrator": a name that nobody is known to use, in small letters, is a word like others."""
    name = found.names[0]
    return found.text.islower() and not name.written.islower() and not name.used


def is_phrase(found: Found) -> bool:
    """ "event bus" is not EventBus, nor "or JSON" orjson: words apart, where the name is written as one."""
    text = found.text
    apart = " " in text and all(" " not in name.written for name in found.names)
    return apart and (text.islower() or not as_written(found))


_MEASURE = re.compile(r"\d+(?:ms|s|m|h|d|k|x|px|[kmgt]i?b)|v\d+", re.IGNORECASE)


def _is_measure(found: Found) -> bool:
    """ "100ms" and "v0" are first of all a time and an edition, though a product is called so."""
    return _MEASURE.fullmatch(found.text) is not None


_NEXT_NAME = re.compile(r"\s[A-Z][\w-]*[a-z]\w*")


def is_other_product(segment: Segment, found: Found, vocabulary: Vocabulary) -> bool:
    """ "SAP Ariba": the maker's name stands for one product by itself, not before the name of another."""
    known = vocabulary.technologies.get(found.names[0].slug)
    words = known.name.split() if known else []
    following = _NEXT_NAME.match(segment.text, max(found.end, found.reach))
    return len(words) > 1 and words[0] == found.text and following is not None and not is_bare(following[0])
