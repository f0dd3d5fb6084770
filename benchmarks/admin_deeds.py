"""What the admin does to many rows at once, each asked for as its page would ask."""

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.urls import reverse

from benchmarks.admin_catalogue import Made
from stacks.fingerprint import fingerprints
from stacks.models import Company, Evidence, Source, State, Technology, Usage
from tests.typed import typed_in

Deed = tuple[str, str, str, Callable[[], dict[str, Any]]]


def deeds(made: Made, clients: dict[str, Any]) -> Iterator[Deed]:
    """Who does it, what it is called, the address and what is posted there."""
    yield from _of_one(made, clients)
    yield from _of_many(made, clients)


def _at(name: str, *args: Any) -> str:
    return reverse(f"admin:stacks_{name}", args=args)


def _of_one(made: Made, clients: dict[str, Any]) -> Iterator[Deed]:
    def do(role: str, name: str, address: str, page: str = "", **said: Any) -> Deed:
        return role, name, address, lambda: typed_in(clients[role].get(page or address).content) | said

    widest, cited, used = made.widest.pk, made.cited.pk, made.used.pk
    usage = Usage.objects.filter(company=widest).first().pk
    yield do("reviewer", "delete the draft with most usages", _at("company_delete", made.going.pk), post="yes")
    yield do("reviewer", "bring back what most hung on", _at("bring_back", "company", made.gone))
    yield do("reviewer", "retract the widest company", _at("company_move", widest, "retract"))
    yield do("reviewer", "retract the most used technology", _at("technology_move", used, "retract"))
    yield do("reviewer", "save the widest company", _at("company_change", widest), summary="Said otherwise.")
    yield do("reviewer", "save the most cited source", _at("source_change", cited), updated_on="2026-10")
    yield do("reviewer", "save a usage", _at("usage_change", usage), purpose="Said otherwise")
    yield do("reviewer", "save a page of the grid", _at("company_stack", widest))
    for gone, kept in (
        (made.widest, Company.objects.get(slug="draft-0")),
        (made.cited, Source.objects.order_by("pk").first()),
        (made.used, Technology.objects.order_by("-pk").first()),
    ):
        noun = gone._meta.model_name
        address = _at(f"{noun}_merge", gone.pk)
        yield do("reviewer", f"merge the largest {noun}", address, f"{address}?into={kept.pk}", into=kept.pk)
    address = _at("company_merge", made.waiting.pk)
    for rest in ("kept", "moved"):
        name = f"merge a company whose usages meet others, {rest}"
        yield do("reviewer", name, address, f"{address}?into={widest}", into=widest, rest=rest)
    plan = _at("importbatch_plan", made.batch.pk)
    yield do("curator", "confirm an import", _at("importbatch_confirm", made.batch.pk), plan)
    page = _at("importbatch_change", made.written.pk)
    yield do("curator", "take an import back", _at("importbatch_take_back", made.written.pk), page)


def _of_many(made: Made, clients: dict[str, Any]) -> Iterator[Deed]:
    waiting = Usage.objects.filter(company=made.waiting, state=State.PROPOSED)
    for transition, rows in (("publish", waiting), ("return", waiting), ("retract", made.widest.usages.all())):
        yield "reviewer", f"{transition} all of a company", _at("usage_move_rows", transition), _read(rows)
    check = _at("source_check", made.cited.pk)
    for role in ("reviewer", "curator"):
        yield role, "check again: still true", check, _marks(clients[role], made, check)
    for model in (Usage, Company):
        rows = model.objects.filter(state=State.DRAFT).order_by("pk")
        yield "reviewer", f"delete 100 ticked {model._meta.verbose_name_plural}", *_ticked(rows, "delete_selected")
    for model in (Company, Technology):
        rows = model.objects.filter(state__in=(State.DRAFT, State.PROPOSED)).order_by("-pk")
        address = _at(f"{model._meta.model_name}_move_rows", "publish")
        yield "reviewer", f"publish 100 {model._meta.verbose_name_plural}", address, _read(rows[:100])
    rows = Evidence.objects.filter(usage__state=State.DRAFT).order_by("pk")
    yield "reviewer", "delete 100 ticked citations", *_ticked(rows, "delete_selected")


def _read(rows: Any) -> Callable[[], dict[str, Any]]:
    def said() -> dict[str, Any]:
        read = fingerprints(list(rows))
        return {"rows": " ".join(f"{pk}.{text}" for pk, text in read.items()), "reason": "Because"}

    return said


def _marks(client: Any, made: Made, address: str) -> Callable[[], dict[str, Any]]:
    def said() -> dict[str, Any]:
        client.post(_at("source_open", made.cited.pk))
        return {f"row-{row.pk}": "still" for row, *_ in client.get(address).context_data["rows"]}

    return said


def _ticked(rows: Any, action: str) -> tuple[str, Callable[[], dict[str, Any]]]:
    keys = rows.values_list("pk", flat=True)[:100]
    address = _at(f"{rows.model._meta.model_name}_changelist")
    return address, lambda: {"action": action, ACTION_CHECKBOX_NAME: list(keys), "post": "yes"}
