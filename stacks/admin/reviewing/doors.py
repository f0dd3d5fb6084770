"""Where the review is reached: beside a company or a technology, and of the vocabulary."""

from typing import Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import path

from ..forms import is_key
from .page import Subject
from .returned import returned
from .views import queue, review


class WithReview:
    """For the admin of a company or technology: all that is proposed for it, on one page."""

    opts: Any
    admin_site: Any
    get_object: Any
    has_view_or_change_permission: Any

    def get_urls(self):
        view = self.admin_site.admin_view(self.review_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_review"
        return [path("<path:object_id>/review/", view, name=name), *super().get_urls()]  # type: ignore[misc]

    def review_view(self, request, object_id):
        found = self.opts.model._base_manager.filter(pk=unquote(object_id)) if is_key(unquote(object_id)) else None
        row = found.first() if found is not None else None
        if row is None:
            raise Http404("There is no such row.")
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        return review(request, self.admin_site, Subject(row))


class WithQueue:
    """For the admin of what waits: all subjects, and the vocabulary's own page."""

    admin_site: Any
    has_view_permission: Any

    def get_urls(self):
        return [
            path("review/", self.admin_site.admin_view(self.queue_view), name="stacks_review_queue"),
            path("returned/", self.admin_site.admin_view(self.returned_view), name="stacks_returned"),
            path("vocabulary/", self.admin_site.admin_view(self.vocabulary_view), name="stacks_vocabulary_review"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def queue_view(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied
        return queue(request, self.admin_site)

    def vocabulary_view(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied
        return review(request, self.admin_site, Subject())

    def returned_view(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied
        return returned(request, self.admin_site)
