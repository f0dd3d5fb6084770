import pytest
from hypothesis import given
from hypothesis import strategies as st

from stacks.folding import alias_key, fold, sort_key


@pytest.mark.parametrize("spelling", ["Node.js", "NodeJS", "node js", "NODE-JS", "node_js"])
def test_spellings_of_one_name_share_a_key(spelling):
    assert alias_key(spelling) == "nodejs"


def test_plus_and_sharp_tell_names_apart():
    assert len({alias_key(name) for name in ("C", "C++", "C#")}) == 3


@pytest.mark.parametrize(
    ("name", "folded"), [("Énergie  SA", "energie sa"), ("Straße", "strasse"), ("ﬁber", "fiber"), (" a\tb ", "a b")]
)
def test_folding_drops_accents_case_and_spare_spaces(name, folded):
    assert fold(name) == folded


def test_sorting_ignores_punctuation_and_keeps_other_scripts_apart():
    assert sort_key("Amazon S3") == "amazons3"
    assert sort_key("日本") != sort_key("中国")


@given(st.text(max_size=300))
def test_sort_keys_are_plain_ascii_of_bounded_length(name):
    key = sort_key(name)
    assert key.isascii()
    assert key == "" or key.isalnum()
    assert len(key) <= 200


@given(st.text(max_size=50))
def test_folding_twice_changes_nothing(name):
    assert fold(fold(name)) == fold(name)
    assert alias_key(alias_key(name)) == alias_key(name)
