"""Whose wrong passwords count together: those of one name from one address, but for browsers that know the name.

Where addresses cannot be told apart (a proxy that TRUSTED_PROXIES does not count) a stranger's ten wrong passwords
lock a name for everybody. So a browser that has logged in keeps a token of its own, and its attempts count for
themselves: nobody else can use them up.
"""

import secrets
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

COOKIE = "known_browser"
_YEAR = 365 * 24 * 3600


def account(request: Any, credentials: dict[str, Any] | None = None) -> str | None:
    """What attempts are counted under: the name, and the token of a browser that has logged in with it before."""
    name = credentials.get("username") if credentials else request.POST.get("username")
    token = _token(request, name) if name else ""
    return f"{name} {token}" if token else name


def know_browser(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Gives the browser of each one who logs in its token; the cookie is of no use but this."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.method == "POST" and request.path == reverse("admin:login") and request.user.is_authenticated:
            name = request.user.get_username()
            token = _token(request, name) or secrets.token_hex(8)
            response.set_signed_cookie(
                COOKIE,
                f"{token} {name}",
                salt=COOKIE,
                max_age=_YEAR,
                path=reverse("admin:index"),
                secure=request.is_secure(),
                httponly=True,
                samesite="Lax",
            )
        return response

    return middleware


def _token(request: HttpRequest, name: str) -> str:
    """Empty for a browser that has not logged in with this name."""
    known = request.get_signed_cookie(COOKIE, default="", salt=COOKIE, max_age=_YEAR) or ""
    token, _, owner = known.partition(" ")
    return token if owner == name else ""
