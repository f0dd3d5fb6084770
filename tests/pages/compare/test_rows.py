"""What is finished of a company's column stands on the page as it would be put together anew."""

from dataclasses import replace

import pytest

from stacks.comparison.aligning import align
from stacks.pages.compare.rows import show_areas
from stacks.pages.compare.standing import load_standings
from tests.factories import make_coverage, make_usage

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("detail", ["auto", "names", "purpose", "reasons"])
def test_finished_cells_are_what_is_put_together_anew(rf, three, detail):
    acme, _, core = three
    make_usage(core, category=acme.usages.get(category__name="Apart").category, remarks="*Because* & “so”")
    make_coverage(core, acme.usages.filter(category__name="Crossing").first().category, outcome="nothing_found")

    columns = load_standings(rf.get("/"), three, "", detail)
    looks = [look for column in columns for look in column.column.looks]
    places = [place for column in columns for place in column.column.places]
    standings = [column.standing for column in columns]
    copies = [
        replace(standing, cells={slug: cell._replace() for slug, cell in standing.cells.items()})
        for standing in standings
    ]
    matrix, of_copies = (
        align(each, places, looks, {"automq": frozenset({"automq", "kafka"})}) for each in (standings, copies)
    )

    done = [column.finished for column in columns]
    finished, anew = (show_areas(each, done) for each in (matrix, of_copies))

    alone = {id(cell.cell) for column in done for cell in column.alone.values()}
    assert any(id(cell) in alone for row in matrix.rows for cell in row.cells)
    assert not any(id(cell) in alone for row in of_copies.rows for cell in row.cells)
    assert [area.html for area in finished] == [area.html for area in anew]


def test_a_column_is_finished_once_and_anew_when_something_of_it_changes(rf, three, django_assert_num_queries):
    load_standings(rf.get("/"), three, "", "auto")

    # the revision alone
    with django_assert_num_queries(1):
        load_standings(rf.get("/"), three, "", "auto")
    make_usage(three[0], purpose="Something new")
    three[0].refresh_from_db()

    column, *_ = load_standings(rf.get("/"), three, "", "auto")
    assert any(b"Something new" in piece for cell in column.finished.alone.values() for piece in cell.html)
