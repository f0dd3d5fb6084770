"""Which files changed, and which tests stand for them: `tests/` mirrors `stacks/`, a folder for each room."""

import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from development.environment import ROOT

# What no mirror shows: who else would notice a change there.
BESIDES = {
    "CHANGELOG.md": ["tests/docs"],
    "CONTRIBUTING.md": ["tests/config/test_contributing.py", "tests/docs"],
    "README.md": ["tests/docs"],
    "pyproject.toml": ["tests/docs"],
    "stacks/management/commands/": ["tests/management", "tests/docs"],
    "stacks/pages/urls.py": ["tests/pages", "tests/docs"],
    "config/": ["tests/config"],
    "development/": ["tests/config/test_dev.py"],
    "dev": ["tests/config/test_dev.py"],
    "docs/": ["tests/config/test_files.py", "tests/docs"],
    "fixtures/": ["tests/fixtures"],
    "requirements/": ["tests/config/test_files.py"],
    "stacks/static/": ["tests/config/test_files.py"],
    "templates/admin/": ["tests/admin"],
}


def git(*arguments: str) -> list[str]:
    command = ["git", "-c", "safe.directory=*", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.splitlines()


def changed_files() -> list[str]:
    """What differs from where this work left main, committed or not; deleted files too, their tests may miss them."""
    bases = (git("merge-base", "HEAD", ref) for ref in ("origin/main", "main", "HEAD"))
    base = next(found[0] for found in bases if found)
    found = git("diff", "--name-only", "--no-renames", base) + git("ls-files", "--others", "--exclude-standard")
    return sorted(set(found))


def stand_ins(changed: Iterable[str], root: Path = ROOT) -> tuple[list[str], bool]:
    """The test files and folders that stand for these files, and whether a change is felt everywhere."""
    stand_for = {name: list(_tests_of(name, root)) for name in changed}
    felt_everywhere = any("tests" in tests for tests in stand_for.values())
    found = sorted({test for tests in stand_for.values() for test in tests if test != "tests"})
    within = [test for test in found if not any(test.startswith(f"{other}/") for other in found)]
    return within, felt_everywhere


def _tests_of(name: str, root: Path) -> Iterator[str]:
    besides = [
        tests for start, tests in BESIDES.items() if name == start or (start[-1] == "/" and name.startswith(start))
    ]
    if besides:
        yield from (test for test in besides[0] if (root / test).exists())
    elif name.startswith("tests/"):
        path = PurePosixPath(name)
        if not path.name.startswith("test_"):
            yield str(path.parent)
        elif (root / name).exists():
            yield name
    elif name.startswith("templates/"):
        yield _mirror(PurePosixPath("pages", *PurePosixPath(name).parts[2:]), root)
    elif name.startswith("stacks/"):
        yield _mirror(PurePosixPath(name).relative_to("stacks"), root)


def _mirror(path: PurePosixPath, root: Path) -> str:
    """The folder or file in `tests` nearest to where this stands: its room's, or that of the room around it."""
    for room in [path.with_suffix("") if len(path.parts) == 1 else path.parent, *path.parent.parents]:
        for test in (PurePosixPath("tests", room), PurePosixPath("tests", room).with_name(f"test_{room.name}.py")):
            if (root / test).exists():
                return str(test)
    return "tests"
