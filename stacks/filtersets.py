"""The filters of the lists, shared by pages and API.

They are strict: an unknown parameter, a value that cannot be, a slug that leads nowhere and a parameter without a value
are each refused by name. An empty list would look like an answer.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, TextChoices
from django.utils.dateparse import parse_datetime

from stacks import dates
from stacks.industries import broad_named, grouped
from stacks.models import (
    Category,
    Company,
    CompanyIdentifier,
    Hosting,
    Kind,
    Lifecycle,
    MigrationStage,
    OpenSource,
    Outcome,
    SourceKind,
    Stage,
    Technology,
    TechnologyIdentifier,
)
from stacks.redirects import find

MOST_VALUES = 50
MOST_KEYS = 100
MOST_CHARACTERS = 200
_SLUG = re.compile(r"[-\w]{1,100}")
_MAY = {True: "true", False: "false"}


class StrictForm(forms.Form):
    """Refuses what it does not know; the error names the parameter in its `params`."""

    def clean(self):
        cleaned = super().clean()
        for name in self.data:
            if name not in self.fields:
                known = ", ".join(self.fields) or "none"
                message = "There is no parameter “%(parameter)s” here. There are: %(known)s."
                self.add_error(
                    None, ValidationError(message, code="unknown", params={"parameter": name, "known": known})
                )
            elif any(not value.strip() for value in _values(self.data, name)):
                self.add_error(
                    name, ValidationError("It has no value: give one, or leave the parameter out.", code="empty")
                )
            elif not isinstance(self.fields[name], ManyField) and len(_values(self.data, name)) > 1:
                self.add_error(name, ValidationError("Give it once.", code="twice"))
        return cleaned


def _values(data: Any, name: str) -> list[str]:
    return data.getlist(name) if hasattr(data, "getlist") else [data[name]]


class ManyField(forms.Field):
    """A parameter that may be given several times, meaning any of its values."""

    widget = forms.MultipleHiddenInput
    most = MOST_VALUES
    pattern = ""  # a regular expression that programs read: what no value of it fits is refused

    def to_python(self, value: Any) -> list[Any]:
        values = [v.strip() for v in value or [] if v.strip()]
        if len(values) > self.most:
            raise ValidationError(f"At most {self.most} values are taken at once.", code="too_many")
        return self.read(list(dict.fromkeys(values))) if values else []

    def read(self, values: list[str]) -> list[Any]:
        return values


class SlugsField(ManyField):
    """Slugs of public rows, read into the rows; an old slug stands for the present one."""

    pattern = "[-a-zA-Z0-9_]+"

    def __init__(self, *, model: Any, **kwargs):
        super().__init__(**kwargs)
        self.model = model

    def read(self, values: list[str]) -> list[Any]:
        good = [value for value in values if _SLUG.fullmatch(value)]
        found = find(self.model, good)
        unknown = [value for value in values if value not in good or value in found.unknown]
        if unknown:
            raise ValidationError(self._refuse(unknown))
        return list({row.pk: row for row in found.rows}.values())

    def _refuse(self, values: list[str]) -> list[ValidationError]:
        """One for each, with the slug of what bears such a name. One query."""
        noun = self.model._meta.verbose_name
        names = [value for value in values if "\x00" not in value]
        rows = self.model.objects.published()
        slugs = rows.by_names(names) if names and hasattr(rows, "by_names") else {}
        return [
            ValidationError(
                "There is no %(noun)s “%(value)s”.%(hint)s",
                code="unknown",
                params={
                    "noun": noun,
                    "value": value,
                    "hint": f" Its slug is “{slugs[value]}”." if slugs.get(value) else "",
                },
            )
            for value in values
        ]


class OwnSlugsField(SlugsField):
    """Slugs of the list's own rows."""

    most = MOST_KEYS


class OwnUidsField(ManyField):
    """Uids of the list's own rows, as far as these are public."""

    most = MOST_KEYS
    pattern = "[a-z0-9]+"

    def __init__(self, *, model: Any, **kwargs):
        super().__init__(**kwargs)
        self.model = model

    def read(self, values: list[str]) -> list[Any]:
        good = [value for value in values if _SLUG.fullmatch(value)]
        found = {row.uid: row for row in self.model.objects.published().filter(uid__in=good)}
        noun = self.model._meta.verbose_name
        unknown = [value for value in values if value not in found]
        if unknown:
            message, params = "There is no %(noun)s “%(value)s”.", [{"noun": noun, "value": value} for value in unknown]
            raise ValidationError([ValidationError(message, code="unknown", params=each) for each in params])
        return list(found.values())


class SlugListField(forms.CharField):
    """Slugs in one value, separated by commas."""

    def __init__(self, *, model: Any, **kwargs):
        super().__init__(max_length=1000, **kwargs)
        self.slugs = SlugsField(model=model)

    def clean(self, value: Any) -> list[Any]:
        return self.slugs.to_python(super().clean(value).split(","))


class ChoicesField(ManyField):
    """Values of a vocabulary, as stored."""

    def __init__(self, *, choices: type[TextChoices], **kwargs):
        super().__init__(**kwargs)
        self.choices = choices

    def read(self, values: list[str]) -> list[str]:
        for value in values:
            if value not in self.choices.values:
                allowed = ", ".join(self.choices.values)
                raise ValidationError(
                    "“%(value)s” is none of: %(allowed)s.", code="invalid", params={"value": value, "allowed": allowed}
                )
        return values


class PresentField(ManyField):
    """Free text that at least one public company has in `column`, word for word."""

    def __init__(self, *, column: str, **kwargs):
        super().__init__(**kwargs)
        self.column = column

    def read(self, values: list[str]) -> list[str]:
        known = self.known()
        for value in values:
            if value not in known:
                allowed = ", ".join(known[:MOST_VALUES]) + (", …" if len(known) > MOST_VALUES else "")
                message = "No company has the %(column)s “%(value)s”. There are: %(allowed)s."
                params = {"column": self.column, "value": value, "allowed": allowed or "none"}
                raise ValidationError(message, code="invalid", params=params)
        return values

    def known(self) -> list[str]:
        return _values_of_companies(self.column)


class IndustryField(PresentField):
    """Industries that companies have, and the broad ones above them."""

    def __init__(self, **kwargs):
        super().__init__(column="industry", **kwargs)

    def known(self) -> list[str]:
        narrow = super().known()
        return sorted({*narrow, *(broad.name for broad, _ in grouped(narrow))})


def _values_of_companies(column: str) -> list[str]:
    """What public companies have in a column of text, each once. One query."""
    rows = Company.objects.published().exclude(**{column: ""}).order_by(column)
    return list(rows.values_list(column, flat=True).distinct())


def industries_meant(values: list[str]) -> list[str]:
    """A broad industry takes all that are under it along."""
    broad = [found for value in values if (found := broad_named(value))]
    below = (
        [name for name in _values_of_companies("industry") if any(one.takes(name) for one in broad)] if broad else []
    )
    return list(dict.fromkeys([*values, *below]))


class IdentifiersField(ManyField):
    """What others call rows, as `scheme:value`, each of which at least one public row has."""

    most = MOST_KEYS

    def __init__(self, *, model: Any, owner: Any, **kwargs):
        super().__init__(**kwargs)
        self.model = model
        self.owner = owner
        self.schemes = [scheme for scheme, _ in model._meta.get_field("scheme").choices]
        self.pattern = f"({'|'.join(self.schemes)}):.+"

    def read(self, values: list[str]) -> list[str]:
        pairs = {value: self._pair(value) for value in values}
        found = _identified(self.owner.objects.published(), pairs.values()).order_by()
        known = set(found.values_list("identifiers__scheme", "identifiers__value"))
        noun = self.owner._meta.verbose_name
        refused = [
            ValidationError("No %(noun)s is “%(value)s”.", code="unknown", params={"noun": noun, "value": value})
            for value, pair in pairs.items()
            if pair not in known
        ]
        if refused:
            raise ValidationError(refused)
        return list(dict.fromkeys(":".join(pair) for pair in pairs.values()))

    def _pair(self, value: str) -> tuple[str, str]:
        scheme, _, name = value.partition(":")
        if scheme not in self.schemes or not name or "\x00" in name:
            told = ", ".join(self.schemes)
            raise ValidationError(
                "“%(value)s” is no identifier: write scheme:value, with one of the schemes %(told)s.",
                code="invalid",
                params={"value": value, "told": told},
            )
        return scheme, name


class DomainsField(IdentifiersField):
    """Domains as they are written anywhere: in any case, with or without `www.`."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.pattern = ""

    def _pair(self, value: str) -> tuple[str, str]:
        return super()._pair(f"domain:{value.casefold().rstrip('.').removeprefix('www.')}")

    def read(self, values: list[str]) -> list[str]:
        return [name.partition(":")[2] for name in super().read(values)]


def _identified(rows: Any, pairs: Iterable[tuple[str, str]]) -> Any:
    """Rows that bear one of the identifiers; an identifier leads to one row, so none comes twice for the same one."""
    asked = Q()
    for scheme, value in pairs:
        asked |= Q(identifiers__scheme=scheme, identifiers__value=value)
    return rows.filter(asked)


def _bearing(rows: Any, pairs: Iterable[tuple[str, str]]) -> Any:
    owners = _identified(rows.model.objects.all(), pairs).order_by().values("pk")
    return rows.filter(pk__in=owners)


def ask_identifier(model: Any, owner: Any, example: str) -> "Ask":
    return Ask(
        IdentifiersField,
        lambda rows, found: _bearing(rows, [tuple(name.split(":", 1)) for name in found]),
        f"What others call it, as scheme:value, such as {example}. Repeatable, up to {MOST_KEYS} times: any of them.",
        model=model,
        owner=owner,
    )


class YesNoField(forms.Field):
    def to_python(self, value: Any) -> bool | None:
        if value in (None, ""):
            return None
        for answer, word in _MAY.items():
            if value == word:
                return answer
        raise ValidationError("“%(value)s” is neither true nor false.", code="invalid", params={"value": value})


class PartialDateField(forms.Field):
    def to_python(self, value: Any) -> str:
        try:
            return dates.parse(value) if value else ""
        except dates.InvalidDate as error:
            raise ValidationError("%(said)s", code="invalid", params={"said": error}) from error


class MomentField(forms.Field):
    """A day or a moment with its offset, read into a moment; a moment without an offset is UTC."""

    def to_python(self, value: Any) -> dt.datetime | None:
        if not value:
            return None
        try:
            moment = parse_datetime(value) or dt.datetime.combine(dt.date.fromisoformat(value), dt.time())
            aware = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
            return aware.astimezone(dt.UTC)
        except (ValueError, OverflowError) as error:
            message = "“%(value)s” is no moment: write 2026-11-21 or 2026-11-21T08:30:00Z (a + in the address is %%2B)."
            raise ValidationError(message, code="invalid", params={"value": value}) from error


class TextField(forms.CharField):
    pattern = r"[^\x00]*[^\s\x00][^\x00]*"

    def __init__(self, **kwargs):
        super().__init__(max_length=MOST_CHARACTERS, **kwargs)


class Ask(django_filters.Filter):
    """One parameter: `field` reads its value, `narrow` narrows the rows by it."""

    def __init__(self, field: type[forms.Field], narrow: Callable[..., Any], help_text: str, **options):
        super().__init__(label="", help_text=help_text, **options)
        self.field_class = field
        self.narrow = narrow

    def filter(self, qs, value):
        return qs if value is None or value in ("", []) else self.narrow(qs, value)


class AskUsing(Ask):
    """Asks companies what they use, as somebody says since the date that is asked for beside it, if one is."""

    def filter(self, qs, value):
        return self.narrow(qs, value, self.parent.form.cleaned_data["said_since"]) if value else qs


def ask_slugs(model: Any, column: str, help_text: str) -> Ask:
    """Slugs become ids before the rows are read, so that the index on the id serves."""
    return Ask(SlugsField, lambda rows, found: _among(rows, column, [row.pk for row in found]), help_text, model=model)


def ask_category(within: Callable[..., Any] = lambda rows, pks: rows.filter(category__in=pks)) -> Ask:
    def narrow(rows: Any, found: list[Category]) -> Any:
        pks = with_their_categories(found)
        return rows.filter(category=pks[0]) if len(pks) == 1 else within(rows, pks)

    return Ask(
        SlugsField,
        narrow,
        "Slug of a category or an area, which takes its categories along. Repeatable: any of them.",
        model=Category,
    )


def ask_choices(choices: type[TextChoices], column: str, help_text: str) -> Ask:
    return Ask(
        ChoicesField,
        lambda rows, found: _among(rows, column, found),
        f"{help_text} Repeatable: any of them.",
        choices=choices,
    )


def ask_search(help_text: str) -> Ask:
    return Ask(TextField, lambda rows, text: rows.search(text), f"{help_text} At most {MOST_CHARACTERS} characters.")


def _among(rows: Any, column: str, values: list[Any]) -> Any:
    """One value is compared, not listed: databases know better how many rows that leaves."""
    return rows.filter(**({column: values[0]} if len(values) == 1 else {f"{column}__in": values}))


def with_their_categories(found: list[Category]) -> list[int]:
    areas = [category.pk for category in found if category.is_area]
    below = list(Category.objects.filter(parent__in=areas).order_by("pk").values_list("pk", flat=True)) if areas else []
    return list(dict.fromkeys([*(category.pk for category in found), *below]))


class StrictFilterSet(django_filters.FilterSet):
    class Meta:
        form = StrictForm

    def get_form_class(self):
        """Made once for the same filters: forms copy the fields of their class, so that requests share nothing."""
        asked = (type(self), *self.filters)
        if asked not in _forms:
            _forms[asked] = super().get_form_class()
        return _forms[asked]


_forms: dict[tuple[Any, ...], type[forms.Form]] = {}


@cache
def with_own_key(filterset_class: type[StrictFilterSet], model: Any, key: str) -> type[StrictFilterSet]:
    """The filters of a list that can be asked for by its rows' own key, `slug` or `uid`, too."""
    field, noun = {"slug": (OwnSlugsField, "Slug"), "uid": (OwnUidsField, "Uid")}[key]
    ask = Ask(
        field,
        lambda rows, found: _among(rows, "pk", [row.pk for row in found]),
        f"{noun} of a row of this list. Repeatable, up to {MOST_KEYS} times: any of them.",
        model=model,
    )
    return type(f"Keyed{filterset_class.__name__}", (filterset_class,), {key: ask})


class CompanyFilterSet(StrictFilterSet):
    uses = AskUsing(
        SlugsField,
        lambda rows, found, since: rows.using_any(found, since),
        "Slug of a technology in use at present. Repeatable: any of them.",
        model=Technology,
    )
    uses_all = AskUsing(
        SlugListField,
        lambda rows, found, since: rows.using_all(found, since),
        "Slugs of technologies, separated by commas: companies that use every one at present.",
        model=Technology,
    )
    category = AskUsing(
        SlugsField,
        lambda rows, found, since: rows.using_category(with_their_categories(found), since),
        "Slug of a category or an area in which it uses something at present. Repeatable: any of them.",
        model=Category,
    )
    said_since = Ask(
        PartialDateField,
        lambda rows, date: rows.using_something(date),
        "Uses something at present, or what is asked for beside it, as an edition of this date or later says: 2021, "
        "2021-06 or 2021-06-30.",
    )
    industry = Ask(
        IndustryField,
        lambda rows, found: _among(rows, "industry", industries_meant(found)),
        "Industry, as companies have it, or a broad one (Finance), which takes those under it along. Repeatable: any "
        "of them.",
    )
    country = Ask(
        PresentField,
        lambda rows, found: _among(rows, "country", found),
        "Country, as companies have it. Repeatable: any of them.",
        column="country",
    )
    team_size = Ask(
        YesNoField,
        lambda rows, told: rows.telling_team_size() if told else rows.not_telling_team_size(),
        "Whether a source tells how large its team is: a figure about a team, engineers, developers or staff.",
    )
    identifier = ask_identifier(CompanyIdentifier, Company, "wikidata:Q507306")
    domain = Ask(
        DomainsField,
        lambda rows, found: _bearing(rows, [("domain", name) for name in found]),
        f"Domain of a company, such as zerodha.com. Repeatable, up to {MOST_KEYS} times: any of them.",
        model=CompanyIdentifier,
        owner=Company,
    )
    q = ask_search("Words that its names hold.")


class TechnologyFilterSet(StrictFilterSet):
    category = ask_category()
    kind = ask_choices(Kind, "kind", "What it is.")
    open_source = ask_choices(OpenSource, "open_source", "Whether its source is open.")
    lifecycle = ask_choices(Lifecycle, "lifecycle", "Whether its makers still keep it.")
    used = Ask(
        YesNoField, lambda rows, used: rows.used() if used else rows.unused(), "Whether a company uses it at present."
    )
    said_since = Ask(
        PartialDateField,
        lambda rows, date: rows.used_as_said_since(date),
        "A company uses it at present, as an edition of this date or later says: 2021, 2021-06 or 2021-06-30.",
    )
    identifier = ask_identifier(TechnologyIdentifier, Technology, "endoflife:postgresql")
    q = ask_search("Words that its names hold.")


class CategoryFilterSet(StrictFilterSet):
    parent = ask_slugs(Category, "parent", "Slug of an area: its categories. Repeatable: any of them.")
    q = ask_search("Words that its name holds.")


class UsageFilterSet(StrictFilterSet):
    company = ask_slugs(Company, "company", "Slug of a company. Repeatable: any of them.")
    technology = ask_slugs(Technology, "technology", "Slug of a technology. Repeatable: any of them.")
    category = ask_category(lambda rows, pks: rows.in_categories(pks))
    stage = ask_choices(Stage, "stage", "How far it is.")
    hosting = ask_choices(Hosting, "hosting", "Who runs it.")
    kind = ask_choices(Kind, "technology__kind", "What the technology is.")
    lifecycle = ask_choices(Lifecycle, "technology__lifecycle", "Whether the makers of the technology still keep it.")
    current = Ask(
        YesNoField,
        lambda rows, current: rows.current() if current else rows.not_current(),
        "Whether it is in use at present: no end, neither planned nor retired.",
    )
    as_of = Ask(
        PartialDateField,
        lambda rows, date: rows.as_they_were(date),
        "In use on the last day of this date: 2021, 2021-06 or 2021-06-30; `stage` and `current` are then asked of "
        "that day. An unknown start counts from the earliest edition that says it is in use; the undated are left out.",
    )
    said_since = Ask(
        PartialDateField,
        lambda rows, date: rows.said_since(date),
        "Supported by an edition of this date or later: 2021, 2021-06 or 2021-06-30.",
    )
    updated_since = Ask(
        MomentField,
        lambda rows, moment: rows.filter(updated_at__gte=moment),
        "Changed at or after this moment: 2026-11-21 or 2026-11-21T08:30:00Z.",
    )
    q = ask_search("Words that its purpose, its remarks or the names of its company or technology hold.")

    def filter_queryset(self, queryset):
        """Under `as_of`, how far it is and whether it is current are asked of that day."""
        asked = self.form.cleaned_data
        if not asked["as_of"]:
            return super().filter_queryset(queryset)
        rows = self.filters["as_of"].filter(queryset, asked["as_of"])
        if asked["stage"]:
            rows = rows.filter(stage_then__in=asked["stage"])
        if asked["current"] is False:
            rows = rows.none()  # all of them were in use
        for name, value in asked.items():
            if name not in ("as_of", "stage", "current"):
                rows = self.filters[name].filter(rows, value)
        return rows


class MigrationFilterSet(StrictFilterSet):
    company = ask_slugs(Company, "company", "Slug of a company. Repeatable: any of them.")
    technology = Ask(
        SlugsField,
        lambda rows, found: rows.filter(Q(from_technology__in=found) | Q(to_technology__in=found)),
        "Slug of a technology at either end. Repeatable: any of them.",
        model=Technology,
    )
    from_technology = ask_slugs(Technology, "from_technology", "Slug of the technology left. Repeatable: any of them.")
    to_technology = ask_slugs(Technology, "to_technology", "Slug of the technology chosen. Repeatable: any of them.")
    category = ask_category()
    stage = ask_choices(MigrationStage, "stage", "How far it is.")
    q = ask_search("Words that its reason or the names of its company or technologies hold.")


class SourceFilterSet(StrictFilterSet):
    kind = ask_choices(SourceKind, "kind", "What it is.")
    first_party = Ask(
        YesNoField,
        lambda rows, own: rows.own_words() if own else rows.of_others(),
        "Whether these are the words of a company of the catalogue.",
    )
    company = ask_slugs(Company, "company", "Slug of the company whose own words these are. Repeatable: any of them.")
    about = Ask(
        SlugsField,
        lambda rows, found: rows.about(found),
        "Slug of a company about which it is cited. Repeatable: any of them.",
        model=Company,
    )
    q = ask_search("Words that its title, publisher or address holds.")


class CoverageFilterSet(StrictFilterSet):
    company = ask_slugs(Company, "company", "Slug of a company. Repeatable: any of them.")
    category = ask_category()
    outcome = ask_choices(Outcome, "outcome", "What came of the look.")
