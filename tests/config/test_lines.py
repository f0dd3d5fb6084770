"""The check of line lengths fails where a person could not read on."""

import pytest

from development.lines import STYLES, TEMPLATES, crowded_lines, long_lines, main, read


def test_our_own_templates_and_styles_can_be_read():
    assert main() == 0
    assert len(read(TEMPLATES)) > 100
    assert len(read(STYLES)) > 3


def test_a_template_line_over_120_characters_is_named():
    short = "<p>\n" * 50

    assert long_lines({"a.html": short + "x" * 120}) == []
    assert long_lines({"a.html": short + "x" * 121}) == ["a.html:51: 121 characters, 120 at most"]


def test_lines_that_are_merely_broken_at_the_limit_fail_together():
    assert long_lines({"a.html": "x" * 60 + "\n\n\n"}) == []
    assert long_lines({"a.html": "x" * 60 + "\n\n\n", "b.html": "x" * 64}) == [
        "the mean line of the templates has 62.0 characters, 60 at most"
    ]


@pytest.mark.parametrize(
    "line",
    [
        "a:hover, b:focus { color: red; margin: 0 }",
        ":root { color-scheme: light; --paper: #fff }",
        "a:hover, b:focus, c:active, d:target,",
        "  margin: 0;",
        "@media (width < 44rem) {",
        "",
    ],
)
def test_two_declarations_fit_in_a_line(line):
    assert crowded_lines({"a.css": line}) == []


@pytest.mark.parametrize(
    "line",
    [
        "a { color: red; margin: 0; padding: 0 }",
        "a { color: red; margin: 0; padding: 0",
        "a { color: red; & b:hover { margin: 0; padding: 0 } }",
    ],
)
def test_three_declarations_do_not(line):
    assert crowded_lines({"a.css": f"\n{line}"}) == ["a.css:2: 3 declarations in a line, 2 at most"]
