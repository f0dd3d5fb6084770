"""Run by `./dev run` in its environment: tables, catalogue, first account and static files, all in one process."""

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import django

from development.environment import say
from development.prepared import note

_WIDTH = 30


class Bar:
    """How far a step is, on one line that goes when the step ends; nothing where nobody watches.

    It is what a command writes to: each line that begins with one of `steps` is one of `total`.
    """

    def __init__(self, total: int, *steps: str):
        self._total, self._steps, self._done = max(1, total), steps, 0
        self._is_watched, self._shown = sys.stderr.isatty(), -1
        self._show()

    def write(self, text: str) -> None:
        if text.strip().startswith(self._steps):
            self._done = min(self._total, self._done + 1)
            self._show()

    def flush(self) -> None:
        """As what a command writes to must have it."""

    def end(self) -> None:
        if self._is_watched:
            print("\r\033[K", end="", file=sys.stderr, flush=True)

    def _show(self) -> None:
        percent = 100 * self._done // self._total
        if self._is_watched and percent != self._shown:
            self._shown = percent
            full = _WIDTH * percent // 100
            print(f"\r  {'█' * full}{'░' * (_WIDTH - full)} {percent:3} %", end="", file=sys.stderr, flush=True)


@contextmanager
def watched(total: int, *steps: str) -> Iterator[Bar]:
    bar = Bar(total, *steps)
    try:
        yield bar
    finally:
        bar.end()


def make_tables() -> None:
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    say(f"Database: {len(plan)} migrations to run" if plan else "Database: its tables are up to date")
    with watched(len(plan), "Applying") as bar:
        call_command("migrate", interactive=False, verbosity=1, stdout=bar)


def load_catalogue() -> None:
    from django.conf import settings
    from django.core.management import CommandError

    from stacks.filing import ORDER
    from stacks.loading import LoadError, NotEmpty, load

    say("Catalogue: loading what is shipped, if there is none yet")
    with watched(len(ORDER) + 1, *"0123456789", "Writing") as bar:
        try:
            counts = load(settings.BASE_DIR / "fixtures", report=bar.write)
        except NotEmpty:
            return
        except LoadError as error:
            raise CommandError(f"{error} Nothing was loaded.") from error
    say("Catalogue: " + ", ".join(f"{counts[name]} {name}" for name in ("companies", "technologies", "usages")))


def make_first_account() -> None:
    from django.contrib.auth import get_user_model

    users: Any = get_user_model().objects
    if (users.filter(is_superuser=True) | users.filter(username="admin")).exists():
        return
    password = secrets.token_urlsafe(12)
    users.create_superuser("admin", password=password)
    say(f"Account: admin, password {password} (shown this once; log in at /admin/)")


def collect_static_files() -> None:
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    say("Static files: collecting and compressing what changed")
    files = sum(1 for finder in get_finders() for _ in finder.list([]))
    with watched(3 * files, "Copying", "Skipping", "Post-processed") as bar:
        call_command("collectstatic", interactive=False, verbosity=2, stdout=bar)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import CommandError

    try:
        django.setup()
        make_tables()
        load_catalogue()
        make_first_account()
        collect_static_files()
    except (ImproperlyConfigured, CommandError) as error:
        sys.exit(str(error))
    note()


if __name__ == "__main__":
    main()
