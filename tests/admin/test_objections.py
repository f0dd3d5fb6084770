"""Recording that a company objects, and what forms, buttons and lists say then."""

import pytest
from django.test import Client
from django.urls import reverse

from stacks.models import Audit, Objection, State, Usage, Watch
from tests.admin.doors import admin_url, form_data
from tests.admin.test_grid import typed
from tests.factories import make_company, make_source, make_technology, make_usage
from tests.test_objections import object_to, written_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme():
    return make_company("Acme")


def test_forms_refuse_and_say_why(log_in, acme):
    usage = make_usage(acme)
    client = log_in("reviewer")
    data = form_data(client.get(admin_url(usage, "change")))
    added = form_data(client.get(f"{admin_url(Usage, 'add')}?company={acme.pk}"))
    page = form_data(client.get(admin_url(acme, "change")))
    object_to(acme)
    before = written_of(acme)

    technology = make_technology()
    added |= {"company": acme.pk, "technology": technology.pk, "category": technology.category_id, "purpose": "New"}
    added |= {"evidence-TOTAL_FORMS": "0"}
    figure = {"facts-TOTAL_FORMS": "1", "facts-0-label": "Requests", "facts-0-value": "4"}
    for address, posted in (
        (admin_url(usage, "change"), data | {"purpose": "Another"}),
        (admin_url(Usage, "add"), added),
        (admin_url(acme, "change"), page | figure),
    ):
        answer = client.post(address, posted)
        assert answer.status_code == 200
        assert "Acme objects, since 2026-01-01" in answer.content.decode(), address
    assert written_of(acme) == before
    for page in ("change", "stack", "review"):
        assert "Acme objects" in client.get(admin_url(acme, page)).content.decode()


@pytest.mark.parametrize(
    ("model", "typed"),
    [
        (Objection, {"asked": "Typed for an hour"}),
        (Watch, {"address": "https://typed.example/for-an-hour"}),
        (Audit, {"release": "Typed for an hour", "size": "7"}),
    ],
)
def test_what_was_typed_outlives_the_session(log_in, users, model, typed):
    address = admin_url(model, "add")
    data = form_data(log_in("reviewer").get(address)) | typed
    asked = Client().post(address, data)
    client = Client()
    users["reviewer"].set_password("a long password")
    users["reviewer"].save()
    entered = {"username": "reviewer", "password": "a long password", "next": address, "_kept": asked.context["typed"]}
    back = client.post(f"{reverse('admin:login')}?next={address}", entered)

    shown = client.post(back.context["address"], {"_kept": back.context["typed"]})

    page = shown.content.decode()
    assert next(iter(typed.values())) in page
    assert "Nothing is saved yet" in page
    assert not model.objects.exists()


def test_the_grid_of_its_stack_and_checking_again_refuse_and_say_why(log_in, acme):
    source = make_source(published_on="2020")
    row = make_usage(acme, source=source).evidence.get()
    client = log_in("reviewer")
    grid = admin_url(acme, "stack")
    sheet = typed(client.get(grid))
    client.post(reverse("admin:stacks_source_open", args=[source.pk]))
    object_to(acme)
    before = written_of(acme)

    told = client.post(grid, sheet | {"row-0-purpose": "Another", "_save": "1"}).content.decode()
    again = client.post(
        reverse("admin:stacks_source_check", args=[source.pk]), {f"row-{row.pk}": "still", "edition": "2026"}
    )

    assert "Acme objects, since 2026-01-01" in told
    assert "Acme objects, since 2026-01-01" in again.content.decode()
    assert written_of(acme) == before


def test_buttons_and_lists_that_publish_refuse_and_say_why(log_in, acme):
    usage = make_usage(acme, state=State.PROPOSED)
    object_to(acme)
    client = log_in("reviewer")
    read = client.get(admin_url(usage, "change")).context["original"]

    answer = client.post(
        admin_url(usage, "move", "publish"), {"seen": read.read, "seen_at": read.read_at.isoformat()}, follow=True
    )

    assert "Acme objects, since 2026-01-01" in answer.content.decode()
    usage.refresh_from_db()
    assert usage.state == State.PROPOSED


def test_a_curator_records_it_and_only_a_reviewer_ends_it(log_in, users, acme):
    curator = log_in("curator")
    address = dict(curator.get(admin_url(acme, "change")).context["tools"])["It objects…"]
    data = form_data(curator.get(address))

    refused = curator.post(address, data | {"asked": "", "received_on": "2026-02", "until": "2026-01"})
    assert set(refused.context["adminform"].form.errors) == {"asked", "until"}
    curator.post(address, data | {"asked": "Leave us out", "received_on": "2026-02", "until": "2999"})

    objection = Objection.objects.get()
    assert (objection.company, objection.recorded_by) == (acme, users["curator"])
    assert curator.post(admin_url(objection, "change"), {"until": "2026-02"}).status_code == 403
    assert curator.post(admin_url(objection, "delete"), {"post": "yes"}).status_code == 403
    reviewer = log_in("reviewer")
    reviewer.post(
        admin_url(objection, "change"), form_data(reviewer.get(admin_url(objection, "change"))) | {"until": "2026-03"}
    )
    objection.refresh_from_db()
    assert not objection.stands
    assert reverse("admin:stacks_objection_changelist") in reviewer.get("/admin/").content.decode()
