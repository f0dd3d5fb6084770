"""Each kind of page in both themes and widths: no violation that axe-core knows, nothing sideways, no console error."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.catalogue import PAGES, STATUSES

pytestmark = pytest.mark.browser

THEMES = ("light", "dark")
WIDTHS = (1280, 390)


def violations(page):
    """What axe-core finds on the page as it is, one line for each rule and element."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{rule['id']}: {' '.join(map(str, node['target']))}: {node['failureSummary'].splitlines()[1].strip()}"
        for rule in found
        for node in rule["nodes"]
    ]


def open_all(page):
    page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true })")


def sideways(page):
    """By how many pixels the page is wider than its window, and what sticks out."""
    return page.evaluate(
        """() => {
            const room = document.documentElement.clientWidth
            if (document.documentElement.scrollWidth <= room) return []
            const clips = e => e && (getComputedStyle(e).overflowX !== 'visible' || clips(e.parentElement))
            return [...document.querySelectorAll('main *, header *, footer *')]
                .filter(e => e.getBoundingClientRect().right > room + 1 && !clips(e.parentElement)).slice(0, 5)
                .map(e => [e.tagName, e.className, Math.round(e.getBoundingClientRect().right), room].join(" "))
        }"""
    )


def look_at(page):
    """The faults of the page that is open, in each theme and width."""
    faults = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            page.evaluate("Promise.all(document.getAnimations().map(fade => fade.finished))")
            faults += [f"{theme}, {width} px: {fault}" for fault in violations(page)]
    return faults


@pytest.mark.parametrize("kind", PAGES)
def test_each_kind_of_page_can_be_used_by_everybody(visit, kind):
    with visit() as page:
        status = STATUSES.get(kind, 200)
        page.expected = f"status of {status}"
        assert page.goto(PAGES[kind]).status == status
        open_all(page)

        faults = look_at(page)
        assert not faults, "\n".join(faults)


@pytest.mark.parametrize("kind", PAGES)
def test_no_page_scrolls_sideways_on_a_phone(visit, kind):
    with visit(has_touch=True, is_mobile=True, viewport={"width": 390, "height": 844}) as page:
        page.expected = "status of 4"
        page.goto(PAGES[kind])

        found = []
        for width in (390, 320):
            page.set_viewport_size({"width": width, "height": 844})
            found += sideways(page)
            open_all(page)
            found += sideways(page)
        assert not found, "\n".join(found)


def test_the_login_of_the_admin_can_be_used_by_everybody(visit):
    with visit() as page:
        page.goto("/admin/login/")

        faults = look_at(page)
        assert not faults, "\n".join(faults)
