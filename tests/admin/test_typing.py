"""What is typed into the forms: dates in the words of people, and no text cut without a word."""

import pytest
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from stacks.admin.importing.text import TextForm
from stacks.admin.typed_dates import TypedDateField
from stacks.models import ImportBatch, ImportLine, State, Usage
from stacks.models.fields import PartialDateField
from tests.admin.doors import admin_url, form_data
from tests.factories import make_usage


def messages_of(page):
    return [str(message) for message in page.context["messages"]]


def test_a_date_is_typed_in_words_kept_in_one_form_and_told(log_in):
    usage = make_usage(state=State.DRAFT)
    client, url = log_in("curator"), admin_url(usage, "change")
    data = form_data(client.get(url))

    page = client.post(url, data | {"started": "June 2021", "evidence-0-edition_on": " 3 Jun 2021"}, follow=True)

    usage.refresh_from_db()
    assert (usage.started, usage.evidence.get().edition_on) == ("2021-06", "2021-06-03")
    assert messages_of(page)[:2] == [
        "Started: “June 2021” was taken for 2021-06, June 2021.",
        "Edition on: “3 Jun 2021” was taken for 2021-06-03, 3 June 2021.",
    ]
    assert not any("taken" in each for each in messages_of(client.post(url, form_data(client.get(url)), follow=True)))


def test_a_date_that_may_be_two_is_refused_and_another_error_shows_what_a_date_was_taken_for(log_in):
    usage = make_usage(state=State.DRAFT)
    client, url = log_in("curator"), admin_url(usage, "change")

    page = client.post(url, form_data(client.get(url)) | {"started": "03/06/2021", "ended": "Sept 2021"})

    [error] = page.context["adminform"].form.errors["started"]
    assert error.startswith("“03/06/2021” may be 3 June 2021 or 6 March 2021")
    assert (form_data(page)["started"], form_data(page)["ended"]) == ("03/06/2021", "2021-09")


def test_a_proposed_date_is_kept_in_one_form_too(log_in):
    usage = make_usage()
    client, url = log_in("curator"), admin_url(usage, "change")

    client.post(url, form_data(client.get(url)) | {"started": "06/2019"})

    assert ImportLine.objects.get().new == "2019-06"


def test_what_a_date_is_taken_for_is_told_before_it_is_saved(log_in, client):
    url = reverse("admin:read_date")

    assert log_in("curator").get(url, {"text": "Jun 3, 2021"}).json() == {"told": "3 June 2021"}
    assert "is not a date" in log_in("curator").get(url, {"text": "soon"}).json()["problem"]
    assert log_in("curator").get(url).json() == {"told": ""}
    assert client.get(url).status_code == 302


def _forms(rf, user):
    """The form of each model and of each kind of its parts, as the admin makes it; that of imports is another."""
    request = rf.get("/")
    request.user = user
    for model, model_admin in sorted(admin.site._registry.items(), key=lambda pair: pair[0].__name__):
        own = model._meta.app_label == "stacks" and model is not ImportBatch
        if own and model_admin.has_add_permission(request):
            yield model, model_admin.get_form(request)()
            for inline in model_admin.inlines:
                part = inline(model, admin.site)
                yield part.model, part.get_formset(request).form()


def test_no_field_is_cut_by_the_browser_and_each_says_its_limit(rf, users):
    walked = 0
    for model, form in _forms(rf, users["superuser"]):
        for name, field in form.fields.items():
            assert "maxlength" not in form[name].as_widget(), (model, name)
            column = next((each for each in model._meta.concrete_fields if each.name == name), None)
            if isinstance(column, PartialDateField):
                assert isinstance(field, TypedDateField), (model, name)
            elif column and column.max_length and not column.choices:
                with pytest.raises(ValidationError, match=rf"at most {column.max_length} characters"):
                    field.clean("x" * (column.max_length + 1))
                walked += 1
    assert walked > 40
    assert all("maxlength" not in field.as_widget() for field in TextForm())


def test_a_text_that_is_too_long_is_refused_with_the_limit_and_kept(log_in):
    usage = make_usage(state=State.DRAFT)
    client, url, long = log_in("curator"), admin_url(usage, "change"), "word " * 70
    page = client.post(url, form_data(client.get(url)) | {"purpose": long})

    assert "at most 300 characters" in page.context["adminform"].form.errors["purpose"][0]
    assert form_data(page)["purpose"] == long
    assert Usage.objects.get().purpose == "Some purpose"


def test_markdown_is_shown_by_the_renderer_of_the_pages_for_who_may_write_it_and_by_post_alone(log_in, users):
    url, client = reverse("admin:show_markdown"), log_in("curator")

    page = client.post(url, {"story": "**Bold** <script>x</script> [no](javascript:x)", "remarks": "", "name": "Fam"})

    text = page.content.decode()
    assert "<strong>Bold</strong> &lt;script&gt;x&lt;/script&gt;" in text
    assert 'href="javascript' not in text
    assert "Nothing is written here." in text
    assert "Fam" not in text
    assert client.get(url).status_code == 302
    assert log_in("onlooker").post(url, {"story": "x"}).status_code == 403
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(users["curator"])
    assert strict.post(url, {"story": "x"}).status_code == 403
    assert Client().post(url, {"story": "x"}).status_code == 302


def test_the_forms_with_markdown_lead_to_it_behind_the_button_that_saves(log_in):
    usage = make_usage(state=State.DRAFT)
    client = log_in("curator")
    text = client.get(admin_url(usage, "change")).content.decode()

    assert text.index('name="_save"') < text.index('data-markdown="remarks"')
    assert 'data-markdown="story lessons"' in client.get(admin_url(usage.company, "change")).content.decode()
    assert "data-markdown" not in client.get(admin_url(usage.technology, "change")).content.decode()
