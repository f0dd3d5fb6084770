import pytest

from stacks.doubles import canonical, doubles_of, keep_apart, pairs
from stacks.folding import near_key
from stacks.merge import merge
from stacks.models import (
    Category,
    Company,
    CompanyIdentifier,
    KeptApart,
    Source,
    State,
    Technology,
)
from stacks.unmerge import undo
from tests.factories import make_category, make_company, make_relation, make_source, make_technology, make_usage


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zerodha", "Zerodha Ltd"),
        ("Zerodha", "Zerodha Private Limited"),
        ("Zerodha", "zerodha.com"),
        ("Zerodha", "The Zerodha Group"),
        ("Play", "Play framework"),
        ("Dart", "Dart (programming language)"),
        ("Outline", "Outlines"),
        ("Müller GmbH & Co. KG", "Müller"),
    ],
)
def test_names_that_look_like_one_share_a_key(one, other):
    assert near_key(one) == near_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("C", "C++"), ("C", "C#"), ("Kong", "Kongregate"), ("Redis", "Rediss"), ("SAS", "SA"), ("Co", "AG")],
)
def test_names_that_differ_keep_keys_of_their_own(one, other):
    assert near_key(one)
    assert near_key(one) != near_key(other)


@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("https://www.example.org/a/", "example.org/a"),
        ("http://m.example.org/a/index.html?utm_source=x", "example.org/a"),
        ("https://example.org", "example.org"),
        ("ftp://example.org", ""),
        ("example.org", ""),
        ("https://[::1", ""),
        ("", ""),
    ],
)
def test_an_address_is_reduced_to_its_page(url, page):
    assert canonical(url) == page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("make", "values", "why"),
    [
        (lambda: make_company("Zerodha"), {"name": "Zerodha Ltd"}, "“Zerodha” is its name"),
        (lambda: make_company("Zerodha"), {"name": "Zerodah"}, "it is nearly spelt so"),
        (
            lambda: make_company("Acme", website="https://acme.example/"),
            {"name": "Other", "website": "http://www.acme.example"},
            "http://www.acme.example is its website",
        ),
        (
            lambda: make_technology("Kite", repository="https://github.com/zerodha/kite"),
            {"name": "Other", "website": "https://github.com/Zerodha/kite.git"},
            "https://github.com/Zerodha/kite.git is its repository",
        ),
        (lambda: make_category("Caches"), {"name": "cache"}, "it has the same name"),
        (lambda: make_category("Caches"), {"name": "caches"}, "it has the same name"),
        (
            lambda: make_source(url="https://www.acme.example/stack/"),
            {"url": "http://acme.example/stack/index.html#why"},
            "it is the same page",
        ),
    ],
)
def test_what_stands_already_is_found(make, values, why):
    row = make()

    found = doubles_of(type(row), values)

    assert [(double.row, double.why) for double in found] == [(row, why)]


@pytest.mark.django_db
def test_a_domain_that_is_known_leads_to_its_company():
    company = make_company("Acme")
    CompanyIdentifier.objects.create(company=company, scheme="domain", value="acme.example")

    (found,) = doubles_of(Company, {"name": "Other", "website": "https://www.acme.example/about"})

    assert found.row == company


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("model", "values"),
    [
        (Company, {"name": "Groww", "website": "https://github.com/groww"}),
        (Technology, {"name": "Kiteconnect", "repository": "https://github.com/other/kite"}),
        (Technology, {"name": "", "website": "junk", "repository": "https://["}),
        (Category, {"name": "!"}),
        (Source, {"url": "https://acme.example/other"}),
        (Source, {"url": "\x00"}),
        (Source, {"url": "https://acme.example/\x00other"}),
        (Company, {"name": "\x00", "website": "https://acme\x00.example"}),
        (Technology, {"name": "Some\x00thing"}),
    ],
)
def test_what_is_another_thing_is_no_double(model, values):
    make_company("Zerodha", website="https://github.com/zerodha")
    make_technology("Kite", repository="https://github.com/zerodha/kite")
    make_source(url="https://acme.example/stack")

    assert doubles_of(model, values) == []


@pytest.mark.django_db
def test_names_that_look_like_doubles_are_listed_until_somebody_says_that_they_are_two(django_user_model):
    zerodha, limited = make_company("Zerodha"), make_company("Zerodha Ltd", state=State.DRAFT)
    make_company("Groww")
    make_company("Groww Ltd", state=State.RETRACTED)
    play, framework = make_technology("Play"), make_technology("Play framework")
    make_relation(framework, "part_of", play)  # it is told what the one is to the other

    (pair,) = pairs(Company)
    assert (pair.first, pair.second, pair.names) == (zerodha, limited, ("Zerodha", "Zerodha Ltd"))
    assert pairs(Technology) == []

    anna = django_user_model.objects.create_user("anna")
    keep_apart(limited, [zerodha.pk, limited.pk], anna)
    keep_apart(zerodha, [limited.pk], None)
    assert pairs(Company) == []
    assert KeptApart.objects.get().said_by == anna


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        (
            {"website": "https://spark.example/"},
            {"website": "https://apache.example/spark"},
            "at home at spark.example",
        ),
        ({"repository": "https://github.com/a/spark"}, {"repository": "https://github.com/b/spark"}, "at home at"),
        ({"kind": "language"}, {"kind": "platform"}, "language"),
        ({"kind": "practice"}, {"kind": "tool"}, "practice"),
        ({"open_source": "no"}, {"open_source": "yes"}, "open source"),
        ({"kind": "library"}, {"kind": "framework"}, ""),
        ({"website": "https://spark.example/"}, {"repository": "https://github.com/a/spark"}, ""),
        ({"website": "https://spark.example/"}, {"website": "https://docs.spark.example/intro"}, ""),
        (
            {"website": "https://spark.example/", "repository": "https://github.com/a/spark.git"},
            {"website": "https://github.com/a/spark", "repository": "https://github.com/A/Spark"},
            "",
        ),
    ],
)
def test_technologies_that_contradict_each_other_are_told_apart(one, other, apart):
    make_technology("Spark", **one)
    make_technology("Spark framework", **other)

    (pair,) = pairs(Technology)

    assert (apart in pair.apart) if apart else pair.apart == ""


@pytest.mark.django_db
def test_of_two_that_look_like_one_the_public_and_more_used_is_the_first():
    draft, used = make_company("Zerodha", state=State.DRAFT), make_company("Zerodha Ltd")
    newer = make_company("Zerodha Group")
    make_usage(used)
    assert [(pair.first, pair.second, pair.uses) for pair in pairs(Company)] == [
        (newer, draft, (0, 0)),
        (used, draft, (1, 0)),
        (used, newer, (1, 0)),
    ]


@pytest.mark.django_db
def test_what_was_kept_apart_from_the_one_is_kept_apart_from_the_other_after_a_merge():
    kept, gone, other = make_company("Zerodha"), make_company("Zerodha Ltd"), make_company("Zerodha Group")
    keep_apart(gone, [other.pk], None)

    merged = merge(gone, kept, user=None)
    assert pairs(Company) == []

    undo(merged, user=None)
    assert {(pair.first, pair.second) for pair in pairs(Company)} == {(kept, gone), (kept, other)}


@pytest.mark.django_db
@pytest.mark.parametrize("more", [1, 3])
def test_the_list_costs_the_same_however_long_it_is(more, django_assert_num_queries):
    for number in range(more):
        make_company(f"Firm{number}x")
        make_company(f"Firm{number}x Ltd")

    # the keys, who bears them, what was kept apart, the rows, their usages
    with django_assert_num_queries(5):
        assert len(pairs(Company)) == more
