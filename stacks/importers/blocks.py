"""Markdown, HTML and plain text taken apart into segments: a tolerant line scanner, not a tree.

Real write-ups have unclosed tags, lists in cells and tables in lists. Each line is looked at once; what is not
understood is a paragraph. Exact line numbers, linear time.
"""

import re

from .changes import CHANGING
from .diagrams import LANGUAGES, labels_of
from .html import HtmlReader
from .inline import Plain, render, visible
from .pieces import MOST_COLUMNS, badge_of, pieces_of, shorten
from .segments import Kind, Outline, Row, Segment, Table

LONGEST_LINE = 20_000

_DEEPEST = 6
_FENCE = re.compile(r"^\s{0,12}(`{3,}|~{3,})\s*([\w+#-]*)")
_HIGHLIGHT = re.compile(r"^\s*\{[%{]-?<?\s*(?P<end>end|/)?highlight\b")
_ATX = re.compile(r"^\s{0,3}(#{1,6})(?:\s+|(?=[^\s#!\d]))(.*?)\s*+#*+\s*+$")
_RULE = re.compile(r"^\s{0,3}(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,})$")
_UNDERLINE = re.compile(r"^\s{0,3}(=+|-{2,})\s*$")
_ITEM = re.compile(r"^(\s*)(?:[-*+•‣◦▪●○·–—]|\(?\d{1,3}[.)]|[a-z]\))\s+(\S.*)$")
_BOX = re.compile(r"^\[([ xX])\]\s+")
_DELIMITER = re.compile(r"^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$")
_REFERENCE = re.compile(r"^\s{0,3}\[([^\]\n]{1,200})\]:\s+<?(\S{1,600}?)>?(?:\s+[\"'(].{0,200})?$")
_META = re.compile(r"^([A-Za-z][\w-]{0,40})\s*:\s?(.*)$")
_DOCTYPE = re.compile(r"<!doctype\b[^<>]{0,300}>", re.IGNORECASE)  # it names the form of the page
_PIPE = re.compile(r"(?<!\\)\|")
_TAG_KEYS = (
    "tags",
    "tag",
    "posttags",
    "keywords",
    "topics",
    "technologies",
    "technology",
    "tech",
    "stack",
    "techstack",
    "tools",
    "languages",
)
_GROUP_KEYS = (*_TAG_KEYS, "domains", "domain", "layers", "components")
_GROUP = re.compile(r"^\s*-?\s*[\"']?([A-Za-z][\w /&-]{0,40}?)[\"']?\s*:\s*\[(.{1,2000})\]\s*$")  # - Storage: [ "s3" ]
_A_WAY = re.compile(r"^\W*from .{2,60}? to |\bjourney\b", re.IGNORECASE)
_TEXT_KEYS = ("description", "summary", "excerpt", "abstract", "subtitle")
_TEXT_FENCES = ("", "text", "txt", "md", "markdown", "plaintext", "plain")
_CODE_LINE = re.compile(
    r"^\s*(?:[$>%]\s|//|import |from \w+ import|function |const |let |var |def |class |return |docker |npm |"
    r"yarn |pip |git |curl "
    r"|sudo |cd |mkdir |export |<\?|</?[A-Za-z]|[\w.-]+\s?=|SELECT |apt|brew )"
    r"|[;{}]\s*$|=>|\(\)|[├└│┌┐┘┬┴─▼▲►◄║╔╚═]|-->|==>"
)
_BOLD_LINE = re.compile(
    r"^\s{0,3}(?:[^\w\s*_#>|<(\[`~+\x00-\x7f]{1,3}\s{0,2})?(?:\*\*|__)(.{1,100}?)(?:\*\*|__)\s*+:?+\s*+(?:<br\s?/?>)?+\s*+$"
)
_FIELD = re.compile(r"(?:\*\*|__)?[A-Z][^:：.!?\n]{1,40}?\s?[:：](?!//)(?:\*\*|__)?\s+[^\n]{1,160}?(?<![.!?])$")
_NAMED = re.compile(r"\s*[^:：]{1,40}[:：]\s+\S")
_SENTENCE_END = re.compile(r"[.!?,;。！？，；…]\s*$")


def outline(text: str) -> Outline:
    """Never raises; what is too long is cut and told as a problem."""
    text = _DOCTYPE.sub(lambda told: "\n" * told[0].count("\n"), text)
    blocks = Blocks(text)
    found = blocks.run()
    if not blocks.html.around:
        return found
    whole = Blocks(text)  # what stands around the text was never closed: where it ends, nobody knows
    whole.html.trusts = False
    return whole.run()


class Blocks:
    def __init__(self, text: str):
        self.result = Outline()
        self.lines = [self._fit(visible(raw).rstrip(), n) for n, raw in enumerate(text.split("\n"), 1)]
        self.references = self._references()
        self.headings: list[tuple[int, str]] = []
        self.items: list[tuple[int, str]] = []  # the open list: indent and text of each level
        self.lead = ""
        self.html = HtmlReader(self)
        self.marked = any(_ATX.match(raw) for raw in self.lines) or bool(
            re.search(r"<h[1-6][\s>]", text[:200_000], re.IGNORECASE)
        )

    def _fit(self, raw: str, number: int) -> str:
        if len(raw) <= LONGEST_LINE:
            return raw
        self.result.problems.append(
            (number, f"The line has {len(raw):,} characters; only the first {LONGEST_LINE:,} were read.")
        )
        return raw[:LONGEST_LINE]

    def _references(self) -> dict[str, str]:
        found = (_REFERENCE.match(raw) for raw in self.lines if raw.lstrip().startswith("["))
        return {match[1].strip().casefold(): match[2] for match in found if match}

    def run(self) -> Outline:
        at = self._front_matter()
        while at < len(self.lines):
            at = self._block(at)
        self.html.end()
        return self.result

    # each of these looks at line `at` (from 0) and returns the next one to look at

    def _block(self, at: int) -> int:
        raw = self.lines[at]
        if not raw.strip():
            self.html.blank()
            return at + 1
        if self.html.wants(raw) and not self._begins_markdown(at):
            self.html.feed(raw, at + 1)
            return at + 1
        self.html.leave()
        for kind in (self._comment, self._fence, self._heading, self._table, self._rule, self._item, self._quote):
            after = kind(at)
            if after is not None:
                return after
        return self._paragraph(at)

    def _begins_markdown(self, at: int) -> bool:
        raw = self.lines[at]
        if self.html.deep:
            return False
        return bool(_ATX.match(raw) or _ITEM.match(raw) or _FENCE.match(raw) or self._is_table(at))

    def _front_matter(self) -> int:
        first = next((n for n, raw in enumerate(self.lines[:5]) if raw.strip()), 0)
        if self.lines[first] in ("---", "+++"):
            close = self.lines[first]
            for end in range(first + 1, min(len(self.lines), first + 400)):
                if self.lines[end] in (close, "..."):
                    self._meta(first + 1, end)
                    return end + 1
            return first
        end = first
        while end < len(self.lines) and end < first + 30 and _META.match(self.lines[end]):
            end += 1
        keys = {_META.match(raw)[1].lower() for raw in self.lines[first:end]}  # type: ignore[index]
        if len(keys & {"title", "date", "slug", "author", "tags", "category", "layout"}) >= 2 and (
            end == len(self.lines) or not self.lines[end].strip()
        ):
            self._meta(first, end)
            return end
        return first

    def _meta(self, start: int, end: int) -> None:
        key, value, begun = "", "", start
        for at in range(start, end):
            raw = self.lines[at]
            match = _META.match(raw.replace(" = ", ": ", 1))
            if match:
                self._keep_meta(key, value, begun)
                key, value, begun = match[1].lower(), match[2].strip(" \"'|>"), at
                if key in _TAG_KEYS:
                    self._tags(key, value, at + 1)
            elif key in _GROUP_KEYS and (group := _GROUP.match(raw)):
                self._tags(group[1], group[2], at + 1)
            elif key in _TAG_KEYS:
                self._tags(key, raw.strip().removeprefix("-"), at + 1)
            elif raw[:1] in (" ", "\t", "-"):
                value = f"{value}\n{raw.strip()}"
        self._keep_meta(key, value, begun)

    def _keep_meta(self, key: str, value: str, at: int) -> None:
        if not key:
            return
        self.result.meta.append((key, value.replace("\n", " ").strip(" \"'"), at + 1))
        if key == "title" and (CHANGING.search(value) or _A_WAY.search(value)):  # "Moving from Python to Go"
            self.result.segments.insert(0, Segment(value, at + 1, Kind.HEADING))
        if key in _TEXT_KEYS and value.strip():
            self.add(Kind.PARAGRAPH, value, at + 1)

    def _tags(self, key: str, value: str, line: int) -> None:
        for tag in re.split(r"[,;]", value.strip("[] ")):
            name = tag.strip(" \"'")
            if name:
                self.result.segments.append(Segment(name, line, Kind.TAG, path=(key,)))

    def _comment(self, at: int) -> int | None:
        if not self.lines[at].lstrip().startswith("<!--"):
            return None
        for end in range(at, min(len(self.lines), at + 2_000)):
            if "-->" in self.lines[end]:
                rest = self.lines[end].split("-->", 1)[1]
                if rest.strip():
                    self.lines[end] = rest
                    return end
                return end + 1
        return at + 1

    def _fence(self, at: int) -> int | None:
        match = _FENCE.match(self.lines[at])
        if not match:
            return self._highlight(at)
        mark = match[1]
        end = next(
            (n for n in range(at + 1, len(self.lines)) if self.lines[n].strip().startswith(mark)),
            None,
        )
        if end is None:
            return at + 1
        if match[2].lower() in LANGUAGES:
            for n, label in labels_of(self.lines[at + 1 : end]):
                if box := self.add(Kind.ITEM, label, at + n + 2):
                    box.drawn = True
            return end + 1
        inside = [raw for raw in self.lines[at + 1 : end] if raw.strip()]
        coded = sum(bool(_CODE_LINE.search(raw)) for raw in inside)
        if match[2].lower() in _TEXT_FENCES and inside and coded * 5 < len(inside):
            for n in range(at + 1, end):
                self._plain_line(n)
        return end + 1

    def _highlight(self, at: int) -> int | None:
        """ "{% highlight js %}" to its end: code as blogs mark it."""
        begin = _HIGHLIGHT.match(self.lines[at]) if "highlight" in self.lines[at][:40] else None
        if not begin:
            return None
        for end in range(at + 1, min(len(self.lines), at + 500)) if not begin["end"] else ():
            if (match := _HIGHLIGHT.match(self.lines[end])) and match["end"]:
                return end + 1
        return at + 1

    def _plain_line(self, at: int) -> None:
        raw = self.lines[at]
        if not raw.strip():
            self.items.clear()
        elif self._heading(at) is None and self._item(at, alone=True) is None:
            if raw.rstrip().endswith((":", "：")) or self._heads_indented(at):
                self.title(7, raw.strip(" :："), at + 1)
            else:
                self.add(Kind.ITEM, raw.strip(), at + 1)

    def _heads_indented(self, at: int) -> bool:
        """ "PHASE 2: hybrid" over lines that stand further in."""
        after = self.lines[at + 1] if at + 1 < len(self.lines) else ""
        named = _NAMED.match(self.lines[at])
        if named and named.end() - 1 == _indent(after):
            return False  # "Backend:   Python, FastAPI", and more of it below
        return bool(after.strip()) and _indent(after) > _indent(self.lines[at]) and not _FENCE.match(after)

    def _heading(self, at: int) -> int | None:
        match = _ATX.match(self.lines[at])
        if match:
            self.title(len(match[1]), match[2], at + 1)
            return at + 1
        match = _BOLD_LINE.match(self.lines[at])
        if match and "**" not in match[1] and not _SENTENCE_END.search(match[1]):
            self.title(7, match[1].strip(" :："), at + 1)
            return at + 1
        return None

    def title(self, level: int, raw: str, line: int) -> None:
        self.headings = [(n, text) for n, text in self.headings if n < level]
        self.items.clear()
        self.lead = ""
        segment = self.add(Kind.HEADING, raw, line)
        self.headings.append((level, shorten(segment.text if segment else raw, 120)))

    def _is_table(self, at: int) -> bool:
        raw = self.lines[at]
        if "|" not in raw:
            return False
        if raw.lstrip().startswith("|") and raw.count("|") > 1:
            return True
        after = self.lines[at + 1] if at + 1 < len(self.lines) else ""
        return "|" in after and "-" in after and bool(_DELIMITER.match(after))

    def _table(self, at: int) -> int | None:
        if not self._is_table(at):
            return None
        end = at
        while end < len(self.lines) and "|" in self.lines[end]:
            end += 1
        path = self.path()
        self.items.clear()
        table = Table()
        rows = {
            n: [render(cell.strip(), n + 1, self.references) for cell in _cells(self.lines[n])[:MOST_COLUMNS]]
            for n in range(at, end)
            if not ("-" in self.lines[n] and _DELIMITER.match(self.lines[n]))
        }
        top = at + 1 < end and bool(_DELIMITER.match(self.lines[at + 1]))
        across = sum(_is_across(cells) for n, cells in rows.items() if not (top and n == at))
        spare = across * 2 > len(rows) - top  # a list of names whose remarks nobody filled in
        for n, cells in rows.items():
            headed = top and n == at
            if headed:
                table.head = tuple(shorten(cell.text) for cell in cells)
            self._row(table, cells, n + 1, path, headed=headed, across=not headed and not spare)
        self.lead = ""
        return end

    def _row(
        self, table: Table, cells: list[Plain], line: int, path: tuple[str, ...], *, headed: bool, across: bool
    ) -> None:
        row = Row(table=table)
        within = path
        if across and _is_across(cells):
            table.rows.append(row)  # a line across the table: what follows belongs under it
            row.cells = [self.segment(Kind.HEADING, cells[0], line, path)]
            table.across = shorten(row.cells[0].text)
            return
        if table.across:
            within = (*path, table.across)
        for column, cell in enumerate(cells[:MOST_COLUMNS]):
            segment = self.segment(Kind.CELL, cell, line, within)
            segment.column, segment.row = column, row
            row.cells.append(segment)
            for badge in self.pictures(cell, within):
                badge.column, badge.row = column, row
            if not headed:
                self.result.segments.append(segment)
        if headed:
            table.top = row
        else:
            table.rows.append(row)

    def _rule(self, at: int) -> int | None:
        if not _RULE.match(self.lines[at]):
            return None
        self.items.clear()
        self.lead = ""
        return at + 1

    def _item(self, at: int, alone: bool = False) -> int | None:
        match = _ITEM.match(self.lines[at])
        if not match:
            return None
        indent = len(match[1].expandtabs(4))
        text, box = match[2], _BOX.match(match[2])
        if box:
            text = text[box.end() :]
        end = at + 1
        while not alone and end < len(self.lines) and self._continues(end):
            text = f"{text}\n{self.lines[end].strip()}"
            end += 1
        self.items = [(n, above) for n, above in self.items if n < indent][-_DEEPEST:]
        segment = self.add(Kind.ITEM, text, at + 1)
        if segment:
            segment.unticked = bool(box and box[1] == " ")
            segment.ticked = bool(box and box[1] != " ")
            self.items.append((indent, shorten(segment.text)))
        return end

    def _continues(self, at: int) -> bool:
        raw = self.lines[at]
        return bool(raw.strip()) and not (
            _ITEM.match(raw)
            or _ATX.match(raw)
            or _FENCE.match(raw)
            or _RULE.match(raw)
            or self._is_table(at)
            or self.html.starts(raw)
            or raw.lstrip().startswith((">", "<!--"))
        )

    def _quote(self, at: int) -> int | None:
        raw = self.lines[at].lstrip()
        if not raw.startswith(">"):
            return None
        end, parts = at, []
        while end < len(self.lines) and self.lines[end].lstrip().startswith(">"):
            parts.append(self.lines[end].lstrip(" >"))
            end += 1
        self.add(Kind.PARAGRAPH, "\n".join(parts), at + 1)
        return end

    def _paragraph(self, at: int) -> int:
        end = at + 1
        while end < len(self.lines) and self._continues(end) and not _UNDERLINE.match(self.lines[end]):
            end += 1
        if end < len(self.lines) and end == at + 1 and _UNDERLINE.match(self.lines[end]) and self.lines[end].strip():
            self.title(1 if "=" in self.lines[end] else 2, self.lines[at].strip(), at + 1)
            return end + 1
        if _REFERENCE.match(self.lines[at]):
            return at + 1
        raw = "\n".join(part.strip() for part in self.lines[at:end])
        if self._is_plain_title(raw, at, end):
            self.title(6, raw, at + 1)
            return end
        if not self.lines[at][:1].isspace():
            self.items.clear()
        if _are_fields(self.lines[at:end]):
            for n in range(at, end):
                self.add(Kind.ITEM, self.lines[n].strip().removesuffix("\\"), n + 1)
            return end
        self.add(Kind.PARAGRAPH, raw, at + 1)
        self.lead = shorten(raw, 200) if raw.rstrip("*_ ").endswith((":", "：")) else ""
        return end

    def _is_plain_title(self, raw: str, at: int, end: int) -> bool:
        """In a text without marked headings a short line on its own is one."""
        if self.marked or end > at + 1 or len(raw) > 70 or len(raw.split()) > 8 or _SENTENCE_END.search(raw):
            return False
        before = at == 0 or not self.lines[at - 1].strip()
        after = end >= len(self.lines) or not self.lines[end].strip() or _ITEM.match(self.lines[end])
        return bool(before and after and not raw.rstrip().endswith((":", "：")) and re.search(r"[^\W\d_]{2}", raw))

    def path(self) -> tuple[str, ...]:
        return (*(text for _, text in self.headings), *(text for _, text in self.items))

    def add(self, kind: Kind, raw: str, line: int) -> Segment | None:
        """One segment, or several where the text is too long; returns the first."""
        first = None
        for piece, start in pieces_of(raw, line):
            plain = render(piece, start, self.references)
            self.pictures(plain, self.path())
            if plain.text.strip():
                segment = self.segment(kind, plain, start, self.path())
                self.result.segments.append(segment)
                first = first or segment
        return first

    def segment(self, kind: Kind, plain: Plain, line: int, path: tuple[str, ...]) -> Segment:
        return Segment(
            plain.text,
            line,
            kind,
            path,
            self.lead if kind is Kind.ITEM else "",
            len(self.items),
            links=plain.links,
            bold=plain.bold,
            struck=plain.struck,
            code=plain.code,
            breaks=plain.breaks,
        )

    def pictures(self, plain: Plain, path: tuple[str, ...]) -> list[Segment]:
        badges = [badge_of(picture, path) for picture in plain.pictures]
        self.result.segments.extend(badges)
        return badges


def _are_fields(lines: list[str]) -> bool:
    """ "Database : MySQL" over "Cache : Redis": a list without its marks."""
    return len(lines) > 1 and all(_FIELD.match(raw.strip()) for raw in lines)


def _indent(raw: str) -> int:
    return len(raw) - len(raw.lstrip())


def _is_across(cells: list[Plain]) -> bool:
    """Nothing but its first cell is filled: a title for the rows below it."""
    if len(cells) < 2:
        return False
    first, *others = cells
    return bool(first.text.strip()) and not first.links and not any(c.text.strip() for c in others)


def _cells(raw: str) -> list[str]:
    parts = _PIPE.split(raw.strip())
    if parts and not parts[0].strip() and raw.strip().startswith("|"):
        parts = parts[1:]
    if parts and not parts[-1].strip() and raw.strip().endswith("|"):
        parts = parts[:-1]
    return [part.replace("\\|", "|") for part in parts]
