"""The faults of tests/faults at full length: `./dev faults` runs them and writes docs/reliability.md."""

import json
import os
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from development.environment import HERE, ROOT, call, say
from development.proof import cell, stacks_now

TABLE = ROOT / "docs" / "reliability.md"
BEGINS = "<!-- written by ./dev faults -->"


def faults(arguments: Sequence[str]) -> int:
    """With pytest's arguments (-k killed) those alone, and nothing is written down."""
    HERE.ensure("dev")
    with tempfile.TemporaryDirectory(prefix="stacks-") as folder:
        told = Path(folder, "told")
        told.touch()
        command = [HERE.python, "-m", "pytest", "-q", "tests/faults", *arguments]
        code = call(*command, env=os.environ | {"FAULTS": "full", "FAULTS_TOLD": str(told)})
        lines = [json.loads(line) for line in told.read_text().splitlines()]
    for line in lines:
        say("{fault}: {what} ({seconds:.0f} s)".format(**line))
    if code == 0 and not arguments:
        TABLE.write_text(with_table(TABLE.read_text(), lines))
        say(f"Written to {TABLE.relative_to(ROOT)}.")
    return code


def with_table(page: str, lines: Sequence[dict]) -> str:
    """The page with what was told in the place of what was told before."""
    head = page.partition(BEGINS)[0]
    rows = [f"| {cell(line['fault'])} | {cell(line['what'])} | {line['seconds']:.0f} |" for line in lines]
    busy = f"{os.cpu_count()} processors, on which {os.getloadavg()[1]:.0f} processes wanted to run."
    what_ran = f"{stacks_now()}, {datetime.now(UTC):%Y-%m-%d}, {busy}"
    return "\n".join(
        [head + BEGINS, "", what_ran, "", "| fault | what happened | seconds |", "|---|---|---|", *rows, ""]
    )
