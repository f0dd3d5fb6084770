from django.urls import path

from stacks.pages import sitemaps, system
from stacks.pages.categories import views as categories
from stacks.pages.changes import feeds
from stacks.pages.changes import views as changes
from stacks.pages.companies import company, company_changes, company_list
from stacks.pages.compare import picker
from stacks.pages.compare import views as compare
from stacks.pages.home import views as home
from stacks.pages.migrations import views as migrations
from stacks.pages.search import views as search
from stacks.pages.technologies import technology, technology_list

urlpatterns = [
    path("", home.home, name="home"),
    path("companies/", company_list.company_list, name="companies"),
    path("companies/<str:slug>/", company.company_detail, name="company"),
    path("companies/<str:slug>/changes/", company_changes.company_changes, name="company_changes"),
    path("companies/<str:slug>/atom/", feeds.company_atom, name="company_atom"),
    path("technologies/", technology_list.technology_list, name="technologies"),
    path("technologies/<str:slug>/", technology.technology_detail, name="technology"),
    path("technologies/<str:slug>/atom/", feeds.technology_atom, name="technology_atom"),
    path("categories/", categories.category_list, name="categories"),
    path("categories/<str:slug>/", categories.category_detail, name="category"),
    path("categories/<str:slug>/atom/", feeds.category_atom, name="category_atom"),
    path("compare/companies/", picker.pick_companies, name="pick_companies"),
    path("compare/companies/<path:slugs>/", compare.compare_companies, name="compare_companies"),
    path("compare/technologies/", picker.pick_technologies, name="pick_technologies"),
    path("compare/technologies/<path:slugs>/", compare.compare_technologies, name="compare_technologies"),
    path("migrations/", migrations.migration_list, name="migrations"),
    path("search/", search.search_page, name="search"),
    path("changes/", changes.change_list, name="changes"),
    path("changes/atom/", feeds.changes_atom, name="changes_atom"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-<slug:section>.xml", sitemaps.section, name="sitemap_section"),
    path("robots.txt", system.robots, name="robots"),
    path("healthz", system.healthz, name="healthz"),
    path("readyz", system.readyz, name="readyz"),
]
