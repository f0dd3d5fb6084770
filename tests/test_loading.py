import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from stacks import derived
from stacks.filing import ORDER
from stacks.loading import LOADED, LoadError, NotEmpty, load
from stacks.models import Category, Change, Company, Source, Technology, TechnologyAlias, Usage
from tests.factories import make_company

pytestmark = [pytest.mark.django_db, pytest.mark.smoke]

ROWS = [
    {"model": "stacks.category", "fields": {"name": "Brokers", "slug": "brokers", "parent": ["data"]}},
    {"model": "stacks.category", "fields": {"name": "Data", "slug": "data"}},
    {
        "model": "stacks.technology",
        "fields": {
            "name": "Apache Kafka",
            "slug": "apache-kafka",
            "kind": "platform",
            "category": ["brokers"],
            "state": "published",
        },
    },
    {
        "model": "stacks.technology",
        "fields": {
            "name": "Amazon MSK",
            "slug": "amazon-msk",
            "kind": "service",
            "category": ["brokers"],
            "state": "published",
        },
    },
    {"model": "stacks.technologyalias", "fields": {"technology": ["apache-kafka"], "name": "Kafka"}},
    {
        "model": "stacks.technologyrelation",
        "fields": {"subject": ["amazon-msk"], "kind": "managed_form_of", "object": ["apache-kafka"]},
    },
    {"model": "stacks.company", "fields": {"name": "Fam", "slug": "fam", "state": "published"}},
    {
        "model": "stacks.source",
        "fields": {
            "uid": "s1",
            "url": "https://a.example/story#top",
            "title": "A",
            "kind": "docs",
            "published_on": "2019",
        },
    },
    {
        "model": "stacks.usage",
        "fields": {
            "uid": "u1",
            "company": ["fam"],
            "technology": ["apache-kafka"],
            "category": ["brokers"],
            "state": "published",
        },
    },
    {"model": "stacks.evidence", "fields": {"usage": ["u1"], "source": ["s1"], "quote": "Kafka it is"}},
    {
        "model": "stacks.coverage",
        "fields": {
            "uid": "c1",
            "company": ["fam"],
            "category": ["brokers"],
            "looked_on": "2026",
            "outcome": "nothing_found",
        },
    },
]


def write(folder, *changes, extra=()):
    """The rows with some changed: (index, field, value), value None removing the field."""
    rows = json.loads(json.dumps(ROWS)) + list(extra)
    for index, field, value in changes:
        if value is None:
            del rows[index]["fields"][field]
        else:
            rows[index]["fields"][field] = value
    (folder / "one.json").write_text(json.dumps(rows[:5]))
    (folder / "two.json").write_text(json.dumps(rows[5:]))
    return folder


def test_files_are_loaded_with_history_feed_and_derived_values(tmp_path):
    counts = load(write(tmp_path))

    usage = Usage.objects.get()
    assert counts["usages"] == 1
    assert (usage.visible, usage.known_since) == (True, "2019")
    assert Technology.objects.get(slug="apache-kafka").companies_count == 1
    assert set(TechnologyAlias.objects.values_list("key", flat=True)) == {"apachekafka", "kafka", "amazonmsk"}
    assert {
        ("category", "brokers"),
        ("technology", "amazon-msk"),
        ("company", "fam"),
        ("usage", "u1"),
        ("source", "s1"),
        ("coverage", "c1"),
    } <= set(Change.objects.values_list("kind", "object"))
    assert Usage.history.get().history_type == "+"
    assert derived.check() == []


def test_the_first_record_of_each_row_says_what_the_row_says(tmp_path):
    load(write(tmp_path))

    for model in (model for model in ORDER if hasattr(model, "history")):
        tracked = [f.attname for f in model.history.model.tracked_fields if f.name != "updated_at"]
        rows = list(model._base_manager.order_by("pk").values(*tracked))
        assert list(model.history.order_by("history_id").values(*tracked)) == rows
        told = model.history.order_by().values_list("history_type", "history_change_reason", "history_user").distinct()
        assert list(told) == ([("+", LOADED, None)] if rows else [])


def test_one_file_alone_can_be_loaded(tmp_path):
    file = tmp_path / "all.json"
    file.write_text(json.dumps(ROWS))

    assert load(file)["companies"] == 1


def test_a_catalogue_that_is_not_empty_is_never_overwritten(tmp_path):
    make_company("Mine")

    with pytest.raises(NotEmpty):
        load(write(tmp_path))
    with pytest.raises(CommandError, match="not empty"):
        call_command("load_catalogue", str(write(tmp_path)))
    call_command("load_catalogue", str(write(tmp_path)), if_empty=True)

    assert list(Company.objects.values_list("slug", flat=True)) == ["mine"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ([(2, "kind", "thing")], r"one\.json: object 3: kind"),
        ([(2, "category", ["data"])], "object 3: .*is an area"),
        ([(2, "nonsense", "x")], "has no field “nonsense”"),
        ([(2, "category", ["nowhere"])], "no such category"),
        ([(4, "name", "Amazon MSK")], "leads elsewhere already"),
        ([(4, "name", "...")], "at least one letter"),
        ([(7, "url", "ftp://a.example")], r"two\.json: object 3"),
        ([(7, "published_on", "2019-13")], "2019-13"),
        ([(8, "started", "2020"), (8, "ended", "2019")], r"two\.json: object 4: The end precedes the start"),
        ([(9, "usage", None)], "exactly one"),
        ([(9, "stance", "contradicts")], "no source supports"),
        ([(1, "slug", None)], "slug"),
    ],
)
def test_what_is_wrong_is_named_with_file_and_object_and_nothing_is_written(tmp_path, changes, message):
    with pytest.raises(LoadError, match=message):
        load(write(tmp_path, *changes))

    assert not Category.objects.exists()
    assert not Change.objects.exists()


def test_relations_in_a_circle_are_refused(tmp_path):
    circle = {
        "model": "stacks.technologyrelation",
        "fields": {"subject": ["apache-kafka"], "kind": "managed_form_of", "object": ["amazon-msk"]},
    }

    with pytest.raises(LoadError, match="circle"):
        load(write(tmp_path, extra=[circle]))


def redirect(old, new, kind="company"):
    return {"model": "stacks.redirect", "fields": {"kind": kind, "old_slug": old, "new_slug": new}}


def test_redirects_are_told_by_the_feed(tmp_path):
    load(write(tmp_path, extra=[redirect("fampay", "fam"), redirect("kafka", "apache-kafka", "technology")]))

    lines = Change.objects.filter(verb="redirected").values_list("kind", "object", "payload")
    assert list(lines) == [("company", "fampay", {"to": "fam"}), ("technology", "kafka", {"to": "apache-kafka"})]


@pytest.mark.parametrize(
    ("redirects", "message"),
    [
        ([redirect("amazon-msk", "apache-kafka", "technology")], "slug of a technology"),
        ([redirect("old", "nowhere")], "no company “nowhere”"),
        ([redirect("old", "older"), redirect("older", "fam")], "no company “older”"),
        ([redirect("old", "apache-kafka")], "no company “apache-kafka”"),
    ],
)
def test_redirects_that_lead_astray_are_refused(tmp_path, redirects, message):
    with pytest.raises(LoadError, match=message):
        load(write(tmp_path, extra=redirects))


@pytest.mark.parametrize(
    "text", ["", "{", "{}", "[1]", '[{"model": "stacks.nothing", "fields": {}}]', '[{"model": "stacks.company"}]']
)
def test_a_file_that_is_no_list_of_objects_is_refused(tmp_path, text):
    (tmp_path / "a.json").write_text(text)

    with pytest.raises(LoadError, match=r"a\.json"):
        load(tmp_path)


def test_a_missing_path_and_an_empty_folder_are_refused(tmp_path):
    with pytest.raises(LoadError, match="no such file"):
        load(tmp_path / "nothing")
    with pytest.raises(LoadError, match=r"no \.json"):
        load(tmp_path)


def test_companies_and_sources_name_each_other_whatever_their_order(tmp_path):
    rows = [
        {"model": "stacks.source", "fields": {"uid": "s1", "url": "https://a.example/", "title": "A", "kind": "docs",
                                              "company": ["child"]}},
        {"model": "stacks.company", "fields": {"name": "Child", "slug": "child", "parent": ["owner"],
                                               "life": "acquired", "life_on": "2012"}},
        {"model": "stacks.company", "fields": {"name": "Owner", "slug": "owner"}},
    ]  # fmt: skip
    (tmp_path / "all.json").write_text(json.dumps(rows))

    load(tmp_path)

    child = Company.objects.get(slug="child")
    assert child.parent.slug == "owner"
    assert child.history.get().parent_id == child.parent_id
    assert Source.objects.get().company == child


def test_companies_that_belong_to_each_other_are_refused(tmp_path):
    rows = [
        {"model": "stacks.company", "fields": {"name": name, "slug": slug, "parent": [parent]}}
        for name, slug, parent in (("A", "a", "b"), ("B", "b", "a"))
    ]
    (tmp_path / "all.json").write_text(json.dumps(rows))

    with pytest.raises(LoadError, match="parents run in a circle"):
        load(tmp_path)
    assert not Company.objects.exists()


@pytest.mark.postgresql
def test_what_was_loaded_is_counted_for_the_planner(tmp_path):
    file = tmp_path / "catalogue.json"
    file.write_text(json.dumps(ROWS))

    load(file)

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stats WHERE tablename = 'stacks_technology' AND attname = 'slug'")
        assert cursor.fetchone() == (1,)
