"""A Python client as openapi-python-client makes it of the schema, and a reader that asks everything with it.

The reader knows the API by its schema alone. What it is answered must be what the generated classes say, whole: written
back it is the document that came, and no class met a key that it does not know.
"""

import enum
import importlib
import inspect
import io
import json
import re
import subprocess
import sys
import typing
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

Schema = Mapping[str, Any]
REFERENCES = {"Ref", "SourceRef"}  # `include` tells in their place the whole document
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)")


class Wrong(AssertionError):
    """What a client generated from the schema stumbles over."""


def generate(schema: Schema, folder: Path, package: str) -> str:
    """Makes the client in `folder/package`; what the generator says. A warning is what it left out of the client."""
    file, settings = folder / f"{package}.json", folder / f"{package}.settings.json"
    file.write_text(json.dumps(schema))
    settings.write_text(json.dumps({"post_hooks": [], "package_name_override": package}))
    command = [sys.executable, "-c", "from openapi_python_client.cli import app; app()", "generate", "--meta", "none"]
    files = ["--path", str(file), "--config", str(settings), "--output-path", str(folder / package)]
    done = subprocess.run(
        [*command, *files, "--fail-on-warning"], cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Wrong(done.stdout + done.stderr)
    return done.stdout


class Reader:
    """Reads with a generated `package` that can be imported, by a `client` of its kind.

    `partial` says that it is made of the partial schema, whose classes know each key that is included.
    """

    def __init__(self, package: str, schema: Schema, client: Any, *, partial: bool = False):
        self.package, self.schema, self.client, self.partial = package, schema, client, partial
        self.operations = {item["get"]["operationId"]: (path, item["get"]) for path, item in schema["paths"].items()}
        self.asked: Counter[str] = Counter()  # how often, by operation
        self.documents = 0  # rows of lists, and details

    def ask(self, operation: str, **given: Any) -> Any:
        """The answer as the object that the client makes of it, `given` in the names of the schema."""
        path, told = self.operations[operation]
        function = importlib.import_module(f"{self.package}.api.{told['tags'][0]}.{operation}").sync_detailed
        names = {parameter["name"]: parameter["in"] for parameter in told.get("parameters", ())}
        hints = inspect.signature(function).parameters
        positional = [value for name, value in given.items() if names[name] == "path"]
        named = {_python(name, hints): value for name, value in given.items() if names[name] != "path"}
        named = {name: _as_hinted(value, hints[name].annotation) for name, value in named.items()}
        answer = function(*positional, client=self.client, **named)
        self.asked[operation] += 1
        if answer.status_code != 200:
            raise Wrong(f"{path} {given}: {answer.status_code} {answer.content[:500]!r}")
        if _is_file(answer.parsed):
            return answer.parsed
        self._compare(f"{path} {given}", answer, whole_references="include" in given and not self.partial)
        return answer.parsed

    def _compare(self, what: str, answer: Any, *, whole_references: bool) -> None:
        if not hasattr(answer.parsed, "to_dict"):
            raise Wrong(f"{what}: the client makes {type(answer.parsed).__name__} of it")
        unknown = {
            name for name in unknown_keys(answer.parsed) if not (whole_references and name.split(".")[0] in REFERENCES)
        }
        if unknown:
            raise Wrong(f"{what}: the schema does not tell {', '.join(sorted(unknown))}")
        sent = json.loads(answer.content)
        back = answer.parsed.to_dict()
        if _plain(back) != _plain(sent):
            raise Wrong(f"{what}: written back it is another document")

    def pages(self, operation: str, **given: Any) -> Iterator[Any]:
        """The rows of all pages."""
        cursor: dict[str, str] = {}
        while True:
            page = self.ask(operation, **given, **cursor)
            self.documents += len(page.results)
            yield from page.results
            if page.next_ is None:
                return
            cursor = {"cursor": parse_qs(urlsplit(page.next_).query)["cursor"][0]}

    def read_all(self, *, page_size: int, most_details: int) -> None:
        """Each list to its end, at most so many details of a kind, spread over all, and all that has no list."""
        for name, (path, told) in self.operations.items():
            parameters = {parameter["name"]: parameter for parameter in told.get("parameters", ())}
            if "{" in path:
                continue
            if "cursor" in parameters:
                self._read_list(name, page_size, most_details)
            elif "after" in parameters:
                self._read_feed(name)
            else:
                self._read_examples(name, parameters)

    def _read_list(self, name: str, page_size: int, most_details: int) -> None:
        noun = name.split("_", maxsplit=1)[0]
        key = "slug" if f"/api/v1/{noun}/{{slug}}/" in self.schema["paths"] else "uid"
        keys = [getattr(row, key) for row in self.pages(name, page_size=page_size)]
        for value in keys[:: -(-len(keys) // most_details) or 1]:
            self.ask(f"{noun}_detail", **{key: value})
            self.documents += 1
        for other in (n for n in self.operations if n.startswith(f"{noun}_") and n not in (name, f"{noun}_detail")):
            for value in keys[:3]:
                self.ask(other, **{key: value})

    def _read_feed(self, name: str) -> None:
        """To its end; the rows are counted as documents."""
        after, newest = 0, 1
        while after < newest:
            page = self.ask(name, after=after, page_size=500)
            self.documents += len(page.results)
            after, newest = page.results[-1].seq, page.revision

    def _read_examples(self, name: str, parameters: Mapping[str, Any]) -> None:
        """With what must be given, as the schema's own examples have it; a file in each of its forms."""
        given = {key: one["example"] for key, one in parameters.items() if one["required"]}
        forms = parameters.get("format", {}).get("schema", {}).get("enum", [None])
        for form in forms:
            self.ask(name, **given | ({"format": form} if form else {}))

    def read_parameters(self) -> int:
        """Each parameter of each operation, with the example that the schema gives: it must find something. How many
        there are.
        """
        count, empty = 0, []
        for name, (_, told) in self.operations.items():
            parameters = {parameter["name"]: parameter for parameter in told.get("parameters", ())}
            must = {key: one["example"] for key, one in parameters.items() if one["required"]}
            for key, one in parameters.items():
                if "example" in one:
                    count += 1
                    found = self.ask(name, **must | {key: one["example"]})
                    empty += [f"{name} {key}={one['example']}"] if _is_empty(found) else []
        if empty:
            raise Wrong(f"examples that find nothing: {', '.join(empty)}")
        return count

    def read_parts(self, page_size: int) -> tuple[int, int]:
        """A page of each list with each name that it includes, and with each key alone: how many of either."""
        included = alone = 0
        schemas = self.schema["components"]["schemas"]
        for name, (path, told) in self.operations.items():
            parameters = {parameter["name"]: parameter for parameter in told.get("parameters", ())}
            if "cursor" not in parameters or "{" in path:
                continue
            names = _told(schemas, parameters["include"]["schema"]["items"])["enum"]
            for one in names:
                self.ask(name, include=[one], page_size=page_size)
                included += 1
            page = _told(schemas, told["responses"]["200"]["content"]["application/json"]["schema"])
            for key in _told(schemas, page["properties"]["results"]["items"])["properties"]:
                with_it = {"include": [key]} if key in names else {}
                self.ask(name, fields=[key], page_size=page_size, **with_it)
                alone += 1
        return included, alone


def _told(schemas: Mapping[str, Any], one: Mapping[str, Any]) -> Any:
    return schemas[one["$ref"].rsplit("/", 1)[1]]


def _python(name: str, hints: Mapping[str, Any]) -> str:
    """A parameter as the generator names it: with an underscore where Python has the word already."""
    return name if name in hints else f"{name}_"


def _as_hinted(value: Any, hint: Any) -> Any:
    """Enumerations are classes in the client."""
    classes = [one for one in _within(hint) if isinstance(one, type) and issubclass(one, enum.Enum)]
    if not classes:
        return value
    return [classes[0](each) for each in value] if isinstance(value, list) else classes[0](value)


def _within(hint: Any) -> Iterator[Any]:
    yield hint
    for inner in typing.get_args(hint):
        yield from _within(inner)


def _is_file(parsed: Any) -> bool:
    return isinstance(getattr(parsed, "payload", None), io.IOBase)


def _is_empty(parsed: Any) -> bool:
    """A page of the feed may be empty and lead on."""
    return getattr(parsed, "results", None) == [] and getattr(parsed, "next_", None) is None


def unknown_keys(made: Any) -> Iterator[str]:
    """Keys that a class of the client met and does not know; a class that knows none is a map by intent."""
    if isinstance(made, list):
        for each in made:
            yield from unknown_keys(each)
    elif hasattr(made, "additional_properties"):
        known = [field.name for field in type(made).__attrs_attrs__ if field.name != "additional_properties"]
        if known:
            yield from (f"{type(made).__name__}.{key}" for key in made.additional_properties)
        for name in known:
            yield from unknown_keys(getattr(made, name))


def _plain(value: Any) -> Any:
    """Moments alike, whichever way UTC is written."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return datetime.fromisoformat(value) if isinstance(value, str) and _MOMENT.fullmatch(value) else value
