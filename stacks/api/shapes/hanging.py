"""What hangs on rows of several kinds: names, identifiers, what they cite. One query each."""

from typing import Any

from stacks.api.shapes.shape import Keys, Reader, Row, grouped
from stacks.comparison.load import load_citations
from stacks.exporters.comparison import cited_document
from stacks.links import Links


def names(model: Any, owner: str) -> Reader:
    """All names that lead to each, its own among them."""

    def read(keys: Keys, _links: Links) -> dict[int, list[str]]:
        rows = model.objects.filter(**{f"{owner}__in": keys}).order_by("key").values_list(owner, "name")
        return grouped(rows, lambda name: name)

    return read


def identifiers(model: Any, owner: str) -> Reader:
    def read(keys: Keys, _links: Links) -> dict[int, list[Row]]:
        rows = model.objects.filter(**{f"{owner}__in": keys}).order_by("scheme", "value")
        return grouped(
            rows.values_list(owner, "scheme", "value"), lambda scheme, value: {"scheme": scheme, "value": value}
        )

    return read


def citations(owner: str) -> Reader:
    """What usages, migrations or companies cite, in the words of the comparison."""

    def read(keys: Keys, _links: Links) -> dict[int, list[Row]]:
        found = load_citations(owner, keys)
        return {key: [cited_document(cited) for cited in sources] for key, sources in found.items()}

    return read
