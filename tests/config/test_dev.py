import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from development import commands, environment
from development.environment import Environment, NoPythonError, find_python, this_python

ROOT = Path(settings.BASE_DIR)


class Offline(Environment):
    """An environment whose installer writes down what it was asked for, and can be told to fail."""

    def make(self):
        site = self.folder / "lib/python3/site-packages"
        site.mkdir(parents=True)
        self.bin.mkdir()
        self.python.touch()
        (self.folder / "pyvenv.cfg").write_text(f"home = /usr/bin\nversion = {self.version}.7\n")
        (site / f"made-{self.version}.dist-info").mkdir()

    def install(self, files):
        problem = (self.root / "problem").read_text() if (self.root / "problem").exists() else ""
        if problem == "half-way":
            shutil.rmtree(next(self.folder.glob("lib/*/site-packages/*.dist-info")))
        if problem == "interrupted":
            raise KeyboardInterrupt
        if problem:
            environment.fail(problem)
        with (self.root / "installed").open("a") as log:
            print(*(path.name for path in files), file=log)

    @property
    def installed(self):
        return (self.root / "installed").read_text().splitlines() if (self.root / "installed").exists() else []


@pytest.fixture
def dev(tmp_path):
    """An environment in a folder with lock files and without a network."""
    (tmp_path / "dev").touch()
    (tmp_path / "requirements").mkdir()
    for name in ("uv", "base", "dev"):
        (tmp_path / f"requirements/{name}.txt").write_text(name)
    return Offline(tmp_path / ".venv", "3.11", tmp_path)


def test_what_is_installed_is_not_installed_again(dev):
    dev.ensure("base")
    dev.ensure("base")

    assert dev.installed == ["base.txt"]


def test_a_new_lock_is_installed(dev):
    dev.ensure("base")
    (dev.root / "requirements/base.txt").write_text("newer")
    dev.ensure("base")

    assert len(dev.installed) == 2


def test_run_keeps_the_packages_that_test_brought(dev):
    dev.ensure("dev")
    dev.ensure("base")
    dev.ensure("base")

    assert dev.installed == ["dev.txt"]


def test_an_interrupted_installation_is_taken_up_again(dev):
    (dev.root / "problem").write_text("interrupted")
    with pytest.raises(KeyboardInterrupt):
        dev.ensure("base")

    assert not dev.stamp.exists()


@pytest.mark.parametrize("problem", ["no network", "interrupted"])
def test_what_worked_works_on_after_an_installation_that_came_to_nothing(dev, problem):
    dev.ensure("base")
    (dev.root / "problem").write_text(problem)
    with pytest.raises((SystemExit, KeyboardInterrupt)):
        dev.ensure("dev")

    dev.ensure("base")

    assert dev.installed == ["base.txt"]


def test_an_installation_that_ended_half_way_is_not_taken_for_a_whole_one(dev):
    dev.ensure("base")
    (dev.root / "problem").write_text("half-way")
    with pytest.raises(SystemExit):
        dev.ensure("dev")
    (dev.root / "problem").unlink()

    dev.ensure("base")

    assert len(dev.installed) == 2


def test_an_environment_of_another_python_is_made_anew(dev):
    dev.ensure("dev")
    newer = Offline(dev.folder, "3.13", dev.root)
    newer.ensure("base")

    assert newer.installed == ["dev.txt", "base.txt"]
    assert "version = 3.13.7" in (newer.folder / "pyvenv.cfg").read_text()


def test_the_old_environment_comes_back_when_the_one_of_another_python_cannot_be_made(dev):
    dev.ensure("base")
    (dev.root / "problem").write_text("no network")
    with pytest.raises(SystemExit):
        Offline(dev.folder, "3.13", dev.root).ensure("base")

    dev.ensure("base")

    assert dev.installed == ["base.txt"]
    assert [path.name for path in dev.root.glob(".venv*")] == [".venv"]


def test_an_environment_of_a_folder_that_was_moved_is_made_anew(dev, tmp_path):
    dev.ensure("base")
    moved = Offline(dev.folder, "3.11", dev.root)
    moved.stamp.write_text(moved.stamp.read_text().replace(str(dev.root), "/elsewhere"))
    moved.ensure("base")

    assert len(moved.installed) == 2


def path_with(folder, **scripts):
    """A PATH on which nothing is but these scripts."""
    folder.mkdir()
    for name, text in scripts.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    return folder


OF_NOW = f'#!/bin/sh\nexec "{sys.executable}" "$@"\n'
TOO_OLD = "#!/bin/sh\nexit 1\n"


def start(path, *arguments):
    return subprocess.run(
        [ROOT / "dev", *arguments], env={"PATH": str(path)}, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    "scripts",
    [{"python3": OF_NOW}, {"python3.13": OF_NOW}, {"python3": TOO_OLD, "python3.12": OF_NOW}, {"python": OF_NOW}],
    ids=["python3", "only python3.13", "an older python3", "python"],
)
def test_any_name_of_a_python_that_is_new_enough_will_do(tmp_path, scripts):
    done = start(path_with(tmp_path / "bin", **scripts), "--help")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Set-up and daily commands")


def test_the_newest_of_several_pythons_is_taken(tmp_path):
    told = '#!/bin/sh\n[ "$1" = -c ] && exit 0\necho {}\n'
    scripts = {name: told.format(name) for name in ("python3.11", "python3.13", "python3.9")}

    assert start(path_with(tmp_path / "bin", python3=TOO_OLD, **scripts)).stdout == "python3.13\n"


def test_without_a_python_uv_brings_one(tmp_path):
    uv = f'#!/bin/sh\n[ "$2" = find ] && echo "{sys.executable}"\nexit 0\n'
    done = start(path_with(tmp_path / "bin", python3=TOO_OLD, uv=uv), "--help")

    assert done.returncode == 0
    assert done.stdout.startswith("Set-up and daily commands")


@pytest.mark.parametrize("scripts", [{}, {"python3": TOO_OLD, "uv": TOO_OLD}], ids=["nothing", "uv without a network"])
def test_without_a_python_it_says_what_to_install(tmp_path, scripts):
    done = start(path_with(tmp_path / "bin", **scripts), "run")

    assert done.returncode == 1
    for system in ("Debian", "Ubuntu", "macOS"):
        assert system in done.stderr


def test_a_python_that_is_not_here_is_told():
    with pytest.raises(NoPythonError, match=r"Python 3\.99 is not here"):
        find_python("3.99")


def test_a_python_without_venv_is_told_apart(tmp_path, monkeypatch):
    told = '#!/bin/sh\ncase "$2" in *version_info*) echo 3.99;; *) exit 1;; esac\n'
    monkeypatch.setenv("PATH", str(path_with(tmp_path / "bin", **{"python3.99": told})))

    with pytest.raises(NoPythonError, match=r"without venv; on Debian: apt-get install python3\.99-venv"):
        find_python("3.99")


def test_the_python_it_was_started_with_is_the_one_it_takes():
    assert find_python(this_python()) == sys.executable


def test_uv_trusts_the_authorities_of_the_system_unless_told_otherwise(monkeypatch):
    monkeypatch.delenv("UV_SYSTEM_CERTS", raising=False)
    monkeypatch.setattr("sys.platform", "darwin")
    assert environment.uv_settings()["UV_SYSTEM_CERTS"] == "true"

    monkeypatch.setenv("UV_SYSTEM_CERTS", "false")
    assert environment.uv_settings()["UV_SYSTEM_CERTS"] == "false"


def test_a_port_in_use_is_told_before_all_else(monkeypatch):
    monkeypatch.setattr(Environment, "ensure", lambda *_: pytest.fail("the port comes first"))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("PORT", str(taken.getsockname()[1]))
        with pytest.raises(SystemExit, match=r"cannot be used .* Choose another"):
            commands.run([])


@pytest.mark.parametrize("processes", ["abc", "0", "-1", "", "2 "])
def test_a_junk_number_of_processes_is_refused(monkeypatch, processes):
    monkeypatch.setenv("WEB_CONCURRENCY", processes)

    with pytest.raises(SystemExit, match="WEB_CONCURRENCY is"):
        commands.refuse_junk_processes()


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1", "8000 "])
def test_a_junk_port_is_refused(monkeypatch, port):
    monkeypatch.setenv("PORT", port)

    with pytest.raises(SystemExit, match="PORT is"):
        commands.free_port()


def test_help_names_every_command():
    told = subprocess.check_output([ROOT / "dev", "--help"], text=True)

    for command in commands.COMMANDS:
        assert f"./dev {command}" in told


def test_an_unknown_command_is_refused():
    done = subprocess.run([ROOT / "dev", "fly"], capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert done.stderr.startswith("dev: there is no command 'fly'")
