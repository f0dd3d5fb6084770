"""The text of an import: who may give one, what is kept of it, what is refused."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from stacks.importers.lines import MOST_BYTES
from stacks.models import (
    ImportBatch,
    Source,
    State,
    Usage,
)
from tests.admin.doors import admin_url
from tests.admin.importing.steps import (
    TABLE,
    URL,
    confirm,
    everything,
    given,
    opened,
    press,
    row_of,
    view_of,
)
from tests.factories import (
    make_company,
    make_source,
)


@pytest.mark.parametrize("role", ["nobody", "onlooker"])
def test_who_may_not_propose_may_not_import(log_in, kafka, role):
    batch = opened(log_in("curator"))
    client, before = log_in(role), everything()

    pages = [admin_url(ImportBatch, name) for name in ("add", "names", "source")]
    pages += [admin_url(batch, name) for name in ("text", "plan", "discard")]
    pages += [admin_url(batch, "line", "l0")]
    assert {client.get(url).status_code for url in pages} == {403}
    posts = [admin_url(ImportBatch, "add"), admin_url(batch, "line", "l0")]
    posts += [admin_url(batch, name) for name in ("text", "choose", "confirm", "take_back", "discard")]
    assert {client.post(url, {"text": TABLE, "do": "skip l0"}).status_code for url in posts} == {403}
    assert everything() == before
    assert ImportBatch.objects.count() == 1


def test_who_is_not_logged_in_is_asked_to(client, kafka):
    for name in ("add", "names", "source"):
        assert client.get(admin_url(ImportBatch, name)).status_code == 302


@pytest.mark.parametrize("name", ["choose", "confirm", "take_back"])
def test_what_changes_something_is_posted(log_in, kafka, name):
    client = log_in("superuser")
    batch = opened(client)

    assert client.get(admin_url(batch, name)).status_code == 405
    assert client.post(admin_url(batch, "plan")).status_code == 405


def test_a_curator_takes_back_and_discards_her_own_and_a_reviewer_those_of_all(log_in, users, kafka):
    batch = opened(log_in("curator"))
    ImportBatch.objects.update(made_by=users["superuser"])

    for name in ("take_back", "discard"):
        assert log_in("curator").post(admin_url(batch, name)).status_code == 403
    assert log_in("reviewer").post(admin_url(batch, "discard")).status_code == 302
    assert not ImportBatch.objects.exists()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"url": ""}, "url"),
        ({"url": "ftp://x.example/"}, "url"),
        ({"edition": "yesterday"}, "edition"),
        ({"company": ""}, "company"),
        ({"about": "technology", "technology": "Nothing Such"}, "technology"),
        ({"format": "techstack"}, "text"),
        ({"text": "There is nothing in it."}, "text"),
    ],
)
def test_whatever_is_missing_the_text_is_kept(log_in, kafka, values, field):
    client = log_in("curator")

    page = given(client, **values)

    assert page.status_code == 200
    form = page.context["form"]
    assert list(form.errors) == [field]
    assert [name for name in form.fields if "autofocus" in form.fields[name].widget.attrs] == [field]
    batch = ImportBatch.objects.get()
    assert batch.text == values.get("text", TABLE)
    listed = client.get(admin_url(ImportBatch, "add")).context["unfinished"]
    assert list(listed) == [batch]
    again = client.get(admin_url(batch, "text"))
    assert again.context["form"].initial["text"] == batch.text


def test_whose_stack_it_is_may_stand_in_the_text(log_in, kafka):
    page = given(log_in("curator"), f"---\ncompany: Acme\nsource: {URL}\n---\n{TABLE}", company="", url="")
    assert page.status_code == 302


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"text": "x\n" * 10_001}, "10,002 lines"),
        ({"text": "   "}, "Paste the write-up"),
        ({"text": "https://acme.example/stack", "url": ""}, "This is an address"),
        ({"file": SimpleUploadedFile("stack.md", b"x" * (MOST_BYTES + 1))}, "5.0 MB"),
        ({"file": SimpleUploadedFile("stack.bin", b"\x00\x01")}, "Line 1: This is no text: it holds zero bytes"),
        ({"text": "- Kafka\n- \x00"}, "Line 2: This is no text"),
    ],
)
def test_what_is_no_text_or_too_long_is_refused_with_its_size_and_stays_in_the_form(log_in, kafka, values, told):
    page = given(log_in("curator"), **values)

    assert told in page.content.decode()
    assert not ImportBatch.objects.exists()
    if "file" not in values:
        assert page.context["form"]["text"].value() == values["text"]


def test_the_limits_are_said_before_the_upload(log_in):
    page = log_in("curator").get(admin_url(ImportBatch, "add")).content.decode()

    assert "At most 5 MB and 10,000 lines." in page


def test_a_file_is_a_text_too(log_in, kafka):
    batch = opened(log_in("curator"), "", file=SimpleUploadedFile("ADOPTERS.md", TABLE.encode("utf-16")), url=URL)

    assert (batch.text, batch.path) == (TABLE, "ADOPTERS.md")


def test_an_unfinished_import_is_gone_on_with_and_keeps_its_decisions(log_in, kafka):
    client = log_in("curator")
    batch = opened(client)
    press(client, batch, f"skip {row_of(client, batch, 'Apache Kafka').key}")

    client.post(
        admin_url(batch, "text"),
        {"about": "company", "company": "Acme", "url": URL, "text": "# One line more\n\n" + TABLE, "edition": "2025"},
    )

    assert row_of(client, batch, "Apache Kafka").decided == "left out"
    batch.refresh_from_db()
    assert (batch.edition_on, ImportBatch.objects.count()) == ("2025", 1)


def test_discarding_asks_first(log_in, kafka):
    client = log_in("curator")
    batch = opened(client)

    assert client.get(admin_url(batch, "discard")).status_code == 200
    assert ImportBatch.objects.exists()
    client.post(admin_url(batch, "discard"))
    assert not ImportBatch.objects.exists()


def test_a_known_source_keeps_its_title_and_is_told(log_in, kafka):
    source = make_source(url=URL, title="As it is", publisher="Acme")
    client = log_in("curator")

    told = client.get(admin_url(ImportBatch, "source"), {"url": f"{URL}/"}).json()
    assert (told["source"]["title"], told["source"]["cited"]) == ("As it is", 0)
    assert client.get(admin_url(ImportBatch, "source"), {"url": "nonsense"}).json() == {"source": None}
    confirm(client, opened(client, title="Mine"))

    source.refresh_from_db()
    assert (source.title, Source.objects.count()) == ("As it is", 1)


def test_names_are_looked_up_with_drafts_and_never_with_what_is_retracted(log_in, kafka):
    make_company("Acme Draft", state=State.DRAFT)
    make_company("Acme Gone", state=State.RETRACTED)
    client = log_in("curator")

    answer = client.get(admin_url(ImportBatch, "names"), {"q": "acme", "kind": "company"}).json()

    assert [hit["name"] for hit in answer["results"]] == ["Acme Draft"]
    assert client.get(admin_url(ImportBatch, "names"), {"q": "acme", "kind": "x"}).json()["results"] == []


def test_of_an_export_of_ours_the_lines_of_one_page_are_taken_and_the_others_are_told(log_in, kafka):
    client = log_in("curator")
    export = json.dumps([
        {"model": "stacks.source", "fields": {"uid": "aaaaaaaaaa", "url": URL, "title": "Stack"}},
        {"model": "stacks.source", "fields": {"uid": "cccccccccc", "url": "https://other.example/", "title": "Other"}},
        {"model": "stacks.company", "fields": {"slug": "acme", "name": "Acme"}},
        {"model": "stacks.usage", "fields": {"uid": "bbbbbbbbbb", "company": ["acme"], "technology": ["apache-kafka"],
         "category": ["message-brokers"], "state": "published", "stage": "in_use"}},
        {"model": "stacks.evidence", "fields": {"usage": ["bbbbbbbbbb"], "source": ["aaaaaaaaaa"], "quote": "Kafka"}},
        {"model": "stacks.usage", "fields": {"uid": "dddddddddd", "company": ["acme"], "technology": ["mysql"],
         "category": ["relational-databases"], "state": "published", "stage": "in_use"}},
        {"model": "stacks.evidence", "fields": {"usage": ["dddddddddd"], "source": ["cccccccccc"]}},
    ])  # fmt: skip

    batch = opened(client, export, url=URL)
    view = view_of(client, batch)
    assert (view.bar.proposals, view.others) == (1, [("https://other.example/", 1)])
    confirm(client, batch)

    written = Usage.objects.get()
    assert (written.uid, written.technology, written.evidence.get().source.url) == ("bbbbbbbbbb", kafka, URL)

    again = opened(client, export, url=URL)
    bar = view_of(client, again).bar
    assert (bar.has_own, bar.can_confirm, bar.button_for_all) == (False, True, "Write it, 1 line of 1 other page too")
    posted = {"fingerprint": bar.fingerprint, "others": "1"}
    told = client.post(admin_url(again, "confirm"), posted, follow=True).content.decode()
    assert "1 more import was written" in told
    assert "in another import" in told
    assert "Wait for you" not in told
    mysql = Usage.objects.get(uid="dddddddddd")
    assert (mysql.state, mysql.evidence.get().source.url) == (State.PROPOSED, "https://other.example/")
    assert ImportBatch.objects.get(source__url="https://other.example/").made_by.username == "curator"


def test_an_unfinished_import_stands_on_the_front_page(log_in, kafka):
    client = log_in("curator")
    opened(client)

    counts = {work.label: work.count for work in client.get("/admin/").context["worklists"]}

    assert counts["imports not finished"] == 1


def test_a_text_outlives_the_session(client, log_in, kafka, users):
    answer = client.post(admin_url(ImportBatch, "add"), {"text": TABLE, "about": "company", "company": "Acme"})
    assert answer.context["typed"]

    page = log_in("curator").post(admin_url(ImportBatch, "add"), {"_kept": answer.context["typed"]})

    assert page.context["form"]["text"].value() == TABLE
    assert page.context["held"]
    assert not ImportBatch.objects.exists()


def test_the_entries_stand_on_the_front_page_and_at_the_company(log_in):
    company = make_company("Acme", state=State.DRAFT)

    for role, seen in (("curator", True), ("onlooker", False)):
        client = log_in(role)
        assert ("Import a write-up" in client.get("/admin/").content.decode()) is seen
        page = client.get(admin_url(company, "change")).content.decode()
        assert (f"{admin_url(ImportBatch, 'add')}?company=acme" in page) is seen
    form = log_in("curator").get(admin_url(ImportBatch, "add"), {"company": "acme"}).context["form"]
    assert form.initial["company"] == "acme"
