#!/usr/bin/env python3
"""The stack of a company as the files of other tools. backstage.md and landscape.md say more.

    python3 stack.py https://stacks.example/ fam backstage > catalog-info.yaml
    python3 stack.py https://stacks.example/ fam landscape --logos hosted_logos > data.yml

Needs Python 3.11 and nothing else. What it writes is JSON, which every reader of YAML reads.
"""

import argparse
import html
import json
import re
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

AT_ONCE = 100
LONGEST_NAME = 63  # of an entity
Get = Callable[[str], dict[str, Any]]


def read(get: Get, company: str) -> dict[str, Any]:
    """The company, what it uses at present as `usages`, `technologies` by slug and the areas of `categories`.

    `get` takes what follows /api/v1/ and gives the document.
    """
    name = quote(company, safe="")
    usages = walk(get, f"companies/{name}/usages/", {"current": "true"})
    slugs = sorted({usage["technology"]["slug"] for usage in usages})
    technologies: dict[str, Any] = {}
    for start in range(0, len(slugs), AT_ONCE):
        query = {"slug": slugs[start : start + AT_ONCE], "fields": "slug,name,kind,summary,website,html_url"}
        technologies |= {row["slug"]: row for row in walk(get, "technologies/", query)}
    categories = walk(get, "categories/", {})
    return {
        "company": get(f"companies/{name}/?fields=slug,name,summary,website,html_url"),
        "usages": usages,
        "technologies": technologies,
        "categories": categories,
    }


def walk(get: Get, path: str, query: dict[str, Any]) -> list[dict[str, Any]]:
    """All pages of a list."""
    rows: list[dict[str, Any]] = []
    address = f"{path}?{urlencode({**query, 'page_size': 500}, doseq=True)}"
    while address:
        page = get(address)
        rows += page["results"]
        address = page["next"].partition("/api/v1/")[2] if page["next"] else ""
    return rows


def by_technology(stack: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    grouped: dict[str, list[dict[str, Any]]] = {}
    for usage in stack["usages"]:
        grouped.setdefault(usage["technology"]["slug"], []).append(usage)
    return grouped


def backstage(stack: dict[str, Any], owner: str) -> list[dict[str, Any]]:
    """A System for the company and a Resource for each technology that it uses."""
    company = stack["company"]
    system = entity("System", company["slug"], company["name"], company["summary"], {"owner": owner})
    system["metadata"]["links"] = [{"url": company["html_url"], "title": "Stack and sources"}]
    entities = [system]
    for slug, usages in by_technology(stack).items():
        technology = stack["technologies"][slug]
        purposes = "; ".join(dict.fromkeys(usage["purpose"] for usage in usages if usage["purpose"]))
        spec = {"type": technology["kind"], "owner": owner, "system": system["metadata"]["name"]}
        resource = entity("Resource", f"{company['slug']}-{slug}", technology["name"], purposes, spec)
        sources = {source["url"]: source["title"] or source["url"] for usage in usages for source in usage["sources"]}
        links = {usages[0]["html_url"]: "How it is used"} | sources
        resource["metadata"]["links"] = [{"url": url, "title": title} for url, title in links.items()]
        resource["metadata"]["tags"] = sorted({usage["category"]["slug"] for usage in usages})
        entities.append(resource)
    return entities


def entity(kind: str, slug: str, title: str, description: str | None, spec: dict[str, Any]) -> dict[str, Any]:
    metadata = {"name": entity_name(slug), "title": title, "description": description or title}
    return {"apiVersion": "backstage.io/v1alpha1", "kind": kind, "metadata": metadata, "spec": spec}


def entity_name(slug: str) -> str:
    """As Backstage takes it: at most 63 letters, digits and signs, the first and the last no sign."""
    if len(slug) <= LONGEST_NAME:
        return slug
    cut = slug[: LONGEST_NAME - 9].rstrip("-")
    return f"{cut}-{sum(ord(sign) * 31**n for n, sign in enumerate(slug)) % 16**8:08x}"


def landscape(stack: dict[str, Any]) -> dict[str, Any]:
    """Areas as categories, categories as subcategories, technologies as items."""
    categories = {category["slug"]: category for category in stack["categories"]}
    items: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for usage in stack["usages"]:
        technology = stack["technologies"][usage["technology"]["slug"]]
        category = categories[usage["category"]["slug"]]
        found = items.setdefault(category["parent"]["name"], {}).setdefault(category["name"], [])
        if all(item["name"] != technology["name"] for item in found):
            item = {
                "name": technology["name"],
                "homepage_url": technology["website"] or technology["html_url"],
                "logo": f"{technology['slug']}.svg",
                "description": usage["purpose"] or technology["summary"] or technology["name"],
                "extra": {"other_links": [{"name": "How it is used", "url": usage["html_url"]}]},
            }
            found.append(item)
    order = {category["name"]: category["position"] for category in stack["categories"]}
    return {
        "categories": [
            {
                "name": area,
                "subcategories": [
                    {"name": name, "items": sorted(found, key=lambda item: item["name"].casefold())}
                    for name, found in sorted(inside.items(), key=lambda pair: order[pair[0]])
                ],
            }
            for area, inside in sorted(items.items(), key=lambda pair: order[pair[0]])
        ]
    }


def logo(name: str) -> str:
    """A tile with the name, as outlines are for who owns them: put a real logo in its place."""
    size = max(6, min(28, round(220 / max(len(name), 1))))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 80" role="img">'
        '<rect width="160" height="80" rx="8" fill="#1f4d7a"/>'
        f'<text x="80" y="40" fill="#fff" font-family="sans-serif" font-size="{size}" text-anchor="middle" '
        f'dominant-baseline="central">{html.escape(name)}</text></svg>\n'
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("site", help="address of the catalogue, such as https://stacks.example/")
    parser.add_argument("company", help="slug or name")
    parser.add_argument("tool", choices=["backstage", "landscape"])
    parser.add_argument("--owner", default="unknown", help="who owns the entities in Backstage, such as group:platform")
    parser.add_argument("--logos", type=Path, help="folder that gets a tile for each item that has no logo there yet")
    options = parser.parse_args()
    api = f"{options.site.rstrip('/')}/api/v1/"

    def get(path: str) -> dict[str, Any]:
        with urllib.request.urlopen(f"{api}{path}", timeout=60) as answer:
            return json.load(answer)

    try:
        stack = read(get, options.company)
    except urllib.error.HTTPError as error:
        problem = re.search(r'"detail":\s*"(.*?)"', error.read().decode(errors="replace"))
        sys.exit(f"{error.url} answered {error.code}. {problem[1] if problem else ''}".rstrip())
    except OSError as error:
        sys.exit(f"{options.site} cannot be read: {error}")
    if options.tool == "backstage":
        for document in backstage(stack, options.owner):
            print(f"---\n{json.dumps(document, ensure_ascii=False, indent=2)}")
        return 0
    print(json.dumps(landscape(stack), ensure_ascii=False, indent=2))
    if options.logos:
        options.logos.mkdir(parents=True, exist_ok=True)
        for slug, technology in stack["technologies"].items():
            if not (file := options.logos / f"{slug}.svg").exists():
                file.write_text(logo(technology["name"]), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
