"""Technologies."""

from collections import defaultdict
from collections.abc import Sequence

from stacks.api.companies import read_aliases, read_identifiers
from stacks.api.resource import Resource, Row
from stacks.api.serializers import TechnologySerializer
from stacks.filtersets import TechnologyFilterSet
from stacks.links import Links
from stacks.models import Homonym, State, Technology, TechnologyAlias, TechnologyIdentifier, TechnologyRelation


def shape(rows: list[Row], links: Links) -> list[Row]:
    """Four queries: aliases, homonyms, identifiers and relations."""
    keys = [row["id"] for row in rows]
    aliases = read_aliases(TechnologyAlias, "technology", keys)
    homonyms = read_aliases(Homonym, "technology", keys)
    identifiers = read_identifiers(TechnologyIdentifier, "technology", keys)
    relations = _read_relations(keys, links)
    return [
        {
            "slug": row["slug"],
            "url": links("technology", row["slug"]),
            "html_url": links.page("technology", row["slug"]),
            "name": row["name"],
            "kind": row["kind"],
            "summary": row["summary"] or None,
            "website": row["website"] or None,
            "repository": row["repository"] or None,
            "licence": row["licence"] or None,
            "open_source": row["open_source"],
            "lifecycle": row["lifecycle"],
            "lifecycle_on": row["lifecycle_on"] or None,
            "lifecycle_source": row["lifecycle_source"] or None,
            "category": links.ref("category", row["category__slug"], row["category__name"]),
            "aliases": [name for name in aliases[row["id"]] if name != row["name"]],
            "homonyms": homonyms[row["id"]],
            "identifiers": identifiers[row["id"]],
            "relations": relations[row["id"]],
            "companies_count": row["companies_count"],
        }
        for row in rows
    ]


def _read_relations(keys: Sequence[int], links: Links) -> defaultdict[int, list[Row]]:
    """What each is of others that are public."""
    found: defaultdict[int, list[Row]] = defaultdict(list)
    public = TechnologyRelation.objects.filter(subject__in=keys, object__state=State.PUBLISHED)
    rows = public.order_by("kind", "object__sort_key", "pk").values_list(
        "subject", "kind", "object__slug", "object__name"
    )
    for key, kind, slug, name in rows if keys else []:
        found[key].append({"kind": kind, "technology": links.ref("technology", slug, name)})
    return found


class TechnologyViewSet(Resource):
    """Technologies with every name that leads to them and what they are of others."""

    model = Technology
    kind = "technology"
    lookup_field = "slug"
    lookup_value_regex = "[^/]+"
    columns = (
        "id",
        "slug",
        "name",
        "kind",
        "summary",
        "website",
        "repository",
        "licence",
        "open_source",
        "lifecycle",
        "lifecycle_on",
        "lifecycle_source",
        "category__slug",
        "category__name",
        "companies_count",
    )
    orderings = {
        "name": ["sort_key", "id"],
        "-name": ["-sort_key", "-id"],
        "-companies_count": ["-companies_count", "sort_key", "id"],
        "added": ["id"],
        "-added": ["-id"],
    }
    shape = staticmethod(shape)
    filterset_class = TechnologyFilterSet
    serializer_class = TechnologySerializer
