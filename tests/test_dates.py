import contextlib
import datetime as dt
import re

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
    ("typed", "date"),
    [
        ("2021", "2021"), (" 2021-06 ", "2021-06"), ("2021-06-03", "2021-06-03"), ("2021-6", "2021-06"),
        ("2021/06", "2021-06"), ("2021/6/3", "2021-06-03"), ("2021.06.03", "2021-06-03"), ("06/2021", "2021-06"),
        ("6.2021", "2021-06"), ("June 2021", "2021-06"), ("JUN 2021", "2021-06"), ("jun. 2021", "2021-06"),
        ("Sept 2021", "2021-09"), ("June, 2021", "2021-06"), ("2021 June", "2021-06"), ("3 Jun 2021", "2021-06-03"),
        ("3rd of June 2021", "2021-06-03"), ("3-Jun-2021", "2021-06-03"), ("June 3, 2021", "2021-06-03"),
        ("Jun 3rd 2021", "2021-06-03"), ("Thursday, June 3, 2021", "2021-06-03"), ("Thu, 3 Jun 2021", "2021-06-03"),
        ("25/06/2021", "2021-06-25"), ("06/25/2021", "2021-06-25"), ("06.06.2021", "2021-06-06"),
        ("May\u00a02021", "2021-05"), ("31 May 2021", "2021-05-31"),
    ],
)  # fmt: skip
def test_what_somebody_types_is_read_where_it_can_mean_one_date_alone(typed, date):
    assert dates.read(typed) == date
    assert dates.read(dates.spell(date)) == date


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("03/06/2021", "may be 3 June 2021 or 6 March 2021: name the month, or write 2021-06-03 for the first"),
        ("3.6.2021", "may be 3 June 2021 or 6 March 2021"),
        ("31 June 2021", "not a date of the calendar"), ("13/2021", "not a date of the calendar"),
        ("40/40/2021", "not a date of the calendar"), ("2021-02-30", "not a date of the calendar"),
        *((text, "is not a date: write 2019") for text in (
            "", "June", "June 21", "06/21", "3/6/21", "Ju 2021", "Summer 2021", "Q2 2021", "about 2021", "2021-06/03",
            "2021-06-03T10:00", FULL_WIDTH_2019, "\u0663 June 2021", "June 2021 June",
        )),
    ],
)  # fmt: skip
def test_what_is_no_date_or_may_be_another_is_refused_with_what_to_write(typed, why):
    with pytest.raises(dates.InvalidDate, match=re.escape(why)):
        dates.read(typed)


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
    with contextlib.suppress(dates.InvalidDate):
        assert dates.parse(dates.read(text)) == dates.read(text)
