"""A disk that is full when a test says so."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Disk:
    """`is_real`: whether it ends where its bytes do. Only root may mount one; elsewhere it is a folder like any."""

    folder: Path
    is_real: bool

    @property
    def _ballast(self) -> Path:
        return self.folder / "ballast"

    def fill(self) -> None:
        """To the last byte."""
        with self._ballast.open("wb", buffering=0) as file:
            part = bytes(2**16)
            while part:
                try:
                    file.write(part)
                except OSError:
                    part = part[: len(part) // 2]

    def empty(self) -> None:
        self._ballast.unlink(missing_ok=True)

    def freeze(self) -> None:
        subprocess.run(["mount", "-o", "remount,ro", self.folder], check=True)

    def thaw(self) -> None:
        subprocess.run(["mount", "-o", "remount,rw", self.folder], check=True)


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Disk]:
    folder.mkdir()
    folder.chmod(0o755)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", folder]
    is_real = os.geteuid() == 0 and subprocess.run(mount, capture_output=True, check=False).returncode == 0
    try:
        yield Disk(folder, is_real)
    finally:
        if is_real:
            subprocess.run(["umount", "--lazy", folder], check=True)
