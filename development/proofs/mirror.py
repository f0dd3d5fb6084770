"""docs/mirror.py holds the catalogue exactly while two edit it at once; a client made of the schema reads all again."""

import json
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from development.environment import ROOT
from development.proof import DATABASES, Failed, Site, Tools
from development.whole import PATHS, Whole

EDITS = 350  # by each of the two
GOES_ON = "it goes on from here"
NOT_COMPUTED = {"updated_at", "revision"}  # when something was last told: the feed says it, the documents don't


def prove(tools: Tools) -> Iterator[tuple[str, str]]:
    programs = tools.python("openapi-python-client==0.29.1")
    for database in DATABASES:
        with tools.serve(database, WEB_CONCURRENCY="2") as site:
            crawler = Crawler(tools, programs, site)
            first = tools.folder / f"{database}-shipped.sqlite3"
            follow(site, first)
            yield f"{database}: the shipped catalogue, copied", compare(site, crawler, first)

            write(site, "1", "0", "--begin").wait()
            late, live = (tools.folder / f"{database}-{name}.sqlite3" for name in ("late", "live"))
            follow(site, late)
            writers = [write(site, str(seed), str(EDITS)) for seed in (2, 3)]
            copies = 0
            while any(writer.poll() is None for writer in writers):
                copies += follow(site, live, while_busy=True)
            told = [writer.communicate()[0].strip() for writer in writers]
            if any(writer.returncode for writer in writers):
                raise Failed(f"An edit failed: {told}")
            for name, file in (("that followed live", live), ("that caught up late", late)):
                follow(site, file)
                yield f"{database}: {' and '.join(told)} at once, a mirror {name}", compare(site, crawler, file)
            yield f"{database}: the live one was brought up to date while others wrote", f"{copies} times"
            check = (sys.executable, "manage.py", "check_derived")
            yield f"{database}: manage.py check_derived", tools.run(*check, env=site.environment).strip()


class Crawler:
    """The client that is made of the schema of this site, in an environment of its own."""

    def __init__(self, tools: Tools, programs: Path, site: Site) -> None:
        self.tools, self.bin = tools, programs
        self.folder = tools.folder / f"client-{site.address.rpartition(':')[2]}"
        self.folder.mkdir()
        schema, config = self.folder / "openapi.json", self.folder / "config.json"
        schema.write_text(json.dumps(site.read("/api/v1/schema/")))
        config.write_text('{"post_hooks": []}')
        made = ("--meta", "none", "--output-path", self.folder / "client", "--config", config)
        tools.run(self.bin / "openapi-python-client", "generate", "--path", schema, *made)

    def read(self, site: Site) -> dict[tuple[str, str], dict[str, Any]]:
        crawl = (self.bin / "python", ROOT / "development" / "crawling.py", site.address)
        lines = self.tools.run(*crawl, env={"PYTHONPATH": str(self.folder)}).splitlines()
        found = [json.loads(line) for line in lines]
        return {(path, row.get("uid") or row["slug"]): row for path, row in found}


def write(site: Site, *arguments: str) -> subprocess.Popen:
    command = [sys.executable, "-m", "tests.writing", *arguments]
    environment = {**site.environment, "DJANGO_SETTINGS_MODULE": "config.settings"}
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)


def follow(site: Site, file: Path, *, while_busy: bool = False) -> bool:
    """Whether it is up to date. With `while_busy` it may say that too much changes, and go on next time."""
    command = [sys.executable, str(ROOT / "docs" / "mirror.py"), f"{site.address}/", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode and not (while_busy and GOES_ON in done.stderr):
        raise Failed(f"mirror.py ended with {done.returncode}: {done.stderr}")
    return done.returncode == 0


def compare(site: Site, crawler: Crawler, file: Path) -> str:
    """Whole documents: what the mirror leaves out is worked out from the rest, by the rules of docs/mirror.md."""
    found = crawler.read(site)
    with closing(sqlite3.connect(file)) as base:
        rows = base.execute("SELECT kind, key, document FROM documents").fetchall()
    held = {(kind, key): json.loads(document) for kind, key, document in rows}
    ours = Whole(site.address, held).documents()
    lost, phantoms = found.keys() - ours.keys(), ours.keys() - found.keys()
    wrong = {key: _differing(found[key], ours[key]) for key in found.keys() & ours.keys()}
    wrong = {key: names for key, names in wrong.items() if names}
    if lost or phantoms or wrong:
        raise Failed(f"lost: {sorted(lost)}, phantoms: {sorted(phantoms)}, wrong: {wrong}")
    counted = Counter(path for path, _ in found)
    told = ", ".join(f"{counted[path]} {path}" for path in PATHS.values())
    return f"{len(found)} documents ({told}): 0 wrong, 0 lost, 0 phantoms"


def _differing(found: dict[str, Any], ours: dict[str, Any]) -> list[str]:
    names = (found.keys() | ours.keys()) - NOT_COMPUTED
    return [f"{name}: {found.get(name)!r} is held as {ours.get(name)!r}" for name in names if _other(name, found, ours)]


def _other(name: str, found: dict[str, Any], ours: dict[str, Any]) -> bool:
    one, other = found.get(name, "nothing"), ours.get(name, "nothing")
    if name in ("sources", "relations"):  # equals stand in no order
        one, other = sorted(one, key=_text), sorted(other, key=_text)
    return one != other


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
