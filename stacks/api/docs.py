"""The schema (OpenAPI 3.1) and its page."""

from django.http import HttpResponse
from django.template.response import TemplateResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from stacks.addresses import site_of
from stacks.api.parameters import NoQuery, read
from stacks.api.partial import build_partial_schema
from stacks.api.schema import build_schema, with_servers
from stacks.filtersets import StrictForm, YesNoField


class SchemaQuery(StrictForm):
    partial = YesNoField(required=False)


class SchemaView(APIView):
    """This API in OpenAPI 3.1; with `partial=true` for clients that ask with `fields` and `include`."""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        partial = read(SchemaQuery, request.GET)["partial"]
        return Response(with_servers(site_of(request), build_partial_schema() if partial else build_schema()))


class DocsView(APIView):
    """The schema for people. Script and style are files, as the strict content policy asks; no token, no cookie."""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        read(NoQuery, request.GET)
        return TemplateResponse(request, "stacks/api/docs.html")
