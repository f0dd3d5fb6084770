from django.urls import path

from stacks.pages import categories, changes, companies, compare, home, migrations, search, system, technologies

urlpatterns = [
    path("", home.home, name="home"),
    path("companies/", companies.company_list, name="companies"),
    path("companies/<slug:slug>/", companies.company_detail, name="company"),
    path("technologies/", technologies.technology_list, name="technologies"),
    path("technologies/<slug:slug>/", technologies.technology_detail, name="technology"),
    path("categories/", categories.category_list, name="categories"),
    path("categories/<slug:slug>/", categories.category_detail, name="category"),
    path("compare/companies/", compare.pick_companies, name="pick_companies"),
    path("compare/companies/<path:slugs>/", compare.compare_companies, name="compare_companies"),
    path("compare/technologies/", compare.pick_technologies, name="pick_technologies"),
    path("compare/technologies/<path:slugs>/", compare.compare_technologies, name="compare_technologies"),
    path("migrations/", migrations.migration_list, name="migrations"),
    path("search/", search.search_page, name="search"),
    path("changes/", changes.change_list, name="changes"),
    path("robots.txt", system.robots, name="robots"),
    path("healthz", system.healthz, name="healthz"),
    path("readyz", system.readyz, name="readyz"),
]
