"""Areas and categories."""

from stacks.api.resource import Resource, Row
from stacks.api.serializers import CategorySerializer
from stacks.filtersets import CategoryFilterSet
from stacks.links import Links
from stacks.models import Category


def shape(rows: list[Row], links: Links) -> list[Row]:
    """No query."""
    return [
        {
            "slug": row["slug"],
            "url": links("category", row["slug"]),
            "html_url": links.page("category", row["slug"]),
            "name": row["name"],
            "description": row["description"] or None,
            "parent": links.ref("category", row["parent__slug"], row["parent__name"]),
            "position": row["position"],
        }
        for row in rows
    ]


class CategoryViewSet(Resource):
    """Areas (`parent` is null) and their categories, on which usages hang."""

    model = Category
    kind = "category"
    lookup_field = "slug"
    lookup_value_regex = "[^/]+"
    columns = ("id", "slug", "name", "description", "position", "parent__slug", "parent__name")
    orderings = {"position": ["position", "id"], "-position": ["-position", "-id"], "added": ["id"], "-added": ["-id"]}
    shape = staticmethod(shape)
    filterset_class = CategoryFilterSet
    serializer_class = CategorySerializer
