"""The admin's own site: brand, worklists, and a log-in that loses nothing of what was typed.

It stands outside `stacks.admin`, which registers with it: inside, the first import of the one would run the other and
the registrations would be lost.
"""

from functools import partial, update_wrapper

from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.db import DataError
from django.http import Http404, HttpResponseRedirect, QueryDict
from django.urls import path, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode

# What a search in a list or a box looks at: the rest of a pasted page finds nothing more.
_LONGEST, _MOST_WORDS = 300, 12
# In the session of who has logged in with a password that somebody else has seen.
_CHOOSES = "chooses_password"


class StacksAdminConfig(AdminConfig):
    default_site = "config.admin.StacksSite"


class StacksSite(AdminSite):
    site_header = settings.SITE_NAME
    site_title = f"{settings.SITE_NAME} admin"
    index_title = "Curating"
    index_template = "admin/stacks/index.html"

    def index(self, request, extra_context=None):
        from stacks.admin.importing.views import may_import
        from stacks.admin.past import may_see_any
        from stacks.admin.worklists import grouped, worklists

        lists = worklists(request.user)
        context = {
            "worklists": lists,
            "groups": grouped(lists),
            "may_import": may_import(request.user),
            "sees_deleted": may_see_any(request.user),
        }
        return super().index(request, context | (extra_context or {}))

    def get_app_list(self, request, app_label=None):
        """Put together when a page shows it: popups and pages without a side bar do not, and it is long."""
        return SimpleLazyObject(partial(super().get_app_list, request, app_label))

    def get_urls(self):
        from config import second_factor
        from stacks.admin import deleted
        from stacks.admin.markdown import show_markdown
        from stacks.admin.typed_dates import read_date

        def own(view):
            return self.admin_view(update_wrapper(partial(view, self), view))

        return [
            path("second-factor/", own(second_factor.code_view), name="second_factor"),
            path("second-factor/set-up/", own(second_factor.setup_view), name="second_factor_setup"),
            path("second-factor/codes/", own(second_factor.codes_view), name="second_factor_codes"),
            path("date/", self.admin_view(read_date), name="read_date"),
            path("markdown/", self.admin_view(show_markdown), name="show_markdown"),
            *deleted.urls(self),
            *super().get_urls(),
        ]

    def admin_view(self, view, cacheable=False):
        """Whoever has to log in again before a form can be saved takes along what was typed; junk finds nothing."""
        inner = super().admin_view(view, cacheable)

        def keeping(request, *args, **kwargs):
            from config import second_factor
            from stacks.admin import kept

            _tidy(request)
            if kept.is_typed(request) and not self.has_permission(request):
                return self._ask_to_log_in(request, kept.pack(request))
            if self.has_permission(request) and second_factor.is_asked_for(request):
                if kept.is_typed(request):
                    return second_factor.ask(self, request, kept.pack(request))
                return second_factor.to_code(request)
            if request.session.get(_CHOOSES) and not _leads_to_a_password(request):
                messages.info(request, "Choose a password of your own first: somebody else has seen this one.")
                return HttpResponseRedirect(reverse("admin:password_change"))
            if self.has_permission(request) and second_factor.has_to_set_up(request):
                return second_factor.to_set_up()
            try:
                return inner(request, *args, **kwargs)
            except (OverflowError, DataError) as error:
                if request.method not in ("GET", "HEAD"):
                    raise
                raise Http404("Nothing has a number like this.") from error

        return update_wrapper(keeping, inner)

    def _ask_to_log_in(self, request, typed):
        here = request.get_full_path()
        login = f"{reverse('admin:login')}?{urlencode({REDIRECT_FIELD_NAME: here})}"
        request.method = "GET"  # it shows the form of the log-in; what was posted is no answer to that
        return super().login(request, {"app_path": login, REDIRECT_FIELD_NAME: here, "typed": typed})

    def login(self, request, extra_context=None):
        from stacks.review import NEW_ACCOUNT

        answer = self._login(request, extra_context)
        if request.method == "POST" and request.user.is_authenticated:
            request.session[_CHOOSES] = request.user.groups.filter(name=NEW_ACCOUNT).exists()
        return answer

    def _login(self, request, extra_context):
        from stacks.admin import kept

        if kept.FIELD not in request.POST:
            return super().login(request, extra_context)
        answer = super().login(request, {"typed": kept.pack(request)} | (extra_context or {}))
        if isinstance(answer, HttpResponseRedirect) and kept.leads_to_a_form(answer.url):
            return kept.way_back(request, answer.url, "You are logged in again, and nothing you typed is lost.")
        return answer

    def password_change(self, request, extra_context=None):
        from stacks.review import NEW_ACCOUNT

        answer = super().password_change(request, extra_context)
        if isinstance(answer, HttpResponseRedirect) and request.session.pop(_CHOOSES, False):
            request.user.groups.remove(*request.user.groups.filter(name=NEW_ACCOUNT))
        return answer


def _leads_to_a_password(request):
    return request.path in {reverse(f"admin:{name}") for name in ("password_change", "logout", "jsi18n")}


def _tidy(request):
    """A question without the character 0, which no text holds and PostgreSQL refuses, and of a bounded length."""
    asked = {name for name in ("q", "term") if len(request.GET.get(name, "")) > _LONGEST}
    if "%00" not in request.META.get("QUERY_STRING", "") and not asked:
        return
    query = QueryDict(request.META["QUERY_STRING"].replace("%00", ""), mutable=True)
    for name in asked:
        query[name] = " ".join(str(query[name])[:_LONGEST].split()[:_MOST_WORDS])
    request.GET, request.META["QUERY_STRING"] = query, query.urlencode()
