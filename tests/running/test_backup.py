"""`backup` and `restore` as an operator runs them, on a database that others write to meanwhile."""

import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
import zipfile

import pytest

from tests.running.conftest import ROOT, environment

pytestmark = pytest.mark.running


def manage(database, *arguments):
    command = [sys.executable, "manage.py", *map(str, arguments)]
    told = environment(DATABASE_URL=f"sqlite:///{database}", DJANGO_SETTINGS_MODULE="config.settings")
    return subprocess.run(command, cwd=ROOT, env=told, capture_output=True, text=True, check=False)


def ask(database, statement, *values):
    wire = sqlite3.connect(database, timeout=30)
    try:
        with wire:
            return wire.execute(statement, values).fetchall()
    finally:
        wire.close()


@pytest.fixture(scope="module")
def made(catalogue_file, tmp_path_factory):
    folder = tmp_path_factory.mktemp("backup")
    (folder / "x.sqlite3").write_bytes(catalogue_file[0].read_bytes())
    done = manage(folder / "x.sqlite3", "backup", folder / "backup.zip")
    assert done.returncode == 0, done.stderr
    return folder / "backup.zip"


@pytest.fixture
def file(made, tmp_path):
    """A backup of what `database` is."""
    return shutil.copy2(made, tmp_path / "backup.zip")


def test_a_destroyed_database_comes_back_while_the_site_is_served(serve, database, file):
    names = ask(database, "SELECT name FROM stacks_company ORDER BY name")
    (identity,) = ask(database, "SELECT identity FROM stacks_counter")
    with serve(DATABASE_URL=f"sqlite:///{database}") as server:
        assert b"Fam" in server.get("/companies/")[2]
        ask(database, "UPDATE stacks_company SET name = 'Ruined'")
        assert "not empty" in manage(database, "restore", file).stderr
        assert ask(database, "SELECT DISTINCT name FROM stacks_company") == [("Ruined",)]

        done = manage(database, "restore", file, "--overwrite")

        assert done.returncode == 0, done.stderr
        assert b"Fam" in server.get("/companies/")[2]
    assert ask(database, "SELECT name FROM stacks_company ORDER BY name") == names
    assert ask(database, "SELECT identity FROM stacks_counter") != [identity]
    assert ask(database, "SELECT count(*) FROM django_session") == [(0,)]
    assert ask(database, "SELECT count(*) FROM auth_user") == [(1,)]


def test_it_is_one_moment_however_much_is_written(database, tmp_path):
    """A writer moves two numbers together; no backup has them apart."""
    ask(database, "CREATE TABLE pair (a, b, filler)")
    ask(database, "INSERT INTO pair VALUES (0, 0, '')")
    done = threading.Event()

    def write():
        number = 0
        while not done.is_set():
            number += 1
            ask(database, "UPDATE pair SET a = ?, b = ?, filler = randomblob(20000)", number, number)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = manage(database, "backup", tmp_path / "x.zip")
    finally:
        done.set()
        writer.join()
    assert made.returncode == 0, made.stderr
    restored = tmp_path / "restored.sqlite3"

    assert manage(restored, "restore", tmp_path / "x.zip").returncode == 0

    ((a, b),) = ask(restored, "SELECT a, b FROM pair")
    assert a == b
    assert ask(restored, "PRAGMA integrity_check") == [("ok",)]


def test_a_backup_is_for_its_owner_and_overwrites_nothing(database, file):
    before = file.read_bytes()

    again = manage(database, "backup", file)

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert again.returncode == 1
    assert again.stderr.strip() == f"CommandError: {file} is there already. No backup was made."
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.glob(".*")] == []


@pytest.mark.parametrize("damage", ["text", "cut", "flipped", "newer", "other"])
def test_what_is_no_sound_backup_changes_nothing(database, file, damage):
    names = ask(database, "SELECT name FROM stacks_company ORDER BY name")
    whole = file.read_bytes()
    if damage == "text":
        file.write_text("no backup")
    elif damage == "cut":
        file.write_bytes(whole[: len(whole) // 2])
    elif damage == "flipped":
        middle = len(whole) // 2
        file.write_bytes(whole[:middle] + bytes([whole[middle] ^ 255]) + whole[middle + 1 :])
    else:
        with zipfile.ZipFile(file) as archive:
            about, body = archive.read("about.json").decode(), archive.read("database")
        about = about.replace('"sqlite"', '"postgresql"') if damage == "other" else about.replace("0001_i", "9999_i")
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("about.json", about)
            archive.writestr("database", body)

    done = manage(database, "restore", file, "--overwrite")

    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert done.stderr.endswith("The database is what it was.\n")
    assert ask(database, "SELECT name FROM stacks_company ORDER BY name") == names
