"""bandit, a checker of headers, sqlmap and wapiti find nothing.

What bandit finds stands unless its line says why it is so: ruff's rules S are bandit's own, by the same numbers, and an
exception says `noqa: S608  (why)`. What only says "look here" is left out below, with the reason.
"""

import json
import re
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from development.environment import ROOT
from development.proof import Failed, Site, Tools

PROGRAMS = ("bandit==1.9.4", "drheaderplus==3.0.4", "sqlmap==1.10.10", "wapiti3==3.2.3")
LEFT_TO_READERS = {
    "B101": "an assertion states an invariant",
    "B105": "names of settings and fields that hold a secret, and keys of throw-away servers",
    "B311": "a catalogue for benchmarks is made up",
    "B403,B404,B405,B406": "that a module is imported; what is done with it has rules of its own",
    "B603,B606": "commands are lists, never strings from outside",
}
ROOMS = ("stacks", "config", "development")

# Each parameter that is searched, filtered or ordered by, with a value that finds something.
ASKED = {
    "search": "/search/?q=kafka",
    "companies": "/companies/?q=fam&uses=apache-kafka&industry=Payments&country=India",
    "technologies": "/technologies/?q=kafka&category=message-brokers&open_source=yes&used=true",
    "migrations": "/migrations/?from=mysql&to=postgresql",
    "company": "/companies/fam/?as_of=2021-05&only=shared",
    "comparison": "/compare/companies/fam/zerodha/?as_of=2021&only=shared",
    "your stack": "/compare/yours/?technology=apache-kafka&technology=redis",
    "API, usages": "/api/v1/usages/?company=fam&technology=redis&category=caches&stage=in_use&hosting=managed"
    "&kind=tool&current=true&as_of=2024&updated_since=2020-01-01&q=cache&ordering=added&page_size=5",
    "API, technologies": "/api/v1/technologies/?slug=redis&q=redis&category=caches&fields=slug"
    "&ordering=-companies_count",
    "API, companies": "/api/v1/companies/?slug=fam&uses=redis&uses_all=redis&industry=Payments&country=India&q=fam",
    "API, search": "/api/v1/search/?q=kafka&kind=technology",
    "API, changes": "/api/v1/changes/?after=5&kind=usage&company=fam&technology=redis",
    "names service": "/reconcile/?queries=%7B%22a%22%3A%7B%22query%22%3A%22kafka%22%7D%7D",
}
PAGES = ("/", "/companies/fam/", "/api/v1/", "/admin/login/", "/nothing/", "/changes/atom/")
FORMS = ("/compare/yours/", "/admin/login/")
# Those that ask nothing of a server of their makers, and are about what is here: there is neither Spring nor LDAP, and
# that an unknown parameter is a 400, or another text finds something else, is taken for them.
ATTACKS = (
    "backup,cookieflags,crlf,csp,csrf,exec,file,htaccess,http_headers,methods,permanentxss,redirect,shellshock,sql,"
    "upload,xss"
)
# What is told, and stands: (what, whose parameter or page) with the reason.
STANDS = {
    ("Cross Site Request Forgery", "/compare/yours/"): "it writes nothing and knows nobody; the answer is an address",
}
MOST_FIELDS = 5
SECONDS = 900  # that each kind of attack may take; none may need them


def prove(tools: Tools) -> Iterator[tuple[str, str]]:
    programs = tools.python(*PROGRAMS)
    yield "bandit", bandit(tools, programs)
    production = {
        "PRODUCTION": "true",
        "SECRET_KEY": "0123456789" * 6,
        "ALLOWED_HOSTS": "127.0.0.1",
        "SITE_URL": "https://127.0.0.1",
        "SECURE_PROXY_SSL_HEADER": "X-Forwarded-Proto",
    }
    with tools.serve(**production) as site:
        yield f"drheader, {len(PAGES)} addresses", headers(tools, programs, site)
    for database in ("sqlite", "postgresql"):
        with tools.serve(database) as site:
            count = sum(len(urlsplit(path).query.split("&")) for path in ASKED.values())
            yield f"sqlmap, {count} parameters, {database}", sqlmap(tools, programs, site)
    with tools.serve(**production) as site:
        yield f"wapiti, {len(ASKED) + len(PAGES)} addresses", wapiti(tools, programs, site, "/", 0)
        for path in FORMS:
            yield f"wapiti, the form of {path}", wapiti(tools, programs, site, path, 1)


def bandit(tools: Tools, programs: Path) -> str:
    found = tools.folder / "bandit.json"
    rooms = [ROOT / room for room in ROOMS]
    skipped = ("--skip", ",".join(LEFT_TO_READERS))
    tools.run(programs / "bandit", "-q", "--exit-zero", "-r", *rooms, *skipped, "-f", "json", "-o", found)
    told = json.loads(found.read_text())
    open_ones = [each for each in told["results"] if not _says_why(each)]
    if open_ones or told["errors"]:
        raise Failed("\n".join(f"{e['filename']}:{e['line_number']}: {e['issue_text']}" for e in open_ones))
    lines = told["metrics"]["_totals"]["loc"]
    reasons = len(told["results"])
    return f"0 findings in {lines} lines; {reasons} more stand in a line that says why it is so"


def _says_why(finding: dict[str, Any]) -> bool:
    lines = Path(finding["filename"]).read_text().splitlines()
    first, last = finding["line_range"][0] - 1, finding["line_range"][-1]
    # bandit tells mark_safe twice, ruff once
    rule = {"B703": "S308"}.get(finding["test_id"], "S" + finding["test_id"].removeprefix("B"))
    return any(re.search(rf"noqa: .*\b{rule}\b", line) for line in lines[first:last])


def headers(tools: Tools, programs: Path, site: Site) -> str:
    """As a visitor gets them through a proxy with https, by the rules of OWASP's ASVS 4, chapter 14.

    One of them is not for us outside of the admin: what is public may be read by scripts of every site.
    """
    answers = []
    for path in PAGES:
        request = urllib.request.Request(site.address + path, headers={"X-Forwarded-Proto": "https"})  # noqa: S310
        try:
            answer = urllib.request.urlopen(request)  # noqa: S310
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            answers.append({"url": site.address + path, "headers": dict(answer.headers.items())})
    told = tools.folder / "headers.json"
    told.write_text(json.dumps(answers))
    command: list[str | Path] = [programs / "drheader", "compare", "bulk", "--preset", "owasp-asvs-v14"]
    command += ["--output", "json", told]
    # it ends with an error where it finds anything
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    wrong = [
        f"{answer['url']}: {each['rule']}: {each['message']}"
        for answer in json.loads(said)
        for each in answer["report"]
        if each["rule"] != "Access-Control-Allow-Origin" or "/admin/" in answer["url"]
    ]
    if wrong:
        raise Failed("\n".join(wrong))
    return "0 findings"


def sqlmap(tools: Tools, programs: Path, site: Site) -> str:
    targets, found = tools.folder / "targets", tools.folder / f"sqlmap-{site.database.partition(':')[0]}.csv"
    targets.write_text("".join(f"{site.address}{path}\n" for path in ASKED.values()))
    kind = "SQLite" if site.database.startswith("sqlite") else "PostgreSQL"
    options = ("--batch", "--level=1", "--risk=1", f"--dbms={kind}", "--threads=2", "--disable-coloring")
    output = (f"--output-dir={tools.folder / 'sqlmap'}", f"--results-file={found}")
    said = tools.run(programs / "sqlmap", "-m", targets, *options, *output, stdin=subprocess.DEVNULL)
    rows = found.read_text().splitlines()[1:] if found.exists() else []
    if rows or "do not appear to be injectable" not in said:
        raise Failed("\n".join(rows) or said[-4000:])
    return "none can be injected into"


def wapiti(tools: Tools, programs: Path, site: Site, path: str, depth: int) -> str:
    """To its end: each kind of attack, on one page of each kind with each parameter that it has.

    Thousands of pages are made by the same dozen of functions; of all that it finds by itself it is done with none.
    A form is asked by itself: what a page asks by address, ten names at a time, is among the addresses.
    """
    report = tools.folder / f"wapiti{path.replace('/', '-')}.json"
    begins = [part for each in (*ASKED.values(), *PAGES) for part in ("-s", site.address + each)] if path == "/" else []
    within = ("--scope", "folder") if path == "/" else ("--scope", "page", "--max-parameters", MOST_FIELDS)
    where = ("--store-session", tools.folder, "--store-config", tools.folder, "--flush-session", "--no-bugreport")
    said = tools.run(
        *(programs / "wapiti", "-u", site.address + path, *begins, *within, "-m", ATTACKS, *where),
        *("--header", "X-Forwarded-Proto: https", "--depth", depth, "--max-attack-time", SECONDS),
        *("--max-links-per-page", 10, "--max-scan-time", SECONDS, "-f", "json", "-o", report),
        stdin=subprocess.DEVNULL,
    )
    told = json.loads(report.read_text())
    found = {
        f"{kind}: {each['method']} {each['path']} {each['parameter']}: {each['info']}"
        for part in ("vulnerabilities", "anomalies")
        for kind, all_of_it in told[part].items()
        for each in all_of_it
        if (kind, each["path"]) not in STANDS
    }
    not_done = re.findall(r"(?:Max \w+ time was reached|Unable to find a module).*", said)
    if found or not_done:
        raise Failed("\n".join([*sorted(found), *not_done]))
    pages, kinds = told["infos"]["crawled_pages_nbr"], ATTACKS.count(",") + 1
    stands = sum(len(each) for each in told["vulnerabilities"].values())
    return f"{kinds} kinds of attack, each to its end, on {pages} pages and forms: 0 findings, {stands} that stands"
