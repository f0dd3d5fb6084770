"""What every page answers with when the question is not a good one."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse

from stacks.comparison.matrix import MOST
from stacks.pages.parts import Link
from stacks.redirects import find
from stacks.search import search


class NotThere(Exception):
    """No such public row; `suggestions` may have been meant."""

    def __init__(self, what: str, suggestions: list[Link] | None = None):
        super().__init__(what)
        self.what = what
        self.suggestions = suggestions or []


class MovedTo(Exception):
    """The address holds an old slug, another spelling of the slug, or a name."""

    def __init__(self, url: str):
        super().__init__(url)
        self.url = url


def get_or_moved(request: HttpRequest, model: Any, slug: str, queryset: Any = None, page: str = "") -> Any:
    """The public row of the slug. Raises MovedTo for an old slug, another spelling or a name, and NotThere.

    `page` names the address that was asked for where it is not that of the row itself.
    """
    slug = printable(slug)
    found = find(model, [slug], queryset, by_name=True)
    if not found.rows:
        raise NotThere(f"There is no {model._meta.verbose_name} “{slug}” here.", suggest(model, [slug]))
    if found.moved:
        row = found.rows[0]
        raise MovedTo(with_query(request, reverse(page, args=[row.slug]) if page else row.get_absolute_url()))
    return found.rows[0]


def with_query(request: HttpRequest, url: str) -> str:
    query = request.META.get("QUERY_STRING", "")
    return f"{url}?{query}" if query else url


def keeping_right(request: HttpRequest, form: Any) -> str:
    """This address with the values that the form did not refuse."""
    query = QueryDict(mutable=True)
    query.update({name: value for name, value in form.cleaned_data.items() if value})
    return f"{request.path}?{query.urlencode()}" if query else request.path


def printable(text: str) -> str:
    """Text of an address that any database can look for: PostgreSQL takes no NUL."""
    return text.replace("\x00", "\ufffd")


def suggest(model: Any, asked: Sequence[str], most: int = 5) -> list[Link]:
    """What was perhaps meant by names or slugs that lead nowhere: the best of each first, then the second best, ...

    At most six are looked for, of the model's kind; of any kind where nothing of that is found.
    """
    kind = model._meta.model_name
    found = [search(text, most, kind).best or search(text, most).best for text in asked[:MOST]]
    ranked = [hit for rank in zip_longest(*found) for hit in rank if hit]
    return [Link(hit.name, hit.url) for hit in {(hit.kind, hit.slug): hit for hit in ranked}.values()][:most]


def moved(url: str) -> HttpResponse:
    return HttpResponsePermanentRedirect(url)


def bad_request(request: HttpRequest, title: str, problems: list[str], **context: Any) -> HttpResponse:
    """400 with what is wrong and what to do; `context` may bring a form that keeps what was right."""
    return render(request, "stacks/bad_request.html", {"title": title, "problems": problems, **context}, status=400)


def form_problems(form: Any) -> list[str]:
    """One sentence per refused value, naming the parameter."""
    problems = []
    for name, errors in form.errors.items():
        label = "" if name == "__all__" else f"{name}: "
        problems += [f"{label}{error}" for error in errors]
    return problems
