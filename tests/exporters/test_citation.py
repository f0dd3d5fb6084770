import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stacks.exporters.citation import Citation

URL = "https://stacks.example.org/compare/companies/fam/zerodha/?as_of=2021-06&only=shared"


def make(**fields):
    told = {
        "site": "Stacks",
        "title": "Fam and Zerodha compared",
        "revision": 42,
        "changed_on": "2026-11-21",
        "as_of": "",
        "licence": "CC BY 4.0",
        "url": URL,
    }
    return Citation(**(told | fields))


def test_a_citation_is_a_line_and_an_entry_for_bibtex():
    assert make().text() == (
        "Stacks. “Fam and Zerodha compared.” Revision 42, as of 2026-11-21. CC BY 4.0. " + URL + "\n\n"
        "@misc{stacks42FamAndZerodhaCompared,\n"
        "  title = {Fam and Zerodha compared},\n"
        "  author = {{Stacks}},\n"
        "  year = {2026},\n"
        "  howpublished = {\\url{" + URL + "}},\n"
        "  note = {Revision 42, as of 2026-11-21, CC BY 4.0}\n"
        "}\n"
    )


def test_the_date_asked_for_counts_and_has_an_entry_of_its_own():
    text = make(as_of="2021-06").text()

    assert "Revision 42, as of 2021-06." in text
    assert "year = {2021}" in text
    assert "@misc{stacks42FamAndZerodhaCompared202106," in text


def test_without_a_licence_none_is_named():
    assert "Revision 42, as of 2026-11-21. https" in make(licence="").text()
    assert "note = {Revision 42, as of 2026-11-21}" in make(licence="").text()
    assert make(licence="").note() == f"Stacks, revision 42 of 2026-11-21. <{URL}>"


def test_the_note_under_a_table_names_revision_date_licence_and_address():
    assert make(as_of="2021").note() == f"Stacks, revision 42 of 2026-11-21, as of 2021, CC BY 4.0. <{URL}>"
    assert make(site="A_B").note().startswith(r"A\_B, revision")


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("AT&T", r"AT\&T"),
        ("100% C#", r"100\% C\#"),
        ("a_b $1", r"a\_b \$1"),
        ("{x", r"\{x"),
        ("a\\url{b}", r"a\textbackslash{}url\{b\}"),
        ("~^", r"\textasciitilde{}\textasciicircum{}"),
    ],
)
def test_names_are_written_as_tex_prints_them(name, written):
    assert f"title = {{{written}}}" in make(title=name).text()
    assert f"author = {{{{{written}}}}}" in make(site=name).text()


@given(st.text(max_size=30), st.text(max_size=10))
def test_braces_are_balanced_whatever_the_names(title, site):
    entry = make(title=title, site=site).text().rpartition("@misc{")[2]

    bare = re.sub(r"\\[{}\\]", "", entry)
    assert bare.count("{") + 1 == bare.count("}")
