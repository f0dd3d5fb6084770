"""Lists of packages as tools write them: what a project declares for its language, SBOMs and package URLs. Pure."""

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from .lines import Unreadable
from .packages import Package, split_purl

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
_GO_REQUIRED = re.compile(r"(?:require )?(?P<name>[\w.-]{1,60}\.[\w-]{1,20}/\S{1,300}) v\d\S{0,100}")
_GO = re.compile(r"go \d[\w.]{0,20}")
_GEM = re.compile(r"gem[ (]{1,5}[\"'](?P<name>[\w.-]{1,100})[\"'].{0,300}")
_RUBY = re.compile(r"ruby[ (]{1,5}[\"'~].{0,60}")
_OF_GEMS = ("gem", "ruby", "source", "group", "end", "platforms", "gemspec", "git_source", "plugin")
_IMAGE = re.compile(
    r"(?:- )?(?:image:|FROM(?: --platform=\S{1,60})?) {1,5}[\"']?(?P<name>[a-z0-9][\w./:@-]{0,300})[\"']?"
    r"(?: [Aa][Ss] \S{1,100}| {1,5}#.{0,300})?"
)
_STAGE = re.compile(r"FROM .{1,400} [Aa][Ss] (\S{1,100})")
_ARTEFACT = re.compile(
    r"<groupId>\s{0,20}([\w.-]{1,200})\s{0,20}</groupId>\s{0,200}<artifactId>\s{0,20}([\w.-]{1,200})\s{0,20}<"
)
_PYPI_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,100}")
_TOML = {"[project]", "[tool.poetry.dependencies]", "[dependency-groups]", "[dependencies]", "[workspace.dependencies]"}
_OF_COMPOSER = ("require", "require-dev")
_MOST = 5_000  # packages of one text


@dataclass(frozen=True, slots=True)
class Packages:
    form: str
    found: list[Package]


def read_packages(text: str) -> Packages | None:
    """The packages that the text lists; None where it is no such list. Raises Unreadable for JSON that is none."""
    stripped = text.strip().removeprefix("\ufeff")
    lines = [line for told in stripped.split("\n") if (line := told.strip()) and not line.startswith(("#", "//"))]
    if set(lines) & _TOML:
        return _of_toml(stripped)
    if stripped[:1] in ("{", "["):
        return _of_json(stripped)
    if stripped[:1] == "<":
        return _of_xml(stripped)
    for reader in (_of_purls, _of_go, _of_gemfile, _of_images, _of_requirements):
        if found := reader(lines):
            return found
    return None


def _purls(told: list[str]) -> list[Package]:
    return _once(package for purl in told if (package := split_purl(purl)))


def _once(packages: Iterator[Package]) -> list[Package]:
    found: dict[str, Package] = {}
    for package in packages:
        found.setdefault(package.key, package)
        if len(found) >= _MOST:
            break
    return list(found.values())


def _of_xml(text: str) -> Packages | None:
    if purls := _XML_PURL.findall(text):
        return Packages("CycloneDX SBOM" if "cyclonedx" in text[:2000].lower() else "SBOM", _purls(purls))
    artefacts = _ARTEFACT.findall(text) if "<project" in text[:2000] else []
    named = (Package("maven", f"{group}/{name}", f"{group}:{name}"[:200]) for group, name in artefacts)
    return Packages("pom.xml", _once(named)) if artefacts else None


def _of_purls(lines: list[str]) -> Packages | None:
    purls = [line for line in lines if line.startswith("pkg:")]
    return Packages("package URLs", _purls(purls)) if purls and len(purls) * 2 >= len(lines) else None


def _of_go(lines: list[str]) -> Packages | None:
    """What the module itself asks for, and the language."""
    if not lines or not lines[0].startswith("module "):
        return None
    own = [line for line in lines if not line.endswith("// indirect")]
    named = [Package("golang", match["name"], line[:200]) for line in own if (match := _GO_REQUIRED.match(line))]
    return Packages("go.mod", _once(iter([*_language("go", _GO, lines), *named])))


def _of_gemfile(lines: list[str]) -> Packages | None:
    gems = [(match["name"], line[:200]) for line in lines if (match := _GEM.fullmatch(line))]
    known = sum(line.split("(")[0].split(" ")[0].split(",")[0] in _OF_GEMS for line in lines)
    if not gems or known * 5 < len(lines) * 4:
        return None
    named = (Package("gem", name, line) for name, line in gems)
    return Packages("Gemfile", _once(chain(_language("ruby", _RUBY, lines), named)))


def _language(name: str, told: re.Pattern[str], lines: list[str]) -> list[Package]:
    return [Package("generic", name, line[:200]) for line in lines if told.fullmatch(line)][:1]


def _of_images(lines: list[str]) -> Packages | None:
    """Container images: of a Dockerfile, a Compose file, a manifest of Kubernetes."""
    if not lines or not (lines[0].startswith(("FROM ", "ARG ")) or {"services:", "containers:"} & set(lines)):
        return None
    stages = {match[1] for line in lines if (match := _STAGE.fullmatch(line))}
    names = [(_image(match["name"]), line[:200]) for line in lines if (match := _IMAGE.fullmatch(line))]
    named = (Package("docker", name, line) for name, line in names if name not in {"scratch", *stages})
    return Packages("container images", _once(named)) if names else None


def _image(told: str) -> str:
    """The name without registry, tag and digest."""
    host, _, rest = told.partition("/")
    name = rest if rest and ("." in host or ":" in host) else told
    way, _, last = name.partition("@")[0].rpartition("/")
    return f"{way}/{last.partition(':')[0]}".lstrip("/")


def _of_toml(text: str) -> Packages | None:
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError):
        return None
    found = _once(chain(_of_pyproject(document), _of_cargo(document)))
    form = "Cargo.toml" if any(package.kind == "cargo" for package in found) else "pyproject.toml"
    return Packages(form, found) if found else None


def _of_pyproject(document: dict[str, Any]) -> Iterator[Package]:
    project, poetry = _table(document, "project"), _table(document, "tool", "poetry")
    if version := _text(project.get("requires-python")):
        yield Package("generic", "python", f"python {version}"[:200])
    groups = [*_table(project, "optional-dependencies").values(), *_table(document, "dependency-groups").values()]
    for told in [project.get("dependencies"), *groups]:
        for one in told if isinstance(told, list) else ():
            if match := _PYPI_NAME.match(_text(one)):
                yield Package("pypi", match[0], one[:200])
    tables = [_table(poetry, "dependencies"), _table(poetry, "dev-dependencies")]
    tables += [_table(poetry, "group", name, "dependencies") for name in _table(poetry, "group")]
    for table in tables:
        for name, version in table.items():
            yield Package(
                "generic" if name == "python" else "pypi", name[:214], f"{name} {_text(version)}".strip()[:200]
            )


def _of_cargo(document: dict[str, Any]) -> Iterator[Package]:
    tables = [_table(document, name) for name in ("dependencies", "dev-dependencies", "build-dependencies")]
    named = [item for table in (*tables, _table(document, "workspace", "dependencies")) for item in table.items()]
    if named:
        yield Package("generic", "rust", "Cargo.toml")
    for name, version in named:
        yield Package("cargo", name[:214], f"{name} {_text(version)}".strip()[:200])


def _table(document: dict[str, Any], *way: str) -> dict[str, Any]:
    """Empty where there is none."""
    found: Any = document
    for name in way:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


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
    if any(isinstance(document.get(name), dict) for name in _OF_COMPOSER):
        return Packages("composer.json", _once(_of_composer(document)))
    return None


def _of_composer(document: dict[str, Any]) -> Iterator[Package]:
    for table in _OF_COMPOSER:
        for name, version in _table(document, table).items():
            if "/" in name or name == "php":
                yield Package("composer" if "/" in name else "generic", name[:214], f"{name} {_text(version)}"[:200])


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
