"""A release agrees with itself before it is built; the version stands in one place and is told from there."""

import subprocess
import sys

import pytest

from development import release
from development.environment import ROOT
from stacks import __version__

CONTRACT = {"info": {"version": "1.2.0"}, "paths": {"/a/": {}}, "components": {}}


@pytest.fixture
def files(tmp_path):
    (tmp_path / "docs").mkdir()
    for name in ("CHANGELOG.md", "docs/upgrading.md"):
        (tmp_path / name).write_text("# Title\n\n## 1.2.0\n\n* New.\n\n## 1.1.0\n\n* Old.\n")
    return tmp_path


def test_what_is_here_is_ready():
    assert release.read_version((ROOT / "stacks/__init__.py").read_text()) == __version__
    assert release.complaints_of(ROOT, __version__, [], []) == []
    assert len(release.section_of((ROOT / "CHANGELOG.md").read_text(), __version__)) > 100


@pytest.mark.parametrize(
    ("version", "tags", "here", "said"),
    [
        ("1.2.0", ["v1.1.0", "v1.2.0"], ["v1.2.0"], ""),
        ("1.2.0", ["v1.1.0", "v1.2.0"], [], "v1.2.0 is the tag of another commit"),
        ("1.2.0", ["v1.3.0"], ["v1.3.0"], "the tag v1.3.0 is not the version 1.2.0"),
        ("1.3.0", [], [], "CHANGELOG.md begins with 1.2.0, not with 1.3.0"),
        ("1.2", [], [], "not three numbers"),
    ],
)
def test_what_does_not_agree_is_told(files, version, tags, here, said):
    complaints = release.complaints_of(files, version, tags, here)

    assert (complaints == []) if not said else any(said in complaint for complaint in complaints)


def test_the_notes_are_the_section_of_the_version():
    text = "# Title\n\n## 1.2.0\n\n* New.\n\n## 1.1.0\n\n* Old.\n"

    assert (release.section_of(text, "1.2.0"), release.section_of(text, "1.1.0")) == ("* New.", "* Old.")


def test_what_travels_alone_links_to_no_neighbour():
    text = "See [one](a.md#b) and [two](https://example.org/)."

    assert release.without_neighbours(text) == "See one and [two](https://example.org/)."


def test_another_contract_needs_another_version():
    grown = CONTRACT | {"paths": {"/a/": {}, "/b/": {}}}

    assert release.unversioned(CONTRACT, CONTRACT) == ""
    assert "1.2.0" in release.unversioned(CONTRACT, grown)
    assert release.unversioned(CONTRACT, grown | {"info": {"version": "1.3.0"}}) == ""


def test_the_commands_tell_the_version():
    told = subprocess.run(
        [sys.executable, "manage.py", "--version"], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert told.stdout.startswith(f"Stacks {__version__} (Django 5")


@pytest.mark.django_db
def test_pages_and_api_tell_the_version(client):
    assert client.get("/api/v1/").json()["software"] == f"Stacks {__version__}"
    assert f"This site runs Stacks {__version__}." in client.get("/about/").content.decode()
