"""No request is larger than the largest form: a proxy refuses it first, where there is one."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from config.errors import too_large


def refuse_what_is_too_large(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Before all that reads a body. Django bounds what it keeps in memory, and writes files of any size to disk."""

    def middleware(request: HttpRequest) -> HttpResponse:
        sent = request.META  # `request.headers` would name all of them anew
        told = sent.get("CONTENT_LENGTH") or "0"
        if told.isascii() and told.isdigit() and int(told) > settings.LARGEST_REQUEST:
            return too_large(request)
        return get_response(request)

    return middleware
