"""Which tests run where: on which database, beside which others."""

import pytest
from xdist.scheduler import LoadFileScheduling

from development import suite
from development.environment import HERE
from tests.conftest import asks_for_a_database, runs_once
from tests.workers import TOGETHER, Scheduling


@pytest.mark.parametrize(
    ("test", "scope"),
    [
        ("tests/browser/test_html.py::test_a", "programs"),
        ("tests/admin/test_browser.py::test_a[x::y]", "programs"),
        ("tests/running/test_outages.py::test_a", "programs"),
        ("tests/fixtures/test_companies.py::test_a", "fixtures"),
        ("tests/admin/test_pages.py::test_a", "tests/admin/test_pages.py"),
    ],
)
def test_a_worker_takes_a_file_and_one_takes_all_that_drive_programs(test, scope):
    scheduling = object.__new__(Scheduling)  # it asks for a session of pytest

    assert scheduling._split_scope(test) == scope
    assert LoadFileScheduling._split_scope(scheduling, test) == test.partition("::")[0]


def test_what_is_marked_to_run_once_is_taken_together(request):
    once = {
        item.path.relative_to(request.config.rootpath).as_posix() for item in request.session.items if runs_once(item)
    }

    assert [file for file in once if not file.startswith(TOGETHER["programs"])] == []


@pytest.mark.parametrize("processors", [2, 4])
def test_few_processors_take_one_database_after_the_other_and_browsers_last(monkeypatch, processors):
    monkeypatch.setattr(suite, "PROCESSORS", processors)

    lanes = suite.suites(HERE, ["sqlite", "postgresql"])

    assert [[run.name for run in lane] for lane in lanes] == (
        [["postgresql", "sqlite"]] if processors == 2 else [["postgresql"], ["sqlite"]]
    )
    assert [run.command[-2:] for lane in lanes for run in lane] == [["-n", "2"], ["-n", "3"]]


def test_what_asks_for_no_database_runs_on_sqlite_alone(request):
    assert not asks_for_a_database(request.node)


@pytest.mark.django_db
def test_what_is_marked_runs_on_both(request):
    assert asks_for_a_database(request.node)


def test_what_takes_the_database_runs_on_both(request, db):
    assert asks_for_a_database(request.node)


def test_what_reads_rows_that_were_made_for_its_module_runs_on_both(request, shared_rows):
    assert asks_for_a_database(request.node)
