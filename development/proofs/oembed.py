"""Consumers of oEmbed find by themselves what to put in the place of a link, from the head of the page alone."""

import json
import shutil
from collections.abc import Iterator

from development.environment import ROOT
from development.proof import Failed, Tools

PAGES = (
    "/companies/fam/",
    "/technologies/postgresql/",
    "/compare/companies/fam/zerodha/",
    "/compare/technologies/apache-kafka/rabbitmq/",
)
_PYOEMBED = """
import json, sys
from pyoembed import oEmbed
print(json.dumps({address: oEmbed(address, maxwidth=400) for address in sys.argv[1:]}))
"""


def prove(tools: Tools) -> Iterator[tuple[str, str]]:
    programs = tools.npm("@extractus/oembed-extractor@6.0.0")
    python = tools.python("pyoembed==0.1.2", "beautifulsoup4==4.15.0", "lxml==6.1.3", "requests==2.34.2") / "python"
    script = ROOT / "development" / "proofs" / "oembed.mjs"
    with tools.serve() as site:
        pages = [site.address + page for page in PAGES]
        found = {
            "@extractus/oembed-extractor": tools.run(shutil.which("node") or "node", script, programs.parent, *pages),
            "pyoembed": tools.run(python, "-c", _PYOEMBED, *pages),
        }
    for consumer, text in found.items():
        answers = json.loads(text)
        for page in pages:
            told = answers.get(page) or {}
            if told.get("type") != "rich" or not told.get("html") or int(told["width"]) > 400:
                raise Failed(f"{consumer} makes of {page}: {told}")
        yield f"{consumer}: a company, a technology, two comparisons", f"{len(answers)} found by their head, 0 missing"
