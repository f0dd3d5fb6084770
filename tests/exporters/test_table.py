import csv
import io
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from stacks.exporters.isolation import isolated
from stacks.exporters.table import Table, escape, neutralise, to_csv, to_markdown

# what a text field of the database can hold
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40)
SIGNS = st.text("=+-@\t\r\n \"',;|\\`*_[]()<>#~&$!{}:/ab1\u00a0\uff1d", max_size=20)
CELLS = TEXT | SIGNS
markdown = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def tables(cells):
    return st.integers(1, 4).flatmap(
        lambda width: st.builds(
            Table,
            title=cells,
            columns=st.tuples(*[cells] * width),
            rows=st.lists(st.tuples(*[cells] * width), max_size=4),
        )
    )


def read_csv(text):
    return [tuple(row) for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)]


def read_markdown(text):
    """The heading and the lines of the only table, as a reader of the rendered page sees them."""
    tokens = markdown.parse(text)
    lines, heading = [], None
    for before, token in pairwise(tokens):
        if token.type == "tr_open":
            lines.append([])
        elif token.type == "inline" and before.type in {"th_open", "td_open"}:
            lines[-1].append(_shown(token))
        elif token.type == "inline" and before.type == "heading_open":
            heading = _shown(token)
    return heading, lines


def _shown(token):
    """Plain text and the addresses of links; anything else would be markup that the data brought along."""
    parts, href = [], ""
    for child in token.children:
        if child.type == "link_open":
            href = child.attrs["href"]
            parts.append(href)
        elif child.type == "link_close":
            href = ""
        elif not href:
            assert child.type in {"text", "text_special"}, child
            parts.append(child.content)
    return "".join(parts)


def one_line(text):
    return " ".join(text.split())


@pytest.mark.parametrize(
    "cell",
    [
        "=cmd|' /C calc'!A0",
        "+1+1",
        "-2+3",
        "@SUM(A1)",
        " =1",
        "\t=1",
        "\t1",
        "\r\n=1",
        "\n\n@x",
        "\u00a0=1",
        "\uff1d1+1",
        "  \uff20x",
        '="a"&"b"',
    ],
)
def test_a_cell_that_a_spreadsheet_would_run_begins_with_an_apostrophe(cell):
    assert neutralise(cell) == f"'{cell}"
    assert read_csv(to_csv(Table("", ("a", "b"), [("x", cell)])))[1] == ("x", f"'{cell}")


@pytest.mark.parametrize("cell", ["", "Kafka", "C++", "a=b", "1-2", '"=1"', "'=1", "x@y", "C#", ".NET", "a\n=b"])
def test_other_cells_stay_as_they_are(cell):
    assert neutralise(cell) == cell


@given(tables(CELLS))
def test_csv_is_read_back_as_it_was_written(table):
    header, *rows = read_csv(to_csv(table))

    assert header == table.columns
    assert rows == [tuple(neutralise(cell) for cell in row) for row in table.rows]


@given(CELLS)
def test_no_cell_begins_as_a_formula_does_however_it_is_indented(cell):
    assert not neutralise(cell).lstrip().startswith(("=", "+", "-", "@"))
    assert neutralise(cell) in {cell, f"'{cell}"}


@given(tables(CELLS))
def test_markdown_shows_the_same_cells(table):
    heading, lines = read_markdown(to_markdown(table))

    assert heading == (one_line(table.title) or None) or not one_line(table.title)
    assert lines == [[isolated(one_line(cell)) for cell in row] for row in (table.columns, *table.rows)]


@pytest.mark.parametrize(
    "text",
    [
        "a|b",
        r"a\|b",
        "\\",
        "*bold* _it_ `code` ~~gone~~",
        "[a](https://x.example)",
        "![a](x.png)",
        "<script>alert(1)</script>",
        "<!-- a -->",
        "&lt;b&gt; &copy; AT&T",
        "# no heading",
        "costs $5 and $6",
        "- no list",
        "1. no list",
        "---",
        "two\nlines\r\n\r\nand more",
    ],
)
def test_signs_of_markdown_are_text(text):
    assert read_markdown(to_markdown(Table(text, (text, "b"), [(text, "x"), ("y", text)]))) == (
        one_line(text),
        [[one_line(text), "b"], [one_line(text), "x"], ["y", one_line(text)]],
    )


@pytest.mark.parametrize(
    "address",
    [
        "https://a.example/one_two*three~four#five&six=$7",
        "https://a.example/a[1]?b=`c`",
        "http://a.example/x_(y)",
    ],
)
def test_addresses_are_links_that_lead_where_they_should(address):
    text = to_markdown(Table("t", ("sources",), [(f"{address} {address}",)]))

    hrefs = [
        child.attrs["href"]
        for token in markdown.parse(text)
        for child in token.children or []
        if child.type == "link_open"
    ]
    assert hrefs == [markdown.normalizeLink(address)] * 2


@pytest.mark.parametrize(
    "address", ["https://a.example/a|b", "https://a.example/<b>", "javascript:alert(1)", "https://"]
)
def test_what_is_no_plain_address_stays_text(address):
    assert read_markdown(to_markdown(Table("t", ("a",), [(address,)])))[1] == [["a"], [address]]


def test_notes_follow_the_table_each_as_a_paragraph():
    text = to_markdown(Table("Title", ("a", "b"), [("1", "2")], ("One.", "Two.")))

    assert text == "# Title\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\nOne.\n\nTwo.\n"


def test_a_table_without_rows_has_its_header():
    assert to_csv(Table("t", ("a", "b"), [])) == "\ufeffa,b\r\n"
    assert read_markdown(to_markdown(Table("t", ("a", "b"), [])))[1] == [["a", "b"]]


@given(CELLS)
def test_escaped_text_is_one_line(text):
    assert len(escape(text).splitlines()) <= 1


def test_a_csv_is_told_apart_from_other_text_and_keeps_its_licence():
    table = Table("T", ("name", "slug"), [("é", "e"), ("-", "f")], keys=1)

    text = to_csv(table, "CC BY 4.0")

    assert text.startswith("\ufeffname,slug,licence\r\n")
    assert read_csv(text)[1:] == [("é", "e", "CC BY 4.0"), ("'-", "f", "CC BY 4.0")]
    assert read_csv(to_csv(table))[0] == ("name", "slug")


def test_markdown_leaves_out_what_is_for_machines():
    table = Table("T", ("name", "what", "slug", "uid"), [("É", "x", "e", "u1")], keys=2)

    assert read_markdown(to_markdown(table))[1] == [["name", "what"], ["É", "x"]]
    assert read_markdown(to_markdown(replace(table, of_kind=True)))[1] == [["what"], ["x"]]
