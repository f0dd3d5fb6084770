"""The forms that other tools read, and that `import_stack` reads back: techstack.yml, radars, ADOPTERS.md. Pure.

Where such a form has no place for what a usage tells, that is told under the names of our CSV, which others pass over.
"""

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from stacks.comparison.matrix import Fact, Place, Ref, Slug
from stacks.comparison.stack import Stack
from stacks.exporters.citation import Citation
from stacks.exporters.isolation import isolated
from stacks.exporters.table import Table, escape

ADOPTER_COLUMNS = ("Adopter", "Kind", "Level", "Description", "Source", "Last said")
PART = " · "  # between a kind of use and its scope, a description and the service
VIA = f"{PART}via "
RADAR_COLUMNS = ("name", "ring", "quadrant", "isNew", "description")
RADAR_KEYS = ("purpose", "technology_slug", "category_slug", "via_slug", "hosting", "scope", "started", "uid")
RINGS = {"in_use": "adopt", "trial": "trial", "planned": "assess", "retiring": "hold"}  # from the middle outwards
QUADRANTS = {
    "language": "Languages & Frameworks",
    "framework": "Languages & Frameworks",
    "library": "Languages & Frameworks",
    "datastore": "Platforms",
    "service": "Platforms",
    "platform": "Platforms",
    "tool": "Tools",
    "protocol": "Techniques",
    "practice": "Techniques",
}
_IN_ADDRESSES = str.maketrans({sign: f"%{ord(sign):02X}" for sign in " \"'()<>[\\]^`{|}\n\r\t"})


@dataclass(frozen=True, slots=True)
class Product:
    """A technology, beside its name; texts are empty where unknown, `open_source` is yes, no or unknown."""

    kind: str
    website: str = ""
    licence: str = ""
    open_source: str = "unknown"


@dataclass(frozen=True, slots=True)
class Adopter:
    """A company with one usage of the technology; `website` is empty where unknown."""

    company: Ref
    website: str
    fact: Fact
    place: Place


def to_techstack(company: Ref, stack: Stack, products: Mapping[Slug, Product], citation: Citation) -> str:
    """What is in use as a techstack.yml, one tool for each usage."""
    tools = [_tool(fact, place, products) for fact, place in _used(stack)]
    document = {
        "repo_name": company.name,
        "report_id": f"{company.slug}-{citation.revision}",
        "version": 0.1,
        "timestamp": stack.as_of or citation.changed_on,
        "provider": citation.site,
        "source": citation.url,
        "licence": citation.licence,
        "detected_tools_count": len(tools),
        "tools": tools,
    }
    told = {key: value for key, value in document.items() if value != ""}
    return yaml.safe_dump(told, sort_keys=False, allow_unicode=True, width=float("inf"))


def _used(stack: Stack) -> list[tuple[Fact, Place]]:
    return [(fact, shelf.place) for area in stack.areas for shelf in area.shelves for fact in shelf.facts]


def _tool(fact: Fact, place: Place, products: Mapping[Slug, Product]) -> dict[str, Any]:
    product = products.get(fact.technology.slug, Product(""))
    supporting = [cited for cited in fact.sources if cited.stance == "supports"]
    told = {
        "name": fact.technology.name,
        "description": " ".join(fact.purpose.split()),
        "website_url": product.website,
        "version": next((cited.technology_version for cited in supporting if cited.technology_version), ""),
        "license": product.licence,
        "open_source": {"yes": True, "no": False}.get(product.open_source, ""),
        "hosted_saas": {"saas": True, "self_hosted": False}.get(fact.hosting, ""),
        "category": place.area.name,
        "sub_category": place.category.name,
        "detection_source_url": supporting[0].url if supporting else "",
        "last_updated_on": fact.last_said,
        "technology_slug": fact.technology.slug,
        "category_slug": place.category.slug,
        "via_slug": fact.via.slug if fact.via else "",
        "scope": fact.scope,
        "stage": fact.stage if fact.stage != "in_use" else "",
        "hosting": fact.hosting if fact.hosting != "unknown" else "",
        "started": fact.started,
        "uid": fact.uid,
    }
    return {key: value for key, value in told.items() if value != ""}


def to_radar(title: str, stack: Stack, products: Mapping[Slug, Product]) -> Table:
    """What is in use and planned as the CSV of build-your-own-radar: a blip for each usage, the inner rings first.

    Its descriptions are HTML.
    """
    blips = [(fact, place) for fact, place in [*_used(stack), *stack.planned] if fact.stage in RINGS]
    rings = list(RINGS)
    blips.sort(key=lambda blip: rings.index(blip[0].stage))
    rows = [_blip(fact, place, products) for fact, place in blips]
    return Table(title, (*RADAR_COLUMNS, *RADAR_KEYS), rows, keys=len(RADAR_KEYS))


def _blip(fact: Fact, place: Place, products: Mapping[Slug, Product]) -> tuple[str, ...]:
    kind = products[fact.technology.slug].kind if fact.technology.slug in products else ""
    told = [fact.purpose or place.category.name, fact.scope, f"via {fact.via.name}" if fact.via else ""]
    return (
        fact.technology.name,
        RINGS[fact.stage],
        QUADRANTS.get(kind, "Tools"),
        "FALSE",
        html.escape(PART.join(part for part in told if part), quote=False),
        fact.purpose,
        fact.technology.slug,
        place.category.slug,
        fact.via.slug if fact.via else "",
        fact.hosting,
        fact.scope,
        fact.started,
        fact.uid,
    )


def to_adopters(technology: Ref, adopters: Iterable[Adopter], notes: Sequence[str] = ()) -> str:
    """An ADOPTERS.md: one line for each company and kind of use; `notes` are Markdown and follow the table."""
    lines = [
        f"# Adopters of {escape(technology.name)}",
        "",
        f"| {' | '.join(ADOPTER_COLUMNS)} |",
        f"| {' | '.join('---' for _ in ADOPTER_COLUMNS)} |",
        *(f"| {' | '.join(_adopter(adopter))} |" for adopter in adopters),
    ]
    return "\n".join([*lines, *(part for note in notes for part in ("", note))]) + "\n"


def _adopter(adopter: Adopter) -> tuple[str, ...]:
    fact = adopter.fact
    supporting = [cited for cited in fact.sources if cited.stance == "supports"]
    newest = max(supporting, key=lambda cited: cited.edition, default=None)
    kind = PART.join(part for part in (adopter.place.category.name, fact.scope) if part)
    return (
        _link(adopter.company.name, adopter.website),
        isolated(escape(kind)),
        fact.stage.replace("_", " "),
        isolated(escape(f"{fact.purpose}{VIA}{fact.via.name}" if fact.via else fact.purpose)),
        _link(newest.title, newest.url) if newest else "",
        fact.last_said,
    )


def _link(text: str, address: str) -> str:
    """A link that stays one in a cell, whatever signs its text and address hold."""
    name = isolated(escape(text))
    return f"[{name}]({address.translate(_IN_ADDRESSES)})" if address else name
