"""What curators wait for, and the bare loop over the same database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks import bare as limit


def bare(connection: Any) -> bytes:
    connection.ensure_connection()
    return limit.page(connection.connection, "added")


class _Lock:
    """Notes when the lock of the feed is taken."""

    def __init__(self, meter: Any):
        self.meter, self.taken_at = meter, 0.0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if '"newest_at"' in sql:
            self.taken_at = self.meter.milliseconds()
        return execute(sql, params, many, context)


@contextmanager
def _taken_back(connection: Any) -> Iterator[None]:
    """A transaction that ends in this block is the outermost one, as on a site, and is not committed."""
    connection.commit = connection.rollback
    try:
        yield
    finally:
        del connection.commit


def measure(meter: Any) -> dict[str, float]:
    """CPU milliseconds, and queries; what is written is taken back."""
    from django.contrib.auth import get_user_model
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from stacks.models import Technology
    from stacks.review import RETRACT, move

    user, _ = get_user_model().objects.get_or_create(username="benchmark", is_superuser=True, is_staff=True)
    found: dict[str, float] = {}
    meter.find_backends()
    most_used = Technology.objects.order_by("-companies_count")[0]
    costs, locked = [], []
    for _ in range(2):
        lock = _Lock(meter)
        with _taken_back(connection), connection.execute_wrapper(lock):
            costs.append(meter.cost(lambda: move([most_used], RETRACT, user)))
            locked.append(meter.milliseconds() - lock.taken_at)
        most_used.refresh_from_db()
    found |= {"retract what 30 % use, ms": min(costs), "of that under the lock, ms": min(locked)}
    with _taken_back(connection), CaptureQueriesContext(connection) as queries:
        move([most_used], RETRACT, user)
    found["retract what 30 % use, queries"] = len(queries)
    found |= _save_a_usage(meter, user)
    return found


def _save_a_usage(meter: Any, user: Any) -> dict[str, float]:
    """The form of a usage opened and posted as it stands, with one word more."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext, setup_test_environment

    from stacks.models import Usage
    from tests.admin.doors import form_data

    setup_test_environment()  # so that a page tells its form
    usage = Usage.objects.published().order_by("pk")[10]
    address = f"/admin/stacks/usage/{usage.pk}/change/"
    client = Client(HTTP_HOST="localhost")
    client.force_login(user, backend="config.second_factor.Backend")
    costs, counted = [], []
    for word in ("once", "twice", "thrice"):
        data = form_data(client.get(address)) | {"purpose": f"{usage.purpose} {word}"}
        with CaptureQueriesContext(connection) as queries:
            costs.append(meter.cost(lambda data=data: _post(client, address, data)))  # type: ignore[misc]
        counted.append(len(queries))
    return {"save a usage, ms": min(costs), "save a usage, queries": min(counted)}


def _post(client: Any, address: str, data: dict[str, Any]) -> None:
    answer = client.post(address, data)
    form = answer.context and answer.context["adminform"].form
    assert answer.status_code == 302, (answer.status_code, form and form.errors, answer.context["errors"])
