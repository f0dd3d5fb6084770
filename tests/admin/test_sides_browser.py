"""Two curators at once, each in a browser of their own."""

import pytest

from stacks.models import CompanyAlias, State
from tests.admin.doors import admin_url
from tests.factories import make_company, make_evidence


@pytest.mark.browser
@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_who_saves_second_sees_both_sides_chooses_and_saves_once(open_page):
    company = make_company("Fam", summary="Old", country="Egypt", state=State.DRAFT)
    evidence = make_evidence(company=company, quote="Old words", locator="12:40")
    CompanyAlias.objects.create(company=company, name="Gone soon")
    url = admin_url(company, "change")
    mine, hers = open_page(url, "curator"), open_page(url, "reviewer")
    hers.fill("#id_summary", "Her words")
    hers.fill("#id_country", "Jordan")
    hers.fill("#id_evidence-0-quote", "Her quote")
    hers.check("#id_aliases-0-DELETE")
    hers.click("[name=_save]")
    hers.wait_for_selector(".messagelist .success")

    mine.fill("#id_summary", "My words")
    mine.fill("#id_story", "Typed **for an hour**")
    mine.click("[aria-label='Preview of story']")
    mine.wait_for_selector(".rendered strong >> text=for an hour")
    mine.fill("#id_founded", "3 Jun 2010")
    mine.press("#id_founded", "Tab")
    mine.wait_for_selector(".taken >> text=3 June 2010")
    mine.fill("#id_evidence-0-quote", "My quote")
    mine.fill("#id_aliases-0-name", "Typed into it")
    mine.click("text=Add another Evidence")
    mine.fill("#id_evidence-1-quote", "Another quote of that place")
    mine.click("[name=_save]")
    mine.wait_for_selector(".both")

    assert mine.input_value("#id_story") == "Typed **for an hour**"
    assert "Her words" in mine.inner_text(".both")
    assert "My words" in mine.inner_text(".both")
    mine.check("[name=choose-summary][value=now]")
    mine.check("[name=evidence-0-choose-quote][value=yours]")
    mine.check("[name^=choose-aliases-][value=yours]")
    mine.click("[name=_save]")
    mine.wait_for_selector(".messagelist .success")

    company.refresh_from_db()
    evidence.refresh_from_db()
    assert (company.summary, company.country, company.story) == ("Her words", "Jordan", "Typed **for an hour**")
    assert (evidence.quote, company.founded) == ("My quote", "2010-06-03")
    added = company.evidence.get(quote="Another quote of that place")
    assert (added.source, added.locator) == (evidence.source, "12:40")
    assert set(company.aliases.values_list("name", flat=True)) == {"Fam", "Typed into it"}
    assert mine.evaluate("window.violations") == []
