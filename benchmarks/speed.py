"""What each question costs, on catalogues of several sizes: a table, and the same as JSON.

    .venv/bin/python -m benchmarks [--companies 1000 10000] [--database sqlite|postgresql|both] [--json FILE]

Makes catalogues that nobody has lived (`benchmarks.make_catalogue`) and calls the WSGI application in this process. CPU
milliseconds of this process and of the PostgreSQL backends that worked for it, the least of several rounds in which
all questions and the references take turns. Figures of one run are compared with each other: growth from the smallest
to the largest catalogue, and how many times a constant view each question costs.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks import peers
from benchmarks.questions import QUESTIONS
from benchmarks.table import show

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 5
CHEAP = 20  # calls in a block, of what takes less than a millisecond


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks", description="What each question costs.")
    parser.add_argument("--companies", type=int, nargs="+", default=[1_000, 10_000], metavar="N")
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--only", nargs="+", metavar="WORD", help="questions whose name holds one of the words")
    parser.add_argument("--rounds", type=int, default=ROUNDS, metavar="N")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there as well")
    parser.add_argument("--folder", type=Path, help="keep the SQLite catalogues there, and take those that are there")
    parser.add_argument(
        "--peers", action="store_true", help="datasette and django-ninja too, where packages can be had"
    )
    parser.add_argument("--instructions", action="store_true", help="count instructions under callgrind, as a gate")
    parser.add_argument("--write", action="store_true", help="with --instructions: keep them as what is allowed")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        measure(options.companies[0], options.only, options.rounds)
        return
    if options.instructions:
        from benchmarks import instructions

        raise SystemExit(instructions.main(options.folder, write=options.write))
    found: dict[str, dict[Any, dict[str, Any]]] = {}
    with ExitStack() as stack:
        folder = options.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        if options.database != "postgresql":
            found["SQLite"] = {size: _run(options, size, folder, sqlite(folder, size)) for size in options.companies}
        if options.database != "sqlite":
            found["PostgreSQL"] = {size: _run_postgresql(options, size, folder) for size in options.companies}
        for name, sizes in found.items():
            show(name, sizes)
        if options.peers:
            found["peers"] = peers.compare(folder, folder / f"{options.companies[0]}.sqlite3")
            peers.show(found["peers"])
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n")


def sqlite(folder: Path, size: int) -> str:
    return f"sqlite:///{folder.absolute()}/{size}.sqlite3"


def environment(folder: Path, url: str) -> dict[str, str]:
    return os.environ | {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": "only for the benchmark, and thrown away",
        "VAR_DIR": str(folder),
        "LOG_LEVEL": "ERROR",
    }


def _run_postgresql(options: Any, size: int, folder: Path) -> dict[str, Any]:
    from tests.postgres import running_server

    with running_server() as url:
        return _run(options, size, folder, url)


def _run(options: Any, size: int, folder: Path, url: str) -> dict[str, Any]:
    """A process of its own for each database: Django is set up once per process."""
    command = [sys.executable, "-m", "benchmarks.speed", "--measure", "--companies", str(size)]
    command += ["--rounds", str(options.rounds), *(["--only", *options.only] if options.only else [])]
    told = subprocess.run(
        command, cwd=ROOT, env=environment(folder, url), check=True, stdout=subprocess.PIPE, text=True
    )
    return json.loads(told.stdout.splitlines()[-1])


def set_up(size: int) -> None:
    """Django, with the catalogue in the database of the environment and the constant view."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.urls import path

    from benchmarks.asking import constant
    from benchmarks.make_catalogue import make_where_empty
    from config import urls

    call_command("collectstatic", interactive=False, verbosity=0)
    make_where_empty(size)
    _tidy_up()
    urls.urlpatterns += [path("bench/constant", constant)]


def _tidy_up() -> None:
    """What autovacuum does on a running site within a minute; the benchmark's own server has none."""
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")


def names() -> dict[str, str]:
    """What the addresses of the questions speak of: the technologies that most companies use, a word of a source."""
    from stacks.models import Category, Company, Technology

    first, second, third = Technology.objects.order_by("-companies_count")[:3]
    category = Category.objects.select_related("parent").get(pk=first.category_id)
    return {
        "technology": first.slug,
        "other": second.slug,
        "third": third.slug,
        "name": first.name,
        "wrong": f"{first.name[:-2]}{first.name[-1]}{first.name[-2]}",
        "category": category.slug,
        "area": category.parent.slug if category.parent else category.slug,
        "word": Company.objects.get(slug="company-5").name.split()[0],
    }


def forget(before: str) -> None:
    """What happens before a question is asked."""
    from django.core.cache import caches

    from stacks import finished, held
    from stacks.models import Company, Technology, Usage
    from stacks.pages.compare.companies_page import PAGES

    if before in ("pages", "compared", "all"):
        caches["pages"].clear()
    if before == "compared":
        PAGES.clear()
    if before == "all":
        caches["default"].clear()
        held.forget()
        finished.forget()
    edited: Any = {"edit": Company, "vocabulary": Technology, "usage": Usage}.get(before)
    if edited:
        row = edited.objects.order_by("-pk")[0]
        if edited is Usage:  # of what most companies use
            most_used = Technology.objects.order_by("-companies_count")[0]
            row = Usage.objects.published().filter(technology=most_used).order_by("-pk")[0]
        text = "purpose" if edited is Usage else "summary"
        told = getattr(row, text)
        setattr(row, text, f"{told.rstrip('.')}." if told.endswith("..") else f"{told}.")
        row.save()


def measure(size: int, only: list[str] | None, rounds: int) -> None:
    """The least CPU milliseconds of each question, and how long the answers are, as one line of JSON."""
    set_up(size)
    from django.db import connection

    from benchmarks import writing
    from benchmarks.asking import ask
    from benchmarks.meter import Meter
    from config.wsgi import application

    meter = Meter(connection)
    told = names()
    wanted = {
        label: question
        for label, question in QUESTIONS.items()
        if not only or any(word.lower() in label.lower() for word in only)
    }
    costs: dict[str, list[float]] = {}
    lengths: dict[str, int] = {}

    def note(label: str, call: Callable[[], object], times: int = 1) -> None:
        costs.setdefault(label, []).append(meter.cost(call, times))

    for _ in range(rounds):
        ask(application, "/bench/constant")
        meter.find_backends()
        note("constant view", lambda: ask(application, "/bench/constant"), CHEAP)
        note("bare loop of 100 usages", lambda: writing.bare(connection), CHEAP)
        for label, question in wanted.items():
            address = question.address.format(**told)
            if question.before not in ("nothing", "all"):
                ask(application, address)  # all that outlives what happens now is kept, whatever was asked before
            forget(question.before)
            tag = ""
            if question.before == "nothing":
                answer = ask(application, address)
                tag = answer.headers["ETag"] if question.tagged else ""
            times = CHEAP if question.before == "nothing" and not address.startswith("/api/") else 1
            note(label, lambda address=address, tag=tag: ask(application, address, tag), times)  # type: ignore[misc]
            if label not in lengths:
                lengths[label] = len(ask(application, address, tag).body)
    found: dict[str, Any] = {"ms": {label: min(each) for label, each in costs.items()}, "bytes": lengths}
    if not only:
        found["writing"] = writing.measure(meter)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
