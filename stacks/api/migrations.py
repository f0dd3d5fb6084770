"""Migrations: moves from one technology to another."""

from stacks.api.evidence import read_sources
from stacks.api.resource import Resource, Row
from stacks.api.serializers import MigrationSerializer
from stacks.filtersets import MigrationFilterSet
from stacks.links import Links
from stacks.models import Migration


def shape(rows: list[Row], links: Links) -> list[Row]:
    """One query, for what they cite."""
    sources = read_sources("migration", [row["id"] for row in rows])
    return [
        {
            "uid": row["uid"],
            "url": links("migration", row["uid"]),
            "html_url": f"{links.site}/migrations/?company={row['company__slug']}#migration-{row['uid']}",
            "company": links.ref("company", row["company__slug"], row["company__name"]),
            "from_technology": links.ref("technology", row["from_technology__slug"], row["from_technology__name"]),
            "to_technology": links.ref("technology", row["to_technology__slug"], row["to_technology__name"]),
            "category": links.ref("category", row["category__slug"], row["category__name"]),
            "stage": row["stage"],
            "started": row["started"] or None,
            "ended": row["ended"] or None,
            "reason": row["reason"] or None,
            "sources": sources[row["id"]],
        }
        for row in rows
    ]


class MigrationViewSet(Resource):
    """Who moved from what to what, when and why. `from_technology` is null where no source says it."""

    model = Migration
    kind = "migration"
    lookup_field = "uid"
    lookup_value_regex = "[a-z0-9]+"
    columns = (
        "id",
        "uid",
        "stage",
        "started",
        "ended",
        "reason",
        "company__slug",
        "company__name",
        "from_technology__slug",
        "from_technology__name",
        "to_technology__slug",
        "to_technology__name",
        "category__slug",
        "category__name",
    )
    orderings = {"-added": ["-id"], "added": ["id"], "company": ["company__sort_key", "company_id", "id"]}
    shape = staticmethod(shape)
    filterset_class = MigrationFilterSet
    serializer_class = MigrationSerializer
