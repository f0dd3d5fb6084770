"""A comparison in windows of every width: its columns are all there, and named."""

import pytest

from tests.browser.catalogue import PAGES

pytestmark = pytest.mark.browser

KINDS = ["2 companies", "3 companies", "6 companies"]
# Where the heads stand while the last row is on the screen, and what is outside the window.
LOOK = """() => {
    const box = e => e.getBoundingClientRect(), page = document.documentElement
    const row = [...document.querySelectorAll('.matrix > [role=rowgroup] > .row')].at(-1)
    row.scrollIntoView({block: 'end'})
    const heads = [...document.querySelectorAll('.heads [role=columnheader]')]
    const at = e => document.elementFromPoint(box(e).left + 20, (box(e).top + box(e).bottom) / 2)
    const cut = e => box(e).right > page.clientWidth || e.scrollWidth > e.clientWidth + 1
    const cells = [...row.querySelectorAll(':scope > div')]
    return {
        scrolled: window.scrollY,
        sideways: page.scrollWidth - page.clientWidth,
        inView: heads.every(e => box(e).top >= -1 && box(e).bottom <= window.innerHeight),
        onTop: heads.every(e => e.contains(at(e))),
        aligned: heads.every((e, n) => Math.abs(box(e).left - box(cells[n]).left) < 1),
        cut: [...heads, ...cells].filter(cut).length,
        heads: heads.length, cells: cells.length,
    }
}"""


@pytest.mark.parametrize("width", [1024, 1280, 1680, 2560])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("detail", ["names", "reasons"])
def test_the_names_of_the_columns_stay_in_view_and_no_column_is_cut(visit, kind, width, detail):
    with visit(viewport={"width": width, "height": 300}) as page:
        page.goto(f"{PAGES[kind]}?detail={detail}")
        seen = page.evaluate(LOOK)

        assert seen["scrolled"] > 0
        assert seen["heads"] == seen["cells"] == int(kind[0]) + 1
        assert (seen["inView"], seen["onTop"], seen["aligned"]) == (True, True, True)
        assert (seen["cut"], seen["sideways"]) == (0, 0)


@pytest.mark.parametrize("kind", KINDS)
def test_on_a_phone_each_line_names_its_company(visit, kind):
    with visit(viewport={"width": 390, "height": 844}) as page:
        page.goto(PAGES[kind])
        names = page.locator("#message-brokers .who")

        assert names.count() == int(kind[0])
        assert all(name.is_visible() for name in names.all())
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_cited_usage_opens_though_a_phone_shows_names(visit):
    with visit(viewport={"width": 390, "height": 844}) as page:
        page.goto("/compare/companies/acme/bolt/?detail=reasons")
        address = page.get_by_role("link", name="Link to this statement").first.get_attribute("href")
        page.goto(address)

        assert page.locator(":target .use-more").is_visible()
        assert page.locator("#stack .use:not(:target) .use-more").first.is_hidden()


@pytest.mark.parametrize("kind", ["6 technologies", "technology", "company", "company, long names", "companies"])
def test_on_a_phone_no_line_of_a_cell_falls_among_the_labels(visit, kind):
    with visit(viewport={"width": 390, "height": 844}) as page:
        page.goto(PAGES[kind])
        lines = page.evaluate(
            """() => [...document.querySelectorAll('.data.wide td[data-l]')].flatMap(cell => {
                const range = document.createRange(), from = cell.getBoundingClientRect()
                const told = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT), lefts = []
                while (told.nextNode()) {
                    range.selectNodeContents(told.currentNode)
                    if (!told.currentNode.data.trim() || told.currentNode.parentElement.closest('.vh')) continue
                    lefts.push(...[...range.getClientRects()].filter(r => r.width).map(r => r.left - from.left))
                }
                return lefts
            })"""
        )

        assert lines
        assert min(lines) >= 95
