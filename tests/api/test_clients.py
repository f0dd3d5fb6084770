"""A client that openapi-python-client makes of the schema reads every resource.

`./dev proof clients` reads the whole catalogue with it, and with a client in TypeScript.
"""

import importlib

import httpx
import pytest
from django.core.wsgi import get_wsgi_application

from development.api_contract import read_schema
from development.generated import Reader, generate, unknown_keys
from stacks.curating import curating
from tests.api.catalogue import make_full
from tests.factories import make_company, make_coverage, make_migration, make_relation, make_technology, make_usage

pytestmark = pytest.mark.running  # once is enough: the answers are compared on both databases elsewhere

PACKAGE = "stacks_client_of_a_test"


@pytest.fixture(scope="module")
def schema():
    return read_schema()


@pytest.fixture(scope="module")
def generated(schema, tmp_path_factory):
    """The package, generated without a warning."""
    folder = tmp_path_factory.mktemp("generated")
    generate(schema, folder, PACKAGE)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        yield importlib.import_module(PACKAGE)


@pytest.fixture
def reader(generated, schema, one_connection):
    def make(**options):
        transport = httpx.WSGITransport(app=get_wsgi_application())
        client = generated.Client(
            base_url="http://testserver",
            raise_on_unexpected_status=True,
            httpx_args={"transport": transport},
            **options,
        )
        return Reader(PACKAGE, schema, client)

    return make


def test_a_generated_client_reads_everything_and_follows_an_old_slug(reader):
    fam, postgresql = make_company("Fam"), make_technology("PostgreSQL")
    make_usage(fam, postgresql)
    make_usage(make_company("Zerodha"), make_technology("Redis"))
    make_migration(fam, postgresql)
    make_coverage(fam)
    make_relation(postgresql, "part_of", make_technology("Postgres family"))
    make_full()
    with curating():
        fam.slug = "fampay"
        fam.save()
    reading = reader(follow_redirects=True)

    reading.read_all(page_size=2, most_details=3)

    assert reading.asked.keys() == reading.operations.keys()
    assert reading.documents > 30
    company = reading.ask("companies_detail", slug="fam", include=["usages.sources", "migrations"])
    assert (company.slug, len(company.usages)) == ("fampay", 1)
    moved = importlib.import_module(f"{PACKAGE}.api.companies.companies_detail")
    assert moved.sync_detailed("fam", client=reader().client).status_code == 301


def test_a_key_that_the_schema_does_not_tell_is_found(reader):
    make_usage(make_company("Fam"), make_technology("Go"))
    page = reader().ask("usages_read", page_size=1)
    page.results[0].sources[0].additional_properties["mood"] = "good"

    assert list(unknown_keys(page)) == ["Cited.mood"]
