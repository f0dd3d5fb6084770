"""Coverage: honest blanks."""

from stacks.api.resource import Resource
from stacks.api.serializers import CoverageSerializer
from stacks.api.shapes.coverage import COVERAGE
from stacks.filtersets import CoverageFilterSet


class CoverageViewSet(Resource):
    """Where somebody looked and found nothing, or found it said that nothing is used."""

    shape = COVERAGE
    lookup_field = "uid"
    lookup_value_regex = "[a-z0-9]+"
    orderings = {"added": ["added"], "-added": ["-added"], "company": ["company__sort_key", "company__slug", "uid"]}
    filterset_class = CoverageFilterSet
    serializer_class = CoverageSerializer
