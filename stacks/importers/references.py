"""Pages that a text cites: the "read more" of a row, entry or sentence, and what stands under "References".

An absolute address of a page becomes evidence of what it is cited for. The technology's own site says nothing of who
uses it; relative links are kept apart, as they lead to no page that can be cited.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from .addresses import parts_of
from .findings import Findings
from .lines import Line, Reference
from .persons import is_of_persons, without_persons
from .places import cleaned
from .segments import OBJECT, Kind, Link, Outline, Segment
from .words import Column, words

if TYPE_CHECKING:
    from .mentions import Mention

_MOST = 200
_MOST_OF_A_LINE = 5
_LONGEST_ADDRESS = 500
_LONGEST_TITLE = 200
_HEADS = words(
    r"references?", r"links?", r"(?:read|learn) more", r"further reading", r"more info(?:rmation)?", r"resources",
    r"sources?", r"see also", r"bibliography", r"citations?", r"(?:blog )?posts?", r"articles?", r"talks?",
    r"quellen(?:angaben)?", r"weiterführende .{0,20}", r"références?", r"liens(?: utiles)?", r"en savoir plus",
    r"referencias", r"referências", r"fuentes", r"fontes", r"enlaces",
    r"参考(?:資料|文献|リンク|资料|链接)?", r"出典", r"참고 ?(?:자료|문헌)?", r"출처", r"источники", r"ссылки",
)  # fmt: skip
_TALKS = re.compile(
    r"\b(?:read|more|learn|details?|here|source|link|blog|post|article|story|case stud(?:y|ies)|talk|video|slides?|"
    r"deck|paper|announcement|write-?up|how|why|mehr|weiterlesen|quelle|lire|savoir plus|leer|más|saiba|fuente|fonte)\b"
    r"|続きを読む|詳細|詳しく|記事|阅读更多|更多|来源|文章|자세히|더 보기|подробнее|^\W*\d{1,2}\W*$|^[\W_]*$",
    re.IGNORECASE,
)
_TOLD = re.compile(
    r"//(?:[\w-]+\.)*(?:blog|engineering|eng|tech|medium|dev|infoq|slideshare|speakerdeck|youtube|youtu|vimeo)\b[\w.-]*/."
    r"|/(?:blog|posts?|articles?|engineering|talks?|case-stud(?:y|ies)|customers|stories|news)/|/(?:19|20)\d\d/",
    re.IGNORECASE,
)
_NO_PAGE = re.compile(
    r"\.(?:png|jpe?g|gif|svg|webp|ico|css|js|zip|tar|gz)(?:[?#]|$)|/@|linkedin\.com/in/|(?:twitter|x|facebook)\.com/|"
    r"//(?:[\w-]+\.)?wikipedia\.org/|//(?:localhost|127\.|0\.0\.0\.0)|img\.shields\.io|[\s<>\"`{}|\\^]",
    re.IGNORECASE,
)
_AROUND = re.compile(r"[.!?]\s|\n")


def cite(outline: Outline, found: Findings, lines: list[Line]) -> tuple[list[Reference], list[Reference]]:
    """Give each line the pages that are cited for it; returns what the text refers to, and its relative links."""
    cited = _Cited(outline, found)
    by_slug: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        if line.kind in ("usage", "migration") and line.technology:
            by_slug[line.technology].append(line)
    for slug, number, url in cited.for_technologies:
        for line in by_slug.get(slug, ()):
            if line.line == number:
                _add(line, url)
    for reference in cited.references:
        for slug in reference.technologies:
            for line in by_slug.get(slug, ()):
                if line.ticked:
                    _add(line, reference.url)
    return cited.references, cited.relative


def _add(line: Line, url: str) -> None:
    if url not in line.links and len(line.links) < _MOST_OF_A_LINE:
        line.links = (*line.links, url)


class _Cited:
    """All links of a text, by what they are for."""

    def __init__(self, outline: Outline, found: Findings):
        self.found = found
        self.for_technologies: list[tuple[str, int, str]] = []  # slug, line, address
        self.references: list[Reference] = []
        self.relative: list[Reference] = []
        self.seen: set[str] = set()
        self.named = {mention.slug for mention in found.mentions}
        before: Segment | None = None
        for segment in outline.segments:
            if segment.kind in (Kind.BADGE, Kind.CODE, Kind.TAG):
                continue
            if segment.links and not self._is_of_persons(segment):
                self._read(segment, before)
            if self.found.of(segment) and segment.kind in (Kind.ITEM, Kind.PARAGRAPH, Kind.CELL):
                before = segment
            elif segment.kind is Kind.HEADING:
                before = None

    def _is_of_persons(self, segment: Segment) -> bool:
        return segment.row is not None and is_of_persons(segment.row, segment.column)

    def _read(self, segment: Segment, before: Segment | None) -> None:
        under = any(_HEADS.fullmatch(cleaned(heading)) for heading in segment.path)
        for link in segment.links:
            if _is_relative(link.url):
                if len(self.relative) < _MOST and not link.url.startswith("#"):
                    self.relative.append(self._reference(segment, link))
            elif not _is_page(link.url) or self.found.vocabulary.by_address(link.url) in self.named:
                continue
            elif under:
                if link.url not in self.seen and len(self.references) < _MOST:
                    self.seen.add(link.url)
                    self.references.append(self._reference(segment, link))
            elif segment.kind is not Kind.HEADING:
                self._cite(segment, link, before)

    def _reference(self, segment: Segment, link: Link) -> Reference:
        text = segment.text[link.start : link.end].replace(OBJECT, " ").strip(" *_`\"'")
        if not re.search(r"\w", text):
            text = segment.text.replace(OBJECT, " ")
        title = " ".join(without_persons(text).split()).strip(" -–—:·|")[:_LONGEST_TITLE]
        named = [m.slug for m in self.found.of(segment)]
        return Reference(segment.line_at(link.start), title, link.url, tuple(dict.fromkeys(named)))

    def _cite(self, segment: Segment, link: Link, before: Segment | None) -> None:
        text = segment.text[link.start : link.end].strip(OBJECT + " ")
        talks = bool(_TALKS.search(text)) or bool(_TOLD.search(link.url))
        in_column = segment.row is not None and self.found.role(segment) is Column.LINK
        if not talks and not in_column:
            return
        for mention in self._cited_for(segment, link, before):
            if mention.verdict == "used":
                slug = self.found.vocabulary.engine(mention.slug) if not mention.via else ""
                self.for_technologies.append((slug or mention.slug, mention.line, link.url))

    def _cited_for(self, segment: Segment, link: Link, before: Segment | None) -> list[Mention]:
        if segment.row is not None:
            return [mention for cell in segment.row.cells for mention in self.found.of(cell)]
        here = self.found.of(segment)
        if segment.kind is Kind.PARAGRAPH and here:
            start, end = _sentence_around(segment.text, link)
            return [mention for mention in here if start <= mention.start < end]
        alone = not here and not segment.text.replace(OBJECT, " ")[: link.start].strip(" -–—:·|([*_>→↗")
        if alone and before is not None and before.row is None and before.path == segment.path[: len(before.path)]:
            return self.found.of(before)  # an entry below it, or a line after it, that is nothing but the link
        return here


def _sentence_around(text: str, link: Link) -> tuple[int, int]:
    """A link after the full stop belongs to the sentence before it."""
    ends = [match.end() for match in _AROUND.finditer(text)]
    after = [end for end in ends if end <= link.start]
    start = after[-1] if after else 0
    if start and not re.search(r"\w{2}.*\w{2}", text[start : link.start]):
        start = after[-2] if len(after) > 1 else 0
    return start, next((end for end in ends if end > link.end), len(text))


def _is_relative(url: str) -> bool:
    return "://" not in url and not url.startswith(("//", "mailto:", "tel:", "javascript:", "data:"))


def _is_page(url: str) -> bool:
    if len(url) > _LONGEST_ADDRESS or not url.lower().startswith(("http://", "https://")) or _NO_PAGE.search(url):
        return False
    parts = parts_of(url)
    return bool(parts.hostname and "." in parts.hostname) and parts.username is None and parts.password is None
