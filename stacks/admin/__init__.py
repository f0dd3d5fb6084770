"""What curators use: the stock Django admin, one file per noun, every write in a curating transaction."""

from stacks.admin import (
    categories,
    changes,
    companies,
    coverage,
    decisions,
    evidence,
    imports,
    keys,
    merging,
    migrations,
    names,
    redirects,
    sources,
    technologies,
    usages,
    watches,
)

__all__ = [
    "categories",
    "changes",
    "companies",
    "coverage",
    "decisions",
    "evidence",
    "imports",
    "keys",
    "merging",
    "migrations",
    "names",
    "redirects",
    "sources",
    "technologies",
    "usages",
    "watches",
]
