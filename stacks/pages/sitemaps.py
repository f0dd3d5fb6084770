"""Every public page by address, for search engines. Comparisons are left out: there are as many as there are pairs."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap, views
from django.core.paginator import EmptyPage
from django.db.models import Max, OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import escape
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from stacks.addresses import takes
from stacks.models import Category, Company, Technology, Usage
from stacks.pages.forms import PagedSitemapForm
from stacks.pages.responses import bad_request, form_problems

LISTS = (
    "home",
    "companies",
    "technologies",
    "categories",
    "pick_companies",
    "pick_technologies",
    "migrations",
    "changes",
    "about",
)


_BEGINS = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
)
_ENDS = "\n</urlset>\n"


class _Section(Sitemap):
    """`limit` is a fifth of what the protocol allows, so that no page takes long."""

    limit = 10_000

    def get_domain(self, site: Any = None) -> str:
        """That of the canonical links, whatever host was asked."""
        return urlsplit(settings.SITE_URL).netloc

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.SITE_URL).scheme

    def lines(self, page: int) -> Iterable[tuple[str, datetime | None]]:
        """Address and moment of each page of that part. Raises EmptyPage where there is no such part."""
        raise NotImplementedError


class Lists(_Section):
    def items(self) -> tuple[str, ...]:
        return LISTS

    def lines(self, page: int) -> Iterable[tuple[str, None]]:
        return [(reverse(name), None) for name in self.paginator.page(page)]


class _Rows(_Section):
    """Rows by their slugs; `kind` names their address."""

    kind: str

    def lines(self, page: int) -> Iterable[tuple[str, datetime | None]]:
        begins, ends = reverse(self.kind, args=["slug"]).rsplit("slug", 1)
        rows = self.paginator.page(page).object_list
        return [(f"{begins}{slug}{ends}", moment) for slug, moment in self.moments(rows)]

    def moments(self, rows: Any) -> Iterable[tuple[str, datetime | None]]:
        """Each slug with the moment at which something of its page was written."""
        raise NotImplementedError


class Companies(_Rows):
    """With the day on which the company or what hangs on it last changed: that of its revision."""

    kind = "company"

    def items(self) -> QuerySet[Any]:
        return Company.objects.published().order_by("slug").values_list("slug", "revised_at")

    def moments(self, rows: Any) -> Iterable[tuple[str, datetime | None]]:
        return rows

    def get_latest_lastmod(self) -> datetime | None:
        newest = Company.objects.published().order_by("-revision")
        return newest.values_list("revised_at", flat=True).first()


class Technologies(_Rows):
    """With the moment at which the technology or a usage of it that the page shows was last written."""

    kind = "technology"

    def items(self) -> QuerySet[Any]:
        told = Usage.objects.published().filter(technology=OuterRef("pk")).order_by("-updated_at").values("updated_at")
        rows = Technology.objects.published().order_by("slug")
        return rows.annotate(told_at=Subquery(told[:1])).values_list("slug", "updated_at", "told_at")

    def moments(self, rows: Any) -> Iterable[tuple[str, datetime]]:
        return ((slug, max(updated_at, told_at or updated_at)) for slug, updated_at, told_at in rows)

    def get_latest_lastmod(self) -> datetime | None:
        return _newest(Technology.objects.published(), Usage.objects.published())


class Categories(_Rows):
    """With the moment at which the category, one below it, a technology at home in it or a usage there was written."""

    kind = "category"

    def items(self) -> QuerySet[Any]:
        return Category.objects.published().order_by("slug").values_list("pk", "slug")

    def moments(self, rows: Any) -> Iterable[tuple[str, datetime]]:
        moments = self._moments()
        return ((slug, moments[pk]) for pk, slug in rows)

    def _moments(self) -> dict[int, datetime]:
        told = Usage.objects.published().filter(category=OuterRef("pk")).order_by("-updated_at").values("updated_at")
        rows = Category.objects.published().only("parent", "updated_at").annotate(told_at=Subquery(told[:1]))
        moments = {row.pk: max(row.updated_at, row.told_at or row.updated_at) for row in rows}
        for pk, moment in Technology.objects.published().order_by().values_list("category", "updated_at"):
            moments[pk] = max(moments[pk], moment)
        for row in rows:
            if row.parent_id:
                moments[row.parent_id] = max(moments[row.parent_id], moments[row.pk])
        return moments

    def get_latest_lastmod(self) -> datetime | None:
        return _newest(Category.objects.published(), Technology.objects.published(), Usage.objects.published())


def _newest(*rows: Any) -> datetime | None:
    moments = [found.order_by().aggregate(newest=Max("updated_at"))["newest"] for found in rows]
    return max((moment for moment in moments if moment), default=None)


SECTIONS: dict[str, type[_Section]] = {
    "lists": Lists,
    "companies": Companies,
    "technologies": Technologies,
    "categories": Categories,
}


@takes()
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    return views.index(request, {**SECTIONS}, sitemap_url_name="sitemap_section")


@takes(*PagedSitemapForm.base_fields)
@require_safe
def section(request: HttpRequest, section: str) -> HttpResponse:
    """Raises Http404 for a section or a page that is not there."""
    form = PagedSitemapForm(request.GET)
    if not form.is_valid():
        return bad_request(request, "This part of the sitemap cannot be shown", form_problems(form), back=request.path)
    if section not in SECTIONS:
        raise Http404("There is no such part of the sitemap.")
    part = SECTIONS[section]()
    try:
        lines = list(part.lines(form.cleaned_data["p"] or 1))
    except EmptyPage as error:
        raise Http404("There is no such part of the sitemap.") from error
    return _answer(part, lines)


def _answer(part: _Section, lines: list[tuple[str, datetime | None]]) -> HttpResponse:
    """Written without a template, which takes ten times as long for ten thousand lines."""
    site = f"{part.get_protocol()}://{part.get_domain()}"
    told = "".join(
        f"<url><loc>{escape(site + address)}</loc>{f'<lastmod>{moment:%Y-%m-%d}</lastmod>' if moment else ''}</url>"
        for address, moment in lines
    )
    response = HttpResponse(f"{_BEGINS}{told}{_ENDS}", content_type="application/xml")
    response.headers["X-Robots-Tag"] = "noindex, noodp, noarchive"
    moments = [moment for _, moment in lines if moment]
    if moments and len(moments) == len(lines):
        response.headers["Last-Modified"] = http_date(max(moments).timestamp())
    return response
