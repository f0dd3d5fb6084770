"""What a curator typed outlives another's publishing and deleting, the end of the session, an old token and a lock."""

import json
import re

import pytest
from django.db import OperationalError
from django.test import Client

from stacks.admin import kept
from stacks.models import Company, CompanyAlias, ImportLine, Source, State, Usage
from stacks.review import PUBLISH, move
from tests.admin.doors import admin_url, form_data
from tests.admin.importing import steps
from tests.factories import make_company, make_evidence, make_source, make_technology, make_usage

LINE = "Typed for an hour: “quotes”, <tags> & more"
TYPED = f"{LINE}\r\nover two lines"  # as browsers post it
SAVED = TYPED.replace("\r\n", "\n")


@pytest.fixture
def company(db):
    return make_company("Fam", summary="Old", state=State.DRAFT)


def opened(client, row):
    url = admin_url(row, "change")
    return url, form_data(client.get(url))


def posted_from(page) -> dict[str, str]:
    """What the one button of a page that leads back would post."""
    from html import unescape

    text = page.content.decode()
    value = text.partition(f'name="{kept.FIELD}" value="')[2].partition('"')[0]
    return {kept.FIELD: unescape(value)}


@pytest.mark.parametrize("make", [make_usage, make_company])
def test_what_a_curator_types_while_a_reviewer_publishes_is_shown_again_and_becomes_a_proposal(log_in, users, make):
    row = make(state=State.PROPOSED)
    name = "remarks" if make is make_usage else "story"
    mine = log_in("curator")
    url, data = opened(mine, row)
    move([row], PUBLISH, users["reviewer"])
    saves = row.history.count()

    page = mine.post(url, data | {name: TYPED})

    assert page.status_code == 200
    assert form_data(page)[name] == SAVED
    assert "What you save becomes a proposal" in page.content.decode()
    assert not ImportLine.objects.exists()
    assert mine.post(url, form_data(page)).status_code == 302
    assert row.history.count() == saves
    assert ImportLine.objects.get().new == SAVED


def test_what_is_typed_into_a_part_of_a_row_that_is_published_meanwhile_becomes_a_proposal(log_in, users):
    usage = make_usage(state=State.PROPOSED)
    evidence = usage.evidence.get()
    mine = log_in("curator")
    url, data = opened(mine, evidence)
    move([usage], PUBLISH, users["reviewer"])

    page = mine.post(url, data | {"quote": "Typed"})

    assert page.status_code == 302
    assert evidence.history.count() == 1
    assert ImportLine.objects.get().new == "Typed"


def test_what_is_typed_into_a_row_that_is_deleted_meanwhile_becomes_a_new_one(log_in, users, company):
    CompanyAlias.objects.create(company=company, name="Fam Properties")
    make_evidence(company=company, quote="We are Fam.")
    mine, hers = log_in("curator"), log_in("reviewer")
    url, data = opened(mine, company)
    hers.post(admin_url(company, "delete"), {"post": "yes"})

    page = mine.post(url, data | {"story": TYPED})

    assert page.status_code == 200
    text = page.content.decode()
    assert "reviewer deleted this company on " in text
    assert f'action="{admin_url(Company, "add")}"' in text
    assert not Company.objects.exists()
    again = form_data(page)
    assert again["story"] == SAVED
    assert mine.post(admin_url(Company, "add"), again).status_code == 302
    new = Company.objects.get()
    assert (new.story, new.evidence.get().quote) == (SAVED, "We are Fam.")
    assert set(new.aliases.values_list("name", flat=True)) == {"Fam", "Fam Properties"}


def test_a_row_that_never_was_loses_nothing_that_was_typed(log_in):
    page = log_in("curator").post("/admin/stacks/source/4711/change/", {"title": "Typed"})

    assert form_data(page)["title"] == "Typed"
    assert "is not there any more" in page.content.decode()


@pytest.mark.parametrize("door", ["add", "change"])
def test_what_is_typed_when_the_session_ends_comes_back_after_the_log_in_and_is_saved_when_asked(users, door):
    users["curator"].set_password("secret-words")
    users["curator"].save()
    row = make_source(title="Old")
    client = Client()
    client.force_login(users["curator"])
    url = admin_url(row, "change") if door == "change" else f"{admin_url(Source, 'add')}?_popup=1"
    data = form_data(client.get(url)) | {
        "url": "https://new.example/",
        "kind": "talk",
        "title": TYPED.split("\r\n", maxsplit=1)[0],
    }
    client.logout()

    asked = client.post(url, data | {"_continue": "1"})
    assert asked.status_code == 200
    assert "Your session has ended" in asked.content.decode()
    login = asked.context["app_path"]
    wrong = client.post(login, posted_from(asked) | {"username": "curator", "password": "wrong"})
    assert "Your session has ended" in wrong.content.decode()
    back = client.post(login, posted_from(wrong) | {"username": "curator", "password": "secret-words"})

    assert back.status_code == 200
    assert f'action="{url}"' in back.content.decode()
    assert Source.objects.get(pk=row.pk).title == "Old"
    shown = client.post(url, posted_from(back))
    assert "Nothing is saved yet" in shown.content.decode()
    assert "Please correct" not in shown.content.decode()  # there is no error to look for
    assert Source.objects.count() == 1
    again = form_data(shown)
    assert again["title"] == data["title"]
    assert again["url"] == data["url"]
    client.post(url, again)
    assert Source.objects.filter(title=data["title"]).exists()


def test_a_log_in_without_anything_typed_leads_where_it_led(users):
    users["curator"].set_password("secret-words")
    users["curator"].save()
    client = Client()
    url = admin_url(Source, "changelist")

    assert client.post(url, {"action": "x"}).status_code == 302
    answer = client.post(f"/admin/login/?next={url}", {"username": "curator", "password": "secret-words"})

    assert (answer.status_code, answer.url) == (302, url)


@pytest.mark.parametrize("next_page", ["/", "/admin/", "https://elsewhere.example/admin/stacks/source/add/"])
def test_what_was_typed_is_handed_to_no_other_page_than_a_form(users, next_page):
    users["curator"].set_password("secret-words")
    users["curator"].save()
    typed = {kept.FIELD: "[]", "username": "curator", "password": "secret-words"}

    answer = Client().post("/admin/login/", typed | {"next": next_page})

    assert answer.status_code == 302
    assert "elsewhere" not in answer.url


def test_a_password_is_never_carried_along(users):
    answer = Client().post(f"/admin/auth/user/{users['curator'].pk}/password/", {"password1": "my-secret"})

    assert answer.status_code == 302


def test_an_old_token_of_a_page_of_this_site_brings_back_what_was_typed(users, company):
    client = Client(enforce_csrf_checks=True)
    client.force_login(users["curator"])
    client.get(admin_url(company, "change"))
    typed = {"story": TYPED, "csrfmiddlewaretoken": "x" * 64}

    url = admin_url(company, "change")
    back = client.post(url, typed, headers={"origin": "http://testserver"})
    stranger = client.post(url, typed, headers={"origin": "https://elsewhere.example"})
    silent = client.post(url, typed)

    assert back.status_code == stranger.status_code == silent.status_code == 403
    assert json.loads(posted_from(back)[kept.FIELD]) == [["story", [TYPED]]]
    assert "Typed for an hour" not in stranger.content.decode() + silent.content.decode()


@pytest.mark.parametrize(
    "junk", ["", "x", "{}", "[1]", '[["a"]]', '[["a", 1]]', "[" * 5000, '[["story", ["a\\u0000"]]]']
)
def test_junk_in_place_of_what_was_typed_is_an_empty_form(log_in, company, junk):
    page = log_in("curator").post(admin_url(company, "change"), {kept.FIELD: junk})

    assert page.status_code == 200
    company.refresh_from_db()
    assert company.summary == "Old"


def test_a_save_that_cannot_get_the_lock_keeps_the_form(log_in, company, monkeypatch):
    client = log_in("curator")
    url, data = opened(client, company)

    def locked():
        raise OperationalError("database is locked")

    monkeypatch.setattr("stacks.changes.lock_counter", locked)
    page = client.post(url, data | {"story": TYPED})

    assert page.status_code == 503
    assert page.headers["Retry-After"]
    assert form_data(page)["story"] == SAVED
    assert "save once more in a moment" in page.content.decode()
    monkeypatch.undo()
    assert client.post(url, form_data(page)).status_code == 302
    assert Company.objects.get().story == SAVED


def test_a_restored_version_is_filled_in_once_and_not_again_by_a_save(log_in, company):
    old = company.history.first()
    company.summary = "New"
    company.save()
    client = log_in("curator")
    page = client.get(f"{admin_url(company, 'change')}?restore={old.pk}&_changelist_filters=q%3Dfam")
    assert "restore=" not in page.content.decode().partition("<form")[2].partition(">")[0]

    # as the page of an older release would post it
    answer = client.post(f"{admin_url(company, 'change')}?restore={old.pk}", form_data(page) | {"_continue": "1"})

    assert "restore" not in answer.url
    company.refresh_from_db()
    assert company.summary == "Old"
    company.summary = "Newest"
    company.save()
    assert form_data(client.get(answer.url))["summary"] == "Newest"


def test_buttons_that_move_are_not_offered_beside_what_is_not_stored(log_in, company):
    client = log_in("reviewer")
    url, data = opened(client, company)

    shown = client.get(url)
    restored = client.get(f"{url}?restore={company.history.first().pk}")
    refused = client.post(url, data | {"name": ""})

    assert shown.context["transitions"]
    assert restored.context["transitions"] == refused.context["transitions"] == []


def test_name_and_alias_change_places(log_in):
    technology = make_technology("Pingdom", state=State.DRAFT)
    for name in ("SolarWinds Pingdom", "Pingdom RUM"):
        technology.aliases.create(name=name)
    client = log_in("curator")

    for name, typed, aliases in (
        # nobody typed the former name of the draft as another one
        ("SolarWinds Pingdom", {}, {"Pingdom RUM"}),
        # the alias itself typed over with the former name
        ("Pingdom", {"SolarWinds": None}, {"SolarWinds Pingdom", "Pingdom RUM"}),
        ("SolarWinds Pingdom", {"new": "Pingdom"}, {"Pingdom", "Pingdom RUM"}),
        ("Pingdom", {"over": "SolarWinds Pingdom"}, {"SolarWinds Pingdom", "Pingdom RUM"}),
    ):
        url, data = opened(client, technology)
        if "new" in typed:
            data |= {"aliases-TOTAL_FORMS": "3", "aliases-2-name": typed["new"]}
        if "over" in typed:
            [row] = [key for key, value in data.items() if key.startswith("aliases-") and value == name]
            data[row] = typed["over"]

        answer = client.post(url, data | {"name": name})

        assert answer.status_code == 302, answer.context["errors"]
        technology.refresh_from_db()
        assert technology.name == name
        assert set(technology.aliases.values_list("name", flat=True)) == aliases | {name}


def test_an_alias_that_becomes_the_name_is_not_deleted_with_it(log_in):
    technology = make_technology("Pingdom", state=State.DRAFT)
    technology.aliases.create(name="SolarWinds Pingdom")
    client = log_in("curator")
    url, data = opened(client, technology)

    page = client.post(url, data | {"name": "SolarWinds Pingdom", "aliases-0-DELETE": "on"})

    assert page.status_code == 200
    assert "leads here in any case" in page.content.decode()


def test_the_usage_form_keeps_all_when_its_technology_is_gone(log_in):
    usage = make_usage(state=State.DRAFT)
    gone = make_technology()
    client = log_in("curator")
    url, data = opened(client, usage)
    pk = gone.pk
    gone.delete()

    page = client.post(url, data | {"technology": pk, "purpose": "Typed"})

    assert page.status_code == 200
    assert form_data(page)["purpose"] == "Typed"
    assert Usage.objects.get().purpose != "Typed"


@pytest.mark.parametrize(
    ("door", "typed", "shown"),
    [
        ("review", {"do": "return", "reason": "Says who, and since when?"}, "Says who, and since when?</textarea>"),
        ("check", {"edition": "2024-07"}, 'value="2024-07"'),
        ("line", {"purpose": "All that is queued"}, 'value="All that is queued"'),
    ],
)
def test_so_do_a_reason_marks_and_the_form_of_a_line(users, door, typed, shown):
    users["reviewer"].set_password("secret-words")
    users["reviewer"].save()
    client = Client()
    client.force_login(users["reviewer"])
    usage = make_usage(state="proposed")
    evidence = usage.evidence.get()
    if door == "line":
        make_technology("Kafka")
        batch = steps.opened(client, "- Kafka: queues\n")
        url = admin_url(batch, "line", steps.row_of(client, batch, "Kafka").key)
    else:
        url = admin_url(usage.company if door == "review" else evidence.source, door)
    page = client.get(url)
    if door == "review":
        typed = typed | {"rows": page.context["page"].items[0].version}
    client.logout()

    asked = client.post(url, typed | {f"row-{evidence.pk}": "still"})
    login = asked.context["app_path"]
    back = client.post(login, posted_from(asked) | {"username": "reviewer", "password": "secret-words"})
    again = client.post(url, posted_from(back))

    assert shown in again.content.decode()
    assert door != "check" or 'value="still" checked' in again.content.decode()
    usage.refresh_from_db()
    evidence.refresh_from_db()
    assert (usage.state, evidence.verified_on) == ("proposed", "")


@pytest.mark.parametrize("door", ["merge", "together"])
def test_so_do_the_choices_of_a_merge_and_what_is_set_on_many(users, door):
    users["reviewer"].set_password("secret-words")
    users["reviewer"].is_superuser = True
    users["reviewer"].save()
    client = Client()
    gone, stays = make_company("Fam Ltd", summary="What came."), make_company("Fam", summary="What stood.")
    usage = make_usage(gone, stage="in_use")
    if door == "merge":
        url = admin_url(gone, "merge")
        typed = {"into": stays.pk, "seen": "-", "field-summary": "moved"}
        shown = re.compile(r'name="field-summary" value="moved"[^>]* checked')
    else:
        url = "/admin/stacks/usage/together/stage/"
        typed = {"rows": f"{usage.pk}.x", "stage": "retiring", "told": "Retiring", "_write": "1"}
        shown = re.compile(r'value="retiring" selected')

    asked = client.post(url, typed)
    login = asked.context["app_path"]
    back = client.post(login, posted_from(asked) | {"username": "reviewer", "password": "secret-words"})
    again = client.post(url, posted_from(back))

    assert again.status_code == 200
    assert "Nothing is saved yet." in again.content.decode()
    assert shown.search(again.content.decode())
    usage.refresh_from_db()
    assert (usage.company, usage.stage) == (gone, "in_use")
