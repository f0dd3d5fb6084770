"""An import in the admin, from the text to the batch page: what is stored, what is written, who may, what it costs."""

import json
import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from stacks.derived import check
from stacks.importers.apply import apply
from stacks.importers.findings import Given
from stacks.importers.formats import parse
from stacks.importers.lines import MOST_BYTES
from stacks.importers.load import load_vocabulary
from stacks.models import (
    BatchState,
    Change,
    Company,
    Evidence,
    Homonym,
    ImportBatch,
    ImportChoice,
    ImportDecision,
    ImportLine,
    Source,
    State,
    Technology,
    TechnologyAlias,
    Usage,
    Verdict,
)
from tests.admin.doors import admin_url
from tests.factories import (
    make_category,
    make_company,
    make_evidence,
    make_relation,
    make_source,
    make_technology,
    make_usage,
)

URL = "https://acme.example/stack"
TABLE = """# Acme stack

| Purpose | Service | Remarks |
|---|---|---|
| Message broker | Kafka 3.6 | |
| Main database | PostgreSQL | Of our own.<br/>- MySQL instances with billions of rows. |
| Frobs | Frobnicator | |
"""
FETCHED = {"accept": "application/json"}


@pytest.fixture
def kafka(db):
    databases = make_category("Relational databases")
    made = {name: make_technology(name, databases) for name in ("MySQL", "PostgreSQL", "Amazon RDS")}
    make_relation(made["Amazon RDS"], "managed_form_of", made["PostgreSQL"])
    make_relation(made["Amazon RDS"], "managed_form_of", made["MySQL"])
    kafka = make_technology("Apache Kafka", make_category("Message brokers"))
    TechnologyAlias.objects.create(technology=kafka, name="Kafka")
    return kafka


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


def correct(client, batch, name, **values):
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


def test_the_straight_path_from_a_table_to_proposals(log_in, kafka, users):
    client = log_in("curator")
    batch = opened(client)
    assert batch.state == BatchState.OPEN
    assert row_of(client, batch, "MySQL").is_undecided
    press(client, batch, f"take {row_of(client, batch, 'MySQL').key}")
    correct(client, batch, "Apache Kafka", stage="retiring", hosting="self_hosted")

    answer = confirm(client, batch)

    assert answer.url == admin_url(batch, "change")
    batch.refresh_from_db()
    company = Company.objects.get()
    assert (batch.state, batch.company, batch.made_by) == (BatchState.WRITTEN, company, users["curator"])
    assert (company.name, company.state) == ("Acme", State.DRAFT)
    told = Usage.objects.order_by("technology__slug").values_list("technology__slug", "stage", "hosting", "state")
    assert list(told) == [
        ("apache-kafka", "retiring", "self_hosted", "proposed"),
        ("mysql", "in_use", "unknown", "proposed"),
        ("postgresql", "in_use", "unknown", "proposed"),
    ]
    assert set(Evidence.objects.values_list("source__url", "edition_on")) == {(URL, "2024-05")}
    page = client.get(answer.url)
    assert page.context["view"].proposed == 3
    assert page.context["view"].review_url
    assert list(check()) == []


def test_a_figure_stands_in_the_plan_is_left_out_by_a_press_and_else_waits(log_in, kafka):
    client = log_in("curator")
    batch = opened(client, "We have 1,200 engineers. Our Kafka takes 90,000 messages per second.\n")
    engineers, messages = (row_of(client, batch, name) for name in ("engineers: 1,200", "messages per second: 90,000"))
    assert (engineers.sign, messages.sign) == ("add", "add")

    press(client, batch, f"skip {engineers.key}")
    assert row_of(client, batch, "engineers: 1,200").decided == "left out"
    press(client, batch, f"skip {messages.key}")
    press(client, batch, f"take {messages.key}")
    confirm(client, batch)

    waiting = ImportLine.objects.waiting().get()
    assert (waiting.kind, waiting.new["label"], waiting.new["value"]) == (
        "companyfact",
        "messages per second",
        "90,000",
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
    assert list(page.context["form"].errors) == [field]
    batch = ImportBatch.objects.get()
    assert batch.text == values.get("text", TABLE)
    listed = client.get(admin_url(ImportBatch, "add")).context["unfinished"]
    assert list(listed) == [batch]
    again = client.get(admin_url(batch, "text"))
    assert again.context["form"].initial["text"] == batch.text


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"text": "x\n" * 10_001}, "10,002 lines"),
        ({"text": "   "}, "Paste the write-up"),
        ({"text": "https://acme.example/stack", "url": ""}, "This is an address"),
        ({"file": SimpleUploadedFile("stack.md", b"x" * (MOST_BYTES + 1))}, "5.0 MB"),
        ({"file": SimpleUploadedFile("stack.bin", b"\x00\x01")}, "zero bytes"),
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


def test_a_batch_that_wrote_something_is_not_discarded(log_in, kafka):
    client = log_in("curator")
    batch = opened(client)
    confirm(client, batch)

    client.post(admin_url(batch, "discard"))

    assert ImportBatch.objects.exists()


def test_each_press_answers_with_its_line_and_the_totals(log_in, kafka):
    client = log_in("curator")
    batch = opened(client)
    key = row_of(client, batch, "Apache Kafka").key

    answer = press(client, batch, f"skip {key}").json()

    assert set(answer) == {"row", "totals", "bar"}
    assert f'data-key="{key}"' in answer["row"]
    assert "Write 1 proposal " in answer["bar"]
    assert press(client, batch, f"undo {key}").status_code == 200
    assert not ImportChoice.objects.exists()


def test_without_a_script_a_press_leads_back_to_its_line(log_in, kafka):
    client = log_in("curator")
    batch = opened(client)
    key = row_of(client, batch, "Apache Kafka").key

    answer = client.post(admin_url(batch, "choose"), {"do": f"skip {key}"})

    assert answer.url == f"{admin_url(batch, 'plan')}#l-{key}"
    assert row_of(client, batch, "Apache Kafka").sign == "no"


@pytest.mark.parametrize(
    "do", ["", "explode", "take", "take l0", "skip nothing such", "is {} nowhere", "section x all", "stages stage:x y"]
)
def test_what_is_no_choice_stores_nothing(log_in, kafka, do):
    client = log_in("curator")
    batch = opened(client)

    answer = press(client, batch, do.format(row_of(client, batch, "Apache Kafka").key))

    assert answer.status_code == 400
    assert answer.json()["problem"]
    assert client.post(admin_url(batch, "choose"), {"do": do}).status_code == 302
    assert not ImportChoice.objects.exists()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"technology": "Nothing Such"}, "technology"),
        ({"technology": ""}, "technology"),
        ({"via": "Nothing Such"}, "via"),
        ({"category": "nowhere"}, "category"),
        ({"stage": "sold"}, "stage"),
        ({"quote": "word " * 26}, "quote"),
        ({"new_name": "Kafka", "technology": ""}, "new_name"),
        ({"new_name": "Frobnicator", "technology": "", "category": ""}, "category"),
        ({"new_name": "Frobnicator", "technology": "", "new_website": "javascript:1"}, "new_website"),
    ],
)
def test_a_correction_that_cannot_be_is_said_at_its_field(log_in, kafka, values, field):
    client = log_in("curator")
    batch = opened(client)

    page = correct(client, batch, "Apache Kafka", **values)

    assert list(page.context["form"].errors) == [field]
    assert not ImportChoice.objects.exists()


def test_a_line_is_corrected_without_a_script_and_only_what_differs_is_kept(log_in, kafka):
    client = log_in("curator")
    batch = opened(client)

    answer = correct(client, batch, "Apache Kafka", purpose="Events", scope="Payments")

    assert answer.status_code == 302
    assert ImportChoice.objects.get().values == {"answer": "take", "purpose": "Events", "scope": "Payments"}
    confirm(client, batch)
    assert Usage.objects.filter(technology=kafka, purpose="Events", scope="Payments").exists()


def test_a_service_of_one_engine_is_that_engine_via_it(log_in, kafka):
    service = make_technology("Amazon MSK")
    make_relation(service, "managed_form_of", kafka)
    client = log_in("curator")
    batch = opened(client)

    correct(client, batch, "Apache Kafka", technology="Amazon MSK")
    confirm(client, batch)

    usage = Usage.objects.get(via=service)
    assert (usage.technology, usage.category) == (kafka, kafka.category)


def test_a_new_technology_is_made_only_when_somebody_says_so_and_at_the_end(log_in, kafka):
    client = log_in("curator")
    batch = opened(client)
    confirm(client, batch)
    assert not Technology.objects.filter(name="Frobnicator").exists()
    row = row_of(client, batch, "Frobnicator")

    answer = client.post(
        admin_url(batch, "line", row.key),
        {
            "new_name": "Frobnicator",
            "new_kind": "library",
            "new_website": "https://frob.example/",
            "category": kafka.category.slug,
            "stage": "in_use",
        },
    )
    assert answer.status_code == 302
    assert not Technology.objects.filter(name="Frobnicator").exists()
    confirm(client, batch)

    made = Technology.objects.get(name="Frobnicator")
    assert (made.state, made.kind, made.website) == (State.DRAFT, "library", "https://frob.example/")
    assert Usage.objects.get(technology=made).state == State.PROPOSED


def test_a_new_technology_takes_its_own_right(log_in, kafka, users):
    from django.contrib.auth.models import Group, Permission

    Group.objects.get(name="Curator").permissions.remove(Permission.objects.get(codename="add_technology"))
    client = log_in("curator")
    batch = opened(client)

    page = client.get(admin_url(batch, "line", row_of(client, batch, "Apache Kafka").key))

    assert "new_name" not in page.context["form"].fields


def test_a_new_company_takes_its_own_right(log_in, kafka):
    from django.contrib.auth.models import Group, Permission

    Group.objects.get(name="Curator").permissions.remove(Permission.objects.get(codename="add_company"))
    client = log_in("curator")
    batch = opened(client)

    assert confirm(client, batch).status_code == 403
    assert not Usage.objects.exists()


def test_of_several_that_share_a_name_each_is_an_answer(log_in, kafka):
    other = make_technology("Reactor Kit")
    for technology in (kafka, other):
        Homonym.objects.create(name="Reactor", technology=technology, near="Nowhere")
    client = log_in("curator")
    batch = opened(client, TABLE + "| Streams | Reactor | |\n")

    row = row_of(client, batch, "Reactor")

    answers = [answer for answer in row.answers if answer.do.startswith("is ")]
    assert [answer.label for answer in answers] == ["Apache Kafka", "Reactor Kit"]
    press(client, batch, answers[1].do)
    assert row_of(client, batch, "Reactor").decided == "Reactor Kit"


def test_a_whole_section_is_decided_at_once_and_a_line_of_it_otherwise(log_in, kafka):
    client = log_in("curator")
    batch = opened(client, "# App\n## Old things\n- Kafka\n- MySQL\n")
    section = next(one for one in view_of(client, batch).sections if one.key)

    assert press(client, batch, f"section {section.key} retiring").json() == {"reload": True}
    correct(client, batch, "MySQL", stage="trial")
    assert [row.place for row in view_of(client, batch).sections[0].rows] == [
        "Message brokers · retiring",
        "Relational databases · trial",
    ]
    press(client, batch, f"section {section.key} out")
    assert view_of(client, batch).bar.proposals == 1


def test_a_section_that_was_left_out_is_left_out_of_the_next_edition_and_of_nothing_else(log_in, kafka):
    client = log_in("curator")
    text = "# App\n## Tried by others\n- Kafka\n- MySQL\n## Ours\n- PostgreSQL\n"
    batch = opened(client, text)
    section = next(one for one in view_of(client, batch).sections if one.title == "Tried by others")
    press(client, batch, f"section {section.key} out")
    confirm(client, batch)
    assert set(ImportDecision.objects.values_list("words", "source__url", "company")) == {
        ("Kafka", URL, None), ("MySQL", URL, None),
    }  # fmt: skip

    newer = opened(client, text, edition="2026")
    elsewhere = opened(client, "## Stack\n- Kafka\n", url="https://acme.example/talk")

    assert view_of(client, newer).bar.proposals == 0
    assert view_of(client, elsewhere).bar.proposals == 1


def test_dates_and_remarks_are_corrected_too(log_in, kafka):
    client = log_in("curator")
    batch = opened(client)

    page = correct(client, batch, "Apache Kafka", started="lately")
    assert list(page.context["form"].errors) == ["started"]
    correct(client, batch, "Apache Kafka", started="2019", ended="2021-06", stage="retired", remarks="Left for *less*.")
    confirm(client, batch)

    usage = Usage.objects.get(technology=kafka)
    assert (usage.started, usage.ended, usage.remarks) == ("2019", "2021-06", "Left for *less*.")


def test_a_company_that_is_nearly_known_is_asked_about(log_in, kafka):
    make_company("Zerodha")
    client = log_in("curator")

    batch = opened(client, company="Zerodah")

    page = client.get(admin_url(batch, "plan")).content.decode()
    assert "Zerodah is new" in page
    assert "Or is it Zerodha?" in page


def test_what_is_only_proposed_leaves_no_public_trace(log_in, kafka, client):
    before = Change.objects.count()
    curator = log_in("curator")
    confirm(curator, opened(curator))

    assert Change.objects.count() == before
    assert client.get("/companies/acme/").status_code == 404
    assert client.get(f"/api/v1/sources/?q={URL}").json().get("results", []) == []


def test_rings_of_a_radar_are_chosen_for_the_whole_file(log_in, kafka):
    client = log_in("curator")
    radar = "name,ring,quadrant,isNew,description\nKafka,hold,Tools,false,\nMySQL,adopt,Tools,false,\n"
    batch = opened(client, radar)
    ring = next(ring for ring in view_of(client, batch).rings if ring.key == "stage:retiring")

    press(client, batch, f"stages {ring.key} retired")
    confirm(client, batch)

    assert set(Usage.objects.values_list("technology__slug", "stage")) == {
        ("apache-kafka", "retired"),
        ("mysql", "in_use"),
    }


def test_confirming_a_plan_that_came_out_different_writes_nothing_and_shows_what_changed(log_in, kafka):
    client = log_in("curator")
    company = make_company("Acme")
    batch = opened(client)
    seen = view_of(client, batch).bar.fingerprint
    make_usage(company, kafka)
    before = everything()

    page = client.post(admin_url(batch, "confirm"), {"fingerprint": seen})

    assert page.status_code == 409
    assert everything() == before
    first = page.context["view"].sections[0].rows[0]
    assert (first.title, first.is_changed, first.sign) == ("Apache Kafka", True, "same")


def test_confirming_twice_writes_once(log_in, kafka):
    client = log_in("curator")
    batch = opened(client)
    seen = view_of(client, batch).bar.fingerprint
    client.post(admin_url(batch, "confirm"), {"fingerprint": seen})
    before = everything()

    assert client.post(admin_url(batch, "confirm"), {"fingerprint": seen}).status_code == 409
    assert everything() == before


@pytest.mark.django_db(transaction=True)
def test_two_who_confirm_the_same_text_make_no_doubles(log_in, kafka):
    if connection.vendor == "sqlite":
        pytest.skip("a database in memory has one connection")
    client = log_in("curator")
    batches = [opened(client), opened(client)]
    seen = [view_of(client, batch).bar.fingerprint for batch in batches]
    answers = []

    def write(batch, fingerprint):
        try:
            answers.append(client.post(admin_url(batch, "confirm"), {"fingerprint": fingerprint}).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=pair) for pair in zip(batches, seen, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert sorted(answers) == [302, 409]
    assert (Company.objects.count(), Usage.objects.count(), Source.objects.count()) == (1, 2, 1)


def test_a_crash_while_confirming_leaves_no_trace(log_in, kafka, monkeypatch):
    client = log_in("curator")
    batch = opened(client)
    press(client, batch, f"skip {row_of(client, batch, 'PostgreSQL').key}")
    before = everything()
    monkeypatch.setattr("stacks.importers.opened._keep_outcome", lambda *args: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        confirm(client, batch)

    batch.refresh_from_db()
    assert everything() == before
    assert (batch.state, ImportDecision.objects.count(), ImportChoice.objects.count()) == (BatchState.OPEN, 0, 1)


def test_taking_back_deletes_what_nobody_touched_and_keeps_text_and_choices(log_in, kafka):
    client = log_in("curator")
    batch = opened(client)
    press(client, batch, f"take {row_of(client, batch, 'MySQL').key}")
    confirm(client, batch)

    client.post(admin_url(batch, "take_back"))

    batch.refresh_from_db()
    assert (batch.state, batch.text) == (BatchState.OPEN, TABLE)
    assert [model.objects.count() for model in (Usage, Company, Source, Evidence)] == [0, 0, 0, 0]
    assert not ImportDecision.objects.filter(ended_at=None).exists()
    assert view_of(client, batch).bar.proposals == 3
    confirm(client, batch)
    assert Usage.objects.count() == 3
    assert list(check()) == []


def test_what_was_reviewed_changed_or_cited_since_is_not_taken_back(log_in, kafka):
    from stacks.models import State
    from stacks.review import PUBLISH, move

    client = log_in("curator")
    batch = opened(client)
    press(client, batch, f"take {row_of(client, batch, 'MySQL').key}")
    confirm(client, batch)
    published, changed, cited = Usage.objects.order_by("pk")
    move([published], PUBLISH, log_in("reviewer") and batch.made_by.__class__.objects.get(username="reviewer"))
    changed.purpose = "Something else"
    changed.save()
    make_evidence(usage=cited, source=make_source())

    client.post(admin_url(batch, "take_back"))

    batch.refresh_from_db()
    assert Usage.objects.count() == 3
    assert Usage.objects.filter(state=State.PUBLISHED).get() == published
    assert batch.state == BatchState.WRITTEN


def test_what_was_decided_holds_for_the_next_text_of_the_company(log_in, kafka):
    make_technology("Frob", kafka.category)
    client = log_in("curator")
    text = "## Stack\n- Kafka\n- MySQL\n- PostgreSQL\n- Frobb Server Pages\n"
    batch = opened(client, text)
    press(client, batch, f"never {row_of(client, batch, 'Apache Kafka').key}")
    press(client, batch, f"skip {row_of(client, batch, 'MySQL').key}")
    correct(client, batch, "PostgreSQL", technology="Frob")
    confirm(client, batch)

    again = opened(client, text + "\nMore to come.\n", url="https://acme.example/another", edition="2026")

    told = {row.written or row.title: row for section in view_of(client, again).sections for row in section.rows}
    assert told["Kafka"].why.startswith("never a technology: decided on ")
    assert told["MySQL"].why.startswith("not MySQL: decided on ")
    assert (told["PostgreSQL"].title, told["PostgreSQL"].sign) == ("Frob", "same")
    assert set(ImportDecision.objects.values_list("words", "verdict")) == {
        ("Kafka", Verdict.NEVER),
        ("MySQL", Verdict.IS_NOT),
        ("PostgreSQL", Verdict.IS),
    }
    other = opened(client, text, company="Globex", url="https://globex.example/")
    assert view_of(client, other).bar.proposals == 3


def test_a_decision_is_changed_by_deciding_otherwise(log_in, kafka):
    client = log_in("curator")
    text = "## Stack\n- Kafka\n- MySQL\n"
    batch = opened(client, text)
    press(client, batch, f"never {row_of(client, batch, 'Apache Kafka').key}")
    confirm(client, batch)

    again = opened(client, text, edition="2026")
    correct(client, again, "Kafka", technology="Apache Kafka", new_name="", category="")
    confirm(client, again)

    assert ImportDecision.objects.get(ended_at=None).verdict == Verdict.IS
    assert Usage.objects.filter(technology=kafka).exists()


def test_words_that_were_decided_in_two_ways_are_not_remembered(log_in, kafka):
    client = log_in("curator")
    batch = opened(client, "## Stack\n- Kafka\n## Elsewhere\n- Kafka\n")
    rows = [row for section in view_of(client, batch).sections for row in section.rows if row.written == "Kafka"]
    press(client, batch, f"skip {rows[1].key}")
    confirm(client, batch)

    assert not ImportDecision.objects.exists()


def test_a_newer_edition_asks_about_what_it_does_not_say_and_keeps_it(log_in, kafka):
    client = log_in("curator")
    company = make_company("Acme")
    usage = make_usage(company, kafka, source=make_source(url=URL, company=company, published_on="2020-05"))
    batch = opened(client, "## Stack\n- MySQL\n- PostgreSQL\n")

    row = row_of(client, batch, "was in an older edition")
    assert [answer.chosen for answer in row.answers] == [True, False]
    confirm(client, batch)
    assert not ImportLine.objects.filter(usage=usage).exists()

    press(client, batch, f"end {row.key}")
    confirm(client, batch)

    line = ImportLine.objects.get(usage=usage)
    assert (line.action, line.field, line.new, line.edition_on) == ("end", "stage", "retired", "2024-05")
    usage.refresh_from_db()
    assert usage.stage == "in_use"


@pytest.mark.parametrize("values", [{"edition": ""}, {"edition": "2020-05"}, {"url": "https://other.example/"}])
def test_silence_of_the_same_edition_or_of_another_page_asks_nothing(log_in, kafka, values):
    client = log_in("curator")
    company = make_company("Acme")
    make_usage(company, kafka, source=make_source(url=URL, company=company, published_on="2020-05"))

    batch = opened(client, "## Stack\n- MySQL\n", **values)

    assert "older edition" not in client.get(admin_url(batch, "plan")).content.decode()


def test_what_is_still_true_is_cited_for_the_whole_page_with_one_press(log_in, kafka):
    client = log_in("curator")
    company = make_company("Acme")
    source = make_source(url=URL, company=company, published_on="2020-05")
    for technology in (kafka, Technology.objects.get(name="MySQL")):
        make_usage(company, technology, source=source)
    batch = opened(client, "## Stack\n- Kafka\n- MySQL\n")
    assert view_of(client, batch).bar.button == "Write 2 citations"

    press(client, batch, "again again out")
    assert not view_of(client, batch).bar.can_confirm
    press(client, batch, "again again all")
    confirm(client, batch)

    assert list(ImportLine.objects.values_list("action", "new")) == [("said_again", "2024-05")] * 2
    assert view_of(client, batch).bar.said_again == 0


def test_the_same_again_has_nothing_to_write(log_in, kafka):
    client = log_in("curator")
    confirm(client, opened(client))
    before = everything()
    again = opened(client)

    bar = view_of(client, again).bar
    assert (bar.proposals, bar.changes, bar.said_again, bar.can_confirm) == (0, 0, 0, False)
    confirm(client, again)

    assert everything() == before


def test_a_change_to_what_stands_waits_and_is_told_with_old_and_new(log_in, kafka):
    client = log_in("curator")
    usage = make_usage(make_company("Acme"), kafka)
    batch = opened(client, "## Legacy\n- Kafka\n")

    assert row_of(client, batch, "Apache Kafka").differences == (("stage", "in use", "retiring"),)
    confirm(client, batch)

    assert ImportLine.objects.get(usage=usage).state == "waiting"
    assert client.get(admin_url(batch, "change")).context["view"].waiting


def test_own_words_make_the_company_the_one_who_speaks(log_in, kafka):
    client = log_in("curator")
    batch = opened(client, own_words="on", title="How we run", url="https://elsewhere.example/x")

    confirm(client, batch)

    source = Source.objects.get()
    assert (source.company.name, source.title, source.publisher) == ("Acme", "How we run", "Acme")


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


def test_adopters_of_one_technology_are_imported_with_their_companies(log_in, kafka):
    client = log_in("curator")
    text = "# Kafka adopters\n- [Acme](https://a.example)\n- [Globex](https://g.example)\n"
    batch = opened(client, text, about="technology", technology="Kafka", company="")

    confirm(client, batch)

    batch.refresh_from_db()
    assert (batch.technology, batch.company) == (kafka, None)
    assert set(Usage.objects.values_list("company__name", flat=True)) == {"Acme", "Globex"}


def test_what_the_command_imported_has_a_plan_too_and_a_suggestion_has_none(log_in, kafka, users):
    reading = parse(TABLE, load_vocabulary(), Given("Acme", path="stack.md"))
    apply("stack.md", TABLE, reading, company="Acme", source=URL, edition="2024-05", user=users["curator"])
    batch = ImportBatch.objects.get()
    client = log_in("curator")

    bar = view_of(client, batch).bar
    assert (bar.proposals, bar.obstacles) == (0, [])
    suggestion = ImportBatch.objects.create(format="suggestion", text="", made_by=users["curator"])
    page = client.get(admin_url(suggestion, "change"))
    assert admin_url(suggestion, "plan") not in page.content.decode()
    client.post(admin_url(suggestion, "take_back"))
    suggestion.refresh_from_db()
    assert suggestion.state == BatchState.WRITTEN


def test_an_export_of_ours_is_for_the_command(log_in, kafka):
    client = log_in("curator")
    export = json.dumps([
        {"model": "stacks.source", "fields": {"uid": "aaaaaaaaaa", "url": URL, "title": "Stack"}},
        {"model": "stacks.company", "fields": {"slug": "acme", "name": "Acme"}},
        {"model": "stacks.usage", "fields": {"uid": "bbbbbbbbbb", "company": ["acme"], "technology": ["apache-kafka"],
         "category": ["message-brokers"], "state": "published", "stage": "in_use"}},
        {"model": "stacks.evidence", "fields": {"usage": ["bbbbbbbbbb"], "source": ["aaaaaaaaaa"]}},
    ])  # fmt: skip

    page = given(client, export, url="")

    assert "give it to the command import_stack" in page.content.decode()


def test_an_unfinished_import_stands_on_the_front_page(log_in, kafka):
    client = log_in("curator")
    opened(client)

    counts = {work.label: work.count for work in client.get("/admin/").context["worklists"]}

    assert counts["imports not finished"] == 1


def test_a_decision_for_all_is_a_link_to_a_change_of_the_vocabulary(log_in, kafka):
    client = log_in("curator")
    batch = opened(client)
    alias = TechnologyAlias.objects.get(name="Kafka")

    known = client.get(admin_url(batch, "line", row_of(client, batch, "Apache Kafka").key)).context["for_all"]
    unknown = client.get(admin_url(batch, "line", row_of(client, batch, "Frobnicator").key)).context["for_all"]

    assert admin_url(alias, "change") in [address for _, address in known]
    assert f"{admin_url(TechnologyAlias, 'add')}?name=Frobnicator" in [address for _, address in unknown]
    assert all(client.get(address).status_code == 200 for _, address in (*known, *unknown))


def test_a_text_outlives_the_session(client, log_in, kafka, users):
    answer = client.post(admin_url(ImportBatch, "add"), {"text": TABLE, "about": "company", "company": "Acme"})
    assert answer.context["typed"]

    page = log_in("curator").post(admin_url(ImportBatch, "add"), {"_kept": answer.context["typed"]})

    assert page.context["form"]["text"].value() == TABLE
    assert page.context["held"]
    assert not ImportBatch.objects.exists()


@pytest.mark.parametrize("lines", [10, 150])
def test_a_plan_costs_the_same_however_long_and_stays_small(log_in, kafka, lines, django_assert_num_queries):
    for number in range(lines):
        make_technology(f"Thing {number:03}", kafka.category)
    client = log_in("curator")
    make_usage(make_company("Acme"), kafka)
    text = "## Stack\n" + "".join(f"- Thing {number:03}: for some purpose or other\n" for number in range(lines))
    batch = opened(client, text + "- Kafka\n- Frobnicator\n")
    press(client, batch, "skip " + row_of(client, batch, "Thing 003").key)

    # session, user, both kinds of permissions, the batch; the vocabulary (7); choices, source, decisions; companies,
    # usages, migrations; relations, practices; names, categories; the source once more, what was said before (3)
    with django_assert_num_queries(COST_OF_A_PLAN):
        page = client.get(admin_url(batch, "plan"))

    assert len(page.content) < 200_000
    assert page.context["view"].bar.proposals == lines - 1


COST_OF_A_PLAN = 26


def test_the_entries_stand_on_the_front_page_and_at_the_company(log_in):
    company = make_company("Acme", state=State.DRAFT)

    for role, seen in (("curator", True), ("onlooker", False)):
        client = log_in(role)
        assert ("Import a write-up" in client.get("/admin/").content.decode()) is seen
        page = client.get(admin_url(company, "change")).content.decode()
        assert (f"{admin_url(ImportBatch, 'add')}?company=acme" in page) is seen
    form = log_in("curator").get(admin_url(ImportBatch, "add"), {"company": "acme"}).context["form"]
    assert form.initial["company"] == "acme"


def test_decisions_are_seen_by_all_and_ended_by_those_who_publish(log_in, kafka, users):
    decision = ImportDecision.objects.create(
        company=make_company("Acme"), words="Kafka", key="kafka", verdict=Verdict.NEVER, made_by=users["curator"]
    )
    url = admin_url(ImportDecision, "changelist")
    data = {"action": "end_selected", "_selected_action": [decision.pk]}

    assert "Kafka" in log_in("onlooker").get(url).content.decode()
    log_in("curator").post(url, data)
    decision.refresh_from_db()
    assert decision.ended_at is None
    log_in("reviewer").post(url, data)
    decision.refresh_from_db()
    assert decision.ended_by == users["reviewer"]

    client = log_in("curator")
    assert view_of(client, opened(client, "## Stack\n- Kafka\n")).bar.proposals == 1
