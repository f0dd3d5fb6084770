import pytest

from stacks import finished
from stacks.finished import Finished


@pytest.fixture
def pieces():
    return Finished(10_000)


def put(pieces, name, size, stamp="now"):
    pieces.put({name: stamp}, {name: (f"piece {name}", size)})


def test_a_piece_is_at_hand_under_its_own_stamp_only(pieces):
    put(pieces, "a", 100)

    assert pieces.get([("a", "now"), ("b", "now")]) == {"a": "piece a"}
    assert pieces.get([("a", "later")]) == {}


def test_what_was_used_longest_ago_goes_where_the_bytes_are_full(pieces):
    for name in "abc":
        put(pieces, name, 2_500)
    pieces.get([("a", "now")])

    put(pieces, "d", 2_500)

    assert pieces.get([(name, "now") for name in "abcd"]).keys() == {"a", "c", "d"}
    assert pieces.bytes <= 10_000


def test_what_is_newer_takes_the_place_of_what_was_older(pieces):
    for stamp in range(50):
        put(pieces, "a", 2_500, stamp)
    put(pieces, "b", 2_500)

    assert pieces.get([("a", 49), ("b", "now")]).keys() == {"a", "b"}


def test_what_is_larger_than_all_that_may_be_held_is_not(pieces):
    put(pieces, "a", 2_500)
    put(pieces, "vast", 20_000)

    assert pieces.get([("vast", "now")]) == {}
    assert pieces.bytes == 0


def test_all_can_be_forgotten(pieces):
    put(pieces, "a", 100)

    finished.forget()

    assert pieces.get([("a", "now")]) == {}
    assert pieces.bytes == 0
