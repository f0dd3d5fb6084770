"""Two curators at the same row: nobody's words are lost, neither the saved nor the typed ones."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from stacks.models import Company, CompanyAlias, Source, State
from tests.admin.doors import admin_url, form_data
from tests.factories import make_company, make_evidence, make_source, make_technology, make_usage


@pytest.fixture
def company(db):
    return make_company("Fam", summary="Old", industry="Property", state=State.DRAFT)


def test_a_form_that_is_older_than_the_row_does_not_overwrite_it(log_in, company):
    mine, hers = log_in("curator"), log_in("reviewer")
    url = admin_url(company, "change")
    my_data, her_data = form_data(mine.get(url)), form_data(hers.get(url))
    hers.post(url, her_data | {"summary": "Her words", "country": "Jordan"})

    answer = mine.post(url, my_data | {"summary": "My words"})

    company.refresh_from_db()
    assert company.summary == "Her words"
    [error] = answer.context["adminform"].form.non_field_errors()
    assert error.startswith("reviewer saved this on ")
    assert "changed country and summary" in error


def test_what_was_typed_stays_and_what_was_left_alone_shows_the_newer_value(log_in, company):
    mine, hers = log_in("curator"), log_in("reviewer")
    url = admin_url(company, "change")
    my_data, her_data = form_data(mine.get(url)), form_data(hers.get(url))
    hers.post(url, her_data | {"summary": "Her words", "country": "Jordan"})

    again = form_data(mine.post(url, my_data | {"summary": "My words"}))
    assert (again["summary"], again["country"]) == ("My words", "Jordan")
    mine.post(url, again)

    company.refresh_from_db()
    assert (company.summary, company.country, company.industry) == ("My words", "Jordan", "Property")


def test_a_form_in_which_nothing_was_typed_takes_nothing_back(log_in, company):
    mine, hers = log_in("curator"), log_in("reviewer")
    url = admin_url(company, "change")
    my_data, her_data = form_data(mine.get(url)), form_data(hers.get(url))
    hers.post(url, her_data | {"summary": "Her words"})
    saves = company.history.count()

    answer = mine.post(url, my_data)

    company.refresh_from_db()
    assert answer.status_code == 302
    assert company.summary == "Her words"
    assert company.history.count() == saves


def test_a_post_that_names_no_version_is_refused(log_in, company):
    client = log_in("curator")
    data = form_data(client.get(admin_url(company, "change")))
    del data["seen_version"]

    answer = client.post(admin_url(company, "change"), data | {"summary": "Blind"})

    company.refresh_from_db()
    assert answer.status_code == 200
    assert company.summary == "Old"


def test_a_choice_of_another_row_survives_a_conflict(log_in):
    usage, source = make_usage(state=State.DRAFT, purpose="Old"), make_source(company=make_company())
    mine, hers = log_in("curator"), log_in("reviewer")
    for row, typed, left_alone in (
        (usage, {"purpose": "Mine"}, {"technology": str(make_technology().pk)}),
        (source, {"title": "Mine"}, {"company": str(make_company().pk)}),
    ):
        url = admin_url(row, "change")
        my_data, her_data = form_data(mine.get(url)), form_data(hers.get(url))
        hers.post(url, her_data | left_alone)

        again = form_data(mine.post(url, my_data | typed))

        assert again.items() >= (typed | left_alone).items()
        assert mine.post(url, again).status_code == 302


def test_two_curators_add_to_one_company_without_meeting(log_in, company):
    mine, hers = log_in("curator"), log_in("reviewer")
    url = admin_url(company, "change")
    my_data, her_data = form_data(mine.get(url)), form_data(hers.get(url))

    hers.post(url, her_data | {"aliases-TOTAL_FORMS": "1", "aliases-0-name": "Hers"})
    answer = mine.post(url, my_data | {"aliases-TOTAL_FORMS": "1", "aliases-0-name": "Mine"})

    assert answer.status_code == 302
    assert set(company.aliases.values_list("name", flat=True)) == {"Fam", "Hers", "Mine"}


def test_an_inline_row_that_somebody_else_changed_is_not_overwritten(log_in, company):
    evidence = make_evidence(company=company, quote="Old words")
    mine, hers = log_in("curator"), log_in("reviewer")
    url = admin_url(company, "change")
    my_data, her_data = form_data(mine.get(url)), form_data(hers.get(url))
    hers.post(url, her_data | {"evidence-0-quote": "Her words"})

    answer = mine.post(url, my_data | {"evidence-0-quote": "My words"})

    evidence.refresh_from_db()
    assert evidence.quote == "Her words"
    assert "reviewer saved this on " in answer.content.decode()
    mine.post(url, form_data(answer))
    evidence.refresh_from_db()
    assert evidence.quote == "My words"


def test_an_inline_row_left_alone_keeps_what_somebody_else_saved(log_in, company):
    evidence = make_evidence(company=company, quote="Old words")
    mine, hers = log_in("curator"), log_in("reviewer")
    url = admin_url(company, "change")
    my_data, her_data = form_data(mine.get(url)), form_data(hers.get(url))
    hers.post(url, her_data | {"evidence-0-quote": "Her words"})
    saves = evidence.history.count()

    answer = mine.post(url, my_data | {"summary": "My words"})

    assert answer.status_code == 302
    evidence.refresh_from_db()
    company.refresh_from_db()
    assert (company.summary, evidence.quote) == ("My words", "Her words")
    assert evidence.history.count() == saves


def test_an_inline_row_that_somebody_else_deleted_stays_deleted_where_nothing_was_typed_into_it(log_in, company):
    CompanyAlias.objects.create(company=company, name="Gone soon")
    mine, hers = log_in("curator"), log_in("reviewer")
    url = admin_url(company, "change")
    my_data, her_data = form_data(mine.get(url)), form_data(hers.get(url))
    hers.post(url, her_data | {"aliases-0-DELETE": "on"})

    answer = mine.post(url, my_data | {"summary": "My words"})

    assert answer.status_code == 302
    assert Company.objects.get().summary == "My words"
    assert not CompanyAlias.objects.filter(name="Gone soon").exists()


def test_an_inline_row_that_somebody_else_deleted_is_told_once_and_added_anew_where_it_was_typed_into(log_in, company):
    for name in ("Gone soon", "Stays"):
        CompanyAlias.objects.create(company=company, name=name)
    mine, hers = log_in("curator"), log_in("reviewer")
    url = admin_url(company, "change")
    my_data, her_data = form_data(mine.get(url)), form_data(hers.get(url))
    hers.post(url, her_data | {"aliases-0-DELETE": "on"})

    answer = mine.post(url, my_data | {"summary": "My words", "aliases-0-name": "Typed into it"})

    assert answer.status_code == 200
    assert "Somebody deleted this row" in answer.content.decode()
    assert Company.objects.get().summary == "Old"
    again = form_data(answer)
    assert again["summary"] == "My words"
    assert mine.post(url, again).status_code == 302
    assert set(company.aliases.values_list("name", flat=True)) == {"Fam", "Stays", "Typed into it"}


def test_an_invalid_form_uses_up_no_version(log_in):
    source = make_source()
    client = log_in("curator")
    data = form_data(client.get(admin_url(source, "change")))

    client.post(admin_url(source, "change"), data | {"url": "ftp://no"})

    assert Source.objects.get().version == source.version


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_curators_who_save_at_the_same_moment_one_is_stopped_and_none_is_lost(log_in, company):
    url = admin_url(company, "change")
    clients = [log_in(role) for role in ("curator", "reviewer", "superuser")]
    posts = [form_data(client.get(url)) | {"summary": f"Words {n}"} for n, client in enumerate(clients)]

    def save(client, data):
        try:
            return client.post(url, data).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        codes = list(pool.map(save, clients, posts))

    company.refresh_from_db()
    assert sorted(codes) == [200, 200, 302]
    assert company.summary == f"Words {codes.index(302)}"
    assert company.history.count() == 2
