from stacks.api.shapes.hanging import citations
from stacks.api.shapes.shape import Row, Shape
from stacks.links import Links
from stacks.models import State, Usage


def document(row: Row, links: Links) -> Row:
    return {
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
        "sources": row["sources"],
        "updated_at": row["updated_at"],
    }


USAGE = Shape(
    kind="usage",
    model=Usage,
    key="uid",
    columns=(
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
        "company_id",
        "company__slug",
        "company__name",
        "technology_id",
        "technology__slug",
        "technology__name",
        "category_id",
        "category__slug",
        "category__name",
        "via_id",
        "via__slug",
        "via__name",
        "via__state",
    ),
    document=document,
    lists={"sources": citations("usage")},
    rows=lambda: Usage.objects.published().as_they_are(),
    stamp=("updated_at", "company__revision", "company__revised_at"),
)
