"""Companies, or technologies, side by side: the document that the pages give as JSON too."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpResponsePermanentRedirect
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from stacks.addresses import site_of
from stacks.api.asking import FieldsForm
from stacks.api.compared import (
    CompanyComparisonSerializer,
    TechnologyComparisonSerializer,
)
from stacks.api.errors import BadQuery
from stacks.api.parameters import Described, describe, read
from stacks.comparison.load import load_matrix, load_technology_matrix
from stacks.comparison.matrix import LEAST, MOST, Only
from stacks.comparison.technologies import COMPANIES_SHOWN
from stacks.conditional import catalogue_revision, revision_of
from stacks.exporters.comparison import companies_document, technologies_document
from stacks.filtersets import ManyField, PartialDateField, StrictForm
from stacks.held import load_sets
from stacks.links import Links, provenance
from stacks.models import Company, Technology
from stacks.redirects import find


class _ComparedField(ManyField):
    """Two to six slugs, each once."""

    def read(self, values: list[str]) -> list[str]:
        if not LEAST <= len(values) <= MOST:
            raise forms.ValidationError(
                f"Give {LEAST} to {MOST} different slugs, one parameter for each.", code="number"
            )
        return values


_LEAN = ("url", "licence", "revision", "summary")


class CompareCompaniesForm(FieldsForm):
    serializer_class = CompanyComparisonSerializer
    lean = (
        *_LEAN, "as_of", "only", "companies.slug", "companies.name", "rows.category.slug", "rows.agreement",
        "rows.cells.usages.technology.slug", "rows.cells.usages.stage",
    )  # fmt: skip
    company = _ComparedField(help_text="Slug of a company; two to six of them.")
    as_of = PartialDateField(
        required=False, help_text="As it was on the last day of this date: 2021, 2021-06 or 2021-06-30."
    )
    only = forms.ChoiceField(
        required=False,
        choices=[(only.value, only.value) for only in Only if only],
        error_messages={"invalid_choice": "“%(value)s” is none of: shared, differences."},
        help_text="`shared`: rows with something in common; `differences`: all but those that are the same.",
    )


class CompareTechnologiesForm(FieldsForm):
    serializer_class = TechnologyComparisonSerializer
    lean = (
        *_LEAN, "technologies.slug", "technologies.name", "technologies.companies", "rows.company.slug",
        "rows.cells.usages.category.slug", "rows.cells.usages.stage",
    )  # fmt: skip
    technology = _ComparedField(help_text="Slug of a technology; two to six of them.")


class _Compare(APIView):
    form_class: type[StrictForm]
    model: Any
    noun: str

    def query_parameters(self) -> Described:
        described = describe(self.form_class().fields)
        compared = next(parameter for parameter in described if parameter["name"] == self.noun)
        compared["schema"] |= {"minItems": LEAST, "maxItems": MOST, "uniqueItems": True}
        return described

    def get(self, request: Request) -> Response | HttpResponsePermanentRedirect:
        asked = read(self.form_class, request.GET)
        slugs = asked[self.noun]
        found = find(self.model, [slug for slug in slugs if "\x00" not in slug], by_name=True)
        unknown = [slug for slug in slugs if "\x00" in slug or slug in found.unknown]
        if unknown:
            raise BadQuery(
                [{"parameter": self.noun, "message": f"There is no {self.noun} “{slug}”."} for slug in unknown]
            )
        if found.moved:
            return self._moved(request, [slug for slug in found.slugs if slug])
        document = self.compare(found.rows, asked, request)
        provenanced = provenance(f"{site_of(request)}{request.get_full_path()}") | document
        return Response(asked["fields"].of(provenanced))

    def _moved(self, request: Request, slugs: Sequence[str]) -> HttpResponsePermanentRedirect:
        query = request.GET.copy()
        query.setlist(self.noun, list(dict.fromkeys(slugs)))
        return HttpResponsePermanentRedirect(f"{request.build_absolute_uri(request.path)}?{query.urlencode()}")

    def compare(self, rows: list[Any], asked: dict[str, Any], request: Request) -> dict[str, Any]:
        raise NotImplementedError


class CompareCompaniesView(_Compare):
    """Two to six companies, aligned by category, with the agreement of each row."""

    form_class = CompareCompaniesForm
    model = Company
    noun = "company"
    serializer_class = CompanyComparisonSerializer

    def compare(self, rows, asked, request):
        matrix = load_matrix(rows, asked["as_of"] or "").only(asked["only"])
        return companies_document(matrix, catalogue_revision(request), Links(request))


class CompareTechnologiesView(_Compare):
    """Two to six technologies: which company uses which, those that use most of them first, at most 200 companies."""

    form_class = CompareTechnologiesForm
    model = Technology
    noun = "technology"
    serializer_class = TechnologyComparisonSerializer

    def compare(self, rows, asked, request):
        return technologies_document(
            load_technology_matrix(rows, COMPANIES_SHOWN, load_sets(revision_of(request))),
            catalogue_revision(request),
            Links(request),
        )
