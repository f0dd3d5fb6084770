from stacks.api.shapes.hanging import citations, identifiers, names
from stacks.api.shapes.shape import Keys, Row, Shape, grouped
from stacks.links import Links
from stacks.models import Company, CompanyAlias, CompanyFact, CompanyIdentifier, State
from stacks.querysets import FACT_ORDER


def document(row: Row, links: Links) -> Row:
    return {
        "slug": row["slug"],
        "url": links("company", row["slug"]),
        "html_url": links.page("company", row["slug"]),
        "name": row["name"],
        "summary": row["summary"] or None,
        "website": row["website"] or None,
        "engineering_blog": row["engineering_blog"] or None,
        "industry": row["industry"] or None,
        "country": row["country"] or None,
        "founded": row["founded"] or None,
        "story": row["story"] or None,
        "lessons": row["lessons"] or None,
        "aliases": [name for name in row["aliases"] if name != row["name"]],
        "identifiers": row["identifiers"],
        "facts": row["facts"],
        "sources": row["sources"],
        "life": row["life"],
        "life_on": row["life_on"] or None,
        "parent": links.ref("company", row["parent__slug"], row["parent__name"])
        if row["parent__state"] == State.PUBLISHED
        else None,
        "usages_count": row["usages_count"],
        "revision": row["revision"],
    }


def _read_facts(keys: Keys, _links: Links) -> dict[int, list[Row]]:
    columns = ("company", "label", "value", "observed_on", "source__uid", "source__url", "source__title")
    rows = CompanyFact.objects.filter(company__in=keys).order_by(*FACT_ORDER).values_list(*columns)
    return grouped(rows, _fact)


def _fact(label: str, value: str, observed_on: str, uid: str | None, url: str | None, title: str | None) -> Row:
    source = {"uid": uid, "url": url, "title": title} if uid else None
    return {"label": label, "value": value, "observed_on": observed_on or None, "source": source}


COMPANY = Shape(
    kind="company",
    model=Company,
    key="slug",
    columns=(
        "id",
        "slug",
        "name",
        "summary",
        "website",
        "engineering_blog",
        "industry",
        "country",
        "founded",
        "story",
        "lessons",
        "life",
        "life_on",
        "parent_id",
        "parent__slug",
        "parent__name",
        "parent__state",
        "usages_count",
        "revision",
    ),
    document=document,
    lists={
        "aliases": names(CompanyAlias, "company"),
        "identifiers": identifiers(CompanyIdentifier, "company"),
        "facts": _read_facts,
        "sources": citations("company"),
    },
)
