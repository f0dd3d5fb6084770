"""What a reviewer would run: everything, or what concerns the files that changed."""

import argparse
import os
import secrets
import subprocess
from collections.abc import Iterator, Sequence

from development.changed import changed_files, stand_ins
from development.environment import HERE, ROOT, other_pythons, say
from development.jobs import Job, done_here
from development.suite import PROGRAMS, Run, in_ci, in_parallel, pytest, side_by_side, smoke, suites


def tracked(*patterns: str) -> list[str]:
    """Files that git knows or would add, so that a new file is checked before its first commit."""
    git = ["git", "-c", "safe.directory=*", "ls-files"]
    listing = [*git, "--cached", "--others", "--exclude-standard", "--", *patterns]
    names = subprocess.check_output(listing, cwd=ROOT, text=True).splitlines()
    return [name for name in dict.fromkeys(names) if (ROOT / name).exists()]


def production_settings() -> dict[str, str]:
    """The environment of a strict deployment, for Django's own checks of one."""
    return {
        "PRODUCTION": "true",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": "stacks.example.org",
        "DATABASE_URL": "sqlite://:memory:",
        "SITE_URL": "https://stacks.example.org",
    }


def steps(python: Sequence[str], templates: Sequence[str], with_models: bool = True) -> Iterator[Job]:
    """The checks that read these files; types and import rules read all of them, since one file can break another."""
    manage_py = [HERE.python, "manage.py"]
    no_migrations = [name for name in python if "/migrations/" not in name]
    if python:
        yield Job(
            "format", [HERE.bin / "ruff", "format", "--check", "--force-exclude", "--output-format", "concise", *python]
        )
        yield Job("lint", [HERE.bin / "ruff", "check", "--force-exclude", "--output-format", "concise", *python])
        yield Job("types", [HERE.bin / "mypy"])
        yield Job("import rules", [HERE.bin / "lint-imports"])
    if no_migrations:
        yield Job("Django idioms", [HERE.bin / "django-upgrade", "--target-version", "5.2", "--check", *no_migrations])
    if templates:
        yield Job("template format", [HERE.bin / "djade", "--target-version", "5.2", "--check", *templates])
        yield Job("template lint", [HERE.bin / "djlint", "--lint", *templates])
    yield Job("line lengths", [HERE.python, "-m", "development.lines"])
    yield Job("advisories", [HERE.python, "-m", "development.advisories"], passed_over=77)
    if with_models:
        yield Job("missing migrations", [*manage_py, "makemigrations", "--check", "--dry-run"])
        yield Job("deployment", [*manage_py, "check", "--deploy", "--fail-level", "WARNING"], production_settings())


def check(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="dev check")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--no-tests", action="store_true", help="leave the tests to ./dev test")
    which.add_argument("--changed", action="store_true", help="what concerns the files that changed since main")
    options = parser.parse_args(arguments)
    with done_here("environment") as environment:
        HERE.ensure("dev")
    before = [*packages(), environment]
    if options.changed:
        return check_changed()
    static = list(steps(tracked("*.py", "dev"), tracked("templates/*.html")))
    if options.no_tests:
        return side_by_side([static])
    if in_ci():
        static += smokes()
    return side_by_side([static, *suites(HERE, ["sqlite", "postgresql"])], before)


def packages() -> Iterator[Job]:
    """What .ci/run did before it came here."""
    if seconds := os.environ.get("PACKAGES_SECONDS"):
        yield Job("Debian packages", [], code=0, seconds=float(seconds))


def smokes() -> Iterator[Run]:
    """A smoke test on every other Python that the machine has and that can make an environment."""
    for version, problem in other_pythons():
        if problem:
            say(f"Passed over: Python {version}: {problem}.")
        else:
            yield smoke(version)


def check_changed() -> int:
    changed = changed_files()
    there = [name for name in changed if (ROOT / name).exists()]
    python = [name for name in there if name.endswith(".py") or name == "dev"]
    templates = [name for name in there if name.startswith("templates/") and name.endswith(".html")]
    lanes: list[list[Job]] = [list(steps(python, templates, with_models=any(map(is_of_models, changed))))]
    tests, felt_everywhere = stand_ins(changed)
    command = [*pytest(HERE), *in_parallel()]
    if tests:
        lanes.append([Run("tests", [*command, "-m", f"not ({PROGRAMS})", *tests])])
    if felt_everywhere:
        lanes[0].append(Run("smoke", [*command, "-m", "smoke"]))
    say(f"{len(changed)} files changed since main. Tests: {' '.join([*tests, *['smoke'] * felt_everywhere]) or 'none'}")
    return side_by_side(lanes)


def is_of_models(name: str) -> bool:
    return name.startswith(("stacks/models/", "stacks/migrations/", "config/"))
