"""The code of the release before is served on tables that this one has migrated: it reads, writes, and all stays right.

Before there is a second release: the last commit that has a migration less. It needs the history of the repository.
"""

import json
import sys
import tarfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from defusedxml import ElementTree

from development.environment import ROOT
from development.proof import DATABASES, Failed, Site, Tools
from tests.running.conftest import Server
from tests.typed import typed_in

SECTION = 150  # addresses at most that are read of each part of the sitemap
API = ("categories", "technologies", "companies", "usages", "migrations", "sources", "coverage", "changes")
# An account, and which rows it is to edit; by the old code, as all that is written here.
PREPARE = """
import django, json; django.setup()
from django.apps import apps
from django.contrib.auth import get_user_model
from django.test import Client
browser = Client()
browser.force_login(get_user_model().objects.create_superuser("curator"))
rows = [
    (model, key, slug)
    for model in ("technology", "company")
    for key, slug in apps.get_model("stacks", model).objects.order_by("pk").values_list("pk", "slug")[:20]
]
print(json.dumps([browser.cookies["sessionid"].value, rows]))
"""
PAGES = {"technology": "technologies", "company": "companies"}


def prove(tools: Tools) -> Iterator[tuple[str, str]]:
    commit, name = _before(tools)
    code = tools.folder / "before"
    archive = tools.folder / "before.tar"
    tools.run("git", "-c", "safe.directory=*", "archive", "--output", archive, commit)
    with tarfile.open(archive) as packed:
        packed.extractall(code, filter="data")
    newer = sorted({path.stem for path in _migrations(ROOT)} - {path.stem for path in _migrations(code)})
    tools.used.append(f"{name}, on the tables of {', '.join(newer)}")
    for database in DATABASES:
        with tools.serve(database, code=code) as site:
            yield f"{database}: pages, API and export", reads(site)
            yield f"{database}: a curator in the admin", writes(tools, site, code)
        for which, folder in (("the release before", code), ("this one", ROOT)):
            told = tools.run(sys.executable, "manage.py", "check_derived", cwd=folder, env=site.environment)
            yield f"{database}: manage.py check_derived of {which}", told.strip().splitlines()[-1]


def _migrations(code: Path) -> Iterator[Path]:
    return (code / "stacks" / "migrations").glob("0*.py")


def _before(tools: Tools) -> tuple[str, str]:
    """The last release that is not this commit, else what stood before the newest migration."""
    git = ("git", "-c", "safe.directory=*")
    here = tools.run(*git, "tag", "--points-at", "HEAD").split()
    released = tools.run(*git, "tag", "--list", "v*", "--merged", "HEAD", "--sort=-version:refname").split()
    if older := [tag for tag in released if tag not in here]:
        return older[0], f"the code of {older[0]}"
    newest = max(_migrations(ROOT)).relative_to(ROOT)
    added = tools.run(*git, "log", "--diff-filter=A", "--format=%h", "--", newest).split()
    if not added:
        raise Failed(f"the history does not tell when {newest} came: a clone of one commit has no older code.")
    before = tools.run(*git, "rev-parse", "--short=10", f"{added[-1]}^").strip()
    return before, f"the code of commit {before}"


def reads(site: Site) -> str:
    parts = [path for path in _addresses(site, "/sitemap.xml") if path.endswith(".xml")]
    pages = [page for part in parts for page in _some(_addresses(site, part))]
    api = [f"/api/v1/{name}/?page_size=100" for name in API]
    for path in [*pages, *api, "/api/v1/export/?format=ndjson", "/api/v1/export/?format=sqlite", "/readyz"]:
        with urllib.request.urlopen(site.address + path) as answer:  # noqa: S310  (what is no 200 is raised)
            answer.read()
    return f"{len(pages)} pages of the sitemap, {len(api)} lists, 2 exports: each is 200"


def _some(paths: list[str]) -> list[str]:
    return paths[:: len(paths) // SECTION + 1]


def _addresses(site: Site, path: str) -> list[str]:
    with urllib.request.urlopen(site.address + path) as answer:  # noqa: S310
        tree = ElementTree.fromstring(answer.read())
    return [urlsplit(each.text or "").path for each in tree.iter() if each.tag.endswith("}loc")]


def writes(tools: Tools, site: Site, code: Path) -> str:
    """Rows are saved by their forms, and what was typed is shown."""
    session, rows = json.loads(tools.run(sys.executable, "-c", PREPARE, cwd=code, env=site.environment))
    server = Server(process=None, port=urlsplit(site.address).port)
    for model, key, slug in rows:
        address, typed = f"/admin/stacks/{model}/{key}/change/", f"Said by the release before of {slug}."
        _, _, page = server.get(address, [("Cookie", f"sessionid={session}")])
        form = {name: value for name, value in typed_in(page).items() if not name.startswith("_")}
        status, _, _ = server.post(address, form | {"summary": typed, "_save": "Save"}, {"sessionid": session})
        shown = server.get(f"/{PAGES[model]}/{slug}/")[2].decode()
        if status != 302 or typed not in shown:
            raise Failed(f"{address}: {status}, and its page {'shows' if typed in shown else 'does not show'} it")
    return f"{len(rows)} forms saved, and what was typed stands on the page at once"
