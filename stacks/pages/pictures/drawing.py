"""The picture that other sites show beside a link: 1200 x 630, to be read at a third of that. Knows no Django."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

SIZE = WIDTH, HEIGHT = 1200, 630
_EDGE = 70
_ROOM = WIDTH - 2 * _EDGE
_PAPER, _INK, _QUIET, _ACCENT = "#fdfdfc", "#1a1d1f", "#545b5f", "#08655a"
_FONTS = Path(__file__).parent / "fonts"
_TITLE_SIZES = (96, 80, 66, 54)
_TITLE_LINES = 2
_TOLD, _NAMES, _FOOT = 44, 40, 36
# What the committed fonts hold: Latin, Greek and Cyrillic letters, and the signs around them.
_HELD = re.compile(
    "[\u0020-\u024f\u0259\u0300-\u036f\u0370-\u03ff\u0400-\u04ff\u1e00-\u1eff"
    "\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2116\u2122\u2190-\u2193\u2212]+"
)


@dataclass(frozen=True, slots=True)
class Picture:
    """`told` is one line under the title, `names` what stands below it as far as there is room."""

    title: str
    told: str
    names: tuple[str, ...]
    foot: str


def in_our_letters(name: str, slug: str) -> str:
    """The name, or its slug where the fonts lack one of its letters."""
    composed = unicodedata.normalize("NFC", name)
    return composed if _HELD.fullmatch(composed) else slug.replace("-", " ")


def draw(picture: Picture) -> bytes:
    """As PNG."""
    image = Image.new("RGB", SIZE, _PAPER)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, 18, HEIGHT), fill=_ACCENT)
    top = 64.0
    size, lines = _fit(picture.title)
    for line in lines:
        pen.text((_EDGE, top), line, font=_font(size, bold=True), fill=_INK)
        top += size * 1.18
    top += 14
    pen.text((_EDGE, top), _cut(picture.told, _font(_TOLD)), font=_font(_TOLD), fill=_ACCENT)
    top += _TOLD * 1.75
    room = HEIGHT - 40 - _FOOT - 24 - top
    for line in _flow(picture.names, _font(_NAMES), int(room // (_NAMES * 1.42))):
        pen.text((_EDGE, top), line, font=_font(_NAMES), fill=_QUIET)
        top += _NAMES * 1.42
    foot = _cut(picture.foot, _font(_FOOT, bold=True))
    pen.text((_EDGE, HEIGHT - 40), foot, font=_font(_FOOT, bold=True), fill=_INK, anchor="ls")
    file = BytesIO()
    # a palette of so many greys and greens is enough for letters, and a quarter of the bytes
    image.quantize(32).save(file, "PNG", optimize=True)
    return file.getvalue()


@cache
def _font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return ImageFont.truetype(_FONTS / name, size, layout_engine=ImageFont.Layout.BASIC)


def _fit(title: str) -> tuple[int, list[str]]:
    """The greatest size in which the title takes two lines; cut where the smallest is too great."""
    for size in _TITLE_SIZES:
        font = _font(size, bold=True)
        lines = list(_wrap(title.split(), " ", font))
        if len(lines) <= _TITLE_LINES and all(font.getlength(line) <= _ROOM for line in lines):
            return size, lines
    size, font = _TITLE_SIZES[-1], _font(_TITLE_SIZES[-1], bold=True)
    lines = list(_wrap(title.split(), " ", font))
    rest = " ".join(lines[_TITLE_LINES - 1 :])
    return size, [_cut(line, font) for line in (*lines[: _TITLE_LINES - 1], rest)]


def _flow(names: Sequence[str], font: ImageFont.FreeTypeFont, most: int) -> list[str]:
    """Names one after another in so many lines at most; the last line says that there are more."""
    lines = list(_wrap(names, " · ", font))
    kept = [_cut(line, font) for line in lines[:most]]
    if len(lines) > most > 0:
        kept[-1] = _cut(f"{kept[-1]} · {lines[most]}", font)
    return kept


def _wrap(parts: Sequence[str], between: str, font: ImageFont.FreeTypeFont) -> Iterator[str]:
    line = ""
    for part in parts:
        longer = f"{line}{between}{part}" if line else part
        if line and font.getlength(longer) > _ROOM:
            yield line
            line = part
        else:
            line = longer
    if line:
        yield line


def _cut(text: str, font: ImageFont.FreeTypeFont) -> str:
    """What fits into one line, with an ellipsis where that is not all."""
    if font.getlength(text) <= _ROOM:
        return text
    text = text[:200]
    while text and font.getlength(f"{text}…") > _ROOM:
        text = text[:-1]
    return f"{text.rstrip(' ·,')}…"
