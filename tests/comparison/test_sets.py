from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stacks.comparison.sets import Name, Sets, bits, by_how_many, count, in_order, members, union

KEYS = st.sets(st.integers(0, 300))


@given(KEYS)
def test_a_set_holds_what_was_put_into_it(keys):
    assert members(bits(keys)) == sorted(keys)
    assert bits(keys).bit_count() == len(keys)


@given(st.lists(KEYS, max_size=40))
def test_companies_are_ranked_by_how_many_sets_they_stand_in(sets):
    ranked = [(number, members(found)) for number, found in by_how_many(map(bits, sets))]

    counted = Counter(key for keys in sets for key in keys)
    assert ranked == [
        (number, sorted(key for key, n in counted.items() if n == number))
        for number in sorted(set(counted.values()), reverse=True)
    ]


def test_what_is_left_is_counted_without_the_empty():
    sets = {"India": bits([1, 2, 3]), "France": bits([4]), "": bits([5])}

    assert count(sets, bits([2, 3, 5])) == {"India": 2, "": 1}
    assert members(union(sets.values())) == [1, 2, 3, 4, 5]


def test_companies_that_changed_take_the_place_of_what_they_were():
    old = Sets(
        {1: Name("a", "a", "A"), 2: Name("b", "b", "B"), 3: Name("c", "c", "C")},
        {"Retail": bits([1, 2, 3])}, {"India": bits([1, 2]), "France": bits([3])},
        {"a": bits([1]), "b": bits([2]), "c": bits([3])}, bits([1, 3]), {(7, 70): bits([1, 2]), (8, 80): bits([2])},
        {1: "1 5", 2: "2 6", 3: "3 7"},
    )  # fmt: skip
    now = Sets(
        {2: Name("z", "z", "Z")},
        {"Payments": bits([2])},
        {"India": bits([2])},
        {"z": bits([2])},
        0,
        {(7, 71): bits([2])},
        {2: "2 8"},
    )

    new = old.replace([2, 3], now)

    assert list(new.names) == members(new.public) == [1, 2]
    assert {name: members(found) for name, found in new.industries.items()} == {"Retail": [1], "Payments": [2]}
    assert {name: members(found) for name, found in new.countries.items()} == {"India": [1, 2]}
    assert {name: members(found) for name, found in new.letters.items()} == {"a": [1], "z": [2]}
    assert members(new.telling_team_size) == [1]
    assert new.stamps == {1: "1 5", 2: "2 8"}
    assert {pair: members(found) for pair, found in new.using.items()} == {(7, 70): [1], (7, 71): [2]}
    assert {key: members(found) for key, found in new.technologies.items()} == {70: [1], 71: [2]}
    assert {key: members(found) for key, found in new.categories.items()} == {7: [1, 2]}


@pytest.mark.parametrize("few", [0, 500])
@given(KEYS, st.none() | st.integers(0, 8), st.booleans())
def test_companies_are_told_in_the_order_of_their_names_whether_many_or_few(few, keys, beside, backwards):
    names = in_order({key: Name(str(key % 7), str(key), "") for key in range(301)})
    name = None if beside is None else str(beside)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("stacks.comparison.sets._FEW", few)
        found = list(Sets(names, {}, {}, {"a": bits(names)}, 0, {}, {}).by_name(bits(keys), name, backwards=backwards))

    in_that_order = sorted(keys, key=names.__getitem__, reverse=backwards)
    assert found == [
        key for key in in_that_order if name is None or (str(key % 7) <= name if backwards else str(key % 7) >= name)
    ]
