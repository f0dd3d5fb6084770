from stacks.api.shapes.shape import Row, Shape
from stacks.links import Links
from stacks.models import Category


def document(row: Row, links: Links) -> Row:
    return {
        "slug": row["slug"],
        "url": links("category", row["slug"]),
        "html_url": links.page("category", row["slug"]),
        "name": row["name"],
        "description": row["description"] or None,
        "parent": links.ref("category", row["parent__slug"], row["parent__name"]),
        "position": row["position"],
    }


CATEGORY = Shape(
    kind="category",
    model=Category,
    key="slug",
    columns=("id", "slug", "name", "description", "position", "parent_id", "parent__slug", "parent__name"),
    document=document,
)
