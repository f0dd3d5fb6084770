"""Usages: one company uses one technology for one role."""

from stacks.api.evidence import read_sources
from stacks.api.resource import Resource, Row
from stacks.api.serializers import UsageSerializer
from stacks.filtersets import UsageFilterSet
from stacks.links import Links
from stacks.models import State, Usage


def shape(rows: list[Row], links: Links) -> list[Row]:
    """One query, for what they cite."""
    sources = read_sources("usage", [row["id"] for row in rows])
    return [
        {
            "uid": row["uid"],
            "url": links("usage", row["uid"]),
            "html_url": f"{links.page('company', row['company__slug'])}#usage-{row['uid']}",
            "company": links.ref("company", row["company__slug"], row["company__name"]),
            "technology": links.ref("technology", row["technology__slug"], row["technology__name"]),
            "category": links.ref("category", row["category__slug"], row["category__name"]),
            "scope": row["scope"] or None,
            "purpose": row["purpose"] or None,
            "remarks": row["remarks"] or None,
            "stage": row["stage_then"],
            "hosting": row["hosting"],
            "via": links.ref("technology", row["via__slug"], row["via__name"])
            if row["via__state"] == State.PUBLISHED
            else None,
            "started": row["started"] or None,
            "started_known_since": None if row["started"] else row["known_since"] or None,
            "ended": row["ended"] or None,
            "known_until": row["known_until"] or None,
            "last_said": row["last_said"] or None,
            "is_current": row["current_then"],
            "sources": sources[row["id"]],
            "updated_at": row["updated_at"],
        }
        for row in rows
    ]


class UsageViewSet(Resource):
    """Who uses what, for what, since when, why, and who says so; past and planned as well, unless `current=true`."""

    model = Usage
    kind = "usage"
    lookup_field = "uid"
    lookup_value_regex = "[a-z0-9]+"
    columns = (
        "id",
        "uid",
        "scope",
        "purpose",
        "remarks",
        "stage_then",
        "hosting",
        "started",
        "known_since",
        "ended",
        "known_until",
        "last_said",
        "current_then",
        "updated_at",
        "company__slug",
        "company__name",
        "technology__slug",
        "technology__name",
        "category__slug",
        "category__name",
        "via__slug",
        "via__name",
        "via__state",
    )
    orderings = {
        "added": ["id"],
        "-added": ["-id"],
        "updated_at": ["updated_at", "id"],
        "-updated_at": ["-updated_at", "-id"],
        "company": ["company__sort_key", "company_id", "id"],
        "technology": ["technology__sort_key", "technology_id", "id"],
    }
    shape = staticmethod(shape)
    filterset_class = UsageFilterSet
    serializer_class = UsageSerializer

    def default_ordering(self, request):
        """Who asks for what is new gets it as it came, from an index that begins there."""
        return "updated_at" if request.GET.get("updated_since") else super().default_ordering(request)

    def get_queryset(self):
        return super().get_queryset().as_they_are()
