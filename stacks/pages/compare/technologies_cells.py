"""Who uses which of the technologies that are compared, finished: each process has at hand what each company tells of
each technology, under all that it was made from."""

import sys
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import get_script_prefix
from django.utils.safestring import SafeString

from stacks.comparison.load import choose_users, load_run, load_total, load_uses
from stacks.comparison.matrix import Ref
from stacks.comparison.sets import Sets
from stacks.comparison.technologies import COMPANIES_SHOWN, Profiled, Use, build_profiled, tell_uses
from stacks.conditional import revision_of
from stacks.finished import Finished
from stacks.models import Technology
from stacks.pages.compare.cells import load_more
from stacks.pages.kept import load_kept_newest_edition
from stacks.pages.parts import told_html
from stacks.pages.skeletons import joined, skeleton

ROWS = 50  # of the companies, with all that is known of each; the other forms have those of the whole comparison
_RUN, _TOLD, _HTML = "run", "told", "html"
_OF_TOLD = 600  # bytes, beside what it takes in any case
_OF_RUN = 100  # of each technology that a company runs

_AT_HAND: Finished[Any] = Finished(16 * 2**20)


@dataclass(frozen=True, slots=True)
class Compared:
    """`rows` are the first of the companies that use most of the technologies, with the HTML of each cell."""

    users: Profiled
    rows: list[tuple[Ref, list[SafeString]]]


def load_compared(request: HttpRequest, technologies: Sequence[Technology], sets: Sets) -> Compared:
    """Where all of it is at hand one query, if many companies use them; else one for what companies run that changed,
    and two for their usages."""
    companies = choose_users(technologies, COMPANIES_SHOWN, sets)
    newest = load_kept_newest_edition(request)
    beside = (revision_of(request).of_vocabulary, newest, settings.STALE_YEARS, get_script_prefix())
    using = [(technology.pk, sets.technologies.get(technology.pk, 0)) for technology in technologies]
    stamps: dict[Hashable, Hashable] = {}
    for n, company in enumerate(companies):
        stamp = (sets.stamps[company], *beside)
        stamps[_RUN, company] = stamp
        for technology, users in using:
            if users >> company & 1:
                stamps[_TOLD, company, technology] = stamp
                if n < ROWS:
                    stamps[_HTML, company, technology] = stamp
    found = _AT_HAND.get(stamps.items())
    if len(found) < len(stamps):
        missing = [name for name in stamps if name not in found]
        made = _make(request, technologies, missing, sets, newest)
        _AT_HAND.put(stamps, made)
        found |= {name: piece for name, (piece, _) in made.items()}
    refs = [Ref(sets.names[company].slug, sets.names[company].name) for company in companies]
    blank = skeleton("stacks/compare/_use_in_category.html", known=False).fill()
    return Compared(
        build_profiled(
            [Ref(technology.slug, technology.name) for technology in technologies],
            refs,
            [[found.get((_TOLD, company, technology)) for technology, _ in using] for company in companies],
            [found[_RUN, company] for company in companies],
            load_total(technologies, COMPANIES_SHOWN, sets),
        ),
        [
            (ref, [found.get((_HTML, company, technology), blank) for technology, _ in using])
            for ref, company in zip(refs, companies[:ROWS], strict=False)
        ],
    )


def _make(
    request: HttpRequest, technologies: Sequence[Technology], missing: Sequence[Any], sets: Sets, newest: str
) -> dict[Any, tuple[Any, int]]:
    """The pieces of these names, each with the bytes that it takes."""
    made: dict[Any, tuple[Any, int]] = {}
    if running := [company for kind, company, *_ in missing if kind == _RUN]:
        made |= {(_RUN, pk): (run, _OF_RUN * len(run)) for pk, run in load_run(running).items()}
    if using := list(dict.fromkeys(company for kind, company, *_ in missing if kind != _RUN)):
        uses = load_uses(technologies, using, newest)
        slugs = {technology.pk: technology.slug for technology in technologies}
        told = {(pk, technology): uses[sets.names[pk].slug, slug] for pk in using for technology, slug in slugs.items()}
        shown = {company: sets.stamps[company] for kind, company, *_ in missing if kind == _HTML}
        more = load_more(request, shown, told)
        for kind, *place in missing:
            own = told[tuple(place)] if kind != _RUN else []
            if kind == _TOLD:
                made[_TOLD, *place] = (tell_uses(own), _OF_TOLD)
            elif kind == _HTML:
                html = _cell(own, more)
                made[_HTML, *place] = (html, sys.getsizeof(html))
    return made


def _cell(uses: Sequence[Use], more: Mapping[str, SafeString]) -> SafeString:
    """The usages of one technology by one company, each under its category."""
    made = skeleton("stacks/compare/_use_in_category.html", "category", "told", "more", known=True)
    return joined(
        made.fill(category=use.place.category.name, told=told_html(use.fact), more=more[use.fact.uid]) for use in uses
    )
