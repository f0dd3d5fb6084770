"""Sources: the public pages, talks and repositories that say so."""

from stacks.api.resource import Resource
from stacks.api.serializers import SourceSerializer
from stacks.api.shapes.sources import SOURCE
from stacks.filtersets import SourceFilterSet


class SourceViewSet(Resource):
    """Sources that something public cites. Their `url` is the address of the source itself."""

    shape = SOURCE
    lookup_field = "uid"
    lookup_value_regex = "[a-z0-9]+"
    orderings = {"added": ["added"], "-added": ["-added"], "-published_on": ["-published_on", "-uid"]}
    filterset_class = SourceFilterSet
    serializer_class = SourceSerializer
