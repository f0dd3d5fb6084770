"""A link that shows what is not public yet, as visitors will see it, to whoever holds it, for seven days."""

from datetime import timedelta

import pytest
from django.core import signing

from stacks import previews
from stacks.models import Company, State
from stacks.review import PUBLISH, RETRACT, move
from stacks.revisions import renew_identity
from tests.admin.conftest import log_in, users  # noqa: F401 - fixtures
from tests.factories import make_company, make_coverage, make_migration, make_source, make_technology, make_usage

DRAFT = {"state": State.DRAFT}


def stated(page):
    return page.content.decode()


@pytest.fixture
def company(db):
    company = make_company("Secretive", summary="Not public yet", story="**Bold** words", **DRAFT)
    make_usage(company, make_technology("Shown"), purpose="A draft of its own", **DRAFT)
    make_usage(company, make_technology("Hidden", **DRAFT), purpose="Of a hidden thing", **DRAFT)
    make_usage(company, make_technology("Taken back"), state=State.RETRACTED)
    make_migration(company, make_technology("Before"), make_technology("After"), **DRAFT)
    make_coverage(company)
    return company


def test_a_company_is_shown_with_its_drafts_to_whoever_holds_the_link_and_to_no_cache_or_search(client, company):
    page = client.get(previews.link_to(company))

    assert page.status_code == 200
    text = stated(page)
    for shown in (
        "Preview.",
        "Not public yet",
        "A draft of its own",
        "<strong>Bold</strong>",
        "After",
        "1 of its statements stays",
    ):
        assert shown in text
    for hidden in ("Hidden", "Of a hidden thing", "Taken back", 'rel="canonical"', "application/ld+json", "?format="):
        assert hidden not in text
    assert page.headers["Cache-Control"] == "no-store, private"
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert not page.cookies
    assert client.get(company.get_absolute_url()).status_code == 404
    assert client.post(previews.link_to(company)).status_code == 405


def test_a_usage_is_shown_on_the_public_page_of_its_company_without_the_other_drafts(client):
    company = make_company("Public", usages=1)
    mine, other = (make_usage(company, purpose=purpose, **DRAFT) for purpose in ("The one", "Another draft"))
    move_ = make_migration(company, reason="Why they moved", **DRAFT)

    text = stated(client.get(previews.link_to(mine)))
    assert "The one" in text
    assert "Another draft" not in text
    assert "Why they moved" not in text
    assert "Why they moved" in stated(client.get(previews.link_to(move_)))
    assert "The one" not in stated(client.get(company.get_absolute_url()))
    assert previews.link_to(company) == ""
    other.company.state = State.DRAFT
    assert "company" in signing.loads(previews.link_to(other).split("/")[-2], salt="stacks.preview")


def test_a_technology_is_shown_with_the_published_usages_that_wait_for_it_and_with_no_draft(client):
    technology = make_technology("Coming", summary="Soon here", **DRAFT)
    make_usage(make_company("Waiter"), technology, purpose="Waits for it")
    make_usage(make_company("Drafter"), technology, **DRAFT)
    make_usage(make_company("Nobody", **DRAFT), technology)

    text = stated(client.get(previews.link_to(technology)))

    assert "Soon here" in text
    assert "Waiter" in text
    assert "1 documented company uses it" in text
    assert "0 compan" not in text
    assert "Drafter" not in text
    assert "Nobody" not in text


def test_the_link_leads_to_the_public_page_once_it_is_published_and_never_comes_back(client, company, users):  # noqa: F811
    link = previews.link_to(company)
    move([company], PUBLISH, users["superuser"])
    assert client.get(link).headers["Location"] == company.get_absolute_url()

    move([company], RETRACT, users["superuser"])
    assert client.get(link).status_code == 410
    Company.objects.filter(pk=company.pk).update(state=State.DRAFT)
    page = client.get(link)
    assert page.status_code == 410
    assert "Not public yet" not in stated(page)
    assert page.headers["Cache-Control"] == "no-store, private"


def test_a_link_ends_with_its_days_its_row_and_its_catalogue_and_one_that_is_none_is_not_found(
    client, company, monkeypatch
):
    link = previews.link_to(company)
    *_, token, _ = link.split("/")
    for changed in (token[:-1] + ("A" if token[-1] != "A" else "B"), "nonsense", signing.dumps(["company", 1, ""])):
        page = client.get(link.replace(token, changed))
        assert page.status_code == 404
        assert "no-store" in page.headers["Cache-Control"]
    with monkeypatch.context() as patched:
        patched.setattr(previews, "LASTS", timedelta(0))
        assert client.get(link).status_code == 410
    renew_identity()
    assert client.get(link).status_code == 410
    link = previews.link_to(company)
    company.delete()
    assert client.get(link).status_code == 410


@pytest.mark.parametrize("drafts", [1, 3])
def test_a_preview_costs_the_same_however_much_it_shows(client, drafts, django_assert_num_queries):
    company = make_company(**DRAFT)
    for _ in range(drafts):
        make_usage(company, source=make_source(), **DRAFT)
        make_migration(company, **DRAFT)
    link = previews.link_to(company)

    # the revision, the row, whether it was public; what stays out; usages, evidence, newest edition, looks, places;
    # moves and what they cite; what the company cites itself, its figures and its names
    with django_assert_num_queries(15):
        assert client.get(link).status_code == 200


def test_the_form_has_the_link_for_who_may_change_the_row_and_only_before_it_is_public(log_in, company):  # noqa: F811
    url = f"/admin/stacks/company/{company.pk}/change/"
    page = log_in("curator").get(url)
    assert page.context["preview_link"].endswith(page.context["preview_path"])
    assert page.context["preview_link"] in stated(page)
    assert log_in("nobody").get(page.context["preview_path"]).status_code == 200
    assert "preview_link" not in log_in("onlooker").get(url).context
    public = make_company()
    assert "preview_link" not in log_in("curator").get(f"/admin/stacks/company/{public.pk}/change/").context
