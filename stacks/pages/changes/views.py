"""What changed lately."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from stacks import keyset
from stacks.addresses import takes
from stacks.models import Change
from stacks.pages.changes.lines import show_changes
from stacks.pages.filters import page_links
from stacks.pages.formats import atom_link, form_links
from stacks.pages.forms import PagedForm, format_field
from stacks.pages.responses import bad_request, form_problems
from stacks.pages.spreadsheets import changes_csv

PAGE = 100


class ChangesForm(PagedForm):
    format = format_field("csv")


@takes(*ChangesForm.base_fields)
@require_safe
def change_list(request: HttpRequest) -> HttpResponse:
    form = ChangesForm(request.GET)
    if not form.is_valid():
        return bad_request(request, "These changes cannot be shown", form_problems(form), back=request.path)
    if form.cleaned_data["format"]:
        return changes_csv(request)
    try:
        page = keyset.page(Change.objects.all(), ["-seq"], PAGE, form.cleaned_data["cursor"], of="changes")
    except keyset.InvalidCursor as error:
        return bad_request(request, "These changes cannot be shown", [str(error)], back=request.path)
    context = {
        "lines": show_changes(page.rows),
        "forms": [*form_links(request, "csv"), atom_link("changes_atom")],
        **page_links(page),
    }
    return render(request, "stacks/changes/change_list.html", context)
