import socket
import subprocess
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)


@pytest.fixture
def dev(tmp_path, monkeypatch):
    """The script, working on a folder with lock files and without a network."""
    loader = SourceFileLoader("dev_script", str(ROOT / "dev"))
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    script = module_from_spec(spec_from_loader("dev_script", loader))
    loader.exec_module(script)
    script.ROOT = tmp_path
    script.REQUIREMENTS = tmp_path / "requirements"
    script.VENV = tmp_path / ".venv"
    script.BIN = script.VENV / "bin"
    script.STAMP = script.VENV / "stacks.json"
    (tmp_path / "dev").touch()
    script.REQUIREMENTS.mkdir()
    for name in ("uv", "base", "dev"):
        (script.REQUIREMENTS / f"{name}.txt").write_text(name)

    script.installed = []
    monkeypatch.setattr(script, "install", lambda files: script.installed.append([path.name for path in files]))

    def make_venv(*command):
        script.BIN.mkdir(parents=True, exist_ok=True)
        (script.BIN / "python").touch()

    monkeypatch.setattr(script, "must", make_venv)
    return script


def test_what_is_installed_is_not_installed_again(dev):
    dev.ensure("base")
    dev.ensure("base")

    assert dev.installed == [["base.txt"]]


def test_a_new_lock_is_installed(dev):
    dev.ensure("base")
    (dev.REQUIREMENTS / "base.txt").write_text("newer")
    dev.ensure("base")

    assert len(dev.installed) == 2


def test_run_keeps_the_packages_that_test_brought(dev):
    dev.ensure("dev")
    dev.ensure("base")
    dev.ensure("base")

    assert dev.installed == [["dev.txt"], ["dev.txt"]]


def test_an_interrupted_installation_is_taken_up_again(dev, monkeypatch):
    def interrupted(files):
        raise KeyboardInterrupt

    monkeypatch.setattr(dev, "install", interrupted)
    with pytest.raises(KeyboardInterrupt):
        dev.ensure("base")

    assert not dev.STAMP.exists()


def test_a_port_in_use_is_told_before_all_else(dev, monkeypatch, capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("PORT", str(taken.getsockname()[1]))
        with pytest.raises(SystemExit, match=r"cannot be used .* Choose another"):
            dev.run([])

    assert not dev.installed


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1", "8000 "])
def test_a_junk_port_is_refused(dev, monkeypatch, port):
    monkeypatch.setenv("PORT", port)

    with pytest.raises(SystemExit, match="PORT is"):
        dev.free_port()


def test_help_names_every_command(dev):
    told = subprocess.check_output([ROOT / "dev", "--help"], text=True)

    for command in dev.COMMANDS:
        assert f"./dev {command}" in told


def test_an_unknown_command_is_refused():
    done = subprocess.run([ROOT / "dev", "fly"], capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert done.stderr.startswith("dev: there is no command 'fly'")
