"""The disk fills up under an import, an export, a backup: nothing is half there, and one line says why."""

import io
import shutil
import subprocess
import sys

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tests.faults.writing import Catalogue
from tests.running.conftest import ROOT, environment

pytestmark = pytest.mark.running

STACK = "# Fam\n\n| Need | Technology |\n|---|---|\n" + "".join(f"| Need {n} | T{n} |\n" for n in range(40))


def manage(catalogue, *arguments, **settings):
    told = environment(DATABASE_URL=catalogue.url, DJANGO_SETTINGS_MODULE="config.settings", **settings)
    command = [sys.executable, "-B", "manage.py", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, env=told, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr.strip()


def is_one_line(done):
    code, said = done
    return code == 1 and "Traceback" not in said and said and "\n" not in said


@pytest.fixture
def full(tiny):
    if not tiny.is_real:
        pytest.skip("only root can make a small disk")
    return tiny


def test_an_export_is_whole_or_not_there(db, full, told):
    full.fill()
    with pytest.raises(CommandError, match=r"No space left on device. Nothing was written\.$"):
        call_command("export_catalogue", full.folder / "made", stdout=io.StringIO())
    assert [file.name for file in full.folder.iterdir()] == ["ballast"]
    told("The disk is full on export_catalogue", "one line says so, nothing is left on it")


def test_a_backup_is_whole_or_not_there(catalogue, full, told):
    full.fill()
    done = manage(catalogue, "backup", full.folder / "made")
    assert is_one_line(done), done
    assert [file.name for file in full.folder.iterdir()] == ["ballast"]
    told(f"{catalogue.engine}: the disk is full on backup", "one line says so, nothing is left on it")


def test_an_import_is_whole_or_not_there(database, curator, full, tmp_path, told):
    file = shutil.copy2(database, full.folder)
    catalogue = Catalogue(f"sqlite:///{file}", curator)
    written = tmp_path / "stack.md"
    written.write_text(STACK)
    counted = "(SELECT count(*) FROM stacks_usage), (SELECT count(*) FROM stacks_importbatch)"
    rows = f"SELECT {counted}, revision FROM stacks_counter"
    before = catalogue.ask(rows)
    full.fill()
    done = manage(catalogue, "import_stack", written, "--company=fam", "--source=https://fam.example/stack", "--apply")
    full.empty()
    assert is_one_line(done), done
    assert catalogue.ask(rows) == before
    catalogue.is_whole()
    told("SQLite's disk is full on import_stack --apply", "one line says so, nothing was proposed")
