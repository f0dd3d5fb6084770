"""Whole documents of what a mirror keeps: the rest is worked out by the rules of docs/mirror.md, and nothing else."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

PATHS = {
    "category": "categories",
    "technology": "technologies",
    "source": "sources",
    "company": "companies",
    "usage": "usages",
    "migration": "migrations",
    "coverage": "coverage",
}
# References, and the kinds that they are of.
NAMED = {
    "category": "category",
    "company": "company",
    "technology": "technology",
    "via": "technology",
    "from_technology": "technology",
    "to_technology": "technology",
}
OF_A_SOURCE = ("url", "title", "publisher", "kind", "archive_url")

Document = dict[str, Any]


class Whole:
    """`held` are the documents of a mirror, by kind and key; the documents are those of the API, by path and key."""

    def __init__(self, site: str, held: Mapping[tuple[str, str], Document]) -> None:
        self.site, self.held = site, held
        usages = [row for (kind, _), row in held.items() if kind == "usage" and row["is_current"]]
        self.usages_of = Counter(row["company"] for row in usages)
        self.companies_of = Counter(technology for technology, _ in {(u["technology"], u["company"]) for u in usages})

    def documents(self) -> dict[tuple[str, str], Document]:
        return {(PATHS[kind], key): self.whole(kind, key) for kind, key in self.held}

    def whole(self, kind: str, key: str) -> Document:
        row = dict(self.held[kind, key])
        parents = {"parent": kind} if kind in ("company", "category") else {}
        for name, of in (NAMED | parents).items():
            if name in row:
                row[name] = self.named(of, row[name])
        if "sources" in row:
            spoken_of = key if kind == "company" else self.held[kind, key]["company"]
            row["sources"] = [self.cited(one, spoken_of) for one in row["sources"]]
        row["api_url" if kind == "source" else "url"] = self.address(kind, key)
        return row | getattr(self, f"of_{kind}")(key, row)

    def of_category(self, key: str, row: Document) -> Document:
        return {"html_url": f"{self.site}/categories/{key}/"}

    def of_technology(self, key: str, row: Document) -> Document:
        relations = [{**one, "technology": self.named("technology", one["technology"])} for one in row["relations"]]
        address = f"{self.site}/technologies/{key}/"
        return {"html_url": address, "companies_count": self.companies_of[key], "relations": relations}

    def of_company(self, key: str, row: Document) -> Document:
        facts = [{**fact, "source": self.told(fact["source"])} for fact in row["facts"]]
        address = f"{self.site}/companies/{key}/"
        return {"html_url": address, "usages_count": self.usages_of[key], "facts": facts}

    def of_usage(self, key: str, row: Document) -> Document:
        return {"html_url": f"{self.site}/companies/{row['company']['slug']}/#usage-{key}"}

    def of_migration(self, key: str, row: Document) -> Document:
        return {"html_url": f"{self.site}/migrations/?company={row['company']['slug']}#migration-{key}"}

    def of_source(self, key: str, row: Document) -> Document:
        return {"first_party": row["company"] is not None}

    def of_coverage(self, key: str, row: Document) -> Document:
        return {"source": self.told(row["source"])}

    def address(self, kind: str, key: str) -> str:
        return f"{self.site}/api/v1/{PATHS[kind]}/{key}/"

    def named(self, kind: str, slug: str | None) -> Document | None:
        if slug is None:
            return None
        return {"slug": slug, "name": self.held[kind, slug]["name"], "url": self.address(kind, slug)}

    def told(self, uid: str | None) -> Document | None:
        if uid is None:
            return None
        return {"uid": uid} | {name: self.held["source", uid][name] for name in ("url", "title")}

    def cited(self, one: Document, spoken_of: str) -> Document:
        source = self.held["source", one["uid"]]
        edition = one["edition_on"] or source["updated_on"] or source["published_on"]
        company = self.held["company", spoken_of]
        speaker, parent, since = source["company"], company["parent"], company["life_on"]
        is_parent = speaker is not None and speaker == parent and _not_before(edition, since)
        found = one | {name: source[name] for name in OF_A_SOURCE}
        return found | {"edition": edition, "first_party": speaker == spoken_of or is_parent}


def _not_before(date: str | None, since: str | None) -> bool:
    """Compared at the shorter precision."""
    return date is not None and since is not None and date[: len(since)] >= since[: len(date)]
