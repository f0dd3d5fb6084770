import pytest
from django.core.management import CommandError, call_command

from stacks.models import TechnologyAlias
from tests.factories import make_technology

pytestmark = pytest.mark.django_db


@pytest.fixture
def listed(tmp_path, capsys):
    def run(*lines):
        (tmp_path / "data.tsv").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        call_command("list_suspects", readings=tmp_path)
        return capsys.readouterr().out

    return run


@pytest.fixture
def kuma():
    kuma = make_technology(name="Kuma")
    for name in ("Kong Mesh", "Kumaa"):
        TechnologyAlias.objects.create(technology=kuma, name=name)
    return kuma


def test_a_suspect_without_a_line_is_listed_with_its_reason(kuma, listed, capsys):
    with pytest.raises(CommandError, match="1 undecided"):
        listed("slug\talias\tdecision\twhy", "other\tKong Mesh\tkeep\tof another")

    assert capsys.readouterr().out == "kuma\tKong Mesh\tshares no word with the name\n"


def test_a_line_in_any_spelling_decides(kuma, listed):
    assert "Every suspect is decided." in listed("kuma\tkong-mesh\tkeep\tas an example")


@pytest.mark.parametrize("decision", ["removed", "moved"])
def test_what_was_to_go_and_is_still_there_is_undecided(kuma, listed, decision):
    with pytest.raises(CommandError, match="1 undecided"):
        listed(f"kuma\tKong Mesh\t{decision}\ta product on top")


@pytest.mark.parametrize(
    "line", ["kuma\tKong Mesh\tkeep", "kuma\tKong Mesh\tkept\tso", "kuma\tKong Mesh\tkeep\t ", "kuma Kong Mesh"]
)
def test_a_line_that_says_too_little_is_named(kuma, listed, line):
    with pytest.raises(CommandError, match=r"data\.tsv, line 2: "):
        listed("", line)
