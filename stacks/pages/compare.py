"""Companies, or technologies, side by side."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from stacks.comparison.load import load_matrix, load_moves, load_technology_matrix
from stacks.comparison.matrix import LEAST, MOST, Ref, build_matrix
from stacks.comparison.period import in_use
from stacks.comparison.technologies import COMPANIES_SHOWN
from stacks.exporters.comparison import companies_document, technologies_document
from stacks.exporters.tables import comparison_grid, comparison_usages, technologies_grid, technologies_usages
from stacks.links import Links
from stacks.models import Company, Migration, State, Technology, TechnologyRelation
from stacks.pages.cells import load_cells, load_kept_bases
from stacks.pages.comparison_view import show_matrix
from stacks.pages.context import vocabulary_revision
from stacks.pages.formats import cite, form_links, give
from stacks.pages.forms import CompareForm, CompareTechnologiesForm
from stacks.pages.linked_data import describe_companies, describe_technologies
from stacks.pages.offers import offered_names
from stacks.pages.parts import in_words
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
from stacks.pages.technologies_view import show_technologies
from stacks.redirects import find

_NOUNS = {Company: ("company", "companies"), Technology: ("technology", "technologies")}
# what a comparison takes besides; the picker hands it on
_REST: dict[Any, tuple[str, ...]] = {Company: ("as_of", "only"), Technology: ()}


@require_safe
def compare_companies(request: HttpRequest, slugs: str) -> HttpResponse:
    """Two to six companies side by side, as they are today or as they were on `as_of`."""
    companies, refusal = _find_all(request, Company, slugs)
    if refusal:
        return refusal
    form = CompareForm(request.GET)
    if not form.is_valid():
        return bad_request(
            request, "This comparison cannot be shown", form_problems(form), back=keeping_right(request, form)
        )
    as_of, only = form.cleaned_data["as_of"], form.cleaned_data["only"]
    if name := form.cleaned_data["format"]:
        return _give_companies(request, name, companies, as_of, only)
    vocabulary = vocabulary_revision(request)
    cells = load_cells(companies, vocabulary)
    matrix = build_matrix(
        [Ref(c.slug, c.name) for c in companies],
        [place for c in cells for place in c.column.places],
        [fact for c in cells for fact in c.column.facts if in_use(fact, as_of)],
        [look for c in cells for look in c.column.looks],
        load_kept_bases(vocabulary),
        as_of,
    )
    html = {uid: text for c in cells for uid, text in c.html.items()}
    context = {
        "page": show_matrix(matrix, only, html),
        "form": form,
        "companies": companies,
        "may_add": len(companies) < MOST,
        "described": describe_companies(request, companies, as_of),
        "forms": form_links(request, "json", "csv", "md", "cite"),
    }
    return render(request, "stacks/compare_companies.html", context)


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
    return give(name, "-".join(c.slug for c in companies), forms)


@require_safe
def compare_technologies(request: HttpRequest, slugs: str) -> HttpResponse:
    """Two to six technologies side by side: what they are and who uses which."""
    technologies, refusal = _find_all(request, Technology, slugs, Technology.objects.published().for_display())
    if refusal:
        return refusal
    form = CompareTechnologiesForm(request.GET)
    if not form.is_valid():
        return bad_request(request, "This comparison cannot be shown", form_problems(form), back=request.path)
    matrix = load_technology_matrix(technologies, COMPANIES_SHOWN)
    title = f"{in_words(t.name for t in technologies)} compared"
    if name := form.cleaned_data["format"]:
        citation = cite(request, title)
        forms = {
            "json": lambda: technologies_document(matrix, citation.revision, Links(request)),
            "csv": lambda: technologies_usages(matrix, title),
            "md": lambda: technologies_grid(matrix, title, (citation.note(),)),
            "cite": citation.text,
        }
        return give(name, "-".join(t.slug for t in technologies), forms)
    pks = [t.pk for t in technologies]
    relations = (
        TechnologyRelation.objects.filter(subject__in=pks, object__state=State.PUBLISHED)
        .select_related("object")
        .order_by("kind", "object__sort_key", "pk")
    )
    moves = Migration.objects.published().filter(from_technology__in=pks, to_technology__in=pks).for_display()
    bases = load_kept_bases(vocabulary_revision(request))
    context = {
        "page": show_technologies(technologies, matrix, list(relations), bases, load_moves(moves.order_by("-id"))),
        "may_add": len(technologies) < MOST,
        "forms": form_links(request, "json", "csv", "md", "cite"),
        "described": describe_technologies(request, technologies),
    }
    return render(request, "stacks/compare_technologies.html", context)


@require_safe
def pick_companies(request: HttpRequest) -> HttpResponse:
    return _pick(request, Company)


@require_safe
def pick_technologies(request: HttpRequest) -> HttpResponse:
    return _pick(request, Technology)


def _pick(request: HttpRequest, model: Any) -> HttpResponse:
    """The picker; a valid choice leads to the comparison. Old slugs and names in any spelling are understood."""
    noun, nouns = _NOUNS[model]
    unknown = sorted(set(request.GET) - {noun, *_REST[model]})
    wanted = [printable(value).strip() for value in request.GET.getlist(noun) if value.strip()]
    rest = _rest(request, model)
    problems, names = [], []
    if unknown:
        problems.append(f"There is no parameter “{'”, “'.join(unknown)}” here. It takes: {noun}, once for each {noun}.")
    slugs, missing = _understand(model, list(dict.fromkeys(wanted)))
    problems += [f"There is no {noun} “{value}” in the catalogue." for value in missing]
    if wanted and len(slugs) + len(missing) < LEAST:
        problems.append(f"One {noun} alone cannot be compared: choose at least one more.")
    if len(slugs) > MOST:
        problems.append(f"At most {MOST} {nouns} fit side by side: leave out {len(slugs) - MOST}.")
    if wanted and not problems:
        url = reverse(f"compare_{nouns}", args=["/".join(slugs)])
        return HttpResponseRedirect(f"{url}?{rest.urlencode()}" if rest else url)
    names = list(model.objects.published().filter(slug__in=slugs)) if slugs else []
    chosen = sorted(names, key=lambda row: slugs.index(row.slug))
    offered = offered_names(request, model)
    context = {
        "noun": noun,
        "nouns": nouns,
        "problems": problems,
        "boxes": _boxes(chosen),
        "rest": list(rest.items()),
        "offered": offered,
        "empty": not offered and not model.objects.published().exists(),
        "suggestions": suggest(model, missing) if missing else [],
        "other": reverse("pick_technologies" if model is Company else "pick_companies"),
    }
    return render(request, "stacks/pick.html", context, status=400 if problems else 200)


def _boxes(chosen: list[Any]) -> list[dict[str, Any]]:
    """One field per possible choice; the first two are needed."""
    labels = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth")
    return [
        {"label": label, "value": chosen[n].name if n < len(chosen) else "", "number": n + 1, "needed": n < LEAST}
        for n, label in enumerate(labels)
    ]


def _understand(model: Any, values: list[str]) -> tuple[list[str], list[str]]:
    """Slugs for what was typed: a slug, an old slug, a name or an alias; and what remains unknown."""
    found = find(model, values)
    slugs = dict(zip(values, found.slugs, strict=True))
    if found.unknown:
        slugs |= model.objects.published().by_names(found.unknown)
    present = [slug for value in values if (slug := slugs[value])]
    return list(dict.fromkeys(present)), [value for value in values if not slugs[value]]


def _rest(request: HttpRequest, model: Any) -> QueryDict:
    """What the address asks of the comparison besides its companies or technologies."""
    rest = QueryDict(mutable=True)
    rest.update({name: request.GET[name] for name in _REST[model] if request.GET.get(name)})
    return rest


def _refuse(request: HttpRequest, model: Any, slugs: list[str]) -> HttpResponse | None:
    """400 for one, seven or twice the same, with a link that keeps what was right."""
    noun, nouns = _NOUNS[model]
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
    return bad_request(request, title, problems, back=_picker(request, model, unique[:MOST]), back_label=label)


def _find_all(
    request: HttpRequest, model: Any, path: str, queryset: Any = None
) -> tuple[list[Any], HttpResponse | None]:
    """The rows that the path names, or the 400 in their place. Raises NotThere, and MovedTo for an old slug."""
    noun, nouns = _NOUNS[model]
    asked = printable(path).split("/")
    if refusal := _refuse(request, model, asked):
        return [], refusal
    found = find(model, asked, queryset)
    present = list(dict.fromkeys(slug for slug in found.slugs if slug))
    if found.unknown:
        suggestions = suggest(model, found.unknown)
        if present:
            kept = in_words(dict.fromkeys(row.name for row in found.rows))
            words = f"Compare only {kept}" if len(present) >= LEAST else f"Choose again, keeping {kept}"
            suggestions.append((words, _picker(request, model, present)))
        raise NotThere(f"There is no {noun} “{'”, “'.join(found.unknown)}” here.", suggestions)
    if found.moved and len(present) >= LEAST:
        raise MovedTo(with_query(request, reverse(f"compare_{nouns}", args=["/".join(present)])))
    # the old and the new slug of one and the same
    return found.rows, _refuse(request, model, [slug for slug in found.slugs if slug])


def _picker(request: HttpRequest, model: Any, slugs: list[str]) -> str:
    noun, nouns = _NOUNS[model]
    query = _rest(request, model)
    query.setlist(noun, slugs)
    return f"{reverse(f'pick_{nouns}')}?{query.urlencode()}"
