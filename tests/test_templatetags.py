from datetime import UTC, datetime

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from stacks.comparison.matrix import Cited
from stacks.pages.parts import Link
from stacks.templatetags.stacks_text import (
    arrows,
    attribution,
    counted,
    linked,
    listed,
    markdown,
    moment,
    paired,
    with_users,
)

KAFKA, GO, EVIL = Link("Kafka", "/kafka/"), Link("Go", "/go/"), Link("<b>", '/"/')


def test_paragraphs_lists_links_and_tables_become_html():
    text = "One *two* **three** `four`\n\n- a\n- b\n\n[here](https://example.org/?a=1&b=2)\n\n"
    text += "| x | y |\n|---|---|\n| 1 | 2 |\n"

    html = markdown(text)

    assert "<p>One <em>two</em> <strong>three</strong> <code>four</code></p>" in html
    assert "<li>a</li>" in html
    assert '<a href="https://example.org/?a=1&amp;b=2" rel="nofollow noopener">here</a>' in html
    assert "<table>" in html
    assert "<td>1</td>" in html


def test_columns_are_aligned_by_class_for_the_policy_refuses_styles():
    html = markdown("| a | b | c |\n|:--|--:|:-:|\n| 1 | 2 | 3 |")

    for side in ("left", "right", "center"):
        assert f'<td class="align-{side}">' in html
    assert "style" not in html


@pytest.mark.parametrize(
    ("hashes", "tag"), [("#", "h3"), ("##", "h4"), ("###", "h3"), ("####", "h4"), ("######", "h6")]
)
def test_headings_begin_below_those_of_the_page(hashes, tag):
    assert f"<{tag}>Title</{tag}>" in markdown(f"{hashes} Title")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,x)",
        "[x](JaVaScRiPt:alert(1))",
        "<a href='https://example.org' onclick='x()'>x</a>",
        "![x](https://example.org/track.png)",
        "<style>*{display:none}</style>",
        "<iframe src=https://example.org></iframe>",
        "<b style='position:fixed'>x</b>",
    ],
)
def test_nothing_of_it_acts_or_loads(text):
    html = markdown(text)

    for danger in ("<script", "<img", "<style", "<iframe", "<b ", 'href="javascript', 'href="data', 'onclick="'):
        assert danger not in html.lower()


def test_nothing_is_nothing():
    assert markdown("") == ""
    assert markdown(None) == ""


@given(st.text())
def test_any_text_can_be_shown(text):
    html = markdown(text)

    assert "<script" not in html.lower()
    assert " style=" not in html.lower().replace("&quot;", "").split("<", 1)[0]


@given(st.text(alphabet="abcÉß中7 ,.;:?()%/'’–—-*_&<#[]!`\\|~>=+\"\xa0\f\x00", max_size=20))
def test_a_line_is_printed_as_the_parser_would(text):
    # what ends in a line break goes through the parser
    assert markdown(text) == markdown(f"{text}\n")


def test_a_moment_is_a_date_for_people_and_exact_for_machines():
    told = moment(datetime(2026, 11, 21, 8, 30, 15, 999, tzinfo=UTC))

    assert told == '<time datetime="2026-11-21T08:30:15+00:00">2026-11-21</time>'


def test_links_are_listed_without_a_gap_before_the_comma():
    assert listed([KAFKA, GO]) == '<a href="/kafka/">Kafka</a>, <a href="/go/">Go</a>'
    assert listed([GO], "text") == '<a href="/go/">Go<span class="vh"> (technology)</span></a>'
    assert listed([]) == ""


def test_numbers_stand_behind_what_they_count():
    assert counted([(KAFKA, 3), (GO, 1)]) == '<a href="/kafka/">Kafka</a> (3), <a href="/go/">Go</a> (1)'
    assert with_users([(KAFKA, 3), (GO, 0)]) == (
        '<a href="/kafka/">Kafka</a> <span class="t">(3)</span>, <a href="/go/">Go</a>'
    )


def test_relatives_and_steps_keep_their_order():
    assert paired([(KAFKA, GO)]) == '<a href="/kafka/">Kafka</a> ≈ <a href="/go/">Go</a>'
    assert arrows(["A", "B"]) == 'A <span aria-hidden="true">→</span><span class="vh">to</span> B'
    assert arrows(linked([KAFKA])) == '<a href="/kafka/">Kafka</a>'


@pytest.mark.parametrize(
    "shown", [listed([EVIL]), counted([(EVIL, 1)]), with_users([(EVIL, 1)]), paired([(EVIL, EVIL)]), arrows(["<b>"])]
)
def test_what_a_phrase_holds_is_escaped(shown):
    assert "<b>" not in shown
    assert '/"/' not in shown


@pytest.mark.parametrize(
    ("cited", "words"),
    [
        (Cited("u", "/", "T", "Fam", "talk", True, "2021", locator="slide 3"), ", Fam (first party, 2021; slide 3)"),
        (Cited("u", "/", "T", "", "talk", False, ""), " (third party, date not stated)"),
        (Cited("u", "/", "T", "", "talk", False, "2020", is_gone=True), " (third party, 2020; the page is gone)"),
        (
            Cited("u", "/", "T", "", "talk", False, "2020", is_gone=True, archive_url="/copy"),
            " (third party, 2020; the page is gone, this is a stored copy)",
        ),
    ],
)
def test_an_attribution_says_who_and_when(cited, words):
    assert attribution(cited) == words


def test_what_is_named_is_one_line_said_where_it_is_wanted():
    text = "{% load stacks_text %}{% named x %}\n  {{ a }}\n  b\n{% endnamed %}<{{ x }}>"

    assert Template(text).render(Context({"a": "<i>"})) == "<&lt;i&gt; b>"
