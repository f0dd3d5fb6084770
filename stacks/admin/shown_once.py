"""A secret that is shown once: made by a form, shown by the page behind it, so that loading that page again makes none.

On the way from the one to the other it lies in the session, sealed; neither a message nor an address holds it.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect

from stacks.sealing import Unopened, opened, seal

_KEPT = "shown_once"


def give(request: Any, secret: str, address: str) -> HttpResponse:
    """Leads to the page at this address, which takes it."""
    request.session[_KEPT] = seal(secret.encode(), _about(address))
    return HttpResponseRedirect(address)


def take(request: Any) -> str:
    """What was given for the page that is asked for; empty when it was shown already."""
    kept = request.session.get(_KEPT, "")
    try:
        secret = opened(kept, _about(request.path)).decode()
    except Unopened:
        return ""
    del request.session[_KEPT]
    return secret


def was_shown(request: Any, address: str) -> HttpResponse:
    """For who asks again."""
    messages.warning(request, "It was shown once, and is kept nowhere. If nobody copied it, make another.")
    return HttpResponseRedirect(address)


def _about(address: str) -> str:
    return f"shown once at {address}"
