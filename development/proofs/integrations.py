"""What docs/integrations produces is taken by Backstage's own model, and by the parser and rules of the radar."""

import json
import shutil
import sys
import urllib.request
from collections.abc import Iterator

from development.environment import ROOT
from development.proof import Failed, Tools

STACK = ROOT / "docs" / "integrations" / "stack.py"


def prove(tools: Tools) -> Iterator[tuple[str, str]]:
    programs = tools.npm("@backstage/catalog-model@1.10.1", "yaml@2.9.1", "d3-dsv@3.0.2")
    node = shutil.which("node") or "node"
    with tools.serve() as site:
        companies = [row["slug"] for row in site.read("/api/v1/companies/?page_size=500&fields=slug")["results"]]
        entities, radars = [], []
        for slug in companies:
            file = tools.folder / f"{slug}.yaml"
            asked = (f"{site.address}/", slug, "backstage", "--owner", "group:default/platform")
            file.write_text(tools.run(sys.executable, STACK, *asked))
            entities.append(file)
            radar = tools.folder / f"{slug}.csv"
            # as docs/integrations/radar.md says it: the radar takes what ends in .csv
            address = f"{site.address}/companies/{slug}/?format=radar&file={slug}.csv"
            radar.write_bytes(urllib.request.urlopen(address).read())  # noqa: S310
            radars.append(radar)
    script = ROOT / "development" / "proofs" / "integrations.mjs"
    told = json.loads(tools.run(node, script, programs.parent, *entities, *radars))
    if told["System"] != len(companies) or not told["blips"]:
        raise Failed(f"{len(companies)} companies, and {told}")
    what = f"entities of {len(companies)} companies, by parser, policies and validators of @backstage/catalog-model"
    yield what, f"{told['System']} systems, {told['Resource']} resources, 0 refused"
    yield f"radars of {len(companies)} companies, by d3 and the rules of build-your-own-radar", f"{told['blips']} blips"
