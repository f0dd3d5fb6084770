"""The catalogue as a folder of readable files, which `stacks.loading` takes into an empty database.

One file for each company and one for the technologies of each area; in a file, rows stand in the order in which they
were added. Who curates is left out, as all accounts are, and so is what is derived.
"""

import json
import re
import secrets
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from stacks.filing import ORDER, columns_of, identity_of, key_of
from stacks.models import (
    Audit,
    AuditItem,
    AuditJudgement,
    Category,
    Caution,
    Company,
    CompanyAlias,
    CompanyFact,
    CompanyIdentifier,
    Coverage,
    Evidence,
    Homonym,
    ImportBatch,
    ImportChoice,
    ImportDecision,
    ImportLine,
    Migration,
    Objection,
    Redirect,
    Review,
    Source,
    State,
    Technology,
    TechnologyAlias,
    TechnologyIdentifier,
    TechnologyRelation,
    Usage,
    Watch,
    added_at_first,
)

Report = Callable[[str], None]
_AT_ONCE = 100  # companies or technologies whose rows are in memory together
_BATCHES_AT_ONCE = 10  # of imports, each with a text of some megabytes perhaps
_KINDS = {model._meta.model_name: model for model in ORDER}
_PLACE = re.compile(
    r"(added|audits|categories|decisions|redirects|sources|watches)\.json|"
    r"(companies|imports|technologies)/[\w-]+\.json",
    re.ASCII,
)
_BEGINS = re.compile(rb'\[\s*(\]|\{\s*"model": "stacks\.)')


class ExportError(Exception):
    """The folder cannot be written. What stood there stands there still."""


def export(path: Path, *, public: bool = False, report: Report = lambda line: None) -> dict[str, int]:
    """Write the folder anew, whole or not at all. Returns the number of rows by plural name.

    `public`: what the public may see, and no more. Raises ExportError.
    """
    path = path.resolve()
    try:
        _refuse_foreign(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        made = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        made.mkdir()
        try:
            with _one_moment():
                counts = _Export(made, public, report).write()
            _put_in_place(made, path)
        finally:
            shutil.rmtree(made, ignore_errors=True)
    except OSError as error:
        raise ExportError(f"{path} cannot be written: {error.strerror or error}.") from error
    return counts


def _refuse_foreign(path: Path) -> None:
    if not path.exists():
        return
    if not path.is_dir():
        raise ExportError(f"{path} is a file, and a folder is needed.")
    for found in path.rglob("*"):
        place = found.relative_to(path).as_posix()
        if found.is_dir() and not found.is_symlink():
            continue
        if not (_PLACE.fullmatch(place) and found.is_file() and _begins_as_ours(found)):
            raise ExportError(f"{path} holds what no export has written: {place}. Choose another folder.")


def _begins_as_ours(file: Path) -> bool:
    with file.open("rb") as opened:
        return _BEGINS.match(opened.read(100)) is not None


def _put_in_place(made: Path, path: Path) -> None:
    if not path.exists():
        made.rename(path)
        return
    shutil.copymode(path, made)
    former = made.with_name(f"{made.name}.former")
    path.rename(former)
    try:
        made.rename(path)
    except OSError:
        former.rename(path)
        raise
    shutil.rmtree(former)


@contextmanager
def _one_moment() -> Iterator[None]:
    """All that is read in this block is of one moment, and nobody who writes waits for it."""
    if connection.in_atomic_block:
        yield
        return
    # atomic() would begin as a writer on SQLite
    isolation = "" if connection.vendor == "sqlite" else " ISOLATION LEVEL REPEATABLE READ READ ONLY"
    with connection.cursor() as cursor:
        cursor.execute(f"BEGIN{isolation}")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


@dataclass(frozen=True, slots=True)
class _Row:
    """A row as it stands in a file; `owner` is the key of what it belongs to, where that was asked for."""

    model: Any
    pk: int
    owner: Any
    fields: dict[str, Any]

    @property
    def text(self) -> str:
        return _text({"model": self.model._meta.label_lower, "fields": self.fields})


def _text(entry: dict[str, Any]) -> str:
    """As it stands in a list, without the comma after it."""
    return json.dumps([entry], indent=1, ensure_ascii=False)[2:-2]


class _Export:
    """One export under way: what is read, what is written where, and how much of each kind it was."""

    def __init__(self, folder: Path, public: bool, report: Report):
        self.folder, self.public, self.report = folder, public, report
        self.counts: dict[Any, int] = dict.fromkeys(ORDER, 0)

    def write(self) -> dict[str, int]:
        """Write each file when its rows are read, in the order in which loading reads them."""
        categories = (row.text for row in self._counted(self._rows(Category.objects.order_by("pk"))))
        self._write("categories.json", categories)  # even where there is none: it is what makes a folder an export
        shared = self._write_companies()
        if not self.public:
            self._write_imports()
        self._file("redirects.json", self._redirects())
        self._file("sources.json", self._by_key(Source, shared))
        self._write_technologies()
        return {str(model._meta.verbose_name_plural): n for model, n in self.counts.items()}

    def _write_companies(self) -> list[int]:
        """Returns the keys of the sources that belong to no company's file."""
        homes = self._homes()
        sources: defaultdict[int | None, list[int]] = defaultdict(list)
        for source, company in homes.items():
            sources[company].append(source)
        named = sorted(self._all(Company).order_by().values_list("slug", "pk"), key=lambda one: f"{one[0]}.json")
        for done, some in _chunks(named):
            keys = [pk for _, pk in some]
            heads = {row.pk: row for row in self._rows(Company.objects.filter(pk__in=keys))}
            cited = defaultdict(list)
            for row in self._by_key(Source, sorted(source for key in keys for source in sources[key])):
                cited[homes[row.pk]].append(row)
            words = [self._of(model, "company", keys) for model in (CompanyAlias, CompanyIdentifier, Evidence)]
            words += [self._of(model, "company", keys) for model in (CompanyFact, Review, Objection)]
            stack = [self._told(Usage, "usage", keys), self._told(Migration, "migration", keys)]
            stack.append(self._of(Coverage, "company", keys))
            for slug, pk in some:
                parts = [row for part in (*words, *stack) for row in part[pk]]
                self._file(f"companies/{slug}.json", [*cited[pk], heads[pk], *parts])
            self.report(f"{done:>6} of {len(named)} companies")
        return sources[None]

    def _told(self, model: Any, owner: str, companies: Sequence[int]) -> defaultdict[int, list[_Row]]:
        """The rows by company, each followed by its evidence and its review."""
        rows = self._all(model).filter(company__in=companies).order_by("pk")
        evidence, reviews = (self._of(part, owner, rows.order_by().values("pk")) for part in (Evidence, Review))
        found: defaultdict[int, list[_Row]] = defaultdict(list)
        for row in self._rows(rows, "company"):
            found[row.owner] += [row, *evidence[row.pk], *reviews[row.pk]]
        return found

    def _write_imports(self) -> None:
        """What was imported and suggested, a file for each batch."""
        named = list(ImportBatch.objects.order_by("uid").values_list("uid", "pk"))
        for done, some in _chunks(named, _BATCHES_AT_ONCE):
            keys = [pk for _, pk in some]
            batches = {row.pk: row for row in self._rows(ImportBatch.objects.filter(pk__in=keys))}
            lines = self._of(ImportLine, "batch", keys)
            choices = self._of(ImportChoice, "batch", keys)
            self._name_rows([line for those in lines.values() for line in those])
            for uid, pk in some:
                self._file(f"imports/{uid}.json", [batches[pk], *lines[pk], *choices[pk]])
            self.report(f"{done:>6} of {len(named)} imports")
        self._file("decisions.json", self._rows(ImportDecision.objects.order_by("pk")))
        self._file("watches.json", self._rows(Watch.objects.order_by("pk")))
        self._file("audits.json", self._audits())

    def _audits(self) -> Iterator[_Row]:
        for audit in self._rows(Audit.objects.order_by("pk")):
            yield audit
            items = list(self._rows(AuditItem.objects.filter(audit=audit.pk).order_by("pk")))
            found = self._of(AuditJudgement, "item", [item.pk for item in items])
            for item in items:
                yield item
                yield from found[item.pk]

    def _name_rows(self, lines: Sequence[_Row]) -> None:
        """Tell what each line speaks of by what tells it from others, in place of its key. One query for each kind."""
        known = ImportLine.objects.filter(pk__in=[line.pk for line in lines], row__isnull=False)
        spoken_of = dict(known.values_list("pk", "row"))
        of_kind: defaultdict[str, list[_Row]] = defaultdict(list)
        for line in lines:
            if line.pk in spoken_of and line.fields.get("kind") in _KINDS:
                of_kind[line.fields["kind"]].append(line)
        for kind, those in of_kind.items():
            model = _KINDS[kind]
            paths = {column.name: column.path for column in columns_of(model)}
            rows = model._base_manager.filter(pk__in={spoken_of[line.pk] for line in those})
            told = rows.values_list("pk", *(paths[name] for name in identity_of(model)))
            identities = {pk: [value or "" for value in values] for pk, *values in told}
            for line in those:
                if spoken_of[line.pk] in identities:
                    line.fields["row"] = identities[spoken_of[line.pk]]

    def _write_technologies(self) -> None:
        areas: defaultdict[str, list[int]] = defaultdict(list)
        places = self._all(Technology).order_by("pk").values_list("pk", "category__parent__slug", "category__slug")
        for pk, area, category in places:
            areas[area or category].append(pk)
        for area in sorted(areas, key=lambda slug: f"{slug}.json"):
            self._file(f"technologies/{area}.json", self._technologies(areas[area]))
            self.report(f"{len(areas[area]):>6} technologies of {area}")

    def _technologies(self, keys: Sequence[int]) -> Iterator[_Row]:
        for _, some in _chunks(keys):
            names = [self._of(model, "technology", some) for model in (TechnologyIdentifier, Homonym, TechnologyAlias)]
            relations, reviews = self._of(TechnologyRelation, "subject", some), self._of(Review, "technology", some)
            for row in self._by_key(Technology, some):
                yield row
                for part in (*names, relations, reviews):
                    yield from part[row.pk]

    def _homes(self) -> dict[int, int | None]:
        """The company with which each source stands: the one that speaks, else the only one that cites it."""
        citing: defaultdict[int, set[int]] = defaultdict(set)
        companies, usages, migrations = (self._all(model).order_by() for model in (Company, Usage, Migration))
        for rows, company in (
            (Evidence.objects.filter(company__in=companies), "company"),
            (Evidence.objects.filter(usage__in=usages), "usage__company"),
            (Evidence.objects.filter(migration__in=migrations), "migration__company"),
            (CompanyFact.objects.filter(company__in=companies, source__isnull=False), "company"),
            (Coverage.objects.filter(company__in=companies, source__isnull=False), "company"),
        ):
            for source, pk in rows.order_by().values_list("source", company).distinct().iterator():
                citing[source].add(pk)
        sources = self._all(Source).order_by("pk")
        speakers = dict(sources.filter(company__in=companies).values_list("pk", "company"))
        only = {source: next(iter(pks)) for source, pks in citing.items() if len(pks) == 1}
        return {pk: speakers.get(pk, only.get(pk)) for pk in sources.values_list("pk", flat=True)}

    def _redirects(self) -> Iterator[_Row]:
        rows = Redirect.objects.order_by("kind", "old_slug")
        if self.public:
            leads = Q()
            for model in (Company, Technology, Category):
                slugs = model.objects.published().order_by().values("slug")
                leads |= Q(kind=model._meta.model_name, new_slug__in=slugs)
            rows = rows.filter(leads)
        return self._rows(rows)

    def _all(self, model: Any) -> Any:
        """The rows that are told at all, of a kind that says by itself what is public."""
        return model.objects.published() if self.public else model.objects.all()

    def _by_key(self, model: Any, keys: Sequence[int]) -> Iterator[_Row]:
        for _, some in _chunks(keys):
            yield from self._rows(model.objects.filter(pk__in=some).order_by("pk"))

    def _of(self, model: Any, owner: str, owners: Any) -> defaultdict[int, list[_Row]]:
        """The rows of a kind by the key of their owner, without the names that loading adds by itself."""
        rows = model.objects.filter(**{f"{owner}__in": owners}).order_by("pk")
        if self.public and model is TechnologyRelation:
            rows = rows.filter(object__state=State.PUBLISHED)
        if self.public and model in (Review, Objection):
            rows = rows.none()
        found: defaultdict[int, list[_Row]] = defaultdict(list)
        implied: set[int] = set()
        if model in (TechnologyAlias, CompanyAlias):
            plain = rows.filter(caution=Caution.FREE, beside="").values_list("pk", "name", f"{owner}__name")
            implied = {pk for pk, name, own in plain if name == own}
        for row in self._rows(rows, owner):
            if row.pk not in implied:
                found[row.owner].append(row)
        return found

    def _rows(self, rows: QuerySet, owner: str = "pk") -> Iterator[_Row]:
        """One query. What a row refers to is left out where the public may not see it."""
        model: Any = rows.model
        columns = columns_of(model)
        paths = dict.fromkeys(["pk", owner, *(column.path for column in columns)])
        if self.public:
            paths |= dict.fromkeys(column.state for column in columns if column.state)
        key = key_of(model)
        has_turn = any(field.name == "added" for field in model._meta.concrete_fields)
        if has_turn:
            paths["added"] = None
        for values in rows.values(*paths).iterator():
            fields = {
                column.name: column.written(values[column.path])
                for column in columns
                if column.is_told(values[column.path]) and values.get(column.state, State.PUBLISHED) == State.PUBLISHED
            }
            if has_turn and values["added"] != added_at_first(key, values[key]):
                fields["added"] = values["added"]
            yield _Row(model, values["pk"], values[owner], fields)

    def _file(self, name: str, rows: Iterable[_Row]) -> None:
        """No file where there is no row."""
        entries = (row.text for row in self._counted(rows))
        if (first := next(entries, None)) is not None:
            self._write(name, chain([first], entries))

    def _counted(self, rows: Iterable[_Row]) -> Iterator[_Row]:
        for row in rows:
            self.counts[row.model] += 1
            yield row

    def _write(self, name: str, entries: Iterable[str]) -> None:
        """The entries as a list, each written when it comes."""
        if not _PLACE.fullmatch(name):
            raise ExportError(f"“{name}” is no place in an export: mend that slug first.")
        file = self.folder / name
        file.parent.mkdir(exist_ok=True)
        with file.open("w", encoding="utf-8", newline="\n") as opened:
            opened.write("[")
            for n, entry in enumerate(entries):
                opened.write(f"{',' if n else ''}\n{entry}")
            opened.write("\n]\n")


def _chunks(keys: Sequence[Any], most: int = _AT_ONCE) -> Iterator[tuple[int, Sequence[Any]]]:
    """Parts of the keys, each with how many there were up to its end."""
    for start in range(0, len(keys), most):
        some = keys[start : start + most]
        yield start + len(some), some
