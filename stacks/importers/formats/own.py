"""Our own columns: the CSV that the exports of a company, a technology or a comparison write, and what other forms of
theirs tell under the same names.
"""

import csv
import io
import re
from collections.abc import Iterator

from stacks.folding import alias_key
from stacks.importers.findings import Given
from stacks.importers.lines import Line, Problem, Reading, Unreadable, excerpt, plain_cell
from stacks.importers.vocabulary import Vocabulary

COLUMNS = (
    "company",
    "area",
    "category",
    "technology",
    "scope",
    "purpose",
    "stage",
    "hosting",
    "via",
    "started",
    "ended",
    "remarks",
    "sources",
)
STAGES = ("planned", "trial", "in_use", "retiring", "retired")
HOSTINGS = ("self_hosted", "managed", "saas", "embedded", "unknown")
_BLANKS = ("not_used", "nothing_found")
_KINDS = ("usage", *_BLANKS)
DATE = re.compile(r"^\d{4}(?:-\d{2}(?:-\d{2})?)?$")
_LONGEST = 2_000


def looks_like(text: str) -> bool:
    first = text.lstrip("\n").split("\n", 1)[0].lower().replace('"', "")
    columns = {cell.strip() for cell in re.split(r"[,;\t]", first)}
    return "technology" in columns and len(columns & set(COLUMNS)) >= 2


def parse(text: str, vocabulary: Vocabulary, given: Given) -> Reading:
    """Raises Unreadable where it has no column of technologies."""
    reading = Reading()
    raw = text.split("\n")
    for number, row in _rows(text, reading):
        line = _line(number, row, vocabulary, reading)
        line.text = excerpt(raw[number - 1]) if number <= len(raw) else ""
        reading.lines.append(line)
        if row.get("sources") and not reading.source and row["sources"].startswith(("http://", "https://")):
            reading.source = row["sources"].split()[0]
    return reading.ordered()


def _rows(text: str, reading: Reading) -> Iterator[tuple[int, dict[str, str]]]:
    head = text.lstrip("\n").split("\n", 1)[0]
    rows = csv.reader(io.StringIO(text), delimiter=max(",;\t", key=head.count), skipinitialspace=True)
    columns: list[str] = []
    before = 0
    try:
        for row in rows:
            number, before = before + 1, rows.line_num
            if not any(cell.strip() for cell in row) or row[0].startswith("#"):
                continue
            if not columns:
                columns = [cell.strip().lower() for cell in row]
                if "technology" not in columns:
                    raise Unreadable("A table to import needs the column technology.", number)
                continue
            if len(row) > len(columns):
                reading.problems.append(Problem(number, "This row has more cells than the table has columns."))
            yield number, {name: plain_cell(cell)[:_LONGEST] for name, cell in zip(columns, row, strict=False)}
    except csv.Error as error:
        raise Unreadable("This is no CSV that can be read.", rows.line_num) from error
    if not columns:
        raise Unreadable("The file is empty.", 1)


def _line(number: int, row: dict[str, str], vocabulary: Vocabulary, reading: Reading) -> Line:
    name = row.get("technology", "")
    kind = _choice(number, "kind", row.get("kind", "") or _KINDS[0], _KINDS, None, reading)
    if kind != _KINDS[0] or not name:
        why = "a blank, no usage" if kind in _BLANKS else "no technology in this row" if kind else "no usage"
        return Line(number, "", kind="skip", name=name, stage=None, why=why)
    line = Line(
        number,
        "",
        name=name,
        company=row.get("company") or None,
        scope=row.get("scope", ""),
        uid=row.get("uid", ""),
        purpose=row.get("purpose", ""),
        remarks=row.get("remarks", ""),
    )
    slug = _slug(row.get("technology_slug", ""), name, vocabulary)
    line.technology, line.new = slug or name, not slug
    line.how, line.sure, line.ticked = ("exact", 0.98, True) if slug else ("new", 0.5, False)
    line.why = "a row of the table" if slug else "a row of the table; the catalogue does not know it"
    place = category_of(row.get("category_slug", ""), row.get("category", ""), vocabulary)
    if row.get("category") and not place:
        reading.problems.append(Problem(number, f"category: “{excerpt(row['category'])}” is not in the catalogue."))
    line.category = place or vocabulary.category(slug) or None
    line.stage = _choice(number, "stage", row.get("stage", ""), STAGES, "in_use", reading)
    line.hosting = _choice(number, "hosting", row.get("hosting", ""), HOSTINGS, None, reading)
    if row.get("via"):
        line.via = _slug(row.get("via_slug", ""), row["via"], vocabulary) or None
        line.via_name = "" if line.via else row["via"]
    for column in ("started", "ended"):
        value = row.get(column, "")
        if value and not DATE.match(value):
            reading.problems.append(
                Problem(number, f"{column}: “{excerpt(value)}” is no date like 2019, 2019-06 or 2019-06-03.")
            )
            line.problem = f"{column} is no date"
        elif value:
            setattr(line, column, value)
    return line


def told_by_us(line: Line, told: dict[str, str], vocabulary: Vocabulary, why: str) -> Line:
    """A usage under the names of our columns in the form of another tool; its technology is in the vocabulary."""
    line.technology, line.uid = told["technology_slug"], told.get("uid", "")
    line.category = category_of(told.get("category_slug", ""), "", vocabulary) or vocabulary.category(line.technology)
    via = told.get("via_slug", "")
    line.via = via if via in vocabulary.technologies else None
    line.purpose, line.scope = told.get("purpose", "")[:300], told.get("scope", "")[:120]
    line.hosting = told["hosting"] if told.get("hosting") in HOSTINGS else None
    started = told.get("started", "")
    line.started = started if DATE.match(started) else None
    line.sure, line.ticked, line.why = 0.98, True, why
    return line


def _slug(slug: str, name: str, vocabulary: Vocabulary) -> str:
    """The technology by the slug that an export gives, else by its name."""
    for told in (slug, name):
        if told in vocabulary.technologies:
            return told
    names = vocabulary.scanner.names_of(alias_key(name))
    return names[0].slug if len(names) == 1 and not names[0].homonym else ""


def category_of(slug: str, name: str, vocabulary: Vocabulary) -> str:
    """The category by the slug that an export gives, else by its name; empty where the catalogue has neither."""
    if slug in vocabulary.places:
        return slug
    key = alias_key(name)
    return next(
        (
            place.slug
            for place in vocabulary.places.values()
            if key and key in (alias_key(place.name), alias_key(place.slug))
        ),
        "",
    )


def _choice(
    number: int, column: str, value: str, choices: tuple[str, ...], default: str | None, reading: Reading
) -> str | None:
    word = re.sub(r"[\s-]+", "_", value.strip().lower())
    if not word:
        return default
    if word in choices:
        return word
    reading.problems.append(Problem(number, f"{column}: “{excerpt(value)}” is none of {', '.join(choices)}."))
    return default
