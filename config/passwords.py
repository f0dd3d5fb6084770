"""A forgotten password is set anew by mail, where mail can be sent."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import views
from django.contrib.auth.forms import PasswordResetForm
from django.contrib.auth.models import User
from django.core.cache import cache
from django.urls import path
from django.views.decorators.cache import never_cache

_PAUSE_SECONDS = 600  # between two mails to one account


class ResetForm(PasswordResetForm):
    def get_users(self, email: str) -> Iterator[User]:
        """Nobody fills another's mailbox, and those without access to the admin get no mail at all."""
        for user in super().get_users(email):
            if user.is_staff and cache.add(f"password-mail:{user.pk}", True, _PAUSE_SECONDS):
                yield user


# The link leads to the site's own address, whichever name it was asked by.
_SITE = urlsplit(settings.SITE_URL)
_ADDRESS = {"protocol": _SITE.scheme, "domain": _SITE.netloc, "site_name": settings.SITE_NAME}


def _page(view: type[views.PasswordContextMixin], **options):
    return never_cache(view.as_view(**options))  # type: ignore[attr-defined]


# The names are those that Django's own templates of the admin look for.
urlpatterns = [
    path(
        "password_reset/",
        _page(views.PasswordResetView, form_class=ResetForm, extra_email_context=_ADDRESS),
        name="admin_password_reset",
    ),
    path("password_reset/done/", _page(views.PasswordResetDoneView), name="password_reset_done"),
    path("reset/<uidb64>/<token>/", _page(views.PasswordResetConfirmView), name="password_reset_confirm"),
    path("reset/done/", _page(views.PasswordResetCompleteView), name="password_reset_complete"),
]
if not settings.HAS_MAIL:
    urlpatterns = []
