"""A day of two people at the keyboard: a change is suggested, returned with a reason, suggested again and accepted."""

import pytest
from django.urls import reverse
from django.utils import timezone

from stacks.models import ImportLine, State, Usage
from stacks.review import note_proposed
from tests.admin.doors import admin_url
from tests.admin.test_browser import check
from tests.factories import make_category, make_company, make_evidence, make_source, make_technology, make_usage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def press(page, key):
    """A key that loads the next page."""
    with page.expect_navigation():
        page.keyboard.press(key)
    page.wait_for_load_state("networkidle")


def suggest(page, purpose):
    page.focus("#id_purpose")
    page.keyboard.press("Control+a")
    page.keyboard.type(purpose)
    press(page, "Enter")
    page.wait_for_selector(".messagelist .success")


def test_a_change_is_proposed_returned_proposed_again_and_accepted_by_keyboard(open_page, live_server, client):
    company = make_company("Acme")
    usage = make_usage(company, make_technology("Redis"), purpose="Cache")
    curator = open_page(admin_url(usage, "change"), role="curator")
    suggest(curator, "Sessions")
    review = open_page(reverse("admin:stacks_company_review", args=[company.pk]))

    review.keyboard.press("r")
    review.keyboard.type("Who says so?")
    press(review, "Control+Enter")
    assert ImportLine.objects.get().reason == "Who says so?"
    assert "Nothing waits for Acme" in review.inner_text("#content")

    curator.goto(live_server.url + reverse("admin:stacks_returned"))
    assert "Who says so?" in curator.inner_text(".returns")
    with curator.expect_navigation():
        curator.click(".returns h2 a")
    suggest(curator, "Sessions of the shop")
    assert "Cache" in client.get(company.get_absolute_url()).content.decode()

    review.reload()
    review.keyboard.press("a")
    review.wait_for_selector(".item.accepted")
    press(review, "u")
    assert not review.query_selector(".item.accepted")
    press(review, "a")
    review.wait_for_selector(".item.accepted")
    press(review, "Control+Enter")
    assert "1 published" in review.inner_text(".messagelist")
    assert "Sessions of the shop" in client.get(company.get_absolute_url()).content.decode()
    assert review.evaluate("window.violations") == []


def proposed(number):
    company, source = make_company("Acme"), make_source()
    category = make_category()
    usages = [
        make_usage(company, make_technology(category=category), state=State.PROPOSED, source=False)
        for _ in range(number)
    ]
    for usage in usages:
        make_evidence(source, usage=usage, quote="We use it.")
    note_proposed(usages, None)
    return company


def test_keys_move_along_open_the_list_of_keys_and_can_be_switched_off(open_page):
    company = proposed(3)
    page = open_page(reverse("admin:stacks_company_review", args=[company.pk]))
    here = "document.querySelector('.item.now').id"
    first = page.evaluate(here)

    page.keyboard.press("j")
    second = page.evaluate(here)
    page.keyboard.press("k")
    assert (page.evaluate(here), second == first) == (first, False)
    press(page, "a")
    assert page.evaluate(here) == second
    press(page, "A")
    assert page.locator(".item.accepted").count() == 3
    page.keyboard.press("?")
    page.uncheck("#letters")
    page.keyboard.press("Escape")
    page.keyboard.press("u")
    page.reload()
    page.keyboard.press("u")
    assert page.locator(".item.accepted").count() == 3
    press(page, "Control+Enter")
    assert Usage.objects.published().count() == 3


def test_the_pages_of_the_review_keep_the_policy_and_axe_finds_nothing(open_page):
    company = proposed(2)
    review = reverse("admin:stacks_company_review", args=[company.pk])

    for path in (review, reverse("admin:stacks_review_queue"), admin_url(company, "change")):
        role = "curator" if path.endswith("change/") else "reviewer"
        check(open_page(path, role=role, viewport={"width": 1280, "height": 900}, color_scheme="light"), path)
    check(open_page(review, viewport={"width": 390, "height": 844}, color_scheme="dark"), review)


def test_without_scripts_the_same_buttons_do_it(open_page):
    company = proposed(1)
    page = open_page(reverse("admin:stacks_company_review", args=[company.pk]), java_script_enabled=False)

    for button in ('.item button[value="accept"]', "#publish button"):
        with page.expect_navigation(wait_until="networkidle"):
            page.click(button)

    assert Usage.objects.published().count() == 1


def test_a_source_is_checked_again_by_keyboard_and_its_letters_can_be_switched_off(open_page):
    source = make_source(checked_at=timezone.now())
    for _ in range(2):  # what was found in its text needs no opening
        make_evidence(usage=make_usage(), source=source, quote="We use it")
    source.evidence.update(quote_found=True)
    page = open_page(admin_url(source, "check"))
    marked = ".citations input[type=radio]:checked"

    page.keyboard.press("j")
    page.keyboard.press("s")
    assert page.locator(marked).count() == 1
    page.keyboard.press("?")
    page.get_by_label("Single letters are keys").uncheck()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="hidden")
    page.locator("h1").click()
    page.keyboard.press("c")
    assert page.locator(marked).count() == 1
    assert page.evaluate("window.violations") == []
