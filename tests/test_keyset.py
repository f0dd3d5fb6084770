import base64
import contextlib
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stacks import keyset
from stacks.models import Technology, Usage
from tests.factories import make_category, make_technology, make_usage

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:DateTimeField .* received a naive datetime:RuntimeWarning"),
]

ORDERS = [["id"], ["-id"], ["sort_key", "id"], ["-companies_count", "sort_key", "id"], ["-updated_at", "-id"]]


def walk(queryset, order, size, cursor=None, *, back=False):
    """Every page from the given end, as lists of rows."""
    pages = []
    while True:
        page = keyset.page(queryset, order, size, cursor)
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
    first = keyset.page(technologies, order, 2)
    second = keyset.page(technologies, order, 2, first.next)
    third = keyset.page(technologies, order, 2, second.next)

    assert keyset.page(technologies, order, 2, third.previous).rows == second.rows
    assert keyset.page(technologies, order, 2, second.previous).rows == first.rows
    assert keyset.page(technologies, order, 2, second.previous).previous is None


def test_an_empty_list_is_one_empty_page():
    page = keyset.page(Technology.objects.published(), ["id"], 5)

    assert page == keyset.Page([], None, None)


def test_rows_as_dicts_are_paged_alike():
    made = [make_usage() for _ in range(3)]
    rows = Usage.objects.published().values("uid", "company__sort_key", "company_id", "id")

    pages = walk(rows, ["company__sort_key", "company_id", "id"], 2)

    assert [row["uid"] for page in pages for row in page] == [usage.uid for usage in made]


def test_a_row_that_appears_or_goes_meanwhile_moves_no_other(technologies):
    page = keyset.page(technologies, ["sort_key", "id"], 3)
    page.rows[0].delete()

    rest = walk(technologies, ["sort_key", "id"], 3, page.next)

    assert [row for rows in rest for row in rows] == list(technologies.order_by("sort_key", "id"))[2:]


@pytest.mark.parametrize("size", [1, 5])
def test_a_page_is_one_query(technologies, size, django_assert_num_queries):
    with django_assert_num_queries(1):
        keyset.page(technologies, ["sort_key", "id"], size)


def encode(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "é",
        "!!!!",
        "////",
        encode([]),
        encode({}),
        encode([0]),
        encode([0, "a"]),
        encode([2, "a", 1]),
        encode([0, "a", None]),
        encode([0, "a", 1.5]),
        encode([0, "a", True]),
        encode([0, "a", "b"]),
        encode([0, "a", 1, 2]),
        encode([0, "\x00", 1]),
        encode([0, "\ud800", 1]),
    ],
)
def test_a_cursor_of_another_list_is_refused(technologies, cursor):
    with pytest.raises(keyset.InvalidCursor):
        keyset.page(technologies, ["sort_key", "id"], 5, cursor)


values = st.one_of(
    st.integers(),
    st.text(max_size=20),
    st.none(),
    st.floats(),
    st.booleans(),
    st.sampled_from(["2020-01-01", "2020-13-01T00:00:00Z"]),
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cursor=st.one_of(st.text(max_size=60), st.lists(values, max_size=4).map(encode)), order=st.sampled_from(ORDERS))
def test_no_cursor_raises_anything_but_its_own_error(cursor, order):
    with contextlib.suppress(keyset.InvalidCursor):
        keyset.page(Technology.objects.published(), order, 5, cursor)
