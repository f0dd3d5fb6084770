"""Finished pieces that each process has at hand as they are: a cache gives copies, which cost more than to use one.

Each has the stamp of all that it was made from: what bears another than the one asked for is as good as not there. What
was used longest ago goes where more than the bound is held.
"""

from collections import OrderedDict
from collections.abc import Hashable, Iterable, Mapping
from threading import Lock
from typing import Any, Generic, TypeVar

_Piece = TypeVar("_Piece")
_BESIDE = 400  # bytes that a piece takes besides itself: its name, its stamp, its place
_all: list["Finished[Any]"] = []


class Finished(Generic[_Piece]):
    def __init__(self, most_bytes: int):
        self.most_bytes = most_bytes
        self.bytes = 0
        self._lock = Lock()
        self._pieces: OrderedDict[Hashable, tuple[Hashable, _Piece, int]] = OrderedDict()
        _all.append(self)

    def get(self, stamps: Iterable[tuple[Hashable, Hashable]]) -> dict[Hashable, _Piece]:
        """Those that are at hand of these names, with just these stamps."""
        found: dict[Hashable, _Piece] = {}
        with self._lock:
            for name, stamp in stamps:
                known = self._pieces.get(name)
                if known and known[0] == stamp:
                    self._pieces.move_to_end(name)
                    found[name] = known[1]
        return found

    def put(self, stamps: Mapping[Hashable, Hashable], pieces: Mapping[Any, tuple[_Piece, int]]) -> None:
        """By name each piece and the bytes that it takes."""
        with self._lock:
            for name, (piece, size) in pieces.items():
                self._let_go(name)
                self._pieces[name] = (stamps[name], piece, size + _BESIDE)
                self.bytes += size + _BESIDE
            while self.bytes > self.most_bytes:
                self._let_go(next(iter(self._pieces)))

    def clear(self) -> None:
        with self._lock:
            self._pieces.clear()
            self.bytes = 0

    def _let_go(self, name: Hashable) -> None:
        if known := self._pieces.pop(name, None):
            self.bytes -= known[2]


def forget() -> None:
    """All that this process has at hand."""
    for each in _all:
        each.clear()
