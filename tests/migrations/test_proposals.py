"""Lines that waited before proposals came tell their row, their author and their values as before."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from stacks.models import ImportLine, Review

BEFORE = [("stacks", "0017_values_of_companies")]
pytestmark = pytest.mark.django_db(transaction=True)


def newest(executor):
    return [key for key in executor.loader.graph.leaf_nodes() if key[0] == "stacks"]


def test_lines_and_authors_are_carried_over_and_back(django_user_model):
    anna = django_user_model.objects.create_user("anna")
    executor = MigrationExecutor(connection)
    executor.migrate(BEFORE)
    model = executor.loader.project_state(BEFORE).apps.get_model
    category = model("stacks", "Category").objects.create(
        name="Brokers",
        slug="brokers",
        parent=model("stacks", "Category").objects.create(name="Data", slug="data"),
    )
    company = model("stacks", "Company").objects.create(name="Acme", slug="acme", sort_key="acme")
    technology = model("stacks", "Technology").objects.create(
        name="Kafka", slug="kafka", sort_key="kafka", kind="tool", category=category
    )
    usage = model("stacks", "Usage").objects.create(
        company=company, technology=technology, category=category, state="proposed"
    )
    for state, user in (("draft", None), ("proposed", anna.pk)):
        model("stacks", "HistoricalUsage").objects.create(
            id=usage.pk, uid=usage.uid, state=state, history_user_id=user, history_type="~",
            history_date=timezone.now(), updated_at=timezone.now(),
        )  # fmt: skip
    batch = model("stacks", "ImportBatch").objects.create(format="markdown", text="- Kafka", made_by_id=anna.pk)
    for action, field, old, new in (
        ("add", "", "", ""), ("change", "stage", "in_use", "retiring"), ("change", "via", "", "amazon-msk"),
        ("said_again", "", "", ""), ("change", "remarks", 'a "quote"', "é" * 200),
    ):  # fmt: skip
        model("stacks", "ImportLine").objects.create(
            batch=batch, number=1, action=action, usage=usage, field=field, old=old, new=new
        )

    MigrationExecutor(connection).migrate(newest(executor))

    lines = ImportLine.objects.order_by("pk")
    assert list(lines.values_list("action", "old", "new")) == [
        ("add", None, None), ("change", "in_use", "retiring"), ("change", None, "amazon-msk"),
        ("said_again", "", ""), ("change", 'a "quote"', "é" * 200),
    ]  # fmt: skip
    assert {(line.kind, line.row, line.author) for line in lines} == {("usage", usage.pk, anna)}
    review = Review.objects.get()
    assert (review.usage_id, review.author) == (usage.pk, anna)

    executor = MigrationExecutor(connection)
    executor.migrate(BEFORE)
    old = executor.loader.project_state(BEFORE).apps.get_model("stacks", "ImportLine").objects.order_by("pk")
    assert list(old.values_list("old", "new")) == [
        ("", ""), ("in_use", "retiring"), ("", "amazon-msk"), ("", ""), ('a "quote"', "é" * 200),
    ]  # fmt: skip
    MigrationExecutor(connection).migrate(newest(executor))
