"""Markdown and HTML inside a line: plain text out, with the spans of links, bold, strike-through and code.

Tolerant and linear: every pattern is bounded, what does not close is text.
"""

import html
import re
from dataclasses import dataclass, field

from .lines import INVISIBLE
from .segments import OBJECT, Link, Span

_URL = r"(?:[^()\s<>]|\([^()\s<>]{0,100}\)){0,600}"
_TOKEN = re.compile(
    rf"""(?=[\\<{{`\[!hw~*_&\n])(?:  # most characters begin none
    (?P<escape>\\[!"\#$%&'()*+,\-./:;<=>?@\[\\\]^_`{{|}}~])
  | (?P<comment><!--.{{0,3000}}?-->)
  | (?P<template>\{{\{{[^{{}}\n]{{0,200}}\}}\}}|\{{%[^\n]{{0,200}}?%\}}|\{{\{{[<%][^\n]{{0,300}}?[>%]\}}\}})
  | (?P<code>(?P<tick>`{{1,3}})(?!`)(?P<coded>[^`]{{1,300}})(?P=tick)(?!`))
  | (?P<badge>\[!\[(?P<badge_alt>[^\[\]]{{0,300}})\]\(\s*(?P<badge_src>{_URL})[^()]{{0,300}}\)\s?\]
      \(\s*(?P<badge_href>{_URL})[^()]{{0,200}}\))
  | (?P<image>!\[(?P<alt>[^\[\]]{{0,300}})\](?:\(\s*(?P<src>{_URL})[^()]{{0,300}}\)|\[(?P<src_ref>[^\[\]]{{0,100}})\]))
  | (?P<link>\[(?P<label>(?:[^\[\]]|\[[^\[\]]{{0,100}}\]){{1,400}})\]\(\s*<?(?P<href>{_URL})>?[^()]{{0,200}}\))
  | (?P<ref>\[(?P<ref_label>[^\[\]]{{1,200}})\]\s?\[(?P<ref_key>[^\[\]]{{0,100}})\])
  | (?P<auto><(?P<auto_url>(?:https?://|mailto:)[^<>\s]{{1,600}})>)
  | (?P<tag></?[a-zA-Z][a-zA-Z0-9-]{{0,30}}(?:[\s/][^<>]{{0,2000}})?>)
  | (?P<asciidoc>(?<![\w@/])(?P<doc_href>https?://[^\s<>"'`|\[\]）」、，]{{1,600}})\[(?P<doc_label>[^\[\]\n]{{1,200}})\])
  | (?P<bare>(?<![\w@/])(?:https?://|www\.)[^\s<>"'`|\]）」、，]{{1,600}})
  | (?P<strike>~~)
  | (?P<star>\*{{1,3}})
  | (?P<under>(?<![^\W_])_{{1,3}}(?=[^\s_])|(?<=[^\s_])_{{1,3}}(?![^\W_]))
  | (?P<entity>&(?:[a-zA-Z]{{2,10}}|\#\d{{1,6}}|\#x[0-9a-fA-F]{{1,6}});)
  | (?P<newline>\n)
    )""",
    re.VERBOSE | re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""([a-zA-Z-]{1,30})\s?=\s?(?:"([^"]{0,2000})"|'([^']{0,2000})'|([^\s"'<>]{1,600}))""")
_STRUCK_TAGS = ("s", "del", "strike")
_BOLD_TAGS = ("b", "strong")
_CODE_TAGS = ("code", "kbd", "tt")
_MOST_DEEP = 3


@dataclass(slots=True)
class Picture:
    """An image and what it says: badges are read by it."""

    alt: str
    source: str
    href: str
    line: int


@dataclass(slots=True)
class Plain:
    text: str = ""
    links: list[Link] = field(default_factory=list)
    bold: list[Span] = field(default_factory=list)
    struck: list[Span] = field(default_factory=list)
    code: list[Span] = field(default_factory=list)
    breaks: list[tuple[int, int]] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)


def visible(text: str) -> str:
    """The text without zero-width and direction marks, which would part or disguise a name."""
    return INVISIBLE.sub("", text)


def attributes(tag: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(tag):
        found.setdefault(match[1].lower(), html.unescape(match[2] or match[3] or match[4] or ""))
    return found


def render(raw: str, line: int, references: dict[str, str] | None = None) -> Plain:
    """`raw` may hold several lines, the first of which is `line`; a line end becomes a space, `<br>` a line end."""
    writer = _Writer(line, references or {})
    writer.write(raw, 0)
    return writer.finish()


class _Writer:
    def __init__(self, line: int, references: dict[str, str]):
        self.out: list[str] = []
        self.length = 0
        self.line = line
        self.references = references
        self.plain = Plain(breaks=[(0, line)])
        self.open: dict[str, int] = {}
        self.href: tuple[int, str] | None = None

    def finish(self) -> Plain:
        plain = self.plain
        plain.text = "".join(self.out)
        if self.href:
            self._close_link()
        return plain

    def put(self, text: str) -> None:
        if text:
            self.out.append(text)
            self.length += len(text)

    def write(self, raw: str, depth: int) -> None:
        at = 0
        for match in _TOKEN.finditer(raw):
            if match.start() > at:
                self.put(raw[at : match.start()])
            at = match.end()
            _HANDLERS[match.lastgroup or ""](self, match, depth)
        self.put(raw[at:])

    def escape(self, match: re.Match[str], depth: int) -> None:
        self.put(match[0][1])

    def drop(self, match: re.Match[str], depth: int) -> None:
        self._count(match[0])

    def _count(self, text: str) -> None:
        lines = text.count("\n")
        if lines:
            self.line += lines
            self.plain.breaks.append((self.length, self.line))

    def newline(self, match: re.Match[str], depth: int) -> None:
        self.put(" ")
        self.line += 1
        self.plain.breaks.append((self.length, self.line))

    def coded(self, match: re.Match[str], depth: int) -> None:
        start = self.length
        self.put(match["coded"].replace("\n", " "))
        self.plain.code.append(Span(start, self.length))
        self._count(match["coded"])

    def badge(self, match: re.Match[str], depth: int) -> None:
        self._picture(match["badge_alt"], match["badge_src"], match["badge_href"])
        self._count(match[0])

    def image(self, match: re.Match[str], depth: int) -> None:
        source = match["src"] or self.references.get((match["src_ref"] or match["alt"]).casefold(), "")
        self._picture(match["alt"], source, self.href[1] if self.href else "")
        self._count(match[0])

    def _picture(self, alt: str, source: str, href: str) -> None:
        self.plain.pictures.append(Picture(html.unescape(alt), source, href, self.line))
        self.put(OBJECT)

    def link(self, match: re.Match[str], depth: int) -> None:
        self._linked(match["label"], match["href"], depth)

    def ref(self, match: re.Match[str], depth: int) -> None:
        url = self.references.get((match["ref_key"] or match["ref_label"]).strip().casefold())
        if url is None:
            self.put(match[0].replace("\n", " "))
            self._count(match[0])
        else:
            self._linked(match["ref_label"], url, depth)

    def _linked(self, label: str, url: str, depth: int) -> None:
        start = self.length
        if depth < _MOST_DEEP:
            self.write(label, depth + 1)
        else:
            self.put(label.replace("\n", " "))
            self._count(label)
        self.plain.links.append(Link(start, self.length, url))

    def auto(self, match: re.Match[str], depth: int) -> None:
        self._address(match["auto_url"])

    def asciidoc(self, match: re.Match[str], depth: int) -> None:
        self._linked(match["doc_label"], match["doc_href"], depth)

    def bare(self, match: re.Match[str], depth: int) -> None:
        url = match[0].rstrip(".,;:!?)*_")
        self._address(url)
        self.put(match[0][len(url) :])

    def _address(self, url: str) -> None:
        self.put(OBJECT)
        self.plain.links.append(Link(self.length - 1, self.length, url))

    def tag(self, match: re.Match[str], depth: int) -> None:
        text = match[0]
        closing = text.startswith("</")
        name = re.match(r"</?([a-zA-Z][a-zA-Z0-9-]*)", text)[1].lower()  # type: ignore[index]
        if name == "br" or (name in ("p", "div", "li") and not closing):
            self.put("\n")
        elif name == "a":
            self._anchor(text, closing)
        elif name == "img":
            found = attributes(text)
            self._picture(found.get("alt", ""), found.get("src", ""), self.href[1] if self.href else "")
        else:
            self._styled(name, closing)
        self._count(text)

    def _anchor(self, text: str, closing: bool) -> None:
        if self.href:
            self._close_link()
        if not closing and (url := attributes(text).get("href")):
            self.href = (self.length, url)

    def _close_link(self) -> None:
        start, url = self.href  # type: ignore[misc]
        if self.length > start:
            self.plain.links.append(Link(start, self.length, url))
        self.href = None

    def _styled(self, name: str, closing: bool) -> None:
        for tags, spans, key in (
            (_STRUCK_TAGS, self.plain.struck, "struck"),
            (_BOLD_TAGS, self.plain.bold, "bold"),
            (_CODE_TAGS, self.plain.code, "code"),
        ):
            if name in tags:
                self._mark(key, spans, closing)

    def _mark(self, key: str, spans: list[Span], closing: bool) -> None:
        start = self.open.pop(key, None)
        if closing:
            if start is not None and self.length > start:
                spans.append(Span(start, self.length))
        else:
            self.open[key] = self.length

    def strike(self, match: re.Match[str], depth: int) -> None:
        self._mark("struck", self.plain.struck, "struck" in self.open)

    def star(self, match: re.Match[str], depth: int) -> None:
        if len(match[0]) > 1:
            self._mark("bold", self.plain.bold, "bold" in self.open)

    def under(self, match: re.Match[str], depth: int) -> None:
        if len(match[0]) > 1:
            self._mark("bold", self.plain.bold, "bold" in self.open)

    def entity(self, match: re.Match[str], depth: int) -> None:
        self.put(html.unescape(match[0]).replace("\xa0", " "))


_HANDLERS = {
    "escape": _Writer.escape,
    "comment": _Writer.drop,
    "template": _Writer.drop,
    "code": _Writer.coded,
    "badge": _Writer.badge,
    "image": _Writer.image,
    "link": _Writer.link,
    "ref": _Writer.ref,
    "auto": _Writer.auto,
    "tag": _Writer.tag,
    "asciidoc": _Writer.asciidoc,
    "bare": _Writer.bare,
    "strike": _Writer.strike,
    "star": _Writer.star,
    "under": _Writer.under,
    "entity": _Writer.entity,
    "newline": _Writer.newline,
}
