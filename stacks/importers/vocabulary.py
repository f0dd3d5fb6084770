"""What an import knows of the catalogue: plain data, handed in; knows no Django."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from stacks.folding import alias_key, fold
from stacks.matching.scan import Name, Scanner

from .addresses import parts_of
from .words import CHOICES

_SHARED_HOSTS = frozenset(
    {
        "github.com",
        "gitlab.com",
        "bitbucket.org",
        "wikipedia.org",
        "sourceforge.net",
        "codeberg.org",
        "marketplace.visualstudio.com",
    }
)
# what stands below the front page of these is somebody else's
_OTHERS_PAGES = ("package-management", "source-hosting", "container-registries")
_CODE_HOSTS = ("github.com", "gitlab.com", "codeberg.org", "bitbucket.org")
# first parts of a host that say which page, not whose
_COMMON_LABELS = frozenset(
    {"www", "docs", "doc", "en", "developer", "developers", "dev", "about", "learn", "help", "app", "m"}
)


@dataclass(frozen=True, slots=True)
class Known:
    """A technology of the catalogue."""

    slug: str
    name: str
    kind: str = ""
    category: str = ""
    website: str = ""
    repository: str = ""
    used: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """A category of the second level, and its area."""

    slug: str
    name: str
    area: str = ""
    area_name: str = ""


@dataclass(slots=True)
class Vocabulary:
    """`relations` are (subject, kind, object) in slugs; `seen` the categories in which a technology is used already."""

    technologies: dict[str, Known]
    places: dict[str, Place]
    scanner: Scanner
    engines: dict[str, tuple[str, ...]] = field(default_factory=dict)
    beside: dict[str, tuple[str, ...]] = field(default_factory=dict)  # engines too, where one stands beside the service
    parts: dict[str, frozenset[str]] = field(default_factory=dict)
    bases: dict[str, frozenset[str]] = field(default_factory=dict)
    sites: dict[str, str] = field(default_factory=dict)
    seen: Mapping[str, frozenset[str]] = field(default_factory=dict)
    companies: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()

    def category(self, slug: str) -> str:
        known = self.technologies.get(slug)
        return known.category if known else ""

    def engine(self, service: str) -> str:
        """The one engine that a managed service always means; empty where it has none or several."""
        engines = self.engines.get(service, ())
        return engines[0] if len(engines) == 1 else ""

    def runs(self, service: str, engine: str) -> bool:
        return engine in self.beside.get(service, ())

    def by_address(self, url: str) -> str:
        """The technology whose website or repository the address leads to; empty where it is nobody's."""
        for place in _places(url):
            slug = self.sites.get(place, "")
            if slug and not (
                self.category(slug) in _OTHERS_PAGES and url.rstrip("/").count("/") > 3 and "/" not in place
            ):
                return slug
        return ""

    def is_code(self, url: str) -> bool:
        return parts_of(url).netloc.lower().removeprefix("www.") in _CODE_HOSTS


_STORES = CHOICES[0]  # the categories of what stores


def _is_store_as_service(relation: str, subject: Known | None, base: Known | None) -> bool:
    """ "Postgres (Supabase)", "Cassandra on Keyspaces": no managed form, and yet what runs it where both are named."""
    if not subject or not base or not {subject.category, base.category} <= _STORES:
        return False
    return (relation, subject.kind) in (
        ("built_on", "service"),
        ("built_on", "platform"),
        ("compatible_with", "service"),
    )


def build(
    technologies: Iterable[Known],
    places: Iterable[Place],
    names: Iterable[Name],
    relations: Iterable[tuple[str, str, str]],
    seen: Mapping[str, frozenset[str]] | None = None,
    companies: Iterable[str] = (),
) -> Vocabulary:
    names = list(names)
    known = {technology.slug: technology for technology in technologies}
    engines: dict[str, list[str]] = {}
    parts: dict[str, set[str]] = {}
    bases: dict[str, set[str]] = {}
    beside: dict[str, list[str]] = {}
    for subject, kind, base in relations:
        if kind == "managed_form_of":
            engines.setdefault(subject, []).append(base)
        if kind == "managed_form_of" or _is_store_as_service(kind, known.get(subject), known.get(base)):
            beside.setdefault(subject, []).append(base)
        elif kind == "part_of":
            parts.setdefault(subject, set()).add(base)
        elif kind == "built_on":
            bases.setdefault(subject, set()).add(base)
    return Vocabulary(
        technologies=known,
        places={place.slug: place for place in places},
        scanner=Scanner(names),
        engines={service: tuple(found) for service, found in engines.items()},
        beside={service: tuple(found) for service, found in beside.items()},
        parts={subject: frozenset(found) for subject, found in parts.items()},
        bases={subject: frozenset(found) for subject, found in bases.items()},
        sites=_sites(known.values()),
        seen=seen or {},
        companies=frozenset(alias_key(name) for name in companies),
        keys=frozenset(name.key for name in names),
    )


def _sites(technologies: Iterable[Known]) -> dict[str, str]:
    """Address -> technology. An address that several give belongs to none."""
    found: dict[str, set[str]] = {}
    for technology in technologies:
        for url in (technology.website, technology.repository):
            host, steps = _parts(url)
            if host and not (host in _SHARED_HOSTS and len(steps) == 1):
                found.setdefault("/".join([host, *steps]), set()).add(technology.slug)
    return {place: next(iter(slugs)) for place, slugs in found.items() if len(slugs) == 1}


def _parts(url: str) -> tuple[str, list[str]]:
    parts = parts_of(url if "://" in url else f"https://{url}")
    host = (parts.hostname or "").lower()
    if "." not in host or len(url) > 600:
        return "", []
    labels = host.split(".")
    while len(labels) > 2 and labels[0] in _COMMON_LABELS:
        labels = labels[1:]
    steps = [re.sub(r"\.(?:html?|git|php|aspx)$", "", step.lower()) for step in parts.path.split("/") if step][:3]
    return ".".join(labels), steps


def _places(url: str) -> list[str]:
    """Host and path of the address, the longest first; of a shared host its owner's page alone."""
    host, steps = _parts(url)
    if not host:
        return []
    if host in _SHARED_HOSTS:
        return ["/".join([host, *steps[:2]])] if len(steps) != 1 else []
    return ["/".join([host, *steps[:n]]) for n in range(len(steps), -1, -1)]


def folded_words(text: str) -> str:
    """The text folded between spaces, so that " azure " can be looked for."""
    return " " + re.sub(r"[^\w+#.]+", " ", fold(text)) + " "
