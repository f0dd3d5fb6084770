"""The docs are a small site: every page is reached from the index, and every link leads somewhere."""

import re
from pathlib import Path

from django.conf import settings

from development.drawn import DOCS, drawn

ROOT = Path(settings.BASE_DIR)
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|srcset|href)=\"([^\"]+)\"")
ELSEWHERE = re.compile(r"[a-z]+:|/|…")


def without_code(text):
    text = re.sub(r"^( *)```.*?^\1```", "", text, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"^ {4,}.*$|`[^`\n]*`", "", text, flags=re.MULTILINE)


def links_of(page):
    """The targets of its relative links, each with its anchor."""
    found = [one or two for one, two in LINK.findall(without_code(page.read_text()))]
    for link in found:
        if not ELSEWHERE.match(link):
            path, _, anchor = link.partition("#")
            yield link, (page.parent / path).resolve() if path else page, anchor


def anchors_of(page):
    headings = re.findall(r"^#+ (.*)$", without_code(page.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_each_relative_link_leads_to_a_file_and_to_a_heading_in_it():
    links = [(page.name, *found) for page in PAGES for found in links_of(page)]

    assert len(links) > 100
    assert [(name, link) for name, link, target, _ in links if not target.exists()] == []
    lost = [(name, link) for name, link, target, anchor in links if anchor and anchor not in anchors_of(target)]
    assert lost == []


def test_everything_is_reached_from_the_index_and_the_index_from_the_readme():
    index = DOCS / "README.md"
    reached, further = {index}, [index]
    while further:
        pages = {target for _, target, _ in links_of(further.pop()) if target.suffix == ".md"} - reached
        reached |= pages
        further += pages

    assert [str(page.relative_to(ROOT)) for page in PAGES if page not in reached and page != ROOT / "README.md"] == []
    assert index in {target for _, target, _ in links_of(ROOT / "README.md")}


def test_each_page_begins_with_its_one_title():
    for page in PAGES:
        text = page.read_text()
        assert len(re.findall(r"^# ", without_code(text), re.MULTILINE)) == 1, page
        assert text.startswith("# "), page


def test_what_is_drawn_from_the_code_is_drawn_anew():
    stale = [name for name, text in drawn().items() if (DOCS / name).read_text() != text]

    assert stale == [], "run .venv/bin/python -m development.drawn"


def test_each_decision_says_what_why_and_what_it_costs():
    records = [page for page in (DOCS / "decisions").glob("*.md") if page.name != "README.md"]

    assert len(records) >= 12
    for record in records:
        assert re.findall(r"^\*\*([^*]+)\.\*\* ", record.read_text(), re.MULTILINE) == [
            "Decision",
            "Why",
            "What it costs",
        ]
        assert len(record.read_text()) < 1600


def test_each_picture_is_there_small_and_told_and_none_is_left_over():
    texts = {page: page.read_text() for page in PAGES}
    plain = [(page, *found) for page, text in texts.items() for found in re.findall(r"!\[([^]]*)\]\(([^)]+)\)", text)]
    plain += [
        (page, *found) for page, text in texts.items() for found in re.findall(r'<img alt="(.*?)" src="(.*?)"', text)
    ]
    dark = [(page, "dark", path) for page, text in texts.items() for path in re.findall(r'srcset="(.*?)"', text)]
    named = {(page.parent / path).resolve() for page, _, path in plain + dark if not ELSEWHERE.match(path)}

    assert [(page.name, path) for page, words, path in plain if not words] == []
    assert named == set((DOCS / "pictures").iterdir())
    assert [path.name for path in named if path.stat().st_size > 80_000] == []
