"""Whether a locked package is older than a known advisory: `python -m development.advisories`, a step of `./dev check`.

ADVISORIES names the database: a folder or a zip of advisories in the form of OSV (https://ossf.github.io/osv-schema/),
a JSON file each, or the https address of such a zip. Exits 1 where one of them concerns a version that is locked, and
77, with a line that says so, where there is no database.
"""

import io
import json
import os
import re
import sys
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from development.environment import ROOT, say

NOT_CHECKED = 77
SECONDS = 60
_LOCKED = re.compile(r"^([A-Za-z0-9][\w.-]*)==([^\s;\\]+)", re.MULTILINE)


class NoDatabaseError(Exception):
    """The message says why there is none."""


def locked(folder: Path) -> dict[tuple[str, str], list[str]]:
    """Each package and version, with the lock files that name it."""
    found: dict[tuple[str, str], list[str]] = {}
    for file in sorted(folder.glob("*.txt")):
        for name, version in _LOCKED.findall(file.read_text()):
            found.setdefault((canonicalize_name(name), version), []).append(file.name)
    return found


def advisories(where: str) -> Iterator[dict[str, Any]]:
    """Those of the database; NoDatabaseError where it cannot be read or holds none."""
    if not where:
        raise NoDatabaseError("ADVISORIES names a folder, a zip or an https address of OSV files")
    read = 0
    try:
        for text in _files(where):
            document = json.loads(text)
            if isinstance(document, dict) and "affected" in document:
                read += 1
                yield document
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise NoDatabaseError(f"{where} cannot be read ({error})") from error
    if not read:
        raise NoDatabaseError(f"{where} holds no advisory of the form of OSV")


def _files(where: str) -> Iterator[bytes]:
    if where.startswith("https://"):
        with urllib.request.urlopen(where, timeout=SECONDS) as answer:  # noqa: S310  (https, and named by who runs it)
            yield from _in_zip(answer.read())
    elif Path(where).is_dir():
        yield from (file.read_bytes() for file in sorted(Path(where).rglob("*.json")))
    else:
        yield from _in_zip(Path(where).read_bytes())


def _in_zip(packed: bytes) -> Iterator[bytes]:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        yield from (archive.read(name) for name in archive.namelist() if name.endswith(".json"))


def concerns(advisory: dict[str, Any], name: str, version: str) -> str | None:
    """What to upgrade to where it speaks of this version: the first that is mended, empty where none is told."""
    if advisory.get("withdrawn"):
        return None
    for affected in advisory["affected"]:
        package = affected.get("package", {})
        if package.get("ecosystem") != "PyPI" or canonicalize_name(package.get("name", "")) != name:
            continue
        if version in affected.get("versions", []):
            return _mended(affected, Version(version))
        for each in affected.get("ranges", []):
            if each.get("type") == "ECOSYSTEM" and _is_within(each.get("events", []), Version(version)):
                return _mended(affected, Version(version))
    return None


def _is_within(events: list[dict[str, str]], version: Version) -> bool:
    """OSV's own rule: the last event at or before the version decides."""
    inside = False
    for kind, told in sorted(_told(events), key=lambda event: event[1]):
        if kind == "introduced" and version >= told:
            inside = True
        elif (kind == "fixed" and version >= told) or (kind == "last_affected" and version > told):
            inside = False
    return inside


def _told(events: list[dict[str, str]]) -> Iterator[tuple[str, Version]]:
    for event in events:
        for kind, text in event.items():
            try:
                yield kind, Version(text)
            except InvalidVersion:  # of a time before there was a rule for versions
                continue


def _mended(affected: dict[str, Any], version: Version) -> str:
    events = [
        event for each in affected.get("ranges", []) if each.get("type") == "ECOSYSTEM" for event in each["events"]
    ]
    later = sorted(told for kind, told in _told(events) if kind == "fixed" and told > version)
    return str(later[0]) if later else ""


def complaints(packages: dict[tuple[str, str], list[str]], where: str) -> Iterator[str]:
    versions: dict[str, list[str]] = {}
    for name, version in packages:
        versions.setdefault(name, []).append(version)
    for advisory in advisories(where):
        names = {canonicalize_name(each.get("package", {}).get("name", "")) for each in advisory["affected"]}
        for name in sorted(names & versions.keys()):
            for version in versions[name]:
                mended = concerns(advisory, name, version)
                if mended is not None:
                    aliases = [alias for alias in advisory.get("aliases", []) if alias.startswith("CVE-")]
                    known_as = ", ".join([str(advisory.get("id")), *aliases])
                    what = f"{advisory.get('summary') or 'no summary'} ({known_as})"
                    to = f"upgrade to {mended}: ./dev lock --upgrade" if mended else "nothing mends it yet"
                    yield f"{name} {version} ({', '.join(packages[name, version])}): {what}; {to}"


def main() -> int:
    packages = locked(ROOT / "requirements")
    try:
        found = list(complaints(packages, os.environ.get("ADVISORIES", "").strip()))
    except NoDatabaseError as problem:
        say(f"not checked: no advisory database: {problem}")
        return NOT_CHECKED
    for line in found:
        say(line)
    say(f"{len(packages)} locked packages: {len(found) or 'no'} known advisories")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
