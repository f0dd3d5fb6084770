"""A package, and which technology it is: that which has its purl, its repository or its name. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from stacks.folding import alias_key

from .vocabulary import Vocabulary

_PURL = re.compile(r"pkg:/{0,2}(?P<kind>[A-Za-z][A-Za-z0-9.+-]{0,30})/(?P<rest>[^?#\s]{1,400})")
_GO_MAJOR = re.compile(r"/v\d{1,3}$")
# a package of these is the thing itself; one of a language is, for a database, what talks to it
_THE_THING = frozenset({"docker", "oci", "deb", "rpm", "apk", "alpm", "helm", "generic", "brew", "bitnami", "nix"})
_CODE = frozenset({"language", "framework", "library", "tool", "protocol"})
_UNCERTAIN = frozenset({"only_near", "link_only"})


@dataclass(frozen=True, slots=True)
class Package:
    """`kind` is the type that its purl has (npm, pypi, docker), empty where nothing says; `text` is as it was given."""

    kind: str
    name: str
    text: str

    @property
    def key(self) -> str:
        """What its purl comes down to, without version and qualifiers: "npm/@angular/core"."""
        name = self.name.lower()
        if self.kind == "pypi":
            name = re.sub(r"[-_.]+", "-", name)
        return f"{self.kind}/{_GO_MAJOR.sub('', name) if self.kind == 'golang' else name}"


@dataclass(frozen=True, slots=True)
class Match:
    """`slugs` are what it may be; more than one, or not `sure`, is for the reader to say. `why` is a phrase."""

    slugs: tuple[str, ...]
    sure: bool
    why: str


def split_purl(purl: str) -> Package | None:
    """None for what is no package URL."""
    match = _PURL.match(purl.strip())
    if match is None:
        return None
    way, _, last = match["rest"].rstrip("/").rpartition("/")
    last = last.partition("@")[0] or last
    name = unquote(f"{way}/{last}" if way else last)
    return Package(match["kind"].lower(), name, purl.strip()[:200])


def match(package: Package, vocabulary: Vocabulary, purls: Mapping[str, str]) -> Match | None:
    """What the package is: `purls` leads from the keys of known packages to technologies. None where nothing is."""
    if slug := purls.get(package.key):
        return Match((slug,), True, "its package")
    if package.kind in ("golang", "github") and (slug := vocabulary.by_address(_repository(package))):
        return Match((slug,), True, "its repository")
    for name in _names(package):
        names = vocabulary.scanner.names_of(alias_key(name))
        if names:
            slugs = tuple(dict.fromkeys(one.slug for one in names))
            if len(slugs) > 1 or names[0].homonym:
                return Match(slugs[:5], False, "several are called so")
            doubt = _doubt(package, slugs[0], vocabulary, purls) or (
                "a name of many things" if names[0].caution in _UNCERTAIN else ""
            )
            return Match(slugs, not doubt, doubt or "its name")
    return None


def _repository(package: Package) -> str:
    name = package.name if package.kind == "golang" else f"github.com/{package.name}"
    return f"https://{'/'.join(name.split('/')[:3])}"


def _names(package: Package) -> list[str]:
    """The names under which a package may be known: of a scope of npm that of the scope, which is whose it is."""
    scope, _, last = package.name.rpartition("/")
    if package.kind == "npm" and scope.startswith("@"):
        return [f"{scope[1:]}/{last}", scope[1:]]
    return [last]


def _doubt(package: Package, slug: str, vocabulary: Vocabulary, purls: Mapping[str, str]) -> str:
    """Why a package of the name may be another thing; empty where it is not likely."""
    others = {key.partition("/")[0] for key, known in purls.items() if known == slug} - {"github"}
    if package.kind and others and package.kind not in others | _THE_THING:
        return "a package of the same name elsewhere"
    if package.kind in _THE_THING or vocabulary.technologies[slug].kind in _CODE:
        return ""
    return "a package that talks to it, perhaps"
