#!/usr/bin/env python3
"""A mirror of a catalogue, kept true by following its changes. docs/mirror.md says how and why.

    python3 mirror.py https://stacks.example/ stacks.sqlite3            first copy, then what has changed since
    python3 mirror.py https://stacks.example/ stacks.sqlite3 --verify   read everything again and compare

Needs Python 3.11 and nothing else. The file has one table of documents (kind, key, document as JSON), in which one
object names another by its slug or uid alone.
"""

import argparse
import json
import sqlite3
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

KINDS = {
    "category": "categories",
    "technology": "technologies",
    "source": "sources",
    "company": "companies",
    "usage": "usages",
    "migration": "migrations",
    "coverage": "coverage",
}
# Which keys of a document name others, and of which kind.
REFERENCES = {
    "category": {"parent": "category"},
    "technology": {"category": "category"},
    "company": {"parent": "company"},
    "usage": {"company": "company", "technology": "technology", "category": "category", "via": "technology"},
    "migration": {
        "company": "company",
        "from_technology": "technology",
        "to_technology": "technology",
        "category": "category",
    },
    "source": {"company": "company"},
    "coverage": {"company": "company", "category": "category"},
}
# What follows from the rest: addresses, counts, and what is another object's and moves with that.
DERIVED = {"url", "html_url", "api_url", "companies_count", "usages_count", "revision", "updated_at"}
CITED = ("uid", "edition_on", "accessed_on", "verified_on", "stage", "technology_version", "stance", "quote", "locator")
AT_ONCE = 100
TRIES = 6
ROUNDS = 50


class Gone(Exception):
    """There is no such object (any more): a line further on says what became of it."""


class OtherCatalogue(Exception):
    """The catalogue was loaded anew or restored: its numbers begin again."""


class Site:
    """Reads from the API, patiently."""

    def __init__(self, address):
        self.api = address.rstrip("/").removesuffix("/api/v1") + "/api/v1/"

    def open(self, url, headers):
        """Status, headers and a file. Does not follow redirects: what moved is told by the lines."""
        request = urllib.request.Request(url, headers={"User-Agent": "stacks-mirror/1", **headers})
        try:
            answer = _opener.open(request, timeout=120)
        except urllib.error.HTTPError as error:
            answer = error
        return answer.status, answer.headers, answer

    def json(self, path, query=()):
        url = path if "://" in path else self.api + path
        if query:
            url += "?" + urllib.parse.urlencode(query)
        for attempt in range(TRIES):
            status, headers, body = self.open(url, {})
            with body:
                text = body.read()
            if status == 200:
                return json.loads(text)
            if status in (301, 404):
                raise Gone(url)
            if status == 409:
                raise OtherCatalogue(url)
            if status not in (429, 503):
                break
            time.sleep(int(headers.get("Retry-After") or 2**attempt))
        raise SystemExit(f"{url} answers {status}: {text[:500].decode(errors='replace')}")

    def rows(self, kind):
        """Every document of one kind."""
        page = self.json(f"{KINDS[kind]}/", [("ordering", "added"), ("page_size", 500)])
        yield from page["results"]
        while page["next"]:
            page = self.json(page["next"])
            yield from page["results"]

    def download(self, path):
        """The whole catalogue as a file. A download that breaks goes on where it broke, if it is still the same."""
        url, etag = self.api + "export/?format=ndjson", ""
        with path.open("wb") as file:
            for attempt in range(TRIES):
                at = file.tell()
                headers = {"Range": f"bytes={at}-", "If-Range": etag} if at and etag else {}
                status, told, body = self.open(url, headers)
                with body:
                    if status == 200 and at:
                        file.seek(0)
                        file.truncate()
                    if status in (200, 206):
                        etag = told.get("ETag") or ""
                        if _pour(body, file):
                            return
                time.sleep(int(told.get("Retry-After") or 2**attempt))
        raise SystemExit(f"{url} could not be read to its end.")


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


_opener = urllib.request.build_opener(_NoRedirects)


def _pour(body, file):
    """Whether the copy is whole: its last line says so."""
    try:
        while block := body.read(1 << 16):
            file.write(block)
    except (OSError, urllib.error.URLError):
        return False
    file.flush()
    with Path(file.name).open("rb") as written:
        written.seek(max(0, file.tell() - 200))
        last = written.read().splitlines()[-1:]
    return bool(last) and last[0].startswith(b'{"kind":"end"')


def kept(kind, document):
    """What the mirror keeps of a document: all but what follows from others; others by slug or uid."""
    found = {key: value for key, value in document.items() if key not in DERIVED or (kind, key) == ("source", "url")}
    for key in REFERENCES[kind]:
        found[key] = found[key] and found[key]["slug"]
    if "sources" in found:
        found["sources"] = sorted(({key: cited[key] for key in CITED} for cited in found["sources"]), key=str)
    if kind == "technology":
        relations = ({"kind": r["kind"], "technology": r["technology"]["slug"]} for r in found["relations"])
        found["relations"] = sorted(relations, key=str)
    if kind == "company":
        found["facts"] = [fact | {"source": fact["source"] and fact["source"]["uid"]} for fact in found["facts"]]
    if kind == "coverage":
        found["source"] = found["source"] and found["source"]["uid"]
    if kind == "source":
        del found["first_party"]
    return found


def key_of(kind, document):
    return document["uid" if "uid" in document else "slug"]


class Mirror:
    """The file. Each step is one transaction: a mirror that is stopped goes on where it was."""

    def __init__(self, path):
        self.base = sqlite3.connect(path, isolation_level=None)
        self.base.executescript("""
            CREATE TABLE IF NOT EXISTS documents (kind TEXT, key TEXT, document TEXT, PRIMARY KEY (kind, key));
            CREATE TABLE IF NOT EXISTS redirects (kind TEXT, old TEXT, new TEXT, PRIMARY KEY (kind, old));
            CREATE TABLE IF NOT EXISTS pending (kind TEXT, key TEXT, PRIMARY KEY (kind, key));
            CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value TEXT);
        """)

    def close(self):
        self.base.close()

    def state(self, name):
        row = self.base.execute("SELECT value FROM state WHERE name = ?", (name,)).fetchone()
        return row and row[0]

    def remember(self, **values):
        self.base.executemany("INSERT OR REPLACE INTO state VALUES (?, ?)", values.items())

    def put(self, kind, document):
        row = (kind, key_of(kind, document), json.dumps(kept(kind, document), sort_keys=True))
        self.base.execute("INSERT OR REPLACE INTO documents VALUES (?, ?, ?)", row)

    def documents(self, kind):
        rows = self.base.execute("SELECT key, document FROM documents WHERE kind = ?", (kind,))
        return {key: json.loads(document) for key, document in rows}

    def pending(self):
        return self.base.execute("SELECT kind, key FROM pending ORDER BY kind, key").fetchall()

    def load(self, lines):
        """A first copy, in the place of all that was there."""
        self.base.execute("BEGIN")
        for table in ("documents", "redirects", "pending", "state"):
            self.base.execute(f"DELETE FROM {table}")
        for line in lines:
            told = json.loads(line)
            if told["kind"] == "catalogue":
                licence = told["licence"]
                self.remember(catalogue=told["catalogue"], seq=told["revision"], licence=licence["name"])
            elif told["kind"] == "redirect":
                one = told["document"]
                self.base.execute("INSERT INTO redirects VALUES (?, ?, ?)", (one["of"], one["old"], one["new"]))
            elif told["kind"] != "end":
                self.put(told["kind"], told["document"])
        self.base.execute("COMMIT")

    def apply(self, line):
        """One line of the feed. What it names is fetched later; until then it is pending."""
        kind, key, verb = line["kind"], line["object"], line["verb"]
        if verb == "removed" or (verb == "redirected" and "to" not in line["payload"]):
            # where it led is not told of what is gone by now
            self.base.execute("DELETE FROM redirects WHERE kind = ? AND old = ?", (kind, key))
            self.base.execute("DELETE FROM documents WHERE kind = ? AND key = ?", (kind, key))
            self.base.execute("DELETE FROM pending WHERE kind = ? AND key = ?", (kind, key))
        elif verb == "redirected":
            self.redirect(kind, key, line["payload"]["to"])
        else:
            self.base.execute("INSERT OR IGNORE INTO pending VALUES (?, ?)", (kind, key))
        self.remember(seq=line["seq"])

    def redirect(self, kind, old, new):
        """What is kept under the old slug, and what names it, goes to the new one."""
        self.base.execute("DELETE FROM redirects WHERE kind = ? AND old = ?", (kind, old))
        if new is None:
            return
        self.base.execute("DELETE FROM redirects WHERE kind = ? AND old = ?", (kind, new))
        self.base.execute("UPDATE redirects SET new = ? WHERE kind = ? AND new = ?", (new, kind, old))
        self.base.execute("INSERT INTO redirects VALUES (?, ?, ?)", (kind, old, new))
        for table in ("documents", "pending"):
            # where the new one is there already, the two became one
            self.base.execute(f"UPDATE OR IGNORE {table} SET key = ? WHERE kind = ? AND key = ?", (new, kind, old))
            self.base.execute(f"DELETE FROM {table} WHERE kind = ? AND key = ?", (kind, old))
        for of, columns in REFERENCES.items():
            for column in [column for column, to in columns.items() if to == kind]:
                # a pending document may be newer than this line, and is read again anyhow
                self.base.execute(
                    "UPDATE documents SET document = json_set(document, ?, ?) WHERE kind = ? "
                    "AND json_extract(document, ?) = ? AND (kind, key) NOT IN (SELECT kind, key FROM pending)",
                    (f"$.{column}", new, of, f"$.{column}", old),
                )
        if kind == "technology":
            self.relate(old, new)

    def relate(self, old, new):
        like = f'%"technology": "{old}"%'
        rows = self.base.execute(
            "SELECT key, document FROM documents WHERE kind = 'technology' AND document LIKE ? "
            "AND (kind, key) NOT IN (SELECT kind, key FROM pending)",
            (like,),
        ).fetchall()
        for key, text in rows:
            document = json.loads(text)
            for relation in document["relations"]:
                if relation["technology"] == old:
                    relation["technology"] = new
            document["relations"].sort(key=str)
            row = (json.dumps(document, sort_keys=True), key)
            self.base.execute("UPDATE documents SET document = ? WHERE kind = 'technology' AND key = ?", row)


def copy(site, mirror, path):
    part = Path(f"{path}.part")
    site.download(part)
    with part.open("rb") as lines:
        mirror.load(lines)
    part.unlink()


def follow(site, mirror):
    """Up to the newest change. Returns the revision that the mirror is at; raises OtherCatalogue."""
    for _ in range(ROUNDS):
        revision = read_lines(site, mirror)
        pending = mirror.pending()
        if not pending:
            return revision
        fetch(site, mirror, pending)
        # What was fetched is of now. Nothing changed meanwhile? Then now is the revision that we have read to.
        query = [("after", mirror.state("seq")), ("catalogue", mirror.state("catalogue")), ("page_size", 1)]
        if not site.json("changes/", query)["results"]:
            mirror.base.execute("DELETE FROM pending")
            return revision
    raise SystemExit("The catalogue changes faster than it can be read: run this again, it goes on from here.")


def read_lines(site, mirror):
    query = [("after", mirror.state("seq")), ("catalogue", mirror.state("catalogue")), ("page_size", 500)]
    page = site.json("changes/", query)
    while True:
        mirror.base.execute("BEGIN")
        for line in page["results"]:
            mirror.apply(line)
        mirror.base.execute("COMMIT")
        if page["next"] is None:
            return page["revision"]
        page = site.json(page["next"])


def fetch(site, mirror, pending):
    """A hundred at a time; where one of them is gone by now, each by itself."""
    for kind in KINDS:
        keys = [key for of, key in pending if of == kind]
        for start in range(0, len(keys), AT_ONCE):
            some = keys[start : start + AT_ONCE]
            mirror.base.execute("BEGIN")
            for document in read(site, kind, some):
                mirror.put(kind, document)
            mirror.base.execute("COMMIT")


def read(site, kind, keys):
    name = "uid" if kind in ("usage", "migration", "source", "coverage") else "slug"
    query = urllib.parse.urlencode([("page_size", AT_ONCE), *((name, key) for key in keys)])
    status, _, body = site.open(f"{site.api}{KINDS[kind]}/?{query}", {})
    with body:
        text = body.read()
    if status == 200:
        # an old slug is answered with the row that it leads to: a line further on takes us there
        return [one for one in json.loads(text)["results"] if key_of(kind, one) in keys]
    found = []
    for key in keys:
        try:
            found.append(site.json(f"{KINDS[kind]}/{urllib.parse.quote(key)}/"))
        except Gone:
            continue
    return found


def verify(site, mirror):
    """Everything read again, and compared with what is kept: what differs, as lines of text."""
    for _ in range(5):
        before = follow(site, mirror)
        found = {kind: {key_of(kind, one): kept(kind, one) for one in site.rows(kind)} for kind in KINDS}
        if site.json("")["revision"] == before:
            return list(differences(found, {kind: mirror.documents(kind) for kind in KINDS}))
    raise SystemExit("The catalogue changes while it is read: verify when it is quiet.")


def differences(found, ours):
    for kind in KINDS:
        for key in sorted(found[kind].keys() | ours[kind].keys()):
            here, there = ours[kind].get(key), found[kind].get(key)
            if here is None:
                yield f"{kind} {key}: not in the mirror"
            elif there is None:
                yield f"{kind} {key}: only in the mirror"
            elif here != there:
                names = [name for name in here.keys() | there.keys() if here.get(name) != there.get(name)]
                yield f"{kind} {key}: differs in {', '.join(sorted(names))}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("site", help="the address of the catalogue")
    parser.add_argument("file", help="where the mirror is kept")
    parser.add_argument("--verify", action="store_true", help="read everything again and compare; 1 when they differ")
    asked = parser.parse_args()
    site, mirror = Site(asked.site), Mirror(asked.file)
    if mirror.state("seq") is None:
        copy(site, mirror, asked.file)
    try:
        revision = follow(site, mirror)
    except OtherCatalogue:
        print("This is another catalogue by now: copied again.", file=sys.stderr)
        copy(site, mirror, asked.file)
        revision = follow(site, mirror)
    if asked.verify:
        wrong = verify(site, mirror)
        print("\n".join([*wrong, f"{len(wrong)} differences"]))
        return 1 if wrong else 0
    counts = ", ".join(f"{len(mirror.documents(kind))} {plural}" for kind, plural in KINDS.items())
    print(f"At revision {revision}: {counts}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
