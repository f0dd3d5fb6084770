"""Lists of packages as tools write them: requirements.txt, package.json, SBOMs and package URLs. Pure.

A package is no technology yet: `match` says which one it is, by its purl, its repository or its name.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from stacks.folding import alias_key

from .lines import Unreadable
from .vocabulary import Vocabulary

_PURL = re.compile(r"pkg:/{0,2}(?P<kind>[A-Za-z][A-Za-z0-9.+-]{0,30})/(?P<rest>[^?#\s]{1,400})")
_XML_PURL = re.compile(r"<purl>\s{0,20}(pkg:[^<\s]{1,400})")
_VERSION = r"(?:===|==|~=|!=|<=|>=|<|>)\s{0,5}[\w.*+!-]{1,60}"
_REQUIREMENT = re.compile(
    r"(?P<name>[A-Za-z0-9][\w.-]{0,100})\s{0,5}(?:\[[\w\s,.-]{0,200}\])?\s{0,5}"
    rf"(?P<told>\(?{_VERSION}(?:\s{{0,5}},\s{{0,5}}{_VERSION}){{0,10}}\)?|@\s{{0,5}}\S{{1,400}})?\s{{0,5}}"
    r"(?:;[^#]{0,400})?(?:--hash\S{0,200}\s{0,5}){0,20}(?:\s#.{0,400})?\\?"
)
_NPM = {"dependencies": "npm", "devDependencies": "npm", "peerDependencies": "npm", "optionalDependencies": "npm"}
_TABLES = _NPM | {"engines": "generic"}  # of package.json, and the kind of what each names
_TYPES_ALONE = "@types/"  # says nothing but how another package is typed
_GO_MAJOR = re.compile(r"/v\d{1,3}$")
_MOST = 5_000  # packages of one text
# a package of these is the thing itself; one of a language is, for a database, what talks to it
_THE_THING = frozenset({"docker", "oci", "deb", "rpm", "apk", "alpm", "helm", "generic", "brew", "bitnami", "nix"})
_CODE = frozenset({"language", "framework", "library", "tool"})
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
class Packages:
    form: str
    found: list[Package]


@dataclass(frozen=True, slots=True)
class Match:
    """`slugs` are what it may be; more than one, or not `sure`, is for the reader to say. `why` is a phrase."""

    slugs: tuple[str, ...]
    sure: bool
    why: str


def read_packages(text: str) -> Packages | None:
    """The packages that the text lists; None where it is no such list. Raises Unreadable for JSON that is none."""
    stripped = text.strip().removeprefix("\ufeff")
    if stripped[:1] in ("{", "["):
        return _of_json(stripped)
    if stripped[:1] == "<":
        purls = _XML_PURL.findall(stripped)
        return Packages("SBOM", _purls(purls)) if purls else None
    lines = [line.strip() for line in stripped.split("\n")]
    lines = [line for line in lines if line and not line.startswith(("#", "//"))]
    purls = [line for line in lines if line.startswith("pkg:")]
    if purls and len(purls) * 2 >= len(lines):
        return Packages("package URLs", _purls(purls))
    return _of_requirements(lines)


def split_purl(purl: str) -> Package | None:
    """None for what is no package URL."""
    match = _PURL.match(purl.strip())
    if match is None:
        return None
    way, _, last = match["rest"].rstrip("/").rpartition("/")
    last = last.partition("@")[0] or last
    name = unquote(f"{way}/{last}" if way else last)
    return Package(match["kind"].lower(), name, purl.strip()[:200])


def _purls(told: list[str]) -> list[Package]:
    return _once(package for purl in told if (package := split_purl(purl)))


def _once(packages: Iterator[Package]) -> list[Package]:
    found: dict[str, Package] = {}
    for package in packages:
        found.setdefault(package.key, package)
        if len(found) >= _MOST:
            break
    return list(found.values())


def _of_requirements(lines: list[str]) -> Packages | None:
    """Most lines name a package, and one at least says which versions or which file to read."""
    options = [line for line in lines if line.startswith("-")]
    items = [line for line in options if line[1:2] == " " and not line.startswith(("-r ", "-c ", "-e ", "-i ", "-f "))]
    matches = [match for line in lines if (match := _REQUIREMENT.fullmatch(line))]
    told = sum(bool(match["told"]) for match in matches)
    if items or not told or (len(matches) + len(options)) * 5 < len(lines) * 4:
        return None
    return Packages("requirements.txt", _once(Package("pypi", m["name"], m[0][:200]) for m in matches))


def _of_json(text: str) -> Packages | None:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        if text.startswith("{"):
            raise Unreadable("This begins as JSON and cannot be read as JSON: is the end cut off?") from error
        return None
    if isinstance(document, list):
        named = [one for one in document if isinstance(one, str)]
        purls = [one for one in named if one.startswith("pkg:")]
        return Packages("package URLs", _purls(purls)) if purls and len(purls) * 2 >= len(document) else None
    return _of_document(document) if isinstance(document, dict) else None


def _of_document(document: dict[str, Any]) -> Packages | None:
    if isinstance(document.get("components"), list):
        return Packages("CycloneDX SBOM", _once(_components(document["components"])))
    if isinstance(document.get("packages"), list) and "spdxVersion" in document:
        return Packages("SPDX SBOM", _once(_of_spdx(document["packages"])))
    if any(isinstance(document.get(name), dict) for name in _TABLES):
        return Packages("package.json", _once(_dependencies(document)))
    return None


def _dependencies(document: dict[str, Any]) -> Iterator[Package]:
    for table, kind in _TABLES.items():
        named = document.get(table)
        for name, version in named.items() if isinstance(named, dict) else ():
            if not name.startswith(_TYPES_ALONE):
                yield Package(kind, name[:214], f"{name} {_text(version)}".strip()[:200])


def _components(components: list[Any]) -> Iterator[Package]:
    """Those within others, too."""
    waiting = list(reversed(components))
    while waiting:
        one = waiting.pop()
        if not isinstance(one, dict):
            continue
        if isinstance(one.get("components"), list):
            waiting.extend(reversed(one["components"]))
        package = split_purl(_text(one.get("purl"))) if one.get("type") != "file" else None
        name = _text(one.get("name"))
        if package is not None:
            yield package
        elif name and one.get("type") != "file":
            kind = "docker" if one.get("type") in ("container", "platform", "operating-system") else ""
            yield Package(kind, name[:214], f"{name} {_text(one.get('version'))}".strip()[:200])


def _of_spdx(packages: list[Any]) -> Iterator[Package]:
    for one in packages:
        if not isinstance(one, dict):
            continue
        refs = one.get("externalRefs")
        refs = refs if isinstance(refs, list) else []
        told = [_text(ref.get("referenceLocator")) for ref in refs if isinstance(ref, dict)]
        package = next((found for purl in told if (found := split_purl(purl))), None)
        name = _text(one.get("name"))
        if package or name:
            yield package or Package("", name[:214], name[:200])


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


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
