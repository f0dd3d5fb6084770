"""What other people's tools say of Stacks: `./dev proof [NAME ...]` asks them and writes docs/proof.md.

A proof is a module development/proofs/NAME.py. The first line of its docstring is its title, and it has

    def prove(tools: Tools) -> Iterator[tuple[str, str]]:
        bin = tools.npm("some-linter@1.2.3")
        with tools.serve("postgresql", API_THROTTLE_ANON="60/minute") as site:
            counted = tools.run(bin / "some-linter", site.address)
        yield "what was asked", f"what came of it: {counted}"

Each pair becomes a line of the table. What is wrong raises `Failed`, as `tools.run` does where a program ends with an
error: then nothing is written, and the exit code is 1. What `tools` can do stands in the class. Without ./dev:
`python -m development.proof NAME`, from the top folder, by the Python of an environment with the dev packages.
"""

import argparse
import hashlib
import importlib
import importlib.metadata
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from development.environment import ROOT, say, uv_settings
from stacks import __version__

TABLE = ROOT / "docs" / "proof.md"
PROOFS = ROOT / "development" / "proofs"
KEPT = ROOT / "var" / "proof"
DATABASES = ("sqlite", "postgresql")
SECONDS_TO_START = 60
INTRODUCTION = """# Proof

What other people's tools said of Stacks when they were last asked: `./dev proof` asks them all, `./dev proof NAME` one.
It needs Node and npm besides what the tests need, and installs the tools into `var/proof`, at the versions named here.
"""


class Failed(Exception):
    """What was to be proved is not so; the message says why."""


@dataclass(frozen=True)
class Site:
    """Stacks as it is served, with the shipped catalogue."""

    address: str  # without a slash at the end
    database: str  # the DATABASE_URL
    environment: dict[str, str]  # for programs that share its settings: manage.py, scripts that edit

    def read(self, path: str, **headers: str) -> Any:
        """A JSON document."""
        request = urllib.request.Request(self.address + path, headers=headers)  # noqa: S310
        with urllib.request.urlopen(request, timeout=SECONDS_TO_START) as answer:  # noqa: S310
            return json.load(answer)


@dataclass
class Tools:
    """What a proof works with."""

    folder: Path  # an empty one of this proof
    closing: ExitStack  # what is closed when the last proof is done
    used: list[str] = field(default_factory=list)  # names and versions, as the table tells them

    def run(self, *command: object, **options: Any) -> str:
        """What the program prints; `Failed` with all that it said where its exit code is not 0."""
        parts = [str(part) for part in command]
        wanted: dict[str, Any] = {"cwd": ROOT, "capture_output": True, "text": True, "errors": "replace", **options}
        done = subprocess.run(parts, check=False, **wanted)
        if done.returncode:
            said = f"{done.stdout or ''}{done.stderr or ''}"
            raise Failed(f"{Path(parts[0]).name} ended with {done.returncode}:\n{said[-8000:]}")
        return done.stdout or ""

    def npm(self, *packages: str) -> Path:
        """The folder with the programs of these packages (name@version)."""
        self.used += [" ".join(package.rsplit("@", 1)) for package in packages]
        npm = shutil.which("npm")
        if npm is None:
            raise Failed("npm was not found. On Debian: apt-get install --no-install-recommends nodejs npm")
        folder = _kept("npm", packages)
        with _made_once(folder) as new:
            if new:
                options = ("--no-audit", "--no-fund", "--ignore-scripts", "--no-save", "--save-exact")
                self.run(npm, "install", *options, "--prefix", folder, *packages)
        return folder / "node_modules" / ".bin"

    def python(self, *requirements: str) -> Path:
        """The folder with the programs of an environment that has these requirements (name==version), and no others."""
        self.used += [" ".join(requirement.split("==")) for requirement in requirements]
        folder = _kept("python", requirements)
        with _made_once(folder) as new:
            if new:
                uv = Path(sys.executable).with_name("uv")
                self.run(uv, "venv", "--quiet", "--python", sys.executable, folder, env=uv_settings())
                install = (uv, "pip", "install", "--quiet", "--python", folder / "bin" / "python")
                self.run(*install, *requirements, env=uv_settings())
        return folder / "bin"

    def locked(self, *packages: str) -> None:
        """Tells these packages of requirements/dev.txt, which are here already, as used."""
        self.used += [f"{package} {importlib.metadata.version(package)}" for package in packages]

    @contextmanager
    def serve(self, database: str = "sqlite", code: str | Path = ROOT, **settings: str) -> Iterator[Site]:
        """Stacks on a loopback port, with the shipped catalogue in a database of its own; without a limit to requests
        unless `API_THROTTLE_ANON` sets one. `code` is the folder of another release of it.
        """
        if database == "postgresql":
            self._say_used("PostgreSQL", _postgres(self.closing).version)
            url = _postgres(self.closing).copy()
        else:
            copy = self.folder / f"catalogue-{len(list(self.folder.glob('catalogue-*.sqlite3')))}.sqlite3"
            shutil.copy(_catalogue(), copy)
            url = f"sqlite:///{copy}"
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        address = f"http://127.0.0.1:{port}"
        environment = _environment(
            DATABASE_URL=url,
            DJANGO_SETTINGS_MODULE="tests.running.served",
            PORT=str(port),
            SITE_URL=address,
            VAR_DIR=str(self.folder / f"var-{port}"),
            WEB_CONCURRENCY="1",
        )
        environment |= settings
        log = self.folder / f"server-{port}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "config.wsgi"],
                cwd=code,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            _wait_for(process, address, log)
            yield Site(address, url, environment)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()

    def _say_used(self, name: str, version: str) -> None:
        told = f"{name} {version}"
        if told not in self.used:
            self.used.append(told)


def _environment(**settings: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return kept | {"SECRET_KEY": "only-for-proofs"} | settings


def _wait_for(process: subprocess.Popen, address: str, log: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(f"{address}/healthz").close()  # noqa: S310
        except (OSError, urllib.error.URLError):
            time.sleep(0.1)
        else:
            return
    raise Failed(f"Stacks does not answer:\n{log.read_text(errors='replace')[-4000:]}")


def _kept(kind: str, names: Sequence[str]) -> Path:
    return KEPT / f"{kind}-{hashlib.sha256(' '.join(names).encode()).hexdigest()[:12]}"


@contextmanager
def _made_once(path: Path) -> Iterator[bool]:
    """Whether it is still to be made; half of it is never kept."""
    new = not path.exists()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield new
    except BaseException:
        if new:
            shutil.rmtree(path, ignore_errors=True)
        raise


def _load(url: str) -> None:
    for command in (["migrate", "--noinput", "--verbosity", "0"], ["load_catalogue"]):
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=_environment(DATABASE_URL=url, VAR_DIR=str(KEPT)),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Failed(f"manage.py {command[0]}:\n{done.stdout}{done.stderr}")


def _catalogue() -> Path:
    """The shipped catalogue as an SQLite file, made anew when fixtures or code have changed."""
    read = hashlib.sha256()
    for path in sorted([*(ROOT / "fixtures").rglob("*.json"), *(ROOT / "stacks").rglob("*.py")]):
        read.update(path.read_bytes())
    file = KEPT / f"catalogue-{read.hexdigest()[:12]}.sqlite3"
    if not file.exists():
        KEPT.mkdir(parents=True, exist_ok=True)
        for old in KEPT.glob("catalogue-*"):
            old.unlink()
        say("Proof: loading the shipped catalogue into SQLite")
        half = file.with_suffix(".half")
        _load(f"sqlite:///{half}")
        half.rename(file)
    return file


class _Postgres:
    """A throw-away server whose database `shipped` holds the catalogue; each site gets a copy."""

    def __init__(self, url: str) -> None:
        self.base, self.copies = url.rpartition("/")[0], 0
        self.version = self._ask("SHOW server_version").split()[0]
        self._ask("CREATE DATABASE shipped")
        say("Proof: loading the shipped catalogue into PostgreSQL")
        _load(f"{self.base}/shipped")

    def copy(self) -> str:
        self.copies += 1
        self._ask(f"CREATE DATABASE copy{self.copies} TEMPLATE shipped")
        return f"{self.base}/copy{self.copies}"

    def _ask(self, statement: str) -> str:
        import psycopg

        with psycopg.connect(f"{self.base}/postgres", autocommit=True) as connection:
            cursor = connection.execute(statement)
            return "".join(str(value) for row in cursor for value in row) if cursor.description else ""


_servers: dict[ExitStack, _Postgres] = {}


def _postgres(closing: ExitStack) -> _Postgres:
    from tests.postgres import running_server

    if closing not in _servers:
        _servers[closing] = _Postgres(closing.enter_context(running_server()))
    return _servers[closing]


def names() -> list[str]:
    return sorted(path.stem for path in PROOFS.glob("*.py") if path.stem != "__init__")


def section(name: str, title: str, used: Sequence[str], rows: Sequence[tuple[str, str]]) -> str:
    """What the table tells of one proof."""
    lines = [f"## {name}", "", title, "", f"{', '.join(used)}. {stacks_now()}, {datetime.now(UTC):%Y-%m-%d}.", ""]
    lines += ["| what | result |", "|---|---|"]
    lines += [f"| {cell(what)} | {cell(result)} |" for what, result in rows]
    return "\n".join(lines) + "\n"


def cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def stacks_now() -> str:
    git = ["git", "-c", "safe.directory=*"]
    commit = subprocess.check_output([*git, "rev-parse", "--short=10", "HEAD"], cwd=ROOT, text=True).strip()
    changed = subprocess.check_output([*git, "status", "--porcelain", "--", "stacks", "config"], cwd=ROOT, text=True)
    return f"Stacks {__version__}, commit {commit}{' with changes' if changed else ''}"


def with_section(table: str, name: str, told: str) -> str:
    """The whole of docs/proof.md with this proof's part in its place; what is told of others stays as it is."""
    parts = re.split(r"^(?=## )", table, flags=re.MULTILINE)[1:]
    sections = {part.splitlines()[0].removeprefix("## "): part.rstrip() + "\n" for part in parts}
    sections[name] = told
    return "\n".join([INTRODUCTION, *(sections[name] for name in sorted(sections))])


def prove(name: str, closing: ExitStack) -> str:
    """The part of docs/proof.md; `Failed` where it is not so."""
    module = importlib.import_module(f"development.proofs.{name}")
    folder = KEPT / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    tools, rows = Tools(folder, closing), []
    for what, result in module.prove(tools):
        say(f"  {what}: {result}")
        rows.append((what, result))
    return section(name, str(module.__doc__).splitlines()[0], tools.used, rows)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="dev proof")
    parser.add_argument("name", nargs="*", choices=[[], *names()], metavar="NAME", help=", ".join(names()))
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    failed = []
    with ExitStack() as closing:
        for name in options.name or names():
            say(f"{name}")
            try:
                told = prove(name, closing)
            except Failed as problem:
                say(f"  FAILED: {problem}")
                failed.append(name)
            else:
                TABLE.write_text(with_section(TABLE.read_text() if TABLE.exists() else "", name, told))
    say(f"Failed: {', '.join(failed)}" if failed else f"All as it should be; written to {TABLE.relative_to(ROOT)}.")
    return 1 if failed else 0


if __name__ == "__main__":
    # under the name by which the proofs know its classes
    sys.exit(importlib.import_module("development.proof").main())
