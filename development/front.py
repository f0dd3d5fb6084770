"""`python -m development.front` takes the picture of the README: a comparison of the shipped catalogue, light and dark.

Whole rows only, and each with something to say in every cell. Part of `./dev pictures`.
"""

import hashlib
import json
import sys
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from typing import Any

from development.browsers import find_chromium
from development.environment import ROOT
from development.proof import Failed, Site, Tools

PAGE = "/compare/companies/fam/zerodha/?only=shared"
AREA, ASKED = "#area-data", "/api/v1/compare/companies/?company=fam&company=zerodha&only=shared"
THEMES = ("light", "dark")
WIDTH, COLOURS = 1100, 64
# Where the picture begins and ends, once the area stands below the heads of the columns, and how many cells are blank.
PLACE = """area => {
  const heads = document.querySelector('.co-head').closest('[role=rowgroup]')
  const part = document.querySelector(area)
  scrollTo(0, part.getBoundingClientRect().top + scrollY - heads.offsetHeight)
  const rows = [...part.querySelectorAll('[role=row][id]')]
  return {
    top: heads.getBoundingClientRect().top,
    bottom: rows.at(-1).getBoundingClientRect().bottom,
    rows: rows.length,
    empty: rows.flatMap(row => [...row.querySelectorAll('[role=cell]:not(:has(.use))')]).length,
  }
}"""


def picture(theme: str) -> Path:
    return ROOT / "docs" / "pictures" / f"compare-{theme}.png"


def digest(comparison: Mapping[str, Any]) -> str:
    """Of what the picture shows, from the document of the comparison; kept in the file, so that a test sees it age."""
    shown = [
        (row["category"]["slug"], [[(u["technology"]["slug"], u["purpose"], u["last_said"]) for u in cell["usages"]]])
        for row in comparison["rows"]
        if row["area"]["slug"] == AREA.removeprefix("#area-")
        for cell in row["cells"]
    ]
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()


def take(site: Site, browser: Any) -> None:
    from PIL import Image, PngImagePlugin

    shows = PngImagePlugin.PngInfo()
    shows.add_text("shows", digest(site.read(ASKED)))
    for theme in THEMES:
        page = browser.new_page(viewport={"width": WIDTH, "height": 1400}, color_scheme=theme)
        page.goto(f"{site.address}{PAGE}", wait_until="networkidle")
        place = page.evaluate(PLACE, AREA)
        if place["empty"] or place["rows"] < 4:
            raise Failed(f"{place['rows']} rows with {place['empty']} empty cells: choose another part of {PAGE}")
        clip = {"x": 0, "y": place["top"], "width": WIDTH, "height": place["bottom"] - place["top"] + 8}
        shot = Image.open(BytesIO(page.screenshot(clip=clip))).convert("RGB")
        shot.quantize(COLOURS, dither=Image.Dither.NONE).save(picture(theme), optimize=True, pnginfo=shows)


def main() -> int:
    from playwright.sync_api import sync_playwright

    with ExitStack() as closing, sync_playwright() as play:
        folder = Path(closing.enter_context(tempfile.TemporaryDirectory()))
        browser = play.chromium.launch(executable_path=find_chromium())
        with Tools(folder, closing).serve() as site:
            take(site, browser)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
