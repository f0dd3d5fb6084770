"""What each test cost, in seconds and in CPU seconds, written to the file that --costs names; `./dev test` reads it."""

import json
import os
from collections import defaultdict
from pathlib import Path

import pytest

KEY = "cpu"


def cpu_seconds():
    """Of this process and of the programs that it started and that have ended."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


class Costs:
    """Measures where a test runs, which is a worker when there are any, and adds up where the results arrive."""

    def __init__(self, file):
        self.file = file
        self.spent = 0.0
        self.tests = defaultdict(lambda: [0.0, 0.0])

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logstart(self):
        self.spent = cpu_seconds()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self):
        report = yield
        now = cpu_seconds()
        report.user_properties.append((KEY, now - self.spent))
        self.spent = now
        return report

    def pytest_runtest_logreport(self, report):
        cost = self.tests[report.nodeid]
        cost[0] += report.duration
        cost[1] += dict(report.user_properties).get(KEY, 0.0)

    def pytest_sessionfinish(self, session):
        if not hasattr(session.config, "workerinput"):
            Path(self.file).write_text(json.dumps(self.tests))
