"""`python -m development.api_contract` writes docs/schema/openapi.json; `--examples`: stacks/api/examples.json first.

The page of the docs that tells the endpoints is drawn anew from it. With `--check` it writes nothing, and exits 1 where
the contract is another.

Needs a database with the shipped catalogue for the examples. It refuses to write down what breaks clients: see
docs/api-changes.md.
"""

import json
import os
import sys
from typing import Any

import django

from development.drawn import main as draw
from development.environment import ROOT

CONTRACT = ROOT / "docs" / "schema" / "openapi.json"
EXAMPLES = ROOT / "stacks" / "api" / "examples.json"
SITE = "https://stacks.example"

ASKED = {
    "root_read": "",
    "companies_read": "companies/?page_size=1&slug=creative-commons&fields=-*.quote",
    "companies_detail": "companies/creative-commons/",
    "companies_usages_read": "companies/fam/usages/?page_size=1&category=message-brokers",
    "companies_alike_read": "companies/fam/alike/?most=2",
    "technologies_read": "technologies/?slug=postgresql",
    "technologies_detail": "technologies/postgresql/",
    "technologies_usages_read": "technologies/postgresql/usages/?page_size=1&company=zerodha",
    "technologies_together_read": "technologies/postgresql/together/?most=2",
    "categories_read": "categories/?slug=message-brokers",
    "categories_detail": "categories/message-brokers/",
    "usages_read": "usages/?page_size=1&company=zerodha&technology=postgresql",
    "usages_detail": None,
    "migrations_read": "migrations/?page_size=1",
    "migrations_detail": None,
    "sources_read": "sources/?page_size=1&company=zerodha",
    "sources_detail": None,
    "coverage_read": "coverage/?page_size=1",
    "coverage_detail": None,
    "compare_companies_read": "compare/companies/?company=creative-commons&company=disqus&only=shared",
    "compare_technologies_read": "compare/technologies/?technology=postgresql&technology=sqlite",
    "search_read": "search/?q=postgres",
    "changes_read": "changes/?page_size=2&after=6000",
}


def read_examples() -> dict[str, Any]:
    """One real answer for each operation, the lists in it cut to their first two."""
    from django.test import Client

    found: dict[str, Any] = {}
    for name, path in ASKED.items():
        if path is None:
            found[name] = found[name.replace("_detail", "_read")]["results"][0]
            continue
        answer = Client().get(f"/api/v1/{path}").json()
        found[name] = json.loads(json.dumps(_short(answer)).replace("http://testserver", SITE))
    return found


def _short(value: Any) -> Any:
    if isinstance(value, list):
        return [_short(item) for item in value[:2]]
    if isinstance(value, dict):
        return {key: _short(item) for key, item in value.items()}
    return value


def read_schema() -> dict[str, Any]:
    from stacks.api.schema import build_schema, with_servers

    build_schema.cache_clear()
    schema = with_servers(SITE, build_schema())
    schema["info"] |= {"contact": schema["info"]["contact"] | {"url": f"{SITE}/about/"}}
    return schema


def breaking(old: Any, new: Any) -> list[str]:
    """What a client of the old schema could stumble over in the new one."""
    found = []
    for path, item in old["paths"].items():
        if path not in new["paths"]:
            found.append(f"{path} is gone")
            continue
        before, after = item["get"], new["paths"][path]["get"]
        if before["operationId"] != after["operationId"]:
            found.append(f"{path}: operationId is another")
        found += _parameters(path, before, after, old, new)
        found += [f"{path}: no answer {s} any more" for s in before["responses"] if s not in after["responses"]]
    for name, one in old["components"]["schemas"].items():
        other = new["components"]["schemas"].get(name)
        found += [f"{name} is gone"] if other is None else _documents(name, one, other)
    return found


def _parameters(path: str, before: Any, after: Any, whole_before: Any, whole_after: Any) -> list[str]:
    old, new = ({p["name"]: p for p in operation.get("parameters", ())} for operation in (before, after))
    found = [f"{path}: no parameter {name} any more" for name in old.keys() - new.keys()]
    found += [
        f"{path}: {name} must be given" for name, p in new.items() if p["required"] and not old.get(name, p)["required"]
    ]
    found += [f"{path}: {name} must be given" for name in new.keys() - old.keys() if new[name]["required"]]
    for name in old.keys() & new.keys():
        was, now = old[name]["schema"], new[name]["schema"]
        if was == now:
            continue  # where it is a name for something, that is compared by itself
        (was, of_was), (now, of_now) = _resolved(was, whole_before), _resolved(now, whole_after)
        if (was.get("type"), of_was.get("type")) != (now.get("type"), of_now.get("type")):
            found.append(f"{path}: {name} is of another type")
        if gone := set(_values(of_was)) - set(_values(of_now)):
            found.append(f"{path}: {name} does not take {', '.join(sorted(gone))} any more")
    return found


def _resolved(schema: Any, whole: Any) -> tuple[Any, Any]:
    """A parameter's schema and that of one value; a name in the place of values means the same to who asks."""
    shared = whole["components"]["schemas"]
    one, each = (
        shared[part["$ref"].rpartition("/")[2]] if "$ref" in part else part
        for part in (schema, schema.get("items", schema))
    )
    return one, each


def _values(schema: Any) -> list[str]:
    return [str(value) for value in schema.get("enum", ())]


def _documents(name: str, old: Any, new: Any) -> list[str]:
    found = [f"{name}: no {value} any more" for value in _values(old) if value not in _values(new)]
    for key, was in old.get("properties", {}).items():
        now = new.get("properties", {}).get(key)
        if now is None:
            found.append(f"{name}.{key} is gone")
        elif _type(was) != _type(now):
            found.append(f"{name}.{key} is of another type")
        elif key in old.get("required", ()) and key not in new.get("required", ()):
            found.append(f"{name}.{key} may be missing")
    return found


def _type(schema: Any) -> Any:
    """What of a schema decides over its type."""
    told = {"description", "example", "title", "readOnly", "minimum", "maximum", "minLength", "maxLength", "pattern"}
    if isinstance(schema, dict):
        return {key: _type(value) for key, value in schema.items() if key not in told}
    return sorted(map(_type, schema), key=str) if isinstance(schema, list) else schema


def same(old: Any, new: Any) -> bool:
    """Whether the two say the same to a program; words and examples aside."""
    return _said(old) == _said(new)


def _said(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {
            k: _said(v) for k, v in schema.items() if k not in ("description", "summary", "example", "info", "tags")
        }
    return [_said(item) for item in schema] if isinstance(schema, list) else schema


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ["ALLOWED_HOSTS"] = "testserver"
    django.setup()
    if "--examples" in sys.argv:
        EXAMPLES.write_text(json.dumps(read_examples(), indent=1, ensure_ascii=False) + "\n")
    schema = read_schema()
    if "--check" in sys.argv:
        return 0 if same(json.loads(CONTRACT.read_text()), schema) else 1
    if CONTRACT.exists() and (broken := breaking(json.loads(CONTRACT.read_text()), schema)):
        print("This breaks clients:", *broken, sep="\n  ")
        return 1
    CONTRACT.write_text(json.dumps(schema, indent=1, ensure_ascii=False) + "\n")
    draw()
    return 0


if __name__ == "__main__":
    sys.exit(main())
