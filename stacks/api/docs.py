"""The schema (OpenAPI 3.1) and its page."""

from functools import cache
from typing import Any

from django.http import HttpResponse
from django.template.response import TemplateResponse
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from stacks.api.parameters import NoQuery, read


@cache
def build_schema() -> dict[str, Any]:
    """Built once per process: it depends on nothing but code and settings."""
    return SchemaGenerator().get_schema(request=None, public=True)


class SchemaView(APIView):
    """This API in OpenAPI 3.1."""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        read(NoQuery, request.GET)
        return Response(build_schema())


class DocsView(APIView):
    """The schema for people. Script and style are files, as the strict content policy asks; no token, no cookie."""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        read(NoQuery, request.GET)
        return TemplateResponse(request, "stacks/api/docs.html")
