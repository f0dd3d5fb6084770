"""The admin with the catalogue's own site: brand and worklists."""

from django.contrib.admin.apps import AdminConfig


class StacksAdminConfig(AdminConfig):
    default_site = "stacks.admin.site.StacksSite"
