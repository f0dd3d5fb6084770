"""Dates of reduced precision: `2019`, `2019-06` or `2019-06-03`, as text that sorts."""

import calendar
import datetime as dt
import re

_FORM = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?", re.ASCII)
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})([-/.])(?P<month>\d{1,2})(?:\2(?P<day>\d{1,2}))?", re.ASCII)
_MONTH_YEAR = re.compile(r"(?P<month>\d{1,2})[-/.](?P<year>\d{4})", re.ASCII)
_TWO_AND_YEAR = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})", re.ASCII)
_DAY_BEFORE = re.compile(r"(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?(?: of)? )?(?P<name>[a-z]+) (?P<year>\d{4})", re.ASCII)
_DAY_AFTER = re.compile(r"(?P<name>[a-z]+) (?P<day>\d{1,2})(?:st|nd|rd|th)? (?P<year>\d{4})", re.ASCII)
_NAME_AFTER = re.compile(r"(?P<year>\d{4}) (?P<name>[a-z]+)(?: (?P<day>\d{1,2}))?", re.ASCII)
_WEEKDAY = re.compile(r"^(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)? ")
_MONTHS = tuple(name.lower() for name in (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
))  # fmt: skip
_SHORTEST = 3
_LONGEST = 40
_MONTHS_OF_A_YEAR = len(_MONTHS)


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


def read(text: str) -> str:
    """What somebody typed, as the catalogue keeps it: `June 2021`, `3 Jun 2021`, `06/2021` or any text of `parse`.

    Raises InvalidDate with a message for the reader, also for what may be one date or another, such as `03/06/2021`.
    """
    typed = " ".join(text.split())
    if len(typed) > _LONGEST:
        raise InvalidDate(f"“{typed[:_LONGEST]}…” is more than a date: write 2019, 2019-06 or 2019-06-03.")
    if _FORM.fullmatch(typed):
        return parse(typed)
    if numbers := _TWO_AND_YEAR.fullmatch(typed):
        return _of_numbers(typed, int(numbers[1]), int(numbers[3]), numbers[4])
    if found := _YEAR_FIRST.fullmatch(typed) or _MONTH_YEAR.fullmatch(typed):
        return _checked(typed, found["year"], int(found["month"]), found.groupdict().get("day"))
    words = _WEEKDAY.sub("", " ".join(re.sub(r"[-,./]", " ", typed.lower()).split()))
    for form in (_DAY_BEFORE, _DAY_AFTER, _NAME_AFTER):
        if (found := form.fullmatch(words)) and (month := _month(found["name"])):
            return _checked(typed, found["year"], month, found["day"])
    raise InvalidDate(f"“{typed}” is not a date: write 2019, 2019-06 or 2019-06-03, June 2019 or 3 June 2019.")


def _of_numbers(typed: str, first: int, second: int, year: str) -> str:
    """Day and month in either order, where only one of them can be meant."""
    if first != second and max(first, second) <= _MONTHS_OF_A_YEAR:
        one, other = (spell(_checked(typed, year, month, day)) for day, month in ((first, second), (second, first)))
        iso = f"{year}-{second:02d}-{first:02d}"
        raise InvalidDate(f"“{typed}” may be {one} or {other}: name the month, or write {iso} for the first.")
    day, month = (first, second) if second <= _MONTHS_OF_A_YEAR else (second, first)
    return _checked(typed, year, month, day)


def _checked(typed: str, year: str, month: int, day: str | int | None) -> str:
    date = f"{year}-{month:02d}" + (f"-{int(day):02d}" if day else "")
    try:
        return parse(date)
    except InvalidDate as error:
        raise InvalidDate(f"“{typed}” is not a date of the calendar.") from error


def _month(name: str) -> int | None:
    """By its name, or the beginning of it from three letters on."""
    return next((n for n, full in enumerate(_MONTHS, 1) if len(name) >= _SHORTEST and full.startswith(name)), None)


def spell(text: str) -> str:
    """A date in words: `2021-06-03` -> `3 June 2021`."""
    year, *rest = text.split("-")
    words = [year]
    if rest:
        words.insert(0, _MONTHS[int(rest[0]) - 1].capitalize())
    if len(rest) > 1:
        words.insert(0, str(int(rest[1])))
    return " ".join(words)


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
