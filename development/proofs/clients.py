"""Clients that are generated from the schema read everything, follow an old slug and pass their type checkers.

What a client is answered must be what its classes say: development/generated.py tells how that is compared.
"""

import importlib
import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from development.environment import ROOT
from development.generated import Reader, generate
from development.proof import DATABASES, Failed, Site, Tools

PACKAGE, PARTIAL = "stacks_api_client", "stacks_partial_client"
EXAMPLES = ROOT / "docs" / "integrations"
MOST_DETAILS = 200  # of one kind, spread over all of it
_RENAME = """
import django
django.setup()
from stacks.curating import curating
from stacks.models import Company
with curating():
    company = Company.objects.get(slug="fam")
    company.slug = "fam-by-trio"
    company.save()
"""


def prove(tools: Tools) -> Iterator[tuple[str, str]]:
    tools.locked("openapi-python-client", "mypy")
    schema: dict[str, Any] = {}
    for database in DATABASES:
        with tools.serve(database) as site:
            if not schema:
                schema = site.read("/api/v1/schema/")
                generate(schema, tools.folder, PACKAGE)
                sys.path.insert(0, str(tools.folder))
            yield from _python(tools, site, schema, database)
    with tools.serve() as site:
        yield _partial(tools, site)
    shutil.copy(EXAMPLES / "client.py", tools.folder)
    checked = (PACKAGE, PARTIAL, "client.py")
    tools.run(sys.executable, "-m", "mypy", "--strict", "--config-file=", *checked, cwd=tools.folder)
    files = sum(len(list((tools.folder / package).rglob("*.py"))) for package in (PACKAGE, PARTIAL))
    yield "mypy --strict, on both clients and docs/integrations/client.py", f"0 errors in {files + 1} files"

    with tools.serve() as site:
        yield from _typescript(tools, site, schema)


def _python(tools: Tools, site: Site, schema: dict[str, Any], database: str) -> Iterator[tuple[str, str]]:
    client_class = importlib.import_module(PACKAGE).Client
    client = client_class(base_url=site.address, raise_on_unexpected_status=True, follow_redirects=True, timeout=60)
    reader = Reader(PACKAGE, schema, client)
    parameters = reader.read_parameters()
    reader.read_all(page_size=500, most_details=MOST_DETAILS)
    if missing := reader.operations.keys() - reader.asked.keys():
        raise Failed(f"never asked: {', '.join(missing)}")
    yield (
        f"openapi-python-client, {database}: {len(reader.asked)} operations, {parameters} examples of parameters",
        f"{reader.asked.total()} answers, {reader.documents} documents as the classes say, 0 other",
    )
    tools.run(sys.executable, "-c", _RENAME, env=site.environment)
    company = reader.ask("companies_detail", slug="fam")
    stays = client_class(base_url=site.address, raise_on_unexpected_status=True)
    moved = importlib.import_module(f"{PACKAGE}.api.companies.companies_detail").sync_detailed("fam", client=stays)
    if (company.slug, int(moved.status_code)) != ("fam-by-trio", 301):
        raise Failed(f"an old slug leads to {company.slug} by {moved.status_code}")
    yield f"openapi-python-client, {database}: an old slug", f"301 to {moved.headers['location']}, followed"


def _partial(tools: Tools, site: Site) -> tuple[str, str]:
    """The client of the partial schema, asked for whole documents in place of references and for single keys."""
    schema = site.read("/api/v1/schema/?partial=true")
    generate(schema, tools.folder, PARTIAL)
    client = importlib.import_module(PARTIAL).Client(
        base_url=site.address, raise_on_unexpected_status=True, follow_redirects=True, timeout=60
    )
    reader = Reader(PARTIAL, schema, client, partial=True)
    reader.read_parameters()
    included, alone = reader.read_parts(page_size=100)
    what = f"openapi-python-client, of the partial schema: {included} names included, {alone} keys alone"
    return what, f"{reader.asked.total()} answers as the classes say, 0 other"


def _typescript(tools: Tools, site: Site, schema: dict[str, Any]) -> Iterator[tuple[str, str]]:
    packages = ("openapi-typescript@7.13.0", "openapi-fetch@0.17.0", "typescript@5.9.3", "@types/node@22.20.5")
    programs = tools.npm(*packages)
    folder = tools.folder / "typescript"
    folder.mkdir()
    (folder / "node_modules").symlink_to(programs.parent, target_is_directory=True)
    (folder / "package.json").write_text(json.dumps({"type": "module", "private": True}))
    for file in (ROOT / "development" / "proofs" / "clients.ts", EXAMPLES / "client.ts"):
        shutil.copy(file, folder)
    tools.run(programs / "openapi-typescript", f"{site.address}/api/v1/schema/", "--output", folder / "schema.d.ts")
    partial = f"{site.address}/api/v1/schema/?partial=true"
    tools.run(programs / "openapi-typescript", partial, "--output", folder / "partial.d.ts")
    options = ("--strict", "--target", "es2022", "--module", "nodenext")
    tools.run(programs / "tsc", *options, "clients.ts", "client.ts", "partial.d.ts", cwd=folder)
    yield "tsc --strict, on the types of both schemas, their reader and docs/integrations/client.ts", "0 errors"

    tools.run(sys.executable, "-c", _RENAME, env=site.environment)
    read = json.loads(tools.run(_node(), "clients.js", site.address, "fam", cwd=folder))
    if missing := schema["paths"].keys() - set(read["paths"]):
        raise Failed(f"never asked: {', '.join(sorted(missing))}")
    yield (
        f"openapi-typescript and openapi-fetch: {len(read['paths'])} addresses, an old slug among them",
        f"{read['requests']} answers, {read['documents']} documents, an export of {read['copied']} lines",
    )
    usages = tools.run(_node(), "client.js", site.address, "fam", cwd=folder).splitlines()
    same = tools.run(sys.executable, "client.py", site.address, "fam", cwd=tools.folder).splitlines()
    if not usages or usages != same:
        raise Failed(f"the examples differ: {len(usages)} and {len(same)} lines")
    yield "docs/integrations/client.py and client.ts, asked for an old slug", f"the same {len(usages)} usages"


def _node() -> Path:
    return Path(shutil.which("node") or "node")
