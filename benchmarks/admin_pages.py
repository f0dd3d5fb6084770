"""Every page of the admin: its addresses by the URL configuration, with the rows that are larger than others."""

from collections.abc import Iterator
from itertools import product
from typing import Any

from django.contrib import admin
from django.urls import URLPattern, get_resolver, reverse
from django.utils.http import urlencode

from benchmarks.admin_catalogue import Made
from stacks.models import Category, Company, ImportBatch, ImportLine, Source, Technology, Usage

_REGISTERED = admin.site._registry  # noqa: SLF001 - the admin tells of its kinds nowhere else
# They ask for nothing of the catalogue, or lead away.
_LEFT_OUT = {"login", "logout", "jsi18n", "view_on_site", "second_factor", "second_factor_setup", "autocomplete"}
# What stands in an address in place of a row.
_PLACES: dict[str, list[Any]] = {
    "app_label": ["stacks", "auth"],
    "kind": ["company"],
    "number": [1],
    "token": ["x"],
    "transition": ["publish", "retract"],
    "uidb64": ["MQ"],
    "url": ["nothing"],
    "what": ["verified"],
}
_TERMS = ("", "a", "Widest", "role", "https://cited.example/")
_CHOICES = 3  # of each filter


def pages(made: Made) -> Iterator[tuple[str, str]]:
    """What each is called, and its address."""
    rows = _rows(made)
    of_name = {f"{model._meta.app_label}_{model._meta.model_name}": model for model in _REGISTERED}
    for space, pattern in _patterns(get_resolver().url_patterns):
        name = pattern.name
        if space != "admin:" or name is None or name in _LEFT_OUT or name.endswith("_changelist"):
            continue
        arguments = list(pattern.pattern.converters or pattern.pattern.regex.groupindex)
        model = of_name.get("_".join(name.split("_")[:2]))
        for label, row in rows.get(model, {"": None}).items():
            if not arguments and label not in ("", "first"):
                continue
            for values in product(*(_choices(argument, row, made, name) for argument in arguments)):
                chosen = dict(zip(arguments, values, strict=True))
                told = " ".join(str(value) for place, value in chosen.items() if place in _PLACES)
                yield f"{name} {label} {told}".strip(), reverse(space + name, kwargs=chosen)
    yield from _deeper(made)


def _patterns(found: Any) -> Iterator[tuple[str, URLPattern]]:
    for each in found:
        if isinstance(each, URLPattern):
            yield "", each
        else:
            space = f"{each.namespace}:" if each.namespace else ""
            yield from ((space + inner, pattern) for inner, pattern in _patterns(each.url_patterns))


def _rows(made: Made) -> dict[Any, dict[str, Any]]:
    """Of each kind the first, and those that are larger than others, by what they are called."""
    rows = {model: {"first": model._base_manager.order_by("pk").first()} for model in _REGISTERED}
    rows[Company] |= {"widest": made.widest, "waiting": made.waiting, "going": made.going}
    rows[Source] |= {"cited": made.cited}
    rows[Technology] |= {"used": made.used}
    rows[Usage] |= {"of widest": Usage.objects.filter(company=made.widest).first()}
    suggested = ImportBatch.objects.filter(format="suggestion").first()
    rows[ImportBatch] |= {"open": made.batch, "written": made.written, "suggested": suggested}
    rows[type(made.audit)] |= {"newest": made.audit}
    rows[type(made.hook)] = {"first": made.hook}
    return {model: {label: row for label, row in found.items() if row is not None} for model, found in rows.items()}


def _choices(argument: str, row: Any, made: Made, name: str) -> list[Any]:
    if argument in ("object_id", "id", "pk", "content_type_id"):
        return [row.pk if row else 1]
    if argument == "version_id":
        return [row.history.order_by("history_id").first().pk]
    if argument == "key":
        return [made.gone if name == "stacks_bring_back" else 1]
    return _PLACES[argument]


def _deeper(made: Made) -> Iterator[tuple[str, str]]:
    """What is asked for beyond the address itself."""
    deleted, widest, cited = reverse("admin:stacks_deleted"), made.widest.pk, made.cited.pk
    yield "deleted, searched", f"{deleted}?q=Gone"
    yield "deleted, of a kind", f"{deleted}?kind=usage"
    yield "deleted, deep", f"{deleted}?start=1000"
    history = reverse("admin:stacks_company_history", args=[widest])
    yield "history of widest, of a kind", f"{history}?kind=usage"
    yield "history of widest, deep", f"{history}?start=1000"
    past = reverse("admin:stacks_company_restore", args=[widest, made.widest.history.first().pk])
    yield "widest as it was at a moment", f"{past}?at=1600000000000000"
    first = {model: model.objects.order_by("pk").first() for model in (Company, Source)}
    other = Technology.objects.exclude(pk=made.used.pk).order_by("pk")[1]
    category = made.used.category
    beside = Category.objects.filter(parent=category.parent).exclude(pk=category.pk).first()
    for gone, kept in (
        (made.widest, first[Company]), (made.cited, first[Source]), (made.used, other), (category, beside),
    ):  # fmt: skip
        address = reverse(f"admin:stacks_{gone._meta.model_name}_merge", args=[gone.pk])
        yield f"merge of a {gone._meta.model_name}", f"{address}?into={kept.pk}"
    address = reverse("admin:stacks_company_merge", args=[made.waiting.pk])
    yield "merge of a company whose usages meet others", f"{address}?into={widest}"
    check = reverse("admin:stacks_source_check", args=[cited])
    yield "check again, second page", f"{check}?p=2"
    for asked in ("of=newer", "of=unchecked", "of=lost", f"after={cited}"):
        yield f"check again, {asked}", f"{reverse('admin:stacks_source_check_first')}?{asked}"
    line = ImportLine.objects.filter(company=widest).first()
    yield "usage with a line taken", f"{reverse('admin:stacks_usage_change', args=[line.row])}?take={line.pk}"


def lists(client: Any) -> Iterator[tuple[str, str]]:
    """Each list as it is, with each filter, order and search, and its last page."""
    for model, own in _REGISTERED.items():
        base = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        name = f"list of {model._meta.verbose_name_plural}"
        yield name, base
        context = client.get(base).context_data or {}
        if (changelist := context.get("cl")) is None:
            continue
        for spec in changelist.filter_specs:
            for choice in list(spec.choices(changelist))[1 : 1 + _CHOICES]:
                yield f"{name}, {spec.title}: {choice['display']}", base + choice["query_string"]
        for column in range(len(changelist.list_display)):
            yield f"{name}, order {column}", f"{base}?o=-{column}"
        for term in _TERMS[1:] if own.search_fields else ():
            yield f"{name}, search {term}", f"{base}?{urlencode({'q': term})}"
        yield f"{name}, last page", f"{base}?p={changelist.paginator.num_pages}"


def autocompletes() -> Iterator[tuple[str, str]]:
    for model, own in _REGISTERED.items():
        for field in own.autocomplete_fields:
            place = {"app_label": model._meta.app_label, "model_name": model._meta.model_name, "field_name": field}
            for term in _TERMS:
                address = f"{reverse('admin:autocomplete')}?{urlencode(place | {'term': term})}"
                yield f"autocomplete of {place['model_name']}.{field}, {term or 'nothing typed'}", address
