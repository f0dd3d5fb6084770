"""`python -m development.drawn` writes what of the docs is drawn from the code; a test says when it was forgotten."""

from collections.abc import Mapping

from development import architecture, endpoints
from development.environment import ROOT

DOCS = ROOT / "docs"


def drawn() -> Mapping[str, str]:
    """Each file with what should stand in it."""
    floors, pure = architecture.read_house()
    pictures = {f"pictures/house-{theme}.svg": architecture.draw(floors, pure, theme) for theme in architecture.THEMES}
    return {**pictures, "endpoints.md": endpoints.write()}


def main() -> None:
    for name, text in drawn().items():
        (DOCS / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
