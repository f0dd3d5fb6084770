"""What stands about one company or one technology: its usages, who is alike, what is used together with it."""

from typing import Any

from django.http import HttpResponsePermanentRedirect
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from stacks.addresses import site_of
from stacks.api.asking import FieldsForm
from stacks.api.pagination import WholeNumberField
from stacks.api.parameters import Described, describe, read
from stacks.api.resource import present_slug
from stacks.api.serializers import AlikeCompanySerializer, AlikeSerializer, BesideSerializer, TogetherSerializer
from stacks.api.shapes.companies import COMPANY
from stacks.api.shapes.shape import Shape
from stacks.api.shapes.technologies import TECHNOLOGY
from stacks.api.usages import UsageViewSet
from stacks.comparison.load import TOGETHER_COMPANIES, load_alike, load_bases, load_together
from stacks.conditional import catalogue_revision, revision_of
from stacks.held import load_sets
from stacks.links import Links, provenance
from stacks.models import Usage

MOST, MOST_UNLESS_TOLD = 50, 10


_SLUG = extend_schema(parameters=[OpenApiParameter("slug", str, OpenApiParameter.PATH)])


class _OfOne:
    """A view below `<slug>/`; an old slug, another spelling or a name leads to the same place below the present one."""

    owner: Shape
    row: Any = None  # the schema is built without one

    def moved(self, request: Request, slug: str) -> HttpResponsePermanentRedirect | None:
        """Finds the row, or else where the address leads. Raises NotThere."""
        asked = slug.replace("\x00", "\ufffd")
        self.row = self.owner.public().filter(slug=asked).first()
        if self.row is not None:
            return None
        present = present_slug(self.owner.model, self.owner.kind, asked, request)
        below = request.path.rstrip("/").rpartition("/")[2]
        query = request.META.get("QUERY_STRING", "")
        address = f"{Links(request)(self.owner.kind, present)}{below}/"
        return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)


class _UsagesOfOne(_OfOne, UsageViewSet):
    whole = False

    @_SLUG
    def list(self, request: Request, **kwargs: str) -> Any:
        return self.moved(request, kwargs["slug"]) or super().list(request)

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        return rows.filter(**{self.owner.kind: self.row}) if self.row else rows

    def _filterset(self, data: Any, queryset: Any) -> Any:
        made = super()._filterset(data, queryset)
        del made.filters[self.owner.kind]
        return made


class CompanyUsagesViewSet(_UsagesOfOne):
    """The stack of a company: all that it uses, has used or plans, unless `current=true` or `as_of` narrow it."""

    owner = COMPANY


class TechnologyUsagesViewSet(_UsagesOfOne):
    """The users of a technology: who uses it, has used it or plans to, for what, and who says so."""

    owner = TECHNOLOGY


class MostForm(FieldsForm):
    most = WholeNumberField(
        required=False, min_value=1, max_value=MOST, help_text=f"How many to tell; {MOST_UNLESS_TOLD} unless told."
    )


class AlikeForm(MostForm):
    serializer_class = AlikeCompanySerializer


class TogetherForm(MostForm):
    serializer_class = BesideSerializer


class _MostOfOne(_OfOne, APIView):
    form_class: type[MostForm]

    def query_parameters(self) -> Described:
        return describe(self.form_class().fields)

    @_SLUG
    def get(self, request: Request, slug: str) -> Response | HttpResponsePermanentRedirect:
        if moved := self.moved(request, slug):
            return moved
        asked = read(self.form_class, request.GET)
        links = Links(request)
        told = self.tell(asked["most"] or MOST_UNLESS_TOLD, links)
        told["results"] = [asked["fields"].of(row) for row in told["results"]]
        document = {
            "revision": catalogue_revision(request),
            self.owner.kind: links.ref(self.owner.kind, self.row.slug, self.row.name),
            **told,
        }
        return Response(provenance(f"{site_of(request)}{request.get_full_path()}") | document)

    def tell(self, most: int, links: Links) -> dict[str, Any]:
        raise NotImplementedError


class AlikeView(_MostOfOne):
    """The companies most alike to one, by what both use in the categories that both document; the most alike first."""

    owner = COMPANY
    form_class = AlikeForm
    serializer_class = AlikeSerializer

    def tell(self, most: int, links: Links) -> dict[str, Any]:
        used = Usage.objects.published().current().filter(company=self.row).order_by("added")
        technologies = list(dict.fromkeys(used.values_list("technology__slug", flat=True)))
        sets = load_sets(revision_of(self.request))
        return {
            "results": [
                {
                    "company": links.ref("company", pair.companies[1].slug, pair.companies[1].name),
                    "met": pair.met,
                    "of": pair.of,
                    "categories": pair.categories,
                    "share": None if pair.share is None else round(pair.share, 4),
                }
                for pair in load_alike(self.row, technologies, load_bases(), sets, most)
            ]
        }


class TogetherView(_MostOfOne):
    owner = TECHNOLOGY
    form_class = TogetherForm
    serializer_class = TogetherSerializer

    def tell(self, most: int, links: Links) -> dict[str, Any]:
        companies, beside = load_together(self.row, most)
        return {
            "companies": companies,
            "results": [
                {
                    "technology": links.ref("technology", one.technology.slug, one.technology.name),
                    "together": one.companies,
                    "companies_count": one.users,
                }
                for one in beside
            ],
        }


TogetherView.__doc__ = (
    "What the companies that use a technology at present use besides, the most common first. "
    f"Where more than {TOGETHER_COMPANIES:,} companies use it, so many of them are looked at."
)
