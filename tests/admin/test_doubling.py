import pytest
from django.urls import reverse

from stacks.models import Company, KeptApart, Source, Technology
from tests.admin.doors import admin_url, form_data
from tests.factories import make_company, make_source, make_technology

pytestmark = pytest.mark.django_db


def add(client, model, **typed):
    data = form_data(client.get(admin_url(model, "add"))) | typed
    return client.post(admin_url(model, "add"), data)


def test_a_near_double_is_asked_about_once_and_remembered(log_in):
    zerodha = make_company("Zerodha")
    curator = log_in("curator")
    typed = {"name": "Zerodha Ltd", "slug": "zerodha-ltd", "summary": "Another one."}

    asked = add(curator, Company, **typed)

    text = asked.content.decode()
    assert admin_url(zerodha, "change") in text
    assert "Is it there already?" in text
    assert 'value="Another one."' in text
    assert f'name="apart" value="{zerodha.pk}"' in text
    assert Company.objects.count() == 1

    answer = curator.post(admin_url(Company, "add"), form_data(asked) | typed)
    limited = Company.objects.get(slug="zerodha-ltd")
    assert answer.status_code == 302
    assert list(KeptApart.objects.values_list("kind", "first", "second")) == [("company", zerodha.pk, limited.pk)]
    assert "Zerodha Ltd" not in log_in("reviewer").get(reverse("admin:stacks_doubles")).content.decode()


def test_a_technology_whose_repository_is_known_and_a_source_of_the_same_page(log_in):
    kite = make_technology("Kite", repository="https://github.com/zerodha/kite")
    page = make_source(url="https://www.acme.example/stack")
    curator = log_in("curator")

    told = add(curator, Technology, name="Gokite", slug="gokite", repository="http://github.com/zerodha/kite/")
    assert admin_url(kite, "change") in told.content.decode()

    for url in ("https://acme.example/stack", "http://www.acme.example/stack/"):
        told = add(curator, Source, url=url, title="Stack", kind="talk")
        assert admin_url(page, "change") in told.content.decode()
    assert (Technology.objects.count(), Source.objects.count()) == (1, 1)


def test_what_is_new_is_saved_at_once(log_in):
    make_company("Zerodha")

    assert add(log_in("curator"), Company, name="Groww", slug="groww").status_code == 302
    assert not KeptApart.objects.exists()


@pytest.mark.parametrize("apart", ["", "0", "x,y", "999999"])
def test_an_answer_about_another_row_answers_nothing(log_in, apart):
    make_company("Zerodha")

    assert add(log_in("curator"), Company, name="Zerodha Ltd", slug="zerodha-ltd", apart=apart).status_code == 200
    assert Company.objects.count() == 1


def test_the_hint_is_told_to_who_may_add_such_rows(log_in):
    zerodha = make_company("Zerodha")
    hint = admin_url(Company, "doubles")

    (told,) = log_in("curator").get(hint, {"name": "Zerodha Ltd"}).json()["doubles"]
    assert told == {
        "key": zerodha.pk,
        "name": "Zerodha",
        "why": "“Zerodha” is its name",
        "same": False,
        "address": admin_url(zerodha, "change"),
    }
    assert log_in("curator").get(hint, {"name": "zerodha"}).json()["doubles"][0]["same"]
    assert log_in("onlooker").get(hint, {"name": "Zerodha"}).status_code == 403
    assert log_in("curator").post(hint).status_code == 405
    assert log_in("curator").get(hint, {"name": "\x00", "junk": "x"}).json() == {"doubles": []}


def test_doubles_are_a_list_to_work_off(log_in):
    one, other = make_company("Zerodha"), make_company("Zerodha Ltd")
    reviewer, listed = log_in("reviewer"), reverse("admin:stacks_doubles")
    assert listed in reviewer.get("/admin/").content.decode()
    text = reviewer.get(listed).content.decode()
    for gone, kept in ((one, other), (other, one)):
        assert f"{admin_url(gone, 'merge')}?into={kept.pk}&amp;from=doubles" in text

    answer = {"kind": "company", "one": other.pk, "other": one.pk}
    assert log_in("onlooker").post(reverse("admin:stacks_apart"), answer).status_code == 403
    assert not KeptApart.objects.exists()
    curator = log_in("curator")
    assert "Keep this one…" not in curator.get(listed).content.decode()
    answered = curator.post(reverse("admin:stacks_apart"), answer | {"back": "https://evil.example/"})
    assert answered["Location"] == listed

    assert KeptApart.objects.get().first == one.pk
    assert "Nothing looks like a double" in reviewer.get(listed).content.decode()
    assert log_in("nobody").get(listed).status_code == 403


@pytest.mark.parametrize("answer", [{}, {"kind": "user"}, {"kind": "company", "one": "x", "other": "9" * 40}])
def test_junk_keeps_nothing_apart(log_in, answer):
    address = reverse("admin:stacks_apart")

    assert log_in("reviewer").post(address, answer).status_code == 302
    assert log_in("reviewer").get(address, answer).status_code == 302
    assert not KeptApart.objects.exists()


def test_from_the_list_a_merge_leads_back_to_the_list(log_in):
    one, other = make_company("Zerodha"), make_company("Zerodha Ltd")
    reviewer, page = log_in("reviewer"), {"into": other.pk, "from": "doubles"}
    shown = reviewer.get(admin_url(one, "merge"), page)
    text = shown.content.decode()
    assert f"{admin_url(other, 'merge')}?into={one.pk}&amp;from=doubles" in text  # the sides swapped
    assert f'name="back" value="{reverse("admin:stacks_doubles")}"' in text

    posted = page | {"seen": shown.context["report"].fingerprint}
    merged = reviewer.post(admin_url(one, "merge"), posted, follow=True).content.decode()

    assert f'<a href="{reverse("admin:stacks_doubles")}">On to the other names' in merged
    assert list(Company.objects.all()) == [other]


def test_from_a_merge_that_is_none(log_in):
    one, other = make_company("Zerodha"), make_company("Zerodha Ltd")
    reviewer = log_in("reviewer")
    text = reviewer.get(admin_url(other, "merge"), {"into": one.pk}).content.decode()
    assert 'form="apart"' in text

    back = admin_url(other, "change")
    posted = {"kind": "company", "one": other.pk, "other": one.pk, "back": back}
    assert reviewer.post(reverse("admin:stacks_apart"), posted)["Location"] == back
