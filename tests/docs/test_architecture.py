"""The picture of the house says what the import rules say, no more and no less."""

import tomllib
from itertools import pairwise
from xml.etree import ElementTree as ET

from development.architecture import THEMES, Floor, draw, read_house
from development.drawn import DOCS
from development.environment import ROOT

SVG = "{http://www.w3.org/2000/svg}"
LAYERS = next(
    contract["layers"]
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    if contract["type"] == "layers"
)


def words_of(svg):
    return [(float(text.get("y")), text.text) for text in ET.fromstring(svg).iter(f"{SVG}text")]


def test_each_room_stands_on_its_floor_in_both_pictures():
    ruled = [{name.strip(" ()") for name in layer.replace("|", ":").split(":")} for layer in LAYERS]
    for theme in THEMES:
        words = words_of((DOCS / f"pictures/house-{theme}.svg").read_text())
        heights = [[y for y, word in words if word in rooms] for rooms in ruled]

        assert [len(ys) for ys in heights] == [len(rooms) for rooms in ruled]
        assert all(max(above) < min(below) for above, below in pairwise(heights))


def test_every_floor_is_called_something():
    assert [floor.rooms for floor in read_house()[0] if not floor.name] == []


def test_what_is_drawn_differs_by_what_is_ruled():
    house = [Floor(("pages", "api"), True), Floor(("models",), False)]

    assert [word for _, word in words_of(draw(house, frozenset(), "light"))][4:] == [
        *("doors", "pages", "api"),
        *("the nouns", "models"),
    ]
    assert draw(house, frozenset(), "light") != draw([Floor(("pages", "api"), False), house[1]], frozenset(), "light")
    assert draw(house, frozenset(), "light") != draw(house, frozenset({"api"}), "light")
    assert draw(house, frozenset(), "light") != draw(house, frozenset(), "dark")
