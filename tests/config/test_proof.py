"""docs/proof.md is what the proofs said, each in its own part."""

import importlib
import sys
from types import ModuleType

import pytest

from development import proof


@pytest.fixture
def asked(monkeypatch, tmp_path):
    """A table that holds what another proof said, and a proof that yields what the test gives it."""
    table = tmp_path / "proof.md"
    table.write_text(proof.with_section("", "zebra", proof.section("zebra", "Stripes.", ["ruler 1.0"], [("a", "b")])))
    module = ModuleType("development.proofs.tried", "Words are words.\n\nMore.")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(proof, "names", lambda: ["tried", "zebra"])
    monkeypatch.setattr(proof, "TABLE", table)
    monkeypatch.setattr(proof, "ROOT", tmp_path)
    monkeypatch.setattr(proof, "KEPT", tmp_path / "kept")
    monkeypatch.setattr(proof, "stacks_now", lambda: "Stacks 0, commit none")
    return module


@pytest.mark.parametrize("name", proof.names())
def test_each_proof_has_a_title_which_its_part_of_the_table_tells(name):
    module = importlib.import_module(f"development.proofs.{name}")
    _, heading, part = proof.TABLE.read_text().partition(f"\n## {name}\n")

    assert callable(module.prove)
    assert heading, f"./dev proof {name}"
    assert part.startswith(f"\n{module.__doc__.splitlines()[0]}\n")


def test_what_a_proof_says_takes_its_place_and_leaves_the_others(asked):
    def prove(tools):
        tools.locked("pytest")
        yield "one | two", "3 of\n3"

    asked.prove = prove
    before = proof.TABLE.read_text()

    assert proof.main(["tried"]) == proof.main(["tried"]) == 0

    told = proof.TABLE.read_text()
    assert told.count("## tried\n\nWords are words.\n\npytest ") == 1
    assert "| one \\| two | 3 of 3 |" in told
    assert told.startswith(proof.INTRODUCTION)
    assert told.index("## tried") < told.index("## zebra")
    assert told.endswith(before[before.index("## zebra") :])


def test_what_is_not_so_is_told_and_changes_nothing(asked, capsys):
    def prove(tools):
        yield "the first", "as it should be"
        tools.run(sys.executable, "-c", "import sys; print('found 3'); sys.exit(4)")

    asked.prove = prove
    before = proof.TABLE.read_text()

    assert proof.main(["tried"]) == 1

    told = capsys.readouterr().out
    assert "ended with 4:\nfound 3" in told
    assert "Failed: tried" in told
    assert proof.TABLE.read_text() == before
