"""From a list to what was deleted, back, and back again to an earlier state, in a narrow window."""

import pytest

from stacks.models import Company, State
from tests.admin.doors import admin_url
from tests.admin.test_browser import check_page
from tests.factories import make_company, make_evidence

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_deletion_is_brought_back_and_an_earlier_state_restored(open_page):
    company = make_company("Fam", summary="Homes in one place, for everybody who looks for one", state=State.DRAFT)
    company.summary = "Homes in two places, for everybody who looks for one"
    company.save()
    make_evidence(company=company, quote="We are Fam")
    company.delete()

    page = open_page(admin_url(Company, "changelist"), viewport={"width": 390, "height": 800})
    page.get_by_role("link", name="Deleted companies").click()
    check_page(page)
    page.get_by_role("link", name="Bring back…").click()
    check_page(page)
    page.get_by_role("button", name="Bring it back").click()
    page.get_by_text("Fam is there again.").wait_for()
    page.get_by_role("link", name="History", exact=True).click()
    check_page(page)
    page.locator("li.entry", has_text="Company added:").get_by_role("link", name="Restore this state").click()
    check_page(page)
    page.get_by_role("button", name="Restore what is ticked").click()
    page.get_by_text("What you ticked is as it was:").wait_for()

    back = Company.objects.get()
    assert back.summary.startswith("Homes in one place")
    assert back.evidence.get().quote == "We are Fam"
