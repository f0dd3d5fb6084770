"""What was decided about words: what is remembered, for whom, and how that ends."""

from stacks.models import (
    ImportDecision,
    TechnologyAlias,
    Usage,
    Verdict,
)
from tests.admin.doors import admin_url
from tests.admin.importing.steps import URL, confirm, correct, opened, press, row_of, view_of
from tests.factories import (
    make_company,
    make_technology,
)


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


def test_a_decision_for_all_is_a_link_to_a_change_of_the_vocabulary(log_in, kafka):
    client = log_in("curator")
    batch = opened(client)
    alias = TechnologyAlias.objects.get(name="Kafka")

    known = client.get(admin_url(batch, "line", row_of(client, batch, "Apache Kafka").key)).context["for_all"]
    unknown = client.get(admin_url(batch, "line", row_of(client, batch, "Frobnicator").key)).context["for_all"]

    assert admin_url(alias, "change") in [address for _, address in known]
    assert f"{admin_url(TechnologyAlias, 'add')}?name=Frobnicator" in [address for _, address in unknown]
    assert all(client.get(address).status_code == 200 for _, address in (*known, *unknown))


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
