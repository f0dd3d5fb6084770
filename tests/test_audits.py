import pytest
from django.contrib.auth.models import User

from stacks.audits import Refused, draw, finish, judge, outcomes, rate_of, sample
from stacks.models import Audit, State
from stacks.review import RETRACT, move
from tests.factories import make_company, make_technology, make_usage
from tests.pages.reading import text_of


@pytest.mark.parametrize(
    ("errors", "judged", "low", "high"),
    [(0, 50, 0.0, 0.0713), (1, 50, 0.0035, 0.1050), (5, 100, 0.0215, 0.1118), (50, 50, 0.9287, 1.0), (0, 0, 0.0, 1.0)],
)
def test_the_interval_is_wilsons(errors, judged, low, high):
    rate = rate_of(errors, judged)
    assert (round(rate.low, 4), round(rate.high, 4)) == (low, high)
    assert rate.low <= rate.share <= rate.high


def test_a_seed_draws_the_same_sample_whatever_order_the_rows_have():
    uids = [f"u{number}" for number in range(100)]
    assert sample(uids, 10, 7) == sample(uids[::-1], 10, 7)
    assert sample(uids, 10, 7) != sample(uids, 10, 8)
    assert sorted(sample(uids[:3], 10, 7)) == uids[:3]


@pytest.fixture
def judges(db):
    return User.objects.create_user("first", is_superuser=True), User.objects.create_user("second")


def make_audit(user, usages=3, release="2026-11", **options):
    acme = make_company("Acme")
    for number in range(usages):
        make_usage(acme, make_technology(f"Tool {number}"))
    return draw(release, options.get("size", 50), options.get("seed", 1), user)


def test_a_sample_is_of_what_is_published_and_kept_as_it_was_drawn(judges):
    make_usage(make_company("Whisper"), state=State.PROPOSED)

    audit = make_audit(judges[0], usages=4, size=3, seed=None)

    assert (audit.drawn_from, audit.items.count(), audit.made_by) == (4, 3, judges[0])
    item = audit.items.first()
    assert item.stated["company"] == "Acme"
    assert item.stated["sources"][0]["url"]
    again = draw("again", 3, audit.seed, judges[0])
    assert [one.usage_id for one in again.items.all()] == [one.usage_id for one in audit.items.all()]
    with pytest.raises(Refused, match="audited already"):
        draw("again", 3, 1, judges[0])


def test_the_worst_that_was_found_counts_and_an_outcome_stands(judges):
    audit = make_audit(judges[0])
    one, two, three = audit.items.all()
    judge(one, judges[0], "right", "")
    judge(one, judges[1], "not_found", "looked everywhere")
    judge(two, judges[0], "wrong", "it was another")
    with pytest.raises(Refused, match="1 of 3 are not judged yet"):
        finish(audit.pk)
    judge(three, judges[0], "wrong", "")
    judge(three, judges[0], "right", "")

    finish(audit.pk)

    (outcome,) = outcomes(Audit.objects.all())
    assert (outcome.right, outcome.wrong, outcome.not_found) == (1, 1, 1)
    assert (outcome.rate.errors, outcome.rate.judged) == (2, 3)
    assert [error.notes for error in outcome.errors] == [("looked everywhere",), ("it was another",)]
    for refused in (lambda: judge(one, judges[0], "right", ""), lambda: finish(audit.pk)):
        with pytest.raises(Refused):
            refused()


def test_the_page_about_the_catalogue_tells_rate_interval_and_every_error(client, judges):
    audit = make_audit(judges[0])
    assert "no audit is finished" in text_of(client.get("/about/"), "errors")
    tag = client.get("/about/").headers["ETag"]
    withdrawn, changed, right = audit.items.all()
    judge(withdrawn, judges[0], "wrong", "Whisper")
    judge(changed, judges[0], "not_found", "Nowhere in the talk")
    judge(right, judges[0], "right", "")
    assert client.get("/about/", headers={"If-None-Match": tag}).status_code == 304  # what is under way is not told
    finish(audit.pk)

    text = text_of(client.get("/about/", headers={"If-None-Match": tag}), "errors")
    for words in ("2026-11", "66.7 %", "20.8 % to 93.9 %", "Nowhere in the talk", "Whisper", "stands as it was"):
        assert words in text, words

    gone = withdrawn.stated["technology"]
    move([withdrawn.usage], RETRACT, judges[0])
    changed.usage.purpose = "Another purpose"
    changed.usage.save()

    text = text_of(client.get("/about/"), "errors")
    assert "Whisper" not in text
    assert gone not in text
    assert "withdrawn since" in text
    assert "changed since" in text


@pytest.mark.parametrize("usages", [1, 3])
def test_outcomes_cost_the_same_however_large_the_sample(judges, usages, django_assert_num_queries):
    audit = make_audit(judges[0], usages=usages)
    for item in audit.items.all():
        judge(item, judges[0], "wrong", "")

    # the items with what is published of them, the judgements
    with django_assert_num_queries(2):
        outcomes([audit])
