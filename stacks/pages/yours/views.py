"""Your stack: pasted, recognised, and laid beside the catalogue. No account, no session, and nothing of it is kept.

What is pasted comes by POST and is forgotten with the answer; the stack itself stands in the address alone.
"""

from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, RawPostDataException
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from stacks.addresses import takes
from stacks.importers.formats import decode
from stacks.importers.lines import Unreadable
from stacks.limits import expensive
from stacks.links import Links
from stacks.models import Lifecycle, Technology
from stacks.pages.formats import cite, form_links, give
from stacks.pages.forms import FormatForm
from stacks.pages.kept import once
from stacks.pages.offers import offered_names
from stacks.pages.parts import Link, in_words
from stacks.pages.responses import bad_request, form_problems, printable, suggest
from stacks.pages.yours.documents import standing_document, standing_table
from stacks.pages.yours.pasted import LARGEST, LEAST, MOST, read_pasted, stack_url
from stacks.pages.yours.standing import load_standing, show_standing
from stacks.redirects import find

_LARGEST_POST = 3 * LARGEST + 4096  # a form may write each byte as three
_EXAMPLE = (8, 2)  # technologies most used, and such that have ended
_BOXES = ("First", "Second", "Third (optional)", "Fourth (optional)", "Fifth (optional)", "Sixth (optional)")
_CANNOT = "This stack cannot be shown"
_TOO_MUCH = (
    f"At most {LARGEST // 1024} kB fit: paste the part that names what you run. Of a large SBOM its package URLs alone "
    "are enough, one on each line."
)


@expensive
@takes("technology", "format", many=("technology",))
@require_http_methods(["GET", "HEAD", "POST"])
def your_stack(request: HttpRequest) -> HttpResponse:
    """The form; by POST what a text was taken for; with `technology` the stack beside the catalogue."""
    asked = [printable(value).strip() for value in request.GET.getlist("technology") if value.strip()]
    if request.method == "POST":
        response = _answer(request)
    elif asked:
        response = _show(request, list(dict.fromkeys(asked)))
    else:
        return _give_form(request)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _give_form(request: HttpRequest, text: str = "", problems: tuple[str, ...] = (), status: int = 200) -> HttpResponse:
    context = {
        "text": text,
        "problems": problems,
        "example": once(request, "yours-example", _example),
        "boxes": _BOXES,
        "largest": LARGEST // 1024,
        "offered": offered_names(request, Technology),
    }
    return render(request, "stacks/yours/paste.html", context, status=status)


def _example() -> Link | None:
    """A stack to try: what the most here use, and something that has ended. Two queries."""
    rows = Technology.objects.published().order_by("-companies_count", "sort_key", "slug").values_list("slug", "name")
    most, ended = _EXAMPLE
    told = dict([*rows.filter(lifecycle=Lifecycle.ENDED)[:ended], *rows.filter(companies_count__gt=0)[:most]])
    return (
        Link(", ".join(sorted(told.values(), key=str.casefold)), stack_url(list(told))) if len(told) >= LEAST else None
    )


def _answer(request: HttpRequest) -> HttpResponse:
    length = request.headers.get("content-length") or "0"
    if not length.isdigit() or int(length) > _LARGEST_POST:
        return _give_form(request, problems=(_TOO_MUCH,), status=413)
    try:
        text = _pasted(request)
    except Unreadable as error:
        return _give_form(request, problems=(error.message,), status=400)
    if len(text.encode("utf-8", "replace")) > LARGEST:
        return _give_form(request, problems=(_TOO_MUCH,), status=413)
    if not text.strip():
        return _give_form(request, problems=("Nothing was pasted: name at least two technologies.",), status=400)
    try:
        page = read_pasted(request, text)
    except Unreadable as error:
        at = f"Line {error.line}: " if error.line else ""
        return _give_form(request, text, (f"{at}{error.message}",), 400)
    context = {"page": page, "text": text, "least": LEAST, "most": MOST, "largest": LARGEST // 1024}
    return render(request, "stacks/yours/pasted.html", context)


def _pasted(request: HttpRequest) -> str:
    """The text of the field, else of the file. Raises Unreadable for a file that is no text."""
    try:
        typed = request.POST.get("text", "").replace("\x00", "")
        file: Any = request.FILES.get("file")
    except (BadRequest, MultiPartParserError, RawPostDataException, LookupError) as error:
        raise Unreadable("What was sent is no form that can be read: send a field text, or a file.") from error
    if typed.strip() or file is None:
        return typed
    return decode(file.read(LARGEST + 1))


def _show(request: HttpRequest, asked: list[str]) -> HttpResponse:
    """The stack, at the one address that it has. Old slugs and names in any spelling are understood."""
    form = FormatForm(request.GET)
    if not form.is_valid():
        return bad_request(request, _CANNOT, form_problems(form), back=stack_url(asked))
    if len(asked) > MOST:
        problem = f"A stack holds at most {MOST} technologies here: leave out {len(asked) - MOST}."
        return _refuse(request, problem, asked[:MOST], f"Show the first {MOST}")
    found = find(Technology, asked, Technology.objects.published().select_related("category"), by_name=True)
    rows = {row.slug: row for row in found.rows}
    slugs = sorted(rows)
    if found.unknown:
        problem = f"There is no technology “{'”, “'.join(found.unknown)}” here."
        label = f"Show the rest: {in_words(row.name for row in rows.values())}"
        return _refuse(request, problem, slugs, label, suggest(Technology, found.unknown))
    if len(slugs) < LEAST:
        return _refuse(request, "One technology alone is no stack yet: name at least one more.", [])
    name = form.cleaned_data["format"]
    if found.moved or slugs != asked:
        return HttpResponseRedirect(stack_url(slugs) + (f"&format={name}" if name else ""))
    return _tell(request, sorted(rows.values(), key=lambda row: (row.sort_key, row.slug)), name)


def _tell(request: HttpRequest, technologies: list[Technology], name: str) -> HttpResponse:
    """The stack beside the catalogue, as a page or in the form of the name."""
    standing = load_standing(request, technologies)
    if name:
        title = f"A stack of {in_words(row.name for row in technologies)}"
        citation = cite(request, title)
        table = standing_table(standing, title, (citation.note(),))
        document = standing_document(standing, citation.revision, Links(request))
        return give(name, "your-stack", citation, {"json": lambda: document, "csv": lambda: table, "md": lambda: table})
    context = {
        "page": show_standing(request, standing),
        "forms": form_links(request, "json", "csv", "md"),
        "slugs": [row.slug for row in technologies],
        "may_add": len(technologies) < MOST,
        "offered": offered_names(request, Technology),
    }
    return render(request, "stacks/yours/stack.html", context)


def _refuse(
    request: HttpRequest, problem: str, keep: list[str], label: str = "", suggestions: list[Link] | None = None
) -> HttpResponse:
    """400 with the way on: the same without what was wrong, where enough is left, else the form."""
    enough = len(keep) >= LEAST
    return bad_request(
        request,
        _CANNOT,
        [problem],
        suggestions=suggestions or [],
        back=stack_url(keep) if enough else reverse("your_stack"),
        back_label=label if enough else "Paste a stack",
    )
