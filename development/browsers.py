"""The Chromium of this machine, for pictures and for the tests that need a browser."""

import shutil

# The first draws for nobody who watches, and so costs half of what a whole browser does.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
MISSING = (
    "Chromium was not found. On Debian: apt-get install --no-install-recommends chromium-headless-shell (or chromium)"
)


def find_chromium() -> str | None:
    """The path of its program."""
    return next((found for found in map(shutil.which, NAMES) if found), None)
