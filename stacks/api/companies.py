"""Companies."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from stacks.api.evidence import read_sources
from stacks.api.resource import Resource, Row
from stacks.api.serializers import CompanySerializer
from stacks.filtersets import CompanyFilterSet
from stacks.links import Links
from stacks.models import Company, CompanyAlias, CompanyFact, CompanyIdentifier, State


def shape(rows: list[Row], links: Links) -> list[Row]:
    """Four queries: aliases, identifiers, facts, and what the companies as such cite."""
    keys = [row["id"] for row in rows]
    aliases, identifiers, facts, sources = (
        read_aliases(CompanyAlias, "company", keys),
        read_identifiers(CompanyIdentifier, "company", keys),
        _read_facts(keys),
        read_sources("company", keys),
    )
    return [
        {
            "slug": row["slug"],
            "url": links("company", row["slug"]),
            "html_url": links.page("company", row["slug"]),
            "name": row["name"],
            "summary": row["summary"] or None,
            "website": row["website"] or None,
            "engineering_blog": row["engineering_blog"] or None,
            "industry": row["industry"] or None,
            "country": row["country"] or None,
            "founded": row["founded"] or None,
            "story": row["story"] or None,
            "lessons": row["lessons"] or None,
            "aliases": [name for name in aliases[row["id"]] if name != row["name"]],
            "identifiers": identifiers[row["id"]],
            "facts": facts[row["id"]],
            "sources": sources[row["id"]],
            "life": row["life"],
            "life_on": row["life_on"] or None,
            "parent": links.ref("company", row["parent__slug"], row["parent__name"])
            if row["parent__state"] == State.PUBLISHED
            else None,
            "usages_count": row["usages_count"],
            "revision": row["revision"],
        }
        for row in rows
    ]


def read_aliases(model: Any, owner: str, keys: Sequence[int]) -> defaultdict[int, list[str]]:
    """All names that lead to each, its own among them."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    rows = model.objects.filter(**{f"{owner}__in": keys}).order_by("key").values_list(owner, "name") if keys else []
    for key, name in rows:
        found[key].append(name)
    return found


def read_identifiers(model: Any, owner: str, keys: Sequence[int]) -> defaultdict[int, list[Row]]:
    found: defaultdict[int, list[Row]] = defaultdict(list)
    rows = model.objects.filter(**{f"{owner}__in": keys}).order_by("scheme", "value") if keys else model.objects.none()
    for key, scheme, value in rows.values_list(owner, "scheme", "value"):
        found[key].append({"scheme": scheme, "value": value})
    return found


def _read_facts(keys: Sequence[int]) -> defaultdict[int, list[Row]]:
    found: defaultdict[int, list[Row]] = defaultdict(list)
    columns = ("company", "label", "value", "observed_on", "source__uid", "source__url", "source__title")
    rows = CompanyFact.objects.filter(company__in=keys).order_by("pk").values_list(*columns) if keys else []
    for key, label, value, observed_on, uid, url, title in rows:
        source = {"uid": uid, "url": url, "title": title} if uid else None
        found[key].append({"label": label, "value": value, "observed_on": observed_on or None, "source": source})
    return found


class CompanyViewSet(Resource):
    """Companies with their story, the scale behind their choices and what is cited about them as such."""

    model = Company
    kind = "company"
    lookup_field = "slug"
    lookup_value_regex = "[^/]+"
    columns = (
        "id",
        "slug",
        "name",
        "summary",
        "website",
        "engineering_blog",
        "industry",
        "country",
        "founded",
        "story",
        "lessons",
        "life",
        "life_on",
        "parent__slug",
        "parent__name",
        "parent__state",
        "usages_count",
        "revision",
    )
    orderings = {
        "name": ["sort_key", "id"],
        "-name": ["-sort_key", "-id"],
        "added": ["id"],
        "-added": ["-id"],
        "-revision": ["-revision", "-id"],
    }
    shape = staticmethod(shape)
    filterset_class = CompanyFilterSet
    serializer_class = CompanySerializer
