"""A company with something to review. Models are imported late: this file is loaded before the settings are chosen."""

import pytest


@pytest.fixture
def company(users):
    """Published, with a proposed usage and migration, both by the curator."""
    from stacks.models import State
    from stacks.review import note_proposed
    from tests.factories import (
        make_area,
        make_category,
        make_company,
        make_evidence,
        make_migration,
        make_source,
        make_technology,
        make_usage,
    )

    proposed = State.PROPOSED
    company = make_company("Acme")
    brokers = make_category("Brokers", make_area("Data"))
    usage = make_usage(
        company, make_technology("Kafka", brokers), state=proposed, purpose="Events", started="2019",
        source=False,
    )  # fmt: skip
    make_evidence(
        make_source(title="How we queue", publisher="Acme", published_on="2024-05"),
        usage=usage, quote="We use Kafka for events.", locator="Queues",
    )  # fmt: skip
    migration = make_migration(
        company, make_technology("RabbitMQ"), usage.technology, state=proposed, reason="It was slow."
    )
    note_proposed([usage, migration], users["curator"])
    return company
