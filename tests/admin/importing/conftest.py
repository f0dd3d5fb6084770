"""What the texts of these tests name. Models are imported late: this file is loaded before the settings are chosen."""

import pytest


@pytest.fixture
def kafka(db):
    from stacks.models import (
        TechnologyAlias,
    )
    from tests.factories import (
        make_category,
        make_relation,
        make_technology,
    )

    databases = make_category("Relational databases")
    made = {name: make_technology(name, databases) for name in ("MySQL", "PostgreSQL", "Amazon RDS")}
    make_relation(made["Amazon RDS"], "managed_form_of", made["PostgreSQL"])
    make_relation(made["Amazon RDS"], "managed_form_of", made["MySQL"])
    kafka = make_technology("Apache Kafka", make_category("Message brokers"))
    TechnologyAlias.objects.create(technology=kafka, name="Kafka")
    return kafka
