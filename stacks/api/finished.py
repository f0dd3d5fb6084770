"""Documents as the JSON that they are told in, which each process has at hand until something that they tell moves."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import orjson
from rest_framework.request import Request

from stacks.api.negotiation import to_json
from stacks.api.parts import WHOLE, documents
from stacks.api.shapes.shape import Row, Shape
from stacks.conditional import revision_of
from stacks.finished import Finished
from stacks.links import Links

_DOCUMENTS: Finished[orjson.Fragment] = Finished(16 * 2**20)


def may_be_finished(shape: Shape, request: Request, asked: Mapping[str, Any]) -> bool:
    """Whether whole documents are asked for, as they are at present."""
    return bool(shape.stamp) and asked["fields"] == WHOLE and not asked["include"] and "as_of" not in request.GET


def columns_of_stamp(shape: Shape) -> tuple[str, ...]:
    return ("id", *shape.stamp)


def finished_documents(shape: Shape, rows: Sequence[Row], request: Request) -> list[orjson.Fragment]:
    """The documents of rows of which the stamps are known. No query where all are at hand.

    They are made after the stamp was read: what somebody writes in between makes a document newer than its stamp, which
    then is nobody's any more.
    """
    links = Links(request)
    vocabulary = revision_of(request).of_vocabulary
    stamps: dict[Hashable, Hashable] = {
        (shape.kind, links.api, row["id"]): (vocabulary, *[row[name] for name in shape.stamp]) for row in rows
    }
    found = _DOCUMENTS.get(stamps.items())
    if len(found) < len(stamps):
        names: dict[int, Hashable] = {row["id"]: name for row, name in zip(rows, stamps, strict=True)}
        missing = [pk for pk, name in names.items() if name not in found]
        whole = list(shape.public().filter(pk__in=missing).order_by().values(*shape.columns))
        written = [to_json(document) for document in documents(shape, whole, links, {}, WHOLE)]
        made = {names[row["id"]]: (orjson.Fragment(text), len(text)) for row, text in zip(whole, written, strict=True)}
        _DOCUMENTS.put(stamps, made)
        found |= {name: document for name, (document, _) in made.items()}
    return [found[name] for name in stamps if name in found]
