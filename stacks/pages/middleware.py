"""Turns what pages raise for unknown and old slugs, and what they answer to other methods, into pages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from stacks.pages.responses import MovedTo, NotThere, moved


class PageErrors:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and not response.content and not request.path_info.startswith("/admin/"):
            told = render(request, "405.html", {"method": request.method}, status=405)
            told.headers["Allow"] = response.headers["Allow"]
            return told
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, MovedTo):
            return moved(exception.url)
        if isinstance(exception, NotThere):
            context = {"what": exception.what, "suggestions": exception.suggestions}
            return render(request, "404.html", context, status=404)
        return None
