"""The code of this release on tables that a next one has changed already, in every way that the rules allow it.

What docs/decisions/upgrades-while-served.md promises of old code is tried on the only old code that each clone has.
"""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.test import Client

from stacks.curating import curating
from tests.factories import make_category, make_company, make_coverage, make_migration, make_relation, make_technology
from tests.typed import typed_in

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

# A column that may be empty, one with a value of the database's own, an index, a check, a table.
OF_NEXT = (
    "next_note varchar(20) NULL",
    "next_size integer NOT NULL DEFAULT 1",
    "next_sign integer CHECK (next_sign > 0)",
)
READ = (
    "/",
    "/companies/",
    "/companies/next/",
    "/companies/next/?as_of=2024",
    "/companies/next/changes/",
    "/technologies/",
    "/technologies/kafka/",
    "/categories/brokers/",
    "/compare/companies/next/other/",
    "/compare/technologies/kafka/rabbitmq/",
    "/migrations/",
    "/search/?q=kafka",
    "/changes/",
    "/about/",
    "/api/v1/usages/?include=sources",
    "/api/v1/technologies/?q=kafka",
    "/api/v1/changes/",
    "/api/v1/export/?format=ndjson",
    "/api/v1/export/?format=sqlite",
    "/readyz",
)


@pytest.fixture
def tables_of_next():
    tables = connection.introspection.table_names()
    ours = {model._meta.db_table for model in apps.get_models() if model._meta.app_label in ("stacks", "auth")}
    with connection.cursor() as cursor:
        for table in sorted(ours & set(tables)):
            for column in OF_NEXT:
                cursor.execute(f"ALTER TABLE {table} ADD COLUMN {column}")
        cursor.execute("CREATE TABLE stacks_next (id integer PRIMARY KEY, company_id bigint REFERENCES stacks_company)")
        cursor.execute("CREATE INDEX stacks_next_size ON stacks_usage (next_size)")


@pytest.fixture
def catalogue(tables_of_next):
    with curating():
        brokers = make_category("Brokers")
        kafka, rabbitmq = (make_technology(name, brokers) for name in ("Kafka", "RabbitMQ"))
        make_relation(kafka, "compatible_with", rabbitmq)
        company = make_company("Next", usages=2)
        make_coverage(company, brokers)
        make_company("Other", usages=1)
        make_migration(company=company, from_technology=rabbitmq, to_technology=kafka)
    return company


@pytest.fixture
def curator(django_user_model):
    browser = Client()
    browser.force_login(django_user_model.objects.create_superuser("curator"))
    return browser


def test_everything_is_written_read_and_exported(client, catalogue, tmp_path):
    for address in READ:
        answer = client.get(address)
        assert answer.status_code == 200, address
        told = b"".join(answer) if answer.streaming else answer.content
        assert b"next_" not in told
    call_command("check_derived")
    call_command("export_catalogue", tmp_path / "all")
    assert all("next_" not in file.read_text() for file in (tmp_path / "all").rglob("*.json"))


def test_a_curator_saves(client, curator, catalogue):
    address = f"/admin/stacks/company/{catalogue.pk}/change/"
    form = {name: value for name, value in typed_in(curator.get(address).content).items() if not name.startswith("_")}

    answer = curator.post(address, form | {"name": "Nexter", "slug": "nexter", "_save": "Save"})

    assert answer.status_code == 302
    assert client.get("/companies/nexter/").status_code == 200
    assert client.get("/companies/next/").status_code == 301
