"""Migrations: moves from one technology to another."""

from stacks.api.resource import Resource
from stacks.api.serializers import MigrationSerializer
from stacks.api.shapes.migrations import MIGRATION
from stacks.filtersets import MigrationFilterSet


class MigrationViewSet(Resource):
    """Who moved from what to what, when and why. `from_technology` is null where no source says it."""

    shape = MIGRATION
    lookup_field = "uid"
    lookup_value_regex = "[a-z0-9]+"
    orderings = {"-added": ["-added"], "added": ["added"], "company": ["company__sort_key", "company__slug", "uid"]}
    filterset_class = MigrationFilterSet
    serializer_class = MigrationSerializer
