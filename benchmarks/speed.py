"""What each question costs, on catalogues of several sizes: a table, and the same as JSON.

    .venv/bin/python -m benchmarks.speed [--companies 1000 10000] [--database sqlite|postgresql|both] [--json FILE]

Makes catalogues that nobody has lived (`make_catalogue`, 30 usages a company) in throw-away databases and calls the
WSGI application in this process. CPU milliseconds of this process, the least of several calls; on PostgreSQL the
server's own time is not in it. Figures of one run are compared with each other: growth from the smallest to the largest
catalogue, and how many times a constant view each question costs.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CALLS = 7  # of which the least counts

# What is asked, and whether what is kept is thrown away before: pages, or everything.
QUESTIONS = {
    "304": ("/companies/company-5/", "kept"),
    "kept page": ("/companies/company-5/", "kept"),
    "company, after an edit elsewhere": ("/companies/company-5/", "pages"),
    "home, nothing kept": ("/", "all"),
    "companies, nothing kept": ("/companies/", "all"),
    "companies of an industry": ("/companies/?uses={technology}", "all"),
    "technology": ("/technologies/{technology}/", "all"),
    "category": ("/categories/{category}/", "all"),
    "migrations": ("/migrations/", "all"),
    "comparison of 3, cells kept": ("/compare/companies/company-1/company-2/company-3/", "pages"),
    "comparison of 3, nothing kept": ("/compare/companies/company-1/company-2/company-3/", "all"),
    "technologies compared": ("/compare/technologies/{technology}/{other}/", "all"),
    "search, a name": ("/api/v1/search/?q={name}", "all"),
    "search, a typing error": ("/api/v1/search/?q={wrong}", "all"),
    "search, nothing": ("/api/v1/search/?q=qqqqxyzzy", "all"),
    "usages, 100": ("/api/v1/usages/?page_size=100", "all"),
    "usages by company": ("/api/v1/usages/?page_size=100&ordering=company", "all"),
    "usages by technology": ("/api/v1/usages/?page_size=100&ordering=technology", "all"),
    "usages of an area": ("/api/v1/usages/?page_size=100&category={area}", "all"),
    "usages updated since now": ("/api/v1/usages/?updated_since=2199-01-01T00:00:00Z", "all"),
    "sources about a company": ("/api/v1/sources/?about=company-5", "all"),
    "companies by revision": ("/api/v1/companies/?ordering=-revision", "all"),
    "migrations by company": ("/api/v1/migrations/?ordering=company", "all"),
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.speed")
    parser.add_argument("--companies", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--measure", metavar="NAME", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        measure(options.companies[0])
        return
    found: dict[str, dict[int, dict[str, float]]] = {}
    if options.database != "postgresql":
        found["SQLite"] = {size: run(size, None) for size in options.companies}
    if options.database != "sqlite":
        from tests.postgres import running_server

        found["PostgreSQL"] = {}
        for size in options.companies:
            with running_server() as url:
                found["PostgreSQL"][size] = run(size, url)
    for name, sizes in found.items():
        show(name, sizes)
    if options.json:
        options.json.write_text(json.dumps(found, indent=1))


def run(size: int, url: str | None) -> dict[str, float]:
    """A process of its own for each database: Django is set up once per process."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {
            "DATABASE_URL": url or f"sqlite:///{folder}/bench.sqlite3",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "SECRET_KEY": "only for the benchmark, and thrown away",
            "VAR_DIR": folder,
            "LOG_LEVEL": "ERROR",
        }
        command = [sys.executable, "-m", "benchmarks.speed", "--measure", "x", "--companies", str(size)]
        told = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(told.stdout.splitlines()[-1])


def measure(size: int) -> None:
    """The least CPU milliseconds of each question, as one line of JSON."""
    import io

    import django

    django.setup()
    from django.core.cache import caches
    from django.core.management import call_command
    from django.urls import path

    from benchmarks.asking import ask, constant
    from config import urls
    from config.wsgi import application
    from stacks.models import Category, Technology

    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("migrate", verbosity=0)
    started = time.process_time()
    call_command("make_catalogue", companies=size, stdout=io.StringIO())
    print(f"{size} companies made in {time.process_time() - started:.0f} CPU s", file=sys.stderr)
    urls.urlpatterns += [path("bench/constant", constant)]
    first, second = Technology.objects.order_by("-companies_count")[:2]
    category = Category.objects.filter(pk=first.category_id).select_related("parent").get()
    names = {
        "technology": first.slug,
        "other": second.slug,
        "name": first.name,
        "wrong": f"{first.name[:-2]}{first.name[-1]}{first.name[-2]}",
        "category": category.slug,
        "area": category.parent.slug if category.parent else category.slug,
    }

    def least(address: str, forget: str, tag: str = "") -> float:
        costs = []
        for _ in range(CALLS):
            if forget in ("pages", "all"):
                caches["pages"].clear()
            if forget == "all":
                caches["default"].clear()
            costs.append(_cost(lambda: ask(application, address, tag)))
        return min(costs)

    found = {"constant view": least("/bench/constant", "kept")}
    for label, (address, forget) in QUESTIONS.items():
        asked = address.format(**names)
        tag = ask(application, asked).headers["ETag"] if label == "304" else ""
        found[label] = least(asked, forget, tag)
    print(json.dumps(found))


def _cost(call: Callable[[], object]) -> float:
    started = time.process_time_ns()
    call()
    return (time.process_time_ns() - started) / 1e6


def show(name: str, sizes: dict[int, dict[str, float]]) -> None:
    smallest, largest = min(sizes), max(sizes)
    heads = [f"{size:,}" for size in sizes]
    print(f"\n{name}: CPU ms at so many companies")
    print(f"{'':36}{''.join(f'{head:>10}' for head in heads)}{'growth':>9}{'÷ constant':>12}")
    constant = sizes[largest]["constant view"]
    for label in sizes[smallest]:
        costs = [sizes[size][label] for size in sizes]
        growth = sizes[largest][label] / sizes[smallest][label]
        told = "".join(f"{cost:>10.2f}" for cost in costs)
        print(f"{label:36}{told}{growth:>9.1f}{sizes[largest][label] / constant:>12.1f}")


if __name__ == "__main__":
    main()
