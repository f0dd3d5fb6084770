"""Badges for READMEs and wikis: a fact of the catalogue in one line, as a picture and as shields.io reads it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from stacks.addresses import takes
from stacks.comparison.period import is_old
from stacks.models import Company, Stage, Technology, Usage
from stacks.pages.embeds.advances import text_width
from stacks.pages.kept import load_kept_newest_edition
from stacks.pages.responses import MovedTo, NotThere, get_or_moved, printable, suggest
from stacks.redirects import find

_SIZE = 11
_PADDING = 6
_COLOURS = {"sure": "08655a", "on the way": "2b5b84", "leaving": "8a3b12", "none": "5c6367"}  # white reads on each
_WORDS = {  # of the usage that says the most
    Stage.IN_USE: ("uses", "sure"),
    Stage.RETIRING: ("is leaving", "leaving"),
    Stage.TRIAL: ("is trying", "on the way"),
    Stage.PLANNED: ("plans", "on the way"),
    Stage.RETIRED: ("used", "none"),
}


@dataclass(frozen=True, slots=True)
class Badge:
    """`colour` is one of six hexadecimal digits, of the ground that the message stands on."""

    label: str
    message: str
    colour: str

    @property
    def words(self) -> str:
        return f"{self.label}: {self.message}"


@dataclass(frozen=True, slots=True)
class Half:
    """One of the two fields of the picture, in whole pixels from its left edge."""

    text: str
    start: int
    length: int

    @property
    def width(self) -> int:
        return self.length + 2 * _PADDING

    @property
    def middle(self) -> float:
        return self.start + self.width / 2


_Told = Callable[..., Badge]


def as_svg(tell: _Told) -> Callable[..., HttpResponse]:
    """The view that draws what `tell` says."""

    @takes()
    @require_safe
    def draw(request: HttpRequest, **slugs: str) -> HttpResponse:
        badge = tell(request, **slugs)
        label = _half(badge.label, 0)
        message = _half(badge.message, label.width)
        context = {"badge": badge, "label": label, "message": message, "width": label.width + message.width}
        return _as_part(render(request, "stacks/embeds/badge.svg", context, content_type="image/svg+xml"))

    return draw


def as_endpoint(tell: _Told) -> Callable[..., HttpResponse]:
    """The view that says it as the endpoint badge of shields.io reads it."""

    @takes()
    @require_safe
    def give(request: HttpRequest, **slugs: str) -> HttpResponse:
        badge = tell(request, **slugs)
        document = {"schemaVersion": 1, "label": badge.label, "message": badge.message, "color": badge.colour}
        return _as_part(JsonResponse(document))

    return give


def tell_technology(request: HttpRequest, slug: str) -> Badge:
    """How many companies use it."""
    technology = get_or_moved(request, Technology, slug, page=_here(request))
    companies = technology.companies_count
    if not companies:
        return Badge(technology.name, "no company documented", _COLOURS["none"])
    return Badge(technology.name, f"used by {_counted(companies, 'company', 'companies')}", _COLOURS["sure"])


def tell_company(request: HttpRequest, slug: str) -> Badge:
    """How many usages of it are documented."""
    company = get_or_moved(request, Company, slug, page=_here(request))
    usages = company.usages_count
    if not usages:
        return Badge(company.name, "no usage documented", _COLOURS["none"])
    return Badge(company.name, f"{_counted(usages, 'usage', 'usages')} documented", _COLOURS["sure"])


def tell_usage(request: HttpRequest, slug: str, technology: str) -> Badge:
    """Whether a company uses a technology, and since when. Raises NotThere where nobody says anything of it."""
    companies = find(Company, [printable(slug)], by_name=True)
    technologies = find(Technology, [printable(technology)], by_name=True)
    for model, asked, found in ((Company, slug, companies), (Technology, technology, technologies)):
        if not found.rows:
            text = printable(asked)
            raise NotThere(f"There is no {model._meta.verbose_name} “{text}” here.", suggest(model, [text]))
    company, used = companies.rows[0], technologies.rows[0]
    if companies.moved or technologies.moved:
        raise MovedTo(reverse(_here(request), args=[company.slug, used.slug]))
    usages = list(Usage.objects.published().filter(company=company, technology=used).order_by("started", "added"))
    if not usages:
        raise NotThere(f"Nothing is documented of {used} at {company}.")
    return _tell_usages(company.name, used.name, usages, load_kept_newest_edition(request))


def _tell_usages(company: str, technology: str, usages: list[Usage], newest: str) -> Badge:
    """Of several roles the one that is most in use speaks; the start is the earliest of those that do.

    What was last said long ago says so, as on every page: a badge outlives the text that it stands in.
    """
    stages = [Stage.RETIRED if usage.ended else Stage(usage.stage) for usage in usages]
    stage = min(stages, key=list(_WORDS).index)
    verb, kind = _WORDS[stage]
    speaking = [usage for usage, own in zip(usages, stages, strict=True) if own == stage]
    message = f"{verb} {technology}"
    if stage == Stage.RETIRED:
        ends = [usage.ended for usage in speaking]
        message += f" until {max(ends)[:4]}" if all(ends) else ""
        return Badge(company, message, _COLOURS[kind])
    if stage == Stage.IN_USE:
        starts = [usage.started for usage in speaking if usage.started]
        message += f" since {min(starts)[:4]}" if starts else ""
    last_said = max(usage.last_said for usage in speaking)
    if stage != Stage.PLANNED and is_old(last_said, newest, settings.STALE_YEARS):
        return Badge(company, f"{message}, last said {last_said[:4]}", _COLOURS["none"])
    return Badge(company, message, _COLOURS[kind])


def _half(text: str, start: int) -> Half:
    shown = "".join(letter if letter.isprintable() else " " for letter in text)  # XML holds no control characters
    return Half(shown, start, max(1, round(text_width(shown, _SIZE))))


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _here(request: Any) -> str:
    """The name of this address: an old slug leads to the same form of the badge."""
    return request.resolver_match.url_name


def _as_part(response: HttpResponse) -> HttpResponse:
    response.headers["X-Robots-Tag"] = "noindex"  # the page that it tells of is what a search should find
    return response
