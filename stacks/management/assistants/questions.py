"""What assistants may ask, each answered by the page or the resource that says it, with its address and licence."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.urls import reverse

from stacks.comparison.matrix import LEAST, MOST
from stacks.dates import InvalidDate, parse
from stacks.links import PLURALS
from stacks.management.assistants.asking import Asker, Unanswered, nothing_there
from stacks.management.assistants.shortening import TOKENS, shorten_document, shorten_page

NEWEST = 50  # changes, where nothing says after which
LOOKED_THROUGH = 2000  # where they are narrowed: what one answer of the API looks at


def search(asker: Asker, words: str, kind: str = "", tokens: int = TOKENS) -> str:
    """JSON: names, slugs and addresses, best first."""
    if not words.strip():
        raise Unanswered("words: Say what to look for: a name, a part of one, an abbreviation or a subject.")
    path, query = reverse("api-search"), {"q": words, "kind": kind}
    document = asker.ask(path, query).document
    for hit in document["results"] + document["suggestions"]:
        del hit["url"]  # the page's address is the source that a reader can open
    return shorten_document(document, "results", _source(path, query), tokens)[0]


def company(asker: Asker, name: str, as_of: str = "", about: str = "", tokens: int = TOKENS) -> str:
    """Markdown: a row for each usage of the company."""
    path = reverse("company", args=[_meant(asker, "company", name)])
    return _page(asker, path, {"as_of": _date(as_of)}, about, tokens)


def technology(asker: Asker, name: str, about: str = "", tokens: int = TOKENS) -> str:
    """Markdown: a row for each company that uses the technology, and what its makers say of it."""
    return _page(asker, reverse("technology", args=[_meant(asker, "technology", name)]), {}, about, tokens)


def compare(
    asker: Asker,
    names: Sequence[str],
    kind: str = "company",
    as_of: str = "",
    only: str = "",
    about: str = "",
    tokens: int = TOKENS,
) -> str:
    """Markdown: two to six companies, or technologies, side by side."""
    if not LEAST <= len(names) <= MOST:
        raise Unanswered(f"names: From {LEAST} to {MOST} can be compared, not {len(names)}.")
    if kind == "technology" and (as_of or only):
        raise Unanswered("as_of and only are for companies: leave them out, or compare with kind=company.")
    slugs = [_meant(asker, kind, name) for name in names]
    if twice := sorted({slug for slug in slugs if slugs.count(slug) > 1}):
        raise Unanswered(f"names: {', '.join(twice)} stands there twice, under one name or two: name each once.")
    path = reverse(f"compare_{PLURALS[kind]}", args=["/".join(slugs)])
    return _page(asker, path, {"as_of": _date(as_of), "only": only}, about, tokens)


def changes(
    asker: Asker,
    after: int | None = None,
    company: str = "",
    technology: str = "",
    kind: str = "",
    tokens: int = TOKENS,
) -> str:
    """JSON: what changed after a revision, oldest first; the latest where none is named."""
    path = reverse("api-changes")
    query: dict[str, Any] = {
        "company": _slug(asker, "company", company),
        "technology": _slug(asker, "technology", technology),
        "kind": kind,
    }
    if after is None:
        revision = asker.ask(reverse("api-root"), {}).document["revision"]
        after = max(0, revision - (LOOKED_THROUGH if any(query.values()) else NEWEST))
    query |= {"after": after, "page_size": 500}
    document = asker.ask(path, query).document
    read = {name: document[name] for name in ("catalogue", "revision", "results")}
    text, kept = shorten_document(read, "results", _source(path, query), tokens)
    lines, further = document["results"], document["next"]
    if kept < len(lines):
        last = lines[kept - 1]["seq"] if kept else after
        return f"{text}\nThe rest: ask with after={last}, or with more tokens.\n"
    if further:
        return f"{text}\nThere may be more: ask with after={further.partition('after=')[2].partition('&')[0]}.\n"
    return text


def migrations(
    asker: Asker,
    company: str = "",
    technology: str = "",
    left: str = "",
    chosen: str = "",
    about: str = "",
    tokens: int = TOKENS,
) -> str:
    """Markdown: a row for each move from one technology to another."""
    query = {
        "company": _slug(asker, "company", company),
        "technology": _slug(asker, "technology", technology),
        "from_technology": _slug(asker, "technology", left),
        "to_technology": _slug(asker, "technology", chosen),
    }
    return _page(asker, reverse("migrations"), query, about, tokens)


def _meant(asker: Asker, kind: str, name: str) -> str:
    """The slug where a name has to be given."""
    if slug := _slug(asker, kind, name):
        return slug
    raise Unanswered(f"Say which {kind}: an empty name is none. The tool `search` finds names.")


def _slug(asker: Asker, kind: str, name: str) -> str:
    """Of what bears the name; nothing for nothing. Raises Unanswered with what it could mean."""
    name = name.strip().strip("/")
    if not name:
        return ""
    if "/" not in name:
        path = f"{reverse('api-root')}{PLURALS[kind]}/{quote(name, safe='')}/"
        return asker.ask(path, {"fields": "slug"}).document["slug"]
    found = asker.ask(reverse("api-search"), {"q": name, "kind": kind, "match": "true"}).document
    if not found["results"]:
        raise Unanswered(nothing_there(f"There is no {kind} “{name}” here.", found["suggestions"]))
    return found["results"][0]["slug"]


def _page(asker: Asker, path: str, query: dict[str, str], about: str, tokens: int) -> str:
    return shorten_page(asker.ask(path, {**query, "format": "md"}).text, about.strip(), tokens)


def _date(text: str) -> str:
    try:
        return parse(text.strip()) if text.strip() else ""
    except InvalidDate as error:
        raise Unanswered(f"as_of: {error}") from None


def _source(path: str, query: dict[str, Any]) -> str:
    """Where the same is read, and its licence."""
    asked = urlencode({name: value for name, value in query.items() if value})
    address = f"{settings.SITE_URL}{path.removeprefix(settings.FORCE_SCRIPT_NAME or '')}?{asked}"
    licence = f", {settings.DATA_LICENCE}" if settings.DATA_LICENCE else ""
    return f"{settings.SITE_NAME}{licence}. <{address}>"
