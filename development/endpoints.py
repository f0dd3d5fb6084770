"""The endpoints of the API as a page of the docs, written from its contract."""

import json
from typing import Any

from development.environment import ROOT

CONTRACT = ROOT / "docs" / "schema" / "openapi.json"
HEAD = """# Endpoints

Written from the contract of the API, [schema/openapi.json](schema/openapi.json), version {version}, by
`.venv/bin/python -m development.drawn`; tests compare the contract with the running schema and this page
with the contract. [api.md](api.md) explains them. Every list takes `page_size`, `cursor`, `ordering` and
`count`; every list and detail `fields` and `include`: these are not repeated here.
"""
_EVERYWHERE = {"page_size", "cursor", "ordering", "count", "fields", "include"}


def write() -> str:
    contract = json.loads(CONTRACT.read_text(encoding="utf-8"))
    groups: dict[str, list[str]] = {}
    for path, methods in sorted(contract["paths"].items()):
        for method, operation in methods.items():
            groups.setdefault(operation["tags"][0], []).append(_row(method, path, operation))
    told = {tag["name"]: tag["description"] for tag in contract["tags"]}
    parts = [HEAD.format(version=contract["info"]["version"])]
    for tag, words in told.items():
        rows = "\n".join(groups[tag])
        parts.append(f"## {tag}\n\n{words}\n\n| address | answers | takes |\n|---|---|---|\n{rows}\n")
    return "\n".join(parts)


def _row(method: str, path: str, operation: dict[str, Any]) -> str:
    asked = [each["name"] for each in operation.get("parameters", []) if each["in"] == "query"]
    names = " ".join(f"`{name}`" for name in asked if name not in _EVERYWHERE or operation["tags"][0] == "compare")
    address = path.replace("{", "<").replace("}", ">")
    shown = address if method == "get" else f"{method.upper()} {address}"
    return f"| `{shown}` | {operation['summary']} |{f' {names} ' if names else ' '}|"
