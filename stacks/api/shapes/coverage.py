from stacks.api.shapes.shape import Row, Shape
from stacks.links import Links
from stacks.models import Coverage


def document(row: Row, links: Links) -> Row:
    source = {"uid": row["source__uid"], "url": row["source__url"], "title": row["source__title"]}
    return {
        "uid": row["uid"],
        "url": links("coverage", row["uid"]),
        "company": links.ref("company", row["company__slug"], row["company__name"]),
        "category": links.ref("category", row["category__slug"], row["category__name"]),
        "looked_on": row["looked_on"],
        "outcome": row["outcome"],
        "source": source if row["source__uid"] else None,
    }


COVERAGE = Shape(
    kind="coverage",
    model=Coverage,
    key="uid",
    columns=(
        "id",
        "uid",
        "looked_on",
        "outcome",
        "company_id",
        "company__slug",
        "company__name",
        "category_id",
        "category__slug",
        "category__name",
        "source_id",
        "source__uid",
        "source__url",
        "source__title",
    ),
    document=document,
)
