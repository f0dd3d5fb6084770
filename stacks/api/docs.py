"""The schema (OpenAPI 3.1) and its page."""

from django.http import HttpResponse
from django.template.response import TemplateResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from stacks.addresses import site_of
from stacks.api.parameters import NoQuery, read
from stacks.api.schema import with_servers


class SchemaView(APIView):
    """This API in OpenAPI 3.1."""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        read(NoQuery, request.GET)
        return Response(with_servers(site_of(request)))


class DocsView(APIView):
    """The schema for people. Script and style are files, as the strict content policy asks; no token, no cookie."""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        read(NoQuery, request.GET)
        return TemplateResponse(request, "stacks/api/docs.html")
