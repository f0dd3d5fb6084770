"""Sources: the public pages, talks and repositories that say so."""

from stacks.api.resource import Resource, Row
from stacks.api.serializers import SourceSerializer
from stacks.filtersets import SourceFilterSet
from stacks.links import Links
from stacks.models import Source, State


def shape(rows: list[Row], links: Links) -> list[Row]:
    """No query. `url` is the source's own address, here as wherever a source is cited."""
    return [
        {
            "uid": row["uid"],
            "url": row["url"],
            "api_url": links("source", row["uid"]),
            "title": row["title"],
            "publisher": row["publisher"] or None,
            "kind": row["kind"],
            "company": links.ref("company", row["company__slug"], row["company__name"])
            if row["company__state"] == State.PUBLISHED
            else None,
            "first_party": row["company__state"] == State.PUBLISHED,
            "published_on": row["published_on"] or None,
            "updated_on": row["updated_on"] or None,
            "archive_url": row["archive_url"] or None,
            "checked_at": row["checked_at"],
            "check_result": row["check_result"] or None,
        }
        for row in rows
    ]


class SourceViewSet(Resource):
    """Sources that something public cites. Their `url` is the address of the source itself."""

    model = Source
    kind = "source"
    lookup_field = "uid"
    lookup_value_regex = "[a-z0-9]+"
    columns = (
        "id",
        "uid",
        "url",
        "title",
        "publisher",
        "kind",
        "company__slug",
        "company__name",
        "company__state",
        "published_on",
        "updated_on",
        "archive_url",
        "checked_at",
        "check_result",
    )
    orderings = {"added": ["id"], "-added": ["-id"], "-published_on": ["-published_on", "-id"]}
    shape = staticmethod(shape)
    filterset_class = SourceFilterSet
    serializer_class = SourceSerializer
