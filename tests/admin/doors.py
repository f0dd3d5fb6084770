"""Addresses of admin pages, and what a browser would post from them."""

from django.urls import reverse


def admin_url(row_or_model, page, *args):
    """The address of an admin page; the pages of one row begin with its key."""
    meta = row_or_model._meta
    if not isinstance(row_or_model, type):
        args = (row_or_model.pk, *args)
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=args)


def form_data(page) -> dict[str, str]:
    """What a browser would post from this page: the admin form and its inlines with their present values."""
    forms = [page.context["adminform"].form]
    for inline in page.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    data = {}
    for form in forms:
        for bound in form:
            value = bound.value()
            if value is None or value is False:
                continue
            data[bound.html_name] = str(value)
    return data
