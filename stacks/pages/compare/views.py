"""Companies, or technologies, side by side."""

from collections.abc import Hashable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from stacks.addresses import takes
from stacks.comparison.load import load_matrix, load_moves, load_technology_matrix
from stacks.comparison.matrix import LEAST, MOST
from stacks.comparison.technologies import COMPANIES_SHOWN
from stacks.conditional import revision_of
from stacks.exporters.comparison import companies_document, technologies_document
from stacks.exporters.tables import comparison_grid, comparison_usages, technologies_grid, technologies_usages
from stacks.finished import Finished
from stacks.held import load_sets
from stacks.limits import expensive
from stacks.links import Links
from stacks.models import Company, Migration, State, Technology, TechnologyRelation
from stacks.pages.compare.companies_page import companies_page
from stacks.pages.compare.forms import Asked, CompareForm, CompareTechnologiesForm
from stacks.pages.compare.picker import NOUNS, picker_link
from stacks.pages.compare.technologies_cells import load_compared
from stacks.pages.compare.technologies_view import MOVES, show_technologies
from stacks.pages.formats import cite, form_links, give
from stacks.pages.kept import load_kept_bases
from stacks.pages.linked_data import describe_technologies
from stacks.pages.parts import Link, in_words
from stacks.pages.responses import (
    MovedTo,
    NotThere,
    bad_request,
    form_problems,
    keeping_right,
    printable,
    suggest,
    with_query,
)
from stacks.pages.snippets import frame_snippets
from stacks.redirects import Found, find


@expensive
@takes(*CompareForm.base_fields)
@require_safe
def compare_companies(request: HttpRequest, slugs: str) -> HttpResponse:
    """Two to six companies side by side, as they are today or as they were on `as_of`."""
    companies, refusal = find_all(request, Company, slugs)
    if refusal:
        return refusal
    told: dict[str, str] = {}
    if request.GET:  # most often nothing is asked for, which takes no form to read
        form = CompareForm(request.GET)
        if not form.is_valid():
            return bad_request(
                request, "This comparison cannot be shown", form_problems(form), back=keeping_right(request, form)
            )
        told = form.cleaned_data
    asked = Asked(*[told.get(name, "") for name in Asked._fields])
    if name := told.get("format"):
        return _give_companies(request, name, companies, asked.as_of, asked.only)
    return HttpResponse(companies_page(request, companies, slugs, asked))


def _give_companies(request: HttpRequest, name: str, companies: list[Company], as_of: str, only: str) -> HttpResponse:
    """The comparison in another form."""
    title = f"{in_words(c.name for c in companies)} compared"
    citation, shown = cite(request, title, as_of), load_matrix(companies, as_of).only(only)
    forms = {
        "json": lambda: companies_document(shown, citation.revision, Links(request)),
        "csv": lambda: comparison_usages(shown, title),
        "md": lambda: comparison_grid(shown, title, (citation.note(),)),
        "cite": citation.text,
    }
    return give(name, "-".join(c.slug for c in companies), citation, forms)


@expensive
@takes(*CompareTechnologiesForm.base_fields)
@require_safe
def compare_technologies(request: HttpRequest, slugs: str) -> HttpResponse:
    """Two to six technologies side by side: what they are and who uses which."""
    technologies, refusal = find_all(request, Technology, slugs, Technology.objects.published().for_display())
    if refusal:
        return refusal
    form = CompareTechnologiesForm(request.GET)
    if not form.is_valid():
        return bad_request(request, "This comparison cannot be shown", form_problems(form), back=request.path)
    sets = load_sets(revision_of(request))
    title = f"{in_words(t.name for t in technologies)} compared"
    if name := form.cleaned_data["format"]:
        citation, matrix = cite(request, title), load_technology_matrix(technologies, COMPANIES_SHOWN, sets)
        forms = {
            "json": lambda: technologies_document(matrix, citation.revision, Links(request)),
            "csv": lambda: technologies_usages(matrix, title),
            "md": lambda: technologies_grid(matrix, title, (citation.note(),)),
            "cite": citation.text,
        }
        return give(name, "-".join(t.slug for t in technologies), citation, forms)
    pks = [t.pk for t in technologies]
    relations = (
        TechnologyRelation.objects.filter(subject__in=pks, object__state=State.PUBLISHED)
        .select_related("object")
        .order_by("kind", "object__sort_key", "object__slug")
    )
    moves = Migration.objects.published().filter(from_technology__in=pks, to_technology__in=pks).for_display()
    bases = load_kept_bases(request)
    compared = load_compared(request, technologies, sets)
    context = {
        "page": show_technologies(
            technologies, compared, list(relations), bases, load_moves(moves.order_by("-added")[: MOVES + 1])
        ),
        "may_add": len(technologies) < MOST,
        "forms": form_links(request, "json", "csv", "md", "cite"),
        "described": describe_technologies(request, technologies),
        "snippets": frame_snippets(title, "embed_technologies", slugs),
    }
    return render(request, "stacks/compare/compare_technologies.html", context)


def _refuse(request: HttpRequest, model: Any, slugs: list[str]) -> HttpResponse | None:
    """400 for one, seven or twice the same, with a link that keeps what was right."""
    noun, nouns = NOUNS[model]
    unique = list(dict.fromkeys(slugs))
    problems, label = [], f"Choose {nouns}"
    if len(unique) < len(slugs):
        twice = sorted({slug for slug in slugs if slugs.count(slug) > 1})
        problems.append(f"“{'”, “'.join(twice)}” stands there twice: each {noun} once.")
        label = "Compare each once"
    if len(unique) < LEAST:
        problems.append(f"One {noun} alone cannot be compared: choose at least one more.")
        label = f"Choose {nouns}"
    if len(unique) > MOST:
        problems.append(f"At most {MOST} {nouns} fit side by side: leave out {len(unique) - MOST}.")
        label = f"Compare the first {MOST}"
    if not problems:
        return None
    title = f"These {nouns} cannot be compared"
    return bad_request(request, title, problems, back=picker_link(request, model, unique[:MOST]), back_label=label)


_ROWS: Finished[Any] = Finished(4 * 2**20)
_OF_ROW = 4_000  # bytes that a row takes


def _at_hand(request: HttpRequest, model: Any, asked: list[str]) -> Found:
    """As `find` does by slugs and names; rows that were found by their slugs are at hand until the catalogue moves."""
    of_catalogue = revision_of(request).of_catalogue
    stamps: dict[Hashable, Hashable] = {(model, slug): of_catalogue for slug in asked}
    known = _ROWS.get(stamps.items())
    if len(known) == len(stamps):
        return Found(rows=[known[name] for name in stamps], slugs=list(asked), unknown=[], moved=False)
    found = find(model, asked, by_name=True)
    rows = {(model, row.slug): (row, _OF_ROW) for row in found.rows}
    _ROWS.put(stamps, {name: row for name, row in rows.items() if name in stamps})
    return found


def find_all(
    request: HttpRequest, model: Any, path: str, queryset: Any = None, page: str = ""
) -> tuple[list[Any], HttpResponse | None]:
    """The rows that the path names, or the 400 in their place. Raises NotThere, and MovedTo to the slugs of today.

    `page` names the address that was asked for where it is not that of the comparison itself.
    """
    noun, nouns = NOUNS[model]
    asked = printable(path).split("/")
    if refusal := _refuse(request, model, asked):
        return [], refusal
    found = _at_hand(request, model, asked) if queryset is None else find(model, asked, queryset, by_name=True)
    present = list(dict.fromkeys(slug for slug in found.slugs if slug))
    if found.unknown:
        suggestions = suggest(model, found.unknown)
        if present:
            kept = in_words(dict.fromkeys(row.name for row in found.rows))
            words = f"Compare only {kept}" if len(present) >= LEAST else f"Choose again, keeping {kept}"
            suggestions.append(Link(words, picker_link(request, model, present)))
        raise NotThere(f"There is no {noun} “{'”, “'.join(found.unknown)}” here.", suggestions)
    if found.moved and len(present) >= LEAST:
        raise MovedTo(with_query(request, reverse(page or f"compare_{nouns}", args=["/".join(present)])))
    # the old and the new slug of one and the same
    return found.rows, _refuse(request, model, [slug for slug in found.slugs if slug])
