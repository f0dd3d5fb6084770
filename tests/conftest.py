"""The environment of the suite: one database, chosen by --database, and nothing of the caller's settings."""

import gc
import os
import re
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import django
import hypothesis
import pytest

from development.browsers import MISSING, find_chromium
from tests.costs import Costs
from tests.postgres import PostgresUnavailableError, running_server
from tests.tables import in_memory, make_postgresql_template, sqlite_file
from tests.workers import Scheduling

ROOT = Path(__file__).resolve().parent.parent
POSTGRES_MISSING = 77
IN_CI = os.environ.get("CI") == "true"
CHROMIUM = find_chromium()

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]

DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "django_db_setup"}
# What stands behind a door is tested on both databases, what a door draws, asks for or refuses is the same on either,
# and so is what is shipped: these run on SQLite, but for those that are marked `both_databases`, which walk all pages,
# filters, orders and forms, or write in their own way. With --whole everything runs on both.
AT_A_DOOR_OR_SHIPPED = ("tests/pages/", "tests/admin/", "tests/attacks/", "tests/browser/", "tests/fixtures/")

# Files of few tests that take long.
LONG = ("tests/migrations/test_carried_over.py", "tests/management/test_backup.py", "tests/comparison/test_period.py")

_resources = ExitStack()

hypothesis.settings.register_profile("stacks", deadline=None, derandomize=IN_CI, print_blob=True)
hypothesis.settings.load_profile("stacks")


def pytest_addoption(parser):
    parser.addoption("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.addoption("--whole", action="store_true", help="on PostgreSQL all tests that ask for a database")
    parser.addoption("--costs", metavar="FILE", help="write down what each test cost, as JSON")
    parser.addoption("--pictures", metavar="FOLDER", help="keep the pictures of docs/curating.md there")


def pytest_configure(config):
    for name in re.findall(r'\benv\.\w+\(\s*"([A-Z_]+)"', (ROOT / "config/settings.py").read_text()):
        os.environ.pop(name, None)
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    os.environ["SECRET_KEY"] = "only-for-tests"
    # Sync Playwright runs an event loop, in which Django would refuse the live server's queries.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    if config.option.database == "postgresql":
        is_ours = "TEST_DATABASE_URL" not in os.environ
        try:
            # where xdist runs workers, they find the server of this process by this name
            os.environ["TEST_DATABASE_URL"] = _resources.enter_context(running_server())
        except PostgresUnavailableError as error:
            pytest.exit(str(error), returncode=POSTGRES_MISSING)
        os.environ["DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]
        if is_ours and config.getoption("numprocesses", None):
            os.environ["TEST_TEMPLATE"] = make_postgresql_template(os.environ["DATABASE_URL"])
    else:
        os.environ["DATABASE_URL"] = "sqlite://:memory:"
    if config.option.costs:
        config.pluginmanager.register(Costs(config.option.costs))
    django.setup()


def pytest_collection_finish():
    """What is loaded by now stays: looking through it again and again for garbage costs a quarter of the suite."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def pytest_unconfigure():
    _resources.close()


def pytest_report_header(config):
    return f"database: {config.option.database}"


def pytest_generate_tests(metafunc):
    """A set has another order in each process, and workers that number the tests differently run none of them."""
    for mark in metafunc.definition.iter_markers("parametrize"):
        if len(mark.args) > 1 and isinstance(mark.args[1], set | frozenset):
            pytest.fail(f"{metafunc.definition.nodeid} is parametrized by a set: sort it.", pytrace=False)


def pytest_xdist_make_scheduler(config, log):
    return Scheduling(config, log)


def pytest_collection_modifyitems(config, items):
    """Everything runs on SQLite; on PostgreSQL again what asks for a database, but for what a browser asks it where the
    test does not say that it is about both.
    """
    if config.option.database == "sqlite":
        away = [item for item in items if item.get_closest_marker("postgresql")]
    else:
        is_whole = config.option.whole
        away = [item for item in items if runs_once(item, is_whole) or not asks_for_a_database(item)]
    if away:
        config.hook.pytest_deselected(items=away)
        items[:] = [item for item in items if item not in set(away)]
    if hasattr(config, "workerinput"):
        put_in_order(items)


def put_in_order(items):
    """For several workers: the few long tests first, then the files with many, so that all end together."""
    files = Counter(item.nodeid.partition("::")[0] for item in items)

    def order(item):
        file = item.nodeid.partition("::")[0]
        return not file.startswith(LONG), -files[file]

    items.sort(key=order)


def runs_once(item, is_whole=False):
    is_of_a_door = item.nodeid.startswith(AT_A_DOOR_OR_SHIPPED) and not is_whole
    once = is_of_a_door or any(map(item.get_closest_marker, ("browser", "running")))
    return once and not item.get_closest_marker("both_databases")


def asks_for_a_database(item):
    """Nothing else can: pytest-django lets no other test reach one."""
    return bool(item.get_closest_marker("django_db")) or not DATABASE_FIXTURES.isdisjoint(item.fixturenames)


def pytest_runtest_setup(item):
    if item.get_closest_marker("browser") and CHROMIUM is None:
        pytest.fail(MISSING, pytrace=False) if IN_CI else pytest.skip(MISSING)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, request):
    """The test database begins with the tables of the migrations, not with nothing."""
    from django.db import connections

    if request.config.option.database == "postgresql":
        connections.settings["default"]["TEST"]["TEMPLATE"] = os.environ.get("TEST_TEMPLATE")
        yield
    else:
        # pytest-django names a file for each worker of xdist, as it does not know our backend for SQLite
        connections.settings["default"]["TEST"]["NAME"] = None
        with in_memory(sqlite_file()):
            yield


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_modify_db_settings, django_db_blocker):
    """The test database, whichever tests are collected: that of pytest-django is made for those alone that name it."""
    from django.apps import apps
    from django.contrib.contenttypes.models import ContentType
    from django.test.utils import setup_databases, teardown_databases

    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False, aliases={"default"}, serialized_aliases=set())
        # Django remembers them as they are asked for, so that a count of queries would hang on the tests before it
        ContentType.objects.get_for_models(*apps.get_models())
    yield
    # that of a worker goes with its server, whoever in a thread may still be connected to it
    with django_db_blocker.unblock():
        teardown_databases(made, verbosity=0, keepdb="TEST_TEMPLATE" in os.environ)


@pytest.fixture(scope="module")
def shared_rows(django_db_setup, django_db_blocker):
    """For a fixture of a module: the rows that it makes are there for all tests of the module, each of which leaves
    them as it found them, and go after the last. Objects are kept too: give each test a copy of those it changes.
    """
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="session", autouse=True)
def _suite_settings(tmp_path_factory):
    """Static files without a manifest, a fast hasher, no lock-out, no kept pages: tests of these switch them on.

    The admin without its side bar, a quarter of what its pages cost: a browser switches it on.
    """
    from django.conf import settings
    from django.contrib import admin
    from django.test import override_settings

    admin.site.enable_nav_sidebar = False
    with override_settings(
        AXES_ENABLED=False,
        CACHES=settings.CACHES
        | {
            "pages": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
            "notes": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "notes"},
        },
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        STATIC_ROOT=tmp_path_factory.mktemp("static"),
        STORAGES={
            "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
    ):
        yield


@pytest.fixture(scope="session", autouse=True)
def _pages_alone_are_noted(django_test_environment):
    """Django notes each template that is drawn, with a copy of what it was given, for `response.context`: a form draws
    hundreds, of its boxes and parts, of which nobody asks.
    """
    from django.template.base import Template

    note = Template._render

    def render(template, context):
        is_page = context.template is template and not (template.name or "").startswith("django/forms/")
        return note(template, context) if is_page else template.nodelist.render(context)

    Template._render = render
    yield
    Template._render = note


@pytest.fixture(autouse=True)
def _empty_cache(_suite_settings):
    """Revisions begin anew in each test, so what is cached under them must go."""
    from django.core.cache import caches

    from stacks import finished, held

    for name in ("default", "notes", "pages"):
        caches[name].clear()
    held.forget()
    finished.forget()


@pytest.fixture(scope="session")
def chromium(django_db_setup):
    """The one Chromium of the session; each test opens contexts of its own in it.

    While Playwright's loop runs, Django gives this thread other connections: to the same database, in which nothing is
    left uncommitted, and which was made before and goes after.
    """
    from django.contrib import admin
    from playwright.sync_api import sync_playwright

    admin.site.enable_nav_sidebar = True
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def one_connection(db, monkeypatch):
    """For what calls the site as a server does, which ends connections with each answer: a test is one transaction.

    The signals that end them stay as they are: Django's test client, and what it leaves to the garbage collector,
    connects them again in the middle of a test.
    """
    from django.db import connection

    monkeypatch.setattr(connection, "close_if_unusable_or_obsolete", lambda: None)
