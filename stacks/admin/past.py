"""The past of a row in the admin: one timeline of it and of all that hangs on it, with the way back to each state."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.options import csrf_protect_m
from django.contrib.admin.utils import unquote
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.timezone import localtime
from simple_history.admin import SimpleHistoryAdmin

from stacks.curating import curating
from stacks.history.deleted import last_records
from stacks.history.parts import curated_models, hangs_on, kind_of, past_of
from stacks.history.restoring import NotRestoredError, look, restore
from stacks.history.timeline import Entry, Link, Timeline, timeline
from stacks.history.words import Names, name_of
from stacks.models import Reviewed

from .forms import is_key
from .suggesting import suggests, tell, writes

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def may_see(user: Any, model: Any) -> bool:
    meta = model._meta
    return any(user.has_perm(f"{meta.app_label}.{verb}_{meta.model_name}") for verb in ("view", "change"))


def may_see_any(user: Any) -> bool:
    """Whether the user sees rows of any kind that keeps a history."""
    return any(may_see(user, model) for model in curated_models())


class TellsThePast:
    """For the ModelAdmin of a curated row. What was deleted keeps its history."""

    model: Any
    opts: Any
    admin_site: Any
    has_view_or_change_permission: Any
    has_change_permission: Any

    # An old version is restored by its own page or through the change form, with permission, version and validity
    # checks. The form of simple_history would write the whole old row, its state included, for anybody who may see it.

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        return [
            path(
                "<path:object_id>/restore/<path:version_id>/",
                self.admin_site.admin_view(self.restore_view),
                name=f"{name}_restore",
            ),
            *super(SimpleHistoryAdmin, self).get_urls(),  # type: ignore[misc]
        ]

    def history_view(self, request, object_id, extra_context=None):
        key = unquote(object_id)
        if not is_key(key):
            raise Http404("There is no such row.")
        row = self.model._base_manager.filter(pk=key).first()
        last = self.model.history.filter(id=key).first()
        if row is None and last is None:
            raise Http404("There is no such row.")
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        kind, who, start = (request.GET.get(name, "") for name in ("kind", "who", "start"))
        told = timeline(
            self.model,
            int(key),
            may_see=lambda model: model is self.model or may_see(request.user, model),
            start=int(start) if is_key(start) else 0,
            kind=kind,
            who=int(who) if is_key(who) else None,
        )
        versions = list(
            self.model.history.filter(id=key).order_by("history_id").values_list("history_date", "history_id")
        )
        name = str(row) if row is not None else name_of(last, Names([last]))
        kinds = [model for model in past_of(self.model, int(key)) if may_see(request.user, model)]
        context = {
            **self.admin_site.each_context(request),
            "title": f"History of {name}",
            "opts": self.opts,
            "row": row,
            "name": name,
            "key": key,
            "timeline": told,
            "acts": [
                (
                    act,
                    [_link(link) for link in act.links],
                    _shown(act, request.user),
                    self._whole(request, row, act, versions, told.start + at),
                )
                for at, act in enumerate(told.acts)
            ],
            "kinds": [(kind_of(model), capfirst(model._meta.verbose_name_plural)) for model in kinds],
            "people": get_user_model().objects.filter(is_staff=True).order_by("username"),
            "kind": kind,
            "who": who,
            "address": request.path,
            "older": _page(told, told.following, kind, who),
            "newer": _page(told, told.newer, kind, who),
            "way_back": reverse("admin:stacks_bring_back", args=[self.opts.model_name, key]),
            **(extra_context or {}),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/stacks/history.html", context)

    def _whole(self, request, row, act, versions, place):
        """The address at which the row, with what hung on it, is brought back to what it was after an earlier act."""
        version = next((key for at, key in reversed(versions) if at <= act.at), None)
        told = any(entry.record is not None for entry in act.entries)
        if not (place and told and version and row is not None and self.has_change_permission(request, row)):
            return ""
        moment = (act.at - _EPOCH) // timedelta(microseconds=1)
        return f"{reverse(f'admin:stacks_{self.opts.model_name}_restore', args=[row.pk, version])}?at={moment}"

    @csrf_protect_m
    def restore_view(self, request, object_id, version_id):
        """GET says what would change, POST restores what is ticked."""
        key, version = unquote(object_id), unquote(version_id)
        records = (
            self.model.history.filter(id=key, pk=version).exclude(history_type="-") if _are_keys(key, version) else None
        )
        record = records.select_related("history_user").first() if records is not None else None
        if record is None:
            raise Http404("There is no such version.")
        row = self.model._base_manager.filter(pk=key).first()
        if not (self.has_change_permission(request, row) and self.has_view_or_change_permission(request, row)):
            raise PermissionDenied
        if row is None:
            return HttpResponseRedirect(reverse("admin:stacks_bring_back", args=[self.opts.model_name, key]))
        moment = _moment(request.GET.get("at", ""))
        if request.method != "POST":
            found = look(row, record, moment)
            found.foresee()
            return self._ask_to_restore(request, found)
        fields, steps = set(request.POST.getlist("field")), set(request.POST.getlist("step"))
        try:
            with curating():
                found = look(self.model._base_manager.get(pk=key), record, moment)
                if found.fingerprint != request.POST.get("seen"):
                    why = "Something changed since you looked. Look again."
                    return self._ask_to_restore(request, found, why, fields, steps)
                if not fields and not steps:
                    return self._ask_to_restore(request, found, "Nothing is ticked.", fields, steps)
                lines = restore(found, fields=fields, steps=steps, user=request.user, writes=partial(writes, request))
        except NotRestoredError as error:
            found = look(self.model._base_manager.get(pk=key), record, moment)
            for step in [*([found.own] if found.own else []), *found.steps]:
                step.errors = error.errors.get(step.key, {})
            why = " ".join(["Nothing is restored yet: see below.", *error.errors.get("", {}).get("", [])])
            return self._ask_to_restore(request, found, why, fields, steps)
        if lines:
            tell(request, row, lines)
        else:
            when = date_format(localtime(record.history_date), "DATETIME_FORMAT")
            messages.success(request, f"What you ticked is as it was: {when}")
        return HttpResponseRedirect(reverse(f"admin:stacks_{self.opts.model_name}_change", args=[row.pk]))

    def _ask_to_restore(self, request, found, refused="", fields=None, steps=()):
        own = found.own
        told = (
            [(each, _errors(own, each.field), fields is None or each.field in fields) for each in own.differences]
            if own
            else []
        )
        state, was = (getattr(each, "state", "") for each in (found.row, found.record))
        context = {
            **self.admin_site.each_context(request),
            "title": f"{found.row}: back to an earlier state",
            "opts": self.opts,
            "row": found.row,
            "record": found.record,
            "found": found,
            "own": told,
            "own_errors": own.errors.get("", []) if own else [],
            "steps": [
                (step, _all_errors(step), step.ticked if fields is None else step.key in steps) for step in found.steps
            ],
            "refused": refused,
            "state": found.row.get_state_display().lower() if state != was else "",
            "was": found.record.get_state_display().lower() if state != was else "",
            "suggests": suggests(request, found.row),
            "gone": _gone_since(found),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/stacks/restore.html", context, status=409 if refused else 200)


def _gone_since(found) -> list[tuple[str, str]]:
    """What has a state of its own, hung on the row and was deleted since: in words, and where it is found."""
    told = []
    for part, owner in hangs_on(type(found.row)):
        if not issubclass(part, Reviewed):
            continue
        since = {owner.attname: found.row.pk, "history_date__gt": found.record.history_date}
        count = last_records(part).filter(**since).count()
        if count:
            noun = part._meta.verbose_name if count == 1 else part._meta.verbose_name_plural
            where = urlencode({"kind": kind_of(part), "q": str(found.row)})
            told.append((f"{count} {noun}", f"{reverse('admin:stacks_deleted')}?{where}"))
    return told


def _moment(text: str) -> datetime | None:
    """A moment of the history, in microseconds; None for what is none."""
    try:
        return _EPOCH + timedelta(microseconds=int(text)) if is_key(text) else None
    except OverflowError:
        return None


def _are_keys(*texts: str) -> bool:
    return all(is_key(text) for text in texts)


def _errors(step: Any, name: str) -> list[str]:
    return step.errors.get(name, [])


def _all_errors(step: Any) -> list[str]:
    meta = (step.record.instance_type if step.record is not None else type(step.row))._meta
    return [
        f"{capfirst(meta.get_field(name).verbose_name)}: {why}" if name else why
        for name, told in step.errors.items()
        for why in told
    ]


def _page(told: Timeline, start: int | None, kind: str, who: str) -> str:
    if start is None:
        return ""
    asked: dict[str, Any] = {"start": start, "kind": kind, "who": who}
    return urlencode({name: value for name, value in asked.items() if value})


def _shown(act: Any, user: Any) -> list[tuple[Entry, list[tuple[str, str]]]]:
    return [(entry, [_link(link) for link in entry.links] + _of_record(entry, user)) for entry in act.entries]


def _link(link: Link) -> tuple[str, str]:
    return link.label, reverse(f"admin:stacks_{link.kind}_change", args=[link.pk])


def may_bring_back(user: Any, model: Any) -> bool:
    return user.has_perm(f"stacks.add_{kind_of(model)}")


def _of_record(entry: Entry, user: Any) -> list[tuple[str, str]]:
    """To the state that a record tells of, where the row has another one or is no more, for who may restore it."""
    record = entry.record
    if record is None:
        return []
    model = record.instance_type
    kind = kind_of(model)
    if entry.is_newest and record.history_type == "-":
        address = reverse("admin:stacks_bring_back", args=[kind, record.id])
        return [("Bring back", address)] if may_bring_back(user, model) else []
    may = user.has_perm(f"stacks.change_{kind}") and admin.site.is_registered(model)
    if entry.is_newest or record.history_type == "-" or not may:
        return []
    return [("Restore this state", reverse(f"admin:stacks_{kind}_restore", args=[record.id, record.pk]))]
