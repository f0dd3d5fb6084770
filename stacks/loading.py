"""The catalogue as files: Django's fixture format with natural keys, loaded whole into an empty database.

Django's own `loaddata` saves raw; this writes the first history records, the feed and the derived values too, and names
the file and the object when something is wrong.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist, ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from stacks import derived
from stacks.changes import Ledger
from stacks.curating import curating
from stacks.filing import ORDER, identity_of, key_of
from stacks.folding import alias_key
from stacks.models import (
    Category,
    Company,
    CompanyAlias,
    Curated,
    Homonym,
    ImportLine,
    Redirect,
    Technology,
    TechnologyAlias,
    TechnologyRelation,
    added_at_first,
)
from stacks.revisions import renew_identity

_BY_LABEL = {model._meta.label_lower: model for model in ORDER}
LOADED = "loaded from the catalogue's files"  # in the history of a row, beside what the files had
_BATCH = 500


class LoadError(Exception):
    """The files cannot be loaded; the message names the file and the object. Nothing was written."""


class NotEmpty(LoadError):
    """The catalogue has rows already; loading never overwrites."""


@dataclass(slots=True)
class Item:
    """One object of a file; `place` says where it stands, for messages."""

    place: str
    model: Any
    fields: dict[str, Any]
    row: Any = None

    @property
    def waiting(self) -> list[Any]:
        """The fields that it gives and that are filled in when all rows are there."""
        fields = [field for field in self.model._meta.concrete_fields if field.name in self.fields]
        return [field for field in fields if _waits(field)]


def load(path: Path, report: Callable[[str], None] = lambda line: None) -> dict[str, int]:
    """Load the file, or all `.json` files below the folder; all or nothing. Returns the number of rows by plural name.

    Raises NotEmpty or LoadError.
    """
    items = read(path)
    with transaction.atomic():  # around the proof as well: what does not hold is not kept
        with curating() as ledger:
            if any(model._base_manager.exists() for model in ORDER):
                raise NotEmpty("The catalogue is not empty: loading never overwrites. Use a new database.")
            counts = {}
            keys: dict[Any, dict[tuple, Any]] = {}
            for model in ORDER:
                counts[str(model._meta.verbose_name_plural)] = len(_build(model, items[model], keys, report))
            for model in ORDER[1:]:
                _fill_in(model, items[model], keys)
            _find_rows(items)
            _refuse_circles(items)
            _write_history(items)
            renew_identity()
            _refuse_stray_redirects(items[Redirect], keys)
            report("Writing the change feed and the derived values")
            _note_all(ledger, items)
        if problems := derived.check():
            raise LoadError(f"The loaded catalogue does not hold: {problems[0]}")
    gather_statistics()
    return counts


def gather_statistics() -> None:
    """After all rows came at once: until PostgreSQL has counted them, it chooses slow ways to them."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def read(path: Path) -> dict[Any, list[Item]]:
    """The objects of the file or folder by model, in the order of the files. Raises LoadError."""
    if not path.exists():
        raise LoadError(f"{path}: there is no such file or folder.")
    files = sorted(path.rglob("*.json")) if path.is_dir() else [path]
    if not files:
        raise LoadError(f"{path}: there is no .json file in this folder.")
    items: dict[Any, list[Item]] = {model: [] for model in ORDER}
    for file in files:
        for number, entry in enumerate(_entries(file), 1):
            place = f"{file}: object {number}"
            match entry:
                case {"model": str(label), "fields": dict(fields)} if label.lower() in _BY_LABEL:
                    model = _BY_LABEL[label.lower()]
                    items[model].append(Item(place, model, fields))
                case {"model": str(), "added": list()}:
                    pass  # of an earlier form of the export; each row says by itself when it was added
                case {"model": str(label)}:
                    raise LoadError(f"{place}: “{label}” is not a model of the catalogue, or it has no fields.")
                case _:
                    raise LoadError(f"{place}: an object needs “model” and “fields”.")
    return items


def _entries(file: Path) -> list[Any]:
    try:
        entries = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise LoadError(f"{file}: {error}") from error
    if not isinstance(entries, list):
        raise LoadError(f"{file}: a list of objects is needed.")
    return entries


def _build(
    model: Any, items: list[Item], keys: dict[Any, dict[tuple, Any]], report: Callable[[str], None]
) -> list[Any]:
    if items:
        report(f"{len(items):>6} {model._meta.verbose_name_plural}")
    rows = _write(model, items, keys)
    if model is Category:
        _fill_in(model, items, keys)  # now: technologies hang on the second level only
        _refuse_third_levels(items)
    if model in (Homonym, TechnologyAlias, CompanyAlias):
        missing = list(_own_names(model, rows, keys[model._meta.get_field(model.owner_field).related_model].values()))
        items += missing
        if model is not Homonym:
            _refuse_taken_names(model, items)
        _insert(model, missing)
        rows += [item.row for item in missing]
    return rows


def _own_names(model: Any, rows: list[Any], owners: Iterable[Any]) -> Iterator[Item]:
    """The names of technologies and companies that no row of the files tells: as homonyms where these are shared."""
    field = model.owner_field
    named = {(row.key, getattr(row, f"{field}_id")) for row in rows}
    shared = set(Homonym.objects.values_list("key", flat=True)) if field == "technology" else set()
    for owner in owners:
        key = alias_key(owner.name)
        if (key, owner.pk) not in named and (key in shared) is (model is Homonym):
            last = {"position": len(rows) + 1} if model is Homonym else {}
            row = model(**{field: owner, "name": owner.name, **last})
            yield Item(f"the name of {owner.slug}", model, {"name": owner.name}, row)


def _write(model: Any, items: list[Item], keys: dict[Any, dict[tuple, Any]]) -> list[Any]:
    for item in items:
        item.row = _make(item, keys)
    if model in (TechnologyAlias, CompanyAlias):
        _refuse_taken_names(model, items)
    _insert(model, items)
    if key := key_of(model):
        keys.setdefault(model, {}).update({(getattr(item.row, key),): item.row for item in items})
    return [item.row for item in items]


def _make(item: Item, keys: dict[Any, dict[tuple, Any]]) -> Any:
    values = {}
    later = {field.name for field in item.waiting} | ({"row"} if item.model is ImportLine else set())
    for name, value in item.fields.items():
        if name in later:
            continue
        try:
            field: Any = item.model._meta.get_field(name)
        except FieldDoesNotExist as error:
            raise LoadError(f"{item.place}: {item.model._meta.verbose_name} has no field “{name}”.") from error
        values[name] = _referred(item, field, value, keys) if isinstance(field, models.ForeignKey) else value
    row = item.model(**values)
    if hasattr(row, "added") and not row.added:
        name = key_of(item.model)
        row.added = added_at_first(name, getattr(row, name))
    try:
        row.clean_fields(exclude=_unchecked(item, values))
        category = values.get("category")
        if category is not None and category.is_area:
            raise ValidationError({"category": f"{category} is an area. Choose one of its categories."})
    except ValidationError as error:
        raise LoadError(f"{item.place}: {sentence_of(error)}") from error
    return row


def _unchecked(item: Item, values: dict[str, Any]) -> set[str]:
    """What no form has typed is not held against what a form asks for."""
    fields = item.model._meta.fields
    unchecked = {field.name for field in fields if isinstance(field, models.ForeignKey) and field.name in values}
    if not issubclass(item.model, Curated):
        unchecked |= {f.name for f in fields if f.name not in values or isinstance(f, models.JSONField)}
    return unchecked


def _referred(item: Item, field: Any, value: Any, keys: dict[Any, dict[tuple, Any]]) -> Any:
    if value is None:
        return None
    natural = tuple(value) if isinstance(value, list) else (value,)
    try:
        return keys.get(field.related_model, {})[natural]
    except (KeyError, TypeError) as error:
        kind = field.related_model._meta.verbose_name
        raise LoadError(f"{item.place}: {field.name} names {value!r}, and there is no such {kind}.") from error


def _insert(model: Any, items: list[Item]) -> None:
    rows = [item.row for item in items]
    try:
        with transaction.atomic():
            model._base_manager.bulk_create(rows, batch_size=_BATCH)  # the first load: history and feed follow
    except IntegrityError as error:
        raise LoadError(_culprit(items, error)) from error


def _waits(field: Any) -> bool:
    """Whether a field refers to what is not there yet, or would be written by itself."""
    if getattr(field, "auto_now_add", False):
        return True
    if not isinstance(field, models.ForeignKey) or field.model not in ORDER:
        return False
    return field.related_model in ORDER[ORDER.index(field.model) :]


def _fill_in(model: Any, items: list[Item], keys: dict[Any, dict[tuple, Any]]) -> None:
    waiting = [item for item in items if item.waiting]
    names = {field.name for item in waiting for field in item.waiting}
    for item in waiting:
        for field in item.waiting:
            value = item.fields[field.name]
            refers = isinstance(field, models.ForeignKey)
            setattr(item.row, field.name, _referred(item, field, value, keys) if refers else _cleaned(item, field))
    if waiting:
        try:
            with transaction.atomic():
                model._base_manager.bulk_update([item.row for item in waiting], names, batch_size=_BATCH)
        except IntegrityError as error:
            raise LoadError(f"{', '.join(sorted(names))} of {model._meta.verbose_name_plural}: {error}") from error


def _cleaned(item: Item, field: Any) -> Any:
    try:
        return field.to_python(item.fields[field.name])
    except ValidationError as error:
        raise LoadError(f"{item.place}: {field.name}: {sentence_of(error)}") from error


def _find_rows(items: dict[Any, list[Item]]) -> None:
    """Let each line of an import speak of the row that it spoke of; of none where that was gone already."""
    lines = [item for item in items[ImportLine] if isinstance(item.fields.get("row"), list)]
    rows: dict[str, dict[tuple, Any]] = {}
    for item in lines:
        if (model := _BY_LABEL.get(f"stacks.{item.row.kind}")) is None:
            raise LoadError(f"{item.place}: “{item.row.kind}” is no kind of row.")
        if item.row.kind not in rows:
            rows[item.row.kind] = {_identity(one, model): one.row.pk for one in items[model]}
        item.row.row = rows[item.row.kind].get(tuple(item.fields["row"]))
    ImportLine.objects.bulk_update([item.row for item in lines], ["row"], batch_size=_BATCH)


def _identity(item: Item, model: Any) -> tuple[Any, ...]:
    values = (item.fields.get(name) or "" for name in identity_of(model))
    return tuple(value[0] if isinstance(value, list) else value for value in values)


def _refuse_third_levels(items: list[Item]) -> None:
    for item in items:
        if item.row.parent and item.row.parent.parent:
            raise LoadError(f"{item.place}: {item.row.parent} is a category itself. There are two levels only.")


def _write_history(items: dict[Any, list[Item]]) -> None:
    """The first record of each row: copied within the database, where no other rows are."""
    for model in ORDER:
        if items[model] and hasattr(model, "history"):
            _copy_into_history(model)


def _copy_into_history(model: Any) -> None:
    record, name = model.history.model, connection.ops.quote_name
    said = {"history_date": timezone.now(), "history_change_reason": LOADED, "history_type": "+"}
    values = [record._meta.get_field(field).get_db_prep_save(value, connection) for field, value in said.items()]
    columns = ", ".join(name(field.column) for field in record.tracked_fields)
    into, of, key = (name(each) for each in (record._meta.db_table, model._meta.db_table, model._meta.pk.column))
    statement = (
        f"INSERT INTO {into} ({columns}, {', '.join(map(name, said))}) "  # noqa: S608  (our own names)
        f"SELECT {columns}, %s, %s, %s FROM {of} ORDER BY {key}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _culprit(items: list[Item], error: IntegrityError) -> str:
    """Save one by one in a transaction that is thrown away, to name the object the database refuses."""
    for item in items:
        item.row.pk = None
        try:
            with transaction.atomic():
                item.model._base_manager.bulk_create([item.row])
        except IntegrityError as refused:
            try:
                item.row.validate_unique()
                item.row.validate_constraints()
            except (ValidationError, ObjectDoesNotExist) as named:
                return f"{item.place}: {sentence_of(named) if isinstance(named, ValidationError) else refused}"
            return f"{item.place}: {refused}"
    return str(error)


def _refuse_taken_names(model: Any, items: list[Item]) -> None:
    owners: dict[str, tuple[Any, str]] = {}
    shared = set(Homonym.objects.values_list("key", flat=True)) if model is TechnologyAlias else set()
    for item in items:
        key, owner = alias_key(item.row.name), getattr(item.row, f"{model.owner_field}_id")
        if not key:
            raise LoadError(f"{item.place}: a name needs at least one letter or digit.")
        if key in shared:
            raise LoadError(f"{item.place}: “{item.row.name}” is a homonym: it leads to none by itself.")
        if key in owners and owners[key][0] != owner:
            raise LoadError(f"{item.place}: “{item.row.name}” leads elsewhere already ({owners[key][1]}).")
        owners.setdefault(key, (owner, item.place))


def _refuse_circles(items: dict[Any, list[Item]]) -> None:
    graphs: defaultdict[str, TopologicalSorter] = defaultdict(TopologicalSorter)
    for item in items[TechnologyRelation]:
        graphs[f"Relations “{item.row.kind}”"].add(item.row.subject.slug, item.row.object.slug)
    for item in items[Company]:
        if item.row.parent:
            graphs["Companies and their parents"].add(item.row.slug, item.row.parent.slug)
    for those, graph in graphs.items():
        try:
            graph.prepare()
        except CycleError as error:
            raise LoadError(f"{those} run in a circle: {' → '.join(error.args[1])}.") from error


def _refuse_stray_redirects(items: list[Item], keys: dict[Any, dict[tuple, Any]]) -> None:
    slugs = {
        (model._meta.model_name, key[0]) for model in (Category, Technology, Company) for key in keys.get(model, ())
    }
    for item in items:
        kind, old, new = item.row.kind, item.row.old_slug, item.row.new_slug
        if (kind, old) in slugs:
            raise LoadError(f"{item.place}: “{old}” is the slug of a {kind}, so it leads nowhere else.")
        if (kind, new) not in slugs:
            raise LoadError(f"{item.place}: there is no {kind} “{new}” to lead to.")


def _note_all(ledger: Ledger, items: dict[Any, list[Item]]) -> None:
    for item in _all(items):
        if item.model in ledger.before:
            ledger.before[item.model][item.row.pk] = None
        elif item.model is Redirect:
            ledger.moves.touch(item.row.kind, old=item.row.old_slug)


def _all(items: dict[Any, list[Item]]) -> Iterator[Item]:
    for model in ORDER:
        yield from items[model]


def sentence_of(error: ValidationError) -> str:
    """What a row was refused for, with the field before each reason."""
    if hasattr(error, "error_dict"):
        return " ".join(
            f"{field}: {' '.join(messages)}" if field != "__all__" else " ".join(messages)
            for field, messages in error.message_dict.items()
        )
    return " ".join(error.messages)
