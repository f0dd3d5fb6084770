"""Neither cache ever fails a page, and what the one in memory holds is bounded in bytes."""

import runpy
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import caches
from hypothesis import given
from hypothesis import strategies as st

from config.caches import BoundedMemoryCache, ForgivingRedisCache

MOST = 2000
ROOT = Path(settings.BASE_DIR)


@pytest.fixture
def memory():
    cache = BoundedMemoryCache("bounded", {"OPTIONS": {"MAX_BYTES": MOST}})
    cache.clear()
    return cache


def held(cache):
    return sum(len(value) for value in cache._cache.values())


def test_what_was_used_longest_ago_goes_when_the_bytes_are_full(memory):
    for name in "abc":
        memory.set(name, "x" * 500)
    memory.get("a")
    memory.set("d", "x" * 500)

    assert [name for name in "abcd" if memory.get(name)] == ["a", "c", "d"]


def test_what_is_larger_than_all_is_not_kept_and_what_it_replaces_goes(memory):
    memory.set("a", "x")
    memory.set("a", "x" * MOST)

    assert memory.get("a") is None
    assert held(memory) == 0


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(-1, MOST), st.booleans())))
def test_it_never_holds_more_than_its_bytes_and_knows_what_it_holds(steps):
    cache = BoundedMemoryCache("property", {"OPTIONS": {"MAX_BYTES": MOST}})
    cache.clear()
    for name, size, expired in steps:
        if size < 0:
            cache.delete(name)
        else:
            cache.set(name, "x" * size, -1 if expired else 60)
            assert cache.get(name) in (None, "x" * size)
        assert held(cache) == cache._total[0] <= MOST
        assert cache._cache.keys() == cache._expire_info.keys() == cache._sizes.keys()


def test_both_caches_of_the_site_are_bounded_in_bytes():
    told = runpy.run_path(str(ROOT / "config/settings.py"))["CACHES"]

    in_memory = {name: told[name]["OPTIONS"]["MAX_BYTES"] for name in ("default", "pages")}
    assert sum(in_memory.values()) <= 128 * 2**20
    assert told["notes"]["OPTIONS"]["MAX_ENTRIES"] <= 10_000  # small files
    assert isinstance(caches["default"], BoundedMemoryCache)


@pytest.fixture
def nobody(monkeypatch):
    """A cache whose server was never there."""
    pytest.importorskip("redis")
    cache = ForgivingRedisCache("redis://127.0.0.1:9/0", {})
    monkeypatch.setattr(cache._class, "away_until", 0.0)
    monkeypatch.setattr(cache._class, "told_until", 0.0)
    return cache


@pytest.mark.parametrize(
    ("ask", "answer"),
    [
        (lambda c: c.get("a"), None),
        (lambda c: c.get("a", 7), 7),
        (lambda c: c.get_many(["a", "b"]), {}),
        (lambda c: c.set("a", 1), None),
        (lambda c: c.set_many({"a": 1}), []),
        (lambda c: c.add("a", 1), False),
        (lambda c: c.get_or_set("a", 5), 5),
        (lambda c: c.touch("a"), False),
        (lambda c: c.delete("a"), False),
        (lambda c: c.delete_many(["a"]), None),
        (lambda c: c.has_key("a"), False),
        (lambda c: "a" in c, False),
        (lambda c: c.clear(), False),
        (lambda c: c.answers(), False),
    ],
)
def test_a_server_that_is_away_is_an_empty_cache(nobody, ask, answer, caplog):
    assert ask(nobody) == answer
    assert ask(nobody) == answer
    assert len(caplog.records) <= 1


def test_what_is_not_there_cannot_be_counted_up(nobody):
    with pytest.raises(ValueError, match="not found"):
        nobody.incr("a")


def test_a_server_that_is_away_is_not_asked_again_at_once(nobody, monkeypatch):
    nobody.get("a")
    monkeypatch.setattr(nobody._cache, "get_client", lambda *args, **options: pytest.fail("asked"))

    assert nobody.get("b") is None
