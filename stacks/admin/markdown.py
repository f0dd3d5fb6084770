"""Markdown as visitors will see it, before it is saved: by the one renderer of the pages, and kept nowhere."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.views.decorators.http import require_http_methods

from stacks.models import Company, Migration, Usage

# Which fields are shown as Markdown.
FIELDS: dict[Any, tuple[str, ...]] = {Company: ("story", "lessons"), Usage: ("remarks",), Migration: ("reason",)}


@require_http_methods(["GET", "HEAD", "POST"])
def show_markdown(request: HttpRequest) -> HttpResponse:
    """Whatever of these fields was posted, for who may write one of them. The rest of the form is not looked at."""
    if request.method != "POST":  # after a log-in, with nothing to show
        return HttpResponseRedirect(reverse("admin:index"))
    may = request.user.has_perm
    written = {model: may(f"stacks.change_{_name(model)}") or may(f"stacks.add_{_name(model)}") for model in FIELDS}
    if not any(written.values()):
        raise PermissionDenied
    shown = [
        (name, capfirst(model._meta.get_field(name).verbose_name), request.POST[name])
        for model, names in FIELDS.items()
        for name in names
        if written[model] and name in request.POST
    ]
    context = admin.site.each_context(request) | {"title": "As visitors will see it", "shown": shown}
    return render(request, "admin/stacks/markdown.html", context)


def _name(model: Any) -> str:
    return str(model._meta.model_name)
