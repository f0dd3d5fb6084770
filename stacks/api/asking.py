"""`fields` and `include`: what a document holds, checked against what there is."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from rest_framework import serializers

from stacks.api import parts
from stacks.api.parts import Fields, Tree, UnknownName
from stacks.api.serializers import (
    CategorySerializer,
    CompanySerializer,
    CoverageSerializer,
    MigrationSerializer,
    SourceSerializer,
    TechnologySerializer,
    UsageSerializer,
)
from stacks.filtersets import ManyField, StrictForm

_DECLARED: dict[str, type[serializers.Serializer]] = {
    "company": CompanySerializer,
    "technology": TechnologySerializer,
    "category": CategorySerializer,
    "usage": UsageSerializer,
    "migration": MigrationSerializer,
    "source": SourceSerializer,
    "coverage": CoverageSerializer,
}
_FORM = r"-?(\*\.)?[a-z_]+(\.[a-z_]+)*"
_NAME = re.compile(_FORM)
FIELDS_HELP = (
    "The keys to keep, with commas between them or one parameter each; `company.slug` reaches into one, `-remarks` "
    "leaves one out, `-*.url` wherever it stands. The answer is then a part of the document that is described here, "
    "in which keys that are always there may be missing."
)
INCLUDE_HELP = (
    "What to tell in full inside each document, with commas between the names or one parameter each: rows that hang "
    "on it (under a key of their own), or one that it refers to (in the place of the reference). A name with a dot "
    "reaches further. An included document has its lists (`sources`, `relations`, ...) where these are asked for."
)


class NamesField(ManyField):
    """Names with commas between them, or one parameter each; `names` are all there are, where that is settled."""

    most = 100
    pattern = f"{_FORM}(,{_FORM})*"

    def __init__(self, *, names: Sequence[str] = (), **kwargs):
        super().__init__(required=False, **kwargs)
        self.names = names

    def to_python(self, value: Any) -> list[str]:
        return super().to_python([name for text in value or [] for name in text.split(",")])

    def read(self, values: list[str]) -> list[str]:
        if bad := next((value for value in values if not _NAME.fullmatch(value)), None):
            raise ValidationError("“%(value)s” is no name.", code="invalid", params={"value": bad})
        return values


class AskingForm(StrictForm):
    """What a detail takes; `kind` is that of the documents."""

    fields: Any = NamesField(help_text=FIELDS_HELP)  # a parameter of this name; the form keeps its fields apart
    include = NamesField(help_text=INCLUDE_HELP)

    def __init__(self, data: Any = None, *, kind: str):
        super().__init__(data)
        self.kind = kind
        include: Any = self.fields["include"]
        include.names = parts.includable(kind)

    def clean_include(self) -> Tree:
        try:
            return parts.read_include(self.kind, self.cleaned_data["include"])
        except UnknownName as error:
            raise ValidationError("%(said)s", code="unknown", params={"said": error}) from error

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "fields" in cleaned and "include" in cleaned:
            cleaned["fields"] = _read_fields(self, known_fields(self.kind, cleaned["include"]), cleaned["fields"])
        return cleaned


def _read_fields(form: forms.Form, known: Tree, names: Sequence[str]) -> Fields:
    try:
        return parts.read_fields(known, names)
    except UnknownName as error:
        form.add_error("fields", ValidationError("%(said)s", code="unknown", params={"said": error}))
        return parts.WHOLE


LEAN = "lean"


class FieldsForm(StrictForm):
    """What an answer takes that is no list of documents of a kind.

    `serializer_class` is of what the fields are: of each of its `results`, or of the answer where it has none. `lean`
    are the keys that this word stands for among them.
    """

    serializer_class: type[serializers.Serializer]
    lean: tuple[str, ...] = ()
    fields: Any = NamesField(help_text=FIELDS_HELP)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["fields"] = self.fields.pop("fields")  # what is asked about comes first
        if self.lean:
            self.fields["fields"].help_text = f"{FIELDS_HELP} `{LEAN}` stands for {', '.join(self.lean)}."

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "fields" in cleaned:
            names = [each for name in cleaned["fields"] for each in (self.lean if name == LEAN else ()) or (name,)]
            cleaned["fields"] = _read_fields(self, keys_of(self.serializer_class), names)
        return cleaned


def known_fields(kind: str, include: Tree, *, inside: bool = False) -> dict[str, Any]:
    """The keys of a document with what is included, each with those below it."""
    lists = parts.SHAPES[kind].lists
    known = {
        name: below
        for name, below in keys_of(_DECLARED[kind]).items()
        if not (inside and name in lists and name not in include)
    }
    for name, part in parts.PARTS[kind].items():
        if name in include:
            known[name] = known_fields(part.kind, include[name], inside=True)
    return known


@cache
def keys_of(serializer_class: type[serializers.BaseSerializer]) -> dict[str, Any]:
    """What is always there."""
    declared: Any = serializer_class()
    keys = {}
    for name, field in declared.fields.items():
        if field.required:
            one = getattr(field, "child", field)
            keys[name] = keys_of(type(one)) if isinstance(one, serializers.Serializer) else {}
    return keys
