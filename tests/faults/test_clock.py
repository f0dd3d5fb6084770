"""The clock of the machine jumps by a day, both ways, under a running server."""

import os
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from tests.faults.writing import Writer, wait_until

pytestmark = pytest.mark.running

# Python sleeps by a call that the library answers with "Invalid argument" where monotonic time is left alone.
SLEEPING = "import select, time\ntime.sleep = lambda seconds: select.select([], [], [], seconds)\n"
LIBRARY = next(iter(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")), None)


@pytest.fixture
def clock(tmp_path):
    """What the servers that are told of it take for now: `clock.write_text("+1d")`."""
    if LIBRARY is None:
        reason = "libfaketime was not found. On Debian: apt-get install --no-install-recommends libfaketime"
        pytest.fail(reason, pytrace=False) if os.environ.get("CI") == "true" else pytest.skip(reason)
    file = tmp_path / "clock"
    file.write_text("+0")
    return file


def is_told_by(server, days):
    told = parsedate_to_datetime(server.get("/healthz")[1]["Date"])
    return round((told - datetime.now(UTC)).total_seconds() / 86400) == days


def test_the_clock_jumps_by_a_day_both_ways(serve, catalogue, clock, told):
    """Monotonic time goes on as it does on a machine whose clock is set anew."""
    (clock.parent / "sitecustomize.py").write_text(SLEEPING)
    under = (
        "env",
        f"LD_PRELOAD={LIBRARY}",
        f"FAKETIME_TIMESTAMP_FILE={clock}",
        "FAKETIME_CACHE_DURATION=1",
        "NO_FAKE_STAT=1",
        "FAKETIME_DONT_FAKE_MONOTONIC=1",
        f"PYTHONPATH={clock.parent}",
    )
    catalogue.run("UPDATE django_session SET expire_date = '2099-01-01'")  # else it ends, as it should
    with serve(under=under, DATABASE_URL=catalogue.url, API_THROTTLE_ANON="1000/minute") as server:
        writer = Writer(server, catalogue, 7)
        tags = []
        for jump in (0, 1, -1, 0):
            clock.write_text(f"{jump:+}d")
            wait_until(lambda jump=jump: is_told_by(server, jump))
            assert writer.write(), jump
            status, headers, body = server.get("/technologies/t7/")
            assert status == 200
            assert writer.acknowledged[-1].encode() in body, jump
            tags.append(headers["ETag"])
            assert server.get("/technologies/t7/", [("If-None-Match", headers["ETag"])])[0] == 304
            assert server.get("/api/v1/changes/?after=0")[0] == 200
            assert server.get("/readyz")[0] == 200
        cookies = [("Cookie", "; ".join(f"{name}={value}" for name, value in catalogue.cookies.items()))]
        history = server.get(f"/admin/stacks/technology/{writer.key}/history/", cookies)[2].decode()
    # an edit says what it was before, too: each stands last where it was written
    shown = [history.rindex(summary) for summary in writer.acknowledged]
    assert len(set(tags)) == 4
    assert writer.lost() == []
    assert shown == sorted(shown, reverse=True), "the history is not in the order in which it was written"
    catalogue.is_whole()
    told(
        f"{catalogue.engine}: the clock jumps by a day, forwards, back, and back to now",
        "saved and shown each time; feed and history stay in the order in which they were written",
    )
