"""The whole day of two people in a real browser, from a pasted text to the year after."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from PIL import Image

from stacks.models import Evidence, State, Usage
from tests.admin.doors import admin_url
from tests.factories import make_area, make_category, make_company, make_source, make_technology, make_usage

URL = "https://zerodha.example/stack"
TABLE = """# Zerodha Tech Stack

| | Service | Remarks |
|---|---|---|
| Language | Go | Whatever has to be fast. |
| Cache | Redis | Redis instances of our own. |
| Message broker | Kafka | Kafka for events as they happen. |
"""
PURPOSE = "Events as they happen"
PATIENCE = 60_000


@pytest.fixture
def zerodha():
    data, office = make_area("Data"), make_area("Office")
    make_technology("Go", make_category("Languages", make_area("Languages and frameworks")), kind="language")
    make_technology("Redis", make_category("Caches", data))
    make_technology("Kafka", make_category("Message brokers", data))
    tickets = make_technology("osTicket", make_category("Help desks", office))
    company = make_company("Zerodha Ltd")
    make_usage(company, tickets, purpose="Tickets", source=make_source(company=company, title="How we answer"))
    return make_company("Zerodha")


@pytest.fixture
def sit_down(open_page):
    """Somebody before a window, who waits for a page as long as it takes."""

    def at(role, path="/admin/"):
        page = open_page(path, role)
        page.set_default_timeout(PATIENCE)
        return page

    return at


@pytest.fixture
def picture(request):
    """Keeps a page as it stands, in few colours, where `./dev pictures` asks for it; else it does nothing."""
    folder = request.config.option.pictures

    def keep(page, name):
        if folder:
            height = page.evaluate("scrollTo(0, 0), document.querySelector('#content').getBoundingClientRect().bottom")
            page.set_viewport_size({"width": 1280, "height": min(int(height) + 80, 1000)})
            shot = Image.open(BytesIO(page.screenshot())).convert("RGB")
            shot.quantize(48, dither=Image.Dither.NONE).save(Path(folder) / f"{name}.png", optimize=True)

    return keep


def go(page, path="/admin/"):
    address = urlsplit(page.url)
    page.goto(f"{address.scheme}://{address.netloc}{path}", wait_until="load")
    return urlsplit(page.url).path


def follow(page, name, within="body"):
    """By the one link that is called so."""
    with page.expect_navigation(wait_until="load"):
        page.locator(within).get_by_role("link", name=name, exact=True).click()


def push(page, name, within="body"):
    """The one button that is called so."""
    with page.expect_navigation(wait_until="load"):
        page.locator(within).get_by_role("button", name=name).click()


def save(page, button="_save"):
    with page.expect_navigation(wait_until="load"):
        page.click(f"[name={button}]")


def press(page, key):
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press(key)


def told(page):
    return page.inner_text(".messagelist")


def import_and_propose(curator, picture):
    follow(curator, "Import a write-up")
    curator.fill("[name=text]", TABLE)
    for name, typed in {"company": "Zerodha", "url": URL, "edition": "2024"}.items():
        curator.fill(f"[name={name}]", typed)
    press(curator, "Control+Enter")
    assert curator.url.endswith("/plan/")
    picture(curator, "plan")
    press(curator, "Control+Enter")
    assert "3 proposals were written" in curator.inner_text("#content")


def edit_in_between(curator, reviewer):
    """What was accepted and is changed is accepted no more, and who saves second chooses."""
    go(reviewer)
    follow(reviewer, "Review", ".worklists li:has-text('proposed and waiting')")
    follow(reviewer, "Zerodha", "#content")
    push(reviewer, "Accept a", ".item:has-text('Kafka')")
    assert reviewer.locator(".item.accepted").count() == 1
    kafka = Usage.objects.get(technology__name="Kafka")
    for each in (curator, reviewer):
        go(each, admin_url(kafka, "change"))
    reviewer.fill("#id_purpose", "All events")
    save(reviewer)
    curator.fill("#id_purpose", PURPOSE)
    save(curator)
    assert "Nothing you typed is lost" in curator.inner_text("#content")
    curator.check("[name=choose-purpose][value=yours]")
    save(curator)
    kafka.refresh_from_db()
    assert kafka.purpose == PURPOSE


def return_and_propose_again(curator, reviewer, company, picture):
    go(reviewer, admin_url(company, "review"))
    item = reviewer.locator(".item", has_text="Kafka")
    assert "changed after you accepted it" in item.inner_text()
    picture(reviewer, "review")
    assert reviewer.locator(".item.accepted").count() == 0
    item.locator(".return summary").click()
    item.locator("textarea").fill("Since when?")
    press(reviewer, "Control+Enter")
    go(curator)
    follow(curator, "Propose again", ".worklists")
    follow(curator, "Zerodha: Kafka (Message brokers)", ".returns")
    assert "Since when?" in curator.inner_text("#content")
    curator.fill("#id_started", "March 2021")
    save(curator, "_continue")
    push(curator, "Propose", ".object-tools")
    assert told(curator) == "1 usage proposed."


def accept(reviewer):
    reviewer.reload(wait_until="load")
    while reviewer.locator(".item:not(.accepted)").count():
        push(reviewer, "Accept a", ".item:not(.accepted) >> nth=0")
    push(reviewer, "Publish", "#publish")
    assert told(reviewer) == "3 published."


def rename(reviewer, visitor, company):
    go(reviewer, admin_url(company, "change"))
    reviewer.fill("#id_slug", "kite")
    save(reviewer)
    assert go(visitor, "/companies/zerodha/") == "/companies/kite/"


def merge_and_undo(reviewer, visitor, picture):
    go(reviewer)
    follow(reviewer, "Merge, or keep apart", ".worklists")
    follow(reviewer, "Keep this one…", ".pairs td >> nth=2")
    follow(reviewer, "Swap the sides s")
    picture(reviewer, "merge")
    push(reviewer, "Merge Zerodha Ltd into Zerodha")
    assert go(visitor, "/companies/zerodha-ltd/") == "/companies/kite/"
    assert "Tickets" in visitor.inner_text("main")
    push(reviewer, "Undo: make them two again")
    assert go(visitor, "/companies/zerodha-ltd/") == "/companies/zerodha-ltd/"


def delete_and_bring_back(reviewer, company):
    draft = make_usage(company, Usage.objects.get(purpose="Tickets").technology, purpose="Desks", state=State.DRAFT)
    go(reviewer, admin_url(draft, "change"))
    follow(reviewer, "Delete")
    push(reviewer, "Yes, I’m sure")
    assert not Usage.objects.filter(pk=draft.pk).exists()
    go(reviewer)
    follow(reviewer, "Deleted", ".way-to-deleted")
    follow(reviewer, "Bring back…", ".entry >> nth=0")
    push(reviewer, "Bring it back")
    assert Usage.objects.get(pk=draft.pk).evidence.count() == 1


def check_again(page, today, picture):
    follow(page, "Check the first source", ".worklists li:has-text('checked twice')")
    with page.context.expect_event("request", lambda request: request.url == URL):
        page.keyboard.press("o")
    page.get_by_text("You opened it from here").wait_for()
    page.keyboard.press("c")
    page.fill("[name=edition]", "2027")
    picture(page, "check-again")
    press(page, "Control+Enter")
    again = Evidence.objects.filter(source__url=URL, edition_on="2027")
    assert sorted(again.values_list("usage__technology__name", "verified_on")) == [
        (name, today) for name in ("Go", "Kafka", "Redis")
    ]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_from_a_pasted_text_to_the_year_after(sit_down, zerodha, monkeypatch, picture, request):
    curator, reviewer = sit_down("curator"), sit_down("reviewer")
    import_and_propose(curator, picture)
    edit_in_between(curator, reviewer)
    return_and_propose_again(curator, reviewer, zerodha, picture)
    visitor = sit_down("nobody", zerodha.get_absolute_url())
    visitor.context.clear_cookies()
    assert PURPOSE not in visitor.inner_text("main")
    accept(reviewer)
    visitor.reload()
    assert PURPOSE in visitor.inner_text("main")
    go(visitor, "/api/v1/usages/?company=zerodha")
    assert PURPOSE in visitor.inner_text("body")

    rename(reviewer, visitor, zerodha)
    merge_and_undo(reviewer, visitor, picture)
    delete_and_bring_back(reviewer, zerodha)
    if request.config.option.pictures:
        for name, path in {"history": "history", "grid": "stack"}.items():
            go(reviewer, admin_url(zerodha, path))
            picture(reviewer, name)

    later = timezone.now() + timedelta(days=366)
    monkeypatch.setattr(timezone, "now", lambda: later)
    colleague = sit_down("reviewer")
    check_again(colleague, f"{later:%Y-%m-%d}", picture)
    go(visitor, "/companies/kite/")
    assert "2027" in visitor.inner_text("main")
    for page in (curator, reviewer, colleague):
        assert page.evaluate("window.violations") == []
