import itertools

from hypothesis import given
from hypothesis import strategies as st

from stacks import dates
from stacks.comparison.matrix import Cited, Fact, Move, Place, Ref
from stacks.comparison.timeline import BARS, MARKS, TELLINGS, Span, build_timeline

DATA, WEB = Ref("data", "Data"), Ref("web", "Web")
BROKERS, CACHES = (Place(DATA, Ref(s, s.title()), (1, n, n)) for n, s in enumerate(("brokers", "caches")))
FRAMEWORKS = Place(WEB, Ref("frameworks", "Frameworks"), (2, 1, 9))
ACME = Ref("acme", "Acme")


def cited(edition: str, stance: str = "supports") -> Cited:
    return Cited(f"s{edition}", "https://s.example", "S", "", "talk", True, edition, stance=stance)


def use(name: str, place: Place = BROKERS, *editions: str, **fields) -> tuple[Fact, Place]:
    sources = tuple(cited(edition) for edition in editions)
    fields.setdefault("known_since", fields.get("started", "") or min(editions, default=""))
    return Fact(name, "acme", place.category.slug, Ref(name, name), sources=sources, **fields), place


def move(name: str, *editions: str, **fields) -> Move:
    sources = tuple(cited(edition) for edition in editions)
    return Move(name, ACME, Ref("old", "Old"), Ref(name, name), BROKERS.category, "done", sources=sources, **fields)


def bars_of(timeline):
    return [bar for area in timeline.areas for bar in area.bars]


def only_bar(*placed):
    (bar,) = bars_of(build_timeline([*placed, use("frame", FRAMEWORKS, "2010", "2020")]))
    return bar


def test_a_documented_period_is_a_bar_from_the_first_to_the_last_day_it_covers():
    bar = only_bar(use("kafka", started="2010", ended="2014", stage="retired"))

    assert bar.solid == Span(0, 45.43)  # 2014-12-31 on an axis from 2010-01-01 to 2020-12-31
    assert (bar.cap, bar.dotted, bar.dot) == (45.43, None, None)


def test_an_open_usage_reaches_the_newest_date_that_is_known():
    assert only_bar(use("kafka", started="2015")).solid == Span(45.46, 100)
    assert build_timeline([use("kafka", started="2015")]).last == "2015"


def test_the_stage_shows():
    assert only_bar(use("kafka", started="2015", stage="retiring")).kind == "retiring"
    assert only_bar(use("kafka", started="2015", stage="planned")).kind == "planned"
    assert only_bar(use("kafka", started="2015", ended="2016", stage="retired")).kind == "past"


def test_an_end_without_a_start_is_dotted_from_where_it_was_first_told_of():
    bar = only_bar(use("kafka", BROKERS, "2012", ended="2015-06"))

    assert bar.solid is None
    assert bar.dot == bar.dotted.x == 18.17
    assert bar.cap == bar.dotted.end


def test_an_end_told_of_only_later_is_dotted_from_the_beginning():
    bar = only_bar(use("kafka", BROKERS, "2018", ended="2015-06"))

    assert (bar.dot, bar.dotted.x) == (None, 0)


def test_a_retired_usage_without_an_end_is_dotted_from_its_start():
    bar = only_bar(use("kafka", started="2015", stage="retired"))

    assert (bar.solid, bar.dot, bar.cap) == (None, 45.46, None)


def test_bars_stand_by_area_then_by_start_and_do_not_touch():
    timeline = build_timeline(
        [
            use("rails", FRAMEWORKS, started="2012"),
            use("redis", CACHES, started="2016"),
            use("kafka", BROKERS, started="2014"),
        ]
    )

    assert [(area.area, [bar.label.text for bar in area.bars]) for area in timeline.areas] == [
        (DATA, ["kafka", "redis"]),
        (WEB, ["rails"]),
    ]
    tops = [bar.y for bar in bars_of(timeline)]
    assert all(after - before >= 30 for before, after in itertools.pairwise(tops))
    assert timeline.height > tops[-1] + 20


def test_usages_without_start_and_end_are_one_line_for_each_edition():
    placed = [use(f"t{n}", BROKERS, "2025-11") for n in range(106)] + [use("u", CACHES, "2021-06-03", "2025-11")]

    timeline = build_timeline([*placed, use("kafka", started="2019")], [move("new", "2025-11")])

    assert [telling.label.text for telling in timeline.tellings] == [
        "1 usage first mentioned in 2021-06-03",
        "106 usages and 1 migration first mentioned in 2025-11",
    ]
    assert len(bars_of(timeline)) == 1


def test_what_only_an_undated_source_tells_bears_no_date():
    placed = [use("kafka", started="2019"), use("redis", BROKERS, ""), use("nats")]

    timeline = build_timeline(placed, [move("new")])

    assert timeline.tellings == ()
    assert (timeline.undated, timeline.undated_moves) == (2, 1)
    assert len(timeline.editions) == 0


def test_many_editions_are_gathered_by_month_or_year():
    placed = [use(f"t{n}", BROKERS, f"20{n:02d}-{month}-1{n % 9}") for n in range(4, 14) for month in ("02", "03")]

    timeline = build_timeline(placed)

    assert [telling.date for telling in timeline.tellings] == [f"{year}" for year in range(2004, 2014)]
    assert len(timeline.editions) == 20


def test_each_edition_that_supports_something_is_a_line():
    fact, place = use("kafka", started="2019")
    told = (*fact.sources, cited("2020"), cited("2021-06", "contradicts"))
    fact = Fact(**{name: getattr(fact, name) for name in fact.__slots__} | {"sources": told})

    timeline = build_timeline([(fact, place)], [move("new", "2022", ended="2021")], ["2023", ""])

    assert len(timeline.editions) == 3
    assert timeline.last == "2023"


def test_migrations_with_a_date_are_marked_in_their_order():
    moves = [move("b", started="2018", ended="2022"), move("a", ended="2019"), move("c", "2023", started="2022")]

    timeline = build_timeline([], moves)

    assert [mark.label.text for mark in timeline.marks] == ["Old → a", "Old → b", "Old → c"]
    assert [mark.done for mark in timeline.marks] == [True, True, False]
    assert [mark.begun is not None for mark in timeline.marks] == [False, True, False]


def test_nothing_is_drawn_of_one_edition_alone():
    assert build_timeline([]) is None
    assert build_timeline([use(f"t{n}", BROKERS, "2025-11") for n in range(3)], [move("new", "2025-11")]) is None
    assert build_timeline([use("t"), use("u", BROKERS, "2021"), use("v", BROKERS, "2022")]) is not None


def test_as_of_is_marked_where_it_lies_on_the_axis():
    placed = [use("kafka", BROKERS, "2020", started="2010")]

    assert build_timeline(placed, as_of="2020").as_of.x == 100
    assert 46 < build_timeline(placed, as_of="2015-01").as_of.x < 47
    assert build_timeline(placed, as_of="2009") is not None
    assert build_timeline(placed, as_of="2009").as_of is None
    assert build_timeline(placed, as_of="2021").as_of is None


def test_usages_of_one_area_period_and_stage_share_a_bar_that_names_them():
    placed = [use(name, started="2019") for name in ("java", "go", "swift")]
    apart = [use("rails", FRAMEWORKS, started="2019"), use("perl", started="2019", stage="retiring")]

    bars = bars_of(build_timeline([*placed, *apart]))

    assert [bar.label.text for bar in bars] == ["go, java, swift", "perl", "rails"]


def test_a_bar_of_many_names_those_that_fit():
    (bar,) = bars_of(build_timeline([use(f"technology-{n:02}", started="2019") for n in range(30)]))

    assert bar.label.text == "technology-00, technology-01, technology-02, technology-03 and 26 more"
    assert bar.label.short == "technology-00 and 29 more"


def test_a_picture_has_room_for_so_many_and_says_how_many_it_leaves_out():
    placed = [use(f"t{n}", started=f"{1900 + n}", ended=f"{1901 + n}") for n in range(BARS + 7)]
    moves = [move(f"m{n}", ended=f"{1950 + n}") for n in range(MARKS + 2)]

    timeline = build_timeline(placed, moves)

    assert len(bars_of(timeline)) == BARS
    assert len(timeline.marks) == MARKS
    assert (timeline.dated, timeline.left_out, timeline.moves_left_out) == (BARS + 7, 7, 2)
    assert timeline.marks[-1].move.uid == f"m{MARKS + 1}"  # the newest stay


@st.composite
def partial_dates(draw):
    day = draw(st.dates()).isoformat()
    return day[: draw(st.sampled_from([4, 7, 10]))]


@st.composite
def facts(draw):
    started, ended = draw(st.one_of(st.just(""), partial_dates())), draw(st.one_of(st.just(""), partial_dates()))
    if started and ended and dates.compare(started, ended) > 0:
        started, ended = ended, started
    editions = draw(st.lists(partial_dates(), max_size=2))
    stage = draw(st.sampled_from(["planned", "trial", "in_use", "retiring", "retired"]))
    number = draw(st.integers(0, 10**9))
    place = draw(st.sampled_from([BROKERS, CACHES, FRAMEWORKS]))
    return use(f"t{number}", place, *editions, started=started, ended=ended, stage=stage)


@given(st.lists(facts(), max_size=60), st.lists(partial_dates(), max_size=3))
def test_everything_is_told_once_and_stays_inside_the_picture(placed, editions):
    timeline = build_timeline(placed, editions=editions)

    dated = [fact for fact, _ in placed if fact.started or fact.ended]
    if timeline is None:
        assert not dated
        return
    told = [fact for bar in bars_of(timeline) for fact in bar.facts]
    assert len(told) + timeline.left_out == len(dated) == timeline.dated
    assert sum(t.usages for t in timeline.tellings) + timeline.undated + len(dated) == len(placed)
    assert len(timeline.tellings) <= TELLINGS or len({t.date for t in timeline.tellings}) == len(timeline.tellings)
    numbers = [tick.x for tick in (*timeline.years, *timeline.editions)]
    numbers += [x for bar in bars_of(timeline) for x in (bar.start, bar.end)]
    assert all(0 <= x <= 100 for x in numbers)
    assert sum(bool(tick.text) for tick in timeline.years) <= 8
    labels = [tick.x for tick in timeline.years if tick.text]
    assert all(after - before >= 9 for before, after in itertools.pairwise(labels))


@given(st.lists(facts(), max_size=12, unique_by=lambda pair: pair[0].uid), st.randoms())
def test_the_order_of_the_facts_changes_nothing(placed, random):
    shuffled = list(placed)
    random.shuffle(shuffled)

    assert build_timeline(shuffled) == build_timeline(placed)
