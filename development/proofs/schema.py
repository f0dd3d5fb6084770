"""The default rules of spectral and redocly find nothing in the schema that is served.

What does not apply to us is argued in docs/schema/spectral.yaml and docs/schema/redocly.yaml, rule by rule.
"""

import json
from collections import Counter
from collections.abc import Iterator

from development.environment import ROOT
from development.proof import Failed, Tools

RULES = ROOT / "docs" / "schema"


def prove(tools: Tools) -> Iterator[tuple[str, str]]:
    spectral = tools.npm("@stoplight/spectral-cli@6.16.3") / "spectral"
    redocly = tools.npm("@redocly/cli@2.77.0") / "redocly"
    file = tools.folder / "openapi.json"
    with tools.serve() as site:
        schema = site.read("/api/v1/schema/")
    file.write_text(json.dumps(schema))
    asked = f"{len(schema['paths'])} addresses, {len(schema['components']['schemas'])} schemas"

    quietly = ("--quiet", "--format", "json", "--fail-severity", "hint")
    found = json.loads(tools.run(spectral, "lint", *quietly, "--ruleset", RULES / "spectral.yaml", file) or "[]")
    yield f"spectral, {asked}", _none(Counter(one["code"] for one in found))

    told = tools.run(redocly, "lint", "--format", "json", "--config", RULES / "redocly.yaml", file)
    result = json.loads(told)
    yield f"redocly, {asked}", _none(Counter(one["ruleId"] for one in result["problems"]))


def _none(found: Counter[str]) -> str:
    if found:
        raise Failed(f"found: {dict(found)}")
    return "0 errors, 0 warnings"
