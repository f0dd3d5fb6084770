"""Whether all is there that `./dev run` needs, asked without Django: a second start has nothing to do but to serve."""

import hashlib
import json
import os
import platform
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote

from development.environment import ROOT

# What tables, catalogue and static files are made of, and what of the environment moves them.
_MADE_OF = ("config", "stacks", "templates", "requirements")
_TOLD = ("DATABASE_URL", "DEBUG", "PRODUCTION", "SITE_URL", "VAR_DIR")
_ASKED = (
    "SELECT count(*) FROM django_migrations",
    "SELECT EXISTS (SELECT 1 FROM stacks_technology)",
    "SELECT EXISTS (SELECT 1 FROM auth_user WHERE is_superuser OR username = 'admin')",
)


def folder() -> Path:
    return Path(os.environ.get("VAR_DIR") or ROOT / "var").absolute()


def is_prepared() -> bool:
    """Only of SQLite: whether another server holds what it held has to be asked with Django."""
    try:
        noted = json.loads((folder() / "prepared.json").read_text())
    except (OSError, ValueError):
        return False
    has_files = (folder() / "static/staticfiles.json").exists()
    return has_files and noted == {"digest": digest(), "database": _state_of_database()}


def note() -> None:
    """For the next start, where it can be told by then."""
    if state := _state_of_database():
        (folder() / "prepared.json").write_text(json.dumps({"digest": digest(), "database": state}))


def digest() -> str:
    """Moves with every file that is touched."""
    told = [platform.python_version(), *(f"{name}={os.environ.get(name, '')}" for name in _TOLD)]
    for path in sorted(path for name in _MADE_OF for path in (ROOT / name).rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            found = path.stat()
            told.append(f"{path.relative_to(ROOT)} {found.st_size} {found.st_mtime_ns}")
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def _state_of_database() -> list[int] | None:
    """None where it is no SQLite file, or one without all that is needed."""
    address = os.environ.get("DATABASE_URL") or f"sqlite:///{folder() / 'stacks.sqlite3'}"
    scheme, _, path = address.partition(":///")
    file = ROOT / unquote(path)
    if scheme != "sqlite" or not file.is_file():
        return None
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as base:
            answers = [base.execute(question).fetchone()[0] for question in _ASKED]
    except sqlite3.Error:
        return None
    return [file.stat().st_ino, *answers] if all(answers) else None
