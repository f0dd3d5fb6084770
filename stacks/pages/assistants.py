"""What a language model, or whoever writes a program, reads first: what this is and where to ask it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from stacks.addresses import origin, takes
from stacks.exporters.table import escape


@takes()
@require_safe
def llms(request: HttpRequest) -> HttpResponse:
    """`/llms.txt`: ten lines of Markdown at most, blank ones not counted."""
    api, company = origin() + reverse("api-root"), origin() + reverse("company", args=["SLUG"])
    search, changes = origin() + reverse("api-search"), origin() + reverse("api-changes")
    compare = origin() + reverse("compare_companies", args=["SLUG/SLUG"])
    technology = origin() + reverse("technology", args=["SLUG"])
    export = origin() + reverse("api-export")
    lines = [
        f"# {escape(settings.SITE_NAME)}",
        "",
        "> Which company uses which technology, for what, since when, why, and who says so; each names its source.",
        "",
        f"- Find names and slugs: <{search}?q=WORDS> (JSON, best first; `kind=company` narrows it).",
        f"- A company, a technology: <{company}?format=md>, <{technology}?format=md>.",
        f"- Two to six companies side by side: <{compare}?format=md>, `as_of=YYYY-MM` for the past.",
        f"- API, read only, without a key: <{api}>; OpenAPI 3.1: <{origin()}{reverse('api-schema')}>.",
        f"- Everything in one file: <{export}?format=ndjson>; what changed after its revision N: <{changes}?after=N>.",
        "- As tools (Model Context Protocol): `manage.py mcp` beside the catalogue; docs/assistants.md tells how.",
        "- A blank is no fact: only what a source says is here. Cite the page, its revision and the source it names.",
    ]
    if settings.DATA_LICENCE:
        address = f": <{settings.DATA_LICENCE_URL}>" if settings.DATA_LICENCE_URL else ""
        lines.append(f"- Licence of the data: {escape(settings.DATA_LICENCE)}{address}.")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
