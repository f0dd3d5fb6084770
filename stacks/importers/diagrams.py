"""What the boxes of a drawn architecture say: Mermaid, PlantUML and Graphviz as they stand in a fence."""

import re
from collections.abc import Iterator

LANGUAGES = ("mermaid", "plantuml", "puml", "dot", "graphviz")

_LONGEST = 80  # what is longer tells a story and names no box
_QUOTED = re.compile(r'"([^"\n]{1,200})"')
# Container(api, "Name", "Technology", "What it does"): of C4 the first two texts.
_C4 = re.compile(r"^\s*(?!Rel|Bi|Update|Lay|Person|title)[A-Z]\w{2,30}\((.{1,400})")
_NAMED = re.compile(
    r"^\s*(?:subgraph|participant|actor|component|database|queue|node|cloud|rectangle|package|storage|artifact|frame)\s+"
    r"(?P<name>[^\n{]{1,200})"
)
_AS = re.compile(r"\s+as\s+")
_BOX = re.compile(
    r"(?P<id>(?<![\w-])[\w-]{0,40})[\[({>]{1,2}[/\\]?"
    r"(?:\"(?P<quoted>[^\"\n]{2,200})\"|(?P<plain>[^\[\](){}|\"\n]{2,200}?))[/\\]?[\])}]{1,2}"
)
_LABEL = re.compile(r"\blabel\s*=\s*\"([^\"\n]{1,200})\"")
_ARROW = re.compile(r"\s*(?:<?(?:--|==|-\.)[-=.ox>]*(?:\|[^|\n]{0,200}\|)?|\s->>?\s)\s*")
_PLAIN = re.compile(r"[A-Z][\w.]*(?: [A-Z][\w.]*){0,3}")
_NO_TEXT = re.compile(r"<br\s?/?>|\\n|\bfa[bsr]?:fa-[\w-]+")
_SILENT = re.compile(
    r"^\s*(?:C4[A-Z]\w*\s*$|%%|'|//|!|@|style |classDef |class |click |linkStyle |direction |skinparam |title )"
)


def labels_of(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Each text of a box that is short enough for a name, and on which line (from 0). What stands at arrows is none."""
    boxed = {box["id"] for line in lines for box in _BOX.finditer(line)}
    for n, line in enumerate(lines):
        for text in () if _SILENT.match(line) else _texts_of(line.strip(), boxed):
            label = _NO_TEXT.sub(" ", text).strip(" \"'`:;")
            if 1 < len(label) <= _LONGEST:
                yield n, label


def _texts_of(line: str, boxed: set[str]) -> Iterator[str]:
    if c4 := _C4.match(line):
        yield from _QUOTED.findall(c4[1])[:2]
    elif found := _LABEL.findall(line):
        yield from found
    elif named := _NAMED.match(line):
        quoted, box = _QUOTED.search(named["name"]), _BOX.search(named["name"])
        yield quoted[1] if quoted else _text_of(box) if box else _AS.split(named["name"])[-1]
    else:
        for part in _ARROW.split(line):
            if box := _BOX.search(part):
                yield _text_of(box)
            elif part not in boxed and _PLAIN.fullmatch(part):
                yield part


def _text_of(box: re.Match[str]) -> str:
    return box["quoted"] or box["plain"]
