"""The only queries of the comparison: rows of the catalogue in, the facts of `matrix` and `technologies` out."""

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import connection, connections, router
from django.db.models import Count, Max

from stacks.comparison.aligning import build_matrix
from stacks.comparison.alike import find_alike
from stacks.comparison.flows import Step
from stacks.comparison.matrix import (
    Alikeness,
    Bases,
    Blank,
    Cited,
    Column,
    Fact,
    Looked,
    Matrix,
    Move,
    Place,
    Ref,
    Slug,
    find_bases,
)
from stacks.comparison.period import NOT_CURRENT, count_undated, find_used, in_use
from stacks.comparison.sets import Sets, by_how_many, members, union
from stacks.comparison.stack import Stack, build_stack
from stacks.comparison.technologies import TechnologyMatrix, Total, Use, build_technology_matrix
from stacks.comparison.yours import find_alike_to
from stacks.models import (
    Category,
    CheckResult,
    Company,
    Coverage,
    Evidence,
    RelationKind,
    Stance,
    State,
    Technology,
    TechnologyCount,
    TechnologyRelation,
    Usage,
    is_own_word,
)
from stacks.querysets import EVIDENCE_ORDER
from stacks.statements import Statement

ALIKE_CANDIDATES = 50
TOGETHER_COMPANIES = 1000
_MOST_AT_ONCE = 1024  # keys of a statement that is kept; below what SQLite takes
# the way from evidence to the company that it speaks of
_SPOKEN_OF = {"usage": "usage__company__", "migration": "migration__company__", "company": "company__"}
_FACT_FIELDS = (
    "pk",
    "uid",
    "company__slug",
    "category__slug",
    "technology__slug",
    "technology__name",
    "technology__icon",
    "position",
    "purpose",
    "remarks",
    "stage",
    "hosting",
    "via__slug",
    "via__name",
    "via__state",
    "started",
    "known_since",
    "ended",
    "scope",
    "known_until",
    "last_said",
    "technology__lifecycle",
    "technology__lifecycle_on",
)
_CITED_FIELDS = (
    "source__uid", "source__url", "source__title", "source__publisher", "source__kind",
    "source__archive_url", "source__check_result", "source__updated_on", "source__published_on", "source__company_id",
    "edition_on", "quote", "locator", "stance", "stage", "technology_version", "accessed_on", "verified_on",
)  # fmt: skip
_PLACE_FIELDS = (
    "category__parent__slug", "category__parent__name", "category__parent__position",
    "category__slug", "category__name", "category__position",
)  # fmt: skip


def load_matrix(companies: Sequence[Company], as_of: str = "") -> Matrix:
    """The comparison of the companies, today's or as of a date.

    Five queries: usages, evidence, the newest edition of the catalogue, blanks, relations.
    """
    refs = [Ref(c.slug, c.name) for c in companies]
    facts, places = _load_placed(Usage.objects.published().filter(company__in=companies))
    used = find_used(facts, as_of, load_newest_edition(), settings.STALE_YEARS)
    return build_matrix(refs, places, used, _load_looks(companies), load_bases(), as_of, count_undated(facts, as_of))


def load_newest_edition() -> str:
    """The newest edition behind anything public that is used; empty when none is dated. One query, from an index."""
    rows = _newest_edition(connection.vendor).rows(router.db_for_read(Usage))
    return rows[0][0] if rows else ""


@cache
def _newest_edition(_vendor: str) -> Statement:
    """After each edit it is asked once by each process."""
    return Statement(Usage.objects.published().order_by("-last_said", "-uid").values_list("last_said")[:1])


def load_columns(companies: Sequence[Company]) -> list[Column]:
    """All that the public knows of each company's technologies, at any date; three queries: usages, evidence, looks."""
    facts, places = _load_placed(Usage.objects.published().filter(company__in=companies))
    looks = _load_looks(companies)
    columns = []
    for company in companies:
        own = tuple(fact for fact in facts if fact.company == company.slug)
        held = {fact.category for fact in own}
        columns.append(
            Column(
                own,
                tuple(place for place in places if place.category.slug in held),
                tuple(look for look in looks if look.company == company.slug),
            )
        )
    return columns


def load_history(company: Company) -> list[tuple[Fact, Place]]:
    """Each usage that the public knows of, at any date, with its place. Two queries."""
    facts, places = _load_placed(Usage.objects.published().filter(company=company))
    by_category = {place.category.slug: place for place in places}
    return [(fact, by_category[fact.category]) for fact in facts]


def load_technology_matrix(technologies: Sequence[Technology], limit: int, sets: Sets) -> TechnologyMatrix:
    """Who uses which of the technologies at present: at most `limit` companies, those that use most of them first.

    Three queries: usages, evidence, the newest edition. One more where there are too many to show.
    """
    most = choose_users(technologies, limit, sets)
    uses = load_uses(technologies, most, load_newest_edition())
    companies = [Ref(sets.names[company].slug, sets.names[company].name) for company in most]
    refs = [Ref(t.slug, t.name) for t in technologies]
    return build_technology_matrix(refs, companies, uses, load_total(technologies, limit, sets))


def choose_users(technologies: Sequence[Technology], limit: int, sets: Sets) -> list[int]:
    """The companies that use most of the technologies, and of as many those that are first by name."""
    return _most_common([sets.technologies.get(t.pk, 0) for t in technologies], limit, sets.by_name)


def load_total(technologies: Sequence[Technology], limit: int, sets: Sets) -> Total:
    """One query where as many companies or more use them."""
    total = union(sets.technologies.get(t.pk, 0) for t in technologies).bit_count()
    users = tuple(t.companies_count for t in technologies)
    if total < limit:
        return Total(total, users, {})
    counts = TechnologyCount.objects.filter(technology__in=technologies, companies__gt=0)
    rows = counts.values_list("technology__slug", "companies", *_PLACE_FIELDS)
    return Total(total, users, {(_place(*place), technology): n for technology, n, *place in rows})


def load_uses(
    technologies: Sequence[Technology], companies: Sequence[int], newest: str
) -> dict[tuple[Slug, Slug], list[Use]]:
    """The usages of the technologies at present, by company and technology; `newest` is the newest edition of the
    catalogue. Two queries."""
    current = Usage.objects.published().current().filter(technology__in=technologies, company__in=companies)
    facts, places = _load_placed(current)
    by_category = {place.category.slug: place for place in places}
    uses: defaultdict[tuple[Slug, Slug], list[Use]] = defaultdict(list)
    for fact in find_used(facts, "", newest, settings.STALE_YEARS):
        uses[fact.company, fact.technology.slug].append(Use(fact, by_category[fact.category]))
    return uses


def load_run(companies: Sequence[int]) -> dict[int, dict[Slug, str]]:
    """The names of all that each of the companies runs at present, by slug. One query."""
    beside = Usage.objects.published().current().filter(company__in=companies).order_by()
    found: dict[int, dict[Slug, str]] = {company: {} for company in companies}
    for company, slug, name in beside.values_list("company", "technology__slug", "technology__name"):
        found[company][slug] = name
    return found


def _most_common(using: Iterable[int], most: int, in_order: Callable[[int], Iterable[int]]) -> list[int]:
    """The companies that stand in most of the sets, and of as many those that are first in the order."""
    found: list[int] = []
    for _, companies in by_how_many(using):
        found += islice(in_order(companies), most - len(found))
        if len(found) == most:
            break
    return found


def load_facts(usages) -> list[Fact]:
    """The usages with what they cite, in page order. Two queries."""
    return _load_placed(usages)[0]


def _load_placed(usages) -> tuple[list[Fact], list[Place]]:
    """The usages with what they cite, and the places they stand in, both in page order. Two queries."""
    width = len(_FACT_FIELDS)
    rows = list(usages.in_page_order().values_list(*_FACT_FIELDS, *_PLACE_FIELDS))
    cited = load_citations("usage", [row[0] for row in rows])
    facts = [
        Fact(
            uid=uid, company=company, category=category, technology=Ref(technology, name), icon=icon,
            position=position, purpose=purpose, remarks=remarks, stage=stage, hosting=hosting,
            via=Ref(via, via_name) if via and via_state == State.PUBLISHED else None,
            started=started, known_since=known_since, ended=ended, sources=cited[pk],
            scope=scope, known_until=known_until, last_said=last_said, said=_said(cited[pk]),
            lifecycle=lifecycle, lifecycle_on=lifecycle_on,
        )
        for (
            pk, uid, company, category, technology, name, icon,
            position, purpose, remarks, stage, hosting, via, via_name, via_state,
            started, known_since, ended, scope, known_until, last_said, lifecycle, lifecycle_on,
        ) in (row[:width] for row in rows)
    ]  # fmt: skip
    return facts, [_place(*columns) for columns in dict.fromkeys(row[width:] for row in rows)]


def _said(sources: Iterable[Cited]) -> tuple[tuple[str, str], ...]:
    """The dated editions that say it was in use, each with the stage it tells, the earliest first."""
    supporting = [(c.edition, c.stage) for c in sources if c.stance == Stance.SUPPORTS and c.edition]
    return tuple(sorted(pair for pair in supporting if pair[1] not in NOT_CURRENT))


def load_moves(migrations) -> list[Move]:
    """Migrations joined by `for_display()`, in their order, with what they cite. One query beside theirs."""
    rows = list(migrations)
    cited = load_citations("migration", [row.pk for row in rows])
    return [
        Move(
            uid=m.uid,
            company=Ref(m.company.slug, m.company.name),
            before=Ref(m.from_technology.slug, m.from_technology.name) if m.from_technology else None,
            after=Ref(m.to_technology.slug, m.to_technology.name),
            category=Ref(m.category.slug, m.category.name),
            stage=m.stage,
            started=m.started,
            ended=m.ended,
            reason=m.reason,
            sources=cited[m.pk],
        )
        for m in rows
    ]


def load_steps(migrations, most: int) -> list[Step]:
    """The newest of the migrations, as much of each as a picture needs. One query."""
    rows = migrations.order_by("-added").values_list(
        "company__slug", "company__name", "from_technology__slug", "from_technology__name",
        "to_technology__slug", "to_technology__name", "category__slug", "category__name", "stage",
    )[:most]  # fmt: skip
    return [
        Step(Ref(company, c), Ref(before, b) if before else None, Ref(after, a), Ref(category, k), stage == "done")
        for company, c, before, b, after, a, category, k, stage in rows
    ]


def load_citations(owner: str, pks: Sequence[int]) -> defaultdict[int, tuple[Cited, ...]]:
    """What usages, migrations or companies cite: what supports first, then first party, then the newest. One query."""
    found: defaultdict[int, list[Cited]] = defaultdict(list)
    for pk, spoken_of, parent, parent_state, parent_since, *columns in _read_citations(owner, pks):
        found[pk].append(_cited(spoken_of, parent if parent_state == State.PUBLISHED else None, parent_since, *columns))
    return defaultdict(
        tuple,
        {
            pk: tuple(sorted(cited, key=_strongest_first, reverse=True) if len(cited) > 1 else cited)
            for pk, cited in found.items()
        },
    )


def _read_citations(owner: str, pks: Sequence[int]) -> list[tuple[Any, ...]]:
    """By a statement that is written once: the ORM takes as long to write it as the database to answer it."""
    if not pks:
        return []
    many = 1 << (len(pks) - 1).bit_length()
    if many > _MOST_AT_ONCE:
        return list(_citations(owner, pks))
    alias = Evidence.objects.db
    statement = _statement_of_citations(owner, many, alias)
    with connections[alias].cursor() as cursor:
        cursor.execute(statement, [*pks, *[pks[0]] * (many - len(pks))])
        return cursor.fetchall()


@lru_cache(maxsize=64)
def _statement_of_citations(owner: str, many: int, alias: str) -> str:
    """For so many keys; they are all that it has to be given."""
    statement, parameters = _citations(owner, range(many)).using(alias).query.sql_with_params()
    if list(parameters) != list(range(many)):
        raise TypeError("The statement of what is cited asks for more than the keys.")
    return statement


def _citations(owner: str, pks: Sequence[int]) -> Any:
    company = _SPOKEN_OF[owner]
    about = (f"{company}id", f"{company}parent_id", f"{company}parent__state", f"{company}life_on")
    rows = Evidence.objects.filter(**{f"{owner}__in": pks})
    return rows.order_by(*EVIDENCE_ORDER).values_list(owner, *about, *_CITED_FIELDS)


def _strongest_first(cited: Cited):
    return (cited.stance == Stance.SUPPORTS, cited.first_party, cited.edition)


def _cited(
    spoken_of: int, parent: int | None, parent_since: str,
    uid: str, url: str, title: str, publisher: str, kind: str,
    archive_url: str, check_result: str, updated_on: str, published_on: str, speaker: int | None,
    edition_on: str = "", quote: str = "", locator: str = "", stance: str = Stance.SUPPORTS, stage: str = "",
    technology_version: str = "", accessed_on: str = "", verified_on: str = "",
) -> Cited:  # fmt: skip
    edition = edition_on or updated_on or published_on
    return Cited(
        uid=uid, url=url, title=title, publisher=publisher, kind=kind, archive_url=archive_url,
        is_gone=check_result == CheckResult.GONE,
        first_party=is_own_word(speaker, spoken_of, parent, parent_since, edition),
        edition=edition, edition_on=edition_on, quote=quote, locator=locator, stance=str(stance), stage=stage,
        technology_version=technology_version, accessed_on=accessed_on, verified_on=verified_on,
    )  # fmt: skip


def load_stack(company: Company, as_of: str = "", newest: str = "", usages=None, coverage=None) -> Stack:
    """A company's stack: what it uses today or used as of a date, and today's plans and past. Four queries.

    `newest` is the newest edition of the catalogue, against which is told what is old. `usages` and `coverage` are
    those that the public sees, unless others are given: in the preview of what is not public yet.
    """
    facts = load_facts(Usage.objects.published().filter(company=company) if usages is None else usages)
    used = find_used(facts, as_of, newest, settings.STALE_YEARS)
    rest = [] if as_of else [fact for fact in facts if not in_use(fact)]
    looks = _load_looks([company], coverage)
    return build_stack(load_places(), [*used, *rest], looks, as_of, count_undated(facts, as_of))


def _load_looks(companies: Sequence[Company], coverage=None) -> list[Looked]:
    about = ("company_id", "company__parent_id", "company__parent__state", "company__life_on")
    cited = [name for name in _CITED_FIELDS if name.startswith("source__")]
    rows = (Coverage.objects.published() if coverage is None else coverage).filter(company__in=companies)
    return [
        Looked(
            company,
            category,
            Blank(outcome),
            looked_on,
            _cited(spoken_of, parent if parent_state == State.PUBLISHED else None, parent_since, *source)
            if source[0]
            else None,
        )
        for company, category, outcome, looked_on, spoken_of, parent, parent_state, parent_since, *source in (
            rows.values_list("company__slug", "category__slug", "outcome", "looked_on", *about, *cited)
        )
    ]


def load_places() -> list[Place]:
    """Every category of the second level. One query."""
    fields = [name.removeprefix("category__") for name in _PLACE_FIELDS]
    return [_place(*row) for row in Category.objects.second_level().for_display().values_list(*fields)]


def _place(area: str, area_name: str, area_position: int, slug: str, name: str, position: int) -> Place:
    return Place(Ref(area, area_name), Ref(slug, name), (area_position, position, slug))


def load_bases() -> Bases:
    """What each published technology is by its managed forms, forks and compatible ones. One query."""
    edges: dict[str, list[tuple[Slug, Slug]]] = {
        RelationKind.MANAGED_FORM_OF: [],
        RelationKind.FORK_OF: [],
        RelationKind.COMPATIBLE_WITH: [],
    }
    rows = TechnologyRelation.objects.filter(
        kind__in=edges, subject__state=State.PUBLISHED, object__state=State.PUBLISHED
    )
    ends = ("kind", "subject__slug", "object__slug")
    for kind, subject, obj in rows.order_by(*ends).values_list(*ends):
        edges[kind].append((subject, obj))
    return find_bases(*edges.values())


def load_alike(
    company: Company, technologies: Sequence[Slug], bases: Bases, sets: Sets, most: int = 5
) -> list[Alikeness]:
    """The published companies most alike to one that uses `technologies` at present.

    Measured are the 50 that share most technologies with it, relatives included: so the cost hangs on the company, not
    on the catalogue. Two queries.
    """
    if not technologies:
        return []
    others = _sharing(technologies, bases, sets, company)
    held = _held_by([company.pk, *others])
    return find_alike(Ref(company.slug, company.name), others.values(), held, bases, most)


def load_alike_to(homes: Mapping[Slug, Slug], bases: Bases, sets: Sets, most: int = 5) -> list[Alikeness]:
    """The published companies most alike to a stack; `homes` has the category of each technology. Two queries."""
    others = _sharing(list(homes), bases, sets)
    return find_alike_to(homes, others.values(), _held_by(list(others)), bases, most)


def _sharing(technologies: Sequence[Slug], bases: Bases, sets: Sets, besides: Company | None = None) -> dict[int, Ref]:
    """The companies that share most of the technologies at present, relatives included, by their keys."""
    own = {base for slug in technologies for base in bases.get(slug, (slug,))}
    meant = own | {slug for slug, above in bases.items() if not own.isdisjoint(above)}
    others = sets.public & ~(1 << besides.pk if besides else 0)
    keys = Technology.objects.filter(slug__in=meant).order_by().values_list("pk", flat=True)
    using = [sets.technologies.get(key, 0) & others for key in keys]

    def by_slug(companies: int) -> list[int]:
        return heapq.nsmallest(ALIKE_CANDIDATES, members(companies), key=lambda company: sets.names[company].slug)

    most = _most_common(using, ALIKE_CANDIDATES, by_slug)
    return {key: Ref(sets.names[key].slug, sets.names[key].name) for key in most}


def _held_by(companies: Sequence[int]):
    """What each uses at present, as (company, category, technology)."""
    using = Usage.objects.published().current().filter(company__in=companies)
    return using.order_by().values_list("company__slug", "category__slug", "technology__slug")


def load_last_said(technologies: Sequence[Technology]) -> dict[Slug, tuple[str, int]]:
    """When each was last said to be in use, empty where no date is told, and by how many companies. One query."""
    using = Usage.objects.published().current().filter(technology__in=technologies)
    rows = (
        using.order_by().values("technology__slug").annotate(said=Max("last_said"), by=Count("company", distinct=True))
    )
    return {row["technology__slug"]: (row["said"], row["by"]) for row in rows}


@dataclass(frozen=True, slots=True)
class Beside:
    """A technology that `companies` of the users of another use too; `users` use it in all."""

    technology: Ref
    companies: int
    users: int


def load_together(technology: Technology, most: int) -> tuple[int, list[Beside]]:
    """How many users of a technology are looked at, and what these use besides at present, the most common first.

    At most `TOGETHER_COMPANIES` users, the first by their slugs: so the cost has a bound. Two queries.
    """
    current = Usage.objects.published().current()
    using = current.filter(technology=technology).order_by("company__slug").values_list("company", flat=True).distinct()
    companies = list(using[:TOGETHER_COMPANIES])
    beside = (
        current.filter(company__in=companies)
        .exclude(technology=technology)
        .order_by()
        .values_list("technology__slug", "technology__name", "technology__companies_count")
        .annotate(together=Count("company", distinct=True))
        .order_by("-together", "technology__sort_key", "technology__slug")[:most]
    )
    return len(companies), [Beside(Ref(slug, name), together, users) for slug, name, users, together in beside]
