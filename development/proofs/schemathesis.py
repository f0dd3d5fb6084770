"""Schemathesis, with all its checks, finds no failure, on either database.

What its configuration allows is argued in docs/schema/schemathesis.toml.
"""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from development.environment import ROOT
from development.proof import DATABASES, Failed, Tools

MOST_EXAMPLES = 30  # of each operation; those that cover all values and bounds are more, and always asked
SEED = 13


def prove(tools: Tools) -> Iterator[tuple[str, str]]:
    tools.locked("schemathesis", "hypothesis")
    for database in DATABASES:
        report = tools.folder / f"{database}.json"
        with tools.serve(database) as site:
            tools.run(
                *(
                    Path(sys.executable).with_name("schemathesis"),
                    "--config-file",
                    ROOT / "docs/schema/schemathesis.toml",
                ),
                *("run", f"{site.address}/api/v1/schema/", "--checks", "all", "--max-examples", MOST_EXAMPLES),
                *("--seed", SEED, "--continue-on-failure", "--no-shrink", "--suppress-health-check", "all"),
                *("--no-color", "--report", "json", "--report-json-path", report),
                env=os.environ | {"SCHEMATHESIS_HOOKS": "development.asked", "PYTHONPATH": str(ROOT)},
                cwd=tools.folder,
            )
        yield f"{database}: schemathesis run --checks all", _told(json.loads(report.read_text()))


def _told(report: dict[str, Any]) -> str:
    asked, found = report["test_cases"], report["phases"]
    warned = [name for name, told in report["warnings"].items() if told]
    missed = [name for name, phase in found.items() if phase["status"] != "success"]
    if missed or warned or not report["complete"] or report["operations"]["tested"] != report["operations"]["total"]:
        raise Failed(f"phases {missed}, warnings {warned}: {json.dumps(report)[:4000]}")
    operations = f"{report['operations']['tested']} operations ({', '.join(found)})"
    return f"{asked['generated']} questions to {operations}: 0 failures, 0 warnings"
