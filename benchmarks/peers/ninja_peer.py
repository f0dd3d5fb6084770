"""django-ninja: models of the same tables, a schema for each, what belongs together prefetched."""

import sqlite3
import sys
from datetime import datetime

from benchmarks import bare
from benchmarks.peers.timing import least_of


def main(database: str) -> None:
    import django
    from django.conf import settings

    settings.configure(
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": database, "CONN_MAX_AGE": None}},
        INSTALLED_APPS=["ninja"],
        ROOT_URLCONF=__name__,
        ALLOWED_HOSTS=["testserver"],
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    )
    django.setup()
    from django.db import models
    from django.test import Client
    from django.urls import path
    from ninja import NinjaAPI, Schema

    def model(name: str, table: str, /, **fields: models.Field) -> type[models.Model]:
        meta = type("Meta", (), {"managed": False, "db_table": table, "app_label": "peer"})
        return type(name, (models.Model,), {"__module__": __name__, "Meta": meta, **fields})

    def texts(*names: str) -> dict[str, models.Field]:
        return {name: models.TextField() for name in names}

    def to(other: type[models.Model], **options: object) -> models.ForeignKey:
        return models.ForeignKey(other, models.DO_NOTHING, **options)  # type: ignore[misc]

    company = model("Company", "stacks_company", **texts("slug", "name"))
    technology = model("Technology", "stacks_technology", **texts("slug", "name"))
    category = model("Category", "stacks_category", **texts("slug", "name"))
    source = model("Source", "stacks_source", **texts("uid", "url", "title", "publisher", "kind", "published_on"))
    said = ("scope", "purpose", "remarks", "stage", "hosting", "started", "known_since", "ended", "last_said")
    usage = model(
        "Usage", "stacks_usage", company=to(company), technology=to(technology), category=to(category),
        visible=models.BooleanField(), updated_at=models.DateTimeField(), **texts("uid", "added", *said),
    )  # fmt: skip
    model(
        "Evidence", "stacks_evidence", usage=to(usage, related_name="evidence"), source=to(source),
        **texts("edition_on", "quote", "stance", "stage", "accessed_on"),
    )  # fmt: skip

    class Ref(Schema):
        slug: str
        name: str

    class SourceOut(Schema):
        uid: str
        url: str
        title: str
        publisher: str
        kind: str
        published_on: str

    class EvidenceOut(Schema):
        source: SourceOut
        edition_on: str
        quote: str
        stance: str
        stage: str
        accessed_on: str

    class UsageOut(Schema):
        uid: str
        company: Ref
        technology: Ref
        category: Ref
        scope: str
        purpose: str
        remarks: str
        stage: str
        hosting: str
        started: str
        known_since: str
        ended: str
        last_said: str
        updated_at: datetime
        evidence: list[EvidenceOut]

    api = NinjaAPI()

    @api.get("/usages", response=list[UsageOut])
    def usages(request):
        rows = usage.objects.filter(visible=True).select_related("company", "technology", "category")
        return list(rows.prefetch_related("evidence__source").order_by("added")[:100])

    globals()["urlpatterns"] = [path("api/", api.urls)]
    client = Client()

    def answer() -> bytes:
        response = client.get("/api/usages")
        assert response.status_code == 200, response.content[:500]
        return response.content

    connection = sqlite3.connect(database)
    print(least_of(answer, lambda: bare.page(connection, "added")))


if __name__ == "__main__":
    main(sys.argv[1])
