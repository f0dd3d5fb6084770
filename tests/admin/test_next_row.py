"""*Save and next* works through a list, and what one row of evidence says is carried along to the next."""

from urllib.parse import urlencode

import pytest

from stacks.models import Evidence, ImportLine, Source, State
from tests.admin.doors import admin_url, form_data
from tests.factories import make_company, make_evidence, make_source, make_usage


def save_and_next(client, row, filters=None, **typed):
    url = admin_url(row, "change") + (f"?{urlencode({'_changelist_filters': filters})}" if filters is not None else "")
    return client.post(url, form_data(client.get(url)) | typed | {"_next": "1"}, follow=True)


def opened(page):
    return page.context["original"]


def test_save_and_next_leads_to_the_next_row_of_the_list_with_its_filters_and_order(log_in):
    client = log_in("curator")
    talks = [make_source(title=title, kind="talk") for title in ("B", "D", "A", "C")]
    make_source(title="AA")
    by_title = "kind__exact=talk&o=0"

    page = save_and_next(client, talks[2], by_title, title="A changed")
    assert opened(page) == talks[0]
    assert page.request["QUERY_STRING"] == urlencode({"_changelist_filters": by_title})
    assert Source.objects.get(pk=talks[2].pk).title == "A changed"
    assert 'name="_next"' in page.content.decode()

    # saved out of the list, which is looked at before
    page = save_and_next(client, talks[0], by_title, kind="docs")
    assert opened(page) == talks[3]

    page = save_and_next(client, talks[1], by_title)
    assert page.request["PATH_INFO"] == admin_url(Source, "changelist")
    assert page.request["QUERY_STRING"] == by_title
    assert "That was the last row of the list." in page.content.decode()

    assert opened(save_and_next(client, talks[3])) == talks[2]  # the list as it is by itself: the newest first
    for junk in ("o=99", "kind__exact=x&p=7", "nonsense__x=1"):
        assert save_and_next(client, talks[3], junk).status_code == 200


def test_a_proposal_leads_on_too_and_a_refused_save_stays(log_in):
    first, second = make_usage(), make_usage()
    client = log_in("curator")

    refused = save_and_next(client, second, "state__exact=published", started="soon")
    assert refused.context["adminform"].form.errors
    page = save_and_next(client, second, "state__exact=published", purpose="Mine")

    assert opened(page) == first
    assert ImportLine.objects.get().new == "Mine"
    assert "_next" not in log_in("onlooker").get(admin_url(first, "change")).content.decode()


@pytest.mark.parametrize("door", ["usage", "evidence"])
def test_place_source_and_dates_are_carried_along_to_the_next_row(log_in, door):
    company, source = make_company(state=State.DRAFT), make_source()
    client = log_in("curator")
    said = {"source": str(source.pk), "edition_on": "2025-11", "locator": "12:40", "accessed_on": "2026-11-21"}
    usage = make_usage(company, source=False, state=State.DRAFT)
    if door == "usage":
        make_evidence(source, usage=usage, **{name: said[name] for name in said if name != "source"})
        url = admin_url(usage, "change")
        answer = client.post(url, form_data(client.get(url)) | {"_addanother": "1"})
        prefix = "evidence-0-"
    else:
        answer = client.post(
            admin_url(Evidence, "add"), said | {"usage": usage.pk, "stance": "supports", "_addanother": "1"}
        )
        prefix = ""

    following = form_data(client.get(answer.url))
    assert {name: following[f"{prefix}{name}"] for name in said} == said
