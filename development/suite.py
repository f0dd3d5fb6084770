"""The tests: all of them side by side, or those that are asked for, one database after the other."""

import argparse
import json
import os
import re
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from development.environment import ROOT, Environment, NoPythonError, beside, call, fail, say, this_python
from development.jobs import Job, in_words, run_side_by_side

POSTGRES_MISSING = 77
NOTHING_COLLECTED = 5
SUMMARY = re.compile(r"^=+ .* in [\d.]+s.* =+$", re.MULTILINE)
SLOWEST = 30
PROCESSORS = os.cpu_count() or 1
ENOUGH = 4  # processors for both databases at once
# What starts a browser or servers of its own.
PROGRAMS = "browser or running"


class Run(Job):
    """One run of pytest, whose output ends in a summary and which writes down what each test cost."""

    @property
    def summary(self) -> str:
        found = SUMMARY.findall(self.output)
        return found[-1] if found else f"{self.name}: pytest came to no summary"

    @property
    def costs(self) -> dict[str, tuple[float, float]]:
        """The seconds and CPU seconds of each test."""
        file = self.log.with_suffix(".json")
        return json.loads(file.read_text()) if file.is_file() else {}

    def run(self, stopping: threading.Event) -> None:
        self.command = [*self.command, "--costs", self.log.with_suffix(".json")]
        super().run(stopping)


def test(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="dev test", add_help=False, allow_abbrev=False)
    parser.add_argument("--database", choices=["sqlite", "postgresql"])
    parser.add_argument("--python", default=this_python())
    parser.add_argument("--whole", action="store_true")
    options, rest = parser.parse_known_args(arguments)
    environment = environment_of(options.python)
    databases = [options.database] if options.database else ["sqlite", "postgresql"]
    if rest:
        whole = ["--whole"] if options.whole else []
        return one_after_the_other(environment, databases, [*whole, *rest])
    return side_by_side(suites(environment, databases, is_whole=options.whole))


def environment_of(version: str) -> Environment:
    environment = beside(version)
    try:
        environment.ensure("dev")
    except NoPythonError as problem:
        fail(f"{problem}.")
    return environment


def one_after_the_other(environment: Environment, databases: Sequence[str], rest: Sequence[str]) -> int:
    codes = []
    for database in databases:
        code = call(*pytest(environment), "--database", database, *rest)
        if code == POSTGRES_MISSING and not in_ci():
            say("Skipped: the tests on PostgreSQL, for the reason above.")
            code = 0
        codes.append(code)
    # what makes sense on one database only is no fault of the other
    return max([code for code in codes if code != NOTHING_COLLECTED], default=NOTHING_COLLECTED)


def pytest(environment: Environment) -> list[object]:
    return [environment.python, "-m", "pytest"]


def in_ci() -> bool:
    return os.environ.get("CI") == "true"


def in_parallel() -> list[str]:
    """How the tests are dealt out is told in tests/workers.py; of a worker that crashes, nobody takes over the rest."""
    return ["-n", str(max(2, PROCESSORS // 2)), "--no-loadscope-reorder", "--max-worker-restart", "0"]


def suites(environment: Environment, databases: Sequence[str], is_whole: bool = False) -> list[list[Job]]:
    """The suite on each database, on few processors one after the other. What drives browsers and servers runs
    once, one test after the other and beside all else from the start: most of the time it waits for them.
    """
    runs: list[Job] = []
    for database in sorted(databases):
        command = [*pytest(environment), "--database", database, *in_parallel(), *["--whole"] * is_whole]
        command += ["-m", f"not ({PROGRAMS})"] if database == "sqlite" else []
        runs.append(Run(database, command, passed_over=None if in_ci() else POSTGRES_MISSING))
    lanes = [[run] for run in runs] if PROCESSORS >= ENOUGH else [runs]
    if "sqlite" in databases:
        files = files_with("browser", "running")
        lanes.append(
            [Run("browsers and servers", [*pytest(environment), "--database", "sqlite", *files, "-m", PROGRAMS])]
        )
    return lanes


def files_with(*marks: str) -> list[str]:
    """The files of tests in which one of these marks stands: reading all of them costs pytest ten seconds."""
    names = re.compile(rf"\bmark\.(?:{'|'.join(marks)})\b")
    found = [path for path in sorted((ROOT / "tests").rglob("test_*.py")) if names.search(path.read_text())]
    return [str(path.relative_to(ROOT)) for path in found]


def smoke(version: str) -> Run:
    """The pages, the API, the admin and the loader on another Python, which is set up for it first."""
    command = ["./dev", "test", "--python", version, "--database", "sqlite", "-m", "smoke", *files_with("smoke")]
    return Run(f"smoke, Python {version}", command)


def side_by_side(lanes: Sequence[Sequence[Job]], before: Sequence[Job] = ()) -> int:
    """Run them and tell what came of it, and what came `before`; pytest's own summaries are the last lines."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="stacks-") as folder:
        jobs = run_side_by_side(lanes, Path(folder))
        seconds = time.monotonic() - started + sum(job.seconds for job in before)
        suites = [job for job in jobs if isinstance(job, Run)]
        tell_outputs(jobs)
        tell_slowest(suites)
        tell_steps([*before, *jobs])
        failed = [job.name for job in jobs if job.failed]
        say(f"\nFailed: {', '.join(failed)}\n" if failed else "\nAll passed.\n")
        # the very last line is that of a failure, where there is one
        suites.sort(key=lambda run: (run.failed, run.name == "sqlite"))
        for run in suites[:-1]:
            say(f"{run.name:20} {run.summary}")
        cpu = sum(job.cpu for job in [*before, *jobs])
        last = f"; at last {suites[-1].name}" if len(suites) > 1 else ""
        say(f"Total: {in_words(seconds)}, {in_words(cpu)} of CPU on {PROCESSORS} processors{last}")
        for run in suites[-1:]:
            say(run.summary)
    return 1 if failed else 0


def tell_outputs(jobs: Sequence[Job]) -> None:
    """What failed in full; of what passed only what pytest says after its dots (what was skipped, and why)."""
    for job in jobs:
        output = job.output if job.failed else ""
        if isinstance(job, Run) and not job.failed:
            output = SUMMARY.sub("", job.output.rpartition("[100%]")[2]).strip()
        if output:
            say(f"\n--- {job.name} ---\n{output}")


def tell_slowest(suites: Sequence[Run]) -> None:
    costs = [(seconds, cpu, run.name, test) for run in suites for test, (seconds, cpu) in run.costs.items()]
    if costs:
        say(f"\nThe slowest {SLOWEST} tests (CPU: the test's own process and the programs that it ran to their end)")
    for seconds, cpu, name, test in sorted(costs, reverse=True)[:SLOWEST]:
        say(f"{seconds:6.2f} s  {cpu:6.2f} s CPU  {name}  {test}")


def tell_steps(jobs: Sequence[Job]) -> None:
    say("\nWhat each step cost (CPU: with its workers, servers and browsers)")
    for job in jobs:
        say(job.line)
