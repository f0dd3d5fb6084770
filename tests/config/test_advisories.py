import json
import zipfile

import pytest

from development import advisories

LOCK = """django==5.2.1 \\
    --hash=sha256:00
    # via -r base.in
typing-extensions==4.15.0 ; python_full_version < '3.13' \\
    --hash=sha256:00
"""


def advisory(name="Django", events=None, **more):
    """In the form that OSV publishes."""
    ranges = [{"type": "ECOSYSTEM", "events": events or [{"introduced": "0"}, {"fixed": "5.2.3"}]}]
    return {
        "schema_version": "1.7.3",
        "id": "GHSA-test",
        "aliases": ["CVE-2025-1", "PYSEC-1"],
        "modified": "2025-07-01T00:00:00Z",
        "summary": "Queries can be injected",
        "affected": [{"package": {"ecosystem": "PyPI", "name": name, "purl": "x"}, "ranges": ranges, **more}],
    }


@pytest.fixture
def checked(tmp_path, monkeypatch, capsys):
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "base.txt").write_text(LOCK)
    monkeypatch.setattr(advisories, "ROOT", tmp_path)

    def check(*known, packed=False):
        where = tmp_path / "known"
        if packed:
            with zipfile.ZipFile(where, "w") as archive:
                for number, each in enumerate(known):
                    archive.writestr(f"{number}.json", json.dumps(each))
        else:
            where.mkdir(exist_ok=True)
            for number, each in enumerate(known):
                (where / f"{number}.json").write_text(json.dumps(each))
        monkeypatch.setenv("ADVISORIES", str(where))
        return advisories.main(), capsys.readouterr().out

    return check


@pytest.mark.parametrize("packed", [False, True])
def test_a_lock_older_than_an_advisory_fails_and_is_told_what_to_upgrade_to(checked, packed):
    code, said = checked(advisory(), advisory("flask"), packed=packed)

    assert code == 1
    assert "django 5.2.1 (base.txt): Queries can be injected (GHSA-test, CVE-2025-1); upgrade to 5.2.3" in said
    assert "2 locked packages: 1 known advisories" in said


@pytest.mark.parametrize(
    ("known", "concerned"),
    [
        (advisory(events=[{"introduced": "5.0"}, {"fixed": "5.1.9"}, {"introduced": "5.2"}, {"fixed": "5.2.2"}]), True),
        (advisory(events=[{"introduced": "5.2"}, {"last_affected": "5.2.1"}]), True),
        (advisory(events=[{"introduced": "5.2.2"}]), False),
        (advisory(events=[{"introduced": "0"}, {"fixed": "5.2.1"}]), False),
        (advisory(events=[{"introduced": "0"}, {"last_affected": "5.2"}]), False),
        (advisory("django", events=[{"introduced": "9"}], versions=["5.2.1"]), True),
        (advisory("Typing_Extensions", events=[{"introduced": "0"}]), True),
        (advisory() | {"withdrawn": "2025-07-02T00:00:00Z"}, False),
    ],
)
def test_it_concerns_the_versions_that_it_names(checked, known, concerned):
    assert checked(known)[0] == concerned


def test_where_there_is_no_database_that_is_said(checked, monkeypatch, tmp_path, capsys):
    assert checked() == (
        advisories.NOT_CHECKED,
        f"not checked: no advisory database: {tmp_path / 'known'} holds no advisory of the form of OSV\n",
    )
    for where, why in (("", "ADVISORIES names a folder"), (str(tmp_path / "none"), "cannot be read")):
        monkeypatch.setenv("ADVISORIES", where)
        assert advisories.main() == advisories.NOT_CHECKED
        said = capsys.readouterr().out
        assert said.startswith("not checked: no advisory database: ")
        assert why in said
