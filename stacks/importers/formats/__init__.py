"""One pure parser per format behind one interface: text in, lines and problems out. The next format is one file."""

import re
from collections.abc import Callable
from pathlib import PurePath

from stacks.importers.findings import Given
from stacks.importers.lines import Reading, Unreadable, check_lines, check_size, make_visible
from stacks.importers.persons import tidy
from stacks.importers.vocabulary import Vocabulary

from . import adopters, export, markdown, own, radar, refarch, techstack

Parser = Callable[[str, Vocabulary, Given], Reading]

FORMATS: dict[str, Parser] = {
    "markdown": markdown.parse_lines,
    "prose": markdown.parse_prose,
    "techstack": techstack.parse,
    "adopters": adopters.parse,
    "refarch": refarch.parse,
    "radar": radar.parse,
    "csv": own.parse,
    "export": export.parse,
}
_ADOPTERS = re.compile(r"adopters?|who[-_ ]?uses|\busers\b|production[-_ ]users", re.IGNORECASE)


def parse(text: str, vocabulary: Vocabulary, given: Given, form: str = "") -> Reading:
    """Read the text as `form`, or as what it looks like. Raises Unreadable, and nothing else."""
    check_size(text)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    form = form or detect(given.path, text)
    if form != "export":  # in which each value is a line
        check_lines(text)
    reading = FORMATS[form](text, vocabulary, given)
    for line in reading.lines:
        make_visible(line)
        if form != "export":  # what our own export tells was reviewed
            tidy(line)
    reading.form = form
    return reading


def decode(data: bytes) -> str:
    """The text of a file: UTF-8, or UTF-16 where a mark says so, else Latin. Raises Unreadable for what is no text."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            text = data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise Unreadable("This is no text: its encoding is broken.") from error
        if "\x00" in text:
            raise Unreadable("This is no text: it holds zero bytes.", text[: text.index("\x00")].count("\n") + 1)
        return text
    if b"\x00" in data:
        raise Unreadable("This is no text: it holds zero bytes.", data[: data.index(b"\x00")].count(b"\n") + 1)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if sum(byte < 32 and byte not in (9, 10, 12, 13) for byte in data[:10_000]) > 20:
            line = data[: error.start].count(b"\n") + 1
            raise Unreadable("This is no text, or in an encoding that is not known. Save it as UTF-8.", line) from error
        return data.decode("cp1252", "replace")


def detect(path: str, text: str) -> str:
    """The format by the name of the file, then by what stands in it."""
    name = PurePath(path).name.lower()
    suffix = PurePath(name).suffix
    is_radar = radar.looks_like(text)
    told = (
        (export.looks_like(text), "export"),
        (suffix in (".yml", ".yaml") or techstack.looks_like(text), "techstack"),
        (suffix == ".json" or is_radar, "radar"),
        (suffix in (".csv", ".tsv") or own.looks_like(text), "csv"),
        (refarch.looks_like(text), "refarch"),
        (bool(_ADOPTERS.search(PurePath(name).stem.replace("_", " "))) or adopters.looks_like(text), "adopters"),
    )
    return next((form for so, form in told if so), "") or markdown.kind_of(text, suffix)
