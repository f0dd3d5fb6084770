"""Technologies."""

from stacks.api.resource import Resource
from stacks.api.serializers import TechnologySerializer
from stacks.api.shapes.technologies import TECHNOLOGY
from stacks.filtersets import TechnologyFilterSet


class TechnologyViewSet(Resource):
    """Technologies with every name that leads to them and what they are of others."""

    shape = TECHNOLOGY
    lookup_field = "slug"
    lookup_value_regex = "[^/]+"
    orderings = {
        "name": ["sort_key", "slug"],
        "-name": ["-sort_key", "-slug"],
        "-companies_count": ["-companies_count", "sort_key", "slug"],
        "added": ["added"],
        "-added": ["-added"],
    }
    filterset_class = TechnologyFilterSet
    serializer_class = TechnologySerializer
