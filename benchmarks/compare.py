"""The comparison page against a constant view and against the same facts by plain ORM and template.

    .venv/bin/python -m benchmarks.compare

Loads the shipped catalogue into a throw-away SQLite database and, where a server can be had, a PostgreSQL one. Calls
the WSGI application in this process, in blocks that take turns. Ratios are what counts: figures of one run only.
"""

import io
import os
import subprocess
import sys
import tempfile
from itertools import permutations
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SLUGS = ("fam", "zerodha", "netflix")


def main() -> None:
    if len(sys.argv) > 1:
        measure(sys.argv[1])
        return
    with tempfile.TemporaryDirectory() as folder:
        run("SQLite", f"sqlite:///{folder}/bench.sqlite3")
        from tests.postgres import PostgresUnavailableError, running_server

        try:
            with running_server() as url:
                run("PostgreSQL", url)
        except PostgresUnavailableError as error:
            print(f"PostgreSQL: left out, {error}")


def run(name: str, url: str) -> None:
    """Each database in a process of its own: Django is set up once per process."""
    subprocess.run(
        [sys.executable, "-m", "benchmarks.compare", name],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings", "LOG_LEVEL": "ERROR"},
        check=True,
    )


def measure(name: str) -> None:
    import django

    django.setup()
    from django.core.cache import caches
    from django.core.management import call_command
    from django.urls import path

    from benchmarks.asking import ask, constant
    from benchmarks.counting import alternate, unit
    from config import urls
    from config.wsgi import application
    from stacks.pages.compare.companies_page import PAGES

    call_command("migrate", verbosity=0)
    call_command("load_catalogue", stdout=io.StringIO())
    call_command("collectstatic", interactive=False, verbosity=0)
    urls.urlpatterns += [path("bench/constant", constant), path("bench/plain", plain)]

    orders = ["/compare/companies/" + "/".join(order) + "/" for order in permutations(SLUGS)]
    turn = iter(range(10**9))

    def get(address: str) -> bytes:
        return ask(application, address).body

    def kept_cells() -> bytes:
        caches["pages"].clear()
        PAGES.clear()
        return get(orders[next(turn) % len(orders)])

    def nothing_kept() -> bytes:
        caches["pages"].clear()
        caches["default"].clear()
        return get(orders[0])

    costs = alternate(
        {
            "constant view": (lambda: get("/bench/constant"), 50),
            "page kept": (lambda: get(orders[next(turn) % len(orders)]), 50),
            "cells kept": (kept_cells, 6),
            "nothing kept": (nothing_kept, 2),
            "plain ORM and template": (lambda: get("/bench/plain"), 2),
        }
    )
    constant_cost, plain_cost = costs["constant view"][0], costs["plain ORM and template"][0]
    print(f"{name}: {', '.join(SLUGS)}, {len(get(orders[0])) // 1024} KB as sent")
    print(f"  {'':<24}{unit():>9}{'least':>9}{'most':>9}{'÷ constant':>12}{'÷ plain':>9}")
    for label, (median, least, most) in costs.items():
        ratios = f"{median / constant_cost:>12.1f}{median / plain_cost:>9.2f}"
        print(f"  {label:<24}{median:>9.2f}{least:>9.2f}{most:>9.2f}{ratios}")


def plain(request):
    """The same facts as a careful first version would print them: joined and prefetched, then one template."""
    from django.http import HttpResponse
    from django.template import engines

    from stacks.models import Company, Usage

    companies = list(Company.objects.published().filter(slug__in=SLUGS))
    usages = Usage.objects.published().current().filter(company__in=companies)
    usages = usages.for_display().with_sources().in_page_order()
    rows: dict = {}
    for usage in usages:
        cells = rows.setdefault(usage.category, [[] for _ in companies])
        cells[companies.index(usage.company)].append(usage)
    template = engines["django"].from_string((ROOT / "benchmarks/templates/plain.html").read_text())
    response = HttpResponse(template.render({"companies": companies, "rows": list(rows.items())}, request))
    response.headers["Cache-Control"] = "no-store"
    return response


if __name__ == "__main__":
    main()
