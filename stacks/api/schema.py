"""How operations describe themselves: the declared serializers, the query forms, and the failures they share."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse

from stacks.api.deprecated import DEPRECATED
from stacks.api.described import (
    DEPRECATION_HEADERS,
    HEADERS,
    KEYS,
    KINDS,
    OWN_PARAMETERS,
    PARAMETERS,
    SUMMARIES,
    TAGS,
    VERSION,
    VOCABULARIES,
)
from stacks.api.errors import PROBLEM_TYPE
from stacks.api.meanings import DATE_FORM, DATES, OWN_KEYS, SCHEMAS, VALUES
from stacks.api.serializers import ProblemSerializer

Schema = dict[str, Any]
_EXAMPLES = Path(__file__).with_name("examples.json")


class ProblemAutoSchema(AutoSchema):
    """Takes the query parameters from the view."""

    def _get_parameters(self):
        # the parameters of the view are OpenAPI already, which the overrides of a decorator are not
        described = self.view.query_parameters() if hasattr(self.view, "query_parameters") else []
        return [*super()._get_parameters(), *described]

    def get_response_serializers(self) -> Any:
        files = getattr(self.view, "files", ())  # media types, where the answer is no document
        answers: dict[Any, Any] = {(200, media_type): OpenApiTypes.BINARY for media_type in files}
        answers = answers or {200: super().get_response_serializers()}
        # all that fails is told in one form; `build_schema` says which failures an operation has
        answers[(400, PROBLEM_TYPE)] = OpenApiResponse(ProblemSerializer)
        return answers

    def get_operation_id(self):
        noun = "_".join(part for part in self.path.split("/")[3:] if part and not part.startswith("{")) or "root"
        return f"{noun}_{'detail' if self.path.endswith('}/') else 'read'}"


@cache
def build_schema() -> Schema:
    """Built once per process: it depends on nothing but code and settings. `with_servers` says where."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    schema["info"] |= {
        "version": VERSION,
        "license": {"name": settings.DATA_LICENCE} | _licence_key(),
        "contact": {"name": settings.SITE_NAME, "url": f"{settings.SITE_URL}/about/"},
    }
    schema["tags"] = [{"name": name, "description": told} for name, told in TAGS.items()]
    components = schema["components"]
    headers = HEADERS | (DEPRECATION_HEADERS if DEPRECATED else {})
    components["headers"] = {name: {"description": told, "schema": value} for name, (told, value) in headers.items()}
    components["responses"] = _failures()
    # told here and at no operation: nobody needs one, and what is asked for at an operation clients insist on
    components["securitySchemes"] = {
        "key": {
            "type": "http",
            "scheme": "bearer",
            "description": "A free key from who runs the site raises the limit. Without one, leave the header out.",
        }
    }
    enumerations = {
        json.dumps(one["enum"]): name for name, one in components["schemas"].items() if len(one.get("enum", ())) > 1
    }
    examples = json.loads(_EXAMPLES.read_text())
    for path, item in schema["paths"].items():
        _complete(path, item["get"], enumerations, examples)
        _name_vocabularies(item["get"], components["schemas"])
    for name, one in components["schemas"].items():
        _describe(name, one)
        _without_null_enum(one)
    components["schemas"].pop("NullEnum", None)
    return schema


def with_servers(site: str, schema: Schema) -> Schema:
    """The schema for who asked at this address."""
    return schema | {"servers": [{"url": site, "description": settings.SITE_NAME}]}


def _licence_key() -> dict[str, str]:
    """OpenAPI wants an address or an SPDX identifier, which a site may not have given."""
    return {"url": settings.DATA_LICENCE_URL} if settings.DATA_LICENCE_URL else {"identifier": settings.DATA_LICENCE}


def _failures() -> Schema:
    """Those that operations share, by name."""
    told = {
        "Moved": ("An old slug, or another name: the answer is at the address of `Location`.", ["Location"], False),
        "NotModified": ("Nothing has changed since the answer with this `ETag`.", ["ETag", "Cache-Control"], False),
        "BadQuery": ("The query has something unknown or impossible in it: see `errors`.", [], True),
        "Unauthorized": (
            "What was sent in `Authorization` is no key, or was ended. Without a key, leave the header out.",
            ["WWW-Authenticate"],
            True,
        ),
        "NotFound": ("There is no such object; `suggestions` are what may have been meant.", [], True),
        "Conflict": ("`after` is of another catalogue: copy it again (`export/`).", [], True),
        "TooLong": ("The address is longer than the server takes (some 4,000 characters): ask in parts.", [], False),
        "TooManyRequests": (
            "More was asked than is allowed. Wait for `Retry-After` seconds.",
            ["Retry-After", "RateLimit", "RateLimit-Policy"],
            True,
        ),
        "Unavailable": ("The database is away, or a copy is being made: ask again in a moment.", ["Retry-After"], True),
    }
    problem = {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        name: {"description": described}
        | ({"headers": _headers(headers)} if headers else {})
        | ({"content": problem} if has_body else {})
        for name, (described, headers, has_body) in told.items()
    }


def _headers(names: list[str]) -> Schema:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _complete(path: str, operation: Schema, enumerations: dict[str, str], examples: Schema) -> None:
    name = operation["operationId"]
    operation["summary"] = SUMMARIES[name]
    operation["tags"] = [name.split("_")[0]]
    operation.pop("security", None)  # nothing is asked for, and `[{}]` makes clients ask for it
    answers = operation["responses"]
    answers["200"] |= {
        "description": SUMMARIES[name],
        "headers": _headers(["ETag", "Cache-Control", "RateLimit", "RateLimit-Policy"]),
    }
    if example := examples.get(name):
        answers["200"]["content"]["application/json"]["example"] = example
    elsewhere = {
        "304": "NotModified",
        "400": "BadQuery",
        "401": "Unauthorized",
        "414": "TooLong",
        "429": "TooManyRequests",
    }
    elsewhere["503"] = "Unavailable"
    if "{" in path:
        elsewhere["404"] = "NotFound"
    if "{slug}" in path or "/compare/" in path:
        elsewhere["301"] = "Moved"
    if name == "changes_read":
        elsewhere["409"] = "Conflict"
    if name == "export_read":
        _as_a_file(answers)
    answers |= {status: {"$ref": f"#/components/responses/{to}"} for status, to in elsewhere.items()}
    operation["responses"] = dict(sorted(answers.items()))
    to_go = [one for one in (operation, *operation.get("parameters", ())) if _is_to_go(name, one)]
    for one in to_go:
        one["deprecated"] = True
    if to_go:
        answers["200"]["headers"] |= _headers(list(DEPRECATION_HEADERS))
    for parameter in operation.get("parameters", ()):
        _complete_parameter(parameter, enumerations)
        if parameter["in"] == "path":
            parameter["example"] = _key(name, parameter["name"], examples)
        elif parameter["name"] == "uid":
            parameter["example"] = [examples[name]["results"][0]["uid"]]
        elif (example := _parameter(name, parameter["name"])) is not None:
            parameter["example"] = example


def _is_to_go(operation: str, one: Schema) -> bool:
    """Whether the operation, or a parameter of it, is announced as deprecated."""
    return (f"{operation} {one['name']}" if "in" in one else operation) in DEPRECATED


def _as_a_file(answers: Schema) -> None:
    told = ["Stacks-Revision", "Stacks-Catalogue", "Accept-Ranges"]
    answers["200"]["headers"] |= _headers(told)
    answers["206"] = {
        "description": "The part that `Range` asked for.",
        "headers": _headers(["ETag", "Content-Range", *told]),
        "content": answers["200"]["content"],
    }
    problem = {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    answers["416"] = {
        "description": "The copy has no such part.",
        "headers": _headers(["Content-Range"]),
        "content": problem,
    }


def _complete_parameter(parameter: Schema, enumerations: dict[str, str]) -> None:
    name, schema = parameter["name"], parameter["schema"]
    if parameter["in"] == "path":
        parameter["description"] = KEYS[name]
        return
    for holder in (schema, schema.get("items", {})):
        if shared := enumerations.get(json.dumps(holder.get("enum"))):
            holder.clear()
            holder["$ref"] = f"#/components/schemas/{shared}"


def _name_vocabularies(operation: Schema, schemas: Schema) -> None:
    """What a kind of rows takes is one enumeration, in place of one for each operation."""
    noun = operation["operationId"].split("_")[-2]
    for parameter in operation.get("parameters", ()):
        name, schema = parameter["name"], parameter["schema"]
        values = schema.get("items", schema)
        if name in VOCABULARIES and "enum" in values:
            shared = f"{KINDS[noun]}{name.title()}"
            schemas[shared] = {"description": VOCABULARIES[name], **values}
            values.clear()
            values["$ref"] = f"#/components/schemas/{shared}"


def _parameter(operation: str, name: str) -> Any:
    """The example of a parameter: the operation's own, that of its resource, or the one for all."""
    for own in (operation, operation.split("_", maxsplit=1)[0]):
        if name in OWN_PARAMETERS.get(own, ()):
            return OWN_PARAMETERS[own][name]
    return PARAMETERS.get(name)


def _key(operation: str, name: str, examples: Schema) -> str:
    """The key that the example of the answer is of."""
    answer, noun = examples[operation], operation.split("_", maxsplit=1)[0]
    if name in answer:
        return answer[name]
    owner = {"companies": "company", "technologies": "technology"}[noun]
    return (answer[owner] if owner in answer else answer["results"][0][owner])[name]


def _describe(schema: str, one: Schema) -> None:
    """What a document or an enumeration is, and what its keys or values mean."""
    if schema in VALUES:
        one["description"] = "\n".join(f"* `{value}`: {meaning}" for value, meaning in VALUES[schema].items())
    elif schema.startswith("Paginated"):
        one["description"] = "A page of a list."
    elif schema in SCHEMAS:
        one["description"] = SCHEMAS[schema]
    for key, described in one.get("properties", {}).items():
        if told := OWN_KEYS.get(f"{schema}.{key}") or (described.get("description") or KEYS.get(key)):
            described["description"] = f"{DATES[key]} {DATE_FORM}" if told == DATE_FORM and key in DATES else told


def _without_null_enum(schema: Schema) -> None:
    """Generators know `type: null`, and make a class of an enumeration that has null alone."""
    for described in schema.get("properties", {}).values():
        for choice in described.get("oneOf", ()):
            if choice.get("$ref") == "#/components/schemas/NullEnum":
                choice.clear()
                choice["type"] = "null"
