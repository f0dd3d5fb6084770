"""The type-ahead as people meet it: by keyboard, by mouse, by screen reader, and where it cannot work."""

import re

import pytest
from playwright.sync_api import expect

from tests.axe import violations

pytestmark = pytest.mark.browser

ASKED = re.compile(r"/api/v1/search/")


@pytest.fixture
def window(visit):
    with visit() as page:
        yield page


def options(page):
    return page.get_by_role("option")


def type_in(page, label, text):
    field = page.get_by_label(label)
    field.click()
    field.press_sequentially(text)
    return field


def test_names_and_aliases_lead_to_their_page_by_keyboard(window):
    window.goto("/")
    field = type_in(window, "Search the catalogue", "apache")

    expect(options(window)).to_have_text([re.compile("Kafka.*Apache Kafka.*technology")])
    expect(field).to_have_attribute("aria-expanded", "true")
    window.keyboard.press("ArrowDown")
    expect(options(window).first).to_have_attribute("aria-selected", "true")
    window.keyboard.press("Enter")

    expect(window.get_by_role("heading", level=1)).to_have_text("Kafka")


def test_the_arrows_go_round_by_way_of_the_field(window):
    window.goto("/search/")
    field = type_in(window, "Search the catalogue", "Spare")
    expect(options(window)).to_have_count(8)

    def active():
        return window.evaluate(
            """() => {
                const id = document.activeElement.getAttribute("aria-activedescendant")
                return id && [...document.querySelectorAll("[role=option]")].findIndex(option => option.id === id)
            }"""
        )

    seen = []
    for key in ["ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp", "ArrowUp", "ArrowDown"]:
        window.keyboard.press(key)
        seen.append(active())
    assert seen == [0, 1, 0, None, 7, None]
    expect(field).to_be_focused()
    expect(field).to_have_value("Spare")


def test_escape_closes_the_list_and_keeps_what_was_typed(window):
    window.goto("/")
    field = type_in(window, "Search the catalogue", "kaf")
    expect(options(window)).not_to_have_count(0)

    window.keyboard.press("Escape")

    expect(window.get_by_role("listbox")).to_have_count(0)
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_have_value("kaf")
    window.keyboard.press("ArrowDown")
    expect(window.get_by_role("listbox")).to_be_visible()


def test_without_a_choice_enter_searches_for_what_was_typed(window):
    window.goto("/")
    type_in(window, "Search the catalogue", "kaf")
    expect(options(window)).not_to_have_count(0)

    window.keyboard.press("Enter")

    expect(window.get_by_role("heading", level=1)).to_have_text("Search")
    assert window.url.endswith("/search/?q=kaf")


def test_the_search_of_each_page_is_one_too(window):
    window.goto("/companies/acme/")
    type_in(window, "Search companies and technologies", "bol")

    options(window).first.click()

    expect(window.get_by_role("heading", level=1)).to_have_text("Bolt")


def test_a_picker_knows_only_what_it_compares_and_keeps_the_name(window):
    window.goto("/compare/technologies/")
    type_in(window, "First", "acme")
    expect(window.get_by_role("status").filter(has_text="No suggestion")).to_have_count(1)

    window.get_by_label("First").fill("")
    field = type_in(window, "First", "apache")
    options(window).first.click()
    expect(field).to_have_value("Kafka")
    expect(field).to_be_focused()
    expect(window.get_by_role("listbox")).to_have_count(0)
    type_in(window, "Second", "rabb")
    expect(options(window)).to_have_text(["RabbitMQ"])
    window.keyboard.press("ArrowDown")
    window.keyboard.press("Enter")
    window.keyboard.press("Enter")

    expect(window.get_by_role("heading", level=1)).to_have_text("Kafka and RabbitMQ")


def test_a_company_is_added_to_a_comparison_and_beside_a_company(window):
    window.goto("/compare/companies/acme/bolt/")
    type_in(window, "Add", "cor")
    options(window).first.click()
    window.get_by_role("button", name="Add").click()
    expect(window.get_by_role("heading", level=1)).to_have_text("Acme, Bolt and Core")

    window.goto("/companies/acme/")
    type_in(window, "Compare with", "dyn")
    options(window).first.click()
    window.get_by_role("main").get_by_role("button", name="Compare").click()
    expect(window.get_by_role("heading", level=1)).to_have_text("Acme and Dyno")


def test_a_screen_reader_is_told_what_the_field_is_and_how_many_there_are(window):
    window.goto("/compare/companies/")
    field = window.get_by_role("combobox", name="First", exact=True)
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_have_attribute("aria-autocomplete", "list")
    expect(field).not_to_have_attribute("list", re.compile(""))
    field.press_sequentially("ac")

    listbox = window.get_by_role("listbox", name="Suggestions")
    expect(listbox).to_be_visible()
    assert field.get_attribute("aria-controls") == listbox.get_attribute("id")
    expect(window.get_by_role("status").filter(has_text="1 suggestion, use")).to_have_count(1)
    assert [option.get_attribute("aria-selected") for option in options(window).all()] == ["false"]
    window.keyboard.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") == options(window).first.get_attribute("id")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 640, 390])
@pytest.mark.parametrize(
    ("address", "label"),
    [
        ("/", "Search the catalogue"),
        *(("/compare/technologies/", label) for label in ("Second", "Third", "Fourth")),
        ("/changes/", "Search comp"),
    ],
)
def test_an_open_list_breaks_no_rule_and_stays_in_the_window(visit, theme, width, address, label):
    with visit(color_scheme=theme, viewport={"width": width, "height": 800}) as page:
        page.goto(address)
        type_in(page, label, "do")  # the longest of names
        page.keyboard.press("ArrowDown")
        expect(options(page).first).to_be_visible()
        page.keyboard.press("ArrowDown")

        assert violations(page, of_colour=theme == "dark") == []
        box = page.get_by_role("listbox").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_only_the_last_of_what_is_typed_is_looked_up(window):
    asked = []
    window.on("request", lambda request: asked.append(request.url) if ASKED.search(request.url) else None)
    window.goto("/")
    type_in(window, "Search the catalogue", "kafka")
    expect(options(window)).not_to_have_count(0)

    assert [url.rpartition("q=")[2] for url in asked] == ["kafka"]


def test_a_late_answer_to_an_earlier_question_is_dropped(window):
    window.expected = "ERR_ABORTED"
    late = []

    def leave_waiting(route):
        late.append(route)

    window.route(re.compile(r"/api/v1/search/\?q=kaf$"), leave_waiting)
    window.goto("/")
    type_in(window, "Search the catalogue", "kaf")
    window.wait_for_timeout(300)
    type_in(window, "Search the catalogue", "x")
    expect(window.get_by_role("status").filter(has_text="No suggestion")).to_have_count(1)

    assert len(late) == 1
    expect(options(window)).to_have_count(0)


@pytest.mark.parametrize("answer", [{"status": 500}, {"status": 200, "body": "no JSON"}, None])
def test_where_nothing_answers_the_field_stays_a_field(window, answer):
    window.expected = "/api/v1/search/"
    window.route(ASKED, lambda route: route.fulfill(**answer) if answer else route.abort())
    window.goto("/")
    type_in(window, "Search the catalogue", "kaf")
    window.wait_for_timeout(400)

    expect(window.get_by_role("listbox")).to_have_count(0)
    window.keyboard.press("Enter")
    expect(window.get_by_role("heading", level=1)).to_have_text("Search")


def test_without_scripts_the_fields_offer_names_themselves(visit):
    with visit(java_script_enabled=False) as page:
        page.goto("/compare/companies/")
        expect(page.get_by_role("listbox")).to_have_count(0)
        assert page.locator("input[list=choices]").count() == 6
        assert "Acme" in page.locator("#choices option").evaluate_all("all => all.map(option => option.value)")


def test_a_name_is_text_never_markup(window):
    window.route(ASKED, lambda route: route.fulfill(json=EVIL))
    window.goto("/")
    type_in(window, "Search the catalogue", "x")

    expect(options(window)).to_have_text([re.compile("<img src=x onerror=alert")])
    assert window.locator("main img[src=x]").count() == 0


EVIL = {
    "query": "x",
    "results": [
        {"kind": "company", "slug": "x", "name": "<img src=x onerror=alert(1)>", "html_url": "/", "matched": "<b>x</b>"}
    ],
}
