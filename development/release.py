"""`./dev release`: what is published of a version, built from a clean clone of what is committed, and proved there.

It tags nothing and publishes nothing. docs/releasing.md tells the steps around it.
"""

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import time
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from development.environment import HERE, ROOT, Environment, call, fail, other_pythons, say, this_python

CONTRACT = "docs/schema/openapi.json"
VERSION = re.compile(r'^__version__ = "(.*)"$', re.MULTILINE)


class Wrong(Exception):
    """The release cannot be made so; the message says why."""


@dataclass(frozen=True)
class Build:
    version: str
    day: str
    clone: Path
    out: Path
    python: Path  # that of an environment with the packages

    def run(self, *command: object, **environment: str) -> None:
        """In the clone."""
        kept = {"PATH": f"{self.python.parent}:/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"}
        parts = list(map(str, command))
        done = subprocess.run(
            parts, cwd=self.clone, env=kept | environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise Wrong(f"{' '.join(parts[:4])} ended with {done.returncode}:\n{(done.stdout + done.stderr)[-4000:]}")


def release(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="dev release")
    parser.add_argument("--no-tests", action="store_true", help="leave out the tests on every Python, to try the rest")
    parser.add_argument("--no-validation", action="store_true", help="leave out what frictionless says of the data")
    options = parser.parse_args(arguments)
    try:
        return _release(with_tests=not options.no_tests, with_validation=not options.no_validation)
    except Wrong as problem:
        fail(str(problem))


def _release(*, with_tests: bool, with_validation: bool) -> int:
    version = read_version((ROOT / "stacks/__init__.py").read_text())
    with step("what the files say of the version"):
        if git("status", "--porcelain"):
            raise Wrong("there are changes that are not committed; a release is of what is.")
        if complaints := complaints_of(ROOT, version, git("tag").split(), git("tag", "--points-at", "HEAD").split()):
            raise Wrong("\n  ".join(["not ready:", *complaints]))
    with step("the environment"):
        HERE.ensure("dev")
    folder = ROOT / "var" / "release"
    build = Build(version, f"{datetime.now(UTC):%Y-%m-%d}", folder / "clone", folder / version, HERE.python)
    for old in (build.clone, build.out):
        shutil.rmtree(old, ignore_errors=True)
    build.out.mkdir(parents=True)
    with step("a clean clone"):
        git("clone", "--quiet", "--no-hardlinks", str(ROOT), str(build.clone))
    with step("the schema of the database, the contract of the API"):
        check_schemas(build)
    if with_tests:
        check_everywhere(build)
    with step("the catalogue as data"):
        make_data(build)
    if with_validation:
        with step("what frictionless says of the data"):
            validate(build)
    with step("archives, notes and checksums"):
        pack(build)
    shutil.rmtree(build.clone)
    say(f"Stacks {version} of {build.day} stands in {build.out.relative_to(ROOT)}:")
    for path in sorted(build.out.iterdir()):
        say(f"  {path.name}" + ("" if path.is_dir() else f"  {path.stat().st_size:,} bytes"))
    if not with_tests:
        say("The tests were left out: this is no release.")
    return 0


@contextmanager
def step(what: str) -> Iterator[None]:
    started = time.monotonic()
    say(f"Release: {what}")
    yield
    say(f"  as it should be ({time.monotonic() - started:.0f} s)")


def git(*arguments: str) -> str:
    command = ["git", "-c", "safe.directory=*", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Wrong(f"git {arguments[0]}: {done.stderr.strip()}")
    return done.stdout.strip()


def read_version(text: str) -> str:
    found = VERSION.search(text)
    if not found:
        raise Wrong("stacks/__init__.py tells no version.")
    return found[1]


def complaints_of(root: Path, version: str, tags: Sequence[str], here: Sequence[str]) -> list[str]:
    """What does not agree. `tags` are all there are, `here` those of this commit."""
    found = []
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        found.append(f"the version is {version!r}, not three numbers")
    if f"v{version}" in tags and f"v{version}" not in here:
        found.append(f"v{version} is the tag of another commit: raise the version in stacks/__init__.py")
    found += [f"the tag {tag} is not the version {version}" for tag in here if tag[0] == "v" and tag != f"v{version}"]
    for name in ("CHANGELOG.md", "docs/upgrading.md"):
        first = re.findall(r"^## (\S+)", (root / name).read_text(encoding="utf-8"), re.MULTILINE)[:1]
        if first != [version]:
            found.append(f"{name} begins with {first[0] if first else 'nothing'}, not with {version}")
    return found


def section_of(text: str, version: str) -> str:
    """What a list of changes says of one version."""
    return re.split(r"^## ", text.partition(f"## {version}\n")[2], flags=re.MULTILINE)[0].strip()


def check_schemas(build: Build) -> None:
    scratch = {"DATABASE_URL": "sqlite://:memory:", "SECRET_KEY": "only-for-checks"}
    build.run(build.python, "manage.py", "makemigrations", "--check", "--dry-run", **scratch)
    build.run(build.python, "-m", "development.api_contract", "--check", **scratch)
    tags = git("tag", "--merged", "HEAD", "--sort=-v:refname", "v*").split()
    before = [tag for tag in tags if tag != f"v{build.version}"][:1]
    for tag in before:
        if complaint := unversioned(_contract(tag), _contract("HEAD")):
            raise Wrong(f"{complaint} since {tag}")


def _contract(commit: str) -> dict[str, Any]:
    return json.loads(git("show", f"{commit}:{CONTRACT}"))


def unversioned(old: dict[str, Any], new: dict[str, Any]) -> str:
    """Another contract under the same number."""
    version = new["info"]["version"]
    is_other = old | {"info": None} != new | {"info": None}
    return (
        f"the contract of the API differs under the same version, {version},"
        if is_other and old["info"]["version"] == version
        else ""
    )


def check_everywhere(build: Build) -> None:
    """All checks on this Python, the tests on every other that can make an environment, both databases each time."""
    with step(f"all checks and tests, Python {this_python()}"):
        _must(build, "check")
    for version, problem in other_pythons():
        if problem:
            say(f"Passed over: Python {version}: {problem}.")
            continue
        with step(f"the tests, Python {version}"):
            _must(build, "test", "--python", version)
    with step("the operator's tutorial"):
        _must(build, "proof", "tutorials")


def _must(build: Build, *arguments: str) -> None:
    if code := call(build.clone / "dev", *arguments, cwd=build.clone):
        raise Wrong(f"./dev {' '.join(arguments)} ended with {code}")


def make_data(build: Build) -> None:
    scratch = build.clone / "var" / "data"
    scratch.mkdir(parents=True)
    settings = {"DATABASE_URL": f"sqlite:///{scratch}/stacks.sqlite3", "VAR_DIR": str(scratch)}
    for command in (["migrate", "--verbosity", "0"], ["load_catalogue"], ["check_derived"]):
        build.run(build.python, "manage.py", *command, **settings)
    build.run(build.python, "-m", "development.data", build.out / "data", **settings)
    text = (build.clone / "docs" / "data.md").read_text(encoding="utf-8")
    (build.out / "data" / "README.md").write_text(without_neighbours(text), encoding="utf-8")


def without_neighbours(text: str) -> str:
    """Links to other pages of the docs become their words, for a page that travels alone."""
    return re.sub(r"\[([^]]+)\]\((?!https?:)[^)]+\)", r"\1", text)


def validate(build: Build) -> None:
    """By the reference implementation, in an environment of its own."""
    tools = Environment(ROOT / ".venv-release", this_python())
    tools.ensure("release")
    told = subprocess.run(
        [str(tools.bin / "frictionless"), "validate", "datapackage.json"],
        cwd=build.out / "data",
        capture_output=True,
        text=True,
        check=False,
    )
    if told.returncode:
        raise Wrong(f"frictionless:\n{(told.stdout + told.stderr)[-4000:]}")


def pack(build: Build) -> None:
    source = build.out / f"stacks-{build.version}.tar.gz"
    git("archive", "--format=tar.gz", f"--prefix=stacks-{build.version}/", "--output", str(source), "HEAD")
    with zipfile.ZipFile(
        build.out / f"stacks-data-{build.version}-{build.day}.zip", "w", zipfile.ZIP_DEFLATED
    ) as archive:
        for path in sorted((build.out / "data").iterdir()):
            archive.write(path, f"stacks-data-{build.version}/{path.name}")
    changes = section_of((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), build.version)
    notes = f"# Stacks {build.version}\n\n{build.day}, commit {git('rev-parse', 'HEAD')}.\n\n{changes}\n"
    (build.out / "NOTES.md").write_text(notes, encoding="utf-8")
    files = sorted(path for path in build.out.iterdir() if path.is_file())
    sums = "".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files)
    (build.out / "SHA256SUMS").write_text(sums, encoding="utf-8")
