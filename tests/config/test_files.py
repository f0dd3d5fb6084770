"""What the files of the repository promise about each other."""

import re
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
REGISTRIES = [("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"), ("deb", "debian", "org")]
# Written in pieces, so that this file does not name them either.
UNWANTED = re.compile(
    "|".join([r"(?<![\w.>-])/(?:wo" + "rk|ro" + "ot)/", *(re.escape(".".join(parts)) for parts in REGISTRIES)])
)


def wanted(name):
    lines = (ROOT / f"requirements/{name}.in").read_text().splitlines()
    return [re.split(r"[\[~=<>; ]", line)[0] for line in lines if line and line[0] not in "-#"]


def test_no_file_names_a_registry_or_a_folder_of_one_machine():
    git = ["git", "-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = [name for name in subprocess.check_output(git, cwd=ROOT, text=True).split("\0") if name]
    found = []
    for path in (ROOT / name for name in names):
        if path.is_file() and not path.is_symlink():
            text = path.read_bytes().decode("utf-8", errors="ignore")
            found += [f"{path.relative_to(ROOT)}: {match[0]}" for match in UNWANTED.finditer(text)]

    assert not found


@pytest.mark.parametrize("name", ["uv", "base", "dev", "mcp", "metrics", "redis", "release", "sentry"])
def test_each_dependency_is_locked_and_explained(name):
    locked = (ROOT / f"requirements/{name}.txt").read_text().lower()
    explained = (ROOT / "docs/dependencies.md").read_text()

    for dependency in wanted(name):
        assert re.search(rf"^{re.escape(dependency.lower())}==.*\\$", locked, re.MULTILINE), dependency
        assert re.search(rf"^\| {re.escape(dependency)}\b.* \| .{{20,}} \|$", explained, re.MULTILINE), dependency


def test_each_setting_is_explained():
    read = re.findall(r'\benv\.\w+\(\s*"([A-Z_]+)"', (ROOT / "config/settings.py").read_text())
    read += re.findall(r'_number\("([A-Z_]+)"', (ROOT / "gunicorn.conf.py").read_text())
    explained = (ROOT / "docs/settings.md").read_text()

    assert len(read) > 20
    assert [name for name in read if f"| `{name}` |" not in explained] == []


def test_another_theme_changes_colours_and_nothing_else():
    """So that tests/axe.py may look at a page in the other theme for what colours can break."""
    opened = re.compile(r"@media \(prefers-color-scheme: \w+\) \{((?:[^{}]*\{[^{}]*\})*)\s*\}")
    sheets = [path.read_text() for path in (ROOT / "stacks/static").rglob("*.css")]
    blocks = [block for sheet in sheets for block in opened.findall(sheet)]
    set_there = {name for block in blocks for name in re.findall(r"([\w-]+):[^;{}]+[;}\n]", block)}

    assert len(blocks) == sum(sheet.count("prefers-color-scheme") for sheet in sheets) > 0
    assert {name for name in set_there if not name.startswith("--")} <= {"color-scheme", "filter"}
