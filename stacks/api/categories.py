"""Areas and categories."""

from stacks.api.resource import Resource
from stacks.api.serializers import CategorySerializer
from stacks.api.shapes.categories import CATEGORY
from stacks.filtersets import CategoryFilterSet


class CategoryViewSet(Resource):
    """Areas (`parent` is null) and their categories, on which usages hang."""

    shape = CATEGORY
    lookup_field = "slug"
    lookup_value_regex = "[^/]+"
    orderings = {
        "position": ["position", "slug"],
        "-position": ["-position", "-slug"],
        "added": ["added"],
        "-added": ["-added"],
    }
    filterset_class = CategoryFilterSet
    serializer_class = CategorySerializer
