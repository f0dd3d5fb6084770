"""Each kind of page in both themes and widths: no violation that axe-core knows, nothing sideways, no console error."""

import pytest

from tests.axe import violations
from tests.browser.catalogue import PAGES, STATUSES

pytestmark = pytest.mark.browser


def open_all(page):
    page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true })")


def sideways(page):
    """That the page is wider than its window, and what sticks out; empty when all fits."""
    return page.evaluate(
        """() => {
            const page = document.documentElement, room = page.clientWidth
            if (page.scrollWidth <= room) return []
            const clips = e => e && (getComputedStyle(e).overflowX !== 'visible' || clips(e.parentElement))
            const out = [...document.querySelectorAll('body *')]
                .filter(e => e.getBoundingClientRect().right > room + 1 && !clips(e.parentElement)).slice(0, 5)
            return [`${page.scrollWidth} px wide`, ...out.map(e => e.cloneNode().outerHTML)]
        }"""
    )


def look_at(page):
    """The faults of the page that is open: in each theme on a screen and on a phone, and on the smallest phone."""
    faults = []
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            page.evaluate("Promise.all(document.getAnimations().map(fade => fade.finished))")
            found = violations(page, of_colour=theme == "dark")
            faults += [f"{theme}, {width} px: {fault}" for fault in found]
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 900})
        faults += [f"{width} px: {fault}" for fault in sideways(page)]
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


def test_the_login_of_the_admin_can_be_used_by_everybody(visit):
    with visit() as page:
        page.goto("/admin/login/")

        faults = look_at(page)
        assert not faults, "\n".join(faults)


def test_what_is_too_small_to_be_pressed_is_found(visit):
    with visit() as page:
        page.goto("/companies/acme/")
        page.evaluate(
            """document.querySelectorAll('.toc, .toc li, .toc a').forEach(element => {
                Object.assign(element.style, {display: 'block', padding: 0, fontSize: '6px', lineHeight: '6px'})
            })"""
        )

        assert any(fault.startswith("target-size") for fault in violations(page))
