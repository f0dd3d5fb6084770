"""Names that a field proposes where no script runs: a few hundred at most. The type-ahead knows all of them."""

from operator import itemgetter
from typing import Any

from django.http import HttpRequest

from stacks.models import Company, Technology
from stacks.pages.kept import once

OFFERED = 300


def offered_names(request: HttpRequest, model: Any) -> list[str]:
    """The technologies most used, or the companies best documented, by name. One query for each revision."""

    def read() -> list[str]:
        rows = _technologies() if model is Technology else _companies()
        return [name for _, name in sorted(rows.values_list("sort_key", "name")[:OFFERED], key=itemgetter(0))]

    return once(request, f"offered-{model._meta.model_name}", read)


def offered_either(request: HttpRequest) -> list[str]:
    """Names of companies, then of technologies, for a field that takes either."""
    names = [name for model in (Company, Technology) for name in offered_names(request, model)]
    return list(dict.fromkeys(names))


def _technologies():
    return Technology.objects.published().used().order_by("-companies_count", "sort_key", "slug")


def _companies():
    return Company.objects.published().order_by("-usages_count", "sort_key", "slug")
