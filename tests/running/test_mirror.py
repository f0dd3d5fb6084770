"""docs/mirror.py as a program, against a server of two processes, while two others edit all the time.

`./dev proof mirror` is the long run, on both databases.
"""

import json
import subprocess
import sys

import pytest

from tests.running.conftest import ROOT, environment

pytestmark = pytest.mark.running

EDITS = 15  # by each


def write(database, *arguments):
    command = [sys.executable, "-m", "tests.writing", *arguments]
    settings = {"DATABASE_URL": f"sqlite:///{database}", "DJANGO_SETTINGS_MODULE": "config.settings"}
    return subprocess.Popen(command, cwd=ROOT, env=environment(**settings))


def mirror(server, file, *options):
    command = [sys.executable, ROOT / "docs" / "mirror.py", f"http://127.0.0.1:{server.port}/", file, *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_mirror_is_exact_though_others_write_all_the_time(serve, database, tmp_path):
    assert write(database, "1", "0", "--begin").wait() == 0
    settings = {"DATABASE_URL": f"sqlite:///{database}", "VAR_DIR": str(tmp_path / "var"), "WEB_CONCURRENCY": "2"}
    late, live = tmp_path / "late.sqlite3", tmp_path / "live.sqlite3"
    with serve(**settings, ALLOWED_HOSTS="127.0.0.1") as server:
        assert mirror(server, late).returncode == 0
        writers = [write(database, seed, str(EDITS)) for seed in "23"]
        copies = 0
        while any(writer.poll() is None for writer in writers):
            followed = mirror(server, live)
            # where more changes than it can read it says so, and goes on the next time
            assert followed.returncode == 0 or "it goes on from here" in followed.stderr, followed.stderr
            copies += 1
        assert [writer.returncode for writer in writers] == [0, 0]
        assert copies > 1
        for file in (live, late):
            proof = mirror(server, file, "--verify")
            assert (proof.returncode, proof.stdout) == (0, "0 differences\n"), proof
        # a copy taken now is what was followed
        text = server.get("/api/v1/export/?format=ndjson")[2]
        assert json.loads(text.splitlines()[-1])["documents"] > 50
