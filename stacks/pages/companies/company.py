"""One company."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from stacks.addresses import takes
from stacks.comparison.load import load_citations, load_history, load_moves, load_stack
from stacks.comparison.matrix import Cited, Move, Ref
from stacks.comparison.stack import Stack
from stacks.exporters.documents import stack_document
from stacks.exporters.interchange import to_radar, to_techstack
from stacks.exporters.tables import stack_usages
from stacks.industries import broad_of
from stacks.links import Links
from stacks.models import Company
from stacks.pages.companies.alike import show_alike
from stacks.pages.companies.forms import CompanyForm
from stacks.pages.companies.products import load_products
from stacks.pages.companies.timelines import show_timeline
from stacks.pages.detail import AUTO, Detail, show_details
from stacks.pages.formats import atom_link, cite, form_links, give
from stacks.pages.kept import load_kept_newest_edition
from stacks.pages.linked_data import describe_company
from stacks.pages.migrations.moves import show_move
from stacks.pages.parts import BlankView, Entry, Link, UseView, category_link, left_out, placed, show_blank, show_use
from stacks.pages.responses import bad_request, form_problems, get_or_moved
from stacks.pages.snippets import badge_snippets, frame_snippets, usage_snippet
from stacks.querysets import FACT_ORDER

TEMPLATE = "stacks/companies/company.html"


@dataclass(frozen=True, slots=True)
class ShelfView:
    category: Link
    anchor: str
    uses: list[UseView]
    blank: BlankView | None


@dataclass(frozen=True, slots=True)
class AreaShelves:
    name: str
    anchor: str
    count: int
    shelves: list[ShelfView]


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source with how many statements of the page it stands behind."""

    cited: Cited
    supports: int
    contradicts: int


@takes(*CompanyForm.base_fields)
@require_safe
def company_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """What a company runs, for what, since when, why, and who says so."""
    company = get_or_moved(request, Company, slug)
    form = CompanyForm(request.GET)
    if not form.is_valid():
        return bad_request(request, f"{company} cannot be shown like this", form_problems(form), back=request.path)
    stack = load_stack(company, form.cleaned_data["as_of"], load_kept_newest_edition(request))
    if name := form.cleaned_data["format"]:
        title = f"{company}, the stack"
        citation = cite(request, title, stack.as_of)
        ref = Ref(company.slug, company.name)
        forms = {
            "json": lambda: stack_document(ref, stack, citation.revision, Links(request)),
            "csv": lambda: stack_usages(stack, title),
            "md": lambda: stack_usages(stack, title, (citation.note(),)),
            "techstack": lambda: to_techstack(ref, stack, load_products(stack), citation),
            "radar": lambda: to_radar(title, stack, load_products(stack)),
        }
        return give(name, company.slug, citation, forms)
    moves = load_moves(company.migrations.published().for_display().order_by("-added"))
    history = load_history(company) if stack.as_of else stack.placed
    detail = form.cleaned_data["detail"]
    context = tell_company(company, stack, moves, history, detail or AUTO)
    context |= {
        "form": form,
        "forms": [
            *form_links(request, "json", "csv", "md", "techstack", "radar"),
            atom_link("company_atom", company.slug),
        ],
        "described": describe_company(request, company, context["aliases"], stack.as_of),
        "left_out": left_out(stack.undated) if stack.as_of and stack.undated else "",
        "alike": [] if stack.as_of else show_alike(request, company, stack),
        "snippets": [
            *badge_snippets(company.name, company.get_absolute_url(), "company_badge", company.slug),
            usage_snippet(company.name, company.get_absolute_url(), company.slug),
            *frame_snippets(f"The stack of {company.name}", "embed_company", company.slug),
        ],
        "asked": detail,
        "details": show_details(context["detail"], lambda level: _address(company, stack.as_of, level)),
    }
    context["contents"] = list_contents(company, stack, context)
    return render(request, TEMPLATE, context)


def tell_company(company: Company, stack: Stack, moves: Sequence[Move], history: Any, detail: str) -> dict[str, Any]:
    """What the page says of the company, whether it is public yet or not. Three queries."""
    own = load_citations("company", [company.pk])[company.pk]
    return {
        "company": company,
        "broad": [broad.name for broad in broad_of(company.industry) if broad.name != company.industry],
        "stack": stack,
        "areas": _areas(stack),
        "planned": placed(stack.planned),
        "past": placed(stack.past),
        "migrations": [show_move(move) for move in moves],
        "timeline": show_timeline(company.get_absolute_url(), history, moves, own, stack.as_of),
        "alike": [],
        "facts": list(company.facts.select_related("source").order_by(*FACT_ORDER)),
        "aliases": [alias.name for alias in company.aliases.all() if alias.name != company.name],
        "sources": _sources(stack, moves, own),
        "detail": detail,
        "open": detail == Detail.REASONS,
    }


def _address(company: Company, as_of: str, detail: str) -> str:
    query = f"as_of={as_of}&detail={detail}" if as_of else f"detail={detail}"
    return f"{company.get_absolute_url()}?{query}#stack"


def list_contents(company: Company, stack: Stack, context: dict[str, Any]) -> list[Entry]:
    """What the page has, by name; the first and the last always."""
    shown = [
        ("facts", Entry("scale", "Scale", len(context["facts"]))),
        ("planned", Entry("planned", "Planned", len(stack.planned))),
        ("past", Entry("past", "No longer in use", len(stack.past))),
        ("timeline", Entry("timeline", "Timeline")),
        ("migrations", Entry("migrations", "Migrations", len(context["migrations"]))),
    ]
    told = [(company.story, Entry("story", "Story")), (company.lessons, Entry("lessons", "Lessons"))]
    return [
        Entry("stack", "Stack", stack.count),
        *(Entry(area.anchor, area.name, area.count, within=True) for area in context["areas"]),
        *(entry for name, entry in shown if context[name]),
        *(entry for text, entry in told if text),
        *([Entry("alike", "Most similar")] if context["alike"] else []),
        Entry("evidence", "Evidence", len(context["sources"])),
    ]


def _areas(stack: Stack) -> list[AreaShelves]:
    return [
        AreaShelves(
            area.area.name,
            f"area-{area.area.slug}",
            area.count,
            [
                ShelfView(
                    category_link(shelf.place.category),
                    shelf.place.category.slug,
                    [show_use(fact) for fact in shelf.facts],
                    show_blank(shelf.looked.outcome, shelf.looked) if shelf.looked else None,
                )
                for shelf in area.shelves
            ],
        )
        for area in stack.areas
    ]


def _sources(stack: Stack, moves: Sequence[Move], own: tuple[Cited, ...]) -> list[SourceView]:
    """Everything the page cites, once each, the most cited first."""
    statements = [fact.sources for fact, _ in stack.placed] + [move.sources for move in moves] + [own]
    cited = [c for sources in statements for c in sources]
    first: dict[str, Cited] = {}
    for c in cited:
        kept = first.setdefault(c.uid, c)
        if c.edition > kept.edition:
            first[c.uid] = c
    stances = Counter(pair for sources in statements for pair in {(c.uid, c.stance) for c in sources})
    views = [SourceView(c, stances[uid, "supports"], stances[uid, "contradicts"]) for uid, c in first.items()]
    return sorted(views, key=lambda v: (-v.supports - v.contradicts, v.cited.title, v.cited.uid))
