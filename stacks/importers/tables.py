"""What the columns of a table add: the role of each, the stage of a row, what replaces what."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from .mentions import Mention, is_bare, parts_of
from .places import comes_later, is_so_now, mark_of, roles_of, stage_of
from .segments import Kind, Outline, Row, Segment, Table
from .sentences import Move
from .stages import CHANGES, DONE, KEEPS, LEAVING, LEFT_BEHIND, PLANNED, STANDING, UNDER_WAY
from .words import Column

if TYPE_CHECKING:
    from .findings import Findings
    from .vocabulary import Vocabulary

_NONE = re.compile(
    r"^[\s\-–—/.*?]*(?:none|n/?a|tbd|null|unknown|various|-|—|no|yes|same|nil|keine?|aucune?|なし|无|無|없음|"
    r"not (?:used|applicable)|custom|in-?house|internal|same as .{0,20}|to be (?:decided|determined|"
    r"defined))?[\s\-–—/.*?]*$",
    re.IGNORECASE,
)
_MARKUP = ("html", "css", "xml", "yaml", "json", "markdown", "csv", "sql", "svg")
_WEAK_KINDS = ("practice", "protocol")
_VERSION = re.compile(r"(?:[v^~>=]*\d[\w.+-]*|[-–—✓✔✅]|latest|lts)(?:\s+(?:lts|\(.{0,20}\)))?", re.IGNORECASE)


def tables_of(outline: Outline) -> list[Table]:
    found: dict[int, Table] = {}
    for segment in outline.segments:
        if segment.row is not None and segment.row.table is not None:
            found.setdefault(id(segment.row.table), segment.row.table)
    return list(found.values())


def settle_heads(outline: Outline, vocabulary: Vocabulary) -> None:
    """ "| React | Node |" above the rule is a row like the others, no head."""
    for table in tables_of(outline):
        cells = [cell for cell in table.top.cells if cell.text.strip()] if table.top else []
        names = [vocabulary.scanner.whole(cell.text) for cell in cells]
        told = sum(map(bool, names))
        told += sum(bool(_VERSION.fullmatch(cell.text.strip())) for cell in cells) if told else 0
        if table.top is None or len(cells) < 2 or told * 2 < len(cells) + 1:
            continue
        first = next((n for n, segment in enumerate(outline.segments) if segment.row and segment.row.table is table), 0)
        outline.segments[first:first] = table.top.cells
        table.rows.insert(0, table.top)
        table.head, table.top = (), None


def find_roles(outline: Outline, found: Findings) -> None:
    for table in tables_of(outline):
        most = max((len(row.cells) for row in table.rows), default=0)
        filled: dict[int, int] = defaultdict(int)
        entries: dict[int, int] = defaultdict(int)
        for row in table.rows:
            for cell in row.cells:
                if cell.kind is Kind.CELL and cell.text.strip() and not _NONE.match(cell.text):
                    filled[cell.column] += 1
                    entries[cell.column] += any(mention.part for mention in found.of(cell))
        shares = {column: entries[column] / count for column, count in filled.items() if count}
        found.roles[id(table)] = roles_of(table, shares, most)
        find_purposes(table, found)


def cell_of(row: Row, role: Column, found: Findings) -> Segment | None:
    return next((cell for cell in row.cells if cell.kind is Kind.CELL and found.role(cell) is role), None)


def cells_of(row: Row, role: Column, found: Findings) -> list[Segment]:
    return [cell for cell in row.cells if cell.kind is Kind.CELL and found.role(cell) is role]


def find_purposes(table: Table, found: Findings) -> None:
    """What each row says that it is for; an empty purpose is the one above."""
    roles = found.roles.get(id(table), [])
    above = ""
    for row in table.rows:
        cells = [cell for cell in row.cells if found.role(cell) is Column.PURPOSE]
        if not cells and Column.PURPOSE not in roles:
            cells = [cell for cell in row.cells[:1] if found.role(cell) in (Column.UNKNOWN, Column.SCOPE)]
        text = ": ".join(" ".join(cell.text.split()) for cell in cells if cell.text.strip())
        above = text or (above if Column.PURPOSE in roles else "")
        found.purposes[id(row)] = above[:200]


def purpose_of(segment: Segment, found: Findings) -> str:
    """What the row says that the cell is for, or the head of its column where there are several of technologies."""
    if segment.row is None or segment.row.table is None:
        return ""
    role = found.role(segment)
    if role not in (Column.PURPOSE, Column.SCOPE) and (purpose := found.purposes.get(id(segment.row), "")):
        return purpose if segment.column or role is not Column.UNKNOWN else ""
    roles = found.roles.get(id(segment.row.table), [])
    return head_of(segment) if role is Column.TECHNOLOGY and roles.count(Column.TECHNOLOGY) > 1 else ""


def apply(outline: Outline, found: Findings) -> None:
    """Stages, replacements and names in the purpose column, row by row."""
    for table in tables_of(outline):
        _weighed(table, found)
        for row in table.rows:
            if row.cells and row.cells[0].kind is Kind.CELL:
                _stages(row, found)
                _replacements(row, found)
                _successions(row, found)
                _purposes(row, found)


_WHY_CHOSEN = re.compile(
    r"^\W*(?:why|warum|pourquoi|por ?qu[eé]|为什么)\b|を選(?:ぶ|んだ|択した)理由|"
    r"(?:选择|选用).{1,30}(?:原因|理由)",
    re.IGNORECASE,
)


def _weighed(table: Table, found: Findings) -> None:
    """ "Why Hono": of the table below, what the heading names was chosen, and the rest was weighed."""
    cells = [cell for row in table.rows for cell in row.cells if cell.kind is Kind.CELL]
    title = cells[0].path[-1] if cells and cells[0].path else ""
    if not _WHY_CHOSEN.search(title):
        return
    chosen = {name.slug for one in found.vocabulary.scanner.find_all(title) for name in one.names}
    entries = [m for c in cells if found.role(c) is Column.TECHNOLOGY for m in found.of(c) if m.part]
    if any(m.slug in chosen for m in entries):
        for mention in entries:
            if mention.slug not in chosen and mention.verdict == "used":
                mention.verdict, mention.sure = "mentioned", 0.3
                mention.why.append(f"weighed under “{title}”")


def _stages(row: Row, found: Findings) -> None:
    told, done = "", False
    for cell in cells_of(row, Column.STAGE, found):
        told = told or stage_of(cell.text)
        done = done or bool(DONE.search(cell.text))
    for cell in row.cells if not told else ():
        if found.role(cell) in (Column.REMARKS, Column.PURPOSE, Column.WHY, Column.DATE, Column.UNKNOWN):
            told = told or ("retiring" if LEAVING.search(cell.text) else "planned" if PLANNED.search(cell.text) else "")
            told = told or (mark_of(cell.text) if found.role(cell) is Column.REMARKS else "")
    struck = bool(row.cells) and all(
        any(span.end - span.start >= len(cell.text.strip()) * 0.7 for span in cell.struck)
        for cell in row.cells
        if cell.text.strip()
    )
    changes = bool(cells_of(row, Column.NEW, found))
    for cell in row.cells:
        place = found.place(cell)
        as_is = changes and (found.role(cell) is Column.OLD or is_so_now(head_of(cell)))
        for mention in found.of(cell):
            role = found.role(cell)
            if struck:
                _stage(mention, "retired", "the row is struck through")
            elif role is Column.NEW and comes_later(head_of(cell)):
                _stage(mention, "planned", f"stands under “{head_of(cell)}”")
            elif as_is and place.stage == "planned":
                mention.stage = ""  # what is there before the plan
            elif place.stage == "planned" and told in ("", "in_use") and not done:
                _stage(mention, "planned", f"planned: under “{place.title}”")
            elif told and not (told == "in_use" and place.stage):
                _stage(mention, told if told != "in_use" else "", f"its row says {told.replace('_', ' ')}")
            elif place.stage and not done:
                _stage(mention, place.stage, f"{place.stage}: under “{place.title}”")


def _stage(mention: Mention, stage: str, why: str) -> None:
    if mention.stage in ("", "in_use") and stage:
        mention.stage = stage
        mention.why.append(why)


def head_of(cell: Segment) -> str:
    table = cell.row.table if cell.row else None
    return table.head[cell.column] if table and 0 <= cell.column < len(table.head) else ""


def _replacements(row: Row, found: Findings) -> None:
    """ "Current | Target", "Technology | Migrate to", and a remark "Migrate to X"."""
    old_cells = cells_of(row, Column.OLD, found) or cells_of(row, Column.TECHNOLOGY, found)[:1]
    new_cells = cells_of(row, Column.NEW, found)
    advice = " ".join(cell.text for cell in cells_of(row, Column.STAGE, found))
    for cell in cells_of(row, Column.STAGE, found):
        for mention in found.of(cell):
            mention.verdict, mention.sure = "mentioned", 0.3
        if not new_cells and CHANGES.search(cell.text) and any(not _is_left(m) for m in found.of(cell)):
            new_cells = [cell]
    if not old_cells or not new_cells or (advice and KEEPS.search(advice)):
        return
    advised = bool(advice) and bool(CHANGES.search(advice))
    if advice and not advised and stage_of(advice) == "in_use" and not DONE.search(advice):
        return
    old = [m for cell in old_cells for m in ends_of(cell, found)]
    new = [m for cell in new_cells for m in ends_of(cell, found, only_known=found.role(cell) is Column.STAGE)]
    kept = {m.slug for m in old if m.slug} & {m.slug for m in new}
    for mention in (*old, *new):
        if mention.slug in kept:
            mention.stage = ""
    left = [m for m in old if m.slug not in kept and not is_weak(m, found)]
    if not left and new and new[0].slug in kept and not any(_THEN.search(cell.text) for cell in new_cells):
        return  # "MySQL -> MySQL and Prisma" adds
    old = left or [m for m in old[:1] if not is_weak(m, found)]  # "PHP 7 -> PHP 8, then TypeScript" leaves PHP
    new = [m for m in new if m.slug not in kept and not is_weak(m, found)]
    old, new = _outside(old, new, kept, found), _outside(new, old, kept, found)
    if not old or not new or len(old) * len(new) > 6:
        return
    later = any(comes_later(head_of(cell)) for cell in new_cells) or (advised and not DONE.search(advice))
    later = later or any(is_so_now(head_of(cell)) for cell in old_cells)
    loose = not later
    later = later or any(found.place(cell).stage in ("planned", "retiring") for cell in new_cells)
    standing = any(STANDING.search(head_of(cell)) for cell in new_cells)
    stage = "planned" if later else "done"
    for olds, news in _pairs(old, new, found):
        found.moves.append(Move(olds, news, stage, "", row.cells[0].line, standing, loose))


def _outside(ends: list[Mention], others: list[Mention], kept: set[str], found: Findings) -> list[Mention]:
    """ "Node.js 22 (Next.js)" takes the place of "Python (Cloud Run)": Node.js that of Python, not all four."""
    alike = {found.vocabulary.category(m.slug) for m in others if m.slug}
    outside = [m for m in ends if not _in_brackets(m) or (m.slug and found.vocabulary.category(m.slug) in alike)]
    return outside or (ends if kept else [])


def _in_brackets(mention: Mention) -> bool:
    text = mention.segment.text[: mention.start]
    opened = max(text.rfind("("), text.rfind("（"))
    return opened > max(text.rfind(")"), text.rfind("）")) and bool(text[:opened].strip())


def _is_left(mention: Mention) -> bool:
    return bool(LEFT_BEHIND.search(mention.segment.text[max(0, mention.start - 40) : mention.start]))


def _successions(row: Row, found: Findings) -> None:
    """ "Kafka | migrating from Amazon MSK": what a status or remark says that the row's technology took over from."""
    new = [m for cell in cells_of(row, Column.TECHNOLOGY, found)[:1] for m in found.of(cell) if m.verdict == "used"]
    for cell in row.cells:
        if len(new) != 1 or found.role(cell) not in (Column.STAGE, Column.REMARKS, Column.WHY):
            continue
        old = [m for m in found.of(cell) if _is_left(m) and m.slug != new[0].slug and not is_weak(m, found)]
        if old and not any(id(m) in _ends(found) for m in old):
            ongoing = any(UNDER_WAY.search(cell.text[max(0, m.start - 40) : m.start]) for m in old)
            stage = "under_way" if ongoing else "done"
            found.moves.append(Move(tuple(old), (new[0],), stage, "", cell.line, standing=True))


def _ends(found: Findings) -> set[int]:
    return {id(mention) for move in found.moves for mention in (*move.old, *move.new)}


def _pairs(
    old: list[Mention], new: list[Mention], found: Findings
) -> list[tuple[tuple[Mention, ...], tuple[Mention, ...]]]:
    """Where several change for several, like changes for like: a language for a language."""
    if len(old) == 1 or len(new) == 1:
        return [(tuple(old), tuple(new))]

    def kind(mention: Mention) -> str:
        return found.vocabulary.category(mention.slug) if mention.slug else ""

    pairs = [((one,), (other,)) for one in old for other in new if kind(one) and kind(one) == kind(other)]
    paired = {id(end[0]) for pair in pairs for end in pair}
    rest_old, rest_new = [m for m in old if id(m) not in paired], [m for m in new if id(m) not in paired]
    unknown = [((one,), tuple(new)) for one in rest_old if not kind(one)]
    known = tuple(one for one in rest_old if kind(one))
    rest = [(known, tuple(rest_new))] if known and rest_new else []
    return [*pairs, *rest, *unknown]


def is_weak(mention: Mention, found: Findings) -> bool:
    """Practices, protocols and the formats of files are named in passing more than they are chosen."""
    known = found.vocabulary.technologies.get(mention.slug)
    return known is not None and (known.kind in _WEAK_KINDS or known.slug in _MARKUP)


_THEN = re.compile(r"\b(?:then|later|eventually|puis|ensuite|dann|luego|después|depois)\b|→|->", re.IGNORECASE)
_NO_END = re.compile(
    r"(?:legacy|retain|replace|keep|files?|manual\w*|minimal|basic|bespoke|hand-?\w+|ad-?hoc|monolith|custom|own|old|new|"
    r"component|controller|repository|page|service|module|(?:query|domain|application) \w+|existing|tbd|"
    r"\w+ or \w+|\w*_\w*)",
    re.IGNORECASE,
)


def ends_of(cell: Segment, found: Findings, only_known: bool = False) -> list[Mention]:
    """The technologies of a cell, those outside the vocabulary too (without a slug)."""
    mentions = list(found.of(cell))
    if only_known:
        return mentions
    for part in parts_of(cell.text):
        text = cell.text[part.start : part.end].strip(" *_`\"'")
        if (
            any(part.start <= m.start < part.end for m in mentions)
            or _NONE.match(text)
            or _NO_END.fullmatch(text)
            or not is_name(text)
        ):
            continue
        mentions.append(Mention(cell, part.start, part.end, text, "", "new", verdict="new", sure=0.5))
    return mentions


_NAME_LIKE = re.compile(r"^(?=.*[A-Za-z])[\w.+#&/' -]{2,40}$")


def is_name(text: str) -> bool:
    """Looks like the name of a product: a capital or a digit in it, few words, no sentence."""
    bare = re.sub(r"\s*\([^()]*\)", "", text).strip()
    words = bare.split()
    return bool(
        words
        and len(words) <= 4
        and _NAME_LIKE.match(bare)
        and all(
            word[:1].isupper() or not word[:1].isalpha() or word in ("for", "of", "on", "by") or len(words) == 1
            for word in words
        )
        and (any(word[:1].isupper() for word in words) or re.search(r"[a-z][A-Z]|\w\.\w|\d", bare))
        and not is_bare(bare)
    )


def _purposes(row: Row, found: Findings) -> None:
    """A technology in the purpose column counts where the row names none elsewhere ("Kafka | 3 brokers")."""
    cells = cells_of(row, Column.PURPOSE, found)
    elsewhere = [
        m
        for cell in row.cells
        if found.role(cell) in (Column.TECHNOLOGY, Column.VIA, Column.NEW, Column.OLD)
        for m in found.of(cell)
        if m.verdict == "used"
    ]
    for cell in cells:
        for mention in found.of(cell):
            if mention.verdict != "purpose":
                continue
            if not elsewhere and mention.part and mention.caution == "free":
                versions = [c.text for c in row.cells if c is not cell and c.text.strip()]
                only_versions = bool(versions) and all(_VERSION.fullmatch(text.strip()) for text in versions)
                mention.verdict, mention.sure = ("used", 0.75) if only_versions else ("offered", 0.55)
                mention.stage = "" if only_versions else mention.stage
                mention.why.append("the row names no other technology")
            else:
                mention.verdict = (
                    "mentioned" if not any(found.vocabulary.runs(m.slug, mention.slug) for m in elsewhere) else "engine"
                )
