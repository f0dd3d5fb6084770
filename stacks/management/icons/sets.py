"""The icon sets as npm unpacks them, and what names and addresses say about whose icon it is."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from stacks.folding import alias_key

SIMPLE_ICONS, DEVICON = "simple-icons", "devicon"
# What may be shown anywhere for no more than a credit. Share-alike, non-commercial, unchanged-only and home-made
# licences are left out, with the drawings of the same mark in the other set.
ACCEPTED = {
    "CC0-1.0", "MIT", "Apache-2.0", "BSD-3-Clause", "Unlicense", "CC-BY-2.5", "CC-BY-3.0", "CC-BY-4.0",
}  # fmt: skip

_SECOND_LEVEL = {"ac", "co", "com", "net", "org"}
_HOSTS_OF_MANY = {
    "brandfolder.com", "commons.wikimedia.org", "drive.google.com", "en.wikipedia.org", "figma.com", "frontify.com",
    "gstatic.com", "js.org", "netlify.app", "pub.dev", "readthedocs.io", "sites.google.com", "vercel.app",
}  # fmt: skip
_OWNERS_OF_MANY = {"", "cncf", "openjs-foundation", "simple-icons", "user-attachments"}


@dataclass(frozen=True, slots=True)
class Icon:
    collection: str
    ref: str
    title: str
    names: frozenset[str]
    owners: frozenset[str]
    licence: str
    source: str
    file: Path


@dataclass(frozen=True, slots=True)
class Sets:
    simple: dict[str, Icon]
    devicon: dict[str, Icon]
    devicon_names: frozenset[str]
    devicon_licence: str
    versions: dict[str, str]


def owners(addresses: Iterable[str]) -> frozenset[str]:
    """Who stands behind the addresses: the registered part of a host, or the owner of a repository."""
    return frozenset(owner for address in addresses if address and (owner := _owner(address)))


def _owner(address: str) -> str:
    parts = urlsplit(address)
    host = (parts.hostname or "").removeprefix("www.")
    if host in {"github.com", "raw.githubusercontent.com", "gitlab.com"}:
        owner = parts.path.strip("/").partition("/")[0].casefold()
        return "" if owner in _OWNERS_OF_MANY else f"github/{owner}"
    if host.endswith(".github.io"):
        return f"github/{host.removesuffix('.github.io')}"
    if host in _HOSTS_OF_MANY:
        return ""
    labels = host.split(".")
    size = 3 if len(labels) > 2 and labels[-2] in _SECOND_LEVEL and len(labels[-1]) == 2 else 2
    registered = ".".join(labels[-size:])
    return host if registered in _HOSTS_OF_MANY else registered


def read_sets(folder: Path) -> Sets:
    simple_folder, devicon_folder = folder / SIMPLE_ICONS, folder / DEVICON
    devicon_rows = _json(devicon_folder / "devicon.json")
    return Sets(
        simple={
            row["slug"]: _simple(row, simple_folder) for row in _json(simple_folder / "data" / "simple-icons.json")
        },
        devicon={icon.ref: icon for row in devicon_rows for icon in _variants(row, devicon_folder)},
        devicon_names=frozenset(alias_key(name) for row in devicon_rows for name in [row["name"], *row["altnames"]]),
        devicon_licence=(devicon_folder / "LICENSE").read_text(encoding="utf-8"),
        versions={name: _json(folder / name / "package.json")["version"] for name in (SIMPLE_ICONS, DEVICON)},
    )


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _simple(row: dict[str, Any], folder: Path) -> Icon:
    aliases, licence = row.get("aliases", {}), row.get("license", {})
    return Icon(
        collection=SIMPLE_ICONS,
        ref=row["slug"],
        title=row["title"],
        names=frozenset(alias_key(name) for name in [*aliases.get("aka", []), *aliases.get("old", [])]),
        owners=owners([row["source"], row.get("guidelines", "")]),
        licence=licence.get("type", "CC0-1.0"),
        source=row["source"],
        file=folder / "icons" / f"{row['slug']}.svg",
    )


def _variants(row: dict[str, Any], folder: Path) -> Iterable[Icon]:
    name = row["name"]
    for variant in row["versions"]["svg"]:
        yield Icon(
            collection=DEVICON,
            ref=f"{name}/{variant}",
            title=name,
            names=frozenset(alias_key(other) for other in row["altnames"]),
            owners=frozenset(),
            licence="MIT",
            source="",
            file=folder / "icons" / name / f"{name}-{variant}.svg",
        )
