"""The smallest black drawing that shows what an SVG of an icon set shows."""

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET
from xml.sax.saxutils import quoteattr

SHAPES = {"path", "circle", "ellipse", "rect", "polygon", "polyline", "line"}
GEOMETRY = ["d", "points", "x", "y", "width", "height", "rx", "ry", "r", "cx", "cy", "x1", "y1", "x2", "y2"]
STROKE = ["stroke-width", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit"]
INHERITED = ["fill", "fill-rule", "stroke", *STROKE]
LEFT_OUT = {"title", "desc", "metadata", "style", "defs", "clipPath", "linearGradient", "radialGradient", "namedview"}
NOTHING = {"none", "transparent"}
WHITE = {"white", "#fff", "#ffffff", "#fefefe", "#f7f7f7", "#f2f2f2", "rgb(100%,100%,100%)"}

_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_ARGUMENTS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7, "Z": 0}


class UnusableError(Exception):
    """The drawing would lose its sense in one colour."""


def blacken(text: str) -> str:
    """`text` without colours, names, scripts and styles, its numbers as short as the eye allows."""
    root = ET.fromstring(text)  # noqa: S314 - a file that the developer has installed
    box = (root.get("viewBox") or f"0 0 {root.get('width', '')} {root.get('height', '')}").replace(",", " ").split()
    if len(box) != 4:
        raise UnusableError("has no view box")
    digits = 2 if max(float(size) for size in box[2:]) <= 64 else 1
    rules = {
        name.strip().removeprefix("."): _declarations(body)
        for style in root.iter()
        if _tag(style) == "style"
        for names, body in _RULE.findall(style.text or "")
        for name in names.split(",")
    }
    body = "".join(_draw(root, _look(root, {}, rules), rules, digits))
    if not body:
        raise UnusableError("draws nothing")
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{" ".join(box)}">{body}</svg>\n'


def _tag(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _declarations(text: str) -> dict[str, str]:
    pairs = (part.partition(":") for part in text.split(";") if ":" in part)
    return {name.strip(): value.replace("!important", "").strip() for name, _, value in pairs}


def _look(element: ET.Element, inherited: dict[str, str], rules: dict[str, dict[str, str]]) -> dict[str, str]:
    own = {**element.attrib, **rules.get(_tag(element), {})}
    for name in element.get("class", "").split():
        own |= rules.get(name, {})
    own |= _declarations(element.get("style", ""))
    if "none" in own.get("display", ""):
        return {**inherited, "fill": "none", "stroke": "none"}
    return {**inherited, **{name: own[name] for name in INHERITED if name in own}}


def _draw(element: ET.Element, look: dict[str, str], rules: dict[str, dict[str, str]], digits: int) -> Iterator[str]:
    for child in element:
        tag = _tag(child)
        if tag in LEFT_OUT:
            continue
        own = _look(child, look, rules)
        if tag in {"g", "svg", "a"}:
            inner = "".join(_draw(child, own, rules, digits))
            move = child.get("transform")
            yield f"<g transform={quoteattr(move)}>{inner}</g>" if inner and move else inner
        elif tag in SHAPES:
            yield _shape(child, tag, own, digits)
        else:
            raise UnusableError(f"has <{tag}>")


def _shape(element: ET.Element, tag: str, look: dict[str, str], digits: int) -> str:
    fill, stroke = look.get("fill", "#000").lower(), look.get("stroke", "none").lower()
    if fill in NOTHING and stroke in NOTHING:
        return ""
    if {fill.replace(" ", ""), stroke.replace(" ", "")} & WHITE:
        raise UnusableError("has white parts")
    kept = {name: element.attrib[name] for name in GEOMETRY if name in element.attrib}
    if "d" in kept:
        kept["d"] = shorten(kept["d"], digits)
    if look.get("fill-rule", "nonzero") != "nonzero":
        kept["fill-rule"] = look["fill-rule"]
    if fill in NOTHING:
        kept["fill"] = "none"
    if stroke not in NOTHING:
        kept["stroke"] = "#000"
        kept |= {name: look[name] for name in STROKE if name in look}
    if "transform" in element.attrib:
        kept["transform"] = element.attrib["transform"]
    return f"<{tag} {' '.join(f'{name}={quoteattr(value)}' for name, value in kept.items())}/>"


def shorten(path: str, digits: int) -> str:
    """The path with rounded numbers; what a relative step loses is added to the next one, so errors do not add up."""
    out: list[str] = []
    last = ""
    x = y = drawn_x = drawn_y = start_x = start_y = drawn_start_x = drawn_start_y = 0.0
    for letter, numbers in _segments(path):
        relative, kind = letter.islower(), letter.upper()
        if kind == "Z":
            x, y, drawn_x, drawn_y = start_x, start_y, drawn_start_x, drawn_start_y
            written: list[float] = []
        else:
            head = numbers[:5] if kind == "A" else []
            points = numbers[len(head) :]
            across = [kind == "H" or (kind != "V" and place % 2 == 0) for place in range(len(points))]
            base = [(x if is_x else y) if relative else 0.0 for is_x in across]
            goal = [value + start for value, start in zip(points, base, strict=True)]
            drawn = [(drawn_x if is_x else drawn_y) if relative else 0.0 for is_x in across]
            steps = [round(value - start, digits) for value, start in zip(goal, drawn, strict=True)]
            for is_x, value, step, start in list(zip(across, goal, steps, drawn, strict=True))[-2:]:
                if is_x:
                    x, drawn_x = value, start + step
                else:
                    y, drawn_y = value, start + step
            written = [round(value, digits) for value in head] + steps
            if kind == "M":
                start_x, start_y, drawn_start_x, drawn_start_y = x, y, drawn_x, drawn_y
        if letter != last or kind in {"M", "Z"}:
            out.append(letter)
        elif written:
            out.append(" ")
        out.append(_join(written))
        last = letter
    return re.sub(r" (?=-)", "", "".join(out))


def _segments(path: str) -> Iterator[tuple[str, list[float]]]:
    place, letter = 0, ""
    while place < len(path):
        if path[place] in " ,\t\r\n":
            place += 1
            continue
        if path[place].isalpha():
            letter = path[place]
            place += 1
            if letter.upper() == "Z":
                yield letter, []
                continue
        if letter.upper() not in _ARGUMENTS or letter.upper() == "Z":
            raise UnusableError("has a path that nobody can read")
        numbers: list[float] = []
        while len(numbers) < _ARGUMENTS[letter.upper()]:
            place = len(path) - len(path[place:].lstrip(" ,\t\r\n"))
            is_flag = letter.upper() == "A" and len(numbers) in {3, 4}
            found = re.compile("[01]").match(path, place) if is_flag else _NUMBER.match(path, place)
            if not found:
                raise UnusableError("has a path that nobody can read")
            numbers.append(float(found[0]))
            place = found.end()
        yield letter, numbers
        letter = {"M": "L", "m": "l"}.get(letter, letter)


def _join(numbers: list[float]) -> str:
    out, dotted = "", False
    for number in numbers:
        text = re.sub(r"^(-?)0\.", r"\1.", f"{number:.2f}".rstrip("0").rstrip("."))
        text = "0" if text in {"", "-", "-0"} else text
        joins = not out or text[0] == "-" or (text[0] == "." and dotted)
        out += text if joins else f" {text}"
        dotted = "." in text
    return out
