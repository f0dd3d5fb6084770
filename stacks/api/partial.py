"""The schema for clients that ask with `fields` and `include`: no key is promised, and a reference may be whole."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from functools import cache
from typing import Any

from stacks.api.parts import PARTS, One, Part
from stacks.api.schema import Schema, build_schema

_AT = "#/components/schemas/"


@cache
def build_partial_schema() -> Schema:
    """As `build_schema`, but for what the two parameters do to an answer."""
    schema = deepcopy(build_schema())
    schemas = schema["components"]["schemas"]
    for kind, parts in PARTS.items():
        _tell_whole(schemas[kind.title()]["properties"], parts)
    for name in [name for name in schemas if name.startswith("Included")]:
        _lead_to(schema, name, name.removeprefix("Included"))
        del schemas[name]
    for name in _reached(schema):
        schemas[name].pop("required", None)
    return schema


def _tell_whole(properties: Schema, parts: Mapping[str, Part]) -> None:
    """In the place of a reference the document that `include` puts there, which has the keys of the reference, too."""
    for name, part in parts.items():
        if isinstance(part, One):
            for one in (properties[name], *properties[name].get("oneOf", ())):
                if "$ref" in one:
                    one["$ref"] = f"{_AT}{part.kind.title()}"


def _lead_to(told: Any, old: str, new: str) -> None:
    for one in _within(told):
        if one.get("$ref") == f"{_AT}{old}":
            one["$ref"] = f"{_AT}{new}"


def _reached(schema: Schema) -> set[str]:
    """What `fields` leaves keys out of: the rows of what has `results`, else the answer, and all that is in it."""
    schemas = schema["components"]["schemas"]
    reached: set[str] = set()
    for item in schema["paths"].values():
        operation = item["get"]
        if all(parameter["name"] != "fields" for parameter in operation.get("parameters", ())):
            continue
        answer = operation["responses"]["200"]["content"]["application/json"]["schema"]
        rows = schemas[answer["$ref"].removeprefix(_AT)]["properties"].get("results", answer)
        to_go = _named(rows)
        while to_go:
            name = to_go.pop()
            if name not in reached:
                reached.add(name)
                to_go |= _named(schemas[name])
    return reached


def _named(told: Any) -> set[str]:
    return {one["$ref"].removeprefix(_AT) for one in _within(told) if "$ref" in one}


def _within(told: Any) -> Iterator[Schema]:
    """Every object in it."""
    if isinstance(told, dict):
        yield told
    for inner in told.values() if isinstance(told, dict) else told if isinstance(told, list) else ():
        yield from _within(inner)
