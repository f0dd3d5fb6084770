"""What is in the catalogue, how it gets there, and what to do about what is wrong."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from stacks import __version__
from stacks.addresses import takes
from stacks.pages.about.audits import read_audits
from stacks.pages.about.figures import read_figures, show_figures
from stacks.pages.kept import load_kept_newest_edition, once


@takes()
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    figures = once(request, "figures", lambda: read_figures(load_kept_newest_edition(request)))
    audits = once(request, "audits", read_audits)
    context = {"figures": show_figures(figures), "newest": figures.newest, "audits": audits, "version": __version__}
    return render(request, "stacks/about/about.html", context)
