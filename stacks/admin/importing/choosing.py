"""What is decided about a line, stored as soon as it is: by one press, or in the form of the line."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse, reverse_lazy
from django.utils import timezone

from stacks.admin.curated import add_link, list_link
from stacks.admin.forms import uncut
from stacks.admin.typed_dates import TypedDateField
from stacks.curating import curating
from stacks.folding import alias_key
from stacks.importers.decisions import AGAIN, END, KEEP, MAKE, NEVER, PAGES, SKIP, TAKE, keys_of
from stacks.importers.lines import Line, Reading
from stacks.importers.load import find_technology
from stacks.models import (
    Category,
    Homonym,
    Hosting,
    ImportBatch,
    ImportChoice,
    Kind,
    MigrationStage,
    RelationKind,
    Stage,
    State,
    Technology,
    TechnologyAlias,
    TechnologyRelation,
)
from stacks.models.evidence import QUOTE_WORDS
from stacks.models.fields import validate_http_url

_KEY = re.compile(r"[a-z0-9:_]{1,40}")
_TYPED = ("stage", "hosting", "purpose", "scope", "started", "ended", "quote", "remarks", "reason")
_OF_A_FIGURE = ("name", "value", "edition_on", "quote")
_ALL = "all"  # the argument that takes a choice of many back


class Unchoosable(Exception):
    """Nothing was stored; the message says why."""


def choose(batch: ImportBatch, reading: Reading, do: str, user: Any) -> str:
    """Store one press, and return the key it is kept under. `do` is a verb, a key, and perhaps an argument."""
    verb, _, rest = do.partition(" ")
    key, _, argument = rest.partition(" ")
    if not _KEY.fullmatch(key):
        raise Unchoosable("There is no such line.")
    if verb == "undo":
        _forget(batch, key)
        return key
    if verb in ("section", "stages", "again", "pages"):
        values = _for_many(verb, argument)
        if not key.startswith({"section": "s", "stages": "stage:", "again": AGAIN, "pages": PAGES}[verb]):
            raise Unchoosable("There is no such choice.")
    elif verb in (KEEP, END) and key.startswith("missing:"):
        values = {"answer": verb}
    else:
        values = _for_line(verb, line_at(reading, key), argument)
    store(batch, key, values, user)
    return key


def line_at(reading: Reading, key: str) -> Line:
    """The line as it was read. Raises Unchoosable."""
    try:
        return replace(reading.lines[keys_of(reading.lines).index(key)])
    except ValueError as error:
        raise Unchoosable("This line is not in the text any more.") from error


def store(batch: ImportBatch, key: str, values: Mapping[str, Any], user: Any) -> None:
    if not values:
        return _forget(batch, key)
    with curating():
        ImportChoice.objects.update_or_create(
            batch=batch, key=key[:40], defaults={"values": values, "made_by": user, "made_at": timezone.now()}
        )
    return None


def _forget(batch: ImportBatch, key: str) -> None:
    with curating():
        ImportChoice.objects.filter(batch=batch, key=key).delete()


def _for_many(verb: str, argument: str) -> dict[str, str]:
    if argument == _ALL:
        return {}
    if argument == "out" and verb != "stages":
        return {"answer": SKIP}
    if verb not in ("again", "pages") and argument in Stage.values:
        return {"stage": argument}
    raise Unchoosable("There is no such choice.")


def _for_line(verb: str, line: Line, argument: str) -> dict[str, Any]:
    if verb in (SKIP, NEVER):
        return {"answer": verb}
    if verb == "is":
        return {"answer": TAKE} | meaning(technology_called(argument))
    if verb != TAKE:
        raise Unchoosable("There is no such choice.")
    if line.kind == "fact" and line.value:
        return {"answer": TAKE}
    if line.new or not line.technology:
        raise Unchoosable(f"“{line.name}” is not in the catalogue: choose what it means, or make it.")
    if line.kind in ("usage", "migration") and line.category:
        return {"answer": TAKE}
    return {"answer": TAKE} | meaning(technology_called(line.technology)) | _category(line)


def _category(line: Line) -> dict[str, str]:
    return {"category": line.category} if line.category else {}


def technology_called(name: str) -> Technology:
    """By slug or any of its names; by its own name where an abbreviation is shared. Raises Unchoosable."""
    rows = Technology.objects.exclude(state=State.RETRACTED)
    found = find_technology(name) if name else None
    if found is None:
        same = list(rows.filter(name__iexact=name)[:3]) if name else []
        if len(same) > 1:
            raise Unchoosable(f"Several are called “{name}”: {', '.join(row.slug for row in same)}. Type one of these.")
        found = same[0] if same else None
    if found is None:
        raise Unchoosable(f"No technology is called “{name}”.")
    return found


def meaning(technology: Technology) -> dict[str, Any]:
    """The technology in its home; a service of one single engine is that engine, via it."""
    engines = TechnologyRelation.objects.filter(subject=technology, kind=RelationKind.MANAGED_FORM_OF)
    found = list(engines.select_related("object__category").order_by("pk")[:2])
    if len(found) == 1:
        engine = found[0].object
        return {"technology": engine.slug, "category": engine.category.slug, "via": technology.slug}
    return {"technology": technology.slug, "category": technology.category.slug}


def suggesting(kind: str) -> forms.TextInput:
    """A box that looks names up while somebody types, drafts included."""
    return forms.TextInput(
        {"data-suggest": kind, "data-from": reverse_lazy("admin:stacks_importbatch_names"), "autocomplete": "off"}
    )


class _ShortQuote(forms.Form):
    quote = forms.CharField(
        label="Quote", max_length=400, required=False, help_text=f"Word for word, at most {QUOTE_WORDS} words."
    )

    def __init__(self, *args: Any, line: Line, user: Any, **kwargs: Any):
        self.line, self.user = line, user
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        uncut(self)

    def clean_quote(self) -> str:
        quote: str = self.cleaned_data["quote"]
        if (words := len(quote.split())) > QUOTE_WORDS:
            raise ValidationError(f"A quote has at most {QUOTE_WORDS} words; this one has {words}.")
        return quote


class FigureForm(_ShortQuote):
    """A figure of scale, as it was read or as it was decided."""

    name = forms.CharField(label="What is counted", max_length=120)
    value = forms.CharField(label="The figure, with its unit", max_length=120)
    edition_on = TypedDateField(label="It held on", required=False, widget=forms.TextInput)
    field_order = _OF_A_FIGURE

    def values(self) -> dict[str, Any]:
        """What differs from the line as it was read."""
        wanted = {name: self.cleaned_data[name] for name in _OF_A_FIGURE}
        return {"answer": TAKE} | {n: v for n, v in wanted.items() if v != (getattr(self.line, n) or "")}


class LineForm(_ShortQuote):
    """One line, as it was read or as it was decided; what is typed is stored when it is sent."""

    origin = forms.CharField(
        label="From", max_length=100, required=False, widget=suggesting("technology"), help_text="Empty: not told."
    )
    technology = forms.CharField(label="Technology", max_length=100, required=False, widget=suggesting("technology"))
    new_name = forms.CharField(label="Make a new one", max_length=100, required=False)
    new_kind = forms.ChoiceField(label="Kind", choices=Kind.choices, required=False, initial=Kind.TOOL)
    new_website = forms.CharField(label="Its address", max_length=500, required=False)
    category = forms.ChoiceField(label="Category", required=False)
    stage = forms.ChoiceField(label="Stage", required=False)
    hosting = forms.ChoiceField(label="Hosting", required=False, choices=[("", "not told"), *Hosting.choices])
    via = forms.CharField(label="Via", max_length=100, required=False, widget=suggesting("technology"))
    purpose = forms.CharField(label="Purpose", max_length=300, required=False)
    scope = forms.CharField(label="Scope", max_length=120, required=False)
    started = TypedDateField(label="Started", required=False, widget=forms.TextInput)
    ended = TypedDateField(label="Ended", required=False, widget=forms.TextInput)
    remarks = forms.CharField(
        label="Remarks", max_length=2000, required=False, widget=forms.Textarea({"rows": 2}), help_text="Markdown."
    )
    reason = forms.CharField(
        label="Why they moved",
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text="Markdown, in our own words.",
    )
    field_order = (
        "origin", "technology", "new_name", "new_kind", "new_website", "category", "stage", "hosting", "via",
        "purpose", "scope", "started", "ended", "quote", "remarks", "reason",
    )  # fmt: skip

    def __init__(self, *args: Any, line: Line, user: Any, **kwargs: Any):
        super().__init__(*args, line=line, user=user, **kwargs)
        fields: Any = self.fields
        fields["category"].choices = [("", "—"), *_by_area()]
        is_move = line.kind == "migration"
        fields["stage"].choices = MigrationStage.choices if is_move else Stage.choices
        if is_move or not user.has_perm("stacks.add_technology"):
            for name in ("new_name", "new_kind", "new_website"):
                del fields[name]
        for name in ("hosting", "via", "purpose", "scope", "remarks") if is_move else ("origin", "reason"):
            del fields[name]
        if is_move:
            fields["technology"].label = "To"

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in ("technology", "via", "origin"):
            if data.get(name):
                try:
                    data[name] = technology_called(data[name])
                except Unchoosable as error:
                    self.add_error(name, str(error))
        if data.get("origin") and data["origin"] == data.get("technology"):
            self.add_error("origin", "A migration leads to another technology.")
        if data.get("new_website"):
            try:
                validate_http_url(data["new_website"])
            except ValidationError as error:
                self.add_error("new_website", error)
        self._check_meaning(data)
        return data

    def _check_meaning(self, data: dict[str, Any]) -> None:
        """Either a technology, or one to be made."""
        making = data.get("new_name")
        if making and data.get("technology") and data["technology"].slug != self.line.technology:
            self.add_error("new_name", "Either choose a technology, or make one.")
        elif making and not data.get("category"):
            self.add_error("category", "Say where people look for it.")
        elif making and _is_of_two_alphabets(making):
            self.add_error("new_name", "One word of it mixes letters of two alphabets that look alike: type it anew.")
        elif making and (known := find_technology(making)):
            self.add_error("new_name", f"“{making}” leads to {known.name}: choose that one.")
        elif not making and not data.get("technology") and "technology" not in self.errors:
            self.add_error("technology", "Say what it means, or leave the line out.")

    def values(self) -> dict[str, Any]:
        """What differs from the line as it was read."""
        data, line = self.cleaned_data, self.line
        wanted: dict[str, Any] = {}
        if data.get("new_name"):
            new = {"name": data["new_name"], "kind": data["new_kind"] or Kind.TOOL, "website": data["new_website"]}
            wanted = {"category": data["category"]}
            values: dict[str, Any] = {"answer": MAKE, "new": new | {"category": data["category"]}}
        else:
            values = {"answer": TAKE}
            wanted = {"technology": data["technology"].slug, "category": data["category"]}
            if data["technology"].slug != line.technology or not data["category"]:
                meant = meaning(data["technology"])
                if data["category"] in ("", line.category or ""):
                    wanted["category"] = meant["category"]
                wanted |= {name: meant[name] for name in ("technology", "via") if name in meant}
        wanted |= {name: data[name].replace("\r\n", "\n") for name in _TYPED if name in data}
        for name in ("via", "origin"):
            if name in data:
                wanted.setdefault(name, data[name].slug if data[name] else "")
        if line.kind == "migration":
            wanted.pop("via", None)
        return values | {name: value for name, value in wanted.items() if value != (getattr(line, name) or "")}


def _is_of_two_alphabets(name: str) -> bool:
    """Whether a word has Latin letters beside Cyrillic or Greek ones, of which some look the same."""
    for word in re.split(r"[^\w]+", name):
        alphabets = {unicodedata.name(letter, "").partition(" ")[0] for letter in word if letter.isalpha()}
        if "LATIN" in alphabets and alphabets & {"CYRILLIC", "GREEK"}:
            return True
    return False


def for_all(line: Line, technology: str, user: Any) -> list[tuple[str, str]]:
    """Where what is decided here is proposed for all companies: label and address of a change of the vocabulary."""
    key = alias_key(line.name)
    links = []
    alias = TechnologyAlias.objects.filter(key=key).select_related("technology").first() if key else None
    homonym = Homonym.objects.filter(key=key).first() if key and alias is None else None
    if alias is not None and user.has_perm("stacks.view_technologyalias"):
        address = reverse("admin:stacks_technologyalias_change", args=[alias.pk])
        links.append((f"“{alias.name}” leads to {alias.technology}: give it a caution", address))
    elif homonym is not None and user.has_perm("stacks.view_homonym"):
        links.append((f"“{homonym.name}” is a homonym: say what it stands near", list_link("homonym", q=homonym.name)))
    elif key and user.has_perm("stacks.add_technologyalias"):
        row = Technology.objects.filter(slug=technology).first() if technology else None
        values = {"name": line.name[:100]} | ({"technology": row.pk} if row else {})
        links.append((f"Make “{line.name}” another name", add_link("technologyalias", **values)))
    if homonym is None and key and user.has_perm("stacks.add_homonym"):
        links.append(("Make it a homonym", add_link("homonym", name=line.name[:100])))
    if user.has_perm("stacks.view_importdecision"):
        links.append(("What was decided about it before", list_link("importdecision", q=line.name)))
    return links


def form_of(line: Line) -> type[FigureForm] | type[LineForm]:
    return FigureForm if line.kind == "fact" else LineForm


def first_values(line: Line, settled: Line, making_name: str) -> dict[str, Any]:
    """What the form of a line shows first: as it was decided, or as it was read."""
    if line.kind == "fact":
        return {name: getattr(settled, name) or "" for name in _OF_A_FIGURE}
    slugs = {slug for slug in (settled.technology, settled.via, settled.origin) if slug}
    names = dict(Technology.objects.filter(slug__in=slugs).values_list("slug", "name"))
    shown = {name: getattr(settled, name) or "" for name in ("category", *_TYPED)}
    shown |= {"technology": names.get(settled.technology or "", ""), "via": names.get(settled.via or "", "")}
    shown["origin"] = names.get(settled.origin or "", "")
    shown["stage"] = shown["stage"] or (MigrationStage.DONE if line.kind == "migration" else Stage.IN_USE)
    if making_name:
        shown["new_name"] = making_name
    elif settled.new or not settled.technology:
        shown |= {"new_name": line.name[:100], "new_website": line.address}
    return shown


def _by_area() -> list[tuple[str, list[tuple[str, str]]]]:
    areas: dict[str, list[tuple[str, str]]] = {}
    rows = Category.objects.second_level().order_by("parent__position", "parent__pk", "position", "pk")
    for slug, name, area in rows.values_list("slug", "name", "parent__name"):
        areas.setdefault(area, []).append((slug, name))
    return list(areas.items())
