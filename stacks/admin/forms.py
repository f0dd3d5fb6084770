"""Forms that keep what was typed: against another's save, and with every constraint told where it can be mended."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.forms.formsets import DELETION_FIELD_NAME
from django.forms.models import InlineForeignKeyField, ModelChoiceField, construct_instance
from django.utils.formats import date_format
from django.utils.text import capfirst, get_text_list
from django.utils.timezone import localtime

from stacks.constraints import doubtful, named
from stacks.proposals.values import one_break

from .sides import NOW, OPENED, Sides, Whole, choice_of, compare, raw, stored, whole_rows

# The version counts the saves; it is no news to anybody.
UNTOLD = ("version",)
# Travels with a form whose save was refused: the version that it was made from at first.
OPENED_VERSION = "opened_version"
# Longer than this, no text is the key of a row.
_KEY_DIGITS = 18


def is_key(text: Any) -> bool:
    """Whether the text can be the key of a row: anything else is neither looked up nor handed to the database."""
    text = str(text)
    return text.isascii() and text.isdecimal() and len(text) <= _KEY_DIGITS


def uncut(form: Any) -> None:
    """A browser would cut what is pasted without a word; the server says the limit, and the form keeps all of it."""
    for field in form.fields.values():
        field.widget.attrs.pop("maxlength", None)


class Lines(forms.Textarea):
    """A browser sends every line break as two characters; what nobody touched is what it was."""

    def value_from_datadict(self, data, files, name):
        value = super().value_from_datadict(data, files, name)
        return one_break(value) if isinstance(value, str) else value


class UncutForm(forms.ModelForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        uncut(self)


class ConstrainedForm(UncutForm):
    """Holds the row against every constraint of its model, those that name fields outside the form included.

    Django leaves a constraint out as soon as one of its fields is not in the form, so that the database is the first
    to refuse. Here only what is wrong already, or not known before the parent row is saved, is left out. An error
    stands at the field that can mend it.
    """

    # whether who made this form holds its row against the constraints, together with others
    held_together = False
    # the parent of an inline row, while that is not saved yet
    unsaved_parent: str | None = None
    # beside a new inline row: the keys of rows that the same save changes or deletes, which it does first
    leaving: frozenset[int] = frozenset()
    # beside a new inline row: what somebody else added after the form was opened, and that of it which says the same
    meanwhile: Callable[[], Mapping[int, Any]] | None = None
    twin: Any = None

    # of Django's own, which its stubs do not tell
    _validate_unique: bool
    _get_validation_exclusions: Any

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.as_read = copy(self.instance)
        if self.is_bound and self.instance.pk is None:
            self._leave_defaults()
        joined = self.instance._state.fields_cache  # noqa: SLF001 - what the query has read with the row
        for name, field in self.fields.items():
            if row := joined.get(name):
                take_known(field, row)

    def _leave_defaults(self):
        """A page that was opened before a field came to be says nothing of it: a new row has its default."""
        for field in self.instance._meta.concrete_fields:
            shown = self.fields.get(field.name)
            if shown is None or not field.has_default():
                continue
            if shown.widget.value_omitted_from_data(self.data, self.files, self.add_prefix(field.name)):
                shown.required = False

    def add_error(self, field, error):
        """An error at a field that this form does not have stands above the form."""
        if field is None and isinstance(error, ValidationError) and hasattr(error, "error_dict"):
            placed: dict[str, list[ValidationError]] = {}
            for name, errors in error.error_dict.items():
                placed.setdefault(name if name in self.fields else NON_FIELD_ERRORS, []).extend(errors)
            error = ValidationError(placed)
        super().add_error(field, error)

    def _post_clean(self):
        """As Django's, with constraints of our own: its would leave out too many, and place none."""
        exclude = self._get_validation_exclusions()
        exclude.update(name for name, field in self.fields.items() if isinstance(field, InlineForeignKeyField))
        # a row that the field has just read need not be looked for once more
        exclude.update(name for name, value in self.cleaned_data.items() if isinstance(value, models.Model))
        try:
            self.instance = construct_instance(self, self.instance, self._meta.fields, self._meta.exclude)
            self.instance.full_clean(exclude=exclude, validate_unique=False, validate_constraints=False)
        except ValidationError as error:
            self.add_error(None, error)
        if self._validate_unique:
            self.validate_unique()
        if not self.held_together:
            self.validate_constraints()

    def validate_constraints(self):
        hold([self])

    def unknown(self) -> set[str]:
        """The fields of the row that no constraint can be asked about: wrong already, or not known yet."""
        unknown = {name for name in self._get_validation_exclusions() if name in self.fields} | self._fill_in_derived()
        return unknown | ({self.unsaved_parent} if self.unsaved_parent else set())

    def can_break_a_constraint(self) -> bool:
        """Whether the row is new, or says something else where constraints look: as it was stored, it kept them."""
        row, model = self.instance, type(self.instance)
        columns = (model._meta.get_field(name).attname for name in named(model))
        return row.pk is None or any(getattr(row, each) != getattr(self.as_read, each) for each in columns)

    def tell_broken(self, constraints, unknown: set[str]):
        """Of those that may be broken, which are and where that can be mended."""
        for constraint in constraints:
            try:
                constraint.validate(type(self.instance), self.instance, exclude=unknown)
            except ValidationError as error:
                if not self._is_about_to_be_free(type(self.instance), constraint):
                    self.add_error(self.where(constraint), ValidationError(error.messages, code=error.code))
        if self.errors:
            self.twin = self._find_twin()

    def _fill_in_derived(self) -> set[str]:
        """Keys that a save would make from what was typed; returns those that cannot be made from it."""
        impossible = set()
        for field in self.instance._meta.concrete_fields:
            if not field.editable and field.name not in self.fields:
                try:
                    field.pre_save(self.instance, self.instance._state.adding)  # noqa: SLF001
                except ValueError:
                    impossible.add(field.name)
        return impossible

    def _is_about_to_be_free(self, model, constraint) -> bool:
        """Whether only rows stand in the way that are changed or deleted before this one is saved."""
        if not (self.leaving and isinstance(constraint, models.UniqueConstraint) and constraint.fields):
            return False
        same = {name: getattr(self.instance, model._meta.get_field(name).attname) for name in constraint.fields}
        others = model._base_manager.filter(**same).exclude(pk=self.instance.pk)
        return not others.exclude(pk__in=self.leaving).exists()

    def _find_twin(self):
        """Of what somebody added to the same owner after this form was opened, the row of which there can be but one
        with this."""
        model = type(self.instance)
        alone = [each.fields for each in model._meta.constraints if isinstance(each, models.UniqueConstraint)]
        alone += [(field.name,) for field in model._meta.concrete_fields if field.unique and not field.primary_key]
        added = self.meanwhile().values() if self.meanwhile else ()
        for row in added:
            if any(names and all(stored(row, n) == stored(self.instance, n) for n in names) for names in alone):
                return row
        return None

    def where(self, constraint) -> str | None:
        """The field to mend: the one that the constraint's error code names; else of those that were changed the last
        that the constraint names, or the last of all.

        The fields that are one of a kind come before those that a condition names: clearing an end points to the end,
        naming the same technology again to the technology.
        """
        if constraint.violation_error_code in self.fields:
            return constraint.violation_error_code
        unique = [self._typed(name) for name in getattr(constraint, "fields", ())]
        named = [*unique, *_fields_of(getattr(constraint, "condition", None))]
        shown = [name for name in named if name in self.fields]
        keys = [name for name in shown if name in unique] or shown
        for names in (keys, shown):
            if changed := [name for name in names if name in self.changed_data]:
                return changed[-1]
        return keys[-1] if keys else None

    def _typed(self, name: str) -> str:
        """What somebody types for a field: of a key the column that it is made from."""
        return getattr(self.instance._meta.get_field(name), "source", name) if name not in self.fields else name


def take_known(field: Any, row: models.Model, *, own: bool = False) -> None:
    """What was posted is not read once more where it is the row that stands there, which the query has read.

    `own`: the row of the form itself, or one that was chosen from those of the field; another may be one that the field
    would not take any more.
    """
    if row.pk is None or not isinstance(field, ModelChoiceField):
        return
    rows: Any = field.queryset
    if rows.query.where and not own:
        return
    taking: Any = field
    read = taking.to_python
    taking.to_python = lambda value: row if str(value) == str(row.pk) else read(value)


def hold(forms: Sequence[ConstrainedForm]) -> None:
    """Hold the rows of these forms, of one model, against every constraint. One query for some hundred."""
    unknown = [(form, form.unknown()) for form in forms]
    asked = [(form, names) for form, names in unknown if form.can_break_a_constraint()]
    found = doubtful([(form.instance, names) for form, names in asked])
    for (form, names), constraints in zip(asked, found, strict=True):
        form.tell_broken(constraints, names)


def _fields_of(condition) -> Iterator[str]:
    """The fields that a condition names, in its order."""
    for child in getattr(condition, "children", ()):
        if isinstance(child, models.Q):
            yield from _fields_of(child)
        elif isinstance(child, tuple):
            yield child[0].partition("__")[0]
            if isinstance(child[1], models.F):
                yield child[1].name  # type: ignore[attr-defined]


class VersionedForm(ConstrainedForm):
    """Refuses to overwrite a save that came after the form was made.

    The comparison is safe because every writer holds the lock of `curating()`, under which the admin validates once
    more before it saves. A row in which nothing was typed is no conflict: the newer values stand. In a conflict what
    was typed stays in the form, the fields left alone show the newer values, and both stand side by side with a choice
    for each (`stacks.admin.sides`): what is chosen is what the next save writes, where nothing is chosen what the form
    has.
    """

    # why this form is only shown, with all that was typed in it, and not saved; see `stacks.admin.kept`
    held: str = ""
    # what is to be chosen, once a save was refused
    sides: Sides | None = None
    # a row that is to be deleted and says something else by now
    refused_deletion = False

    # any text: what is no version is an old one
    seen_version = forms.Field(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # as it came, to be shown again; `data` has what was chosen instead
        self.posted = self.data
        # the versions whose values were chosen, by the field
        self.taken: dict[str, Any] = {}
        if self.instance.pk:
            self.initial["seen_version"] = str(self.instance.version)
            if self.is_bound and "seen_version" in self.fields:
                self.data = self._as_chosen()

    def _as_chosen(self):
        """What was posted, with the values of the sides that were chosen where an earlier save was refused."""
        chosen = {name: self.posted.get(self.add_prefix(choice_of(name))) for name in self._model_fields()}
        for choice, version in ((NOW, self._seen()), (OPENED, self._opened())):
            names = [name for name, made in chosen.items() if made == choice]
            if names and (row := self._version(version)):
                self.taken |= dict.fromkeys(names, row)
        taken = {self.add_prefix(name): self._text(row, name) for name, row in self.taken.items()}
        return dict(self.posted.items()) | taken if taken else self.posted

    def _text(self, row, name) -> str:
        """What the field shows of a row."""
        value = stored(row, name)
        return "" if value is None else str(value)

    def _is_other(self, shown, name) -> bool:
        """Whether what was posted is not what the form showed of the row."""
        return self.fields[name].has_changed(stored(shown, name), raw(self, self.posted, name))

    def clean(self):
        cleaned = super().clean()
        if self.instance.pk and self._seen() != self.instance.version:
            if self.cleaned_data.get(DELETION_FIELD_NAME):
                self._refuse_deletion()
            elif self._typed_fields():
                self._show_both()
                if not self.held:
                    raise ValidationError(self._conflict(), code="conflict")
            else:
                for name in self._model_fields():
                    self.cleaned_data[name] = getattr(self.instance, name)
                self.changed_data = []
                cleaned = self.cleaned_data
        elif self.instance.pk and self._opened() is not None:
            self._show_both()  # in case something else is wrong: nothing that was chosen is lost
        if self.held:
            raise ValidationError(self.held, code="held")
        return cleaned

    def _number(self, name) -> int | None:
        number = str(self.posted.get(self.add_prefix(name), ""))
        return int(number) if is_key(number) else None

    def _seen(self) -> int | None:
        return self._number("seen_version")

    def _opened(self) -> int | None:
        """The version that the form was made from at first, where a save of it was refused since."""
        return self._number(OPENED_VERSION)

    def _model_fields(self):
        names = {
            field.name for field in self.instance._meta.concrete_fields if field.editable and not field.primary_key
        }
        return [name for name in self.fields if name in names]

    def _history(self):
        return type(self.instance).history.filter(**{self.instance._meta.pk.attname: self.instance.pk})

    def _version(self, version):
        """The row as that version had it; None where that is not known."""
        return None if version is None else self._history().filter(version=version).first()

    def _typed_fields(self):
        """The fields whose value, as chosen, differs from what the form showed; all of them when that is not known."""
        shown = self._version(self._seen())
        return [name for name in self._model_fields() if shown is None or self._posted(name) != stored(shown, name)]

    def _posted(self, name):
        if name not in self.cleaned_data:
            return self[name].value()
        value = self.cleaned_data[name]
        return getattr(value, "pk", value)

    def _show_both(self):
        """The form shows what was typed, whatever was chosen, and newer values where nothing was."""
        self.changed_data  # noqa: B018 - told from what was chosen, while that is the data of the form
        names, shown = self._model_fields(), self._version(self._seen())
        typed = [name for name in names if shown is None or self._is_other(shown, name)]
        data = dict(self.posted.items())
        for name in names:
            if name not in typed:
                data[self.add_prefix(name)] = self._text(self.instance, name)
        opened = self._opened() if self._opened() is not None else self._seen()
        rows = compare(self, names, self._version(opened), typed, self.posted)
        self._set_sides(list(rows), opened)
        self.data = data | {self.add_prefix("seen_version"): str(self.instance.version)}

    def _refuse_deletion(self):
        """What somebody changed after the form was opened is deleted by nobody who has not seen it."""
        seen = self._seen()
        rows = whole_rows(type(self.instance), self._model_fields(), self._version(seen), self.instance, None)
        whole = Whole(
            self.add_prefix(choice_of(DELETION_FIELD_NAME)), "Keep it as it is now", "Delete it all the same", False
        )
        self._set_sides(rows, seen, whole)
        self.refused_deletion = True
        self.data = dict(self.posted.items()) | {self.add_prefix("seen_version"): str(self.instance.version)}

    def _set_sides(self, rows, opened, whole=None):
        hidden = None if opened is None else (self.add_prefix(OPENED_VERSION), str(opened))
        title = f"{capfirst(self.instance._meta.verbose_name)}: {self.instance}"
        self.sides = Sides(title, rows, hidden, whole) if rows or whole else None

    def _conflict(self):
        newest = self._history().select_related("history_user").first()
        if newest is None:
            return "Somebody saved this after you opened it. Look again, then save once more."
        shown = self._version(self._seen())
        delta = newest.diff_against(shown, excluded_fields=UNTOLD) if shown else None
        fields = (
            [self.instance._meta.get_field(name).verbose_name for name in sorted(delta.changed_fields)] if delta else []
        )
        when = date_format(localtime(newest.history_date), "DATETIME_FORMAT")
        what = f", and changed {get_text_list(fields, 'and')}" if fields else ""
        return (
            f"{newest.history_user or 'Somebody'} saved this on {when}, after you opened it{what}. "
            "Nothing you typed is lost; fields you left alone now show the newer values. "
            "Choose which side stays, then save once more."
        )


class HomeForm(VersionedForm):
    """The category may stay empty: it is then the home of the technology in the field `home_of`."""

    home_of: str
    home_help: str

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "category" in self.fields:
            self.fields["category"].required = False
            self.fields["category"].help_text += f" Leave empty for the home of the technology{self.home_help}."

    def clean(self):
        if "category" in self.cleaned_data and not self.cleaned_data["category"]:
            if technology := self.cleaned_data.get(self.home_of):
                self.cleaned_data["category"] = technology.category
            else:
                del self.cleaned_data["category"]  # the row keeps the one it has: without one it cannot even be named
        return super().clean()


class KnownAutocomplete(AutocompleteSelect):
    """Prints its chosen row without a query when that row is at hand, and nothing for what is no key."""

    known: Any = None

    def optgroups(self, name, value, attr=None):
        value = [each for each in value if each == "" or is_key(each)]
        if self.known is None or [str(v) for v in value] != [str(self.known.pk)]:
            return super().optgroups(name, value, attr)
        options = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        options.append(self.create_option(name, self.known.pk, str(self.known), True, 0))
        return [(None, options, 0)]
