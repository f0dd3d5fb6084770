"""Who watches over the process asks by address and over plain http, whatever ALLOWED_HOSTS says."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import resolve

PATHS = ("/healthz", "/readyz")


def answer_probes(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Stands before all that reads the host; what probes are told holds no address."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path_info in PATHS:
            return resolve(request.path_info).func(request)
        return get_response(request)

    return middleware
