"""GitHub's own renderer of Markdown makes of each page's Markdown form the table that its CSV form is."""

import csv
import io
import json
import urllib.request
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from development.proof import Failed, Site, Tools

_RENDER = """
import json, sys
import cmarkgfm
from lxml import html
told = []
for text in json.load(sys.stdin):
    page = html.fromstring("<div>" + cmarkgfm.github_flavored_markdown_to_html(text) + "</div>")
    rows = [[cell.text_content() for cell in row] for row in page.xpath("//tr")]
    told.append({"tables": len(page.xpath("//table")), "rows": rows, "links": len(page.xpath("//a"))})
json.dump(told, sys.stdout)
"""
MOST = 200


def prove(tools: Tools) -> Iterator[tuple[str, str]]:
    python = tools.python("cmarkgfm==2025.10.22", "lxml==6.1.3") / "python"
    with tools.serve() as site:
        for what, pages in _pages(site).items():
            texts = [_read(site, page, "md") for page in pages]
            rendered = json.loads(tools.run(python, "-c", _RENDER, input=json.dumps(texts)))
            cells = sum(len(row) for one in rendered for row in one["rows"])
            same = sum(_check(site, *told) for told in zip(pages, texts, rendered, strict=True))
            result = f"{len(pages)} pages, {cells} cells in rows as long as their head, 0 in others"
            yield f"cmark-gfm: {what}", f"{result}; {same} compared with the CSV, 0 other" if same else result


def _pages(site: Site) -> dict[str, list[str]]:
    def slugs(kind: str, more: str = "") -> list[str]:
        return [row["slug"] for row in site.read(f"/api/v1/{kind}/?page_size={MOST}&fields=slug{more}")["results"]]

    companies = slugs("companies")
    pairs = [f"/compare/companies/{one}/{other}/" for one, other in pairwise(companies)]
    return {
        "companies": [f"/companies/{slug}/" for slug in companies],
        "technologies": [f"/technologies/{slug}/" for slug in slugs("technologies", "&used=true")],
        "categories": [f"/categories/{slug}/" for slug in slugs("categories")],
        "comparisons": [*pairs, "/compare/technologies/postgresql/mysql/"],
        "migrations": ["/migrations/"],
    }


def _read(site: Site, page: str, form: str) -> str:
    with urllib.request.urlopen(f"{site.address}{page}?format={form}") as answer:  # noqa: S310
        return answer.read().decode("utf-8-sig")


def _check(site: Site, page: str, text: str, rendered: dict[str, Any]) -> int:
    """One table, each row as long as its head. Where the CSV has its columns, they say the same: so many cells."""
    head, *rows = rendered["rows"] or [[]]
    if rendered["tables"] > 1 or any(len(row) != len(head) for row in rows):
        raise Failed(f"{page}: {rendered['tables']} tables, rows of {sorted({len(row) for row in rows})} cells")
    if site.address + page not in text or "CC BY" not in text:
        raise Failed(f"{page} does not tell its address and its licence")
    found = list(csv.DictReader(io.StringIO(_read(site, page, "csv"))))
    if not found or set(head) - found[0].keys():
        return 0
    found = found[: len(rows)] if "There are more rows" in text else found
    for row, told in zip(rows, found, strict=True):
        for name, cell in zip(head, row, strict=True):
            one, other = "".join(cell.split()), "".join(told[name].removeprefix("'").split())
            if one != other.replace("<", "").replace(">", ""):
                raise Failed(f"{page}, {name}: {cell!r} of the Markdown is {told[name]!r} in the CSV")
    return len(rows) * len(head)
