"""Commands side by side: each one's output kept apart and shown whole, each one's cost in seconds and CPU seconds."""

import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from development.environment import ROOT, say

TELL_PROGRESS_EVERY = 30
PATIENCE = 20  # seconds
PERCENT = re.compile(r"\[ *(\d+)%\]")


@dataclass
class Job:
    """One command, and what came of it."""

    name: str
    command: Sequence[object]
    environment: Mapping[str, str] = field(default_factory=dict)
    passed_over: int | None = None  # the exit code that means: not possible here, the last line says why
    log: Path = Path()
    code: int | None = None
    seconds: float = 0
    cpu: float = 0
    process: subprocess.Popen | None = None
    starting: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.code is None

    @property
    def failed(self) -> bool:
        return self.code not in {0, self.passed_over}

    @property
    def output(self) -> str:
        return self.log.read_text(errors="replace").rstrip() if self.log.is_file() else ""

    @property
    def verdict(self) -> str:
        if self.failed:
            return "FAILED"
        return "ok" if self.code == 0 else self.output.rpartition("\n")[2]

    @property
    def line(self) -> str:
        return f"{self.name:20} {self.seconds:6.1f} s  {self.cpu:6.1f} s CPU  {self.verdict}"

    def run(self, stopping: threading.Event) -> None:
        started = time.monotonic()
        with self.log.open("wb") as log:
            # a program may be at work before Popen returns: who stops us waits until it is known by its process
            with self.starting:
                if stopping.is_set():
                    return
                process = self.process = subprocess.Popen(
                    [str(part) for part in self.command],
                    cwd=ROOT,
                    env={**os.environ, "PYTHONUNBUFFERED": "1", **self.environment},
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    process_group=0,  # so that Ctrl-C reaches it once, by way of `stop`
                )
            # with all that it waited for itself: workers, servers, browsers
            _, status, usage = os.wait4(process.pid, 0)
        self.code = process.returncode = os.waitstatus_to_exitcode(status)
        self.seconds = time.monotonic() - started
        self.cpu = usage.ru_utime + usage.ru_stime

    def progress(self) -> str:
        told = PERCENT.findall(self.output)
        return f"{self.name} {told[-1]} %" if told else self.name


@contextmanager
def done_here(name: str) -> Iterator[Job]:
    """What this process does itself, as a job with its cost."""
    job, started, before = Job(name, []), time.monotonic(), os.times()
    yield job
    now = os.times()
    job.code, job.seconds = 0, time.monotonic() - started
    job.cpu = sum(now[:4]) - sum(before[:4])


def run_side_by_side(lanes: Sequence[Sequence[Job]], folder: Path) -> list[Job]:
    """Each lane's jobs one after the other, the lanes at once; says how far they are, and each result as it comes."""
    jobs = [job for lane in lanes for job in lane]
    for number, job in enumerate(jobs):
        job.log = folder / f"{number}.log"
    tell, stopping = threading.Lock(), threading.Event()

    def follow(lane: Sequence[Job]) -> None:
        for job in lane:
            job.run(stopping)
            if job.process:
                with tell:
                    say(job.line)

    threads = [threading.Thread(target=follow, args=(lane,), daemon=True) for lane in lanes]
    told_at = started = time.monotonic()
    try:
        for thread in threads:
            thread.start()
        while alive := [thread for thread in threads if thread.is_alive()]:
            alive[0].join(timeout=1)
            if time.monotonic() - told_at >= TELL_PROGRESS_EVERY:
                told_at = time.monotonic()
                with tell:
                    say(f"{told_at - started:5.0f} s: {', '.join(job.progress() for job in jobs if job.is_running)}")
    finally:
        stopping.set()
        stop(jobs)
    return jobs


def stop(jobs: Sequence[Job]) -> None:
    """As Ctrl-C would, so that a test run ends its server and its browser; by force where that does not help."""
    deadline = time.monotonic() + PATIENCE
    for number in (signal.SIGINT, signal.SIGKILL):
        for job in jobs:
            with job.starting:
                process = job.process if job.code is None else None
            if process:
                with suppress(ProcessLookupError):  # it has ended by now
                    os.killpg(process.pid, number)
        while time.monotonic() < deadline and any(job.is_running for job in jobs):
            time.sleep(0.1)


def in_words(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
