"""Turns what pages raise for unknown and old slugs into their answers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from stacks.pages.responses import MovedTo, NotThere, moved


class PageErrors:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, MovedTo):
            return moved(exception.url)
        if isinstance(exception, NotThere):
            context = {"what": exception.what, "suggestions": exception.suggestions}
            return render(request, "404.html", context, status=404)
        return None
