"""A running site beside the catalogue that is shipped: what differs is proposed, and nothing that stands is written.

For each value three are compared: what is shipped, what stands, and what the catalogue had shipped before. What only
the catalogue has changed is proposed; what a curator has changed since is left alone.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from stacks.curating import curating
from stacks.derived import chunks
from stacks.filing import ORDER, columns_of, identity_of, key_of
from stacks.folding import alias_key
from stacks.loading import LOADED, Item, read, sentence_of
from stacks.models import (
    Category,
    Company,
    CompanyAlias,
    CompanyFact,
    CompanyIdentifier,
    Coverage,
    Curated,
    Evidence,
    Homonym,
    ImportAction,
    ImportBatch,
    ImportLine,
    ImportState,
    Migration,
    Redirect,
    Reviewed,
    Source,
    Stage,
    State,
    Technology,
    TechnologyAlias,
    TechnologyIdentifier,
    TechnologyRelation,
    Usage,
    scope_key,
    url_key,
)
from stacks.proposals.proposing import check_row, open_batch, propose_changes, propose_removal, propose_row
from stacks.proposals.rights import is_seen, place_of
from stacks.proposals.values import fields_of
from stacks.review import note_proposed

FORM = "catalogue"  # the format of the batches that updates make
_KINDS = tuple(model for model in ORDER if issubclass(model, Curated))  # nobody ships what is under review
_NAMES = (Homonym, TechnologyAlias, CompanyAlias)
_OWNERS: dict[Any, tuple[str, ...]] = {
    Homonym: ("technology",),
    TechnologyAlias: ("technology",),
    TechnologyIdentifier: ("technology",),
    TechnologyRelation: ("subject",),
    CompanyAlias: ("company",),
    CompanyIdentifier: ("company",),
    CompanyFact: ("company",),
    Usage: ("company",),
    Migration: ("company",),
    Evidence: ("usage", "migration", "company"),
    Coverage: ("company",),
}
_LONGEST_VALUE = 60
_NO_LONGER = "the catalogue has it no longer; it stays until somebody retracts it"
_SLUGGED = (Category, Technology, Company)
Report = Callable[[str], None]


@dataclass(slots=True)
class Outcome:
    """What an update came to. Each list has one sentence for each row.

    `added`: new rows that are proposed, by plural name. `waiting`: changes, further rows and removals that wait.
    `held`: what hangs on something that waits, for the update after that was accepted.
    """

    added: Counter[str] = field(default_factory=Counter)
    waiting: Counter[str] = field(default_factory=Counter)
    held: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    left_alone: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    batch: str | None = None

    def told(self) -> dict[str, Any]:
        return {
            "batch": self.batch,
            "added": dict(self.added),
            "waiting": dict(self.waiting),
            "held": self.held,
            "questions": self.questions,
            "left_alone": self.left_alone,
            "problems": self.problems,
        }


class _NotHere(Exception):
    """A value names a row that is not here; `deleted` where it was."""

    def __init__(self, kind: str, key: str, deleted: bool):
        super().__init__(f"{kind} “{key}” {'was deleted here' if deleted else 'is not here yet'}")
        self.deleted = deleted


def update(path: Path, *, dry_run: bool = False, report: Report = lambda line: None) -> Outcome:
    """Propose what the files have and the catalogue has not; all or nothing. Again it proposes nothing.

    `dry_run`: tell what would be proposed, and write nothing. Raises LoadError.
    """
    items = read(path)
    with transaction.atomic():
        with curating():
            outcome = _Update(items, report).run()
        if dry_run:
            transaction.set_rollback(True)
            outcome.batch = None
    return outcome


@dataclass(slots=True)
class _Stored:
    """A row as it stands: its values as a file would have them, and those that the catalogue had shipped before."""

    pk: int
    values: dict[str, Any]
    shipped: dict[str, Any] = field(default_factory=dict)
    asked: bool = False  # whether it may go


class _Update:
    """One update under way."""

    def __init__(self, items: dict[Any, list[Item]], report: Report):
        self.items, self.report = items, report
        self.outcome = Outcome()
        self.pks: defaultdict[Any, dict[str, int]] = defaultdict(dict)  # of what the files tell of, by kind and key
        self.called: defaultdict[Any, dict[str, str]] = defaultdict(dict)  # by kind: a shipped key, and the one here
        self.rows: dict[tuple[Any, str], Any] = {}
        self.deleted: defaultdict[Any, set[str]] = defaultdict(set)  # keys of what was deleted here
        self.made: defaultdict[Any, list[Any]] = defaultdict(list)
        self.batch: ImportBatch | None = None

    def run(self) -> Outcome:
        for model in _KINDS:
            if self.items[model]:
                self.report(f"{len(self.items[model]):>6} {model._meta.verbose_name_plural}")
            self._compare(model)
        for rows in self.made.values():
            note_proposed([row for row in rows if row.state == State.PROPOSED], None)
        if self.batch is not None:
            self.outcome.batch = self.batch.uid
            names = {"companies": self.made[Company], "technologies": self.made[Technology]}
            self.batch.outcome = {kind: [row.name for row in rows] for kind, rows in names.items()}
            self.batch.save(update_fields=["outcome"])
        return self.outcome

    def _compare(self, model: Any) -> None:
        """Match what is shipped with what stands, and propose the difference."""
        key, compared = key_of(model), _compared(model)
        self._follow(model)
        shipped = [(item, self._told(item)) for item in self.items[model]]
        keys = {told[key] for _, told in shipped} if key else set()
        stored = self._stored(model, keys)
        known = {self._identity(model, one.values): one for one in stored}
        twins = {_second(model, one.values): one for one in stored if not key or one.values[key] not in keys}
        new, differing, met = [], [], set()
        for item, told in shipped:
            one = known.get(self._identity(model, told)) or twins.get(_second(model, told) or "")
            if one is None:
                new.append((item, told))
                continue
            met.add(one.pk)
            if key:
                self.called[model][item.fields.get(key, "")] = one.values[key]
                self.pks[model][one.values[key]] = one.pk
            if any(one.values[name] != told[name] for name in compared):
                differing.append((told, one))
        unmet = [one for one in stored if one.pk not in met]
        self._recall(model, [*(one for _, one in differing), *unmet])
        self._propose_changes(model, compared, differing)
        self._add_all(model, new)
        self._ask(model, unmet, keys)

    # what is shipped, in the words of what stands

    def _follow(self, model: Any) -> None:
        """Shipped slugs under which nothing stands here any more: the row was renamed, or merged into another."""
        if model in _SLUGGED:
            shipped = {item.fields.get("slug") for item in self.items[model]}
            moved = Redirect.objects.filter(kind=model._meta.model_name).values_list("old_slug", "new_slug")
            self.called[model] = {old: new for old, new in moved if old in shipped}
            merged = [old for old, new in self.called[model].items() if new in shipped]
            self.items[model] = [item for item in self.items[model] if item.fields.get("slug") not in merged]
            self.outcome.left_alone += [f"{old} was merged into {self.called[model][old]} here." for old in merged]

    def _told(self, item: Item) -> dict[str, Any]:
        """Every value that the row would have, defaults included; other rows by the keys that they have here."""
        told = {}
        for column in columns_of(item.model):
            value = item.fields.get(column.name, column.default)
            if column.refers:
                value = value[0] if isinstance(value, list) else value
                value = self._called(item.model._meta.get_field(column.name).related_model, value)
            elif column.name == key_of(item.model):
                value = self._called(item.model, value)
            told[column.name] = value
        return told

    def _called(self, model: Any, key: Any) -> Any:
        return self.called[model].get(key, key)

    # what stands

    def _stored(self, model: Any, keys: set[str]) -> list[_Stored]:
        columns = columns_of(model)
        names = {column.name: column.path for column in columns}
        return [
            _Stored(row["pk"], {name: row[path] for name, path in names.items()})
            for rows in self._within(model, keys)
            for row in rows.values("pk", *names.values())
        ]

    def _within(self, model: Any, keys: set[str]) -> Iterator[Any]:
        """The rows that hang on what the files tell of, or that they name themselves."""
        rows = model._base_manager.order_by("pk")
        owners = _OWNERS.get(model, ())
        for owner in owners:
            for some in chunks(self.pks[model._meta.get_field(owner).related_model].values()):
                yield rows.filter(**{f"{owner}__in": some})
        if model is Source:
            addresses = {url_key(item.fields.get("url", "")) for item in self.items[Source]}
            for some in chunks(addresses):
                yield rows.filter(url_key__in=some).exclude(uid__in=keys)
        if model is Redirect:
            yield rows
        elif not owners:
            for some in chunks(keys):
                yield rows.filter(**{f"{key_of(model)}__in": some})

    def _identity(self, model: Any, values: dict[str, Any]) -> tuple[Any, ...]:
        if model is Coverage:
            return values["company"], values["category"]
        if model in (TechnologyAlias, CompanyAlias):
            return (alias_key(values["name"]),)
        if model is Homonym:
            return alias_key(values["name"]), values["technology"]
        return tuple(values[name] for name in identity_of(model))

    def _recall(self, model: Any, rows: list[_Stored]) -> None:
        """What the catalogue had shipped before of these rows: when they were loaded, and by updates since."""
        by_pk = {one.pk: one for one in rows}
        paths = {column.name: column.path for column in columns_of(model)}
        for some in chunks(by_pk):
            loaded: Any = model.history.filter(id__in=some, history_change_reason=LOADED).order_by("history_id")
            for row in loaded.values("id", *paths.values()):
                by_pk[row["id"]].shipped = {name: row[path] for name, path in paths.items()}
            lines: Any = ImportLine.objects.filter(batch__format=FORM, kind=model._meta.model_name, row__in=some)
            for pk, name, action, new in lines.order_by("pk").values_list("row", "field", "action", "new"):
                if action == ImportAction.REMOVE:
                    by_pk[pk].asked = True
                elif name:
                    by_pk[pk].shipped[name] = new
                elif isinstance(new, dict):
                    by_pk[pk].shipped |= new

    def _row(self, model: Any, key: str) -> Any:
        """The row under its key here, None where there is none."""
        if (model, key) not in self.rows:
            self.rows[model, key] = model._base_manager.filter(**{key_of(model): key}).first()
        return self.rows[model, key]

    def _values(self, model: Any, told: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
        """The values as a row takes them. Raises _NotHere."""
        values = {}
        for name in names:
            other, value = model._meta.get_field(name).related_model, told[name]
            values[name] = self._row(other, value) if other is not None and value is not None else value
            if value is not None and values[name] is None:
                raise _NotHere(f"the {other._meta.verbose_name}", value, value in self.deleted[other])
        return values

    # the difference

    def _propose_changes(
        self, model: Any, compared: list[str], differing: list[tuple[dict[str, Any], _Stored]]
    ) -> None:
        new = {row.pk for row in self.made[_owner_model(model)]} if model in _NAMES else set()
        for told, one in differing:
            row = model._base_manager.get(pk=one.pk)
            if new and getattr(row, f"{model.owner_field}_id") in new:
                self._rewrite(row, told, compared)  # the name that came with its owner just now
                continue
            changed = {name for name in compared if told[name] not in (one.values[name], one.shipped.get(name))}
            ours = {name for name in changed if one.values[name] == one.shipped.get(name)}
            for name in sorted(changed - ours):
                label, values = model._meta.get_field(name).verbose_name, (one.values[name], told[name])
                self.outcome.left_alone.append(
                    _sentence(row, f"{label} is “{{}}” here, “{{}}” in the catalogue", *values)
                )
            try:
                lines = propose_changes(self._batch(), row, self._values(model, told, sorted(ours))) if ours else []
                self.outcome.waiting["changes"] += len(lines)
            except _NotHere as error:
                self._put_off(str(row), error)
            except ValidationError as error:
                self.outcome.problems.append(_sentence(row, sentence_of(error)))

    def _add_all(self, model: Any, new: list[tuple[Item, dict[str, Any]]]) -> None:
        """New rows, what others of their kind refer to first."""
        gone, asked = (self._gone(model), self._asked_for(model)) if new else (set(), set())
        while new:
            later = []
            coming = {told["slug"] for _, told in new} if model is Company else set()
            for item, told in new:
                identity = self._identity(model, told)
                if model is Company and told["parent"] in coming and told["parent"] != told["slug"]:
                    later.append((item, told))
                elif identity in gone:
                    self.deleted[model].add(told.get(key_of(model), ""))
                    self.outcome.left_alone.append(f"{_name(model, told)} was deleted here.")
                elif identity not in asked:
                    self._add(model, told)
            if len(later) == len(new):
                self.outcome.problems += [f"{_name(model, told)}: its parents run in a circle." for _, told in later]
                break
            new = later

    def _add(self, model: Any, told: dict[str, Any]) -> None:
        key = key_of(model)
        names = [name for name in told if name != "state"]
        try:
            row = model(**self._values(model, told, names))
            if isinstance(row, Reviewed):
                row.state = State.PROPOSED if told["state"] == State.PUBLISHED else State.DRAFT
            elif is_seen(row):
                lines = propose_row(self._batch(), row)
                self.outcome.waiting[str(model._meta.verbose_name_plural)] += len(lines)
                return
            self._save(row, {})
        except _NotHere as error:
            self._put_off(_name(model, told), error)
            return
        except ValidationError as error:
            self.outcome.problems.append(f"{_name(model, told)}: {sentence_of(error)}")
            return
        self.outcome.added[str(model._meta.verbose_name_plural)] += 1
        if key:
            self.rows[model, told[key]] = row
            self.pks[model][told[key]] = row.pk
        if isinstance(row, Reviewed):
            self.made[model].append(row)
            self._note(row)

    def _rewrite(self, row: Any, told: dict[str, Any], names: Iterable[str]) -> None:
        try:
            self._save(row, self._values(type(row), told, names))
        except ValidationError as error:
            self.outcome.problems.append(_sentence(row, sentence_of(error)))

    def _put_off(self, name: str, error: _NotHere) -> None:
        (self.outcome.left_alone if error.deleted else self.outcome.held).append(f"{name}: {error}.")

    def _save(self, row: Any, values: dict[str, Any]) -> None:
        for name, value in values.items():
            setattr(row, name, value)
        check_row(row)
        row._change_reason = LOADED
        row.save()

    def _note(self, row: Any) -> None:
        company, technology = place_of(row)
        ImportLine.objects.create(
            batch=self._batch(),
            name=str(row)[:200],
            company_id=company,
            technology_id=technology,
            action=ImportAction.ADD,
            kind=row._meta.model_name,
            row=row.pk,
            usage=row if isinstance(row, Usage) else None,
            migration=row if isinstance(row, Migration) else None,
            state=ImportState.APPLIED,
            decided_at=timezone.now(),
        )

    def _gone(self, model: Any) -> set[tuple[Any, ...]]:
        """What was here and was deleted, by identity."""
        paths = {column.name: column.path for column in columns_of(model)}
        deleted = model.history.filter(history_type="-").values(*paths.values())
        return {self._identity(model, {name: row[path] for name, path in paths.items()}) for row in deleted}

    def _asked_for(self, model: Any) -> set[tuple[Any, ...]]:
        """What updates have proposed as a further row, whatever was decided."""
        lines = ImportLine.objects.filter(batch__format=FORM, kind=model._meta.model_name, action=ImportAction.ADD)
        told = [new for new in lines.values_list("new", flat=True) if isinstance(new, dict)]
        defaults = {column.name: column.default for column in columns_of(model)}
        return {self._identity(model, defaults | new) for new in told}

    def _ask(self, model: Any, unmet: list[_Stored], keys: set[str]) -> None:
        """What the catalogue has no longer stays: whether it goes is a question."""
        names = {told: alias_key(item.fields.get("name", "")) for told, item in self._owners(model)}
        for one in unmet:
            if not one.shipped or one.asked:
                continue
            if model in _NAMES and alias_key(one.values["name"]) == names.get(one.values[model.owner_field]):
                continue  # files leave the name of its owner out
            row = model._base_manager.get(pk=one.pk)
            if isinstance(row, Reviewed):
                self.outcome.questions.append(_sentence(row, _NO_LONGER))
            elif model not in (Source, Redirect):
                self.outcome.waiting["removals"] += len(propose_removal(self._batch(), row))
        if model in (Technology, Company) and self.items[Category]:
            loaded = model.history.filter(history_change_reason=LOADED).values_list("slug", flat=True).distinct()
            left = model._base_manager.filter(slug__in=set(loaded) - keys).order_by("slug")
            self.outcome.questions += [_sentence(row, _NO_LONGER) for row in left]

    def _owners(self, model: Any) -> Iterator[tuple[str, Item]]:
        if model in _NAMES:
            owner = _owner_model(model)
            yield from ((self._called(owner, item.fields.get("slug")), item) for item in self.items[owner])

    def _batch(self) -> ImportBatch:
        if self.batch is None:
            self.batch = open_batch(None, form=FORM)
        return self.batch


def _compared(model: Any) -> list[str]:
    """What somebody may have typed: neither the key nor the state, which a review moves."""
    typed = {field.name for field in fields_of(model)} - {key_of(model), "state"}
    return [column.name for column in columns_of(model) if column.name in typed]


def _second(model: Any, values: dict[str, Any]) -> Any:
    """By what the same row is known that somebody made here under another key; None where it is not."""
    if model is Usage:
        is_open = not values["ended"] and values["stage"] != Stage.RETIRED and values["state"] != State.RETRACTED
        named = (values["company"], values["technology"], values["category"], scope_key(values["scope"]))
        return named if is_open else None
    if model is Migration:
        return values["company"], values["from_technology"], values["to_technology"]
    return url_key(values["url"]) if model is Source else None


def _owner_model(model: Any) -> Any:
    return model._meta.get_field(model.owner_field).related_model


def _name(model: Any, told: dict[str, Any]) -> str:
    parts = dict.fromkeys(str(told[name]) for name in ("name", *identity_of(model)) if told.get(name))
    return f"{str(model._meta.verbose_name).capitalize()} {', '.join(parts)}"


def _short(value: Any) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"


def _sentence(row: Any, words: str, *values: Any) -> str:
    return f"{row}: {words.format(*map(_short, values)) if values else words}"
