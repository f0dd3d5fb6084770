"""How rows of columns become the documents of the API, wherever these stand: lists, details, inside others, copies."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from stacks.links import Links

Row = dict[str, Any]
Keys = Sequence[int]
Reader = Callable[[Keys, Links], Mapping[int, list[Any]]]


@dataclass(frozen=True, slots=True)
class Shape:
    """`document` makes one row of `columns` into its document; `key` is its slug or uid.

    `lists` are the keys of the document that cost a query each, for all rows together: what hangs on a row. `stamp` are
    the columns that, with the vocabulary's revision, move with whatever the document tells; empty where none do.
    `few_of` names what only a few rows hang on each.
    """

    kind: str
    model: Any
    key: str
    columns: tuple[str, ...]
    document: Callable[[Row, Links], Row]
    lists: Mapping[str, Reader] = field(default_factory=dict)
    rows: Callable[[], Any] | None = None
    stamp: tuple[str, ...] = ()
    few_of: str = ""

    def public(self) -> Any:
        """The queryset of what may be shown, with all that `columns` name."""
        return self.rows() if self.rows else self.model.objects.published()

    def documents(self, rows: Sequence[Row], links: Links, lists: Collection[str] | None = None) -> list[Row]:
        """One query for each of the lists that are wanted (all of them unless told); the others are left out."""
        keys = [row["id"] for row in rows]
        wanted = [name for name in self.lists if lists is None or name in lists]
        found = {name: self.lists[name](keys, links) if keys else {} for name in wanted}
        left_out = self.lists.keys() - found.keys()
        documents = []
        for row in rows:
            for name in self.lists:
                row[name] = found[name].get(row["id"], []) if name in found else []
            document = self.document(row, links)
            for name in left_out:
                del document[name]
            documents.append(document)
        return documents


def grouped(rows: Any, make: Callable[..., Any]) -> dict[int, list[Any]]:
    """What hangs on each owner, in the order of the rows; their first column is the owner's key."""
    found: dict[int, list[Any]] = {}
    for owner, *values in rows:
        found.setdefault(owner, []).append(make(*values))
    return found
