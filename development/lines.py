"""Lines that a person can read: templates of one element a line, styles of one declaration a line.

Run by `./dev check`, as `python -m development.lines`.
"""

import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from development.environment import ROOT

TEMPLATES = ("templates/**/*.html", "benchmarks/templates/*.html")
STYLES = ("stacks/static/stacks/*.css",)
LONGEST, MEAN, DECLARATIONS = 120, 60, 2
# A selector may hold a colon too, and is followed by a brace.
_DECLARATION = re.compile(r"[\w-]+\s*:[^;{}]*(?=[;}]|$)")


def long_lines(templates: Mapping[str, str]) -> list[str]:
    """Those over the limit, and one more complaint where lines are merely broken at it."""
    lines = [(name, n, line) for name, text in templates.items() for n, line in enumerate(text.splitlines(), 1)]
    found = [f"{name}:{n}: {len(line)} characters, {LONGEST} at most" for name, n, line in lines if len(line) > LONGEST]
    lengths = [len(line) for _, _, line in lines if line.strip()]
    mean = sum(lengths) / len(lengths) if lengths else 0
    return found + (
        [f"the mean line of the templates has {mean:.1f} characters, {MEAN} at most"] if mean > MEAN else []
    )


def crowded_lines(styles: Mapping[str, str]) -> list[str]:
    return [
        f"{name}:{n}: {count} declarations in a line, {DECLARATIONS} at most"
        for name, text in styles.items()
        for n, line in enumerate(text.splitlines(), 1)
        if (count := len(_DECLARATION.findall(line))) > DECLARATIONS
    ]


def read(patterns: Iterable[str], root: Path = ROOT) -> dict[str, str]:
    files = sorted(file for pattern in patterns for file in root.glob(pattern))
    return {str(file.relative_to(root)): file.read_text(encoding="utf-8") for file in files}


def main() -> int:
    templates, styles = read(TEMPLATES), read(STYLES)
    complaints = long_lines(templates) + crowded_lines(styles)
    sys.stdout.writelines(f"{complaint}\n" for complaint in complaints)
    return 1 if complaints or not templates or not styles else 0


if __name__ == "__main__":
    sys.exit(main())
