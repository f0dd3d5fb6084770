"""Which companies, or which technologies, are to stand side by side."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from stacks.addresses import takes
from stacks.comparison.matrix import LEAST, MOST
from stacks.models import Company, Technology
from stacks.pages.offers import offered_names
from stacks.pages.parts import Link
from stacks.pages.responses import printable, suggest
from stacks.redirects import Found, find

NOUNS = {Company: ("company", "companies"), Technology: ("technology", "technologies")}
_LABELS = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth")
# what a comparison takes besides; the picker hands it on
_REST: dict[Any, tuple[str, ...]] = {Company: ("as_of", "only", "detail"), Technology: ()}


@takes("company", *_REST[Company], many=("company",))
@require_safe
def pick_companies(request: HttpRequest) -> HttpResponse:
    return _pick(request, Company)


@takes("technology", *_REST[Technology], many=("technology",))
@require_safe
def pick_technologies(request: HttpRequest) -> HttpResponse:
    return _pick(request, Technology)


def _pick(request: HttpRequest, model: Any) -> HttpResponse:
    """The picker; a valid choice leads to the comparison. Old slugs and names in any spelling are understood.

    What is of the other kind, as far as it is known at all, goes to the picker of that.
    """
    noun, nouns = NOUNS[model]
    wanted = [printable(value).strip() for value in request.GET.getlist(noun) if value.strip()]
    rest = _rest(request, model)
    wanted = list(dict.fromkeys(wanted))
    chosen = wanted[:MOST]
    found = find(model, chosen, by_name=True)
    slugs, missing = _understood(chosen, found)
    others: list[str] = []
    strangers = missing
    if missing and len(wanted) <= MOST:
        others, strangers = _understood(missing, find(_other_kind(model), missing, by_name=True))
    if others and not slugs:
        return HttpResponseRedirect(picker_link(request, _other_kind(model), wanted))
    problems = _unknown(model, wanted, missing, strangers)
    if wanted and len(slugs) + len(missing) < LEAST:
        problems.append(f"One {noun} alone cannot be compared: choose at least one more.")
    if len(wanted) > MOST:
        problems.append(f"At most {MOST} {nouns} fit side by side: leave out {len(wanted) - MOST}.")
    if wanted and not problems:
        url = reverse(f"compare_{nouns}", args=["/".join(slugs)])
        return HttpResponseRedirect(f"{url}?{rest.urlencode()}" if rest else url)
    offered = offered_names(request, model)
    context = {
        "noun": noun,
        "nouns": nouns,
        "problems": problems,
        "boxes": _boxes(_typed(chosen, found)),
        "rest": list(rest.items()),
        "offered": offered,
        "empty": not offered and not model.objects.published().exists(),
        "suggestions": suggest(model, strangers) if len(wanted) <= MOST else [],
        "other": _other(model),
    }
    return render(request, "stacks/compare/pick.html", context, status=400 if problems else 200)


def _other_kind(model: Any) -> Any:
    return Technology if model is Company else Company


def _other(model: Any) -> Link:
    _, nouns = NOUNS[_other_kind(model)]
    return Link(nouns, reverse(f"pick_{nouns}"))


def _typed(wanted: list[str], found: Found) -> list[str]:
    """What the fields say: the names of what was understood, and the rest as it was typed."""
    names = {row.slug: row.name for row in found.rows}
    return [names.get(slug or "", value) for value, slug in zip(wanted, found.slugs, strict=True)]


def _unknown(model: Any, wanted: list[str], missing: list[str], strangers: list[str]) -> list[str]:
    """Which fields hold what is not there, and which hold something of the other kind (all but the `strangers`)."""
    noun, nouns = NOUNS[model]
    other, _ = NOUNS[_other_kind(model)]
    return [
        f"{_LABELS[wanted.index(value)]}: there is no {noun} “{value}” in the catalogue."
        if value in strangers
        else f"{_LABELS[wanted.index(value)]}: “{value}” is a {other}, which cannot be compared with {nouns}."
        for value in missing
    ]


def _boxes(typed: list[str]) -> list[dict[str, str]]:
    """One field per possible choice; the first two are needed."""
    return [
        {
            "label": label if n < LEAST else f"{label} (optional)",
            "value": typed[n] if n < len(typed) else "",
        }
        for n, label in enumerate(_LABELS)
    ]


def _understood(values: list[str], found: Found) -> tuple[list[str], list[str]]:
    """Slugs for what was typed: a slug, an old slug, a name or an alias; and what remains unknown."""
    slugs = dict(zip(values, found.slugs, strict=True))
    present = [slug for value in values if (slug := slugs[value])]
    return list(dict.fromkeys(present)), [value for value in values if not slugs[value]]


def _rest(request: HttpRequest, model: Any) -> QueryDict:
    """What the address asks of the comparison besides its companies or technologies."""
    rest = QueryDict(mutable=True)
    rest.update({name: request.GET[name] for name in _REST[model] if request.GET.get(name)})
    return rest


def picker_link(request: HttpRequest, model: Any, slugs: list[str]) -> str:
    """The picker with these chosen, and with what the address asked besides."""
    noun, nouns = NOUNS[model]
    query = _rest(request, model)
    query.setlist(noun, slugs)
    return f"{reverse(f'pick_{nouns}')}?{query.urlencode()}"
