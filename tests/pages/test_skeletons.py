import pytest
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from stacks.pages.skeletons import skeleton, without_indents

VALUES = {"number": "1", "company": "<b>Fam & \x02company\x03", "content": mark_safe("<li>Go</li>")}


@pytest.mark.parametrize("void", [True, False])
def test_a_skeleton_is_filled_in_as_its_template_would_print(void):
    printed = render_to_string("stacks/compare/_cell.html", VALUES | {"void": void})

    filled = skeleton("stacks/compare/_cell.html", *VALUES, void=void).fill(**VALUES)

    assert filled == without_indents(printed)
    assert "&lt;b&gt;Fam &amp;" in filled


@pytest.mark.parametrize("first", [["number"], ["company", "content"], list(VALUES), []])
def test_a_skeleton_that_is_begun_becomes_the_same(first):
    made = skeleton("stacks/compare/_cell.html", *VALUES, void=False)
    in_pieces = VALUES | {"content": [b"<li>", b"Go</li>"]}

    begun = made.in_bytes.begin({name: in_pieces[name] for name in first})

    assert [name for name, _ in begun.pairs] == [name for name in VALUES if name not in first]
    assert begun.fill(in_pieces).decode() == made.fill(**VALUES)
    assert begun.size == len(begun.first) + sum(len(text) for _, text in begun.pairs)


def test_a_value_that_is_missing_is_told():
    with pytest.raises(KeyError):
        skeleton("stacks/compare/_cell.html", *VALUES, void=False).fill(number="1")
    with pytest.raises(KeyError, match="company"):
        skeleton("stacks/compare/_cell.html", *VALUES, void=False).in_bytes.fill({"number": "1"})
