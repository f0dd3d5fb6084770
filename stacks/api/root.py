"""Where everything is."""

from django.conf import settings
from django.http import HttpResponsePermanentRedirect
from django.urls import resolve
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from stacks import __version__
from stacks.api.parameters import NoQuery, read
from stacks.api.serializers import RootSerializer
from stacks.conditional import catalogue_revision, revision_of
from stacks.links import PLURALS, Links, licence

OTHERS = ("compare/companies", "compare/technologies", "search", "changes", "export", "schema", "docs")


class RootView(APIView):
    """The resources, the revision of the catalogue, and the licence of its data."""

    serializer_class = RootSerializer

    def get(self, request: Request) -> Response:
        read(NoQuery, request.GET)
        api = Links(request).api
        return Response(
            {
                "name": settings.SITE_NAME,
                "software": f"Stacks {__version__}",
                "catalogue": revision_of(request).identity,
                "revision": catalogue_revision(request),
                "licence": licence(),
                "resources": {name: f"{api}{name}/" for name in (*PLURALS.values(), *OTHERS)},
            }
        )


class NothingView(APIView):
    """Any other address below /api/, whatever the method."""

    schema = None

    def dispatch(self, request, *args, **kwargs):
        slashed = f"{request.path}/"
        if request.method in ("GET", "HEAD") and getattr(resolve(slashed).func, "cls", None) is not NothingView:
            query = request.META.get("QUERY_STRING", "")
            return HttpResponsePermanentRedirect(f"{slashed}?{query}" if query else slashed)
        return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args, **kwargs) -> None:
        super().initial(request, *args, **kwargs)
        raise NotFound("There is nothing at this address. /api/v1/ lists what there is.")
