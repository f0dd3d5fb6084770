"""Usages: one company uses one technology for one role."""

from stacks.api.resource import Resource
from stacks.api.serializers import UsageSerializer
from stacks.api.shapes.usages import USAGE
from stacks.filtersets import UsageFilterSet


class UsageViewSet(Resource):
    """Who uses what, for what, since when, why, and who says so; past and planned as well, unless `current=true`."""

    shape = USAGE
    lookup_field = "uid"
    lookup_value_regex = "[a-z0-9]+"
    orderings = {
        "added": ["added"],
        "-added": ["-added"],
        "updated_at": ["updated_at", "uid"],
        "-updated_at": ["-updated_at", "-uid"],
        "company": ["company__sort_key", "company__slug", "added"],
        "technology": ["technology__sort_key", "technology__slug", "added"],
    }
    filterset_class = UsageFilterSet
    serializer_class = UsageSerializer

    def default_ordering(self, request):
        """Who asks for what is new gets it as it came, from an index that begins there."""
        return "updated_at" if request.GET.get("updated_since") else super().default_ordering(request)
