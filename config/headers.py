import re

from csp.constants import HEADER
from csp.decorators import csp_replace
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpResponse
from django.views.decorators.clickjacking import xframe_options_exempt

POLICY = "browsing-topics=(), camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
# What decorators note on an answer that bears another policy.
_ANOTHER_POLICY = {f"_csp_{what}{of}" for what in ("config", "update", "replace", "exempt") for of in ("", "_ro")}
_NOT_FOR_OTHERS = re.compile(r"^/(?:admin(?:/|$)|healthz$|readyz$|metrics$)")
_FRAMED = ("/embed/", "/reconcile/preview/")
_TAKES_POSTS = "/reconcile"
_MAY_READ = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Accept-Ranges, Content-Range, Deprecation, ETag, Link, Location, RateLimit, "
    "RateLimit-Policy, Retry-After, Stacks-Catalogue, Stacks-Revision, Sunset, WWW-Authenticate",
}
_MAY_ASK = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Accept-Language, Authorization, Content-Type, If-Modified-Since, "
    "If-None-Match, If-Range, Range",
    "Access-Control-Max-Age": "86400",
}


class ContentPolicy(CSPMiddleware):
    """The package writes the policy anew for each answer; nearly all bear the same, which is written once."""

    def __init__(self, get_response):
        super().__init__(get_response)
        self.usual = build_policy()

    def process_response(self, request, response):
        is_usual = _ANOTHER_POLICY.isdisjoint(vars(response)) and "_csp_nonce" not in vars(request)
        if not is_usual or HEADER in response.headers or settings.DEBUG:
            return super().process_response(request, response)
        response.headers[HEADER] = self.usual
        return response


def policies(get_response):
    """The site asks for nothing of the device, so no script on it may either; what is public may be shown anywhere.

    Those of Django's SecurityMiddleware are set here as well, where it answers itself: it leads to https without them.
    """

    def middleware(request):
        response = get_response(request)
        headers = response.headers
        headers.setdefault("Permissions-Policy", POLICY)
        is_for_us = _NOT_FOR_OTHERS.match(request.path_info)
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin" if is_for_us else "cross-origin")
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", settings.SECURE_REFERRER_POLICY)
        headers.setdefault("Cross-Origin-Opener-Policy", settings.SECURE_CROSS_ORIGIN_OPENER_POLICY)
        return response

    return middleware


def readable_from_any_site(get_response):
    """What is public and only read is open to scripts of every site: API, pages in each of their forms, feeds.

    The headers are the same for whoever asks, so that a shared cache keeps one copy: no visitor can make it keep more.
    """

    def middleware(request):
        if _NOT_FOR_OTHERS.match(request.path_info):
            return get_response(request)
        if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            posts = request.path_info.startswith(_TAKES_POSTS)
            methods = {"Access-Control-Allow-Methods": "GET, HEAD, OPTIONS, POST"} if posts else {}
            return HttpResponse(status=204, headers=_MAY_READ | _MAY_ASK | methods)
        response = get_response(request)
        for name, value in _MAY_READ.items():
            response.headers[name] = value
        return response

    return middleware


def framed_by_anybody(get_response):
    """What is made to stand in a frame of another site may, and nothing else: no error page of the same address either.

    By the address and not on the view, since a page that is kept, or answered by 304, comes from no view.
    """

    @csp_replace({"frame-ancestors": ["*"]})
    @xframe_options_exempt
    def opened(response):
        return response

    def middleware(request):
        response = get_response(request)
        return (
            opened(response)
            if request.path_info.startswith(_FRAMED) and response.status_code in (200, 304)
            else response
        )

    return middleware
