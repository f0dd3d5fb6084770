from dataclasses import replace

from stacks.comparison.aligning import build_matrix
from stacks.comparison.matrix import Blank, Cited, Fact, Looked, Move, Place, Ref
from stacks.comparison.stack import build_stack
from stacks.comparison.technologies import Total, Use, build_technology_matrix
from stacks.exporters import tables
from stacks.exporters.documents import CategoryRow

ACME, BOLT = Ref("acme", "Acme"), Ref("bolt", "Bolt")
DATA = Ref("data", "Data")
BROKERS, CACHES, STORES = (
    Place(DATA, Ref(name.lower(), name), (1, n, n)) for n, name in enumerate(["Brokers", "Caches", "Stores"])
)
PLACES = [BROKERS, CACHES, STORES]
KAFKA, REDIS, NATS = Ref("kafka", "Kafka"), Ref("redis", "Redis"), Ref("nats", "NATS")
STORY = Cited("s1", "https://a.example/story", "Story", "A", "engineering_blog", True, "2020")
TALK = Cited("s2", "https://a.example/talk", "Talk", "A", "talk", True, "2021")


def fact(uid, company, technology, place=BROKERS, **fields):
    return Fact(uid, company.slug, place.category.slug, technology, **fields)


FULL = fact(
    "u1",
    ACME,
    KAFKA,
    purpose="Events",
    remarks="Fast\nenough",
    stage="retiring",
    hosting="managed",
    via=Ref("msk", "Amazon MSK"),
    started="2019-06",
    ended="2022",
    scope="Cards",
    last_said="2021",
    sources=(STORY, TALK, STORY),
)
BARE = fact("u2", BOLT, KAFKA)


def side_by_side(facts):
    """Kafka and Redis, with who uses which."""
    by_category = {place.category.slug: place for place in PLACES}
    uses = {}
    for each in facts:
        uses.setdefault((each.company, each.technology.slug), []).append(Use(each, by_category[each.category]))
    return build_technology_matrix([KAFKA, REDIS], [ACME, BOLT], uses, Total(2, (2, 1), {}))


def test_a_usage_has_a_cell_for_each_column_and_each_source_once():
    assert dict(zip(tables.USAGE_COLUMNS, tables.usage_cells(FULL), strict=True)) == {
        "purpose": "Events",
        "stage": "retiring",
        "hosting": "managed",
        "via": "Amazon MSK",
        "started": "2019-06",
        "ended": "2022",
        "remarks": "Fast\nenough",
        "sources": "https://a.example/story https://a.example/talk",
    }
    assert tables.usage_cells(BARE) == ("", "in_use", "unknown", "", "", "", "", "")


def test_a_comparison_has_one_line_for_each_usage_in_the_order_of_its_rows():
    facts = [FULL, BARE, fact("u3", BOLT, REDIS, CACHES)]
    matrix = build_matrix([ACME, BOLT], PLACES, facts)

    table = tables.comparison_usages(matrix, "T")

    assert table.columns == (
        *("kind", "area", "category", "agreement", "company", "technology"),
        *("purpose", "stage", "hosting", "via", "started", "ended", "remarks", "sources"),
        *("area_slug", "category_slug", "company_slug", "technology_slug", "via_slug", "uid", "scope", "last_said"),
        *("technology_ended", "old"),
    )
    assert [row[:6] for row in table.rows] == [
        ("usage", "Data", "Brokers", "same", "Acme", "Kafka"),
        ("usage", "Data", "Brokers", "same", "Bolt", "Kafka"),
        ("usage", "Data", "Caches", "single", "Bolt", "Redis"),
    ]
    assert table.rows[0][6:14] == tables.usage_cells(FULL)
    assert table.rows[0][14:] == ("data", "brokers", "acme", "kafka", "msk", "u1", "Cards", "2021", "no", "no")
    assert table.rows[1][14:] == ("data", "brokers", "bolt", "kafka", "", "u2", "", "", "no", "no")


def test_a_comparison_marks_and_counts_what_is_old_and_what_has_ended():
    facts = [
        replace(FULL, old=True, last_said="2011", stage="in_use"),
        replace(BARE, discontinued=True, lifecycle_on="2021-12"),
        fact("u3", BOLT, REDIS, CACHES),
    ]
    matrix = build_matrix([ACME, BOLT], PLACES, facts, undated=3)

    grid, usages = tables.comparison_grid(matrix, "T", ("Note.",)), tables.comparison_usages(matrix, "T")

    assert grid.rows[0][3:] == ("Kafka (last said 2011)", "Kafka (discontinued 2021-12)", "Kafka (2 of 2)")
    assert grid.notes[0] == "Usages of technologies that have ended: 1; last said long ago: 1; without a date: 3."
    assert [row[-2:] for row in usages.rows] == [("no", "yes"), ("yes", "no"), ("no", "no")]


def test_a_blank_that_somebody_can_tell_of_has_a_line_and_nobody_looked_has_none():
    facts = [FULL, fact("u4", ACME, REDIS, CACHES), fact("u5", ACME, REDIS, STORES)]
    looks = [
        Looked("bolt", "brokers", Blank.NOT_USED, "2026", STORY),
        Looked("bolt", "caches", Blank.NOTHING_FOUND, "2026-11"),
    ]

    table = tables.comparison_usages(build_matrix([ACME, BOLT], PLACES, facts, looks), "T")
    blanks = [dict(zip(table.columns, row, strict=True)) for row in table.rows if row[0] != "usage"]

    assert [(b["kind"], b["category"], b["company"], b["technology"]) for b in blanks] == [
        ("not_used", "Brokers", "Bolt", ""),
        ("nothing_found", "Caches", "Bolt", ""),
    ]
    assert [(b["remarks"], b["sources"], b["uid"]) for b in blanks] == [
        ("Looked on 2026.", "https://a.example/story", ""),
        ("Looked on 2026-11.", "", ""),
    ]
    assert [row for row in table.rows if row[0] == "usage" and row[4] == "Bolt"] == []


def test_a_grid_has_one_line_for_each_category_and_says_which_blank_is_which():
    facts = [FULL, fact("u4", ACME, NATS), fact("u5", ACME, REDIS, CACHES), fact("u6", ACME, REDIS, STORES)]
    looks = [
        Looked("bolt", "brokers", Blank.NOT_USED, "2026", STORY),
        Looked("bolt", "caches", Blank.NOTHING_FOUND, "2026"),
    ]
    matrix = build_matrix([ACME, BOLT], PLACES, facts, looks)

    table = tables.comparison_grid(matrix, "T", ("Note.",))

    assert table.columns == ("Area", "Category", "Agreement", "Acme", "Bolt", "Most common")
    assert table.rows == [
        ("Data", "Brokers", "single", "Kafka (retiring), NATS", "(stated as not used)", ""),
        ("Data", "Caches", "single", "Redis", "(looked, nothing found)", ""),
        ("Data", "Stores", "single", "Redis", "", ""),
    ]
    assert table.notes[1:] == ("Note.",)


def test_technologies_have_one_line_for_each_company_or_each_usage():
    facts = [FULL, fact("u7", ACME, KAFKA, STORES, purpose="Log"), fact("u8", ACME, REDIS, CACHES), BARE]
    matrix = side_by_side(facts)

    grid, usages = tables.technologies_grid(matrix, "T", ()), tables.technologies_usages(matrix, "T")

    assert grid.columns == ("Company", "Kafka", "Redis")
    assert grid.rows == [
        ("Acme", "Brokers: Events; Stores: Log", "Caches: in_use"),
        ("Bolt", "Brokers: in_use", ""),
    ]
    assert [row[:5] for row in usages.rows] == [
        ("usage", "Acme", "Kafka", "Data", "Brokers"),
        ("usage", "Acme", "Kafka", "Data", "Stores"),
        ("usage", "Acme", "Redis", "Data", "Caches"),
        ("usage", "Bolt", "Kafka", "Data", "Brokers"),
    ]


def test_a_stack_has_what_is_in_use_then_what_is_planned_then_what_is_past():
    facts = [
        fact("u1", ACME, KAFKA, ended="2020"),
        fact("u2", ACME, NATS, STORES, stage="planned"),
        fact("u3", ACME, REDIS, CACHES),
        fact("u4", ACME, KAFKA, BROKERS),
    ]

    table = tables.stack_usages(build_stack(PLACES, facts), "T")

    assert table.columns[:4] == ("kind", "area", "category", "technology")
    assert [(row[2], row[3], row[5], row[9]) for row in table.rows] == [
        ("Brokers", "Kafka", "in_use", ""),
        ("Caches", "Redis", "in_use", ""),
        ("Stores", "NATS", "planned", ""),
        ("Brokers", "Kafka", "in_use", "2020"),
    ]


def test_migrations_leave_blank_where_nobody_knows_from_what():
    place = BROKERS.category
    moves = [
        Move("m1", ACME, REDIS, KAFKA, place, "done", "2019", "2020", "Order", (STORY,)),
        Move("m2", BOLT, None, KAFKA, place, "planned"),
    ]

    table = tables.migrations_table("T", moves)

    assert [row[:10] for row in table.rows] == [
        ("migration", "Acme", "Redis", "Kafka", "Brokers", "done", "2019", "2020", "Order", "https://a.example/story"),
        ("migration", "Bolt", "", "Kafka", "Brokers", "planned", "", "", "", ""),
    ]
    assert [row[10:] for row in table.rows] == [
        ("acme", "redis", "kafka", "brokers", "m1"),
        ("bolt", "", "kafka", "brokers", "m2"),
    ]
    assert table.columns[10:] == ("company_slug", "from_slug", "to_slug", "category_slug", "uid")


def test_users_areas_and_categories_have_a_line_each():
    keys = ("data", "brokers", "acme", "kafka", "msk", "u1", "Cards", "2021")
    assert tables.users_table("T", [(ACME, FULL, BROKERS)]).rows == [
        ("usage", "Acme", "Kafka", "Data", "Brokers", *tables.usage_cells(FULL), *keys)
    ]
    assert tables.area_table("T", [(BROKERS.category, "What", 1, 2)]).rows == [
        ("category", "Brokers", "What", "1", "2", "brokers")
    ]
    rows = [
        CategoryRow(KAFKA, "service", "A log", "ended", "2021", 3, [ACME, BOLT]),
        CategoryRow(NATS, "tool", "", "unknown", "", 0, []),
    ]
    assert tables.category_table("T", rows).rows == [
        ("service", "Kafka", "A log", "ended", "2021", "3", "Acme, Bolt", "kafka"),
        ("tool", "NATS", "", "", "", "0", "", "nats"),
    ]
