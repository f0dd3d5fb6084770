import base64
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stacks import keyset
from stacks.models import Technology, Usage
from tests.factories import make_category, make_company, make_technology, make_usage

pytestmark = pytest.mark.django_db

ORDERS = [["id"], ["-id"], ["sort_key", "id"], ["-companies_count", "sort_key", "id"], ["-updated_at", "-id"]]


def walk(queryset, order, size, cursor=None, *, back=False):
    """Every page from the given end, as lists of rows."""
    pages = []
    while True:
        page = keyset.page(queryset, order, size, cursor, of="rows")
        pages.append(page.rows)
        cursor = page.previous if back else page.next
        if cursor is None:
            return pages


@pytest.fixture
def technologies():
    category = make_category()
    for n in range(7):
        make_technology(f"Name {n // 3}{'!' * (n % 3)}", category, slug=f"t{n}") if n < 3 else make_technology(
            None, category
        )
    return Technology.objects.published()


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("size", [1, 2, 3, 7, 8])
def test_pages_hold_every_row_once_in_order(technologies, order, size):
    pages = walk(technologies, order, size)

    assert [row for page in pages for row in page] == list(technologies.order_by(*order))
    assert all(len(page) <= size for page in pages)


@pytest.mark.parametrize("order", ORDERS)
def test_the_way_back_is_the_way_there(technologies, order):
    first = keyset.page(technologies, order, 2, of="rows")
    second = keyset.page(technologies, order, 2, first.next, of="rows")
    third = keyset.page(technologies, order, 2, second.next, of="rows")

    assert keyset.page(technologies, order, 2, third.previous, of="rows").rows == second.rows
    assert keyset.page(technologies, order, 2, second.previous, of="rows").rows == first.rows
    assert keyset.page(technologies, order, 2, second.previous, of="rows").previous is None


def test_an_empty_list_is_one_empty_page():
    page = keyset.page(Technology.objects.published(), ["id"], 5, of="rows")

    assert page == keyset.Page([], None, None)


def test_rows_as_dicts_are_paged_alike():
    made = [make_usage(make_company(name)) for name in ("Acme", "Bolt", "Core")]
    rows = Usage.objects.published().values("uid", "company__sort_key", "company_id", "id")

    pages = walk(rows, ["company__sort_key", "company_id", "id"], 2)

    assert [row["uid"] for page in pages for row in page] == [usage.uid for usage in made]


def test_a_row_that_appears_or_goes_meanwhile_moves_no_other(technologies):
    page = keyset.page(technologies, ["sort_key", "id"], 3, of="rows")
    page.rows[0].delete()

    rest = walk(technologies, ["sort_key", "id"], 3, page.next)

    assert [row for rows in rest for row in rows] == list(technologies.order_by("sort_key", "id"))[2:]


@pytest.mark.parametrize("size", [1, 5])
def test_a_page_is_one_query(technologies, size, django_assert_num_queries):
    with django_assert_num_queries(1):
        keyset.page(technologies, ["sort_key", "id"], size, of="rows")


def test_a_cursor_belongs_to_its_list_its_filters_and_its_order(technologies):
    ones = keyset.list_of("/technologies/", {"kind": ["library", "tool"], "q": ["a"]}.items())
    cursor = keyset.page(technologies, ["sort_key", "id"], 2, of=ones).next

    same = keyset.list_of("/technologies/", {"q": ["a"], "kind": ["tool", "library", "tool"]}.items())
    assert keyset.page(technologies, ["sort_key", "id"], 2, cursor, of=same).rows
    for order, of in [
        (["-sort_key", "id"], ones),
        (["name", "id"], ones),
        (["sort_key", "id"], keyset.list_of("/technologies/", {"kind": ["library"], "q": ["a"]}.items())),
        (["sort_key", "id"], keyset.list_of("/companies/", {"kind": ["library", "tool"], "q": ["a"]}.items())),
        (["sort_key", "id"], keyset.list_of("/technologies/")),
    ]:
        with pytest.raises(keyset.InvalidCursor):
            keyset.page(technologies, order, 2, cursor, of=of)


def test_a_cursor_that_was_changed_by_a_letter_is_refused(technologies):
    cursor = keyset.page(technologies, ["sort_key", "id"], 2, of="rows").next

    for place in range(len(cursor)):
        changed = cursor[:place] + ("A" if cursor[place] != "A" else "B") + cursor[place + 1 :]
        with pytest.raises(keyset.InvalidCursor):
            keyset.page(technologies, ["sort_key", "id"], 2, changed, of="rows")


def encode(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


values = st.one_of(
    st.integers(),
    st.text(max_size=20),
    st.none(),
    st.floats(),
    st.booleans(),
    st.sampled_from(["2020-01-01", "2020-13-01T00:00:00Z", "0001-01-01T00:00:00+14:00"]),
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cursor=st.one_of(st.text(min_size=1, max_size=60), st.lists(values, max_size=4).map(encode)),
    order=st.sampled_from(ORDERS),
)
def test_what_this_list_has_not_given_out_is_refused(cursor, order):
    with pytest.raises(keyset.InvalidCursor):
        keyset.page(Technology.objects.published(), order, 5, cursor, of="rows")
