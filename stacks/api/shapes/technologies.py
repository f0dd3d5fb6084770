from stacks.api.shapes.hanging import identifiers, names
from stacks.api.shapes.shape import Keys, Row, Shape, grouped
from stacks.links import Links
from stacks.models import Homonym, State, Technology, TechnologyAlias, TechnologyIdentifier, TechnologyRelation


def document(row: Row, links: Links) -> Row:
    return {
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
        "aliases": [name for name in row["aliases"] if name != row["name"]],
        "homonyms": row["homonyms"],
        "identifiers": row["identifiers"],
        "relations": row["relations"],
        "companies_count": row["companies_count"],
    }


def _read_relations(keys: Keys, links: Links) -> dict[int, list[Row]]:
    """What each is of others that are public."""
    public = TechnologyRelation.objects.filter(subject__in=keys, object__state=State.PUBLISHED)
    rows = public.order_by("kind", "object__sort_key", "object__slug").values_list(
        "subject", "kind", "object__slug", "object__name"
    )
    return grouped(rows, lambda kind, slug, name: {"kind": kind, "technology": links.ref("technology", slug, name)})


TECHNOLOGY = Shape(
    kind="technology",
    model=Technology,
    key="slug",
    columns=(
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
        "category_id",
        "category__slug",
        "category__name",
        "companies_count",
    ),
    document=document,
    lists={
        "aliases": names(TechnologyAlias, "technology"),
        "homonyms": names(Homonym, "technology"),
        "identifiers": identifiers(TechnologyIdentifier, "technology"),
        "relations": _read_relations,
    },
)
