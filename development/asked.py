"""Hooks of schemathesis: what is right by the schema is asked with names that there are.

A schema cannot tell which companies a catalogue holds, and an unknown one is refused: so a slug that schemathesis made
up becomes one that exists, where the question is meant to be right. What is meant to be wrong is asked as it was made.
The names are those of the schema's own examples, so that they are true of the catalogue that is shipped.
"""

from collections.abc import Mapping
from typing import Any

import schemathesis

NAMES = {
    "about": ["zerodha", "fam", "uber"],
    "category": ["data", "message-brokers", "relational-databases"],
    "company": ["fam", "zerodha", "uber", "grab", "swiggy", "gojek"],
    "country": ["India", "Germany", "Singapore"],
    "domain": ["zerodha.com", "www.uber.com"],
    "from_technology": ["mongodb", "mysql"],
    "industry": ["Payments", "Travel"],
    "parent": ["data"],
    "technology": ["postgresql", "redis", "go", "python", "kubernetes", "mongodb"],
    "to_technology": ["postgresql", "go"],
    "uses": ["postgresql", "go", "redis"],
}
DATES = ["2021", "2021-06", "2019-12-31"]
# Of a page that is at hand, or of the catalogue's identity; and what leaves out keys that the schema promises.
OF_ANOTHER_ANSWER = ("cursor", "catalogue", "fields")


def names_of(path: str, examples: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The keys of the list itself are those of its example."""
    return NAMES | {name: examples[name] for name in ("slug", "uid", "identifier") if name in examples}


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    if case.meta is None or not case.meta.generation.mode.is_positive or not case.query:
        return
    examples = {one["name"]: one.get("example") for one in case.operation.definition.raw.get("parameters", ())}
    names, query = names_of(case.path, examples), case.query
    for name in list(query):
        if name in OF_ANOTHER_ANSWER:
            del query[name]
        elif name in names:
            query[name] = _some(names[name], query[name])
        elif name == "uses_all":
            query[name] = "go,postgresql"
        elif name in ("as_of", "said_since"):
            query[name] = DATES[len(query[name]) % len(DATES)]
        elif name == "updated_since":
            query[name] = "2026-11-21T08:30:00Z" if "T" in query[name] else "2026-11-21"
        elif name == "after":
            query[name] = int(query[name]) % 5000
    if "include" in query and int(query.get("page_size", 0)) > 100:
        query["page_size"] = 100  # with lists in each row a page has at most so many, and the message says so


def _some(known: list[Any], made: Any) -> Any:
    """As many as were made up, as far as there are; each once."""
    return known[: len(made)] if isinstance(made, list) else known[0]
