import pytest
from hypothesis import given
from hypothesis import strategies as st

from stacks.comparison.aligning import build_matrix
from stacks.comparison.alike import DOUBT, LEAST_CATEGORIES, find_alike
from stacks.comparison.matrix import Fact, Place, Ref, find_bases

AREA = Ref("data", "Data")
CATEGORIES = ["brokers", "caches", "stores", "search"]
PLACES = [Place(AREA, Ref(slug, slug.title()), (1, n, n)) for n, slug in enumerate(CATEGORIES)]
BASES = find_bases([("msk", "kafka"), ("aurora", "mysql"), ("aurora", "postgresql"), ("valkey", "redis")])
TECHNOLOGIES = ["kafka", "msk", "mysql", "postgresql", "aurora", "redis", "valkey", "nats"]
COMPANIES = [Ref(slug, slug.title()) for slug in "abcdef"]

held = st.sets(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from(CATEGORIES), st.sampled_from(TECHNOLOGIES)), max_size=60
)


def compared(one, other, triples):
    """What the comparison page says of the two."""
    facts = [
        Fact(f"{company}-{category}-{technology}", company, category, Ref(technology, technology))
        for company, category, technology in sorted(triples)
        if company in (one.slug, other.slug)
    ]
    return build_matrix([one, other], PLACES, facts, bases=BASES).alikeness[0]


@given(held)
def test_the_measure_is_that_of_the_comparison_page(triples):
    one, *others = COMPANIES

    for pair in find_alike(one, others, triples, BASES, most=9, least=0):
        assert pair == compared(one, pair.companies[1], triples)


@given(held)
def test_nobody_alike_is_left_out_and_nobody_else_is_named(triples):
    one, *others = COMPANIES
    expected = {
        other.slug
        for other in others
        if (pair := compared(one, other, triples)).met and pair.categories >= LEAST_CATEGORIES
    }

    found = find_alike(one, COMPANIES, triples, BASES, most=9)

    assert {pair.companies[1].slug for pair in found} == expected
    assert len(found) == len(expected)


@given(held)
def test_being_alike_is_mutual(triples):
    def measured(one, other):
        return [(p.met, p.of, p.categories) for p in find_alike(one, [other], triples, BASES, least=0)]

    a, b, *_ = COMPANIES
    assert measured(a, b) == measured(b, a)


@given(held, st.permutations(COMPANIES), st.integers(0, 6))
def test_the_order_hangs_on_nothing_but_the_facts(triples, companies, most):
    one, *others = COMPANIES
    shuffled = [company for company in companies if company != one]

    found = find_alike(one, others, triples, BASES, most, least=0)

    assert found == find_alike(one, shuffled, sorted(triples), BASES, most, least=0)
    assert len(found) <= most
    assert found == sorted(found, key=lambda pair: -pair.met / (pair.of + DOUBT))


@pytest.mark.parametrize("categories", [1, 2, 3])
def test_too_little_in_common_says_nothing(categories):
    triples = [(company, category, "kafka") for company in "ab" for category in CATEGORIES[:categories]]

    found = find_alike(COMPANIES[0], COMPANIES[1:], triples, BASES)

    assert bool(found) == (categories >= LEAST_CATEGORIES)


def test_a_share_that_rests_on_much_comes_before_a_full_one_that_rests_on_little():
    a, b, c, *_ = COMPANIES
    triples = [("a", category, technology) for category in CATEGORIES for technology in TECHNOLOGIES]
    triples += [("b", category, technology) for category in CATEGORIES for technology in TECHNOLOGIES[1:]]
    triples += [("c", category, "nats") for category in CATEGORIES[:3]]

    assert [pair.companies[1] for pair in find_alike(a, [c, b], triples, {})] == [b, c]
