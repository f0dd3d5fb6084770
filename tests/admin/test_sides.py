"""A refused save shows both sides of each field with a choice for each; what is chosen is what one more save writes."""

import pytest
from django.test import Client

from stacks.admin import kept
from stacks.models import CompanyAlias, CompanyFact, ImportLine, State
from tests.admin.doors import admin_url, form_data
from tests.factories import make_company, make_evidence, make_technology, make_usage

pytestmark = pytest.mark.both_databases


@pytest.fixture
def company(db):
    return make_company("Fam", summary="Old", industry="Property", country="Egypt", state=State.DRAFT)


@pytest.fixture
def edited(log_in):
    """What a curator gets whose form was open while a reviewer saved, the way to save once more, and the reviewer's."""

    def edit(row, hers, mine):
        clients = log_in("curator"), log_in("reviewer")
        url = admin_url(row, "change")
        my_data, her_data = (form_data(client.get(url)) for client in clients)
        assert clients[1].post(url, her_data | hers).status_code == 302

        def save(data):
            return clients[0].post(url, data)

        def hers_again(**fields):
            return clients[1].post(url, form_data(clients[1].get(url)) | fields)

        return save(my_data | mine), save, hers_again

    return edit


def posted(page, choices=None):
    """What the refused page would post, with some of its choices made, by their names."""
    data, offered = form_data(page), {}
    for sides in page.context["sides"]:
        data |= dict([sides.hidden]) if sides.hidden else {}
        for row in sides.rows:
            if row.name:
                offered[row.name] = {"now": row.now_is, "yours": row.yours_is}
                data[row.name] = row.now_is if row.took_now else row.yours_is
        if sides.whole:
            offered[sides.whole.name] = {"now": "now", "yours": "yours"}
            data[sides.whole.name] = "now" if sides.whole.took_now else "yours"
    for name, side in (choices or {}).items():
        data[name] = offered[name][side]
    return data


def rows(page):
    return [(sides, row) for sides in page.context["sides"] for row in sides.rows]


def told(page):
    """Of each field: its name, what it was, what it is now, what was typed, and whether what stands now is chosen."""
    [sides] = page.context["sides"]
    return {row.label: (row.opened, row.now, row.yours, row.took_now) for row in sides.rows}


def test_each_field_that_differs_shows_both_sides_and_what_it_was_and_a_choice_decides(edited, company):
    page, save, _ = edited(
        company,
        {"summary": "Her words", "country": "Jordan", "life": "ended"},
        {"summary": "My words", "industry": "Housing", "website": "https://fam.example"},
    )

    assert told(page) == {
        "Summary": ("Old", "Her words", "My words", False),
        "Industry": ("Property", "Property", "Housing", False),
        "Website": ("", "", "https://fam.example", False),
        "Country": ("Egypt", "Jordan", "Egypt", True),
        "Life": ("Active", "Ended", "Active", True),
    }
    text = page.content.decode()
    assert text.count('type="radio" name="choose-summary"') == 2
    assert 'name="opened_version" value="1"' in text

    again = posted(page, {"choose-summary": "now", "choose-country": "yours", "choose-industry": "yours"})
    assert again["summary"] == "My words"  # still in the form
    assert save(again).status_code == 302

    company.refresh_from_db()
    assert (company.summary, company.country, company.industry) == ("Her words", "Egypt", "Housing")
    assert (company.website, company.life) == ("https://fam.example", "ended")


def test_it_is_refused_again_where_the_row_moves_again_and_no_choice_and_no_word_is_lost(edited, company):
    page, save, hers_again = edited(company, {"summary": "Her words", "country": "Jordan"}, {"summary": "My words"})
    again = posted(page, {"choose-summary": "now", "choose-country": "yours"})
    hers_again(website="https://hers.example")

    page = save(again)

    assert page.status_code == 200
    assert told(page) == {
        "Summary": ("Old", "Her words", "My words", True),
        "Website": ("", "https://hers.example", "", True),
        "Country": ("Egypt", "Jordan", "Egypt", False),
    }
    assert form_data(page)["summary"] == "My words"
    assert save(posted(page)).status_code == 302
    company.refresh_from_db()
    assert (company.summary, company.country, company.website) == ("Her words", "Egypt", "https://hers.example")


def test_another_error_beside_the_choices_keeps_them(edited, company):
    page, save, _ = edited(company, {"summary": "Her words"}, {"summary": "My words"})

    page = save(posted(page, {"choose-summary": "now"}) | {"website": "no address"})

    assert page.status_code == 200
    assert told(page)["Summary"] == ("Old", "Her words", "My words", True)
    data = posted(page) | {"website": ""}
    assert (data["summary"], data["choose-summary"]) == ("My words", "now")
    assert save(data).status_code == 302
    company.refresh_from_db()
    assert company.summary == "Her words"


def test_another_row_that_is_named_is_told_by_its_name(edited):
    kafka, redis, old = (make_technology(name) for name in ("Apache Kafka", "Redis", "MySQL"))
    usage = make_usage(technology=old, category=old.category, state=State.DRAFT)
    page, save, _ = edited(usage, {"technology": str(kafka.pk)}, {"technology": str(redis.pk)})

    assert told(page)["Technology"] == ("MySQL", "Apache Kafka", "Redis", False)
    assert save(posted(page, {"choose-technology": "now"})).status_code == 302
    usage.refresh_from_db()
    assert usage.technology == kafka


@pytest.mark.parametrize("side", ["now", "yours"])
def test_inline_rows_that_both_changed_deleted_or_added_are_chosen_each_by_itself(edited, company, side):
    changed, going = (make_evidence(company=company, quote=quote) for quote in ("Old words", "To go"))
    gone = CompanyAlias.objects.create(company=company, name="Gone soon")
    name = {"aliases-TOTAL_FORMS": "2", "aliases-1-name": "Fam Properties"}
    figure = {"facts-TOTAL_FORMS": "1", "facts-0-label": "Engineers", "facts-0-observed_on": "2026"}
    hers = {
        "evidence-0-quote": "Her words", "evidence-0-locator": "Line 2", "evidence-1-quote": "To stay",
        "aliases-0-DELETE": "on", **name, **figure, "facts-0-value": "30",
    }  # fmt: skip
    mine = {
        "summary": "Mine", "evidence-0-quote": "My words", "evidence-1-DELETE": "on", "aliases-0-name": "Typed into it",
        **name, "aliases-1-caution": "as_written", **figure, "facts-0-value": "35",
    }  # fmt: skip

    page, save, _ = edited(company, hers, mine)

    assert page.status_code == 200
    assert "look again before it is deleted" in page.content.decode()
    shown = {(each.title, row.label): (row.opened, row.now, row.yours) for each, row in rows(page)}
    added, value = CompanyAlias.objects.get(name="Fam Properties"), CompanyFact.objects.get()
    assert shown.items() >= {
        ((f"Evidence: {changed}", "Quote"), ("Old words", "Her words", "My words")),
        ((f"Evidence: {going}", "Quote"), ("To go", "To stay", "(deleted)")),
        (("Company alias deleted meanwhile", "Name"), ("Gone soon", "(deleted)", "Typed into it")),
        (("Company alias that stands already: Fam Properties", "Caution"), ("", "Free", "As written")),
        ((f"Company fact that stands already: {value}", "Value"), ("", "30", "35")),
    }

    choices = ("evidence-0-choose-quote", "evidence-1-choose-DELETE", *(
        f"choose-{prefix}-{row.pk}" for prefix, row in (("aliases", gone), ("aliases", added), ("facts", value))
    ))  # fmt: skip
    assert save(posted(page, dict.fromkeys(choices, side))).status_code == 302

    for row in (company, changed, added, value):
        row.refresh_from_db()
    left = (changed.quote, added.caution, value.value)
    assert left == (("Her words", "free", "30") if side == "now" else ("My words", "as_written", "35"))
    assert (company.summary, changed.locator) == ("Mine", "Line 2")
    assert company.evidence.filter(quote="To stay").exists() is (side == "now")
    assert company.aliases.filter(name="Typed into it").exists() is (side == "yours")
    assert not company.aliases.filter(name="Gone soon").exists()


def test_what_was_typed_and_chosen_outlives_the_session(edited, company, users):
    users["curator"].set_password("secret-words")
    users["curator"].save()
    page, _, _ = edited(company, {"summary": "Her words"}, {"summary": "My words"})
    data, url = posted(page, {"choose-summary": "now"}), admin_url(company, "change")
    client = Client()

    asked = client.post(url, data)
    login = {"username": "curator", "password": "secret-words"}
    back = client.post(asked.context["app_path"], login | {kept.FIELD: asked.context["typed"]})
    page = client.post(back.context["address"], {kept.FIELD: back.context["typed"]})

    assert told(page)["Summary"] == ("Old", "Her words", "My words", True)
    assert form_data(page)["summary"] == "My words"
    assert client.post(url, posted(page)).status_code == 302
    company.refresh_from_db()
    assert company.summary == "Her words"


def test_what_is_chosen_of_a_public_row_is_proposed(edited):
    usage = make_usage(purpose="Old", remarks="Old")
    page, save, _ = edited(usage, {"purpose": "Hers", "remarks": "Hers"}, {"purpose": "Mine", "remarks": "Mine"})

    assert save(posted(page, {"choose-purpose": "now"})).status_code == 302
    usage.refresh_from_db()
    assert (usage.purpose, usage.remarks) == ("Hers", "Hers")
    assert [(line.field, line.new) for line in ImportLine.objects.all()] == [("remarks", "Mine")]
