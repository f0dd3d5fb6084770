"""No regular expression of ours goes back and forth over a text without end (ReDoS): each is found and attacked.

Four hundred characters cost a pattern that looks at each of them, or at each pair, a millisecond at most. One that
looks at each three, or tries all ways to part them, takes far longer: that is told apart on any machine.
"""

import ast
import dataclasses
import importlib
import pkgutil
import re
import signal
import time
import types
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]

import pytest

import config
import stacks
from stacks.importers.patterns import LazyPattern

LENGTH, MOST, GIVEN_UP = 400, 0.06, 0.3  # characters, seconds of CPU, and after how many a search is broken off
REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)
CANDIDATES = "a 1-A.,:/\n|*_#[]()<>&'\"\t;=@!?éЖ—“"


def modules():
    for house in (stacks, config):
        for found in pkgutil.walk_packages(house.__path__, f"{house.__name__}."):
            if ".migrations" not in found.name and found.name != "config.wsgi":
                yield importlib.import_module(found.name)


def patterns_in(value, seen):
    """Of a module, and of what it holds, however deep."""
    if isinstance(value, re.Pattern | LazyPattern):
        yield value.compiled if isinstance(value, LazyPattern) else value
        return
    if id(value) in seen or isinstance(value, str | bytes | int | float | types.FunctionType):
        return
    seen.add(id(value))
    if isinstance(value, types.ModuleType):
        parts = vars(value).values()
    elif isinstance(value, dict):
        parts = [*value.keys(), *value.values()]
    elif isinstance(value, list | tuple | set | frozenset):
        parts = value
    elif isinstance(value, type):
        parts = vars(value).values() if value.__module__.startswith(("stacks", "config")) else ()
    elif dataclasses.is_dataclass(value):
        parts = [getattr(value, field.name, None) for field in dataclasses.fields(value)]
    else:
        parts = ()
    for part in parts:
        if not isinstance(part, types.ModuleType):
            yield from patterns_in(part, seen)


def written_inline(module):
    """`re.sub("...", ...)` and its like."""
    for node in ast.walk(ast.parse(Path(module.__file__).read_text())):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name("re"), attr=name), args=[ast.Constant(str(pattern)), *_]
            ) if name != "escape":
                yield re.compile(pattern)


@cache
def all_patterns():
    seen, found = set(), {}
    for module in modules():
        for pattern in [*patterns_in(module, seen), *written_inline(module)]:
            if isinstance(pattern.pattern, str):
                found.setdefault((pattern.pattern, pattern.flags), (pattern, module.__name__))
    return list(found.values())


def sample(parsed, branch=0):
    """A text that the parts match, with at least one of what may be repeated."""
    text = ""
    for code, value in parsed:
        if code is codes.LITERAL:
            text += chr(value)
        elif code is codes.NOT_LITERAL:
            text += "b" if value == ord("a") else "a"
        elif code is codes.ANY:
            text += "a"
        elif code is codes.IN:
            text += of_set(value)
        elif code in REPEATS:
            text += sample(value[2], branch) * max(value[0], 1)
        elif code is codes.SUBPATTERN:
            text += sample(value[-1], branch)
        elif code is codes.ATOMIC_GROUP:
            text += sample(value, branch)
        elif code is codes.BRANCH:
            text += sample(value[1][branch % len(value[1])], branch)
    return text


def of_set(items):
    one = re.compile("".join(("[", *map(_shown, items), "]")))
    return next((each for each in CANDIDATES if one.match(each)), None) or chr(_first(items))


def _shown(item):
    code, value = item
    if code is codes.NEGATE:
        return "^"
    if code is codes.LITERAL:
        return re.escape(chr(value))
    if code is codes.RANGE:
        return "-".join(re.escape(chr(end)) for end in value)
    return CATEGORIES[value]


CATEGORIES = {
    codes.CATEGORY_SPACE: r"\s",
    codes.CATEGORY_NOT_SPACE: r"\S",
    codes.CATEGORY_DIGIT: r"\d",
    codes.CATEGORY_NOT_DIGIT: r"\D",
    codes.CATEGORY_WORD: r"\w",
    codes.CATEGORY_NOT_WORD: r"\W",
}


def _first(items):
    code, value = next(item for item in items if item[0] in (codes.LITERAL, codes.RANGE))
    return value if code is codes.LITERAL else value[0]


def repeated(parsed, before=""):
    """(what stands before it, what is repeated) of each part that may be."""
    for code, value in parsed:
        if code in REPEATS:
            yield from ((before, sample(value[2], branch)) for branch in range(2) if value[1] > 9)
            yield from repeated(value[2], before)
        elif code is codes.SUBPATTERN:
            yield from repeated(value[-1], before)
        elif code is codes.BRANCH:
            for branch in value[1]:
                yield from repeated(branch, before)
        elif code is codes.ATOMIC_GROUP:
            yield from repeated(value, before)
        elif code in (codes.ASSERT, codes.ASSERT_NOT):
            yield from repeated(value[1], before)
        before += sample([(code, value)])


def texts(pattern):
    parsed = parser.parse(pattern.pattern, pattern.flags)
    whole = sample(parsed)
    for before, part in dict.fromkeys([*repeated(parsed), ("", whole), ("", whole[:-1])]):
        if part:
            yield before + part * (LENGTH // len(part)) + "\x00"


@contextmanager
def broken_off():
    def stop(*_):
        raise TimeoutError

    kept = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, GIVEN_UP)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, kept)


def cost(pattern, text):
    began = time.thread_time()
    try:
        with broken_off():
            for _ in pattern.finditer(text):
                pass
            pattern.fullmatch(text)
    except TimeoutError:
        return GIVEN_UP
    return time.thread_time() - began


def slow_at(pattern):
    """The first text that it is slow at."""
    return next((text for text in texts(pattern) if cost(pattern, text) > MOST and cost(pattern, text) > MOST), None)


def test_no_pattern_goes_back_and_forth():
    found = all_patterns()

    assert len(found) > 500
    assert [(where, pattern.pattern[:90], text[:30]) for pattern, where in found if (text := slow_at(pattern))] == []


@pytest.mark.parametrize("pattern", [r"(a+)+b", r"(?:\w+ ?){1,9}!", r"^(?:a|aa)+$", r"a*a*a*a*b"])
def test_one_that_does_is_found(pattern):
    assert slow_at(re.compile(pattern))
