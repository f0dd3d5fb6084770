"""A double is hinted while it is typed, and the answer is remembered."""

import pytest

from stacks.models import Company, KeptApart
from tests.admin.doors import admin_url
from tests.factories import make_company

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_double_is_hinted_while_it_is_typed_and_kept_apart(open_page):
    zerodha = make_company("Zerodha")
    page = open_page(admin_url(Company, "add"), role="curator")

    page.fill("#id_name", "Zerodha Ltd")
    hint = page.locator(".doubles p")
    hint.wait_for()
    assert hint.get_by_role("link").get_attribute("href") == admin_url(zerodha, "change")
    page.get_by_role("button", name="They are two").click()
    hint.wait_for(state="detached")
    page.fill("#id_slug", "zerodha-ltd")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_selector(".messagelist .success")

    assert KeptApart.objects.get().first == zerodha.pk
    assert page.evaluate("window.violations") == []
