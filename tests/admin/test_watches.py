"""Following a source from its page, what the list tells, and unfollowing."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from stacks.models import ImportBatch, Watch, WatchedEdition
from tests.admin.doors import admin_url, form_data
from tests.factories import make_company, make_source, make_technology


def follow_from(client, source):
    """As somebody would who presses Follow on the page of the source and saves."""
    page = client.get(admin_url(source, "change"))
    address = dict(page.context["tools"])["Follow"]
    data = form_data(client.get(address))
    return client.post(admin_url(Watch, "add"), data)


def test_a_curator_follows_a_source_and_unfollows_it(log_in, users):
    client, source = log_in("curator"), make_source(company=make_company("Shop"))

    follow_from(client, source)

    watch = Watch.objects.get(source=source)
    assert (watch.company.name, watch.followed_by) == ("Shop", users["curator"])
    page = client.get(admin_url(source, "change"))
    assert "Follow" not in dict(page.context["tools"])
    assert dict(page.context["tools"])["Followed"] == admin_url(watch, "change")

    client.post(dict(page.context["tools"])["Unfollow…"], {"post": "yes"})
    assert not Watch.objects.exists()


def test_an_empty_list_says_what_to_do(log_in):
    assert "press Follow" in log_in("curator").get(admin_url(Watch, "changelist")).content.decode()


def test_whose_it_is_has_to_be_said(log_in):
    client, source = log_in("curator"), make_source(company=None)

    refused = follow_from(client, source)
    assert "Say whose stack it tells" in refused.content.decode()

    both = {"source": source.pk, "company": make_company().pk, "technology": make_technology().pk, "every": 1}
    assert "not both" in client.post(admin_url(Watch, "add"), both).content.decode()
    feed = {"source": source.pk, "technology": both["technology"], "asked_format": "feed", "every": 0}
    told = client.post(admin_url(Watch, "add"), feed).content.decode()
    assert "in a list, not in a feed" in told
    assert "greater than or equal to 1" in told
    assert not Watch.objects.exists()


def test_the_list_and_the_page_tell_what_became_of_it(log_in):
    client = log_in("curator")
    watch = Watch.objects.create(
        source=make_source(title="Our blog"), company=make_company("Shop"), result="failed", failures=2,
        told="It answers with status 404.", asked_at=timezone.now(),
    )  # fmt: skip
    batch = ImportBatch.objects.create(format="prose", text="x", company=watch.company)
    WatchedEdition.objects.create(
        watch=watch, url="https://a.example/1", title="Entry", edition_on="2026-05", batch=batch
    )

    listed = client.get(admin_url(Watch, "changelist")).content.decode()
    page = client.get(admin_url(watch, "change")).content.decode()

    for told in ("Our blog", "Shop", "Not reached", "status 404", "in the next run"):
        assert told in listed, told
    assert "2026-05" in page
    assert reverse("admin:stacks_importbatch_change", args=[batch.pk]) in page
    counts = {work.label: work.count for work in client.get("/admin/").context["worklists"]}
    assert counts["followed sources that could not be read"] == 1


@pytest.mark.parametrize(("field", "begins_anew"), [("address", True), ("every", False)])
def test_another_text_is_read_from_its_beginning(log_in, field, begins_anew):
    client = log_in("curator")
    later = timezone.now() + timedelta(days=3)
    watch = Watch.objects.create(source=make_source(), company=make_company(), etag="1", fingerprint="f", next_at=later)
    data = form_data(client.get(admin_url(watch, "change")))
    values = {"address": "https://a.example/raw", "every": 7}

    client.post(admin_url(watch, "change"), data | {field: values[field]})

    watch.refresh_from_db()
    assert getattr(watch, field) == values[field]
    assert (watch.etag == "", watch.next_at < later) == (begins_anew, begins_anew)


def test_asking_in_the_next_run(log_in):
    client = log_in("curator")
    later = timezone.now() + timedelta(days=3)
    watch = Watch.objects.create(source=make_source(), company=make_company(), next_at=later)
    url = admin_url(Watch, "changelist")

    client.post(url, {"action": "ask_next", "_selected_action": [watch.pk]})

    watch.refresh_from_db()
    assert watch.next_at <= timezone.now()
