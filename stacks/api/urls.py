from django.urls import include, path, re_path
from rest_framework.routers import SimpleRouter

from stacks.api.categories import CategoryViewSet
from stacks.api.changes import ChangesView
from stacks.api.companies import CompanyViewSet
from stacks.api.compare import CompareCompaniesView, CompareTechnologiesView
from stacks.api.coverage import CoverageViewSet
from stacks.api.docs import DocsView, SchemaView
from stacks.api.export import ExportView
from stacks.api.migrations import MigrationViewSet
from stacks.api.related import AlikeView, CompanyUsagesViewSet, TechnologyUsagesViewSet, TogetherView
from stacks.api.root import NothingView, RootView
from stacks.api.search import SearchView
from stacks.api.sources import SourceViewSet
from stacks.api.technologies import TechnologyViewSet
from stacks.api.usages import UsageViewSet

router = SimpleRouter()
router.register("companies", CompanyViewSet, basename="api-company")
router.register("technologies", TechnologyViewSet, basename="api-technology")
router.register("categories", CategoryViewSet, basename="api-category")
router.register("usages", UsageViewSet, basename="api-usage")
router.register("migrations", MigrationViewSet, basename="api-migration")
router.register("sources", SourceViewSet, basename="api-source")
router.register("coverage", CoverageViewSet, basename="api-coverage")

v1 = [
    path("", RootView.as_view(), name="api-root"),
    path("compare/companies/", CompareCompaniesView.as_view(), name="api-compare-companies"),
    path("compare/technologies/", CompareTechnologiesView.as_view(), name="api-compare-technologies"),
    path("search/", SearchView.as_view(), name="api-search"),
    path("changes/", ChangesView.as_view(), name="api-changes"),
    path("export/", ExportView.as_view(), name="api-export"),
    path("schema/", SchemaView.as_view(), name="api-schema"),
    path("docs/", DocsView.as_view(), name="api-docs"),
    path("companies/<str:slug>/usages/", CompanyUsagesViewSet.as_view({"get": "list"}), name="api-company-usages"),
    path("companies/<str:slug>/alike/", AlikeView.as_view(), name="api-company-alike"),
    path(
        "technologies/<str:slug>/usages/",
        TechnologyUsagesViewSet.as_view({"get": "list"}),
        name="api-technology-usages",
    ),
    path("technologies/<str:slug>/together/", TogetherView.as_view(), name="api-technology-together"),
    *router.urls,
]
urlpatterns = [path("v1/", include(v1)), re_path(r"^.*$", NothingView.as_view())]
