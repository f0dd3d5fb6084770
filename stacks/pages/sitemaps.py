"""Every public page by address, for search engines. Comparisons are left out: there are as many as there are pairs."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap, views
from django.db.models import Max, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_safe

from stacks.addresses import takes
from stacks.models import Category, Change, Company, Technology, Usage
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


class _Section(Sitemap):
    """`limit` is a fifth of what the protocol allows, so that no page takes long."""

    limit = 10_000

    def get_domain(self, site: Any = None) -> str:
        """That of the canonical links, whatever host was asked."""
        return urlsplit(settings.SITE_URL).netloc

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.SITE_URL).scheme


class Lists(_Section):
    def items(self) -> tuple[str, ...]:
        return LISTS

    def location(self, item: str) -> str:
        return reverse(item)


class Companies(_Section):
    """With the day on which the company or what hangs on it last changed: that of its revision."""

    def items(self) -> QuerySet[Any]:
        moved = Change.objects.filter(seq=OuterRef("revision")).order_by()
        rows = Company.objects.published().only("slug").order_by("slug")
        return rows.annotate(changed_at=Subquery(moved.values("at")))

    def lastmod(self, item: Any) -> datetime | None:
        return item.changed_at

    def get_latest_lastmod(self) -> datetime | None:
        newest = Company.objects.published().order_by().aggregate(revision=Max("revision"))
        return Change.objects.filter(seq=newest["revision"] or 0).values_list("at", flat=True).first()


class Technologies(_Section):
    """With the moment at which the technology or a usage of it that the page shows was last written."""

    def items(self) -> QuerySet[Any]:
        told = Usage.objects.published().filter(technology=OuterRef("pk")).order_by("-updated_at").values("updated_at")
        rows = Technology.objects.published().only("slug", "updated_at").order_by("slug")
        return rows.annotate(told_at=Subquery(told[:1]))

    def lastmod(self, item: Any) -> datetime:
        return max(item.updated_at, item.told_at or item.updated_at)

    def get_latest_lastmod(self) -> datetime | None:
        return _newest(Technology.objects.published(), Usage.objects.published())


class Categories(_Section):
    """With the moment at which the category, one below it, a technology at home in it or a usage there was written."""

    def items(self) -> QuerySet[Any]:
        return Category.objects.published().only("slug", "parent", "updated_at").order_by("slug")

    def lastmod(self, item: Any) -> datetime:
        return self._moments[item.pk]

    @cached_property
    def _moments(self) -> dict[int, datetime]:
        """Read for the part itself; what names the parts counts its lines only."""
        told = Usage.objects.published().filter(category=OuterRef("pk")).order_by("-updated_at").values("updated_at")
        rows = self.items().annotate(told_at=Subquery(told[:1]))
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


SECTIONS: dict[str, type[Sitemap] | Sitemap] = {
    "lists": Lists,
    "companies": Companies,
    "technologies": Technologies,
    "categories": Categories,
}


@takes()
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    return views.index(request, SECTIONS, sitemap_url_name="sitemap_section")


@takes(*PagedSitemapForm.base_fields)
@require_safe
def section(request: HttpRequest, section: str) -> HttpResponse:
    """Raises Http404 for a section or a page that is not there."""
    form = PagedSitemapForm(request.GET)
    if not form.is_valid():
        return bad_request(request, "This part of the sitemap cannot be shown", form_problems(form), back=request.path)
    return views.sitemap(request, SECTIONS, section=section)
