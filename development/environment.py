"""Which Python, and what is installed for it: `.venv`, and one such folder beside it for each other Python."""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import ssl
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
OLDEST, NEWEST = 11, 20  # the minor versions of Python 3 that are looked for


class NoPythonError(Exception):
    """The Python that was asked for is not here, or cannot make environments; the message says which of the two."""


def say(text: str) -> None:
    print(text, flush=True)


def fail(text: str) -> NoReturn:
    sys.exit(f"dev: {text}")


def call(*command, cwd: Path = ROOT, **options) -> int:
    return subprocess.call([str(part) for part in command], cwd=cwd, **options)


def must(*command, **options) -> None:
    code = call(*command, **options)
    if code:
        sys.exit(code)


def this_python() -> str:
    return "{}.{}".format(*sys.version_info)


def find_python(version: str) -> str:
    """A Python of this version (3.13) that can make environments; NoPythonError says why there is none."""
    tell = "import sys; print('{}.{}'.format(*sys.version_info))"
    without_venv = None
    for python in [sys.executable] if version == this_python() else _named(version):
        told = subprocess.run([python, "-c", tell], capture_output=True, text=True, check=False)
        if told.stdout.strip() != version:
            continue
        if call(python, "-c", "import ensurepip, venv", stderr=subprocess.DEVNULL) == 0:
            return python
        without_venv = python
    if without_venv:
        raise NoPythonError(
            f"{without_venv} is here, but without venv; on Debian: apt-get install python{version}-venv"
        )
    raise NoPythonError(f"Python {version} is not here")


def _named(version: str) -> Iterator[str]:
    """Where this version may be: on PATH, and where pyenv keeps what its switch on PATH does not show."""
    found = shutil.which(f"python{version}")
    if found:
        yield found
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from map(str, sorted(pyenv.glob(f"versions/{version}.*/bin/python{version}"), reverse=True))


def other_pythons() -> Iterator[tuple[str, str | None]]:
    """Each other version that the machine has, newest first, and what keeps it from being used, if anything does."""
    for minor in range(NEWEST, OLDEST - 1, -1):
        version = f"3.{minor}"
        if version == this_python() or not any(_named(version)):
            continue
        try:
            find_python(version)
        except NoPythonError as problem:
            yield version, str(problem)
        else:
            yield version, None


@dataclass(frozen=True)
class Environment:
    """A folder with one Python and the locked packages in it."""

    folder: Path
    version: str
    root: Path = ROOT

    @cached_property
    def bin(self) -> Path:
        return self.folder / "bin"

    @cached_property
    def python(self) -> Path:
        return self.bin / "python"

    @cached_property
    def stamp(self) -> Path:
        return self.folder / "stacks.json"

    def ensure(self, *groups: str) -> None:
        """Bring the folder to the lock files of these groups, and of those that were installed before."""
        with (self.root / "dev").open() as mutex:
            fcntl.flock(mutex, fcntl.LOCK_EX)
            stamp = self._read_stamp()
            usable = stamp.get("root") == str(self.root) and self._is_of_this_python()
            wanted_groups = {*groups, *(stamp.get("groups", []) if usable else [])}
            if "dev" in wanted_groups:  # dev.txt holds all of base.txt, at the same versions
                wanted_groups.discard("base")
            files = [self.root / "requirements" / f"{name}.txt" for name in sorted(wanted_groups)]
            lock = b"".join(path.read_bytes() for path in [self.root / "requirements/uv.txt", *files])
            wanted = {"root": str(self.root), "groups": sorted(wanted_groups), "lock": hashlib.sha256(lock).hexdigest()}
            if usable and stamp == wanted:
                return
            with self._kept_if_nothing_changed() if usable else self._made_anew():
                names = " and ".join(str(path.relative_to(self.root)) for path in files)
                say(f"Environment: installing {names} for Python {self.version}")
                self.install(files)
                self.stamp.write_text(json.dumps(wanted))

    def _read_stamp(self) -> dict:
        try:
            return json.loads(self.stamp.read_text())
        except (OSError, ValueError):
            return {}

    def _is_of_this_python(self) -> bool:
        """Whether the folder was made for this version: a newer system may have put another Python behind its link."""
        try:
            lines = (self.folder / "pyvenv.cfg").read_text().splitlines()
        except OSError:
            return False
        made_for = [line.split("=")[1].strip() for line in lines if line.startswith("version")]
        return any(told.startswith(f"{self.version}.") for told in made_for) and self.python.exists()

    @contextlib.contextmanager
    def _kept_if_nothing_changed(self) -> Iterator[None]:
        """Without a stamp while packages change; it comes back when a failure came before any of them did."""
        stamp, before = self.stamp.read_text(), self._installed()
        self.stamp.unlink()
        try:
            yield
        except BaseException:
            if self._installed() == before:
                self.stamp.write_text(stamp)
            raise

    def _installed(self) -> set[str]:
        """The packages with their versions; uv itself is none that the application needs."""
        found = self.folder.glob("lib/python*/site-packages/*.dist-info")
        return {path.name for path in found if not path.name.startswith("uv-")}

    @contextlib.contextmanager
    def _made_anew(self) -> Iterator[None]:
        """A new folder; the old one stands aside meanwhile and comes back, at its old place, when this fails."""
        aside = self.folder.with_name(f"{self.folder.name}.before")
        shutil.rmtree(aside, ignore_errors=True)
        if self.folder.exists():
            self.folder.rename(aside)
        try:
            say(f"Environment: making {self.folder.name} with Python {self.version}")
            self.make()
            yield
        except BaseException:
            if aside.exists():
                shutil.rmtree(self.folder, ignore_errors=True)
                aside.rename(self.folder)
            raise
        shutil.rmtree(aside, ignore_errors=True)

    def make(self) -> None:
        try:
            python = find_python(self.version)
        except NoPythonError as problem:
            fail(f"{problem}.")
        must(python, "-m", "venv", self.folder)

    def install(self, files: list[Path]) -> None:
        """Both installers fetch everything before they change anything, so that no network changes nothing.

        Whoever watches sees uv's own bars; what it says goes to nobody else unless it fails.
        """
        is_watched = sys.stderr.isatty()
        pip = [self.python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
        command = [self.bin / "uv", "pip", "sync", "--python", self.python, "--require-hashes", *files]
        if not is_watched:
            command.insert(3, "--quiet")
        problem = None
        if call(*pip, "-r", self.root / "requirements/uv.txt") == 0:
            done = subprocess.run(
                list(map(str, command)),
                cwd=self.root,
                env=uv_settings(),
                stdout=subprocess.DEVNULL,
                stderr=None if is_watched else subprocess.PIPE,
                text=True,
                check=False,
            )
            if done.returncode == 0:
                return
            problem = (done.stderr or "").strip()
        say("Environment: uv could not, so pip does it, more slowly")
        if is_watched:
            pip.remove("--quiet")
        if call(*pip, *(part for path in files for part in ("-r", path))):
            if problem:
                print(problem, file=sys.stderr)
            fail(
                "the packages could not be installed: is the package registry reachable? What was here before is kept."
            )


def uv_settings() -> dict[str, str]:
    """uv trusts the authorities that it brings along; where the system has its own, those are the ones to trust."""
    paths = ssl.get_default_verify_paths()
    has_own = sys.platform == "darwin" or paths.cafile or (paths.capath and any(Path(paths.capath).iterdir()))
    return ({"UV_SYSTEM_CERTS": "true"} if has_own else {}) | os.environ


HERE = Environment(ROOT / ".venv", this_python())


def beside(version: str) -> Environment:
    """The environment of another Python, beside the one of every day."""
    return HERE if version == this_python() else Environment(ROOT / f".venv-{version}", version)
