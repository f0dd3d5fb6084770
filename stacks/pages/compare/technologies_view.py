"""The contents of the page that puts technologies side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString

from stacks.comparison.matrix import Bases, Move, Ref, are_relatives
from stacks.comparison.technologies import Profile, Users
from stacks.models import Stage, Technology, TechnologyRelation
from stacks.pages.compare.columns import column_line
from stacks.pages.compare.technologies_cells import Compared
from stacks.pages.migrations.moves import MigrationView, show_move
from stacks.pages.parts import (
    HOSTINGS,
    STAGES,
    Link,
    at_most,
    category_link,
    company_link,
    in_words,
    openness,
    technology_link,
    tile,
)
from stacks.pages.skeletons import mark, skeleton
from stacks.pages.technologies.lifecycle import life_words

BYTES = 150_000  # of the rows of companies, or fewer stand here: the page is to stay below 200 kB
NAMED = 40
MOVES = 20  # the newest; each takes about a kilobyte


@dataclass(frozen=True, slots=True)
class ColumnOfTechnology:
    technology: Technology
    tile: str
    home: Link
    open_source: str
    life: str
    users: int
    without: str  # address of the comparison without it, empty when two are left
    earlier: str  # address with it one place to the left, empty for the first
    relations: list[tuple[str, Link]]
    hosting: str
    stages: str
    evidence: str
    companions: list[tuple[Link, int]]

    @property
    def name(self) -> str:
        return self.technology.name

    @property
    def line(self) -> SafeString:
        return column_line(self.name, earlier=self.earlier, without=self.without)


@dataclass(frozen=True, slots=True)
class UserRow:
    company: Link
    html: SafeString


@dataclass(frozen=True, slots=True)
class TechnologiesView:
    title: str
    lede: str
    columns: list[ColumnOfTechnology]
    categories: list[tuple[Link, list[tuple[str, int]]]]  # with how many companies use each technology there
    relatives: list[tuple[Link, Link]]
    both: list[Link]
    more_both: int
    both_label: str
    rows: list[UserRow]
    hidden: int
    moves: list[MigrationView]
    more_moves: str  # where all of them are, empty where these are all

    @property
    def shared(self) -> bool:
        """Whether anything is told of several of them together."""
        return bool(self.relatives or self.both)


def show_technologies(
    technologies: Sequence[Technology],
    compared: Compared,
    relations: Sequence[TechnologyRelation],
    bases: Bases,
    moves: Sequence[Move],
) -> TechnologiesView:
    """`relations` are those that begin at the technologies, `moves` those from one of them to another.

    One more move than `MOVES` says that there are more.
    """
    matrix, rows = compared.users, _rows(compared)
    slugs = [t.slug for t in technologies]
    names = [t.name for t in technologies]
    links = {t.slug: Link(t.name, t.get_absolute_url()) for t in technologies}
    return TechnologiesView(
        title=in_words(t.name for t in technologies),
        lede=_lede(matrix),
        columns=[
            _column(technology, n, slugs, users, profile, relations)
            for n, (technology, users, profile) in enumerate(
                zip(technologies, matrix.users, matrix.profiles, strict=True)
            )
        ],
        categories=[(category_link(ref), list(zip(names, counts, strict=True))) for ref, counts in matrix.categories],
        relatives=[(links[a], links[b]) for a, b in combinations(slugs, 2) if are_relatives(a, b, bases)],
        both=[company_link(ref) for ref in matrix.by_several[:NAMED]],
        more_both=max(0, len(matrix.by_several) - NAMED),
        both_label="Use both" if len(slugs) == 2 else "Use two or more",
        rows=rows,
        hidden=matrix.companies - len(rows),
        moves=[show_move(move) for move in moves[:MOVES]],
        more_moves=_moves_url(slugs) if len(moves) > MOVES else "",
    )


def _rows(compared: Compared) -> list[UserRow]:
    """The companies that use most of them, as many as the page has room for."""
    names = {f"name_{n}": ref.name for n, ref in enumerate(compared.users.technologies)}
    cells = tuple((mark(name), mark(f"cell_{n}")) for n, name in enumerate(names))
    made = skeleton("stacks/compare/_user.html", "url", "name", cells=cells)
    rows: list[UserRow] = []
    left = BYTES
    for ref, found in compared.rows:
        company = company_link(ref)
        values = {f"cell_{n}": cell for n, cell in enumerate(found)}
        html = made.fill(url=company.url, name=company.name, **names, **values)
        left -= len(html.encode())
        if left < 0 and rows:
            break
        rows.append(UserRow(company, html))
    return rows


def _column(
    technology: Technology,
    number: int,
    slugs: Sequence[str],
    users: int,
    profile: Profile,
    relations: Sequence[TechnologyRelation],
) -> ColumnOfTechnology:
    swapped = list(slugs)
    if number:
        swapped[number - 1], swapped[number] = swapped[number], swapped[number - 1]
    return ColumnOfTechnology(
        technology=technology,
        tile=tile(technology.name),
        home=Link(technology.category.name, technology.category.get_absolute_url()),
        open_source=openness(technology),
        life=life_words(technology),
        users=users,
        without=_path(s for s in slugs if s != technology.slug) if len(slugs) > 2 else "",
        earlier=_path(swapped) if number else "",
        relations=[
            (relation.get_kind_display().capitalize(), technology_link(Ref(relation.object.slug, relation.object.name)))
            for relation in relations
            if relation.subject_id == technology.pk
        ],
        hosting=_counted(profile.hosting, HOSTINGS),
        stages=_counted([pair for pair in profile.stages if pair[0] != Stage.IN_USE], STAGES),
        evidence=f"{profile.first} to {profile.latest}" if profile.first != profile.latest else profile.first,
        companions=[(technology_link(ref), n) for ref, n in profile.companions],
    )


def _moves_url(slugs: Sequence[str]) -> str:
    ends = [(name, slug) for name in ("from_technology", "to_technology") for slug in slugs]
    return f"{reverse('migrations')}?{urlencode(ends)}"


def _path(slugs) -> str:
    return reverse("compare_technologies", args=["/".join(slugs)])


def _counted(pairs: Sequence[tuple[str, int]], labels: dict[str, str]) -> str:
    return ", ".join(f"{labels[value]} ({n})" for value, n in pairs)


def _lede(matrix: Users) -> str:
    if not matrix.companies:
        return "No company in the catalogue uses any of them yet."
    users = ", ".join(f"{ref.name} by {n}" for ref, n in zip(matrix.technologies, matrix.users, strict=True))
    every_one = "both" if len(matrix.technologies) == 2 else "all of them"
    if matrix.by_all:
        names = in_words(at_most(matrix.by_all, 4))
        verb = "uses" if len(matrix.by_all) == 1 else "use"
        return f"Companies that use each: {users}. {names} {verb} {every_one}."
    return f"Companies that use each: {users}. No company uses {every_one}."
