"""Preview pictures of a company, a technology and a comparison, for sites that show a link as a card (Open Graph)."""

import hashlib
from collections.abc import Callable, Iterable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from stacks.addresses import takes
from stacks.comparison.load import load_matrix, load_stack
from stacks.comparison.matrix import Agreement, Ref
from stacks.conditional import revision_of
from stacks.limits import expensive
from stacks.models import Company, Technology, Usage
from stacks.pages.compare.views import find_all
from stacks.pages.kept import keep, kept_under, load_kept_newest_edition
from stacks.pages.pictures.drawing import Picture, draw, in_our_letters
from stacks.pages.responses import get_or_moved

PLACES = 256  # so many are kept, at 20 to 40 kB each
NAMES = 40


@expensive
@takes()
@require_safe
def company_picture(request: HttpRequest, slug: str) -> HttpResponse:
    company = get_or_moved(request, Company, slug, page="company_picture")

    def tell() -> Picture:
        stack = load_stack(company, newest=load_kept_newest_edition(request))
        facts = [fact for area in stack.areas for shelf in area.shelves for fact in shelf.facts]
        title = in_our_letters(company.name, company.slug)
        return _picture(title, _counted(stack.count, "documented usage"), [fact.technology for fact in facts])

    return _give(request, tell)


@expensive
@takes()
@require_safe
def technology_picture(request: HttpRequest, slug: str) -> HttpResponse:
    technology = get_or_moved(request, Technology, slug, page="technology_picture")

    def tell() -> Picture:
        usages = Usage.objects.published().current().filter(technology=technology)
        rows = usages.order_by("company__sort_key", "company__slug").values_list("company__slug", "company__name")
        companies = technology.companies_count
        told = f"Used by {companies:,} {'company' if companies == 1 else 'companies'}"
        title = in_our_letters(technology.name, technology.slug)
        return _picture(title, told, [Ref(slug, name) for slug, name in rows.distinct()[:NAMES]])

    return _give(request, tell)


@expensive
@takes()
@require_safe
def companies_picture(request: HttpRequest, slugs: str) -> HttpResponse:
    companies, refusal = find_all(request, Company, slugs, page="companies_picture")
    if refusal:
        return refusal

    def tell() -> Picture:
        matrix = load_matrix(companies)
        alike = sum(matrix.counts[agreement] for agreement in (Agreement.SAME, Agreement.OVERLAP, Agreement.FAMILY))
        told = f"In common in {alike:,} of {_counted(matrix.total, 'category')}"
        return _picture(_versus(companies), told, [ref for row in matrix.rows for ref in row.shared])

    return _give(request, tell)


@expensive
@takes()
@require_safe
def technologies_picture(request: HttpRequest, slugs: str) -> HttpResponse:
    technologies, refusal = find_all(request, Technology, slugs, page="technologies_picture")
    if refusal:
        return refusal
    names = [
        Ref(row.slug, f"{in_our_letters(row.name, row.slug)}: {row.companies_count:,}")
        for row in sorted(technologies, key=lambda row: -row.companies_count)
    ]
    return _give(request, lambda: _picture(_versus(technologies), "How many documented companies use each", names))


def _picture(title: str, told: str, refs: Iterable[Ref]) -> Picture:
    names = dict.fromkeys(in_our_letters(ref.name, ref.slug) for ref in refs)
    licence = f" · {settings.DATA_LICENCE}" if settings.DATA_LICENCE else ""
    return Picture(title, told, tuple(names)[:NAMES], f"{settings.SITE_NAME}{licence}")


def _versus(rows: Iterable[Company | Technology]) -> str:
    *others, last = (in_our_letters(row.name, row.slug) for row in rows)
    return f"{', '.join(others)} and {last}"


def _counted(number: int, one: str) -> str:
    many = f"{one[:-1]}ies" if one.endswith("y") else f"{one}s"
    return f"{number:,} {one if number == 1 else many}"


def _give(request: HttpRequest, tell: Callable[[], Picture]) -> HttpResponse:
    """Kept under the revision, each in a place that its address leads to: what is newer takes the place of what was."""
    revision = revision_of(request)
    digest = hashlib.blake2b(request.path.encode(), digest_size=15).hexdigest()
    name = f"picture:{int(digest[:8], 16) % PLACES}"
    stamp = f"{revision.of_catalogue}:{digest}"
    made = kept_under(revision, {name: stamp}).get(name)
    if made is None:
        made = draw(tell())
        keep(revision, {name: stamp}, {name: made})
    response = HttpResponse(made, content_type="image/png")
    response.headers["X-Robots-Tag"] = "noindex"  # the page that it tells of is what a search should find
    return response
