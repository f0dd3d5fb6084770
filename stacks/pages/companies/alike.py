"""The companies most alike to one, as its page names them."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from stacks.comparison.load import load_alike
from stacks.comparison.matrix import Alikeness
from stacks.comparison.stack import Stack
from stacks.models import Company
from stacks.pages.kept import load_kept_bases, once
from stacks.pages.parts import Link, company_link


@dataclass(frozen=True, slots=True)
class AlikeView:
    company: Link
    compare: str
    share: int
    words: str  # what the share is of: "24 of 40 in 14 categories"


def show_alike(request: HttpRequest, company: Company, stack: Stack) -> list[AlikeView]:
    """For the stack of today. Kept under the catalogue's revision; else two queries, or three for new relations."""

    def read() -> list[Alikeness]:
        technologies = dict.fromkeys(
            fact.technology.slug for area in stack.areas for shelf in area.shelves for fact in shelf.facts
        )
        return load_alike(company, list(technologies), load_kept_bases(request))

    return [_show(company, pair) for pair in once(request, f"alike:{company.pk}", read)]


def _show(company: Company, pair: Alikeness) -> AlikeView:
    other = pair.companies[1]
    categories = f"{pair.categories} {'category' if pair.categories == 1 else 'categories'}"
    return AlikeView(
        company_link(other),
        reverse("compare_companies", args=[f"{company.slug}/{other.slug}"]),
        round(100 * (pair.share or 0)),
        f"{pair.met:g} of {pair.of} in {categories}",
    )
