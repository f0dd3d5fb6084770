"""Junk at every address of the admin, found from its URL configuration: an answer that is no failure, and no change."""

from collections import defaultdict
from itertools import zip_longest

import pytest
from django.contrib import admin
from django.db import connection
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse

from stacks.admin import formsets
from stacks.models import Company, Curated, State, Usage
from tests.admin.doors import admin_url, form_data
from tests.admin.test_pages import CURATED, TO_READ, make_row
from tests.factories import make_company, make_coverage, make_source, make_technology, make_usage

KEYS = ["abc", "9" * 30, "-1", "a_00b", "é", "1" * 5000]
WRITTEN_TO = KEYS[1:3]
# What no number is made of is refused before any database is asked: PostgreSQL gets what it may be asked for.
ASKED_FOR = KEYS[1:4]
# the last one is no text at all
TEXTS = ["abc", "9" * 30, "é\x00", "a " * 1500, "2026-99-99", b"\xff\xfe"]
FEW = TEXTS[1:3]
NOT_WALKED = {"logout", "jsi18n"}


def patterns():
    """The name of each address of the admin, with the arguments it takes."""
    [entry] = [each for each in get_resolver().url_patterns if getattr(each, "app_name", "") == "admin"]
    return walk(entry.url_patterns)


def walk(found):
    for each in found:
        if isinstance(each, URLPattern):
            if each.name and each.name not in NOT_WALKED:
                yield each.name, list(each.pattern.converters)
        else:
            yield from walk(each.url_patterns)


NAMED = [(name, arguments) for name, arguments in patterns()]


def fill(name, arguments, key):
    """The address with this key; None where the pattern itself takes numbers only, so that there is no such address."""
    known = {"transition": "publish", "app_label": "stacks", "content_type_id": "1"}
    kwargs = {argument: known.get(argument, key) for argument in arguments}
    try:
        return reverse(f"admin:{name}", kwargs=kwargs)
    except NoReverseMatch:
        assert not key.isdigit()
        return None


def test_the_walk_meets_every_kind_of_address():
    names = {name for name, _ in NAMED}

    for model in CURATED:
        assert {f"stacks_{model._meta.model_name}_{page}" for page in ("add", "change", "delete", "history")} <= names
    assert {"autocomplete", "index", "login", "stacks_usage_move", "stacks_usage_move_rows", "view_on_site"} <= names


@pytest.mark.both_databases
@pytest.mark.parametrize("name", sorted({name for name, arguments in NAMED if arguments}))
def test_a_junk_key_in_an_address_is_no_failure(log_in, name):
    client = log_in("superuser")
    arguments = dict(NAMED)[name]
    for key in KEYS if connection.vendor == "sqlite" else ASKED_FOR:
        url = fill(name, arguments, key)
        if url is None:
            continue
        assert client.get(url).status_code < 500, url[:200]
        if key in WRITTEN_TO:
            assert client.post(url, {"post": "yes", "seen": "x", "title": "x"}).status_code < 500, url[:200]


@pytest.mark.both_databases
@pytest.mark.parametrize("model", [*CURATED, *TO_READ])
def test_junk_in_the_question_of_a_list_is_no_failure(log_in, model):
    client = log_in("superuser")
    make_row(model)
    model_admin = admin.site._registry[model]
    asked = {"q", "o", "p", "all", "e", "_to_field", "_popup", "shown", "area", "evidence", "id__in"}
    for each in model_admin.list_filter:
        name = each[0] if isinstance(each, tuple) else each
        if isinstance(name, str):
            asked |= {f"{name}{lookup}" for lookup in ("__exact", "__in", "__isempty", "__gte", "__id__exact")}

    for name in sorted(asked):
        for text in TEXTS if name == "q" else FEW[:1]:
            answer = client.get(admin_url(model, "changelist"), {name: text})
            assert answer.status_code < 500, (name, text[:20])


@pytest.mark.parametrize("model", CURATED)
def test_junk_in_an_add_form_is_an_error_of_the_form(log_in, model):
    client = log_in("superuser")
    url = admin_url(model, "add")
    fields = sorted(form_data(client.get(url))) + [field.name for field in model._meta.concrete_fields]
    rows = model.objects.count()

    for text in TEXTS:
        assert client.get(url, dict.fromkeys(fields, text)).status_code < 500
        answer = client.post(url, dict.fromkeys(fields, text))
        assert answer.status_code == 200, text[:20]
    assert model.objects.count() == rows


def one_of_each_form(names):
    """All names, at once only those of which no form reads two: each form is valid but for one field.

    A row of inline rows is a form, and so are their numbers, without which no row is read: those come last.
    """
    fields, numbers = defaultdict(list), defaultdict(list)
    for name in names:
        kind = numbers if name.endswith("_FORMS") else fields
        kind[name.rpartition("-")[0]].append(name)
    for kind in (fields, numbers):
        yield from ([name for name in turn if name] for turn in zip_longest(*kind.values()))


@pytest.mark.both_databases
@pytest.mark.parametrize("model", CURATED)
def test_junk_in_a_change_form_is_an_error_of_the_form_field_by_field(log_in, model):
    client = log_in("superuser")
    row = make_row(model)
    url = admin_url(row, "change")
    data = form_data(client.get(url))

    for names in one_of_each_form(data):
        posted = data | dict.fromkeys(names, FEW[0]) | {"_continue": "1"}
        assert client.post(url, posted).status_code < 500, names
    for text in TEXTS:
        assert client.post(url, dict.fromkeys(data, text)).status_code < 500, text[:20]
    for query in (
        "_to_field=abc",
        "_popup=x",
        "restore=abc",
        f"restore={'9' * 30}",
        "restore=%00",
        "_changelist_filters=%00",
    ):
        assert client.get(f"{url}?{query}").status_code < 500, query
        assert client.post(f"{url}?{query}", data).status_code < 500, query


@pytest.mark.parametrize("model", [Company, Usage])
def test_junk_ticked_in_a_list_moves_and_deletes_nothing(log_in, model):
    client = log_in("superuser")
    row = make_row(model)
    for action in ("publish_selected", "delete_selected", "junk"):
        for text in TEXTS:
            for posted in (
                {"_selected_action": [text, row.pk], "seen": text, "seen_at": text},
                {"_selected_action": row.pk, "index": text, "select_across": text},
            ):
                answer = client.post(admin_url(model, "changelist"), {"action": action} | posted)
                assert answer.status_code < 500, (action, text[:20])
    for step in ("publish", "retract"):
        for text in TEXTS:
            client.post(admin_url(model, "move_rows", step), {"rows": text, "seen_at": text})
            client.post(admin_url(row, "move", step), {"seen": text, "seen_at": text})

    row.refresh_from_db()
    assert row.state == State.DRAFT


@pytest.mark.both_databases
@pytest.mark.parametrize("field", ["technology", "company", "category", "via"])
def test_junk_in_an_autocomplete_box_is_no_failure(log_in, field):
    make_usage()
    client = log_in("curator")
    where = {"app_label": "stacks", "model_name": "usage", "field_name": field}

    for text in TEXTS:
        answer = client.get("/admin/autocomplete/", where | {"term": text})
        assert answer.status_code == 200, text[:20]
    for name in where:
        for text in FEW:
            answer = client.get("/admin/autocomplete/", where | {name: text})
            assert answer.status_code in (403, 404), text[:20]
    for page in ("0", "-1", "9" * 30, "abc", "\x00"):
        assert client.get("/admin/autocomplete/", where | {"term": "", "page": page}).status_code < 500


@pytest.mark.parametrize("count", ["100000", "9" * 30, "-1", "\x00"])
def test_a_junk_count_of_rows_builds_no_more_rows_than_were_posted(log_in, count):
    company = make_company()
    make_coverage(company)
    client = log_in("reviewer")
    url = admin_url(company, "change")
    data = form_data(client.get(url))

    for name in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS"):
        page = client.post(url, data | {f"evidence-{name}": count, f"coverage-{name}": count, "name": ""})
        assert page.status_code == 200
        assert (
            sum(len(each.formset.forms) for each in page.context["inline_admin_formsets"])
            == (0 if (name, count) == ("TOTAL_FORMS", "-1") else 1)
            or count == "-1"
        )


def test_rows_beyond_the_limit_are_one_error_and_stay_typed(log_in, monkeypatch):
    monkeypatch.setattr(formsets, "MOST_NEW_ROWS", 3)
    company = make_company()
    client = log_in("reviewer")
    url = admin_url(company, "change")
    typed = {f"facts-{n}-label": f"Figure {n}" for n in range(5)}

    page = client.post(url, form_data(client.get(url)) | {"facts-TOTAL_FORMS": "5"} | typed)

    assert page.status_code == 200
    assert "At most 3 rows can be added at once: leave out 2" in page.content.decode()
    assert form_data(page).items() >= typed.items()
    assert not company.facts.exists()


def test_nothing_curated_is_left_out_of_the_walk():
    assert set(CURATED) == {model for model in admin.site._registry if issubclass(model, Curated)}


def test_a_choice_that_is_no_key_is_shown_as_none(log_in):
    make_technology()
    make_source()

    page = log_in("curator").get(f"{admin_url(Usage, 'add')}?company=abc&technology={'9' * 30}&source=x")

    assert page.status_code == 200
