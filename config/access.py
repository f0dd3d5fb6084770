"""How gunicorn writes a request down. Nothing of Django is read here: a reload has to read that anew."""

from datetime import UTC, datetime

from gunicorn.glogging import Logger


class AccessLog(Logger):
    def now(self) -> str:
        """As all other lines of the log have it."""
        return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
