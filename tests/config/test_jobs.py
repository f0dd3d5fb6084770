"""Commands side by side, as `./dev check` and `./dev test` run them; the commands here are small shell scripts."""

import os
import signal
import subprocess
import sys
import time

import pytest

from development.environment import ROOT
from development.jobs import Job, run_side_by_side
from development.suite import Run, side_by_side

PASSED = "=============== 3 passed in 0.10s ==============="
FAILED = "========== 1 failed, 2 passed in 0.20s =========="


def script(name, text, **options):
    return Job(name, ["sh", "-c", text], **options)


def suite(name, summary, code=0):
    """What looks to us like a run of pytest; it takes the arguments that one is given."""
    tests = '{"tests/test_a.py::test_b": [1.25, 0.75]}'
    return Run(name, ["sh", "-c", f"echo '.F. [100%]'; echo '{summary}'; echo '{tests}' > $2; exit {code}", "sh"])


def test_lanes_run_at_once_and_the_jobs_of_a_lane_one_after_the_other(tmp_path):
    here, there = tmp_path / "here", tmp_path / "there"
    waits = "until [ -e {} ]; do sleep 0.01; done"
    lanes = [
        [script("first", f"touch {here}; {waits.format(there)}"), script("second", f"test -e {there}")],
        [script("other", f"{waits.format(here)}; touch {there}")],
    ]

    assert [job.code for job in run_side_by_side(lanes, tmp_path)] == [0, 0, 0]


def test_one_failure_is_one_whatever_passes_beside_it(capsys):
    assert side_by_side([[script("good", "true")], [script("bad", "echo what went wrong; exit 3")]]) == 1

    told = capsys.readouterr().out
    assert "--- bad ---\nwhat went wrong" in told
    assert "Failed: bad" in told


def test_a_command_that_dies_has_failed(tmp_path):
    [job] = run_side_by_side([[script("killed", "kill -9 $$")]], tmp_path)

    assert job.failed


def test_what_is_not_possible_here_is_passed_over_with_its_reason(capsys):
    assert side_by_side([[script("postgresql", "echo no server; exit 77", passed_over=77)]]) == 0

    assert capsys.readouterr().out.count("CPU  no server") == 2


@pytest.mark.parametrize(("code", "summary"), [(0, PASSED), (1, FAILED)])
def test_the_last_line_is_what_pytest_says_and_that_of_a_failure_when_there_is_one(capsys, code, summary):
    lanes = [[suite("sqlite", PASSED)], [suite("postgresql", summary, code)], [script("format", "true")]]
    assert side_by_side(lanes) == code

    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == summary
    assert lines[-2].startswith("Total: ")


def test_each_step_and_each_slow_test_says_what_it_cost(capsys):
    side_by_side([[suite("sqlite", PASSED), script("busy", "i=0; while [ $i -lt 200000 ]; do i=$((i + 1)); done")]])

    told = capsys.readouterr().out
    assert "  1.25 s    0.75 s CPU  sqlite  tests/test_a.py::test_b" in told
    [busy] = [line for line in told.splitlines()[-8:] if line.startswith("busy")]
    assert float(busy.split()[3]) > 0.05


@pytest.mark.parametrize("known_after", [0, 0.5])
def test_what_ends_it_ends_what_it_started(tmp_path, known_after):
    program = f"""
import signal, subprocess, sys, time
sys.path.insert(0, {str(ROOT)!r})
signal.signal(signal.SIGTERM, signal.default_int_handler)
from pathlib import Path
from development.jobs import Job, run_side_by_side
class Popen(subprocess.Popen):
    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        time.sleep({known_after})
subprocess.Popen = Popen
run_side_by_side([[Job("long", ["sh", "-c", "echo $$; exec sleep 60"]), Job("never", ["touch", "never"])]], Path())
"""
    started = subprocess.Popen([sys.executable, "-c", program], cwd=tmp_path, stderr=subprocess.DEVNULL)
    log = tmp_path / "0.log"
    while not (log.exists() and log.read_text()):
        time.sleep(0.01)
    started.send_signal(signal.SIGTERM)

    assert started.wait(30) != 0
    with pytest.raises(ProcessLookupError):
        os.kill(int(log.read_text()), 0)
    assert not (ROOT / "never").exists()
