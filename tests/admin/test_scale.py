"""What is done to many rows asks the database as often as what is done to one, or as little more as is said here."""

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from stacks.curating import curating
from stacks.models import Company, State
from tests.factories import make_category, make_company, make_migration, make_source, make_technology, make_usage

MANY = 4


def queries_of(ask, *said):
    with CaptureQueriesContext(connection) as asked:
        answer = ask(*said)
    return len(asked), answer


def make_wide(usages, state=State.DRAFT):
    """A company with so many usages, moves and sources."""
    category = make_category()
    with curating():
        company = make_company(state=state)
        own = [make_source(company=company) for _ in range(usages)]
        for source in own:
            used, left = make_technology(category=category), make_technology(category=category)
            make_usage(company, used, source=source, state=state)
            make_migration(company, left, used, source=source, state=state)
    return company


def test_a_deletion_costs_the_same_however_much_goes(log_in):
    superuser = log_in("superuser")
    costs = []
    for usages in (1, 1, MANY):  # the first finds out what stays the same
        company = make_wide(usages)
        address = reverse("admin:stacks_company_delete", args=[company.pk])
        asked, _ = queries_of(superuser.get, address)
        done, answer = queries_of(superuser.post, address, {"post": "yes"})
        costs.append((asked, done))
        assert answer.status_code == 302
        assert not Company.objects.filter(pk=company.pk).exists()
    assert costs[1] == costs[2]
