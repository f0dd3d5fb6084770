"""The second factor: a code of an app (TOTP) or a recovery code, asked for after the password and before anything else.

Who has one gives a code in each session; with SECOND_FACTOR=required nobody goes on without one. Guessed codes are
slowed down by the devices themselves: after each wrong one the pause doubles.
"""

import logging
from base64 import b32encode
from binascii import unhexlify
from dataclasses import dataclass
from typing import Any

import segno
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.backends import ModelBackend
from django.core import signing
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django_otp import login
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp.util import random_hex

from config.proxies import client_address
from stacks.among import KeyedRows
from stacks.second_factor import has_second_factor, is_lost, match, new_codes, remove, seconds_to_wait, set_up

log = logging.getLogger(__name__)

_SALT = "second factor"
_AN_HOUR = 3600
_LOST = (
    "This site cannot read the key of your app any more: its secret key is another one than when you set the app up. "
    "Ask an administrator to take your second factor away, then set it up again."
)
# What who has not given a code yet may reach: giving one, leaving, and the words of the scripts.
_OPEN = {"logout", "jsi18n", "second_factor"}


class Backend(ModelBackend):
    """Knows of each account, in the query that reads it, whether it has a second factor; and in one what it may do."""

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """Its own and those of its groups, in one query; a superuser has each."""
        if not user_obj.is_active or user_obj.is_anonymous or obj is not None:
            return set()
        if not hasattr(user_obj, "_perm_cache"):
            from django.contrib.auth.models import Permission  # there are no models before the apps are ready

            held: Any = Permission.objects.order_by()
            if not user_obj.is_superuser:
                held = held.filter(Q(user=user_obj) | Q(group__user=user_obj)).distinct()
            names = held.values_list("content_type__app_label", "codename")
            user_obj._perm_cache = {f"{app}.{codename}" for app, codename in names}  # noqa: SLF001 - as Django keeps it
        return user_obj._perm_cache  # noqa: SLF001

    def get_user(self, user_id: int) -> Any:
        user = next(iter(_ACCOUNTS([user_id])), None)
        return user if user is not None and self.user_can_authenticate(user) else None


def _accounts(keys: Any) -> Any:
    """With whether they have a second factor: asked with each page of the admin."""
    from django.contrib.auth import get_user_model  # there is no user model before the apps are ready

    known: Any = Exists(TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True))
    known |= Exists(StaticDevice.objects.filter(user=OuterRef("pk"), confirmed=True))
    return get_user_model()._default_manager.filter(pk__in=keys).annotate(has_second_factor=known)


_ACCOUNTS = KeyedRows(_accounts, ["has_second_factor"])


def is_asked_for(request: Any) -> bool:
    """Whether this session has to give a code before it goes on."""
    name = request.resolver_match.url_name if request.resolver_match else ""
    return name not in _OPEN and has_second_factor(request.user) and not request.user.is_verified()


def has_to_set_up(request: Any) -> bool:
    """Whether this account has to have a second factor and has none."""
    name = request.resolver_match.url_name if request.resolver_match else ""
    allowed = _OPEN | {"second_factor_setup", "password_change", "password_change_done"}
    return settings.SECOND_FACTOR == "required" and name not in allowed and not has_second_factor(request.user)


class CodeForm(forms.Form):
    code = forms.CharField(
        max_length=20,
        label="Code",
        widget=forms.TextInput(
            {"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false", "autocapitalize": "none"}
        ),
    )

    def clean_code(self) -> str:
        return "".join(self.cleaned_data["code"].split()).lower()


def ask(site: Any, request: HttpRequest, typed: str = "", address: str = "") -> HttpResponse:
    """The page that asks for a code; `typed` is what somebody had typed, which comes back after it."""
    form = CodeForm()
    return _code_page(site, request, form, typed, address or request.get_full_path())


def to_code(request: HttpRequest) -> HttpResponse:
    here = request.get_full_path()
    return HttpResponseRedirect(f"{reverse('admin:second_factor')}?{urlencode({REDIRECT_FIELD_NAME: here})}")


def to_set_up() -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:second_factor_setup"))


def _code_page(site: Any, request: Any, form: CodeForm, typed: str, address: str) -> HttpResponse:
    context = {
        **site.each_context(request),
        "title": "Second factor",
        "form": form,
        "typed": typed,
        "address": address,
        "is_nav_sidebar_enabled": False,
        "has_permission": False,  # nothing of the admin is shown before
    }
    return TemplateResponse(request, "admin/stacks/second_factor/code.html", context)


def code_view(site: Any, request: Any) -> HttpResponse:
    """Asks for the code of this session, and goes on to where somebody was."""
    from stacks.admin import kept

    address = _safe(request, request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME, ""))
    if request.user.is_verified() or not has_second_factor(request.user):
        return HttpResponseRedirect(address)
    form = CodeForm(request.POST or None)
    typed = request.POST.get(kept.FIELD, "")
    if request.method == "POST" and form.is_valid():
        if pause := seconds_to_wait(request.user):
            form.add_error("code", f"Too many wrong codes. Wait {_in_words(pause)}, then try again.")
        elif device := match(request.user, form.cleaned_data["code"]):
            request.session.cycle_key()
            login(request, device)
            if isinstance(device, StaticDevice):
                left = device.token_set.count()
                messages.warning(request, f"That was a recovery code; {left} are left. Set the app up again soon.")
            if typed and kept.leads_to_a_form(address):
                return kept.way_back(request, address, "You gave your code, and nothing you typed is lost.")
            return HttpResponseRedirect(address)
        elif is_lost(request.user):
            form.add_error("code", _LOST)
        else:
            log.warning("second factor: a wrong code for %s from %s", request.user, client_address(request))
            form.add_error("code", "This code is wrong, or used already. Take the one that your app shows now.")
    return _code_page(site, request, form, typed, address)


def _in_words(seconds: int) -> str:
    return f"{seconds} seconds" if seconds < 120 else f"{seconds // 60 + 1} minutes"


def _safe(request: HttpRequest, address: str) -> str:
    here = {request.get_host()}
    if address and url_has_allowed_host_and_scheme(address, here, require_https=request.is_secure()):
        return address
    return reverse("admin:index")


def setup_view(site: Any, request: Any) -> HttpResponse:
    """The key of a new app, written down nowhere before a code of it was given; what is set up already, too."""
    key = _offered(request)
    form = CodeForm(request.POST if "code" in request.POST else None)
    if request.method == "POST" and "off" in request.POST:
        return _turn_off(request)
    if request.method == "POST" and "codes" in request.POST and has_second_factor(request.user):
        return _give_codes(request, new_codes(request.user))
    if request.method == "POST" and form.is_valid():
        totp = TOTP(unhexlify(key), drift=0)
        totp.time = timezone.now().timestamp()
        if form.cleaned_data["code"].isdigit() and totp.verify(int(form.cleaned_data["code"]), tolerance=1):
            device, codes = set_up(request.user, key, totp.t())
            request.session.cycle_key()
            login(request, device)
            return _give_codes(request, codes)
        form.add_error("code", "This is not the code of that key. Look at the clock of your device, and try the next.")
    address = TOTPDevice(user=request.user, key=key, name="").config_url
    context = {
        **site.each_context(request),
        "title": "Second factor",
        "form": form,
        "key": _spelt(unhexlify(key)),
        "signed": signing.dumps([request.user.pk, key], salt=_SALT),
        "address": address,
        "picture": _picture(address),
        "has_one": has_second_factor(request.user),
        "codes_left": StaticToken.objects.filter(device__user=request.user).count(),
        "is_required": settings.SECOND_FACTOR == "required",
    }
    return TemplateResponse(request, "admin/stacks/second_factor/setup.html", context)


def _offered(request: Any) -> str:
    """The key that the page showed to this very account within the hour; else a new one."""
    try:
        pk, key = signing.loads(request.POST.get("key", ""), salt=_SALT, max_age=_AN_HOUR)
    except (signing.BadSignature, ValueError, TypeError):
        pk, key = None, ""
    return key if pk == request.user.pk else random_hex(20)


@dataclass(frozen=True, slots=True)
class Picture:
    """A QR code as the path of its dark squares, in a box of `size`, with the quiet border that readers need."""

    size: int
    path: str


def _picture(address: str) -> Picture:
    rows = list(segno.make(address, error="m").matrix_iter(scale=1, border=4))
    squares = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return Picture(len(rows), "".join(squares))


def _spelt(key: bytes) -> str:
    """As apps take it, in groups of four that are easier to type."""
    text = b32encode(key).decode().rstrip("=")
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def _give_codes(request: Any, codes: list[str]) -> HttpResponse:
    from stacks.admin import shown_once

    return shown_once.give(request, " ".join(codes), reverse("admin:second_factor_codes"))


def codes_view(site: Any, request: Any) -> HttpResponse:
    """The recovery codes that were made just now."""
    from stacks.admin import shown_once

    codes = shown_once.take(request).split()
    if not codes:
        return shown_once.was_shown(request, reverse("admin:second_factor_setup"))
    context = {**site.each_context(request), "title": "Recovery codes", "codes": codes}
    return TemplateResponse(request, "admin/stacks/second_factor/codes.html", context)


def _turn_off(request: Any) -> HttpResponse:
    if settings.SECOND_FACTOR == "required":
        messages.error(request, "This site asks everybody for a second factor: yours stays.")
    else:
        remove([request.user])
        messages.success(request, "Your account has no second factor any more.")
    return HttpResponseRedirect(reverse("admin:second_factor_setup"))
