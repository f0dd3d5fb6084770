"""Who watches over the process asks by address and over plain http, whatever ALLOWED_HOSTS says."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import resolve

PATHS = ("/healthz", "/readyz")
METRICS = "/metrics"


def answer_probes(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Stands before all that reads the host; what probes are told holds no address."""

    def middleware(request: HttpRequest) -> HttpResponse:
        path = request.path_info
        if path in PATHS or (path == METRICS and settings.METRICS_TOKEN):
            return resolve(path).func(request)
        return get_response(request)

    return middleware
