"""Set-up and daily commands of Stacks; needs Python 3.11 or newer with venv and nothing else.

  ./dev run                       serve the application on 127.0.0.1 (PORT, 8000 by default)
  ./dev test [--database NAME] [--python VERSION] [--whole] [pytest arguments]
                                  the tests: all of them, side by side, on SQLite and on PostgreSQL; with pytest's
                                  arguments (tests/test_search.py -k near) those alone, one database after the other;
                                  what doors draw and refuse runs on SQLite, with --whole on both
  ./dev check [--changed | --no-tests]
                                  all that a reviewer would run; or what concerns the files that changed since main
  ./dev lock [--upgrade]          write requirements/*.txt anew from requirements/*.in
  ./dev manage COMMAND ...        Django's manage.py
  ./dev shot URL FILE [--width PIXELS] [--theme light|dark]
                                  a picture of a page, taken by Chromium
  ./dev pictures                  the pictures of the README and of docs/curating.md, taken anew: of the catalogue
                                  as it is shipped, and while the test of a curator's day runs
  ./dev proof [NAME ...]          what other people's tools say of Stacks, written to docs/proof.md
  ./dev faults [pytest arguments]
                                  the tests of tests/faults at full length (a quarter of an hour); all of them: what
                                  they tell is written to docs/reliability.md
  ./dev release [--no-tests] [--no-validation]
                                  what is published of a version, built from a clean clone and proved there
  ./dev --version                 the version of Stacks

Each command first brings .venv to what the lock files say, which costs nothing when it is there already.
"""

import argparse
import contextlib
import os
import signal
import socket
import sys
from pathlib import Path

from development.browsers import MISSING, find_chromium
from development.checks import check
from development.environment import HERE, ROOT, call, fail, must, say
from development.faults import faults
from development.prepared import is_prepared
from development.release import read_version, release
from development.suite import test

SHOT = """
import sys
from playwright.sync_api import Error, sync_playwright
chromium, url, file, width, theme = sys.argv[1:]
with sync_playwright() as play:
    browser = play.chromium.launch(executable_path=chromium)
    page = browser.new_page(viewport={"width": int(width), "height": 900}, color_scheme=theme)
    try:
        page.goto(url, wait_until="load")
        page.screenshot(path=file, full_page=True)
    except Error as error:
        sys.exit("dev: " + error.message.splitlines()[0])
    finally:
        browser.close()
"""


def manage(*arguments, **options):
    must(HERE.bin / "python", "manage.py", *arguments, **options)


def free_port():
    text = os.environ.get("PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        fail(f"PORT is {text!r}, not a number from 1 to 65535.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(text)))
        except OSError as error:
            fail(f"port {text} cannot be used ({error.strerror}). Choose another: PORT=8001 ./dev run")
    return text


def optional_groups():
    """What the settings need besides."""
    needed = {
        "redis": os.environ.get("CACHE_URL", "").startswith(("redis", "valkey")),
        "metrics": os.environ.get("METRICS_TOKEN"),
        "sentry": os.environ.get("SENTRY_DSN"),
    }
    return [name for name, is_needed in needed.items() if is_needed]


def refuse_junk_processes():
    """gunicorn reads it when it is imported, before our configuration, and answers junk with a traceback."""
    text = os.environ.get("WEB_CONCURRENCY", "1")
    if not (text.isascii() and text.isdigit() and int(text)):
        fail(f"WEB_CONCURRENCY is {text!r}, not a number of processes.")


def run(arguments):
    argparse.ArgumentParser(prog="dev run").parse_args(arguments)
    port = free_port()
    refuse_junk_processes()
    HERE.ensure("base", *optional_groups())
    os.environ["PORT"] = port
    os.environ.setdefault("SITE_URL", f"http://127.0.0.1:{port}")
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"

    if is_prepared():
        say("Database, catalogue and static files: there since the last start")
    else:
        must(HERE.bin / "python", "-m", "development.prepare")
    say("Server: starting gunicorn")
    os.chdir(ROOT)
    gunicorn = str(HERE.bin / "gunicorn")
    # In place of this process, so that a signal reaches gunicorn and its exit code the caller.
    os.execv(gunicorn, [gunicorn, "config.wsgi"])  # noqa: S606


def lock(arguments):
    parser = argparse.ArgumentParser(prog="dev lock")
    parser.add_argument("--upgrade", action="store_true", help="take newer versions where there are any")
    options = parser.parse_args(arguments)
    HERE.ensure("base")
    first = ["uv", "base", "dev"]
    others = sorted(path.stem for path in (ROOT / "requirements").glob("*.in") if path.stem not in first)
    for name in first + others:
        say(f"Lock: requirements/{name}.txt")
        must(
            *(HERE.bin / "uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"),
            *("--generate-hashes", "--no-header", f"{name}.in", "-o", f"{name}.txt"),
            *(["--upgrade"] if options.upgrade else []),
            cwd=(ROOT / "requirements"),
        )


def shot(arguments):
    parser = argparse.ArgumentParser(prog="dev shot")
    parser.add_argument("url")
    parser.add_argument("file")
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--theme", choices=["light", "dark"], default="light")
    options = parser.parse_args(arguments)
    browser = find_chromium() or fail(MISSING)
    HERE.ensure("dev")
    file = Path(options.file).absolute()
    return call(HERE.bin / "python", "-c", SHOT, browser, options.url, file, options.width, options.theme)


def pictures(arguments):
    argparse.ArgumentParser(prog="dev pictures").parse_args(arguments)
    if not find_chromium():
        fail(MISSING)
    HERE.ensure("dev")
    folder = ROOT / "docs/pictures"
    folder.mkdir(exist_ok=True)
    must(HERE.bin / "python", "-m", "development.front")
    return call(HERE.bin / "python", "-m", "pytest", "-q", "tests/admin/test_day_browser.py", "--pictures", folder)


def proof(arguments):
    HERE.ensure("dev")
    os.chdir(ROOT)
    # In place of this process, as above: what ends it ends its servers.
    os.execv(str(HERE.python), [str(HERE.python), "-m", "development.proof", *arguments])  # noqa: S606


def run_manage(arguments):
    HERE.ensure("base", *(["mcp"] if arguments[:1] == ["mcp"] else []))
    manage(*arguments)


COMMANDS = {
    "run": run,
    "test": test,
    "check": check,
    "lock": lock,
    "manage": run_manage,
    "shot": shot,
    "pictures": pictures,
    "release": release,
    "proof": proof,
    "faults": faults,
}


def main():
    command, *arguments = sys.argv[1:] or ["--help"]
    if command in {"-h", "--help", "help"}:
        say(__doc__.strip())
        return 0
    if command == "--version":
        say(f"Stacks {read_version((ROOT / 'stacks/__init__.py').read_text())}")
        return 0
    if command not in COMMANDS:
        fail(f"there is no command {command!r}; ./dev --help lists them.")
    # What one Python has compiled is there for the next: without it each start pays for all that it imports.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    # What ends this ends what it started: like Ctrl-C, also where a shell has it ignored (in the background).
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt):
        return COMMANDS[command](arguments) or 0
    return 130
