"""What is published keeps its source and is retracted, not deleted, whichever door is tried."""

import pytest
from django.core.exceptions import ValidationError

from stacks.changes import LeftWithoutSourceError
from stacks.curating import curating
from stacks.merge import Refused, merge
from stacks.models import Evidence, Migration, State, Usage
from stacks.unmerge import undo
from tests.admin.doors import admin_url, form_data
from tests.admin.test_roles import run_action
from tests.factories import make_company, make_evidence, make_migration, make_source, make_technology, make_usage

pytestmark = pytest.mark.both_databases

WHY = "this is the last source that supports it"
ESCAPED = "&lt;b&gt;Acme&lt;/b&gt;"


@pytest.fixture(params=[make_usage, make_migration])
def sourced(db, request):
    return request.param(make_company("<b>Acme</b>", slug="acme"))


def test_the_last_source_is_not_taken_beside_its_row(log_in, sourced):
    reviewer = log_in("reviewer")
    url = admin_url(sourced, "change")
    data = form_data(reviewer.get(url))

    for typed in ({"evidence-0-DELETE": "on"}, {"evidence-0-stance": "contradicts"}):
        page = reviewer.post(url, data | typed)
        assert page.status_code == 200
        assert WHY in page.content.decode()
        assert ESCAPED in page.content.decode()
        assert "<b>Acme" not in page.content.decode()
    assert sourced.evidence.get().stance == "supports"
    formset = page.context["inline_admin_formsets"][-1].formset
    assert WHY in formset.forms[0].errors["stance"][0]

    more = make_source()
    added = {"evidence-TOTAL_FORMS": "2", "evidence-1-source": more.pk, "evidence-1-stance": "supports"}
    assert reviewer.post(url, data | added | {"evidence-0-DELETE": "on"}).status_code == 302
    assert sourced.evidence.get().source == more


def test_nor_on_its_own_page_or_list(log_in, sourced):
    reviewer = log_in("reviewer")
    evidence = sourced.evidence.get()
    draft = make_usage(state=State.DRAFT)
    other = {"usage": draft.pk, "migration": "", "company": ""}
    data = form_data(reviewer.get(admin_url(evidence, "change")))

    for typed, field in (({"stance": "contradicts"}, "stance"), (other, sourced._meta.model_name)):
        page = reviewer.post(admin_url(evidence, "change"), data | typed)
        assert WHY in page.context["adminform"].form.errors[field][0]
    for page in (
        reviewer.get(admin_url(evidence, "delete")),
        reviewer.post(admin_url(evidence, "delete"), {"post": "yes"}),
        run_action(reviewer, Evidence, "delete_selected", [evidence], post="yes"),
    ):
        assert WHY in page.content.decode()
        assert admin_url(sourced, "change") in page.content.decode()
        assert "<b>Acme" not in page.content.decode()

    assert sourced.evidence.get() == evidence


def test_nor_by_the_models_whole_transactions_or_lists_of_rows(sourced):
    evidence = sourced.evidence.get()
    key, draft, owner = evidence.pk, make_usage(state=State.DRAFT, source=False), sourced._meta.model_name

    with pytest.raises(LeftWithoutSourceError, match=WHY):
        evidence.delete()
    with pytest.raises(ValidationError, match=WHY):
        Evidence.objects.filter(pk=key).delete()
    with pytest.raises(ValidationError, match=WHY):
        Evidence.objects.filter(pk=key).update(stance="contradicts")
    with pytest.raises(ValidationError, match=WHY):
        Evidence.objects.filter(pk=key).update(**{owner: None, "usage": draft})
    assert sourced.evidence.get().stance == "supports"

    with curating():
        Evidence.objects.get(pk=key).delete()
        make_evidence(**{owner: sourced})
    assert sourced.evidence.count() == 1
    sourced.delete()
    assert not Evidence.objects.exclude(**{owner: None}).exists()


def test_what_is_not_published_may_lose_its_source(db):
    for state in (State.DRAFT, State.PROPOSED, State.RETRACTED):
        make_usage(state=state).evidence.get().delete()

    assert not Evidence.objects.exists()


def test_a_merge_and_its_undoing_leave_nothing_without_a_source(db):
    """The usage that stands was cited by what came with the other: taken back, nobody would say it any more."""
    kept, gone = make_company("Zerodha"), make_company("Zerodha Ltd")
    redis = make_technology("Redis")
    stands, comes = make_usage(kept, redis), make_usage(gone, redis)
    own = stands.evidence.get()
    key = f"usage-{comes.pk}-{stands.pk}"
    merged = merge(gone, kept, user=None, conflicts={key: "kept"})
    own.delete()

    with pytest.raises(Refused, match=WHY):
        undo(merged, user=None)

    assert stands.evidence.count() == 1


@pytest.mark.parametrize("model", [Usage, Migration])
def test_what_visitors_see_is_offered_to_be_retracted_from_the_list_too(log_in, model):
    rows = [(make_usage if model is Usage else make_migration)() for _ in range(2)]
    reviewer = log_in("reviewer")

    page = run_action(reviewer, model, "delete_selected", rows)
    text = page.content.decode()
    run_action(reviewer, model, "delete_selected", rows, post="yes")

    assert f"Visitors see “{rows[0]}”".replace("'", "&#x27;") in text
    assert 'value="retract_selected"' in text
    assert model.objects.count() == 2
    asked = reviewer.post(
        admin_url(model, "changelist"), {"action": "retract_selected", "_selected_action": [row.pk for row in rows]}
    )
    assert "Visitors no longer see" in asked.content.decode()


def test_of_a_published_company_with_nothing_public_deleting_is_possible_and_said_to_be_reversible(log_in):
    company, seen = make_company("Bare"), make_company("Counted")
    seen.facts.create(label="Users", value="9")
    reviewer = log_in("reviewer")

    assert "can be brought back" in reviewer.get(admin_url(company, "delete")).content.decode()
    refused = reviewer.post(admin_url(seen, "delete"), {"post": "yes"}).content.decode()

    assert "Visitors see 1 company fact of it." in refused
    assert admin_url(seen, "move", "retract") in refused
    assert (
        admin_url(seen, "move", "retract") not in log_in("superuser").get(admin_url(company, "delete")).content.decode()
    )
