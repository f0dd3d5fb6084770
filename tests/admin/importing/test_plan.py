"""The plan of an import: what it asks and tells, what a press and a correction change, what it costs."""

import pytest
from django.template.loader import render_to_string

from stacks.admin.importing import batch as batches
from stacks.admin.importing import paging
from stacks.admin.importing.rows import Row
from stacks.models import (
    Homonym,
    ImportBatch,
    ImportChoice,
    ImportLine,
    Migration,
    Usage,
)
from tests.admin.doors import admin_url
from tests.admin.importing.steps import TABLE, confirm, correct, opened, press, row_of, view_of
from tests.factories import (
    make_company,
    make_relation,
    make_technology,
    make_usage,
)
from tests.test_objections import object_to


def table(*names):
    return "| Purpose | Service |\n|---|---|\n" + "".join(f"| Role {n} | {name} |\n" for n, name in enumerate(names))


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


def test_that_the_company_objects_is_told_once_and_the_lines_keep_their_names(log_in, kafka):
    acme = make_company("Acme")
    client = log_in("curator")
    batch = opened(client)
    object_to(acme)

    page = client.get(admin_url(batch, "plan")).content.decode()

    assert page.count("Leave us out") == 1
    assert row_of(client, batch, "Apache Kafka").sign == "no"


def test_what_the_catalogue_does_not_know_is_offered_to_be_made(log_in, kafka):
    client = log_in("curator")
    batch = opened(client)
    row = row_of(client, batch, "Frobnicator")
    form = admin_url(batch, "line", row.key)

    assert row.question == "Not in the catalogue: “Frobnicator”"
    assert [(answer.do, answer.label) for answer in row.answers] == [
        ("", "Make it, or say what it means…"), (f"skip {row.key}", "No, leave it out"),
    ]  # fmt: skip
    assert f'class="answer" href="{form}"' in client.get(admin_url(batch, "plan")).content.decode()
    assert client.get(form).context["form"].initial["new_name"] == "Frobnicator"
    assert "choose what it means, or make it" in press(client, batch, f"take {row.key}").json()["problem"]


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

    assert answer.url == f"{admin_url(batch, 'plan')}?at={key}#l-{key}"
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
        ({"new_name": "Frobnicat\u043er", "technology": ""}, "new_name"),  # with a Cyrillic o
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


def test_why_they_moved_and_from_what_is_seen_and_corrected(log_in, kafka):
    rabbit = make_technology("RabbitMQ", kafka.category)
    client = log_in("curator")
    batch = opened(client, "# Acme\n\nWe migrated from MySQL to Kafka because the tables were locked for hours.\n")
    move = row_of(client, batch, "MySQL → Apache Kafka")
    assert "locked" in move.remarks

    assert correct(client, batch, move.title, origin="Apache Kafka").status_code == 200  # told at the field
    answer = correct(client, batch, move.title, origin="RabbitMQ", reason="It lost messages.")
    assert answer.url == f"{admin_url(batch, 'plan')}?at={move.key}#l-{move.key}"
    corrected = row_of(client, batch, "RabbitMQ → Apache Kafka")
    assert (corrected.remarks, corrected.decided) == ("It lost messages.", "as corrected")
    confirm(client, batch)

    written = Migration.objects.get()
    assert (written.from_technology, written.reason) == (rabbit, "It lost messages.")


def test_a_figure_is_corrected_before_it_waits(log_in, kafka):
    client = log_in("curator")
    batch = opened(client, "Our Kafka takes 90,000 messages per second.\n")
    title = "messages per second: 90,000"
    assert "value" in correct(client, batch, title, value="").context["form"].errors

    correct(client, batch, title, name="messages a second", value="90,000 and more", edition_on="2023")
    assert row_of(client, batch, "messages a second: 90,000 and more").decided == "as corrected"
    confirm(client, batch)

    waiting = ImportLine.objects.waiting().get()
    assert [waiting.new[name] for name in ("label", "value", "observed_on")] == [
        "messages a second", "90,000 and more", "2023",
    ]  # fmt: skip


@pytest.mark.parametrize("lines", [1, 3])
def test_a_plan_costs_the_same_however_long(log_in, kafka, lines, django_assert_num_queries):
    make_usage(make_company("Acme"), kafka)
    client = log_in("curator")
    batch = opened(client, table("PostgreSQL", "Kafka", *(f"Frobnicator{n}" for n in range(lines))))
    press(client, batch, "skip " + row_of(client, batch, "Frobnicator0").key)

    # session, user, permissions, the batch; the vocabulary (7); choices, source, decisions; companies and
    # who objects, usages, migrations; relations, practices; names, categories; the source once more, and what was said
    # of it before (3)
    with django_assert_num_queries(COST_OF_A_PLAN):
        page = client.get(admin_url(batch, "plan"))

    assert page.context["view"].bar.proposals == 1


COST_OF_A_PLAN = 26


def test_a_long_plan_has_pages_what_asks_first_and_totals_and_button_on_each(log_in, kafka, monkeypatch):
    monkeypatch.setattr(paging, "_MOST_ROWS", 3)
    client = log_in("curator")
    batch = opened(client, table(*(f"Frobnicator{n}" for n in range(4)), "Kafka", "PostgreSQL"))
    url = admin_url(batch, "plan")

    def shown(query):
        view = client.get(f"{url}?{query}").context["view"]
        return view, [row for section in view.sections for row in section.rows]

    (first, ahead), (second, after) = shown("page=1"), shown("page=2")
    assert [[row.sign for row in rows] for rows in (ahead, after)] == [["ask"] * 3, ["ask", "add", "add"]]
    assert (first.page_count, first.previous, first.next, second.previous, second.next) == (
        2,
        "",
        "?page=2",
        "?page=1",
        "",
    )
    assert (first.bar.button, first.bar.fingerprint) == (second.bar.button, second.bar.fingerprint)
    assert first.bar.elsewhere == f"?page=2#l-{after[0].key}"
    assert second.bar.elsewhere == f"?page=1#l-{ahead[0].key}"
    assert {total.sign: total.anchor for total in second.totals if total.count} == {
        "ask": f"?page=1#l-{ahead[0].key}", "add": f"#l-{after[1].key}",
    }  # fmt: skip
    assert [section.count for section in second.sections] == [4, 2]
    for junk in ("page=0", "page=x", "page=99999999", "at=x"):
        assert shown(junk)[0].page == 1
    assert shown("page=99")[0].page == 2

    found, rows = shown("find=KAFKA")
    assert (found.page_count, found.found, [row.key for row in rows]) == (1, 1, [after[1].key])

    back = client.post(admin_url(batch, "choose"), {"do": f"skip {after[0].key}"}).url
    assert back == f"{url}?at={after[0].key}#l-{after[0].key}"
    assert client.get(back).context["view"].page == 2
    answer = press(client, batch, f"undo {after[0].key}").json()
    assert f"?page=1#l-{ahead[0].key}" in answer["bar"]


def test_a_page_of_a_plan_stays_small_whatever_stands_in_its_lines():
    text = "<&\"'" * 50
    rows = [
        Row(
            key=f"l{n}", number=n, sign="ask", mark="?", will="needs you", title=text, written=text, why=text,
            how_sure="ask", question=text, purpose=text, remarks=text, place=text, differences=(),
            said=(text, text, text), heading=text, answers=(), decided="",
        )
        for n in range(40)
    ]  # fmt: skip
    pages = paging.cut(rows)

    assert [sum(page == number for page in pages.values()) for number in (1, 2)] == [11, 11]
    row = render_to_string("admin/stacks/imports/_row.html", {"row": rows[0], "batch": ImportBatch(pk=1)})
    assert 11 * len(row.encode()) < 180_000


def test_of_a_long_import_the_batch_shows_a_part(log_in, kafka, monkeypatch):
    for name, most in (("_LISTED", 1), ("_LINES", 2), ("_SHOWN", 20)):
        monkeypatch.setattr(batches, name, most)
    client = log_in("curator")
    batch = opened(client, table("Kafka", "PostgreSQL", "Frobnicator1", "Frobnicator2"))
    confirm(client, batch)

    url = admin_url(batch, "change")
    view = client.get(url).context["view"]
    assert (len(view.undecided.rows), view.undecided.further) == (1, 1)
    assert (len(view.lines.rows), view.previous, view.following) == (2, None, 2)
    assert (view.text, view.text_is_whole) == (batch.text[:20], False)
    view = client.get(f"{url}?lines=2").context["view"]
    assert ([line.line for line in view.lines.rows], view.previous, view.following) == ([5, 6], 0, None)
    assert client.get(f"{url}?lines=99").context["view"].lines_from == 0
    whole = client.get(admin_url(batch, "given"))
    assert (whole.content.decode(), whole.headers["Content-Type"]) == (batch.text, "text/plain; charset=utf-8")
    assert log_in("nobody").get(admin_url(batch, "given")).status_code == 403
