from django.urls import path

from stacks.pages import categories, changes, companies, compare, feeds, home, migrations, search, system, technologies

urlpatterns = [
    path("", home.home, name="home"),
    path("companies/", companies.company_list, name="companies"),
    path("companies/<slug:slug>/", companies.company_detail, name="company"),
    path("companies/<slug:slug>/atom/", feeds.company_atom, name="company_atom"),
    path("technologies/", technologies.technology_list, name="technologies"),
    path("technologies/<slug:slug>/", technologies.technology_detail, name="technology"),
    path("technologies/<slug:slug>/atom/", feeds.technology_atom, name="technology_atom"),
    path("categories/", categories.category_list, name="categories"),
    path("categories/<slug:slug>/", categories.category_detail, name="category"),
    path("categories/<slug:slug>/atom/", feeds.category_atom, name="category_atom"),
    path("compare/companies/", compare.pick_companies, name="pick_companies"),
    path("compare/companies/<path:slugs>/", compare.compare_companies, name="compare_companies"),
    path("compare/technologies/", compare.pick_technologies, name="pick_technologies"),
    path("compare/technologies/<path:slugs>/", compare.compare_technologies, name="compare_technologies"),
    path("migrations/", migrations.migration_list, name="migrations"),
    path("search/", search.search_page, name="search"),
    path("changes/", changes.change_list, name="changes"),
    path("changes/atom/", feeds.changes_atom, name="changes_atom"),
    path("robots.txt", system.robots, name="robots"),
    path("healthz", system.healthz, name="healthz"),
    path("readyz", system.readyz, name="readyz"),
]
