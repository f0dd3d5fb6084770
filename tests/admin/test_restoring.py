"""Back to an earlier state, and back from being deleted: told before, by the ordinary rules and rights."""

import pytest

from stacks.derived import check
from stacks.feed import find_untold
from stacks.merge import merge
from stacks.models import (
    Change,
    Company,
    CompanyAlias,
    CompanyFact,
    Coverage,
    Evidence,
    ImportLine,
    Redirect,
    Source,
    State,
    Technology,
    Usage,
)
from stacks.proposals.deciding import accept
from tests.admin.doors import admin_url
from tests.admin.test_pages import CURATED, make_row
from tests.factories import (
    make_category,
    make_company,
    make_coverage,
    make_evidence,
    make_migration,
    make_relation,
    make_source,
    make_technology,
    make_usage,
)

pytestmark = pytest.mark.both_databases

LIST = "/admin/deleted/"


def deleted(row_or_model, key=None):
    model = row_or_model if isinstance(row_or_model, type) else type(row_or_model)
    return f"{LIST}{model._meta.model_name}/{key or row_or_model.pk}/"


def ticked(page):
    found = page.context["found"]
    return {
        "seen": found.fingerprint,
        "field": [each.field for each in found.own.differences] if found.own else [],
        "step": [step.key for step in found.steps if step.ticked],
    }


def restore(client, row, record, **typed):
    url = admin_url(row, "restore", record.pk)
    return client.post(url, ticked(client.get(url)) | typed)


def healthy():
    return not [each for each in check() if each.field is not None] and find_untold() == []


def test_an_earlier_state_comes_back_with_the_evidence_that_hung_on_it(log_in):
    usage = make_usage(purpose="Events", technology=make_technology("<i>Kafka</i>", slug="kafka"))
    gone = make_evidence(usage=usage, quote="Kafka carries all events")
    then = usage.history.first()
    reviewer = log_in("reviewer")
    usage.purpose = "Wrong"
    usage.save()
    key = gone.pk
    gone.delete()
    added = make_evidence(usage=usage, quote="Added since")
    url = admin_url(usage, "restore", then.pk)
    assert url in reviewer.get(admin_url(usage, "history")).content.decode()

    page = reviewer.get(url)
    text = page.content.decode()
    assert "<del>Wrong</del> → <ins>Events</ins>" in text
    assert "Kafka carries all events" in text
    assert "Added since" in text
    assert "<i>Kafka" not in text
    usage.refresh_from_db()
    assert usage.purpose == "Wrong"
    answer = reviewer.post(url, ticked(page))

    assert answer["Location"] == admin_url(usage, "change")
    usage.refresh_from_db()
    assert usage.purpose == "Events"
    assert usage.evidence.get(pk=key).quote == "Kafka carries all events"
    assert usage.evidence.filter(pk=added.pk).exists()
    assert "restored as of" in usage.history.first().history_change_reason
    assert str(usage.history.first().history_user) == "reviewer"
    page = reviewer.get(admin_url(usage, "restore", then.pk))
    assert page.context["found"].own is None
    restore(reviewer, usage, then, step=[f"evidence-{added.pk}"])
    assert not Evidence.objects.filter(pk=added.pk).exists()
    assert "says the same now" in reviewer.get(url).content.decode()
    assert healthy()


def test_who_may_not_publish_proposes_the_earlier_state(log_in):
    usage = make_usage(purpose="Events")
    gone = make_evidence(usage=usage, quote="As it was")
    then = usage.history.first()
    usage.purpose = "Wrong"
    usage.save()
    key = gone.pk
    gone.delete()
    curator, reviewer = log_in("curator"), log_in("reviewer")

    page = curator.get(admin_url(usage, "restore", then.pk))
    assert "what you restore becomes a proposal" in page.content.decode()
    restore(curator, usage, then)

    usage.refresh_from_db()
    assert (usage.purpose, usage.evidence.count()) == ("Wrong", 1)
    assert sorted(ImportLine.objects.values_list("action", "kind", "row")) == [
        ("add", "evidence", key), ("change", "usage", usage.pk),
    ]  # fmt: skip
    review = reviewer.get(admin_url(usage.company, "review"))
    assert "As it was" in review.content.decode()


def test_what_stands_in_the_way_is_said_at_the_field_and_the_rest_can_be_restored(log_in):
    company = make_company("Old name", slug="old", summary="Right", state=State.DRAFT)
    alias = CompanyAlias.objects.create(company=company, name="Nick")
    then = company.history.first()
    company.name, company.slug, company.summary = "New name", "new", "Wrong"
    company.save()
    alias.delete()
    other = make_company("Nick")
    make_company("Third", slug="old")
    reviewer = log_in("reviewer")

    page = reviewer.get(admin_url(company, "restore", then.pk))
    assert page.context["found"].own.errors["slug"]
    answer = restore(reviewer, company, then)

    assert answer.status_code == 409
    text = answer.content.decode()
    assert "Slug: " in text
    assert "“Nick” already leads to Nick." in text or "already leads somewhere" in text
    company.refresh_from_db()
    assert (company.slug, company.summary) == ("new", "Wrong")
    assert restore(reviewer, company, then, field=["summary", "name"], step=[]).status_code == 302
    company.refresh_from_db()
    assert (company.slug, company.summary, company.name) == ("new", "Right", "Old name")
    assert other.aliases.count() == 1


def test_what_was_ticked_is_what_was_read(log_in):
    usage = make_usage(purpose="Events", state=State.DRAFT)
    then = usage.history.first()
    usage.purpose = "Wrong"
    usage.save()
    curator = log_in("curator")
    url = admin_url(usage, "restore", then.pk)
    typed = ticked(curator.get(url))
    usage.purpose = "Another"
    usage.save()

    assert curator.post(url, typed).status_code == 409
    assert curator.post(url, {"seen": curator.get(url).context["found"].fingerprint}).status_code == 409
    usage.refresh_from_db()
    assert usage.purpose == "Another"


@pytest.mark.parametrize("role", ["nobody", "onlooker"])
def test_who_may_change_nothing_restores_nothing(log_in, role):
    usage, gone = make_usage(state=State.DRAFT), make_usage(state=State.DRAFT)
    then = usage.history.first()
    usage.purpose = "Now"
    usage.save()
    url = deleted(gone)
    gone.delete()
    client = log_in(role)

    for address in (admin_url(usage, "restore", then.pk), url):
        assert client.get(address).status_code == 403
        assert client.post(address, {"seen": "x", "field": ["purpose"]}).status_code == 403

    usage.refresh_from_db()
    assert usage.purpose == "Now"
    assert Usage.objects.count() == 1
    listed, past = client.get(LIST), client.get(admin_url(usage, "history"))
    assert listed.status_code == past.status_code == (403 if role == "nobody" else 200)
    assert url not in listed.content.decode()
    assert "Restore this state" not in past.content.decode()
    assert "as it was then" not in past.content.decode()


@pytest.mark.parametrize("version", ["0", "junk", "9" * 30])
def test_junk_is_not_found(log_in, version):
    usage = make_usage(state=State.DRAFT)
    client = log_in("reviewer")

    assert client.get(admin_url(usage, "restore", version)).status_code == 404
    assert client.get(f"{LIST}usage/{version}/").status_code == 404
    assert client.get(f"{LIST}junk/1/").status_code == 404
    assert client.get(f"{LIST}session/1/").status_code == 404
    assert client.get(LIST, {"q": "%00", "kind": "junk", "start": version}).status_code == 200
    assert client.get(f"{LIST}usage/{usage.pk}/")["Location"] == admin_url(usage, "change")


@pytest.fixture
def gone(log_in):
    """A company that was public, is retracted, and was deleted by the reviewer; with its usage, before that."""
    company = make_company("Fam & Co", slug="fam", summary="Shops")
    company.slug = "fam-co"
    company.save()
    usage = make_usage(company, make_technology("Redis"), purpose="Cache")
    make_migration(company)
    make_coverage(company)
    CompanyAlias.objects.create(company=company, name="Famous", caution="entry_only")
    company.facts.create(label="Users", value="9")
    company.identifiers.create(scheme="domain", value="fam.example")
    make_source(company=company, title="Own words")
    make_company("Daughter", parent=company)
    company.state = State.RETRACTED
    company.save()
    log_in("reviewer").post(admin_url(company, "delete"), {"post": "yes"})
    assert not Usage.objects.exists()
    assert not Redirect.objects.exists()
    return company, usage


def test_what_was_deleted_is_found_from_everywhere(log_in, gone):
    company, _ = gone
    reviewer = log_in("reviewer")

    listed = reviewer.get(LIST)

    (row,) = listed.context["page"].rows
    assert (row.name, row.who) == ("Fam & Co", "reviewer")
    assert {"1 usage", "1 migration", "1 coverage", "2 company aliases"} <= set(row.along)
    assert "Fam &amp; Co" in listed.content.decode()
    assert [each.noun for each in reviewer.get(LIST, {"q": "redis"}).context["page"].rows] == ["Usage"]
    assert reviewer.get(LIST, {"kind": "coverage"}).context["page"].count == 1
    assert reviewer.get(LIST, {"q": "nothing like it"}).context["page"].count == 0
    for page in ("/admin/", admin_url(Usage, "changelist")):
        assert LIST in reviewer.get(page).content.decode()
    past = reviewer.get(admin_url(company, "history")).content.decode()
    assert f"{LIST}company/{company.pk}/" in past
    assert "This was deleted" in past


def test_a_deleted_company_is_brought_back_with_all_that_hung_on_it(log_in, gone):
    company, usage = gone
    before = Change.objects.count()
    reviewer = log_in("reviewer")

    page = reviewer.get(deleted(company)).content.decode()
    assert "Redis" in page
    assert "It comes back retracted, as it was." in page
    assert not Company.objects.filter(pk=company.pk).exists()
    answer = reviewer.post(deleted(company))

    assert answer["Location"] == admin_url(company, "change")
    back = Company.objects.get(pk=company.pk)
    assert (back.slug, back.state, back.summary) == ("fam-co", State.RETRACTED, "Shops")
    assert back.usages.get().uid == usage.uid
    assert (back.usages.get().evidence.count(), back.migrations.count(), back.coverage.count()) == (1, 1, 1)
    assert dict(back.aliases.values_list("name", "caution")) == {"Fam & Co": "free", "Famous": "entry_only"}
    assert (back.facts.get().value, back.identifiers.get().value) == ("9", "fam.example")
    assert Redirect.objects.get().new_slug == "fam-co"
    assert Source.objects.get(title="Own words").company == back
    assert Company.objects.get(name="Daughter").parent == back
    assert reviewer.get(LIST).context["page"].count == 0
    told = Change.objects.filter(seq__gt=before)
    assert not told.filter(object="fam-co", verb="added").exists()
    back.state = State.PUBLISHED
    back.save()
    assert told.filter(object="fam-co", verb="added").exists()
    assert reviewer.get("/companies/fam/")["Location"].endswith("/companies/fam-co/")
    assert healthy()


def test_the_feed_tells_that_a_published_row_went_and_came_back(log_in):
    usage, blank = make_usage(), make_coverage()
    source = usage.evidence.get().source
    keys = usage.pk, blank.pk
    usage.delete()
    blank.delete()
    before = Change.objects.count()
    reviewer = log_in("reviewer")

    for model, key in ((Usage, keys[0]), (Coverage, keys[1])):
        assert reviewer.post(deleted(model, key)).status_code == 302

    assert Usage.objects.get().visible
    told = list(Change.objects.filter(seq__gt=before).values_list("verb", "kind", "object"))
    assert told == [
        ("added", "source", source.uid), ("added", "usage", Usage.objects.get().uid),
        ("added", "coverage", Coverage.objects.get().uid),
    ]  # fmt: skip
    assert healthy()


def test_for_who_may_not_publish_what_was_public_comes_back_as_a_draft_or_is_proposed(log_in, users):
    usage, blank = make_usage(), make_coverage()
    keys, uid = (usage.pk, blank.pk), blank.uid
    usage.delete()
    blank.delete()
    curator = log_in("curator")

    assert "comes back as a draft" in curator.get(deleted(Usage, keys[0])).content.decode()
    curator.post(deleted(Usage, keys[0]))
    assert Usage.objects.get().state == State.DRAFT
    assert Usage.objects.get().evidence.count() == 1
    assert "it is proposed" in curator.get(deleted(Coverage, keys[1])).content.decode()
    curator.post(deleted(Coverage, keys[1]))
    assert not Coverage.objects.exists()
    line = ImportLine.objects.get()
    accept([line], users["reviewer"])
    assert (Coverage.objects.get().pk, Coverage.objects.get().uid) == (keys[1], uid)
    assert healthy()


def test_an_address_that_another_has_by_now_is_typed_anew(log_in):
    company = make_company("Fam", summary="Kept", state=State.DRAFT)
    make_usage(company, state=State.DRAFT)
    key = company.pk
    company.delete()
    other = make_company("Fam")
    reviewer = log_in("reviewer")
    url = deleted(Company, key)

    page = reviewer.get(url)
    assert {bound.name for bound, errors, _ in page.context["fields"] if errors} >= {"slug"}
    refused = reviewer.post(url, {"asks": ["slug", "name"], "row-slug": "fam", "row-name": "Fam"})
    assert refused.status_code == 409
    assert 'value="fam"' in refused.content.decode()
    assert not Company.objects.filter(pk=key).exists()
    reviewer.post(url, {"asks": ["slug", "name"], "row-slug": "fam-two", "row-name": "Fam Two"})

    back = Company.objects.get(pk=key)
    assert (back.slug, back.name, back.summary) == ("fam-two", "Fam Two", "Kept")
    assert back.usages.count() == 1
    assert other.aliases.get().name == "Fam"
    assert healthy()


def test_what_it_named_and_is_gone_too_is_brought_back_first_or_chosen_anew(log_in):
    usage = make_usage(make_company("Acme"), make_technology("Redis"), state=State.DRAFT)
    technology, company = usage.technology, usage.company
    keys = usage.pk, technology.pk, company.pk
    usage.delete()
    technology.delete()
    company.delete()
    reviewer = log_in("reviewer")
    url = deleted(Usage, keys[0])

    page = reviewer.get(url)
    text = page.content.decode()
    assert {bound.name for bound, errors, _ in page.context["fields"] if errors} == {"company", "technology"}
    assert "is not there any more" in text
    assert deleted(Technology, keys[1]) in text
    assert deleted(Company, keys[2]) in text
    assert reviewer.post(url).status_code == 409
    reviewer.post(deleted(Company, keys[2]))
    other = make_technology("Valkey")
    reviewer.post(url, {"asks": ["technology"], "row-technology": other.pk})

    assert Usage.objects.get(pk=keys[0]).technology == other
    assert Usage.objects.get().evidence.count() == 1


def test_a_place_that_is_taken_is_said_at_the_field(log_in):
    usage = make_usage(make_company("Acme"), make_technology("Redis"))
    company, technology, key = usage.company, usage.technology, usage.pk
    usage.delete()
    make_usage(company, technology)
    blank = make_coverage(company, make_category(), outcome="nothing_found")
    place, blank_key = blank.category, blank.pk
    blank.delete()
    make_usage(company, make_technology(category=place))
    reviewer = log_in("reviewer")

    page = reviewer.get(deleted(Usage, key))
    assert "has an open usage of this technology" in page.content.decode()
    refused = reviewer.get(deleted(Coverage, blank_key))
    assert "that is no blank" in refused.content.decode()
    assert reviewer.post(deleted(Coverage, blank_key)).status_code == 409
    reviewer.post(deleted(Usage, key), {"asks": ["scope"], "row-scope": "Mobile"})

    assert Usage.objects.get(pk=key).scope == "Mobile"
    assert not Coverage.objects.exists()


def test_a_technology_comes_back_with_names_and_relations_but_for_what_is_gone(log_in):
    technology, fork, lost = make_technology("Redis"), make_technology("Valkey"), make_technology("KeyDB")
    technology.aliases.create(name="REmote DIctionary Server")
    technology.homonyms.create(name="RDS", near="cache")
    make_relation(fork, "fork_of", technology)
    make_relation(lost, "fork_of", technology)
    key = technology.pk
    technology.delete()
    lost.delete()
    reviewer = log_in("reviewer")

    page = reviewer.get(deleted(Technology, key))
    assert "stays deleted: The technology that it names is not there any more." in page.content.decode()
    reviewer.post(deleted(Technology, key))

    back = Technology.objects.get(pk=key)
    assert set(back.aliases.values_list("name", flat=True)) == {"Redis", "REmote DIctionary Server"}
    assert back.homonyms.get().near == "cache"
    assert [each.subject for each in back.reverse_relations.all()] == [fork]
    assert healthy()


def test_what_was_merged_is_undone_and_not_brought_back(log_in):
    kept, gone = make_company("Zerodha"), make_company("Zerodha Ltd")
    key = gone.pk
    merged = merge(gone, kept, user=None)
    reviewer = log_in("reviewer")

    assert admin_url(merged, "change") in reviewer.get(LIST).content.decode()
    for page in (reviewer.get(deleted(Company, key)), reviewer.post(deleted(Company, key))):
        assert admin_url(merged, "change") in page.content.decode()
    assert not Company.objects.filter(pk=key).exists()


@pytest.mark.parametrize("usages", [1, 3])
def test_deleted_and_bringing_back_cost_the_same_however_much_went(log_in, django_assert_num_queries, usages):
    client = log_in("reviewer")
    rows = [make_company(usages=usages, state=State.DRAFT) for _ in range(usages)]
    first = deleted(rows[0])
    client.get(LIST)
    for row in rows:
        CompanyFact.objects.create(company=row, label="Users", value="9")
        row.delete()

    with django_assert_num_queries(14):
        page = client.get(LIST)
    with django_assert_num_queries(38):
        client.get(first)

    assert page.context["page"].count == usages


def test_what_was_published_and_has_no_source_any_more_comes_back_as_a_draft(log_in):
    source = make_source()
    usage = make_usage(source=source)
    key = usage.pk
    usage.delete()
    source.delete()
    reviewer = log_in("reviewer")

    page = reviewer.post(deleted(Usage, key), follow=True)

    assert "has no source any more" in page.content.decode()
    assert Usage.objects.get().state == State.DRAFT
    assert healthy()


def test_an_address_of_a_draft_does_not_come_back(log_in):
    company = make_company("Fam", slug="old")
    company.slug = "fam"
    company.save()
    key = company.pk
    company.delete()

    log_in("curator").post(deleted(Company, key))

    assert Company.objects.get().state == State.DRAFT
    assert not Redirect.objects.exists()
    assert healthy()


def test_all_of_a_row_goes_back_to_a_moment_at_which_only_its_parts_changed(log_in):
    company = make_company("Fam", state=State.DRAFT)
    company.identifiers.create(scheme="domain", value="fam.example")
    company.facts.create(label="Users", value="9")
    company.identifiers.get().delete()
    fact = company.facts.get()
    fact.value = "90"
    fact.save()
    curator = log_in("curator")
    acts = curator.get(admin_url(company, "history")).context["acts"]
    (url,) = [whole for act, _, _, whole in acts if act.entries[0].noun == "company fact" and whole]

    page = curator.get(url)
    assert [(step.do, step.noun) for step in page.context["found"].steps] == [
        ("add", "company identifier"), ("change", "company fact"),
    ]  # fmt: skip
    curator.post(url, ticked(page))

    assert company.identifiers.get().value == "fam.example"
    assert company.facts.get().value == "9"
    assert curator.get(f"{admin_url(company, 'history')}?start=junk").status_code == 200
    assert curator.get(url.replace("?at=", "?at=9999999")).status_code == 200


def test_every_kind_is_deleted_found_brought_back_and_restored(log_in):
    reviewer = log_in("reviewer")
    gone = []
    for model in CURATED:
        row = make_row(model)
        row.save()
        first = row.history.order_by("history_id").first()
        assert reviewer.get(admin_url(row, "restore", first.pk)).status_code == 200, model
        gone.append((model, row.pk))
        row.delete()

    listed = {(row.kind, row.pk) for row in reviewer.get(LIST).context["page"].rows}
    assert {(model._meta.model_name, key) for model, key in gone} <= listed
    for model, key in gone:
        assert reviewer.post(deleted(model, key)).status_code == 302, model
        assert model.objects.filter(pk=key).exists(), model
    assert healthy()


def test_a_name_comes_back_with_the_alias_that_it_was(log_in):
    company = make_company("Old name", slug="old", state=State.DRAFT)
    alias = company.aliases.get()
    alias.caution = "entry_only"
    alias.save()
    then = company.history.first()
    usage = make_usage(company, state=State.DRAFT)
    company.name = "New name"
    company.save()
    usage.delete()
    curator = log_in("curator")
    page = curator.get(admin_url(company, "restore", then.pk))

    assert "1 usage</a>" in page.content.decode()
    assert restore(curator, company, then).status_code == 302

    company.refresh_from_db()
    assert company.name == "Old name"
    assert company.aliases.get(name="Old name").caution == "entry_only"
    own = company.aliases.get(name="Old name")
    own.caution = "free"
    own.save()
    first = own.history.order_by("history_id").first()
    assert curator.get(admin_url(own, "restore", first.pk)).status_code == 200
    assert healthy()
