"""One technology."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from stacks import keyset
from stacks.addresses import site_of, takes
from stacks.comparison.matrix import Bases, Ref, are_relatives
from stacks.conditional import revision_of
from stacks.exporters.documents import users_document
from stacks.exporters.table import escape
from stacks.exporters.tables import users_table
from stacks.held import load_sets
from stacks.links import Links
from stacks.models import Migration, RelationKind, State, Technology, TechnologyCount, Usage
from stacks.pages.filters import page_links
from stacks.pages.formats import atom_link, cite, form_links, give, more
from stacks.pages.kept import in_parts, load_kept_bases, load_kept_newest_edition
from stacks.pages.linked_data import describe_technology
from stacks.pages.migrations.moves import show_migrations
from stacks.pages.parts import Entry, Link, company_link, openness, technology_link, tile
from stacks.pages.responses import bad_request, form_problems, get_or_moved
from stacks.pages.snippets import badge_snippets
from stacks.pages.technologies.adopters import give_adopters
from stacks.pages.technologies.forms import TechnologyForm
from stacks.pages.technologies.lifecycle import life_document, life_mark, life_note, show_life
from stacks.pages.technologies.spread import SpreadView, adoption_document, count_spread, show_spread, tell_spread
from stacks.pages.technologies.users import (
    MOST,
    Cut,
    by_company,
    cut,
    load_first,
    load_users,
    past_link,
    show_users,
    tell,
)

TEMPLATE = "stacks/technologies/technology.html"
_CARRIED_READ = 500
_INWARD = {
    RelationKind.MANAGED_FORM_OF: "Managed forms",
    RelationKind.FORK_OF: "Forks",
    RelationKind.COMPATIBLE_WITH: "Compatible",
    RelationKind.PART_OF: "Parts",
    RelationKind.BUILT_ON: "Built on it",
    RelationKind.SUCCESSOR_OF: "Succeeded by",
}


@dataclass(frozen=True, slots=True)
class TechnologyRow:
    technology: Technology
    tile: str

    @property
    def life(self) -> str:
        """Only where its makers keep it no longer, or hardly."""
        return life_mark(self.technology.lifecycle, self.technology.lifecycle_on)


@dataclass(frozen=True, slots=True)
class AlternativeView:
    technology: Technology
    tile: str
    compare: str
    companies: int  # that use it in this role
    related: bool  # another form or fork of the same

    @property
    def life(self) -> str:
        return life_mark(self.technology.lifecycle, self.technology.lifecycle_on)


@dataclass(frozen=True, slots=True)
class RelationView:
    words: str
    others: list[tuple[Link, int]]  # with how many companies use each


@takes(*TechnologyForm.base_fields)
@require_safe
def technology_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """What it is, who uses it and for what, its relations, and who moved to or from it."""
    technology = get_or_moved(request, Technology, slug, Technology.objects.published().for_display())
    form = TechnologyForm(request.GET)
    if not form.is_valid():
        return bad_request(request, f"{technology} cannot be shown like this", form_problems(form), back=request.path)
    sets = load_sets(revision_of(request))
    try:
        page = load_users(technology, sets, form.cleaned_data["cursor"])
    except keyset.InvalidCursor as error:
        return bad_request(request, f"{technology} cannot be shown like this", [str(error)], back=request.path)
    if form.cleaned_data["format"] == "adopters":  # whole, whatever page it was asked for on
        return give_adopters(request, technology)
    usages = Usage.objects.published().filter(technology=technology)
    spread = _load_kept_spread(request, technology, usages)
    name = form.cleaned_data["format"]
    others = ((), ()) if name and page.previous else (spread.planned, spread.past)
    planned, past = (load_first(usages, found, sets) for found in others)
    if name:
        return _give_users(request, name, technology, page, spread, planned, past)
    moves = Migration.objects.published()
    context = tell_technology(request, technology, page.rows, spread, planned, past, moves)
    context |= {
        "forms": [*form_links(request, "json", "csv", "md", "adopters"), atom_link("technology_atom", technology.slug)],
        "described": describe_technology(request, technology, context["aliases"]),
        **page_links(page),
        "snippets": badge_snippets(technology.name, technology.get_absolute_url(), "technology_badge", technology.slug),
    }
    return render(request, TEMPLATE, context)


def _load_kept_spread(request: HttpRequest, technology: Technology, usages: Any) -> SpreadView:
    newest = load_kept_newest_edition(request)
    name = f"spread:{technology.pk}"
    return show_spread(
        in_parts(
            request,
            name,
            technology,
            lambda of: count_spread(usages.filter(of), newest),
            lambda counts: tell_spread(counts, newest),
            beside=newest,
        )
    )


def tell_technology(
    request: HttpRequest,
    technology: Technology,
    users: Any,
    spread: SpreadView,
    planned: list[Usage],
    past: list[Usage],
    migrations: Any,
) -> dict[str, Any]:
    """What the page says of the technology, whether it is public yet or not: `users` is a page of its present users,
    `planned` and `past` are the first of those who plan it and who left it, `migrations` those among which its moves
    are."""
    newest = load_kept_newest_edition(request)
    moves = migrations.for_display().order_by("-added")
    context: dict[str, Any] = {
        "technology": technology,
        "tile": tile(technology.name),
        "aliases": [alias.name for alias in technology.aliases.all() if alias.name != technology.name],
        "openness": openness(technology),
        "users": (shown := show_users(users, newest)),
        "adopters": by_company(shown),
        "spread": spread,
        "carried": _carried(technology),
        "relations": _relations(technology, spread),
        "arrived": _moves(moves.filter(to_technology=technology), f"?to_technology={technology.slug}"),
        "left": _moves(moves.filter(from_technology=technology), f"?from_technology={technology.slug}"),
        "alternatives": _alternatives(technology, load_kept_bases(request)),
        "planned": _planned(technology, planned),
        "former": _former(technology, past, newest),
    }
    context["life"] = show_life(technology, _successors(context["relations"]))
    context["moved"] = bool(context["arrived"].rows or context["left"].rows)
    context["contents"] = _contents(technology, context)
    return context


def _moves(migrations, query: str) -> Cut:
    moves = show_migrations(migrations[: MOST + 1])
    return cut(moves, "All moves", f"{reverse('migrations')}{query}")


def _planned(technology: Technology, plans: list[Usage]) -> Cut:
    links = [Link(u.company.name, u.company.get_absolute_url()) for u in plans]
    return cut(links, "All of them, in the API", past_link(technology))


def _former(technology: Technology, past: list[Usage], newest: str) -> Cut:
    users = cut(show_users(past, newest), "All of them, in the API", past_link(technology))
    return Cut(by_company(users.rows), users.rest)


def _contents(technology: Technology, context: dict[str, Any]) -> list[Entry]:
    """What the page has, by name; the first always."""
    planned, former = context["planned"].rows, context["former"].rows
    entries = [Entry("who", "Who uses it", technology.companies_count)]
    entries += [Entry("planned", "Planned", len(planned))] if planned else []
    entries += [Entry("former", "No longer", len(former))] if former else []
    parts = (
        ("carried", "carried", "Run through it"),
        ("relations", "relations", "Relations"),
        ("moved", "moves", "Moved in, moved out"),
        ("alternatives", "alternatives", "Alternatives"),
    )
    return entries + [Entry(anchor, title) for name, anchor, title in parts if context[name]]


def _successors(relations: list[RelationView]) -> list[Link]:
    words = _INWARD[RelationKind.SUCCESSOR_OF]
    return [link for relation in relations if relation.words == words for link, _ in relation.others]


def _carried(technology: Technology) -> list[tuple[Link, list[Link]]]:
    """What is run through it, each with the companies that do so; for a service, whose users stand with the engine."""
    usages = Usage.objects.published().current().filter(via=technology)
    rows = usages.order_by("technology__sort_key", "company__sort_key", "added").values_list(
        "technology__slug", "technology__name", "company__slug", "company__name"
    )
    found: dict[Ref, dict[Ref, None]] = {}
    for slug, name, company, company_name in rows[:_CARRIED_READ]:
        found.setdefault(Ref(slug, name), {})[Ref(company, company_name)] = None
    return [(technology_link(ref), [company_link(c) for c in companies]) for ref, companies in found.items()]


def _give_users(
    request: HttpRequest,
    name: str,
    technology: Technology,
    page: keyset.Page,
    spread: SpreadView,
    plans: list[Usage],
    left: list[Usage],
) -> HttpResponse:
    """The page's users in another form; with the first of them the first who plan it, and who left it."""
    title = f"Who uses {technology}"
    citation = cite(request, title)
    ref = Ref(technology.slug, technology.name)
    users = tell(page.rows)
    others = tell([*plans, *left])
    planned, past = others[: len(plans)], others[len(plans) :]
    further = page_links(page, request.GET)["next"]
    address = f"{site_of(request)}{request.path}{further}" if further else None
    about = {**life_document(technology), "adoption": adoption_document(spread, Links(request))}
    notes = tuple(escape(note) for note in (life_note(technology), spread.told, spread.spoken) if note)
    forms = {
        "json": lambda: users_document(ref, users, citation.revision, address, Links(request), planned, past) | about,
        "csv": lambda: users_table(title, [*users, *planned, *past]),
        "md": lambda: users_table(title, [*users, *planned, *past], (*notes, *more(address), citation.note())),
    }
    return give(name, technology.slug, citation, forms)


def _relations(technology: Technology, spread: SpreadView) -> list[RelationView]:
    """What it is to others, then what others are to it; one line for each kind of relation.

    A service counts the companies that run this technology through it, since they stand with the engine.
    """
    through = {ref.slug: n for ref, n in spread.through}
    out = (
        technology.relations.filter(object__state=State.PUBLISHED)
        .select_related("object")
        .order_by("kind", "object__sort_key", "object__slug")
    )
    back = (
        technology.reverse_relations.filter(subject__state=State.PUBLISHED)
        .select_related("subject")
        .order_by("kind", "subject__sort_key", "subject__slug")
    )
    lines: dict[str, list[tuple[Link, int]]] = {}
    for relation in out:
        lines.setdefault(relation.get_kind_display().capitalize(), []).append(_counted(relation.object))
    for relation in back:
        lines.setdefault(_INWARD[RelationKind(relation.kind)], []).append(_counted(relation.subject, through))
    return [RelationView(words, others) for words, others in lines.items()]


def _counted(technology: Technology, through: Mapping[str, int] | None = None) -> tuple[Link, int]:
    companies = max(technology.companies_count, (through or {}).get(technology.slug, 0))
    return Link(technology.name, technology.get_absolute_url()), companies


def _alternatives(technology: Technology, bases: Bases, most: int = 12) -> list[AlternativeView]:
    """Others of the same category, the most used first. Its managed forms and forks are none, nor what it is one of."""
    own = bases.get(technology.slug, frozenset())
    line = own | {slug for slug, above in bases.items() if technology.slug in above}
    counts = (
        TechnologyCount.objects.filter(category=technology.category_id, technology__state=State.PUBLISHED)
        .exclude(technology=technology)
        .exclude(technology__slug__in=line)
        .select_related("technology")
        .order_by("-companies", "technology__sort_key", "technology__slug")[:most]
    )
    used = {count.technology_id: count.companies for count in counts}
    found = [count.technology for count in counts]
    if len(found) < most:
        rest = (
            Technology.objects.published()
            .filter(category=technology.category_id)
            .exclude(pk__in=[technology.pk, *(t.pk for t in found)])
            .exclude(slug__in=line)
        )
        found += list(rest.order_by("sort_key", "slug")[: most - len(found)])
    return [
        AlternativeView(
            t,
            tile(t.name),
            reverse("compare_technologies", args=[f"{technology.slug}/{t.slug}"]),
            used.get(t.pk, 0),
            are_relatives(technology.slug, t.slug, bases),
        )
        for t in found
    ]
