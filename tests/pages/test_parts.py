import pytest

from stacks.comparison.matrix import Blank, Cited, Fact, Looked, Ref
from stacks.pages.parts import at_most, in_words, period, show_blank, show_use, tile


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("PostgreSQL", "Po"),
        ("Amazon MSK", "MS"),
        ("Amazon Web Services", "WS"),
        ("Google Cloud Pub/Sub", "Pu"),
        ("GitHub Actions", "GA"),
        ("Go", "Go"),
        ("C", "C"),
        ("C++", "C"),
        ("k6", "K6"),
        (".NET", "NE"),
        ("Node.js", "NJ"),
        ("Amazon ", "Am"),
        ("日本", "日本"),
        ("+++", "?"),
    ],
)
def test_a_technology_without_an_icon_has_two_letters(name, letters):
    assert tile(name) == letters


@pytest.mark.parametrize(
    ("names", "words"),
    [([], ""), (["A"], "A"), (["A", "B"], "A and B"), (["A", "B", "C"], "A, B and C")],
)
def test_names_in_words(names, words):
    assert in_words(iter(names)) == words


def fact(**fields):
    return Fact("u1", "acme", "brokers", Ref("kafka", "Kafka"), **fields)


def cited(uid, edition, **fields):
    told = {"first_party": True} | fields
    return Cited(uid, f"https://{uid}.example/", uid, "Example", "talk", edition=edition, **told)


@pytest.mark.parametrize(
    ("dates", "words"),
    [
        ({}, ""),
        ({"started": "2019"}, "since 2019"),
        ({"ended": "2021-06"}, "until 2021-06"),
        ({"started": "2019", "ended": "2021-06"}, "2019 to 2021-06"),
        ({"known_since": "2019"}, ""),
    ],
)
def test_a_period_tells_what_is_documented_and_no_more(dates, words):
    assert period(fact(**dates)) == words


def test_a_use_tells_how_it_is_run():
    use = show_use(fact(hosting="managed", via=Ref("amazon-msk", "Amazon MSK"), started="2019", stage="retiring"))

    assert use.how == "Managed, via Amazon MSK, since 2019"
    assert use.told == (("stage", "Retiring"),)


@pytest.mark.parametrize("hosting", ["unknown", "embedded"])
def test_hosting_that_tells_nothing_is_left_out(hosting):
    assert show_use(fact(hosting=hosting)).how == ""


def test_the_plain_stage_is_left_out():
    assert show_use(fact(stage="in_use")).told == ()


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"discontinued": True, "lifecycle_on": "2021-12-31"}, (("gone", "discontinued 2021-12"),)),
        ({"discontinued": True}, (("gone", "discontinued"),)),
        ({"lifecycle": "ended", "lifecycle_on": "2021"}, ()),  # not yet, on the day that is asked for
        (
            {"stage": "trial", "old": True, "last_said": "2011-05", "discontinued": True, "lifecycle_on": "2021"},
            (("stage", "Trial"), ("said", "last said 2011"), ("gone", "discontinued 2021")),
        ),
    ],
)
def test_what_is_old_and_what_has_ended_is_told_beside_the_name(fields, told):
    assert show_use(fact(**fields)).told == told


def test_a_use_has_the_address_under_which_it_is_cited():
    assert show_use(fact()).address == "/companies/acme/#usage-u1"


@pytest.mark.parametrize(("most", "names"), [(2, ["A", "B"]), (1, ["A", "1 more"])])
def test_what_is_left_out_of_a_list_is_counted_in_it(most, names):
    assert at_most([Ref("a", "A"), Ref("b", "B")], most) == names


def test_the_first_mention_stands_in_for_an_unknown_start_only():
    assert show_use(fact(known_since="2020-04-01")).how == "first mentioned 2020-04"
    assert show_use(fact(known_since="2019", started="2019")).how == "since 2019"


@pytest.mark.parametrize(
    ("sources", "words", "short"),
    [
        ((), "no source", "[0] date not stated"),
        ((cited("a", "2023-04"),), "1 source, first party, newest 2023-04", "[1] 2023"),
        ((cited("a", ""),), "1 source, first party, date not stated", "[1] date not stated"),
        (
            (cited("a", "", first_party=False),),
            "1 source, third party, date not stated",
            "[1] date not stated, third party",
        ),
        (
            (cited("a", "2020", first_party=False), cited("b", "2021-06", first_party=False)),
            "2 sources, third party, newest 2021-06",
            "[2] 2021, third party",
        ),
        (
            (cited("a", "2020"), cited("b", "2023", first_party=False, stance="contradicts")),
            "2 sources, first party, newest 2023, 1 against",
            "[2] 2023",
        ),
    ],
)
def test_evidence_is_summed_up(sources, words, short):
    use = show_use(fact(sources=sources))

    assert (use.evidence, use.evidence_short) == (words, short)


def test_a_blank_tells_when_somebody_looked():
    looked = Looked("acme", "brokers", Blank.NOTHING_FOUND, "2026-11")

    assert show_blank(Blank.NOTHING_FOUND, looked).text == "Looked, nothing found (2026-11)"
    assert show_blank(Blank.NOBODY_LOOKED, None).text == "Nobody has looked"
