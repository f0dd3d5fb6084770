"""An import in the admin, step by step, as a curator does it."""

from stacks.models import (
    Change,
    Company,
    Evidence,
    ImportBatch,
    ImportLine,
    Source,
    Technology,
    Usage,
)
from tests.admin.doors import admin_url

URL = "https://acme.example/stack"


TABLE = """# Acme stack

| Purpose | Service | Remarks |
|---|---|---|
| Message broker | Kafka 3.6 | |
| Main database | PostgreSQL | Of our own.<br/>- MySQL instances with billions of rows. |
| Frobs | Frobnicator | |
"""


FETCHED = {"accept": "application/json"}


def given(client, text=TABLE, **values):
    """The answer to a text that is handed in."""
    values = {"about": "company", "company": "Acme", "url": URL, "edition": "2024-05", "text": text} | values
    return client.post(admin_url(ImportBatch, "add"), {name: value for name, value in values.items() if value != ""})


def opened(client, text=TABLE, **values):
    answer = given(client, text, **values)
    assert answer.status_code == 302, answer.context["form"].errors
    return ImportBatch.objects.latest("pk")


def view_of(client, batch):
    page = client.get(admin_url(batch, "plan"))
    assert page.status_code == 200
    return page.context["view"]


def row_of(client, batch, name):
    rows = [row for section in view_of(client, batch).sections for row in section.rows]
    return next(row for row in rows if name in (row.title, row.written) or name in row.question)


def press(client, batch, do, **options):
    return client.post(admin_url(batch, "choose"), {"do": do}, headers=FETCHED, **options)


def correct(client, batch, name, /, **values):
    page = client.get(admin_url(batch, "line", row_of(client, batch, name).key))
    first = {key: value for key, value in page.context["form"].initial.items() if value}
    return client.post(page.wsgi_request.path, first | values)


def confirm(client, batch):
    return client.post(admin_url(batch, "confirm"), {"fingerprint": view_of(client, batch).bar.fingerprint})


def everything():
    curated = (Company, Source, Usage, Evidence, Technology)
    return [list(model.objects.order_by("pk").values_list("pk", "version")) for model in curated] + [
        model.objects.count() for model in (ImportLine, Change)
    ]
