"""What is finished of a company's column stands on the page as it would be put together anew."""

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
    looks = [look for column in columns for look in column.cells.column.looks]
    places = [place for column in columns for place in column.cells.column.places]
    matrix = align([column.standing for column in columns], places, looks, {"automq": frozenset({"automq", "kafka"})})
    html = {uid: pieces for column in columns for uid, pieces in column.cells.html.items()}

    finished = show_areas(matrix, detail, html, [column.alone for column in columns])
    anew = show_areas(matrix, detail, html)

    alone = [cell for column in columns for cell in column.alone.values()]
    assert any(cell.cell in row.cells for row in matrix.rows for cell in alone)
    assert [b"".join(area.html) for area in finished] == [b"".join(area.html) for area in anew]


def test_a_column_is_finished_once_and_anew_when_something_of_it_changes(rf, three, django_assert_num_queries):
    load_standings(rf.get("/"), three, "", "auto")

    # the revision alone
    with django_assert_num_queries(1):
        load_standings(rf.get("/"), three, "", "auto")
    make_usage(three[0], purpose="Something new")
    three[0].refresh_from_db()

    column, *_ = load_standings(rf.get("/"), three, "", "auto")
    assert any(b"Something new" in piece for cell in column.alone.values() for piece in cell.html)
