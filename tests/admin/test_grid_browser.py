"""A stack typed, moved along, copied and saved with nothing but the keyboard."""

import pytest

from stacks.models import Usage
from tests.admin.doors import admin_url
from tests.factories import make_category, make_company, make_technology, make_usage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_stack_is_written_by_keyboard_alone(open_page):
    company, caches = make_company("Zerodha"), make_category("Caches")
    usage = make_usage(company, make_technology("Redis", caches), purpose="Sessions")
    make_technology("PostgreSQL", make_category("Databases"))
    make_technology("Memcached", caches)
    page = open_page(admin_url(company, "stack"))
    here = "document.activeElement.name"

    page.focus("[name=row-0-purpose]")
    page.keyboard.press("Control+a")
    page.keyboard.type("Queues")
    page.keyboard.press("Control+ArrowLeft")
    page.keyboard.press("Control+ArrowLeft")
    assert page.evaluate(here) == "row-0-category"
    page.keyboard.press("Control+ArrowLeft")
    page.keyboard.press("Enter")
    assert page.evaluate(here) == "row-1-technology"
    page.keyboard.type("Postgre")
    page.locator("[role=listbox] [role=option]").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.input_value("[name=row-1-technology]") == "PostgreSQL"
    for _ in range(5):  # on to the last row, and one more
        page.keyboard.press("Enter")
    assert page.evaluate(here) == "row-6-technology"
    page.keyboard.type("Memcached")
    page.keyboard.press("Escape")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    page.wait_for_selector(".messagelist .success")

    assert Usage.objects.get(pk=usage.pk).purpose == "Queues"
    assert set(company.usages.values_list("technology__name", flat=True)) == {"Redis", "PostgreSQL", "Memcached"}
    page.keyboard.press("?")
    page.get_by_role("dialog").wait_for()
    assert page.evaluate("window.violations") == []
