import pytest

from stacks.merge import merge
from stacks.models import Company, Evidence, ImportDecision, Merge, Redirect
from tests.admin.doors import admin_url
from tests.factories import (
    make_category,
    make_company,
    make_evidence,
    make_migration,
    make_source,
    make_technology,
    make_usage,
)

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


@pytest.fixture
def pair():
    kept, gone = make_company("Zerodha"), make_company("Zerodha Ltd", country="IN")
    redis = make_technology("Redis")
    make_usage(kept, redis, category=redis.category, purpose="Cache")
    make_usage(gone, redis, category=redis.category, purpose="Queues")
    make_usage(gone, make_technology("Kafka"))
    return gone, kept


def look(client, gone, kept):
    return client.get(admin_url(gone, "merge"), {"into": kept.pk})


def post(client, gone, kept, page, **choices):
    told = {"into": kept.pk, "seen": page.context["report"].fingerprint}
    told |= {conflict.key: "kept" for conflict in page.context["choices"].conflicts}
    return client.post(admin_url(gone, "merge"), told | choices)


def test_from_the_row_to_the_merge_and_back(log_in, pair):
    gone, kept = pair
    reviewer = log_in("reviewer")
    assert admin_url(gone, "merge") in reviewer.get(admin_url(gone, "change")).content.decode()
    assert "The company that is left" in reviewer.get(admin_url(gone, "merge")).content.decode()

    ImportDecision.objects.create(company=gone, words="kite", key="kite", verdict="never")
    make_migration(gone, to_technology=make_technology("Kite"))
    page = look(reviewer, gone, kept)
    text = page.content.decode()
    for moves in ("1 migration", "1 import decision", "“kite” at", "evidence"):
        assert moves in text
    assert "Queues" in text
    assert "Cache" in text
    assert "The address of Zerodha Ltd leads to Zerodha" in text
    assert Company.objects.count() == 2
    answer = post(reviewer, gone, kept, page)

    merged = Merge.objects.get()
    assert answer["Location"] == admin_url(merged, "change")
    assert str(merged.made_by) == "reviewer"
    assert reviewer.get("/companies/zerodha-ltd/")["Location"].endswith("/companies/zerodha/")
    assert Company.objects.get().country == "IN"
    back = reviewer.get(answer["Location"])
    assert "Undo: make them two again" in back.content.decode()
    assert reviewer.post(admin_url(merged, "undo"))["Location"] == admin_url(gone, "change")
    assert Company.objects.get(pk=gone.pk).usages.count() == 2
    assert not Redirect.objects.exists()
    assert "Undo:" not in reviewer.get(admin_url(merged, "change")).content.decode()


def test_what_is_chosen_is_taken(log_in, pair):
    gone, kept = pair
    reviewer = log_in("reviewer")
    page = look(reviewer, gone, kept)
    (conflict,) = page.context["choices"].conflicts

    post(reviewer, gone, kept, page, **{conflict.key: "moved", "field-name": "moved", "field-country": "kept"})

    company = Company.objects.get()
    assert (company.name, company.country) == ("Zerodha Ltd", "")
    assert set(company.usages.values_list("purpose", flat=True)) == {"Queues", "Some purpose"}


@pytest.mark.parametrize("missing", ["choice", "seen", "changed"])
def test_nothing_is_merged_unseen_and_the_choices_stay(log_in, pair, missing):
    gone, kept = pair
    reviewer = log_in("reviewer")
    page = look(reviewer, gone, kept)
    (conflict,) = page.context["choices"].conflicts
    choices = {"field-name": "moved"}
    if missing == "changed":
        gone.summary = "Another word"
        gone.save()
    if missing == "choice":
        choices[conflict.key] = "both"
    if missing == "seen":
        choices["seen"] = ""

    answer = post(reviewer, gone, kept, page, **choices)

    assert answer.status_code == 409
    assert Company.objects.count() == 2
    assert not Merge.objects.exists()
    assert '<input type="radio" name="field-name" value="moved" checked>' in answer.content.decode()


def make_meeting(pairs):
    """Two companies that both say of so many technologies that they use them, otherwise."""
    kept, gone = make_company("Zerodha"), make_company("Zerodha Ltd")
    for number in range(pairs):
        used = make_technology(f"Tool {number}")
        make_usage(kept, used, category=used.category, purpose="Stands")
        make_usage(gone, used, category=used.category, purpose="Comes")
    return gone, kept


def test_many_pairs_are_chosen_between_page_by_page_and_the_rest_at_once(log_in):
    gone, kept = make_meeting(27)
    reviewer = log_in("reviewer")
    first = look(reviewer, gone, kept)
    pairs = [pair.conflict.key for pair in first.context["pairs"]]
    assert len(pairs) == 25
    address, told = admin_url(gone, "merge"), {"into": kept.pk, "seen": first.context["report"].fingerprint}

    second = reviewer.post(address, told | {pairs[0]: "moved", pairs[3]: "kept", "page": "2"})

    assert len(second.context["pairs"]) == 2
    assert second.context["choices"].open_ones == 25
    told["elsewhere"] = second.context["choices"].elsewhere
    last = second.context["pairs"][0].conflict.key
    open_one = reviewer.post(address, told | {last: "moved", "page": "open"})
    assert (open_one.context["choices"].page.number, open_one.context["pairs"][0].chosen) == (1, "moved")
    told["elsewhere"] += f" {last}:moved"
    refused = reviewer.post(address, told)
    assert "24 rows meet others, and nobody has chosen" in refused.content.decode()
    assert refused.context["choices"].made.keys() == {pairs[0], pairs[3], last}
    assert Company.objects.count() == 2

    reviewer.post(address, told | {"rest": "kept"})

    assert kept.usages.filter(purpose="Comes").count() == 2
    assert kept.usages.filter(purpose="Stands").count() == 25
    assert Evidence.objects.filter(usage__company=kept).count() == 54
    reviewer.post(admin_url(Merge.objects.get(), "undo"))
    assert (gone.usages.count(), kept.usages.count()) == (27, 27)


def test_choices_of_another_page_are_looked_at_again_where_something_changed(log_in):
    gone, kept = make_meeting(26)
    reviewer = log_in("reviewer")
    page = look(reviewer, gone, kept)
    usage = kept.usages.first()
    usage.purpose = "Otherwise"
    usage.save()

    told = {"into": kept.pk, "seen": page.context["report"].fingerprint, "page": "2"}
    answer = reviewer.post(admin_url(gone, "merge"), told | {page.context["pairs"][0].conflict.key: "moved"})

    assert answer.status_code == 409
    assert "has changed meanwhile" in answer.content.decode()
    assert len(answer.context["choices"].made) == 1


def test_what_was_touched_since_says_so(log_in, pair):
    gone, kept = pair
    reviewer = log_in("reviewer")
    post(reviewer, gone, kept, look(reviewer, gone, kept))
    merged = Merge.objects.get()
    usage = kept.usages.get(technology__slug="kafka")
    usage.purpose = "Events"
    usage.save()

    page = reviewer.get(admin_url(merged, "change")).content.decode()
    reviewer.post(admin_url(merged, "undo"))

    assert "It cannot be undone any more" in page
    assert "was changed since" in page
    assert Company.objects.count() == 1


@pytest.mark.parametrize(
    ("role", "may"), [("nobody", 403), ("onlooker", 403), ("curator", 403), ("reviewer", 200), ("superuser", 200)]
)
def test_only_who_may_delete_and_publish_merges(log_in, users, pair, role, may):
    gone, kept = pair
    client = log_in(role)
    assert look(client, gone, kept).status_code == may
    if may == 403:
        assert client.post(admin_url(gone, "merge"), {"into": kept.pk, "seen": "x"}).status_code == 403
        merged = merge(gone, kept, user=None, conflicts=dict.fromkeys([_only_conflict(gone, kept)], "kept"))
        assert client.post(admin_url(merged, "undo")).status_code in (403, 404)
        assert Company.objects.count() == 1
    else:
        assert client.get(admin_url(Merge, "changelist")).status_code == 200


def _only_conflict(gone, kept):
    from stacks.merge import look as preview

    return preview(gone, kept).conflicts[0].key


@pytest.mark.parametrize("into", ["", "abc", "0", "9" * 30, "-1"])
def test_junk_finds_nobody(log_in, pair, into):
    gone, _ = pair
    reviewer = log_in("reviewer")

    assert reviewer.get(admin_url(gone, "merge"), {"into": into}).status_code in (200, 404)
    assert reviewer.post(admin_url(gone, "merge"), {"into": into}).status_code in (200, 404)
    assert reviewer.get(admin_url(Company, "merge", "abc")).status_code == 404
    assert Company.objects.count() == 2


def test_every_kind_has_its_page(log_in):
    reviewer = log_in("reviewer")
    for make in (make_company, make_technology, make_source, make_category):
        one, other = make(), make()
        assert admin_url(one, "merge") in reviewer.get(admin_url(one, "change")).content.decode()
        page = look(reviewer, one, other)
        assert page.status_code == 200
        post(reviewer, one, other, page)
        assert not type(one).objects.filter(pk=one.pk).exists()
        reviewer.post(admin_url(Merge.objects.first(), "undo"))
        assert type(one).objects.filter(pk=one.pk).exists()


def test_evidence_is_named_by_what_it_is_about(log_in, django_assert_max_num_queries):
    gone, kept = make_source(title="Gone", kind="talk"), make_source(title="Kept")
    acme, kafka = make_company("Acme"), make_technology("Kafka", make_category("Brokers"))
    make_usage(acme, kafka, purpose="Logs", source=gone)
    make_evidence(migration=make_migration(acme, make_technology("RabbitMQ"), kafka), source=gone)
    make_evidence(company=acme, source=gone)
    reviewer = log_in("reviewer")

    page = look(reviewer, gone, kept)
    with django_assert_max_num_queries(20):
        going = reviewer.get(admin_url(gone, "delete")).content.decode()

    ((kind, count, names),) = page.context["moves"]
    assert (kind, count) == ("evidence", 3)
    assert [name.removesuffix(f": {gone}") for name in names] == [
        "Acme: Kafka (Brokers), Logs",
        "Acme: RabbitMQ to Kafka",
        "Acme",
    ]
    assert f"Acme: Kafka (Brokers), Logs: {gone}" in going
    assert "Engineering blog" in page.content.decode()  # of a choice the word, not what is stored


def test_a_get_undoes_nothing(log_in, pair):
    gone, kept = pair
    reviewer = log_in("reviewer")
    post(reviewer, gone, kept, look(reviewer, gone, kept))

    reviewer.get(admin_url(Merge.objects.get(), "undo"))

    assert Company.objects.count() == 1
