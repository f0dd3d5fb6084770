from stacks.api.shapes.hanging import citations
from stacks.api.shapes.shape import Row, Shape
from stacks.links import Links
from stacks.models import Migration


def document(row: Row, links: Links) -> Row:
    return {
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
        "sources": row["sources"],
    }


MIGRATION = Shape(
    kind="migration",
    model=Migration,
    key="uid",
    columns=(
        "id",
        "uid",
        "stage",
        "started",
        "ended",
        "reason",
        "company_id",
        "company__slug",
        "company__name",
        "from_technology_id",
        "from_technology__slug",
        "from_technology__name",
        "to_technology_id",
        "to_technology__slug",
        "to_technology__name",
        "category_id",
        "category__slug",
        "category__name",
    ),
    document=document,
    lists={"sources": citations("migration")},
    few_of="company",
)
