"""Dates of reduced precision: `2019`, `2019-06` or `2019-06-03`, as text that sorts."""

import calendar
import datetime as dt
import re

_FORM = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?", re.ASCII)


class InvalidDate(ValueError):
    """Not an ISO 8601 date of year, month or day precision."""


def parse(text: str) -> str:
    """The text itself when it is a real date; raises InvalidDate with a message for the reader otherwise."""
    if not _FORM.fullmatch(text):
        raise InvalidDate(f"“{text}” is not a date: write 2019, 2019-06 or 2019-06-03.")
    try:
        dt.date.fromisoformat(text + "-01-01"[len(text) - 4 :] if len(text) < 10 else text)
    except ValueError as error:
        raise InvalidDate(f"“{text}” is not a date of the calendar.") from error
    return text


def last_day(text: str) -> str:
    """The last day that the date covers: `2019-02` -> `2019-02-28`. A date X began by then when X <= last_day."""
    if len(text) == 4:
        return f"{text}-12-31"
    if len(text) == 7:
        return f"{text}-{calendar.monthrange(int(text[:4]), int(text[5:]))[1]:02d}"
    return text


def compare(one: str, other: str) -> int:
    """-1, 0 or 1 at the shorter precision, so that `2019-06` and `2019` are no contradiction."""
    shared = min(len(one), len(other))
    return (one[:shared] > other[:shared]) - (one[:shared] < other[:shared])
