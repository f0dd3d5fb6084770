"""What may be asked for inside a document (`include=`), and which of its keys (`fields=`).

A document refers to others by `{"slug", "name", "url"}`. An included part stands in the place of such a reference, or
under a name of its own where there are several. It is the document of its own resource without the lists that cost
a query each (`sources`, `relations`, ...): these are asked for by a name with a dot. Each name costs one query,
however many rows there are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from stacks.api.shapes.categories import CATEGORY
from stacks.api.shapes.companies import COMPANY
from stacks.api.shapes.coverage import COVERAGE
from stacks.api.shapes.migrations import MIGRATION
from stacks.api.shapes.shape import Row, Shape
from stacks.api.shapes.sources import SOURCE
from stacks.api.shapes.technologies import TECHNOLOGY
from stacks.api.shapes.usages import USAGE
from stacks.links import Links

SHAPES = {shape.kind: shape for shape in (COMPANY, TECHNOLOGY, CATEGORY, USAGE, MIGRATION, SOURCE, COVERAGE)}
DEEPEST = 3
Tree = Mapping[str, Any]  # a name and what is asked for below it


@dataclass(frozen=True, slots=True)
class One:
    """A reference to a row of `kind` becomes its document; `column` has the key of that row."""

    kind: str
    column: str


@dataclass(frozen=True, slots=True)
class Many:
    """The rows of `kind` whose `column` leads here, those that were added first, at most `most` for each."""

    kind: str
    column: str
    most: int


Part = One | Many
PARTS: dict[str, dict[str, Part]] = {
    "company": {
        "usages": Many("usage", "company", 500),
        "migrations": Many("migration", "company", 100),
        "coverage": Many("coverage", "company", 100),
        "parent": One("company", "parent_id"),
    },
    "technology": {"usages": Many("usage", "technology", 100), "category": One("category", "category_id")},
    "category": {"technologies": Many("technology", "category", 100), "parent": One("category", "parent_id")},
    "usage": {
        "company": One("company", "company_id"),
        "technology": One("technology", "technology_id"),
        "category": One("category", "category_id"),
        "via": One("technology", "via_id"),
    },
    "migration": {
        "company": One("company", "company_id"),
        "from_technology": One("technology", "from_technology_id"),
        "to_technology": One("technology", "to_technology_id"),
        "category": One("category", "category_id"),
    },
    "source": {"company": One("company", "company_id")},
    "coverage": {
        "company": One("company", "company_id"),
        "category": One("category", "category_id"),
        "source": One("source", "source_id"),
    },
}


class UnknownName(ValueError):
    """Says which name it is, and which there are."""


@cache
def includable(kind: str, depth: int = DEEPEST, back: str = "") -> tuple[str, ...]:
    """Every name that may be included in a document of `kind`; none leads back to where it came from, nor to lists of
    a list.
    """
    names: list[str] = list(SHAPES[kind].lists)
    for name, part in PARTS[kind].items():
        if name == back or (back and isinstance(part, Many)):
            continue
        names.append(name)
        if depth > 1:
            inner = part.column if isinstance(part, Many) else "-"
            names += [f"{name}.{below}" for below in includable(part.kind, depth - 1, inner)]
    return tuple(names)


def tree_of(names: Sequence[str]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for name in names:
        below = tree
        for step in name.split("."):
            below = below.setdefault(step, {})
    return tree


def read_include(kind: str, names: Sequence[str]) -> Tree:
    """Raises UnknownName."""
    known = includable(kind)
    for name in names:
        if name not in known:
            raise UnknownName(f"There is no “{name}” to include here. There are: {', '.join(known)}.")
    return tree_of(names)


def includes_lists(kind: str, tree: Tree) -> bool:
    """Whether each row may bring many others."""
    return any(isinstance(PARTS[kind].get(name), Many) for name in tree)


@dataclass(frozen=True, slots=True)
class Fields:
    """The keys to keep (all where there are none) and the keys to leave out, each a tree; some left out everywhere."""

    keep: Tree
    drop: Tree
    nowhere: frozenset[str] = frozenset()

    def wants(self, name: str) -> bool:
        return (not self.keep or name in self.keep) and self.drop.get(name) != {} and name not in self.nowhere

    def of(self, document: Row) -> Row:
        if not (self.keep or self.drop or self.nowhere):
            return document
        return _prune(document, self.keep, self.drop, self.nowhere)


WHOLE = Fields({}, {})
_EVERYWHERE = "*."


def read_fields(known: Tree, names: Sequence[str]) -> Fields:
    """`known` are the keys of the document. A name that begins with `-` leaves out, with `-*.` wherever it stands.

    Raises UnknownName.
    """
    left_out = [name[1:] for name in names if name.startswith("-")]
    kept = [name for name in names if not name.startswith("-")]
    nowhere = [name.removeprefix(_EVERYWHERE) for name in left_out if name.startswith(_EVERYWHERE)]
    left_out = [name for name in left_out if not name.startswith(_EVERYWHERE)]
    for name in [*kept, *left_out]:
        _check(known, name)
    anywhere = _every_key(known)
    for name in nowhere:
        if name not in anywhere:
            raise UnknownName(f"There is no field “{name}” anywhere here. There are: {', '.join(sorted(anywhere))}.")
    return Fields(_whole_of(kept), _whole_of(left_out), frozenset(nowhere))


def _check(known: Tree, name: str) -> None:
    here, above = known, ""
    for step in name.split("."):
        if step not in here:
            where = f" of “{above}”" if above else ""
            raise UnknownName(f"There is no field “{step}”{where} here. There are: {', '.join(here) or 'none'}.")
        here, above = here[step], step


def _every_key(tree: Tree) -> set[str]:
    return {key for name, below in tree.items() for key in (name, *_every_key(below))}


def _whole_of(names: Sequence[str]) -> dict[str, Any]:
    """Who asks for a whole and for a part of it gets the whole."""
    asked = set(names)
    covered = [n for n in names if any(".".join(n.split(".")[:k]) in asked for k in range(1, n.count(".") + 1))]
    return tree_of([name for name in names if name not in covered])


def _prune(value: Any, keep: Tree, drop: Tree, nowhere: frozenset[str]) -> Any:
    if isinstance(value, list):
        return [_prune(item, keep, drop, nowhere) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _prune(item, keep.get(key, {}), drop.get(key, {}), nowhere)
        for key, item in value.items()
        if (not keep or key in keep) and drop.get(key) != {} and key not in nowhere
    }


def documents(
    shape: Shape, rows: Sequence[Row], links: Links, include: Tree, fields: Fields | None = None
) -> list[Row]:
    """Rows of the shape's columns as documents with what is included. Without `fields`: inside another document."""
    if fields is None:
        made = shape.documents(rows, links, include.keys())
    else:
        made = shape.documents(rows, links, [name for name in shape.lists if fields.wants(name)])
    for name, part in PARTS[shape.kind].items():
        if name in include and (fields is None or fields.wants(name)):
            put = _put_one if isinstance(part, One) else _put_many
            put(name, part, made, rows, links, include[name])  # type: ignore[arg-type]
    return [fields.of(document) for document in made] if fields else made


def _put_one(name: str, part: One, made: list[Row], rows: Sequence[Row], links: Links, include: Tree) -> None:
    shape = SHAPES[part.kind]
    keys = {row[part.column] for row, document in zip(rows, made, strict=True) if document[name] is not None}
    found = list(shape.public().filter(pk__in=keys).order_by().values(*shape.columns)) if keys else []
    by_key = {row["id"]: document for row, document in zip(found, documents(shape, found, links, include), strict=True)}
    for row, document in zip(rows, made, strict=True):
        if document[name] is not None:
            document[name] = by_key.get(row[part.column])


def _put_many(name: str, part: Many, made: list[Row], rows: Sequence[Row], links: Links, include: Tree) -> None:
    shape = SHAPES[part.kind]
    owner = f"{part.column}_id"
    keys = [row["id"] for row in rows]
    place = Window(RowNumber(), partition_by=F(owner), order_by="added")
    hanging = shape.public().filter(**{f"{owner}__in": keys}).annotate(place=place).filter(place__lte=part.most)
    found = list(hanging.order_by("added").values(*dict.fromkeys([*shape.columns, owner]))) if keys else []
    by_owner: dict[int, list[Row]] = {}
    for row, document in zip(found, documents(shape, found, links, include), strict=True):
        by_owner.setdefault(row[owner], []).append(document)
    for row, document in zip(rows, made, strict=True):
        document[name] = by_owner.get(row["id"], [])
