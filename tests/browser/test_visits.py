"""The main visits, as people make them: with the mouse, with the keyboard, and without JavaScript."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.fixture(params=["with scripts", "without scripts"])
def window(request, visit):
    """Everything works without JavaScript, so each visit is made both ways."""
    with visit(java_script_enabled=request.param == "with scripts") as page:
        yield page


def heading(page):
    return page.get_by_role("heading", level=1)


def test_from_the_front_page_by_a_search_to_a_technology(window):
    window.goto("/")
    window.get_by_label("Search the catalogue").fill("apache kafka")
    window.keyboard.press("Enter")

    expect(heading(window)).to_have_text("Search")
    window.get_by_role("main").get_by_role("link", name="Kafka", exact=True).click()

    expect(heading(window)).to_have_text("Kafka")
    row = window.get_by_role("row", name="Acme")
    row.locator("summary").click()
    expect(row.get_by_role("link", name="How we run it, from the first day to the present one")).to_be_visible()


def test_from_the_front_page_by_the_picker_to_what_two_companies_share(window):
    window.goto("/")
    window.get_by_label("First").fill("Acme")
    window.get_by_label("Second").fill("Bolt")
    window.get_by_label("Third (optional)").fill("Core")
    window.locator("#pick").get_by_role("button", name="Compare").click()

    expect(heading(window)).to_have_text("Acme, Bolt and Core")
    rows = window.get_by_role("navigation", name="Rows")
    rows.get_by_role("link", name="Shared").click()
    expect(rows.get_by_role("link", name="Shared")).to_have_attribute("aria-current", "true")
    expect(window.get_by_role("link", name="Message brokers")).to_be_visible()
    expect(window.get_by_role("rowheader", name="Languages")).to_have_count(0)

    window.get_by_role("link", name="Remove Core").click()
    expect(heading(window)).to_have_text("Acme and Bolt")
    assert window.url.endswith("/compare/companies/acme/bolt/")


def test_from_the_picker_by_any_name_to_a_comparison(window):
    window.goto("/compare/technologies/")
    window.get_by_label("First").fill("APACHE kafka")
    window.get_by_label("Second").fill("rabbit-mq")
    window.get_by_role("button", name="Compare").click()

    expect(heading(window)).to_have_text("Kafka and RabbitMQ")


def test_a_name_that_is_none_keeps_the_others(window):
    window.expected = "status of 400"
    window.goto("/compare/companies/")
    window.get_by_label("First").fill("Acme")
    window.get_by_label("Second").fill("Nobody")
    window.get_by_role("main").get_by_role("button", name="Compare").click()

    expect(window.get_by_role("alert")).to_contain_text("Second: there is no company “Nobody” in the catalogue.")
    window.get_by_label("Second").fill("bolt")
    expect(window.get_by_label("First")).to_have_value("Acme")
    window.get_by_role("main").get_by_role("button", name="Compare").click()
    expect(heading(window)).to_have_text("Acme and Bolt")


def test_a_stack_as_it_was(window):
    window.goto("/companies/acme/")
    expect(window.locator("#past")).to_contain_text("Redis")
    window.get_by_label("Stack as of").fill("2020")
    window.get_by_role("button", name="Show").click()

    expect(window.get_by_role("heading", name="Stack as of 2020")).to_be_visible()
    expect(window.locator("#stack")).to_contain_text("Sessions")
    window.get_by_role("link", name="Today").click()
    assert window.url.endswith("/companies/acme/")


def test_a_list_is_filtered_and_turned(window):
    window.goto("/technologies/")
    window.get_by_label("Kind").select_option("language")
    window.get_by_role("button", name="Show").click()
    expect(window.get_by_label("Kind")).to_have_value("language")

    window.get_by_role("link", name="More technologies").click()
    expect(window.get_by_label("Kind")).to_have_value("language")
    window.get_by_role("link", name="Previous technologies").click()
    expect(window.get_by_role("row", name="Go").first).to_be_visible()


def test_the_keyboard_alone_skips_to_the_content_and_opens_a_reason(visit):
    with visit() as page:
        page.goto("/compare/companies/acme/bolt/")
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
        expect(page.get_by_role("link", name="Skip to content")).to_be_in_viewport()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.querySelector('main').contains(document.activeElement)")

        more = page.locator("#message-brokers .use-more").first
        more.locator("summary").focus()
        expect(more.get_by_text("Chosen for")).to_be_hidden()
        page.keyboard.press("Enter")
        expect(more.get_by_text("Chosen for")).to_be_visible()
        page.keyboard.press("Enter")
        expect(more.get_by_text("Chosen for")).to_be_hidden()


def test_each_stop_of_the_keyboard_can_be_seen(visit):
    with visit() as page:
        page.goto("/compare/companies/acme/bolt/core/")
        for _ in range(40):
            page.keyboard.press("Tab")
            seen = page.evaluate(
                """() => {
                    const here = document.activeElement, style = getComputedStyle(here)
                    const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0
                    return here === document.body || ring ? '' : here.outerHTML.slice(0, 200)
                }"""
            )
            assert seen == ""


def test_on_a_phone_one_company_is_shown_in_full_and_another_on_a_tap(visit):
    with visit(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True) as page:
        page.goto("/compare/companies/acme/bolt/")
        row = page.locator("#message-brokers")
        expect(row.locator(".c-1 summary")).to_be_hidden()  # names, by default
        page.get_by_role("navigation", name="Detail").get_by_role("link", name="Purpose").click()
        expect(row.locator(".c-1 summary")).to_be_visible()
        expect(row.locator(".c-2 summary")).to_be_hidden()

        page.get_by_label("Bolt", exact=True).check()

        expect(row.locator(".c-1 summary")).to_be_hidden()
        expect(row.locator(".c-2 summary")).to_be_visible()
