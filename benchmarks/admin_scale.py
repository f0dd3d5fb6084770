"""Every page of the admin and what it does to many rows, in a small catalogue and in a large one, as a table.

    .venv/bin/python -m benchmarks.admin_scale [--database postgresql] [--keep FOLDER] [--only WORDS] [--json FILE]

Makes both catalogues in throw-away databases (`--keep` leaves those of SQLite for the next run), opens each page as
superuser, curator and reviewer and does each deed, which is taken back. For each: queries in the small and in the large
catalogue, bytes of HTML, CPU seconds of this process. Some minutes. Ends with status 1 where a page asks more of the
large catalogue, is above 200 kB or takes a second.
"""

import argparse
import json
import os
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SIZES = ("small", "full")
MOST_BYTES, MOST_SECONDS = 200_000, 1.0
_MORE = 6  # questions for what a statement takes a part of at a time, or for a second page
_SHOWN = 12


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.admin_scale")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--keep", type=Path, metavar="FOLDER")
    parser.add_argument("--only", default="", metavar="WORDS", help="of what is called so")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--measure", choices=SIZES, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(options.measure, options.keep, options.only)))
        return
    with tempfile.TemporaryDirectory() as folder:
        kept = options.keep or Path(folder)
        kept.mkdir(exist_ok=True)
        with databases(options.database, kept) as addresses:
            found = {size: run(size, addresses[size], kept, options.only) for size in SIZES}
    if options.json:
        options.json.write_text(json.dumps(found, indent=1))
    sys.exit(1 if show(found["small"], found["full"]) else 0)


@contextmanager
def databases(kind: str, folder: Path) -> Iterator[dict[str, str]]:
    """An address for each size; a server of PostgreSQL ends with the block."""
    if kind == "sqlite":
        yield {size: f"sqlite:///{folder / size}.sqlite3" for size in SIZES}
        return
    import psycopg

    from tests.postgres import running_server

    with running_server() as server, psycopg.connect(server, autocommit=True) as connection:
        for size in SIZES:
            connection.execute(f"CREATE DATABASE admin_{size}")  # type: ignore[call-overload]  # a literal
        yield {size: f"{server.rpartition('/')[0]}/admin_{size}" for size in SIZES}


def run(size: str, address: str, folder: Path, only: str) -> dict[str, Any]:
    """Each size in a process of its own: Django is set up once per process."""
    environment = {
        "ALLOWED_HOSTS": "*",
        "DATABASE_URL": address,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "LOG_LEVEL": "ERROR",
    }
    asked = [sys.executable, "-m", "benchmarks.admin_scale", "--measure", size, "--keep", str(folder), "--only", only]
    done = subprocess.run(asked, cwd=ROOT, env=os.environ | environment, check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)


def measure(size: str, folder: Path, only: str) -> dict[str, Any]:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    from benchmarks import admin_catalogue
    from benchmarks.admin_deeds import deeds
    from benchmarks.admin_pages import autocompletes, lists, pages

    call_command("collectstatic", interactive=False, verbosity=0)
    kept = folder / f"{size}.pickle"
    if not kept.exists():
        call_command("migrate", verbosity=0)
        made = admin_catalogue.Maker(getattr(admin_catalogue, size.upper())).make()
        if connection.vendor == "postgresql":  # as autovacuum does on a server that lives
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        kept.write_bytes(pickle.dumps(made))
    made = pickle.loads(kept.read_bytes())  # noqa: S301 - written above, by this run or the one before
    clients = {role: Client() for role in made.users}
    for role, client in clients.items():
        client.force_login(made.users[role])
    found: dict[str, Any] = {}
    asked = [*pages(made), *autocompletes(), *lists(clients["superuser"])]
    for role, client in clients.items():
        for name, address in asked:
            if only in f"{role}: {name}":
                found[f"{role}: {name}"] = _cost(client.get, address)
    for role, name, address, said in deeds(made, clients):
        if only in f"{role}: {name}":
            found[f"{role}: {name}"] = _cost_of_deed(clients[role], address, said)
    return found


def _cost(ask: Callable[..., Any], *said: Any) -> dict[str, Any]:
    from django.db import connection, reset_queries
    from django.test.utils import CaptureQueriesContext

    reset_queries()  # their log holds 9,000; where it is full, none is counted any more
    start = time.process_time()
    with CaptureQueriesContext(connection) as asked:
        answer = ask(*said)
    spent = time.process_time() - start
    found = {"queries": len(asked), "bytes": len(answer.content), "seconds": round(spent, 2)}
    return found | {"status": answer.status_code}


def _cost_of_deed(client: Any, address: str, said: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """It is taken back, so that the next one finds what it expects."""
    from django.db import transaction

    posted = said()
    with transaction.atomic():
        cost = _cost(client.post, address, posted)
        transaction.set_rollback(True)
    return cost


def show(small: dict[str, Any], full: dict[str, Any]) -> list[str]:
    """What is largest of what was found; returns what is beyond the bounds, by name."""
    deeds = [name for name, cost in full.items() if cost["status"] == 302 and cost["queries"] > 20]
    opened = {name: cost for name, cost in full.items() if cost["status"] == 200}
    beyond = {name for name, cost in opened.items() if cost["bytes"] > MOST_BYTES or cost["seconds"] > MOST_SECONDS}
    beyond |= {name for name in opened.keys() & small.keys() if _grows(small[name], opened[name])}
    print(f"{len(full)} questions, {len(opened)} pages. Queries in the small and in the large catalogue, kB, CPU s.\n")
    _table("Largest pages", sorted(opened, key=lambda name: -full[name]["bytes"])[:_SHOWN], small, full)
    _table("Slowest pages", sorted(opened, key=lambda name: -full[name]["seconds"])[:_SHOWN], small, full)
    _table("What is done to many rows", deeds, small, full)
    _table("Beyond the bounds", sorted(beyond), small, full)
    return sorted(beyond)


def _grows(small: dict[str, Any], full: dict[str, Any]) -> bool:
    return small["status"] == 200 and full["queries"] > small["queries"] + _MORE


def _table(title: str, names: list[str], small: dict[str, Any], full: dict[str, Any]) -> None:
    print(f"| {title} | small | large | kB | s |\n|---|---|---|---|---|")
    for line in _lines(names, small, full):
        print(line)
    print()


def _lines(names: list[str], small: dict[str, Any], full: dict[str, Any]) -> Iterator[str]:
    for name in names:
        cost = full[name]
        before = small.get(name, {}).get("queries", "")
        yield f"| {name} | {before} | {cost['queries']} | {cost['bytes'] / 1000:.0f} | {cost['seconds']:.2f} |"


if __name__ == "__main__":
    main()
