"""Documents beside the tables of the same page: the same rows in the same order, every key always there."""

from dataclasses import replace

from stacks.comparison.aligning import build_matrix
from stacks.comparison.matrix import Fact
from stacks.comparison.stack import build_stack
from stacks.exporters import tables
from stacks.exporters.comparison import companies_document, technologies_document
from stacks.exporters.documents import migrations_document, stack_document, users_document
from tests.exporters.test_tables import (
    ACME,
    BARE,
    BOLT,
    BROKERS,
    CACHES,
    FULL,
    KAFKA,
    PLACES,
    REDIS,
    Move,
    fact,
    side_by_side,
)

USAGE = {
    *("uid", "url", "technology", "scope", "purpose", "remarks", "stage", "hosting", "via"),
    *("started", "started_known_since", "ended", "known_until", "last_said", "sources"),
}


def link(kind, key):
    return f"/{kind}/{key}"


def facts():
    return [FULL, BARE, fact("u3", BOLT, REDIS, CACHES), fact("u4", ACME, REDIS, CACHES, known_since="2018")]


def test_a_comparison_is_the_same_rows_as_document_and_as_table():
    matrix = build_matrix([ACME, BOLT], PLACES, facts())

    document, table = companies_document(matrix, 7, link), tables.comparison_usages(matrix, "T")

    assert [
        (row["area"]["name"], row["category"]["name"], row["agreement"], cell["company"], usage["technology"]["slug"])
        for row in document["rows"]
        for cell in row["cells"]
        for usage in cell["usages"]
    ] == [(row[1], row[2], row[3], row[4].lower(), row[5].lower()) for row in table.rows if row[0] == "usage"]
    assert [row["category"]["name"] for row in document["rows"]] == [
        row[1] for row in tables.comparison_grid(matrix, "T", ()).rows
    ]


def test_technologies_are_the_same_rows_as_document_and_as_table():
    matrix = side_by_side(facts())

    document, table = technologies_document(matrix, 7, link), tables.technologies_usages(matrix, "T")

    assert [
        (row["company"]["name"], usage["technology"]["name"], usage["category"]["name"])
        for row in document["rows"]
        for cell in row["cells"]
        for usage in cell["usages"]
    ] == [(row[1], row[2], row[4]) for row in table.rows]


def test_a_stack_is_the_same_rows_as_document_and_as_table():
    own = [
        fact("u1", ACME, KAFKA, ended="2020"),
        fact("u2", ACME, REDIS, CACHES),
        fact("u3", ACME, KAFKA, CACHES, stage="planned"),
    ]
    stack = build_stack(PLACES, own)

    document, table = stack_document(ACME, stack, 7, link), tables.stack_usages(stack, "T")

    in_use = [
        (row["category"]["name"], usage["technology"]["name"]) for row in document["rows"] for usage in row["usages"]
    ]
    others = [
        (entry["category"]["name"], entry["usage"]["technology"]["name"])
        for entry in (*document["planned"], *document["past"])
    ]
    assert in_use + others == [(row[2], row[3]) for row in table.rows]
    assert set(document) == {"revision", "as_of", "company", "rows", "planned", "past"}


def test_users_are_the_same_rows_as_document_and_as_table():
    users = [(ACME, FULL, BROKERS), (BOLT, BARE, BROKERS)]

    document = users_document(KAFKA, users, 7, None, link)

    assert [row["company"]["name"] for row in document["rows"]] == [
        row[1] for row in tables.users_table("T", users).rows
    ]
    assert document["next"] is None


def test_every_key_is_always_there_and_null_where_nothing_is_known():
    matrix = build_matrix([ACME, BOLT], PLACES, [FULL, BARE])
    full, bare = (cell["usages"][0] for cell in companies_document(matrix, 7, link)["rows"][0]["cells"])

    assert set(full) == set(bare) == USAGE | {"same_as", "relative_of", "technology_ended", "old"}
    assert {name for name, value in bare.items() if value is None} == {
        *("scope", "purpose", "remarks", "via", "started", "started_known_since", "ended", "known_until", "last_said")
    }
    assert full["via"] == {"slug": "msk", "name": "Amazon MSK", "url": "/technology/msk"}


def test_an_unknown_start_is_known_since_and_a_known_one_is_not():
    def told(**fields):
        matrix = build_matrix([ACME, BOLT], PLACES, [Fact("u", "acme", "brokers", KAFKA, **fields)])
        usage = companies_document(matrix, 7, link)["rows"][0]["cells"][0]["usages"][0]
        return usage["started"], usage["started_known_since"]

    assert told(known_since="2018") == (None, "2018")
    assert told(started="2017", known_since="2017") == ("2017", None)


def test_a_migration_from_nobody_knows_what_says_null():
    document = migrations_document([Move("m", ACME, None, KAFKA, BROKERS.category, "done")], 7, "/next", link)

    (row,) = document["rows"]
    assert row["from_technology"] is None
    assert row["to_technology"]["slug"] == "kafka"
    assert (row["started"], row["ended"], row["reason"], row["sources"]) == (None, None, None, [])
    assert document["next"] == "/next"


def test_a_comparison_tells_what_has_ended_what_is_old_and_the_most_common_choice():
    old, ended = replace(FULL, old=True, last_said="2011"), replace(BARE, discontinued=True)
    matrix = build_matrix([ACME, BOLT], PLACES, [old, ended, fact("u3", BOLT, REDIS, CACHES)])

    document = companies_document(matrix, 7, link)

    assert (document["summary"]["ended"], document["summary"]["old"]) == (1, 1)
    marks = [
        (usage["uid"], usage["technology_ended"], usage["old"])
        for row in document["rows"]
        for cell in row["cells"]
        for usage in cell["usages"]
    ]
    assert marks == [("u1", False, True), ("u2", True, False), ("u3", False, False)]
    brokers, caches = (row["most_common"] for row in document["rows"])
    assert ([ref["slug"] for ref in brokers["technologies"]], brokers["companies"]) == (["kafka"], 2)
    assert caches is None
