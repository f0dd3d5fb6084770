"""docs/mirror.py as a program, against a server of two processes, while another process edits all the time.

MIRROR_EDITS=350 and TEST_DATABASE_URL make of it the long run on PostgreSQL that is done by hand.
"""

import json
import os
import subprocess
import sys

import pytest

from tests.running.conftest import ROOT, environment

pytestmark = pytest.mark.running

EDITS = os.environ.get("MIRROR_EDITS", "30")
_WRITE = """
import django, itertools, sys, time
django.setup()
from tests import factories, mirroring
factories._numbers = itertools.count(10_000 * int(sys.argv[2]))
if sys.argv[1] == "some":
    mirroring.make_some()
curators = mirroring.Curators(seed=int(sys.argv[2]))
for _ in range(int(sys.argv[3])):
    curators.edit()
    time.sleep(0.02)
"""


def write(database, *arguments):
    command = [sys.executable, "-c", _WRITE, *map(str, arguments)]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment(DATABASE_URL=database, DJANGO_SETTINGS_MODULE="config.settings")
    )


def mirror(server, file, *options):
    command = [sys.executable, ROOT / "docs" / "mirror.py", f"http://127.0.0.1:{server.port}/", file, *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_mirror_is_exact_though_others_write_all_the_time(serve, database, tmp_path):
    url = os.environ.get("MIRROR_DATABASE_URL", f"sqlite:///{database}")
    assert write(url, "some", 1, 0).wait() == 0
    late = tmp_path / "late.sqlite3"
    with serve(
        DATABASE_URL=url, VAR_DIR=str(tmp_path / "var"), WEB_CONCURRENCY="2", ALLOWED_HOSTS="127.0.0.1"
    ) as server:
        assert mirror(server, late).returncode == 0
        writer = write(url, "no", 3, EDITS)
        copies = 0
        while writer.poll() is None:
            live = mirror(server, tmp_path / "live.sqlite3")
            assert live.returncode == 0, live.stderr
            copies += 1
        assert writer.returncode == 0
        assert copies > 1
        for file in (tmp_path / "live.sqlite3", late):
            proof = mirror(server, file, "--verify")
            assert (proof.returncode, proof.stdout) == (0, "0 differences\n"), proof
        # a copy taken now is what was followed
        text = server.get("/api/v1/export/?format=ndjson")[2]
        assert json.loads(text.splitlines()[-1])["documents"] > 50
