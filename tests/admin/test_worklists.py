import pytest
from django.urls import reverse

from stacks.models import Company, Evidence, Source, State, Usage
from stacks.unlooked import WELL_DOCUMENTED
from tests.admin.doors import admin_url
from tests.factories import (
    make_category,
    make_company,
    make_coverage,
    make_migration,
    make_source,
    make_technology,
    make_usage,
)

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


def told(client):
    return {work.label: work for work in client.get("/admin/").context["worklists"]}


NAMED_BY_THE_ISSUE = (
    "proposed and waiting", "returned to me", "my drafts: usages", "usages published, but out of sight",
    "proposed changes", "sources gone or unreachable", "sources never checked",
    "sources with a newer edition than the one that is cited", "usages that nobody has said since",
    "quotes and citations nobody has checked twice",
    "blanks that nobody has looked at, of companies that are well documented otherwise", "names that look like doubles",
    "technologies that have ended, and are in use somewhere", "technologies in use without a home",
    "technologies in use without an icon", "technologies in use without a lifecycle",
    "companies that nobody has looked at for a year",
)  # fmt: skip


@pytest.mark.parametrize("role", ["curator", "reviewer"])
def test_each_list_is_there_with_what_works_it_off(log_in, role):
    client = log_in(role)
    lists = told(client)

    for name in NAMED_BY_THE_ISSUE:
        (label,) = [label for label in lists if label.startswith(name)]
        assert lists[label].does
        assert client.get(lists[label].url).status_code == 200


def test_my_drafts_are_those_that_i_made(log_in, users):
    mine, others = make_usage(state=State.DRAFT), make_usage(state=State.DRAFT)
    for row, user in ((mine, users["curator"]), (others, users["reviewer"])):
        Usage.history.filter(id=row.pk).update(history_user=user)
    lists = told(log_in("curator"))

    assert (lists["my drafts: usages"].count, lists["draft usages"].count) == (1, 2)
    found = log_in("curator").get(lists["my drafts: usages"].url).context["cl"].result_list
    assert list(found) == [mine]
    assert log_in("curator").get(admin_url(Usage, "changelist"), {"mine": "junk"}).status_code in (200, 302)


@pytest.mark.parametrize(
    ("cited", "is_newer"),
    [
        ({"edition_on": "2021"}, True),
        ({"accessed_on": "2022-01-01"}, True),
        ({"edition_on": "2024-05"}, False),
        ({"edition_on": "2024"}, False),
        ({"accessed_on": "2024-06-01"}, False),
        ({"edition_on": "2021", "verified_on": "2024-06-01"}, False),
        ({}, False),
    ],
)
def test_a_source_with_a_newer_edition_than_anybody_has_read(log_in, cited, is_newer):
    source = make_source(updated_on="2024-05")
    Evidence.objects.create(usage=make_usage(source=False), source=source, **cited)
    client = log_in("reviewer")
    work = told(client)["sources with a newer edition than the one that is cited"]

    assert work.count == is_newer
    assert list(client.get(work.url).context["cl"].result_list) == [source] * is_newer
    check = admin_url(source, "check") if is_newer else "/admin/"
    assert client.get(work.action)["Location"] == check


def test_the_first_of_each_list_of_sources_is_checked(log_in):
    gone, unchecked = make_source(), make_source()
    Source._base_manager.filter(pk=gone.pk).update(check_result="gone", checked_at="2026-01-01T00:00Z")
    client = log_in("curator")
    first = reverse("admin:stacks_source_check_first")

    assert client.get(first, {"of": "lost"})["Location"] == admin_url(gone, "check")
    assert client.get(first, {"of": "unchecked"})["Location"] == admin_url(unchecked, "check")
    assert client.get(first, {"of": "junk"}).status_code == 302


def test_where_nobody_has_looked_at_a_company_that_is_well_documented(log_in):
    common = [make_category() for _ in range(3)]
    company, small = make_company("Zerodha"), make_company("Small")
    for category in common:
        make_usage(small, make_technology(category=category))
    make_usage(company, make_technology(category=common[0]))
    make_coverage(company, common[1])
    make_usage(company, make_technology(category=common[1]), stage="retired")
    Company._base_manager.filter(pk=company.pk).update(usages_count=WELL_DOCUMENTED)
    client = log_in("curator")
    work = next(work for label, work in told(client).items() if label.startswith("blanks that nobody"))
    assert work.count == 1

    text = client.get(work.url).content.decode()
    assert f"?company={company.pk}&amp;category={common[2].pk}" in text
    assert f"category={common[1].pk}" not in text
    assert admin_url(small, "change") not in text
    make_coverage(company, common[2])
    assert "Nothing is left" in client.get(work.url).content.decode()
    assert log_in("nobody").get(work.url).status_code == 403


def test_technologies_without_a_home(log_in):
    make_usage(technology=make_technology("Homeless"))
    make_usage(technology=make_technology("At home", repository="https://git.example/"))
    make_technology("Unused")
    client = log_in("curator")
    work = next(work for label, work in told(client).items() if "without a home" in label)

    assert work.count == 1
    assert [row.name for row in client.get(work.url).context["cl"].result_list] == ["Homeless"]


@pytest.mark.parametrize("more", [0, 3])
def test_the_front_page_costs_the_same_however_much_waits(log_in, more, django_assert_num_queries):
    make_usage(make_company("Zerodha"))
    make_company("Zerodha Ltd")
    for number in range(more):
        make_usage(make_company(f"Firm{number}x"), state=State.DRAFT)
        make_company(f"Firm{number}x Ltd")
        make_migration()
    client = log_in("reviewer")

    # as where little waits, and the names, rows and usages of doubles
    with django_assert_num_queries(36):
        client.get("/admin/")
