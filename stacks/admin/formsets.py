"""Inline rows that outlive what others do meanwhile, labelled and cheap to print, each held against its constraints."""

import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.forms.formsets import DELETION_FIELD_NAME, INITIAL_FORM_COUNT, TOTAL_FORM_COUNT
from django.forms.models import BaseInlineFormSet, ModelChoiceField
from django.utils.text import capfirst, get_text_list

from stacks.bulk import add_all, save_all
from stacks.curating import delete_with_all
from stacks.folding import alias_key
from stacks.models import Homonym, TechnologyAlias

from .form_pages import Part
from .forms import OPENED_VERSION, KnownAutocomplete, hold, is_key, take_known
from .sides import NOW, YOURS, Sides, Whole, choice_of, tell_typed, whole_rows

# How many rows one form adds at once.
MOST_NEW_ROWS = 200
# In place of the version: of a row that somebody deleted meanwhile the key, of one that somebody added meanwhile, too,
# the key and version of the other's.
_GONE, _TWIN = "gone-{}", "twin-{}-{}"
_MEANWHILE = re.compile(r"(gone|twin)-(\d{1,18})(?:-(\d{1,18}))?")
_NOT_TYPED = ("seen_version", DELETION_FIELD_NAME)


class CuratedFormSet(BaseInlineFormSet):
    """Reads its rows from what was posted, whatever the posted counts say.

    A row that somebody deleted or moved away meanwhile is a new row when something was typed into it, with an error
    that says so once; else it is gone. Labels each field for screen readers and hands autocompletes the rows that the
    query has joined already.
    """

    model: Any
    fk: Any
    data: Any
    files: Any
    # of Django's own, which its stubs do not tell
    renderer: Any
    _existing_object: Any
    forms: Any
    initial_forms: Any
    extra_forms: Any
    _should_delete_form: Any

    def __init__(self, data=None, files=None, instance=None, save_as_new=False, prefix=None, queryset=None, **kwargs):
        self.part: Part | None = None  # of a form that is only shown: which of the rows, None for all
        self.lost: set[int] = set()  # indices of rows that are no longer where they were
        self.posted_keys: set[int] = set()
        self.choices: Mapping[str, Any] = data or {}
        self.too_many = 0
        super().__init__(None, None, instance, save_as_new, prefix, queryset, **kwargs)
        if data is not None:
            self.is_bound = True
            self.data = self._read(data)
            self.files = files or {}

    def _read(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """The rows in a new order, those that exist first, under counts that are right."""
        pk = self.model._meta.pk.name
        existing, lost, new = [], [], []
        for posted in self._posted_rows(data):
            row = self._as_chosen(posted, data)
            if row is None:
                continue
            key = row.pop(pk, "")
            row.pop(self.fk.name, None)
            if is_key(key) and not self.save_as_new and self._existing_object(int(key)):
                existing.append(row | {pk: key})
                continue
            seen = row.pop("seen_version", "")
            if not is_key(key) or self.save_as_new:
                new.append(row | ({"seen_version": seen} if _MEANWHILE.fullmatch(seen) else {}))
            elif self._is_typed(int(key), row | {"seen_version": seen}):
                lost.append(row | {"seen_version": _GONE.format(key), OPENED_VERSION: seen})
        self.too_many = max(0, len(lost) + len(new) - MOST_NEW_ROWS)
        self.lost = set(range(len(existing), len(existing) + len(lost)))
        self.posted_keys = {int(row[pk]) for row in existing}
        ordered = [*existing, *lost, *new]
        counts = {TOTAL_FORM_COUNT: len(ordered), INITIAL_FORM_COUNT: len(existing)}
        return {f"{self.prefix}-{name}": value for name, value in counts.items()} | {
            f"{self.add_prefix(index)}-{name}": value
            for index, row in enumerate(ordered)
            for name, value in row.items()
        }

    def _as_chosen(self, row: dict[str, Any], data: Mapping[str, Any]) -> dict[str, Any] | None:
        """The row as was chosen for all of it where an earlier save was refused; None where it is left as it stands."""
        if row.get(DELETION_FIELD_NAME) and row.get(choice_of(DELETION_FIELD_NAME)) == NOW:
            return None
        told = _MEANWHILE.fullmatch(str(row.get("seen_version", "")))
        if told is None:
            return row
        how, key, version = told.groups()
        chosen = data.get(self._choice(key))
        if chosen == NOW:
            return None
        if how == "twin" and chosen == YOURS and self._existing_object(int(key)):
            return row | {self.model._meta.pk.name: key, "seen_version": version or ""}
        return row

    def _choice(self, key: Any) -> str:
        """Of a row that is new in this form there is no number that scripts do not change: its choice has the key."""
        return choice_of(f"{self.prefix}-{key}")

    def show_only(self, rows: list[Any], part: Part | None) -> None:
        """Of a form that is only shown. What is posted is read from all."""
        self._queryset, self.part = rows, part
        vars(self).pop("forms", None)

    def rows_added_meanwhile(self) -> dict[int, Any]:
        """By key, those that the form did not show when it was opened."""
        rows: Any = () if self.save_as_new else self.get_queryset()
        return {row.pk: row for row in rows if row.pk not in self.posted_keys}

    def _posted_rows(self, data: Mapping[str, Any]) -> list[dict[str, Any]]:
        total = data.get(f"{self.prefix}-{TOTAL_FORM_COUNT}", "")
        rows: dict[int, dict[str, Any]] = {}
        for name in data:
            index, _, field = name.removeprefix(f"{self.prefix}-").partition("-")
            if name.startswith(f"{self.prefix}-") and field and is_key(index):
                rows.setdefault(int(index), {})[field] = data[name]
        return [rows[index] for index in sorted(rows) if not is_key(total) or index < int(total)]

    def _is_typed(self, key: int, row: dict[str, Any]) -> bool:
        """Whether anything in the row differs from what the form showed; yes where that is not known."""
        if row.get(DELETION_FIELD_NAME):
            return False
        seen = row.get("seen_version", "")
        shown = self.model.history.filter(id=key, version=int(seen)).first() if is_key(seen) else None
        if shown is None:
            return True
        typed: Any = self.form(row, instance=shown.instance)
        return any(typed[name]._has_changed() for name in typed.fields if name not in _NOT_TYPED)  # noqa: SLF001

    def total_form_count(self):
        """No upper bound of its own: the rows were read from what was posted, and too many new ones are an error."""
        if self.is_bound:
            return self.management_form.cleaned_data[TOTAL_FORM_COUNT]
        return super().total_form_count()

    def _construct_form(self, i, **kwargs):
        form = super()._construct_form(i, **kwargs)  # type: ignore[misc]
        if self.instance.pk is None:
            form.unsaved_parent = self.fk.name
        return form

    def add_fields(self, form, index):
        super().add_fields(form, index)
        for name, field in form.fields.items():
            widget = getattr(field.widget, "widget", field.widget)
            if not widget.is_hidden:
                widget.attrs["aria-label"] = str(field.label or name).capitalize()
            loaded = form.instance._state.fields_cache  # noqa: SLF001 - what the query has joined
            if isinstance(widget, KnownAutocomplete) and name in loaded:
                widget.known = loaded[name]
            if name == self.model._meta.pk.name:
                take_known(field, form.instance, own=True)

    def full_clean(self):
        if self.is_bound and self.too_many:
            self._refuse_unread()
            return
        if self.is_bound:
            for form in self.forms:
                form.held_together = True
            self._read_choices()
            leaving = frozenset(form.instance.pk for form in self.initial_forms if self._is_leaving(form))
            for form in self.extra_forms:
                form.leaving, form.meanwhile = leaving, self.rows_added_meanwhile
        super().full_clean()

    def _read_choices(self):
        """The rows that were chosen in new rows: one query for each field, however many of these there are."""
        fields = self.extra_forms[0].fields if len(self.extra_forms) > 1 else {}
        for name in [name for name, field in fields.items() if isinstance(field, ModelChoiceField)]:
            posted = {form: str(form.data.get(form.add_prefix(name), "")) for form in self.extra_forms}
            keys = {int(key) for key in posted.values() if is_key(key)}
            rows = fields[name].queryset.in_bulk(keys)
            for form, key in posted.items():
                if is_key(key) and int(key) in rows:
                    take_known(form.fields[name], rows[int(key)], own=True)

    def _is_leaving(self, form: Any):
        return form.has_changed() or self.data.get(form.add_prefix(DELETION_FIELD_NAME))

    def _refuse_unread(self):
        """Too many rows are shown as they are, and not looked at one by one."""
        for form in self.forms:
            form._errors, form.cleaned_data = {}, {}  # noqa: SLF001
        why = f"At most {MOST_NEW_ROWS} rows can be added at once: leave out {self.too_many} and save again."
        self._errors = []
        self._non_form_errors = self.error_class([why], error_class="nonform", renderer=self.renderer)

    def save(self, commit=True):
        """All that was changed together, and all that is new."""
        rows = super().save(commit=False)
        if not commit:
            return rows
        delete_with_all(self.deleted_objects)
        save_all([row for row, _ in self.changed_objects], reason="", user=None)
        add_all(self.new_objects, reason="", user=None)
        return rows

    def clean(self):
        hold([form for form in self.forms if form.has_changed()])
        super().clean()
        for index in self.lost:
            if index < len(self.forms):
                self.forms[index].add_error(
                    None,
                    "Somebody deleted this row, or moved it elsewhere, after you opened it. What you typed is still "
                    "here: saving once more adds it as a new row; remove it to leave it out.",
                )
        for form in self.extra_forms:
            self._show_what_came_between(form)
        refused = [form.instance for form in self.initial_forms if form.refused_deletion]
        if refused:
            names = get_text_list([f"“{row}”" for row in refused], "and")
            raise ValidationError(f"Somebody changed {names} after you opened it: look again before it is deleted.")

    def _show_what_came_between(self, form: Any):
        """Beside a new row that another deleted, or that stands already, both sides and a choice for the whole."""
        told = _MEANWHILE.fullmatch(str(form.data.get(form.add_prefix("seen_version"), "")))
        twin = form.twin
        if told is None and twin is None:
            return
        names = [name for name in form.fields if name in {field.name for field in self.model._meta.concrete_fields}]
        names = [name for name in names if name not in (self.fk.name, self.model._meta.pk.name)]
        yours = {name: tell_typed(form, form.data, name) for name in names}
        noun = self.model._meta.verbose_name
        if twin is not None:
            key, opened = twin.pk, None
            labels = f"Leave the {noun} as it is now", f"Change it to your {noun}"
            form.data = {**form.data, form.add_prefix("seen_version"): _TWIN.format(twin.pk, twin.version)}
            title = f"{capfirst(noun)} that stands already: {twin}"
        elif told is not None and told[1] == "gone":
            key = int(told[2])
            seen = str(form.data.get(form.add_prefix(OPENED_VERSION), ""))
            opened = self.model.history.filter(id=key, version=int(seen)).first() if is_key(seen) else None
            labels = "Leave it deleted", f"Add yours as a new {noun}"
            title = f"{capfirst(noun)} deleted meanwhile"
        else:
            return
        whole = Whole(self._choice(key), *labels, took_now=self.choices.get(self._choice(key)) == NOW)
        hidden = (form.add_prefix(OPENED_VERSION), str(form.data.get(form.add_prefix(OPENED_VERSION), "")))
        rows = whole_rows(self.model, names, opened, twin, yours)
        form.sides = Sides(title, rows, hidden if twin is None else None, whole)

    def validate_unique(self):
        """Each unique constraint among the rows of this form; against all others, each row was held already."""
        deleted = self.deleted_forms
        rows = [form for form in self.forms if form not in deleted and (form.instance.pk or form.has_changed())]
        for constraint in self.model._meta.constraints:
            if isinstance(constraint, models.UniqueConstraint) and constraint.fields:
                self._tell_twins(constraint, [form for form in rows if form.is_valid()])

    def _tell_twins(self, constraint, rows):
        seen: dict[tuple, Any] = {}
        for form in rows:
            # the parent is the same for all of them, saved or not
            key = tuple(
                "parent" if name == self.fk.name else getattr(form.instance, self.model._meta.get_field(name).attname)
                for name in constraint.fields
            )
            if None in key or not _applies(constraint, form.instance, self.fk.name):
                continue
            if key in seen:
                # the new one of the two is the one to mend
                later = form if form.instance._state.adding else seen[key]  # noqa: SLF001
                later.add_error(later.where(constraint), constraint.get_violation_error_message())
            seen[key] = form


def _applies(constraint, row, parent: str) -> bool:
    if constraint.condition is None:
        return True
    return constraint.condition.check(row._get_field_expression_map(meta=row._meta, exclude={parent}))  # noqa: SLF001


class AliasFormSet(CuratedFormSet):
    """Without the row of the owner's own name, which follows that name by itself.

    A former name stays an alias where the public has seen it or it is typed as one, and an alias that becomes the name
    is its row: so name and alias may change places.
    """

    def __init__(self, data=None, files=None, instance=None, save_as_new=False, prefix=None, queryset=None, **kwargs):
        self.own = ""
        if queryset is not None and instance is not None and instance.pk:
            name = type(instance)._base_manager.filter(pk=instance.pk).values_list("name", flat=True).first()
            self.own = alias_key(name or "")
            queryset = queryset.exclude(key=self.own)
        super().__init__(data, files, instance, save_as_new, prefix, queryset, **kwargs)

    def _posted_rows(self, data):
        """A row that repeats the name which the owner is about to lose says that it stays, and is no row of its own."""
        rows = super()._posted_rows(data)
        name = alias_key(str(data.get("name", "")))
        if not self.own or not name or name == self.own or self.save_as_new:
            return rows
        told = []
        for row in rows:
            if alias_key(str(row.get("name", ""))) == self.own and not row.get(DELETION_FIELD_NAME):
                self.instance.former_name_stays = True
                key = row.get(self.model._meta.pk.name, "")
                stored = self._existing_object(int(key)) if is_key(key) else None
                if stored is None:
                    continue
                if stored.key == name:
                    row["name"] = stored.name
                else:
                    row[DELETION_FIELD_NAME] = "on"
            told.append(row)
        return told

    def full_clean(self):
        if self.is_bound:
            self._look_for_names()
        super().full_clean()

    def _look_for_names(self):
        """Which of the names nothing else bears; the others are looked for one by one. Two queries at most."""
        asked = {form: alias_key(str(form.data.get(form.add_prefix("name"), ""))) for form in self.forms}
        keys = set(asked.values())
        borne = list(self.model.objects.filter(key__in=keys).values_list("key", "pk"))
        if self.model is TechnologyAlias:
            borne += [(key, None) for key in Homonym.objects.filter(key__in=keys).values_list("key", flat=True)]
        for form, key in asked.items():
            form.instance.known_to_be_free = not any(key == other and form.instance.pk != pk for other, pk in borne)

    def clean(self):
        super().clean()
        own = alias_key(self.instance.name)
        taken: set[str] = set()
        for form in self.forms:
            cleaned = getattr(form, "cleaned_data", {})
            if not cleaned.get("name"):
                continue
            key, deleting = alias_key(cleaned["name"]), cleaned.get(DELETION_FIELD_NAME)
            if key == own and deleting and form.instance.pk:
                # an error of a row that is to be deleted would stop nobody
                raise ValidationError(f"“{cleaned['name']}” is the name now, so it leads here in any case: leave it.")
            if deleting:
                continue
            if key == own and ("name" in form.changed_data or not form.instance.pk):
                form.add_error("name", "That is the name itself: it leads here already.")
            elif key in taken:
                form.add_error("name", "This name is here twice.")
            taken.add(key)
