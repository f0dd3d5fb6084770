import contextlib
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stacks import dates

FULL_WIDTH_2019 = "\uff12\uff10\uff11\uff19"
days = st.dates(min_value=dt.date(1900, 1, 1), max_value=dt.date(2100, 12, 31)).map(str)
partial_dates = st.builds(lambda day, length: day[:length], days, st.sampled_from([4, 7, 10]))


@pytest.mark.parametrize("text", ["2019", "2019-06", "2019-06-03", "2020-02-29"])
def test_year_month_and_day_are_dates(text):
    assert dates.parse(text) == text


@pytest.mark.parametrize(
    "text",
    ["", "19", "2019-", "2019-13", "2019-6", "2019-02-30", "2019/06", "June 2019", FULL_WIDTH_2019, "2019-06-03T00:00"],
)
def test_anything_else_is_refused_with_the_forms_that_are_understood(text):
    with pytest.raises(dates.InvalidDate, match="date"):
        dates.parse(text)


@pytest.mark.parametrize(
    ("text", "last"),
    [("2019", "2019-12-31"), ("2019-02", "2019-02-28"), ("2020-02", "2020-02-29"), ("2019-06-03", "2019-06-03")],
)
def test_a_date_covers_its_whole_month_or_year(text, last):
    assert dates.last_day(text) == last


@pytest.mark.parametrize(
    ("one", "other", "sign"), [("2019-06", "2019", 0), ("2018-12-31", "2019", -1), ("2019-06", "2019-05-30", 1)]
)
def test_dates_are_compared_at_the_shorter_precision(one, other, sign):
    assert dates.compare(one, other) == sign


@given(partial_dates, partial_dates)
def test_comparison_is_antisymmetric(one, other):
    assert dates.compare(one, other) == -dates.compare(other, one)


@given(partial_dates)
def test_the_last_day_is_a_day_within_the_date(text):
    last = dates.last_day(text)
    assert dates.parse(last).startswith(text)
    assert len(last) == 10


@given(st.text(max_size=12))
def test_parse_raises_nothing_but_its_own_error(text):
    with contextlib.suppress(dates.InvalidDate):
        assert dates.parse(text) == text
