"""A stack that somebody gave, beside what the catalogue knows: who is alike, what has ended, who left what and why."""

from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString

from stacks.comparison.aligning import align, stand_alone
from stacks.comparison.load import load_alike_to, load_facts, load_last_said, load_moves, load_places
from stacks.comparison.matrix import Alikeness, Fact, Move, Ref
from stacks.comparison.period import find_used, is_old
from stacks.comparison.yours import YOURS, place_beside
from stacks.conditional import revision_of
from stacks.held import load_sets
from stacks.models import Company, Migration, RelationKind, State, Technology, TechnologyRelation, Usage
from stacks.pages.compare.cells import Pieces, load_cells, pack_use
from stacks.pages.compare.companies_view import ColumnView
from stacks.pages.compare.rows import AreaView, finish_column, show_areas
from stacks.pages.kept import load_kept_bases, load_kept_newest_edition
from stacks.pages.migrations.moves import MigrationView, show_move
from stacks.pages.parts import Link, UseView, company_link, in_words, technology_link, tile
from stacks.pages.skeletons import joined
from stacks.pages.technologies.lifecycle import life_words
from stacks.pages.yours.pasted import LEAST, stack_url
from stacks.templatetags.stacks_text import as_html

BESIDE = 3  # companies that stand side by side with the stack
MOVES = 40
_LEFT = 60  # usages that ended


@dataclass(frozen=True, slots=True)
class PartView:
    """A technology of the stack; `without` is the address of the rest, empty where too few would be left."""

    technology: Link
    category: str
    without: str


@dataclass(frozen=True, slots=True)
class AgeingView:
    """A technology that has ended, or of which nobody has said for long that it is in use."""

    technology: Link
    words: str
    source: str
    users: str
    successors: list[Link]


@dataclass(frozen=True, slots=True)
class AlikeView:
    company: Link
    share: int
    words: str
    shared: list[Link]
    lacking: list[Link]  # what it uses in the categories of the stack, and the stack has not


@dataclass(frozen=True, slots=True)
class LeftView:
    """A technology that companies use no more without a move that says for what."""

    technology: Link
    companies: list[Link]
    ends: list[str]

    @property
    def told(self) -> list[tuple[Link, str]]:
        return list(zip(self.companies, self.ends, strict=True))


@dataclass(frozen=True, slots=True)
class StandingView:
    lede: str
    parts: list[PartView]
    ageing: list[AgeingView]
    alike: list[AlikeView]
    columns: list[ColumnView]
    areas: list[AreaView]
    compare: str  # the companies alone, side by side
    moves: list[MigrationView]
    more_moves: list[Link]  # the list of moves from each technology, where not all stand here
    left: list[LeftView]
    # how the rows are drawn, as in the comparison of many companies
    caption: ClassVar = "Your stack and companies alike"
    many: ClassVar = True
    detail: ClassVar = "names"

    @property
    def heads(self) -> SafeString:
        return joined(column.head for column in self.columns)

    @property
    def rows(self) -> SafeString:
        return as_html(b"".join([area.html for area in self.areas]).decode())


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known beside the stack, before it is shown in any form."""

    technologies: list[Technology]
    said: dict[str, tuple[str, int]]
    newest: str
    successors: dict[str, list[Ref]]
    alike: list[Alikeness]
    moves: list[Move]
    past: list[Fact]
    more_moves: bool

    def is_old(self, technology: Technology) -> bool:
        said, _ = self.said.get(technology.slug, ("", 0))
        return is_old(said, self.newest, settings.STALE_YEARS)

    def is_ageing(self, technology: Technology) -> bool:
        return technology.lifecycle in ("ended", "maintenance") or self.is_old(technology)


def load_standing(request: HttpRequest, technologies: list[Technology]) -> Standing:
    """Eight queries besides those for what is kept: said, successors, alike (two), moves and past (two each)."""
    bases = load_kept_bases(request)
    pks = [technology.pk for technology in technologies]
    successors: dict[str, list[Ref]] = {}
    relations = TechnologyRelation.objects.filter(
        kind=RelationKind.SUCCESSOR_OF, object__in=pks, subject__state=State.PUBLISHED
    )
    ends = ("object__slug", "subject__slug", "subject__name")
    for old, slug, name in relations.order_by(*ends).values_list(*ends):
        successors.setdefault(old, []).append(Ref(slug, name))
    left = Migration.objects.published().filter(from_technology__in=pks).for_display()
    moves = load_moves(left.order_by("from_technology__sort_key", "from_technology__slug", "-added")[: MOVES + 1])
    past = (
        Usage.objects.published().past().filter(technology__in=pks).order_by("-last_said", "uid").values("pk")[:_LEFT]
    )
    ended = sorted(load_facts(Usage.objects.filter(pk__in=past)), key=lambda fact: fact.technology.name.casefold())
    return Standing(
        technologies=technologies,
        said=load_last_said(technologies),
        newest=load_kept_newest_edition(request),
        successors=successors,
        alike=load_alike_to({t.slug: t.category.slug for t in technologies}, bases, load_sets(revision_of(request))),
        moves=moves[:MOVES],
        past=ended,
        more_moves=len(moves) > MOVES,
    )


def show_standing(request: HttpRequest, known: Standing) -> StandingView:
    technologies = known.technologies
    columns, areas, alike = _side_by_side(request, known)
    slugs = [technology.slug for technology in technologies]
    beside = [pair.companies[1] for pair in known.alike[:BESIDE]]
    return StandingView(
        lede=_lede(known),
        parts=[_part(technology, slugs) for technology in technologies],
        ageing=[_ageing(known, technology) for technology in technologies if known.is_ageing(technology)],
        alike=alike,
        columns=columns,
        areas=areas,
        compare=reverse("compare_companies", args=["/".join(ref.slug for ref in beside)]) if len(beside) > 1 else "",
        moves=[show_move(move) for move in known.moves],
        more_moves=[Link(t.name, _moves_from(t.slug)) for t in technologies] if known.more_moves else [],
        left=_left(known),
    )


def _moves_from(slug: str) -> str:
    return f"{reverse('migrations')}?{urlencode({'from': slug})}"


def _part(technology: Technology, slugs: list[str]) -> PartView:
    rest = [slug for slug in slugs if slug != technology.slug]
    without = stack_url(rest) if len(rest) >= LEAST else ""
    return PartView(_link(technology), technology.category.name, without)


def _link(technology: Technology) -> Link:
    return technology_link(Ref(technology.slug, technology.name))


def _lede(known: Standing) -> str:
    said = [f"{len(known.technologies)} technologies."]
    if known.alike:
        most = known.alike[0]
        said.append(f"Most like {most.companies[1].name} ({_share(most)}\u00a0%).")
    ended = [t.name for t in known.technologies if t.lifecycle == "ended"]
    if ended:
        said.append(f"{in_words(ended)} {'has' if len(ended) == 1 else 'have'} ended.")
    if known.moves:
        companies = {move.company.slug for move in known.moves}
        moved = f"{len(companies)} {'company' if len(companies) == 1 else 'companies'}"
        said.append(f"{'At least ' if known.more_moves else ''}{moved} left something that is in it.")
    return " ".join(said)


def _share(pair: Alikeness) -> int:
    return round(100 * (pair.share or 0))


def _ageing(known: Standing, technology: Technology) -> AgeingView:
    said, users = known.said.get(technology.slug, ("", 0))
    life = life_words(technology) if technology.lifecycle in ("ended", "maintenance") else ""
    old = f"last said to be in use in {said[:4]}" if known.is_old(technology) else ""
    return AgeingView(
        technology=_link(technology),
        words="; ".join(part for part in (life, old) if part),
        source=technology.lifecycle_source if life else "",
        users=f"{users} {'company' if users == 1 else 'companies'}" if users else "no company here",
        successors=[technology_link(ref) for ref in known.successors.get(technology.slug, ())],
    )


def _left(known: Standing) -> list[LeftView]:
    """Of usages that ended those that no move tells of."""
    told = {(move.company.slug, move.before.slug) for move in known.moves if move.before}
    found: dict[Ref, dict[str, Fact]] = {}
    for fact in known.past:
        if (fact.company, fact.technology.slug) not in told:
            found.setdefault(fact.technology, {}).setdefault(fact.company, fact)
    names = dict(Company.objects.filter(slug__in={c for by in found.values() for c in by}).values_list("slug", "name"))
    return [
        LeftView(
            technology_link(ref),
            [company_link(Ref(slug, names[slug])) for slug in by],
            [f"by {fact.until}" if fact.until else "" for fact in by.values()],
        )
        for ref, by in found.items()
    ]


def _side_by_side(request: HttpRequest, known: Standing) -> tuple[list[ColumnView], list[AreaView], list[AlikeView]]:
    """The stack and the companies most alike, in the categories of the stack."""
    shown = {pair.companies[1].slug: pair for pair in known.alike}
    rows = Company.objects.published().filter(slug__in=shown)
    by_slug = {company.slug: company for company in rows}
    companies = [by_slug[slug] for slug in shown if slug in by_slug]
    cells = load_cells(request, companies) if companies else []
    used = find_used([fact for c in cells for fact in c.column.facts], "", known.newest, settings.STALE_YEARS)
    ours = {Ref(t.slug, t.name): t.category.slug for t in known.technologies}
    alike = [_alike(shown[c.slug], known, [fact for fact in used if fact.company == c.slug]) for c in companies]
    near = companies[:BESIDE]
    facts = [fact for fact in used if fact.company in {company.slug for company in near}]
    own = place_beside(ours, facts)
    homes = {fact.category for fact in own}
    facts = [fact for fact in facts if fact.category in homes]
    places = {place.category.slug: place for c in cells for place in c.column.places}
    places |= {place.category.slug: place for place in load_places()}
    looks = [look for c in cells[:BESIDE] for look in c.column.looks]
    standings = [stand_alone(YOURS, own)]
    standings += [stand_alone(Ref(c.slug, c.name), [fact for fact in facts if fact.company == c.slug]) for c in near]
    matrix = align(standings, places.values(), looks, load_kept_bases(request))
    icons = {t.slug: t.icon for t in known.technologies}
    html = {uid: text for c in cells for uid, text in c.html.items()}
    html |= {fact.uid: _own_html(fact, icons[fact.technology.slug]) for fact in own}
    categories = {slug: place.category for slug, place in places.items()}
    areas = show_areas(matrix, [finish_column(standing, categories, html, "names") for standing in standings])
    columns = [
        ColumnView(
            company=Link(ref.name, "#parts") if ref is YOURS else company_link(ref),
            letter=ref.name[:1].upper(),
            number=n,
            usages=sum(len(row.cells[n - 1].entries) for row in matrix.rows),
            categories=sum(bool(row.cells[n - 1].entries) for row in matrix.rows),
            without="",
            earlier="",
        )
        for n, ref in enumerate(matrix.companies, 1)
    ]
    return columns, areas, alike


def _own_html(fact: Fact, icon: str) -> Pieces:
    """Of the stack's own technology, of which nothing but its name is known."""
    use = UseView(
        uid=fact.uid, technology=technology_link(fact.technology), tile=tile(fact.technology.name), icon=icon,
        css="", matches="", told=(), purpose="", how="", remarks="", sources=(), evidence="", evidence_short="",
        address="",
    )  # fmt: skip
    return pack_use(use, "names")


def _alike(pair: Alikeness, known: Standing, facts: list[Fact]) -> AlikeView:
    ours = {technology.slug for technology in known.technologies}
    homes = {technology.category.slug for technology in known.technologies}
    shared = dict.fromkeys(fact.technology for fact in facts if fact.technology.slug in ours)
    lacking = dict.fromkeys(
        fact.technology for fact in facts if fact.category in homes and fact.technology.slug not in ours
    )
    categories = f"{pair.categories} {'category' if pair.categories == 1 else 'categories'}"
    return AlikeView(
        company_link(pair.companies[1]),
        _share(pair),
        f"{pair.met:g} of {pair.of} in {categories}",
        [technology_link(ref) for ref in shared],
        [technology_link(ref) for ref in lacking][:6],
    )
