"""Commands, pages and endpoints: none is missing in the docs, and none is there that the code has not."""

import json
import pkgutil
import re

from django.core.management import load_command_class
from django.urls import get_resolver

from development.commands import COMMANDS
from development.drawn import DOCS
from stacks.management import commands
from stacks.pages.urls import urlpatterns

OF_DJANGO = {
    *("--help", "--version", "--verbosity", "--settings", "--pythonpath", "--traceback"),
    *("--no-color", "--force-color", "--skip-checks"),
}
STANDARD = re.compile(
    r"(auth|stacks|axes)/\w+/((add|<path:object_id>(/(history|delete|change))?)/)?$|r/|\^|\(\?P|password_reset|reset/"
)


def rows_of(name):
    """The rows of a page's tables: the cells of each."""
    lines = (DOCS / name).read_text().splitlines()
    return [[cell.strip() for cell in line[1:-1].split("|")] for line in lines if line.startswith("| ")]


def test_each_command_of_manage_py_is_told_with_its_options():
    told = {
        match[1]: " | ".join(row) for row in rows_of("commands.md") if (match := re.match(r"`manage\.py (\w+)", row[0]))
    }
    names = {module.name for module in pkgutil.iter_modules(commands.__path__)}

    assert told.keys() == names
    for name in names:
        actions = load_command_class("stacks", name).create_parser("manage.py", name)._actions
        ours = [action for action in actions if not OF_DJANGO & set(action.option_strings)]
        options = [option for action in ours for option in action.option_strings]
        assert [option for option in options if not re.search(rf"`{option}\b", told[name])] == [], name
        in_text = re.findall(r"`(--[\w-]+)", told[name])
        assert set(in_text) <= set(options), name


def test_each_command_of_dev_is_told():
    told = [match[1] for row in rows_of("commands.md") if (match := re.match(r"`\./dev (\w+)`", row[0]))]

    assert sorted(told) == sorted(COMMANDS)


def test_each_page_is_told_with_its_parameters():
    told = {cells[0]: cells[1] for cells in rows_of("pages.md") if len(cells) == 3}
    told = {address: names for address, names in told.items() if address.startswith("`/")}
    pages = {}
    for pattern in urlpatterns:
        route = re.sub(r"<(?:\w+:)?(\w+)>", r"<\1>", str(pattern.pattern)).replace("<slugs>", "<slug>/<slug>/…")
        takes = getattr(pattern.callback, "takes", None)
        pages[f"`/{route}`"] = list(takes.names) if takes else []

    assert told.keys() == pages.keys()
    for address, names in pages.items():
        assert re.findall(r"`(\w+)`", told[address]) == names, address


def admin_addresses(resolver=None, before=""):
    for pattern in (resolver or get_resolver()).url_patterns:
        route = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from admin_addresses(pattern, route)
        elif route.startswith("admin/"):
            yield route


def test_each_page_of_the_admin_is_told_that_is_not_the_list_or_form_of_a_kind():
    told = set(re.findall(r"`(/admin/[^`]*)`", (DOCS / "pages.md").read_text()))
    bare = {re.sub(r"<[^>]+>", "<>", address.replace("stacks/<kind>", "stacks/*")) for address in told}
    ours = {route for route in admin_addresses() if not STANDARD.match(route.removeprefix("admin/"))}

    assert len(ours) > 60
    missing = []
    for route in ours:
        address = re.sub(r"<[^>]+>", "<>", f"/{route}")
        if not {address, re.sub(r"stacks/\w+", "stacks/*", address)} & bare:
            missing.append(route)
    assert missing == []


def test_each_endpoint_of_the_schema_is_told_with_its_parameters():
    everywhere = {"page_size", "cursor", "ordering", "count", "fields", "include"}
    told = {cells[0]: cells[2] for cells in rows_of("endpoints.md")}
    schema = json.loads((DOCS / "schema/openapi.json").read_text())["paths"]

    for path, methods in schema.items():
        address = f"`{path.replace('{', '<').replace('}', '>')}`"
        asked = {p["name"] for p in methods["get"].get("parameters", []) if p["in"] == "query"}
        assert asked - everywhere <= set(re.findall(r"`(\w+)`", told.pop(address))), address
    assert [address for address in told if address.startswith("`/")] == []
