from stacks.api.shapes.shape import Row, Shape
from stacks.links import Links
from stacks.models import Source, State


def document(row: Row, links: Links) -> Row:
    """`url` is the source's own address, here as wherever a source is cited."""
    spoken = row["company__state"] == State.PUBLISHED
    return {
        "uid": row["uid"],
        "url": row["url"],
        "api_url": links("source", row["uid"]),
        "title": row["title"],
        "publisher": row["publisher"] or None,
        "kind": row["kind"],
        "company": links.ref("company", row["company__slug"], row["company__name"]) if spoken else None,
        "first_party": spoken,
        "published_on": row["published_on"] or None,
        "updated_on": row["updated_on"] or None,
        "archive_url": row["archive_url"] or None,
        "checked_at": row["checked_at"],
        "check_result": row["check_result"] or None,
    }


SOURCE = Shape(
    kind="source",
    model=Source,
    key="uid",
    columns=(
        "id",
        "uid",
        "url",
        "title",
        "publisher",
        "kind",
        "company_id",
        "company__slug",
        "company__name",
        "company__state",
        "published_on",
        "updated_on",
        "archive_url",
        "checked_at",
        "check_result",
    ),
    document=document,
)
