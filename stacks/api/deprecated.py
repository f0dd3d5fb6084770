"""What is to go: announced in the schema, and by headers in each answer to who asks for it, for a year at least."""

import datetime as dt
from dataclasses import dataclass

from django.utils.http import http_date

_LEAST = dt.timedelta(days=365)


@dataclass(frozen=True)
class Deprecated:
    """Since when it is announced and until when it is kept; what to do in its place stands in docs/api-changes.md."""

    since: dt.date
    until: dt.date

    def __post_init__(self) -> None:
        if self.until - self.since < _LEAST:
            raise ValueError("What is to go is kept for a year from its announcement.")

    @property
    def headers(self) -> dict[str, str]:
        """RFC 9745 and RFC 8594."""
        since, until = (
            int(dt.datetime.combine(day, dt.time(), dt.UTC).timestamp()) for day in (self.since, self.until)
        )
        return {"Deprecation": f"@{since}", "Sunset": http_date(until)}


# By operation ("search_read"), or by a parameter of one ("search_read kind").
DEPRECATED: dict[str, Deprecated] = {}
