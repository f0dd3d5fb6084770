"""Whatever comes in: the own error or an answer whose lines lie inside the text, in bounded time."""

import json
import time
from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stacks.importers.formats import FORMATS
from stacks.importers.lines import MOST_BYTES, MOST_LINES, Problem, Reading, Unreadable
from tests.importers.words import read, used

_PIECES = st.sampled_from(
    [
        "Redis", "Kafka", "we use ", "instead of ", "from ", " to ", "migrated ", "PostgreSQL (RDS)", "|", "| ", "|---|---|", "\n", "\n\n", "- ", "  - ", "# ", "## Stack", "**", "`", "```",
        "~~", "[", "](", ")", "![", "<li>", "</li>", "<td>", "<table>", "<tr>", "</table>", "<p", ">", "<!--", "-->", "<script>", "<br/>", "&amp;", "&#x41;", "{{<", ">}}", "---", "name,ring,quadrant\n",
        "tools:\n", "- name: ", "technology,stage\n", '{"entries": [', "{", "}", '"', "'", ",", ":", "\t", "\\", "\u202e", "\u200b", "\ufeff", "\ue000", "\ue001", "\ufffc", "ﬁ", "İ", "ß", "漢字", "、", "→", "0", "3 GB", "https://redis.io", "=cmd|x", "javascript:alert(1)", "../../etc", "\x00", "\x85", "\u2028",
    ]
)  # fmt: skip
_TEXTS = st.one_of(st.lists(_PIECES, max_size=40).map("".join), st.text(max_size=200))


@pytest.mark.parametrize("form", FORMATS)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=_TEXTS)
def test_a_parser_raises_nothing_but_its_own_error(form, text):
    try:
        reading = read(text, form=form, path="")
    except Unreadable as refused:
        problem = Problem(refused.line, refused.message)
        reading = Reading(problems=[problem] if problem.line else [])
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    assert all(1 <= one.line <= lines for one in reading.lines)
    assert all(1 <= one.line <= lines for one in reading.problems)
    assert all(len(one.text) <= 200 for one in reading.lines)
    json.dumps([one.told() for one in reading.lines])


@pytest.mark.parametrize(
    "address", ["https://redis.io[", "https://[redis.io", "https://redis.io]/a/b/c", "http://[::1"]
)
def test_what_only_begins_like_an_address_is_no_obstacle(address):
    for text in (f"- {address}\n- Kafka\n", f"- [Redis]({address})\n- Kafka\n", f"![Redis]({address})\n\n- Kafka\n"):
        assert "apache-kafka" in {line.technology for line in read(text, form="markdown").lines}


@pytest.mark.parametrize(
    ("form", "text", "line"),
    [
        ("techstack", "a: &x [1]\nb: *x\n", 1),
        ("techstack", "tools:\n- !!python/object:os.system x\n", 2),
        ("techstack", "tools:\n- name: 'unclosed\n", 3),
        ("techstack", "a: " + "[" * 1000, 1),
        ("radar", "\n" + "[" * 100_000, 2),
        ("radar", '{"entries": 3}', 1),
        ("radar", '{"revision": 3, "licence": {}, "rows": []}', 1),
        ("radar", '{"entries": [\n}', 2),
        ("radar", '[{"name": "x", "ring": ' + "9" * 5000 + "}]", 1),
        ("radar", "name,quadrant\nx,y\n", 1),
        ("radar", "name,ring\n" + "x" * 200_000 + ",adopt\n", 2),
        ("csv", "a,b\n1,2\n", 1),
    ],
)
def test_a_typed_error_names_the_line(form, text, line):
    with pytest.raises(Unreadable) as refused:
        read(text, form=form)
    assert refused.value.line == line


def test_what_is_too_large_is_refused():
    with pytest.raises(Unreadable):
        read("x" * (MOST_BYTES + 1))
    with pytest.raises(Unreadable) as refused:
        read("\n" * MOST_LINES)
    assert refused.value.line == MOST_LINES + 1


_LONG = {
    "one line of names": "React, Kafka " * 8_000,
    "many lines": "we use Kafka and Redis\n" * 9_000,
    "brackets": "[" * 100_000,
    "open links": "[a](" * 20_000,
    "stars": "*_" * 50_000,
    "tags": "<div>" * 30_000,
    "closing": "</li>" * 30_000,
    "cells": ("|" * 300 + "\n") * 600,
    "html cells": "<table>" + "<tr><td>Redis<td>Kafka\n" * 3_000,
    "deep list": "\n".join(" " * n + "- x" for n in range(1_500)),
    "quotes": "> " * 40_000,
    "comments": "<!-- " * 20_000,
    "fences": "```\n" * 5_000,
    "moves": "migrated from Redis " * 4_000,
    "entities": "&amp;" * 20_000,
    "spaces": "We use Kafka" + " " * 100_000 + "and Redis",
    "spaces that do not break": "We use Kafka" + "\u00a0" * 100_000 + "and Redis",
    "spaces behind an adopter": "# Adopters of Redis\n- Acme" + " " * 100_000 + "uses it",
    "a heading without a space": "## deprecated " + "a" * 100_000 + "\n- Kafka",
    "a bold line that does not end": "**a**" + " " * 100_000 + "\x00",
    "hyphens": "Anna-" * 20_000,
    "capitals": "A1" * 50_000,
    "names": "Anna Berg said " * 8_000,
}


@pytest.mark.parametrize("name", _LONG)
def test_time_is_bounded(name):
    started = time.process_time()
    read(_LONG[name], path="x.md")
    assert time.process_time() - started < 5


def test_marks_that_nobody_sees_do_not_disguise_a_name():
    assert used("## Stack\n- Re\u200bdis\n- \u202eKafka\u202c\n") == {"redis", "apache-kafka"}


def test_addresses_that_run_code_are_no_addresses():
    reading = read("## Stack\n- [Frobnicator](javascript:alert(1))\n- [Grobnicator](file:///etc/passwd)\n")
    assert [one.address for one in reading.lines] == ["", ""]


_UNFOLDING = "a: &a [x, x]\n" + "".join(f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in pairwise("abcdefghi"))
_BOMBS = {
    "techstack.yml": f"{_UNFOLDING}tools:\n- name: *i\n",
    "deep/techstack.yml": "tools: " + "[" * 20_000,
    "deeper/techstack.yml": "\n".join(" " * n + "- tools:" for n in range(2_000)),
    "radar.json": "[" * 100_000,
    "deep/radar.json": '{"entries":' * 50_000,
}


@pytest.mark.parametrize("path", _BOMBS)
def test_what_unfolds_or_goes_deep_is_refused_or_read_in_bounded_time(path):
    started = time.process_time()
    with suppress(Unreadable):
        json.dumps(read(_BOMBS[path], path=path).problems, default=str)
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("csv", 'company,technology,purpose\nAc\x1b[31mme\u202e\u200b,Kafka,a\x07b\nAcme,"Frob\nnicator",\n'),
        ("techstack", 'tools:\n- name: "Kafka"\n- name: "Frob\\enicator\\u202E"\n'),
        ("radar", '{"entries": [{"label": "Kafka", "ring": 0}, {"label": "Frob\\u001bnicator\\n\\u200b", "ring": 0}]}'),
        ("markdown", "- Kafka \x1b[2J\n- [Frob\x07nicator](https://frob.example)\n"),
    ],
)
def test_nothing_that_a_terminal_or_a_page_would_obey_is_kept(form, text):
    lines = read(text, form=form).lines
    assert "apache-kafka" in {one.technology for one in lines}
    kept = [
        value for one in lines for value in (one.name, one.company, one.technology, one.purpose, one.text, one.quote)
    ]
    assert [value for value in kept if value and not value.isprintable()] == []
