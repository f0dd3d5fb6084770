"""The whole public catalogue as one file: read from one revision, at constant memory, in the forms of `export/`."""

import csv
import fcntl
import os
import sqlite3
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import IO, Any

import orjson
from django.conf import settings
from django.db import transaction

from stacks import revisions
from stacks.api.parts import SHAPES
from stacks.api.shapes.shape import Shape
from stacks.exporters.flat import TABLES, VIEW, rows_of
from stacks.exporters.table import BYTE_ORDER_MARK, neutralise
from stacks.links import Links, licence
from stacks.models import Change, Redirect
from stacks.replica import reader
from stacks.revisions import Revision

CHUNK = 500
ORDER = ("category", "technology", "source", "company", "usage", "migration", "coverage")
_KEPT_OF_EACH = 4
_ABANDONED_SECONDS = 24 * 3600
_WAIT_SECONDS = 25.0
Line = tuple[str, dict[str, Any]]  # the kind and the document
TagOf = Callable[[Revision], str]


class BeingMade(Exception):
    """Another request makes this very copy, and it takes long."""


@contextmanager
def snapshot() -> Iterator[None]:
    """All that is read inside is of one moment, whatever curators write meanwhile; they are not held up."""
    connection = reader()
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(using=connection.alias):
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        # not by atomic(), which takes SQLite's one lock for writing
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("ROLLBACK")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What a copy says of itself, first of all."""

    revision: Revision
    links: Links

    def head(self) -> dict[str, Any]:
        return {
            "kind": "catalogue",
            "name": settings.SITE_NAME,
            "url": self.links.api,
            "catalogue": self.revision.identity,
            "revision": self.revision.revision,
            "at": Change.objects.filter(seq=self.revision.revision).values_list("at", flat=True).first(),
            "licence": licence(),
        }

    def lines(self) -> Iterator[list[Line]]:
        """Every public document, then the old slugs that lead somewhere, some hundred at a time."""
        for kind in ORDER:
            for documents in _chunks(SHAPES[kind], self.links):
                yield [(kind, document) for document in documents]
        yield from _redirects()


def _chunks(shape: Shape, links: Links) -> Iterator[list[dict[str, Any]]]:
    last = ""
    while True:
        further = shape.public().filter(added__gt=last).order_by("added")
        rows = list(further.values(*shape.columns, "added")[:CHUNK])
        if not rows:
            return
        last = rows[-1]["added"]
        yield shape.documents(rows, links)


def _redirects() -> Iterator[list[Line]]:
    for kind in ("category", "technology", "company"):
        public = SHAPES[kind].model.objects.published().order_by().values("slug")
        rows = Redirect.objects.filter(kind=kind, new_slug__in=public).order_by("old_slug")
        pairs = rows.values_list("old_slug", "new_slug").iterator(chunk_size=CHUNK)
        while chunk := [pair for _, pair in zip(range(CHUNK), pairs, strict=False)]:
            yield [("redirect", {"of": kind, "old": old, "new": new}) for old, new in chunk]


def ndjson(catalogue: Catalogue) -> Iterator[bytes]:
    """A line for the catalogue, one for each document, and one that says that the copy is whole."""
    told = 0
    yield _json(catalogue.head())
    for chunk in catalogue.lines():
        told += len(chunk)
        yield b"".join(_json({"kind": kind, "document": document}) for kind, document in chunk)
    yield _json({"kind": "end", "documents": told})


def _json(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE)


def write_ndjson(catalogue: Catalogue, path: Path) -> None:
    with path.open("wb") as file:
        file.writelines(ndjson(catalogue))


def write_sqlite(catalogue: Catalogue, path: Path) -> None:
    """Tables with indexes, and a view that has names in the place of slugs."""
    base = sqlite3.connect(path, isolation_level=None)
    try:
        base.execute("PRAGMA journal_mode = OFF")
        base.execute("PRAGMA synchronous = OFF")
        base.execute("BEGIN")
        for name, table in TABLES.items():
            columns = ", ".join(
                f"{column} {'INTEGER' if column in table.numbers else 'TEXT'}"
                f"{' PRIMARY KEY' if column == table.key else ''}"
                for column in table.columns
            )
            base.execute(f"CREATE TABLE {name} ({columns}){' WITHOUT ROWID' if table.key else ''}")
        for chunk in _flat(catalogue):
            for name, rows in chunk.items():
                places = ", ".join("?" * len(TABLES[name].columns))
                base.executemany(f"INSERT INTO {name} VALUES ({places})", rows)  # noqa: S608 - names of our own
        for name, table in TABLES.items():
            for column in table.indexes:
                base.execute(f"CREATE INDEX {name}_{column} ON {name} ({column})")
        base.execute(VIEW)
        base.execute("ANALYZE")
        base.execute("COMMIT")
    finally:
        base.close()


def write_csv(catalogue: Catalogue, path: Path) -> None:
    """A zip with a file for each table, as spreadsheets read them: a byte order mark, no formulas."""
    with tempfile.TemporaryDirectory(dir=path.parent) as folder, ExitStack() as files:
        writers = {}
        for name, table in TABLES.items():
            file = files.enter_context((Path(folder) / name).open("w", encoding="utf-8", newline=""))
            file.write(BYTE_ORDER_MARK)
            writers[name] = csv.writer(file)
            writers[name].writerow(table.columns)
        for chunk in _flat(catalogue):
            for name, rows in chunk.items():
                writers[name].writerows([_cell(value) for value in row] for row in rows)
        files.close()
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in TABLES:
                # of no date, so that the same revision is the same file
                with archive.open(zipfile.ZipInfo(f"{name}.csv"), "w") as to, (Path(folder) / name).open("rb") as of:
                    while block := of.read(1 << 16):
                        to.write(block)


def _cell(value: Any) -> Any:
    return neutralise(value) if isinstance(value, str) else value


def _flat(catalogue: Catalogue) -> Iterator[dict[str, list[tuple[Any, ...]]]]:
    head = catalogue.head()
    told = head | {
        "at": head["at"] and head["at"].isoformat().replace("+00:00", "Z"),
        "licence": head["licence"]["name"],
        "licence_url": head["licence"]["url"],
    }
    yield {"catalogue": [tuple(told[name] for name in TABLES["catalogue"].columns)]}
    for chunk in catalogue.lines():
        rows: dict[str, list[tuple[Any, ...]]] = {}
        for kind, document in chunk:
            for name, cells in rows_of(kind, document):
                rows.setdefault(name, []).append(cells)
        yield rows


WRITERS = {"ndjson": write_ndjson, "csv": write_csv, "sqlite": write_sqlite}
_numbers = count()


def place(form: str, tag: str) -> Path:
    """Where a copy is kept: one place for each form and tag, and a tag for each revision."""
    return Path(settings.COPIES_DIR) / f"{form}-{tag}"


def make(form: str, tag_of: TagOf, links: Links) -> tuple[IO[bytes], Revision]:
    """The copy of now, kept as a file. `tag_of` says under which tag a revision is kept.

    One at a time is made of each form: who comes meanwhile waits for that. Raises BeingMade.
    """
    folder = Path(settings.COPIES_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    with _turn(folder / f"{form}.lock"), snapshot():
        revision = revisions.revision()
        path = place(form, tag_of(revision))
        if not path.exists():
            with _draft(path) as draft:
                WRITERS[form](Catalogue(revision, links), draft)
            _tidy(folder, form)
        return path.open("rb"), revision


@contextmanager
def _turn(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        patience = time.monotonic() + _WAIT_SECONDS
        while not _locked(file):
            if time.monotonic() > patience:
                raise BeingMade
            time.sleep(0.05)
        yield


def _locked(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _draft(path: Path) -> Iterator[Path]:
    """A file beside `path` that takes its place when it is whole, and goes when something fails."""
    draft = _beside(path)
    try:
        yield draft
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _beside(path: Path) -> Path:
    return path.with_name(f"draft-{os.getpid()}-{next(_numbers)}-{path.name}")


def _tidy(folder: Path, form: str) -> None:
    """Copies of older revisions go, and drafts of processes that ended; who reads one still reads it to its end."""
    ages = {
        path: path.stat().st_mtime for path in folder.iterdir() if not path.name.endswith(".lock") and path.is_file()
    }
    copies = sorted((path for path in ages if path.name.startswith(f"{form}-")), key=lambda path: -ages[path])
    drafts = [p for p, age in ages.items() if p.name.startswith("draft-") and age < time.time() - _ABANDONED_SECONDS]
    for path in [*copies[_KEPT_OF_EACH:], *drafts]:
        path.unlink(missing_ok=True)


class Streamed:
    """A copy that is sent while it is read, and kept when it was sent to its end.

    Closing it ends the snapshot, whether anybody has read it or not.
    """

    def __init__(self, tag_of: TagOf, links: Links):
        self._open = ExitStack()
        try:
            self._open.enter_context(snapshot())
            self.revision = revisions.revision()
        except BaseException:
            self._open.close()
            raise
        self._catalogue = Catalogue(self.revision, links)
        self._path = place("ndjson", tag_of(self.revision))

    def __iter__(self) -> Iterator[bytes]:
        draft = _Draft(self._path)
        try:
            for block in ndjson(self._catalogue):
                draft.write(block)
                yield block
            draft.keep()
        finally:
            draft.close()
            self.close()

    def close(self) -> None:
        self._open.close()


class _Draft:
    """What is sent, written down beside. A disk that is full or not to be written to costs the keeping only."""

    def __init__(self, path: Path):
        self._path = path
        self._file: IO[bytes] | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._draft = _beside(path)
            self._file = self._draft.open("wb")
        except OSError:
            self._file = None

    def write(self, block: bytes) -> None:
        if self._file:
            try:
                self._file.write(block)
            except OSError:
                self.close()

    def keep(self) -> None:
        if self._file:
            with suppress(OSError):
                self._file.close()
                self._draft.replace(self._path)
                _tidy(self._path.parent, "ndjson")

    def close(self) -> None:
        if self._file:
            with suppress(OSError):
                self._file.close()
            self._draft.unlink(missing_ok=True)
            self._file = None
