"""What usages, migrations and companies cite."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from stacks.models import Evidence, Stance

_COLUMNS = (
    "source__uid",
    "source__url",
    "source__title",
    "source__publisher",
    "source__kind",
    "source__first_party",
    "edition_on",
    "source__updated_on",
    "source__published_on",
    "quote",
    "locator",
    "stance",
)


def read_sources(owner: str, pks: Sequence[int]) -> defaultdict[int, list[dict[str, Any]]]:
    """By the key of the owner (usage, migration or company), in the order of the comparison. One query."""
    found: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    rows = Evidence.objects.filter(**{f"{owner}__in": pks}).order_by("pk").values_list(owner, *_COLUMNS) if pks else []
    for key, uid, url, title, publisher, kind, first_party, edition, updated, published, quote, locator, stance in rows:
        found[key].append(
            {
                "uid": uid,
                "url": url,
                "title": title,
                "publisher": publisher or None,
                "kind": kind,
                "first_party": first_party,
                "edition": edition or updated or published or None,
                "quote": quote or None,
                "locator": locator or None,
                "stance": stance,
            }
        )
    for sources in found.values():
        sources.sort(key=_strongest_first, reverse=True)
    return found


def _strongest_first(source: dict[str, Any]) -> tuple:
    return (source["stance"] == Stance.SUPPORTS, source["first_party"], source["edition"] or "")
