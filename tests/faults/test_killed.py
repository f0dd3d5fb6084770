"""A worker, and the whole server, killed in the middle of a write."""

import os
import random
import signal
import time
from contextlib import ExitStack

import pytest

from tests.faults.conftest import FULL
from tests.faults.writing import Writer, children_of, wait_until

pytestmark = pytest.mark.running
ROUNDS = 50 if FULL else 1  # of each
CURATORS = 4


def kill_a_worker(server):
    os.kill(random.choice(children_of(server.process)), signal.SIGKILL)


def kill_all(server):
    for process in (server.process.pid, *children_of(server.process)):
        os.kill(process, signal.SIGKILL)
    server.process.wait()


def test_what_was_acknowledged_is_there_and_nothing_is_half_written(serve, catalogue, told):
    """Four curators save without rest; each round ends them at another moment."""
    rounds = [kill_a_worker, kill_all] * ROUNDS
    acknowledged = cut_off = 0
    with ExitStack() as servers:
        server = None
        for number, kill in enumerate(rounds):
            if server is None or server.process.poll() is not None:
                server = servers.enter_context(serve(DATABASE_URL=catalogue.url))
            else:
                wait_until(lambda server=server: len(children_of(server.process)) == 1)
            writers = [Writer(server, catalogue, 4 * (number % 9) + each) for each in range(CURATORS)]
            with ExitStack() as working:
                for writer in writers:
                    working.enter_context(writer)
                wait_until(lambda writers=writers: any(writer.acknowledged for writer in writers))
                time.sleep(random.uniform(0, 0.2))
                kill(server)
                for writer in writers:
                    writer.stopped.set()
            lost = [each for writer in writers for each in writer.lost()]
            assert lost == [], number
            acknowledged += sum(len(writer.acknowledged) for writer in writers)
            cut_off += sum(len(writer.unanswered) for writer in writers)
        catalogue.is_whole()
    told(
        f"{catalogue.engine}: a worker and the whole server killed in the middle of a write, {len(rounds)} rounds",
        f"{acknowledged} edits acknowledged, none lost; {cut_off} cut off, none half-written; feed without gaps",
    )
