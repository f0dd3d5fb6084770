"""The way back from a merge, as long as nothing else touched what it moved: its events are undone, the last first."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from django.apps import apps
from django.core import serializers
from django.core.exceptions import ValidationError
from django.utils import timezone

from stacks.bulk import add_all, set_on_each
from stacks.curating import curating
from stacks.derived import chunks, in_bulk, set_each
from stacks.doubles import ask_again
from stacks.merge import FALLING, LONGEST_TOLD, MANY, Refused, check_sources
from stacks.models import Evidence, ImportLine, Merge, Migration, Redirect, Usage
from stacks.models.objections import standing

_TOLD = 10  # of the rows of one kind that keep a merge from being undone


def problems(merged: Merge) -> list[str]:
    """Why the merge cannot be undone any more, in words; empty while it can."""
    if merged.undone_at:
        return ["It is undone already."]
    found = []
    for model, versions in _newest_versions(merged.events).items():
        now = dict(_read(model, versions, "pk", "version"))
        noun = model._meta.verbose_name
        found += [f"A {noun} that moved is not there any more." for pk in versions if pk not in now]
        changed = [pk for pk, version in versions.items() if now.get(pk, version) != version]
        rows = model._base_manager.in_bulk(changed[:_TOLD])
        found += [f"{noun.capitalize()} “{row}” was changed since." for row in rows.values()]
    gone: dict[Any, list[int]] = defaultdict(list)
    for event in merged.events:
        if event["do"] in ("deleted", "dropped"):
            gone[_model(event["row"]["model"])].append(event["row"]["pk"])
    if any(_read(model, pks, "pk") for model, pks in gone.items()):
        found.append("A row that fell away is there again.")
    return found


def undo(merged: Merge, *, user: Any) -> Any:
    """Take a merge back; the row that is there again. Raises Refused where something that moved was touched since."""
    with curating():
        merged = Merge.objects.select_for_update().get(pk=merged.pk)
        if found := problems(merged):
            raise Refused(f"It cannot be undone. {' '.join(found[:5])}")
        back = None
        try:
            for events in _together(merged.events):
                reason = f"Undone: {merged}"[:LONGEST_TOLD]
                if together := _TOGETHER.get(_kind(events[0])[0]):
                    together(events, reason, user)
                else:
                    back = _UNDO[events[0]["do"]](events[0], reason) or back
        except ValidationError as error:
            raise Refused(f"It cannot be undone. {' '.join(error.messages)}") from error
        check_sources()
        merged.undone_by, merged.undone_at = user, timezone.now()
        merged.save(update_fields=["undone_by", "undone_at"])
        return back


def _newest_versions(events: Sequence[Any]) -> dict[Any, dict[int, int]]:
    """Of what moved, by model and pk."""
    found: dict[Any, dict[int, int]] = defaultdict(dict)
    for event in events:
        if event["do"] in ("moved", "fields"):
            found[_model(event["model"])][event["pk"]] = event["version"]
    return found


def _read(model: Any, pks: Iterable[int], *columns: str) -> list[tuple]:
    return [row for chunk in chunks(pks) for row in model._base_manager.filter(pk__in=chunk).values_list(*columns)]


def _model(name: str) -> Any:
    return apps.get_model("stacks", name.rpartition(".")[2])


def _thawed(event: Any) -> Any:
    return next(iter(serializers.deserialize("json", json.dumps([event["row"]])))).object


def _bring_back(event: Any, reason: str) -> Any:
    row = _thawed(event)
    if hasattr(row, "slug"):
        Redirect.objects.filter(kind=row._meta.model_name, old_slug=row.slug).delete()
        row.slug_given = row.names_follow = True
    row._change_reason = reason
    row.save(force_insert=True)
    if event.get("led"):
        Redirect.objects.filter(kind=row._meta.model_name, old_slug__in=event["led"]).update(new_slug=row.slug)
    return row if event["do"] == "deleted" else None


def _bring_all_back(events: Sequence[Any], reason: str, user: Any) -> None:
    """What fell together, in some queries for all of a kind; where somebody objects by now, each by its rules."""
    rows = [_thawed(event) for event in events]
    if _concerned(rows) & standing().keys():
        for event in events:
            _bring_back(event, reason)
    else:
        add_all(rows, reason=reason, user=user)


def _concerned(rows: Sequence[Any]) -> set[int]:
    """The companies that these rows, of one kind, speak of."""
    if not isinstance(rows[0], Evidence):
        return {row.company_id for row in rows}
    found = {row.company_id for row in rows if row.company_id}
    for owner in (Usage, Migration):
        pks = {getattr(row, f"{owner._meta.model_name}_id") for row in rows} - {None}
        found |= {company for (company,) in _read(owner, pks, "company")}
    return found


def _move_back(event: Any, reason: str) -> None:
    row = _model(event["model"])._base_manager.get(pk=event["pk"])
    for name, value in event["was"].items():
        told = row._meta.get_field(name)
        setattr(row, told.attname, value)
    row._change_reason = reason
    row.save()


def _together(events: Sequence[Any]) -> Iterator[list[Any]]:
    """From the last to the first; in one list what went together and goes back together."""
    for _, same in groupby(reversed(events), _kind):
        yield list(same)


def _kind(event: Any) -> tuple[Any, ...]:
    """Equal for what goes back together; begins with what was done, where that is done to many at once."""
    match event["do"]:
        case "moved" if _model(event["model"]) in MANY:
            return "moved", event["model"], sorted(event["was"])
        case "dropped" if _model(event["row"]["model"]) in FALLING:
            return "dropped", event["row"]["model"]
        case "lines":
            return ("lines",)
    return "", id(event)


def _move_all_back(events: Sequence[Any], reason: str, user: Any) -> None:
    model = _model(events[0]["model"])
    names = {name: model._meta.get_field(name).attname for name in events[0]["was"]}
    found = in_bulk(model._base_manager, [event["pk"] for event in events])
    set_on_each(
        [(found[event["pk"]], {attname: event["was"][name] for name, attname in names.items()}) for event in events],
        reason=reason,
        user=user,
    )


def _restore_fields(event: Any, reason: str) -> None:
    row = _model(event["model"])._base_manager.get(pk=event["pk"])
    fields = {told.attname: told for told in row._meta.concrete_fields}
    for name, value in event["was"].items():
        setattr(row, name, fields[name].to_python(value))
    if event["was"]:
        row._change_reason = reason
        row.save()


def _lead_back(event: Any, reason: str) -> None:
    rows = _model(event["model"])._base_manager.filter(pk__in=event["pks"])
    rows.update(**{f"{event['field']}_id": event["was"]})


def _lead_lines_back(events: Sequence[Any], reason: str, user: Any) -> None:
    set_each(ImportLine, ("row",), [(pk, {"row": event["was"]}) for event in events for pk in event["pks"]])


def _ask_again(event: Any, reason: str) -> None:
    ask_again(_model(event["model"])._base_manager.get(pk=event["pk"]), event["pks"])


_UNDO: dict[str, Callable[[Any, str], Any]] = {
    "deleted": _bring_back,
    "dropped": _bring_back,
    "moved": _move_back,
    "fields": _restore_fields,
    "led": _lead_back,
    "apart": _ask_again,
}
_TOGETHER: dict[str, Callable[[Sequence[Any], str, Any], None]] = {
    "dropped": _bring_all_back,
    "moved": _move_all_back,
    "lines": _lead_lines_back,
}
