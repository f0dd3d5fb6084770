"""Long texts in pieces, short ones for labels, pictures as badges."""

from .inline import Picture
from .segments import Kind, Link, Segment

LONGEST_SEGMENT = 3_000
MOST_COLUMNS = 40
_LONGEST_TITLE = 80


def shorten(text: str, most: int = _LONGEST_TITLE) -> str:
    return " ".join(text.split())[:most]


def pieces_of(raw: str, line: int) -> list[tuple[str, int]]:
    """The text in pieces of at most LONGEST_SEGMENT characters, each with the line on which it begins."""
    if len(raw) <= LONGEST_SEGMENT:
        return [(raw, line)]
    pieces, at = [], 0
    while at < len(raw):
        end = min(len(raw), at + LONGEST_SEGMENT)
        if end < len(raw):
            space = max(raw.rfind(" ", at + LONGEST_SEGMENT // 2, end), raw.rfind("\n", at + LONGEST_SEGMENT // 2, end))
            end = space if space > at else end
        pieces.append((raw[at:end], line))
        line += raw.count("\n", at, end)
        at = end
    return pieces


def badge_of(picture: Picture, path: tuple[str, ...]) -> Segment:
    text = picture.alt.replace("\n", " ")[:200]
    links = [Link(0, len(text), url) for url in (picture.href, picture.source) if url]
    return Segment(text, picture.line, Kind.BADGE, path, links=links)
