"""Readers of feeds take every Atom feed as it is: well formed, each entry with an id of its own, a link and a time."""

import json
from collections.abc import Iterator

from development.proof import Failed, Tools

_READ = """
import json, sys
import feedparser
OF_ENTRIES = ("id", "title", "updated_parsed", "link")
told = {"feeds": 0, "entries": 0, "wrong": []}
for address in sys.argv[1:]:
    read = feedparser.parse(address)
    said = [str(read.bozo_exception)] if read.bozo else []
    said += [] if read.version == "atom10" else [f"version {read.version!r}"]
    said += [f"no {name}" for name in (*OF_ENTRIES, "rights", "author") if not read.feed.get(name)]
    ids = [entry.get("id") for entry in read.entries]
    said += [] if len(set(ids)) == len(ids) else ["two entries of one id"]
    for entry in read.entries:
        said += [f"{entry.get('id')}: no {name}" for name in OF_ENTRIES if not entry.get(name)]
    told["feeds"] += 1
    told["entries"] += len(ids)
    told["wrong"] += [f"{address}: {one}" for one in said]
print(json.dumps(told))
"""
KINDS = ("companies", "categories", "technologies")
MOST = 200  # of one kind


def prove(tools: Tools) -> Iterator[tuple[str, str]]:
    python = tools.python("feedparser==6.0.14") / "python"
    with tools.serve() as site:
        for kind in KINDS:
            used = "&used=true" if kind == "technologies" else ""
            rows = site.read(f"/api/v1/{kind}/?page_size={MOST}&fields=slug{used}")["results"]
            asked = [f"{site.address}/{kind}/{row['slug']}/atom/" for row in rows]
            asked += [f"{site.address}/changes/atom/"] if kind == "companies" else []
            told = json.loads(tools.run(python, "-c", _READ, *asked))
            if told["wrong"]:
                raise Failed("; ".join(told["wrong"][:20]))
            yield f"feedparser: the feeds of {kind}", f"{told['feeds']} feeds, {told['entries']} entries, 0 wrong"
