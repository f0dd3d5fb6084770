"""CPU time of a call: that of this process, and of the PostgreSQL backends that worked for it."""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any


class Meter:
    """Wall time on a machine that others share tells of the others; processor time much less so."""

    def __init__(self, connection: Any):
        self.connection = connection
        self.backends: list[Path] = []

    def find_backends(self) -> None:
        """Those of this database, on this machine: a server elsewhere is not measured."""
        if self.connection.vendor != "postgresql":
            return
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
            found = [Path(f"/proc/{pid}/schedstat") for (pid,) in cursor.fetchall()]
        self.backends = [path for path in found if path.exists()]

    def milliseconds(self) -> float:
        spent = time.process_time_ns()
        for path in self.backends:
            with suppress(OSError):
                spent += int(path.read_text().split()[0])
        return spent / 1e6

    def cost(self, call: Callable[[], object], times: int = 1) -> float:
        """Milliseconds a call."""
        started = self.milliseconds()
        for _ in range(times):
            call()
        return (self.milliseconds() - started) / times
