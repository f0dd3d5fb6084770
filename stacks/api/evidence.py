"""What usages, migrations and companies cite, in the words of the comparison."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from stacks.comparison.load import load_citations
from stacks.exporters.comparison import cited_document


def read_sources(owner: str, pks: Sequence[int]) -> defaultdict[int, list[dict[str, Any]]]:
    """By the key of the owner (usage, migration or company). One query."""
    found = load_citations(owner, pks)
    return defaultdict(list, {pk: [cited_document(cited) for cited in sources] for pk, sources in found.items()})
