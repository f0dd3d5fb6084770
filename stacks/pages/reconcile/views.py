"""The names service: the Reconciliation Service API 0.2 of the W3C's community group, for OpenRefine and spreadsheets.

It takes questions by GET and, as they are long, by POST: no account, no session, no cookie, nothing is kept.
"""

import json
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, RawPostDataException
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from stacks.addresses import origin, takes
from stacks.limits import expensive
from stacks.pages.reconcile.extending import extend
from stacks.pages.reconcile.properties import MODELS, NAMES, PROPERTIES, Unanswerable, entity_id, split_id
from stacks.pages.reconcile.querying import MOST_QUERIES, SECONDS, TooMuch, answer, read_question
from stacks.pages.responses import NotThere
from stacks.redirects import find
from stacks.search import search

LARGEST = 64 * 1024
_SUGGESTED = 20
_View = Callable[..., HttpResponse]


def _told(document: Any, status: int = 200) -> HttpResponse:
    return HttpResponse(orjson.dumps(document), content_type="application/json", status=status)


def _refusal(message: str, status: int = 400) -> HttpResponse:
    response = _told({"status": "error", "message": message}, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def answers_json(view: _View) -> _View:
    """What cannot be answered is told in the form that clients of this protocol read."""

    @wraps(view)
    def told(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Unanswerable as error:
            return _refusal(str(error))
        except TooMuch:
            response = _refusal("This takes too long: ask for fewer at once.", 503)
            response.headers["Retry-After"] = "1"
            return response

    return told


@expensive
@takes("queries", "extend")
@require_http_methods(["GET", "HEAD", "POST"])
@answers_json
def service(request: HttpRequest) -> HttpResponse:
    """The manifest; with `queries` candidates for each name, with `extend` values of properties."""
    asked: Any = request.GET
    if request.method == "POST":
        length = request.headers.get("content-length") or "0"
        if not length.isdigit() or int(length) > LARGEST:
            return _refusal(f"At most {LARGEST // 1024} kB at once: ask for fewer.", 413)
        asked = _posted(request)
    if "queries" in asked:
        response = _told(_answer(_json(asked["queries"])))
    elif "extend" in asked:
        response = _told(extend(_json(asked["extend"])))
    elif request.method == "POST":
        raise Unanswerable("Post queries, or extend, as a form (application/x-www-form-urlencoded).")
    else:
        response = _told(_manifest())
    if request.method == "POST":
        response.headers["Cache-Control"] = "no-store"
    return response


def _posted(request: HttpRequest) -> Any:
    try:
        return request.POST
    except RawPostDataException as error:
        raise Unanswerable("The form cannot be read.") from error


def _json(text: str) -> Any:
    """What no database holds as text is refused: half a character, and the character 0."""
    try:
        read = json.loads(text, parse_constant=_no_number)
        plain = json.dumps(read, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise Unanswerable("This is no JSON.") from error
    if b"\\u0000" in plain:
        raise Unanswerable("No text holds the character 0.")
    return read


def _no_number(name: str) -> Any:
    raise ValueError(name)


def _answer(queries: Any) -> dict[str, Any]:
    if not isinstance(queries, dict):
        raise Unanswerable('queries is an object: {"q0": {"query": "Postgres", "type": "technology"}}.')
    if len(queries) > MOST_QUERIES:
        raise Unanswerable(f"At most {MOST_QUERIES} queries at once.")
    return answer({key: read_question(each) for key, each in queries.items()}, time.thread_time() + SECONDS)


def _manifest() -> dict[str, Any]:
    base = f"{origin()}{reverse('reconcile')}"
    suggest = {"service_url": base.rstrip("/")}
    return {
        "versions": ["0.1", "0.2"],
        "name": f"{settings.SITE_NAME}: technologies and companies",
        "identifierSpace": base,
        "schemaSpace": f"{origin()}{reverse('api-schema')}",
        "documentation": f"{origin()}{reverse('about')}",
        "defaultTypes": [{"id": kind, "name": name} for kind, name in NAMES.items()],
        "view": {"url": f"{base}view/?id={{{{id}}}}"},
        "preview": {"url": f"{base}preview/?id={{{{id}}}}", "width": 430, "height": 200},
        "suggest": {what: suggest | {"service_path": f"/suggest/{what}/"} for what in ("entity", "property", "type")},
        "extend": {
            "propose_properties": suggest | {"service_path": "/properties/"},
            "property_settings": [
                {
                    "name": "limit",
                    "label": "Limit",
                    "type": "number",
                    "default": 0,
                    "help_text": "At most so many values, where a property has many; 0: up to 100.",
                }
            ],
        },
    }


@expensive
@takes("prefix", "cursor", "type")
@require_safe
def suggest_entity(request: HttpRequest) -> HttpResponse:
    kind = request.GET.get("type", "")
    prefix = request.GET.get("prefix", "")[:200]
    hits = search(prefix, kind=kind if kind in MODELS else "").best if prefix else []
    found = [hit for hit in hits if hit.kind in MODELS and kind in ("", hit.kind)]
    return _page(
        request,
        [
            {
                "id": entity_id(hit.kind, hit.slug),
                "name": hit.name,
                "description": hit.what,
                "notable": [{"id": hit.kind, "name": NAMES[hit.kind]}],
            }
            for hit in found
        ],
    )


@takes("prefix", "cursor")
@require_safe
def suggest_type(request: HttpRequest) -> HttpResponse:
    return _page(request, [{"id": kind, "name": name} for kind, name in NAMES.items() if _begins(request, kind, name)])


@takes("prefix", "cursor")
@require_safe
def suggest_property(request: HttpRequest) -> HttpResponse:
    names = {pid: each.name for known in PROPERTIES.values() for pid, each in known.items()}
    return _page(request, [{"id": pid, "name": name} for pid, name in names.items() if _begins(request, pid, name)])


@takes("type", "limit")
@require_safe
@answers_json
def propose_properties(request: HttpRequest) -> HttpResponse:
    """What can be asked for entities of a type."""
    kind, limit = request.GET.get("type", ""), request.GET.get("limit", "")
    if kind not in PROPERTIES:
        raise Unanswerable(f"type is one of {', '.join(PROPERTIES)}.")
    most = int(limit) if limit.isascii() and limit.isdigit() else None
    told = [{"id": each.id, "name": each.name} for each in PROPERTIES[kind].values()][:most]
    return _told({"type": kind, "properties": told} | ({"limit": most} if most is not None else {}))


def _begins(request: HttpRequest, *names: str) -> bool:
    prefix = request.GET.get("prefix", "").casefold()
    return any(word.startswith(prefix) for name in names for word in (name.casefold(), *name.casefold().split()))


def _page(request: HttpRequest, found: list[dict[str, Any]]) -> HttpResponse:
    told = request.GET.get("cursor", "")
    start = int(told[:9]) if told.isascii() and told.isdigit() else 0
    return _told({"result": found[start : start + _SUGGESTED]})


@takes("id")
@require_safe
def view(request: HttpRequest) -> HttpResponse:
    """To the page of an entity."""
    return HttpResponseRedirect(_entity(request).get_absolute_url())


@takes("id")
@require_safe
def preview(request: HttpRequest) -> HttpResponse:
    """An entity in a small frame of somebody else's page."""
    row = _entity(request)
    kind = row._meta.model_name
    facts = (
        [row.get_kind_display(), row.category.name, _number(row.companies_count, "company uses it", "companies use it")]
        if kind == "technology"
        else [row.industry, row.country, _number(row.usages_count, "usage documented", "usages documented")]
    )
    context = {
        "row": row,
        "what": " · ".join(fact for fact in facts if fact),
        "url": f"{origin()}{row.get_absolute_url()}",
    }
    return render(request, "stacks/reconcile/preview.html", context)


def _number(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _entity(request: HttpRequest) -> Any:
    """Raises NotThere."""
    asked = request.GET.get("id", "").replace("\x00", "\ufffd")
    parts = split_id(asked)
    if parts is None:
        raise NotThere(f"“{asked}” is no identifier of this service: they read technology:postgresql, company:fam.")
    found = find(MODELS[parts[0]], [parts[1]])
    if not found.rows:
        raise NotThere(f"There is no {parts[0]} “{parts[1]}” here.")
    return found.rows[0]
