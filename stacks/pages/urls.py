from collections.abc import Callable

from django.http import HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt

from stacks.pages import assistants, sitemaps, spreadsheets, system
from stacks.pages.about import views as about
from stacks.pages.categories import views as categories
from stacks.pages.changes import feeds
from stacks.pages.changes import views as changes
from stacks.pages.companies import company, company_changes, company_list
from stacks.pages.compare import picker
from stacks.pages.compare import views as compare
from stacks.pages.embeds import badges, oembed
from stacks.pages.embeds import views as embeds
from stacks.pages.home import views as home
from stacks.pages.migrations import views as migrations
from stacks.pages.pictures import views as pictures
from stacks.pages.reconcile import views as reconcile
from stacks.pages.search import views as search
from stacks.pages.technologies import technology, technology_list
from stacks.pages.yours import views as yours


def page(route: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
    """A page reads no session, so a forged form has nothing to misuse: it says itself which methods it takes."""
    return path(route, csrf_exempt(view), name=name)


urlpatterns = [
    page("", home.home, name="home"),
    page("companies/", company_list.company_list, name="companies"),
    page("companies/<str:slug>/", company.company_detail, name="company"),
    page("companies/<str:slug>/changes/", company_changes.company_changes, name="company_changes"),
    page("companies/<str:slug>/atom/", feeds.company_atom, name="company_atom"),
    page("technologies/", technology_list.technology_list, name="technologies"),
    page("technologies/<str:slug>/", technology.technology_detail, name="technology"),
    page("technologies/<str:slug>/atom/", feeds.technology_atom, name="technology_atom"),
    page("categories/", categories.category_list, name="categories"),
    page("categories/<str:slug>/", categories.category_detail, name="category"),
    page("categories/<str:slug>/atom/", feeds.category_atom, name="category_atom"),
    page("compare/companies/", picker.pick_companies, name="pick_companies"),
    page("companies/<str:slug>/preview.png", pictures.company_picture, name="company_picture"),
    page("technologies/<str:slug>/preview.png", pictures.technology_picture, name="technology_picture"),
    page("compare/companies/<path:slugs>/preview.png", pictures.companies_picture, name="companies_picture"),
    page("compare/technologies/<path:slugs>/preview.png", pictures.technologies_picture, name="technologies_picture"),
    page("compare/companies/<path:slugs>/", compare.compare_companies, name="compare_companies"),
    page("compare/yours/", yours.your_stack, name="your_stack"),
    page("compare/technologies/", picker.pick_technologies, name="pick_technologies"),
    page("compare/technologies/<path:slugs>/", compare.compare_technologies, name="compare_technologies"),
    page("badges/technologies/<str:slug>.svg", badges.as_svg(badges.tell_technology), name="technology_badge"),
    page(
        "badges/technologies/<str:slug>.json", badges.as_endpoint(badges.tell_technology), name="technology_badge_json"
    ),
    page("badges/companies/<str:slug>.svg", badges.as_svg(badges.tell_company), name="company_badge"),
    page("badges/companies/<str:slug>.json", badges.as_endpoint(badges.tell_company), name="company_badge_json"),
    page("badges/companies/<str:slug>/<str:technology>.svg", badges.as_svg(badges.tell_usage), name="usage_badge"),
    page(
        "badges/companies/<str:slug>/<str:technology>.json",
        badges.as_endpoint(badges.tell_usage),
        name="usage_badge_json",
    ),
    page("embed/companies/<str:slug>/", embeds.embed_company, name="embed_company"),
    page("embed/compare/companies/<path:slugs>/", embeds.embed_comparison, name="embed_comparison"),
    page("embed/compare/technologies/<path:slugs>/", embeds.embed_technologies, name="embed_technologies"),
    page("oembed/", oembed.oembed, name="oembed"),
    page("migrations/", migrations.migration_list, name="migrations"),
    page("usages/", spreadsheets.usages_csv, name="usages"),
    page("reconcile/", reconcile.service, name="reconcile"),
    # as people type it into a client, which posts to it and would lose the form on a redirect
    page("reconcile", reconcile.service, name="reconcile_typed"),
    page("reconcile/suggest/entity/", reconcile.suggest_entity, name="reconcile_suggest_entity"),
    page("reconcile/suggest/property/", reconcile.suggest_property, name="reconcile_suggest_property"),
    page("reconcile/suggest/type/", reconcile.suggest_type, name="reconcile_suggest_type"),
    page("reconcile/properties/", reconcile.propose_properties, name="reconcile_properties"),
    page("reconcile/view/", reconcile.view, name="reconcile_view"),
    page("reconcile/preview/", reconcile.preview, name="reconcile_preview"),
    page("about/", about.about, name="about"),
    page("search/", search.search_page, name="search"),
    page("changes/", changes.change_list, name="changes"),
    page("changes/atom/", feeds.changes_atom, name="changes_atom"),
    page("sitemap.xml", sitemaps.index, name="sitemap"),
    page("sitemap-<slug:section>.xml", sitemaps.section, name="sitemap_section"),
    page("robots.txt", system.robots, name="robots"),
    page("llms.txt", assistants.llms, name="llms"),
    page("healthz", system.healthz, name="healthz"),
    page("readyz", system.readyz, name="readyz"),
]
