"""The admin's own site: brand and worklists.

It stands outside `stacks.admin`, which registers with it: inside, the first import of the one would run the other and
the registrations would be lost.
"""

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig


class StacksAdminConfig(AdminConfig):
    default_site = "config.admin.StacksSite"


class StacksSite(AdminSite):
    site_header = settings.SITE_NAME
    site_title = f"{settings.SITE_NAME} admin"
    index_title = "Curating"
    index_template = "admin/stacks/index.html"

    def index(self, request, extra_context=None):
        from stacks.admin.worklists import worklists

        return super().index(request, {"worklists": worklists(request.user)} | (extra_context or {}))
