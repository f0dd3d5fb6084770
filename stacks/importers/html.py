"""HTML inside Markdown, and whole saved pages: tags that open and close blocks, forgiving what is not closed."""

import re
from typing import Protocol

from .inline import Plain, attributes, render
from .pieces import MOST_COLUMNS, pieces_of, shorten
from .segments import Kind, Outline, Row, Segment, Table

_BLOCK_TAG = re.compile(
    r"<(/?)(table|thead|tbody|tr|td|th|ul|ol|li|h[1-6]|p|div|section|article|header|footer|main|nav|aside|form|figure"
    r"|figcaption|dl|dt|dd|details|summary|blockquote|pre|center|script|style|noscript|svg|head|body|html|hr|title"
    r"|select|button|textarea|iframe)\b([^<>]{0,2000})>",
    re.IGNORECASE,
)
_SILENT = (
    "script",
    "style",
    "noscript",
    "svg",
    "nav",
    "footer",
    "aside",
    "form",
    "select",
    "button",
    "textarea",
    "head",
)


# what a page says of itself around its text: words of `class` and `id`
_AROUND = re.compile(
    r"(?:(?:site|page|post|main|global|top|primary|entry|article|blog|w|js|c|l|o|m)-{1,2})?"
    r"(?:nav|navs|navbar|navigation|menu|breadcrumbs?|footer|sidebar|masthead|toolbar|toc|related|recommended|recommendations|"
    r"more-posts|read-next|readnext|read-more|next-posts?|similar|trending|popular|comments?|disqus\w*|respond|newsletter|"
    r"subscribe|subscription|share|sharing|social|cookies?|cookie-\w+|gdpr|consent|author-?(?:bio|box|card|info)|bio|about-author|"
    r"careers?|hiring|jobs?|job-listings?|pagination|pager|adverts?|ads?|promo|banner|cta|popup|modal|widget-area|skip-link)"
    r"(?:(?:-{1,2}|_{1,2})(?:[\w-]{1,30}))?",
    re.IGNORECASE,
)
_MAY_BE_AROUND = ("div", "section", "ul", "ol", "header", "details")


def _is_around(tag: str) -> bool:
    """Whether the tag begins what is no part of the text: navigation, related posts, comments, offers of jobs."""
    if "=" not in tag:
        return False
    told = attributes(tag)
    if told.get("role") in ("navigation", "contentinfo", "complementary", "search", "banner"):
        return True
    return any(_AROUND.fullmatch(word) for word in f"{told.get('class', '')} {told.get('id', '')}".split())


class Blocks(Protocol):
    """What the reader of lines offers to the reader of tags."""

    result: Outline
    references: dict[str, str]

    def segment(self, kind: Kind, plain: Plain, line: int, path: tuple[str, ...]) -> Segment: ...

    def add(self, kind: Kind, raw: str, line: int) -> Segment | None: ...

    def title(self, level: int, raw: str, line: int) -> None: ...

    def path(self) -> tuple[str, ...]: ...

    def pictures(self, plain: Plain, path: tuple[str, ...]) -> list[Segment]: ...


_LONGEST_ENTRY = 80  # of what stands in a cell below its first paragraph; what is longer is told in sentences


class HtmlReader:
    """Tags that open and close blocks, wherever they stand in a line; forgives what is not closed."""

    def __init__(self, blocks: Blocks):
        self.blocks = blocks
        self.kind: Kind | None = None
        self.level = 0
        self.buffer: list[str] = []
        self.line = 0
        self.tables: list[Table] = []
        self.silent = ""
        self.inside = 0  # tags of the silent name that are open inside it
        self.trusts = True  # that what stands around the text is closed
        self.around = False  # silent for that reason
        self.lists = 0
        self.open = False

    @property
    def deep(self) -> bool:
        return bool(self.tables) or bool(self.silent) or self.lists > 0

    def starts(self, raw: str) -> bool:
        return raw.lstrip().startswith("<") and bool(_BLOCK_TAG.match(raw.lstrip()))

    def wants(self, raw: str) -> bool:
        return self.open or self.deep or self.starts(raw)

    def feed(self, raw: str, line: int) -> None:
        at = 0
        self.open = True
        for match in _BLOCK_TAG.finditer(raw):
            self._text(raw[at : match.start()], line)
            self._tag(match[2].lower(), bool(match[1]), match[0], line)
            at = match.end()
        self._text(raw[at:], line)
        if not self.buffer and self.kind is None:
            self.open = False

    def blank(self) -> None:
        if self.kind is not Kind.CELL:
            self._flush()
            self.open = False
            if self.kind in (Kind.HEADING, Kind.PARAGRAPH):
                self.kind = None

    def leave(self) -> None:
        if self.open:
            self._flush()
            self.open = False
            self.kind = None

    def end(self) -> None:
        self._flush()
        while self.tables:
            self._close_table()

    def _text(self, raw: str, line: int) -> None:
        if self.silent:
            return
        if not self.buffer:
            if not raw.strip():
                return
            self.line = line
        missing = line - self.line - sum(part.count("\n") for part in self.buffer)
        self.buffer.append("\n" * max(0, missing) + raw.strip())

    def _tag(self, name: str, closing: bool, tag: str, line: int) -> None:
        if self.silent:
            if name == self.silent:
                self.inside += -1 if closing else int(name in _MAY_BE_AROUND)
                if self.inside < 0:
                    self.silent, self.around = "", False
            return
        self._flush()
        around = not closing and name in _MAY_BE_AROUND and self.trusts and _is_around(tag)
        if name in _SILENT or around:
            if not closing:
                self.silent, self.inside, self.around = name, 0, around
            return
        if name in ("ul", "ol"):
            self.lists = max(0, self.lists + (-1 if closing else 1))
            self.kind = None
        elif name in ("table", "tr", "td", "th"):
            self._table_tag(name, closing, line)
        elif closing:
            self.kind = Kind.CELL if self.tables and self.kind is Kind.CELL and name not in ("tbody", "thead") else None
        else:
            self._opened(name, tag)

    def _opened(self, name: str, tag: str) -> None:
        heading = name[0] == "h" and name[1:].isdigit()
        if self.tables and self.kind is Kind.CELL and not heading:
            return  # a paragraph or list in a cell; what has headings is no cell but laid out by a table
        if heading:
            self.kind, self.level = Kind.HEADING, int(name[1:])
        elif name == "dt":
            self.kind, self.level = Kind.HEADING, 7
        elif name in ("li", "dd"):
            self.kind = Kind.ITEM
        elif name == "title":
            self.kind, self.level = Kind.HEADING, 1
        else:
            self.kind = Kind.PARAGRAPH
            if attributes(tag).get("hidden"):
                self.silent = name

    def _table_tag(self, name: str, closing: bool, line: int) -> None:
        if name == "table":
            if closing:
                self._close_table()
            else:
                self.tables.append(Table())
            self.kind = None
        elif name == "tr":
            self.kind = None
            if not closing and self.tables:
                self.tables[-1].rows.append(Row(table=self.tables[-1]))
        elif closing:
            self.kind = None
        else:
            self.kind, self.level = Kind.CELL, int(name == "th")
            self.line = line
            self._cell(Plain())

    def _cell(self, plain: Plain) -> None:
        """An empty cell is there from its tag on; its text replaces it."""
        if not self.tables or not self.tables[-1].rows:
            return
        row = self.tables[-1].rows[-1]
        if len(row.cells) < MOST_COLUMNS:
            segment = self.blocks.segment(Kind.CELL, plain, self.line, self.blocks.path())
            segment.column, segment.row = len(row.cells), row
            segment.depth = self.level
            row.cells.append(segment)

    def _close_table(self) -> None:
        if not self.tables:
            return
        table = self.tables.pop()
        first = table.rows[0] if table.rows else None
        if first and first.cells and all(cell.depth == 1 for cell in first.cells):
            table.head = tuple(shorten(cell.text) for cell in first.cells)
            table.top = table.rows.pop(0)
        for row in table.rows:
            self.blocks.result.segments.extend(cell for cell in row.cells if cell.text.strip())

    def _flush(self) -> None:
        raw = "".join(self.buffer)
        self.buffer = []
        if not raw.strip():
            return
        blocks = self.blocks
        if self.kind is Kind.CELL and self.tables and self.tables[-1].rows and self.tables[-1].rows[-1].cells:
            row = self.tables[-1].rows[-1]
            for piece, start in pieces_of(raw, self.line):
                empty = row.cells[-1]
                if empty.text.strip():
                    blocks.add(Kind.PARAGRAPH if len(piece) > _LONGEST_ENTRY else Kind.ITEM, piece, start)
                    continue
                plain = render(piece, start, blocks.references)
                blocks.pictures(plain, blocks.path())
                segment = blocks.segment(Kind.CELL, plain, start, empty.path)
                segment.column, segment.row, segment.depth = empty.column, row, empty.depth
                row.cells[-1] = segment
        elif self.kind is Kind.HEADING:
            blocks.title(self.level, raw, self.line)
        else:
            blocks.add(self.kind or Kind.PARAGRAPH, raw, self.line)
