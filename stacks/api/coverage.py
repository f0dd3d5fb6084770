"""Coverage: honest blanks."""

from stacks.api.resource import Resource, Row
from stacks.api.serializers import CoverageSerializer
from stacks.filtersets import CoverageFilterSet
from stacks.links import Links
from stacks.models import Coverage


def shape(rows: list[Row], links: Links) -> list[Row]:
    """No query."""
    return [
        {
            "uid": row["uid"],
            "url": links("coverage", row["uid"]),
            "company": links.ref("company", row["company__slug"], row["company__name"]),
            "category": links.ref("category", row["category__slug"], row["category__name"]),
            "looked_on": row["looked_on"],
            "outcome": row["outcome"],
            "source": (
                {"uid": row["source__uid"], "url": row["source__url"], "title": row["source__title"]}
                if row["source__uid"]
                else None
            ),
        }
        for row in rows
    ]


class CoverageViewSet(Resource):
    """Where somebody looked and found nothing, or found it said that nothing is used."""

    model = Coverage
    kind = "coverage"
    lookup_field = "uid"
    lookup_value_regex = "[a-z0-9]+"
    columns = (
        "id",
        "uid",
        "looked_on",
        "outcome",
        "company__slug",
        "company__name",
        "category__slug",
        "category__name",
        "source__uid",
        "source__url",
        "source__title",
    )
    orderings = {"added": ["id"], "-added": ["-id"], "company": ["company__sort_key", "company_id", "id"]}
    shape = staticmethod(shape)
    filterset_class = CoverageFilterSet
    serializer_class = CoverageSerializer
