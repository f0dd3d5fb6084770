"""A slug that was another's: refused in every form, and given by a reviewer alone, who is asked first."""

import pytest

from stacks.models import Category, Change, Company, ImportLine, Redirect, State, Technology
from stacks.models.slugs import was_ever_public
from stacks.proposals.deciding import accept
from tests.admin.doors import admin_url, form_data
from tests.factories import make_category, make_company, make_technology

pytestmark = pytest.mark.django_db

MAKERS = {Company: make_company, Technology: make_technology, Category: make_category}
models = pytest.mark.parametrize("model", MAKERS, ids=lambda model: model.__name__)


def rename(row, slug):
    row.slug = slug
    row.save()
    return row


def post(client, row, **changes):
    url = admin_url(row, "change")
    return client.post(url, form_data(client.get(url)) | changes)


def asked(page) -> bool:
    """Whether the page asks to confirm, rather than carrying an empty hidden field."""
    form = page.context["adminform"].form
    return "give_slug" in form.fields and not form.fields["give_slug"].widget.is_hidden


@models
def test_a_reviewer_is_asked_first_and_then_gives_the_slug(log_in, model):
    moved, other = rename(MAKERS[model](slug="x"), "y"), MAKERS[model](slug="other")
    client = log_in("reviewer")

    page = post(client, other, slug="x")
    assert page.status_code == 200
    assert asked(page)
    assert "old address" in page.context["adminform"].form.errors["slug"][0]
    assert 'type="checkbox" name="give_slug" value="x"' in page.content.decode()
    assert model.objects.get(pk=other.pk).slug == "other"

    answer = client.post(admin_url(other, "change"), form_data(page) | {"give_slug": "x"})
    assert answer.status_code == 302
    assert model.objects.get(pk=other.pk).slug == "x"
    assert dict(Redirect.objects.values_list("old_slug", "new_slug")) == {"other": "x"}
    assert Change.objects.filter(verb="redirected", object="x", payload={"to": None}).exists()
    assert model.objects.get(pk=moved.pk).slug == "y"


@models
def test_what_is_ticked_is_that_one_slug(log_in, model):
    rename(MAKERS[model](slug="x"), "y")
    rename(MAKERS[model](slug="z"), "w")
    other = MAKERS[model](slug="other")

    page = post(log_in("reviewer"), other, slug="z", give_slug="x")

    assert page.status_code == 200
    assert asked(page)
    assert "checked" not in str(page.context["adminform"].form["give_slug"])
    assert model.objects.get(pk=other.pk).slug == "other"


@pytest.mark.parametrize("model", [Company, Technology], ids=lambda model: model.__name__)
@pytest.mark.parametrize("role", ["curator", "reviewer"])
def test_a_draft_is_refused_it_whoever_asks_and_whatever_is_posted(log_in, model, role):
    rename(MAKERS[model](slug="x"), "y")
    draft = MAKERS[model](slug="draft", state=State.DRAFT)

    page = post(log_in(role), draft, slug="x", give_slug="x")

    assert page.status_code == 200
    assert not asked(page)
    assert "choose another slug" in page.context["adminform"].form.errors["slug"][0]
    assert model.objects.get(pk=draft.pk).slug == "draft"


def test_a_curator_gives_no_old_address_to_a_category(log_in):
    rename(make_category(slug="x"), "y")
    other = make_category(slug="other")

    page = post(log_in("curator"), other, slug="x", give_slug="x")

    assert not asked(page)
    assert "Only a reviewer" in page.context["adminform"].form.errors["slug"][0]
    assert Category.objects.get(pk=other.pk).slug == "other"


def test_a_new_category_takes_the_slug_of_a_deleted_one_when_a_reviewer_says_so(log_in):
    category = make_category(slug="x")
    area = category.parent
    category.delete()
    client, url = log_in("reviewer"), admin_url(Category, "add")

    data = form_data(client.get(url)) | {"name": "Anew", "slug": "x", "parent": area.pk}
    page = client.post(url, data)
    assert asked(page)
    assert client.post(url, data | {"give_slug": "x"}).status_code == 302
    assert Category.objects.filter(slug="x").exists()


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [("other", "live", "old_slug"), ("x", "nowhere", "new_slug"), ("x", "x", "new_slug"), ("x", "draft", "new_slug")],
)
def test_a_redirect_that_leads_astray_is_refused_at_its_field(log_in, old, new, field):
    make_company(slug="live")
    make_company(slug="other")
    make_company(slug="draft", state=State.DRAFT)

    page = log_in("reviewer").post(admin_url(Redirect, "add"), {"kind": "company", "old_slug": old, "new_slug": new})

    assert page.status_code == 200
    assert field in page.context["adminform"].form.errors
    assert not Redirect.objects.exists()


def test_only_a_reviewer_leads_addresses_elsewhere(log_in, users):
    rename(make_company(slug="x"), "y")
    make_company(slug="other")
    make_company(slug="gone").delete()
    redirect = Redirect.objects.get()
    curator, add = log_in("curator"), admin_url(Redirect, "add")

    assert post(curator, redirect, new_slug="other").status_code == 302
    for old in ("gone", "othr"):
        assert curator.post(add, {"kind": "company", "old_slug": old, "new_slug": "other"}).status_code == 302
    assert Redirect.objects.get().new_slug == "y"
    accept(ImportLine.objects.order_by("pk"), users["reviewer"])

    assert dict(Redirect.objects.values_list("old_slug", "new_slug")) == dict.fromkeys(("x", "gone", "othr"), "other")
    assert was_ever_public(Company, "othr")
