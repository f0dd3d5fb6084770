"""Companies."""

from stacks.api.resource import Resource
from stacks.api.serializers import CompanySerializer
from stacks.api.shapes.companies import COMPANY
from stacks.filtersets import CompanyFilterSet


class CompanyViewSet(Resource):
    """Companies with their story, the scale behind their choices and what is cited about them as such."""

    shape = COMPANY
    lookup_field = "slug"
    lookup_value_regex = "[^/]+"
    orderings = {
        "name": ["sort_key", "slug"],
        "-name": ["-sort_key", "-slug"],
        "added": ["added"],
        "-added": ["-added"],
        "-revision": ["-revision", "-slug"],
    }
    filterset_class = CompanyFilterSet
    serializer_class = CompanySerializer
