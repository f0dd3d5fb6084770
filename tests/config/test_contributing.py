"""What CONTRIBUTING.md tells a newcomer to open is there."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import resolve

from stacks.pages.urls import urlpatterns
from tests.pages.test_every_page import EMPTY, FILLED

ROOT = Path(settings.BASE_DIR)
TEXT = (ROOT / "CONTRIBUTING.md").read_text()
RECIPES = dict(re.findall(r"^\*\*([^*]+)\.\*\* (.*?)(?=^\*\*|\Z)", TEXT, re.MULTILINE | re.DOTALL))


def files_of(text):
    """The paths that stand in backticks or behind a link; a command is none."""
    named = re.findall(r"`([\w./-]+)`", text) + re.findall(r"\]\(([^)]+)\)", text)
    return [name for name in named if "/" in name or name.endswith((".md", ".toml"))]


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_recipe_names_files_that_are_there(recipe):
    files = files_of(RECIPES[recipe])

    assert len(files) >= 5
    assert [name for name in files if not (ROOT / name).exists()] == []


def test_the_recipes_that_newcomers_ask_for_are_there():
    assert {"A kind of page", "A field of the API", "An import format"} <= RECIPES.keys()


def test_all_other_files_that_it_names_are_there():
    assert [name for name in files_of(TEXT) if not (ROOT / name).exists()] == []


def test_the_optional_hook_calls_what_newcomers_are_told_to_run():
    assert "entry: ./dev check --changed" in (ROOT / ".pre-commit-config.yaml").read_text()
    assert "    ./dev check --changed\n" in TEXT


def test_each_kind_of_page_is_opened_empty_or_filled():
    opened = {resolve(address.partition("?")[0]).url_name for address in EMPTY + FILLED}
    no_pages = re.compile("atom|sitemap|badge|embed|picture|reconcile")
    pages = {pattern.name for pattern in urlpatterns if not no_pages.search(pattern.name)}

    assert pages - opened == set()
