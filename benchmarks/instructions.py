"""Instructions instead of time: the same on a busy machine, so that a gate can stand on them.

    .venv/bin/python -m benchmarks --instructions [--write]

callgrind (Debian's package valgrind) counts what each question costs on a SQLite catalogue of 1,000 companies, only
while it is asked. What is compared with `instructions.json` is how many times the constant view it costs: that hardly
depends on Python's version or the machine. More than a tenth above what stands there fails; `--write` writes it anew.
"""

import ctypes
import json
import mmap
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.questions import QUESTIONS
from benchmarks.speed import ROOT, environment, set_up

KEPT = Path(__file__).with_name("instructions.json")
COMPANIES = 1000
MORE = 1.1
# One of each kind of page and list, and what is asked most.
ASKED = (
    "304",
    "kept page",
    "comparison of 3, edit elsewhere",
    "comparison of 3, cells kept",
    "technologies compared, 3",
    "API: usages, 100",
    "API: usages by company",
    "API: search, a name",
)
_CONSTANT = "constant view"


def main(folder: Path | None, *, write: bool) -> int:
    """Exit status: 0, or 1 where something costs more than it did."""
    if shutil.which("valgrind") is None:
        print("valgrind was not found. On Debian: apt-get install --no-install-recommends valgrind", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as scratch:
        counts = _count(folder or Path(scratch), Path(scratch))
    multiples = {name: round(count / counts[_CONSTANT], 2) for name, count in counts.items()}
    allowed = json.loads(KEPT.read_text()) if KEPT.exists() and not write else {}
    print(f"{'':32}{'Mi':>9}{'÷ constant':>12}{'allowed':>9}")
    for name, count in counts.items():
        most = f"{allowed[name] * MORE:>9.1f}" if name in allowed else ""
        print(f"{name:32}{count / 1e6:>9.2f}{multiples[name]:>12.2f}{most}")
    if write:
        KEPT.write_text(json.dumps(multiples, indent=1) + "\n")
    over = [name for name, most in allowed.items() if multiples.get(name, 0) > most * MORE]
    if over:
        print(f"More than before: {', '.join(over)}", file=sys.stderr)
    return 1 if over else 0


def _count(folder: Path, scratch: Path) -> dict[str, int]:
    """Each call that is counted leaves one file of callgrind's, numbered in order."""
    url = f"sqlite:///{folder.absolute()}/{COMPANIES}.sqlite3"
    command = [
        "valgrind", "--tool=callgrind", "--quiet", "--instr-atstart=no", f"--callgrind-out-file={scratch}/counted",
        sys.executable, "-m", "benchmarks.instructions",
    ]  # fmt: skip
    told = subprocess.run(
        command, cwd=ROOT, env=environment(folder, url), check=True, stdout=subprocess.PIPE, text=True
    )
    names = json.loads(told.stdout.splitlines()[-1])
    return {name: _total(scratch / f"counted.{number}") for number, name in enumerate(names, 1)}


def _total(file: Path) -> int:
    line = next(line for line in file.read_text().splitlines() if line.startswith("totals:"))
    return int(line.split()[1])


def _ask_each() -> None:
    """Under callgrind: each question twice without being counted, then once counted. Tells their names in order."""
    set_up(COMPANIES)
    from benchmarks.asking import ask
    from benchmarks.speed import forget, names
    from config.wsgi import application

    told = names()
    callgrind = Callgrind()
    for name in (_CONSTANT, *ASKED):
        question = QUESTIONS.get(name)
        address = question.address.format(**told) if question else "/bench/constant"
        tag = ""
        for _ in range(2):
            answer = ask(application, address)
            tag = answer.headers["ETag"] if question and question.tagged else ""
        if question:
            forget(question.before)
        callgrind.count(lambda address=address, tag=tag: ask(application, address, tag))  # type: ignore[misc]
    print(json.dumps([_CONSTANT, *ASKED]))


class Callgrind:
    """What a program that callgrind runs may ask of it, by a sequence of instructions that does nothing elsewhere."""

    _DUMP, _ZERO, _START, _STOP = (0x43540000 + number for number in (0, 1, 4, 5))
    # void *ask(uint64_t request[6]), for x86-64
    _CODE = bytes.fromhex("4889f8 31d2 48c1c703 48c1c70d 48c1c73d 48c1c733 4887db 4889d0 c3")

    def __init__(self) -> None:
        if platform.machine() != "x86_64":
            raise SystemExit("Instructions are counted on x86-64 only.")
        self._page = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        self._page.write(self._CODE)
        address = ctypes.addressof(ctypes.c_char.from_buffer(self._page))
        self._ask = ctypes.CFUNCTYPE(ctypes.c_uint64, ctypes.c_void_p)(address)

    def _request(self, code: int) -> None:
        request = (ctypes.c_uint64 * 6)(code)
        self._ask(ctypes.addressof(request))

    def count(self, call: Callable[[], object]) -> None:
        """Leaves one file with the instructions of the call."""
        self._request(self._START)
        self._request(self._ZERO)
        call()
        self._request(self._DUMP)
        self._request(self._STOP)


if __name__ == "__main__":
    _ask_each()
