"""The companies most alike to one, as its page names them."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from stacks.comparison.load import load_alike
from stacks.comparison.matrix import Alikeness
from stacks.comparison.stack import Stack
from stacks.conditional import revision_of
from stacks.held import load_sets
from stacks.models import Company
from stacks.pages.kept import keep, kept_under, load_kept_bases
from stacks.pages.parts import Link, company_link


@dataclass(frozen=True, slots=True)
class AlikeView:
    company: Link
    compare: str
    share: int
    words: str  # what the share is of: "24 of 40 in 14 categories"


def show_alike(request: HttpRequest, company: Company, stack: Stack) -> list[AlikeView]:
    """For the stack of today. Kept under the company's own and the vocabulary's revision while none of those that it
    names has changed: another may have come as near meanwhile, for a day at most, and none that is hidden is told.

    One query when it is kept; else three, or four for new relations.
    """
    revision, name = revision_of(request), f"alike:{company.pk}"
    stamps = {name: f"{company.revision} {company.revised_at} {revision.of_vocabulary}"}
    pairs, seen = kept_under(revision, stamps).get(name, ([], None))
    if seen is None or seen != _as_they_are(pairs):
        technologies = dict.fromkeys(
            fact.technology.slug for area in stack.areas for shelf in area.shelves for fact in shelf.facts
        )
        pairs = load_alike(company, list(technologies), load_kept_bases(request), load_sets(revision))
        keep(revision, stamps, {name: (pairs, _as_they_are(pairs))})
    return [_show(company, pair) for pair in pairs]


def _as_they_are(pairs: list[Alikeness]) -> list[tuple[Any, ...]]:
    """Those of the other companies that the public sees, with the moment of their last change."""
    if not pairs:
        return []
    others = Company.objects.published().filter(slug__in=[pair.companies[1].slug for pair in pairs])
    return list(others.order_by("pk").values_list("slug", "revision", "revised_at"))


def _show(company: Company, pair: Alikeness) -> AlikeView:
    other = pair.companies[1]
    categories = f"{pair.categories} {'category' if pair.categories == 1 else 'categories'}"
    return AlikeView(
        company_link(other),
        reverse("compare_companies", args=[f"{company.slug}/{other.slug}"]),
        round(100 * (pair.share or 0)),
        f"{pair.met:g} of {pair.of} in {categories}",
    )
