"""What every committed icon promises, and every name of one."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

from django.conf import settings

from stacks.management.icons.sets import ACCEPTED

STATIC = Path(settings.BASE_DIR) / "stacks/static"
FOLDER = STATIC / "stacks/icons"
ICONS = sorted(FOLDER.glob("*.svg"))
ROW = re.compile(r"^\| (\S+\.svg) \| .+ \| (?:simple-icons|devicon) \| (\S+) \|", re.MULTILINE)
LISTED = dict(ROW.findall((FOLDER / "LICENCES.md").read_text()))
SVG = "{http://www.w3.org/2000/svg}"
SHAPES = {f"{SVG}{name}" for name in ("g", "path", "circle", "ellipse", "rect", "polygon", "polyline", "line")}


def test_there_are_many_and_they_stay_small():
    assert 400 < len(ICONS) < 720
    assert sum(path.stat().st_size for path in ICONS) < 1_200_000
    assert [path.name for path in ICONS if path.stat().st_size > 4096] == []


def test_each_is_a_black_drawing_that_does_and_loads_nothing():
    problems = []
    for path in ICONS:
        root = ET.parse(path).getroot()
        if root.tag != f"{SVG}svg" or not re.fullmatch(r"(-?[\d.]+ ){2}[\d.]+ [\d.]+", root.get("viewBox", "")):
            problems.append(f"{path.name}: root")
        inner = [element for element in root.iter() if element is not root]
        problems += [f"{path.name}: {element.tag}" for element in inner if element.tag not in SHAPES]
        problems += [
            f"{path.name}: {name}={value}"
            for element in root.iter()
            for name, value in element.attrib.items()
            if re.match(r"on|style|class|href|id$|\{", name)
            or "url(" in value
            or (name in {"fill", "stroke"} and value not in {"none", "#000"})
        ]

    assert problems == []


def test_the_list_of_licences_names_exactly_the_files():
    assert set(LISTED) == {path.name for path in ICONS}
    assert set(LISTED.values()) <= ACCEPTED


def test_the_catalogue_names_icons_that_are_there_and_all_of_them():
    rows = [
        row for path in (Path(settings.BASE_DIR) / "fixtures").rglob("*.json") for row in json.loads(path.read_text())
    ]
    named = {row["fields"]["icon"] for row in rows if row["model"] == "stacks.technology" and row["fields"].get("icon")}

    assert named == {str(path.relative_to(STATIC)) for path in ICONS}
