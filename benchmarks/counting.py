"""What a call costs: instructions where the kernel lets us count them, CPU time elsewhere."""

import ctypes
import os
import platform
import statistics
import struct
import time
from collections.abc import Callable

_PERF_EVENT_OPEN = {"x86_64": 298, "aarch64": 241}
_HARDWARE, _INSTRUCTIONS = 0, 1
_SIZE = 112
_EXCLUDE_KERNEL, _EXCLUDE_HV = 1 << 5, 1 << 6


class Counter:
    """Counts what the calling thread spends in user space; `unit` is "Mi" (million instructions) or "ms" of CPU."""

    def __init__(self) -> None:
        self._file = self._open()
        self.unit = "Mi" if self._file is not None else "ms"

    @staticmethod
    def _open() -> int | None:
        number = _PERF_EVENT_OPEN.get(platform.machine())
        if number is None:
            return None
        attributes = struct.pack("IIQQQQQ", _HARDWARE, _SIZE, _INSTRUCTIONS, 0, 0, 0, _EXCLUDE_KERNEL | _EXCLUDE_HV)
        buffer = ctypes.create_string_buffer(attributes.ljust(_SIZE, b"\0"), _SIZE)
        file = ctypes.CDLL(None, use_errno=True).syscall(number, buffer, 0, -1, -1, 0)
        return file if file >= 0 else None

    def read(self) -> float:
        if self._file is None:
            return time.thread_time_ns() / 1e6
        return struct.unpack("Q", os.read(self._file, 8))[0] / 1e6

    def cost(self, call: Callable[[], object], times: int) -> float:
        """Per call, over a block of calls."""
        start = self.read()
        for _ in range(times):
            call()
        return (self.read() - start) / times


def alternate(
    calls: dict[str, tuple[Callable[[], object], int]], rounds: int = 7
) -> dict[str, tuple[float, float, float]]:
    """Median, least and most of each call's cost, in short blocks that take turns; each call warms up first."""
    counter = Counter()
    for call, _ in calls.values():
        call()
    found: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, (call, times) in calls.items():
            found[name].append(counter.cost(call, times))
    return {name: (statistics.median(costs), min(costs), max(costs)) for name, costs in found.items()}


def unit() -> str:
    return Counter().unit
