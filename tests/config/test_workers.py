"""Which tests run where: on which database, beside which others."""

from dataclasses import dataclass

import pytest
from xdist.scheduler import LoadFileScheduling

from development import suite
from development.environment import HERE
from tests.conftest import LONG, asks_for_a_database, put_in_order, runs_once
from tests.workers import Scheduling


@pytest.mark.parametrize(
    ("test", "scope"),
    [
        ("tests/fixtures/test_companies.py::test_a", "fixtures"),
        ("tests/admin/test_pages.py::test_a", "tests/admin/test_pages.py"),
    ],
)
def test_a_worker_takes_a_file_and_one_takes_all_that_share_the_catalogue(test, scope):
    scheduling = object.__new__(Scheduling)  # it asks for a session of pytest

    assert scheduling._split_scope(test) == scope
    assert LoadFileScheduling._split_scope(scheduling, test) == test.partition("::")[0]


@pytest.mark.parametrize("processors", [2, 4])
def test_few_processors_take_one_database_after_the_other_and_programs_beside_them(monkeypatch, processors):
    monkeypatch.setattr(suite, "PROCESSORS", processors)

    *databases, programs = suite.suites(HERE, ["sqlite", "postgresql"])

    assert [[run.name for run in lane] for lane in databases] == (
        [["postgresql", "sqlite"]] if processors == 2 else [["postgresql"], ["sqlite"]]
    )
    (postgresql, sqlite) = [run for lane in databases for run in lane]
    assert postgresql.command[-5:-3] == ["-n", "2"]
    # each test of SQLite's is in one of the two
    assert sqlite.command[-1] == f"not ({programs[0].command[-1]})"
    assert "-n" not in programs[0].command


def test_what_asks_for_no_database_runs_on_sqlite_alone(request):
    assert not asks_for_a_database(request.node)


@pytest.mark.django_db
def test_what_is_marked_runs_on_both(request):
    assert asks_for_a_database(request.node)


def test_what_takes_the_database_runs_on_both(request, db):
    assert asks_for_a_database(request.node)


def test_what_reads_rows_that_were_made_for_its_module_runs_on_both(request, shared_rows):
    assert asks_for_a_database(request.node)


@dataclass
class Item:
    nodeid: str
    marks: tuple[str, ...] = ()

    def get_closest_marker(self, name):
        return name in self.marks


@pytest.mark.parametrize(
    ("item", "once"),
    [
        (Item("tests/pages/home/test_views.py::test_a"), True),
        (Item("tests/pages/test_every_page.py::test_a", ("both_databases",)), False),
        (Item("tests/fixtures/test_embeds.py::test_a"), True),
        (Item("tests/admin/test_browser.py::test_a", ("browser",)), True),
        (Item("tests/running/test_mail.py::test_a", ("running",)), True),
        (Item("tests/admin/test_pages.py::test_a"), True),
        (Item("tests/admin/test_pages.py::test_a", ("both_databases",)), False),
        (Item("tests/attacks/test_posts.py::test_a"), True),
        (Item("tests/api/test_asking.py::test_a"), False),
    ],
)
def test_what_is_drawn_or_driven_runs_once(item, once):
    assert runs_once(item) is once


def test_with_whole_all_but_what_is_driven_runs_on_both():
    assert not runs_once(Item("tests/admin/test_pages.py::test_a"), is_whole=True)
    assert runs_once(Item("tests/admin/test_browser.py::test_a", ("browser",)), is_whole=True)


def test_long_tests_come_first_then_the_files_with_many():
    few, many, long = "tests/test_few.py::a", ["tests/test_many.py::a", "tests/test_many.py::b"], f"{LONG[0]}::a"
    items = [Item(name) for name in (few, *many, long)]

    put_in_order(items)

    assert [item.nodeid for item in items] == [long, *many, few]
