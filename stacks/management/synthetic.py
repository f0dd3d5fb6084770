"""A catalogue of any size that nobody has lived: what grows, and how it leans, as in the shipped one.

Seeded: the same numbers give the same catalogue, but for its uids and moments. About thirty usages a company, a few
technologies used by many and many by few (Zipf), the first one by three companies in ten.
"""

from bisect import bisect
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate, count
from random import Random
from typing import Any

from django.db import transaction

from stacks.curating import curating
from stacks.derived import find_times
from stacks.folding import alias_key, search_text
from stacks.models import (
    Category,
    Company,
    CompanyAlias,
    CompanyFact,
    Coverage,
    Evidence,
    Migration,
    Source,
    State,
    Technology,
    TechnologyAlias,
    TechnologyRelation,
    Usage,
)

AREAS, CATEGORIES_EACH, TECHNOLOGIES = 10, 12, 3000
MOST_USED = 0.3  # of all companies use the first technology
BATCH = 2000  # companies in one transaction
_INSERTED = 500
_SYLLABLES = ("ka", "lo", "mi", "ren", "tu", "sa", "vel", "no", "dri", "pa", "zen", "fo", "qui", "bar", "e", "lin")
_ENDS = ("Labs", "Systems", "Pay", "Cloud", "Works", "Foods", "Media", "Bank")
_INDUSTRIES = ("Payments", "Retail", "Games", "Media", "Health", "Travel", "Logistics", "Education", "Energy")
_COUNTRIES = ("India", "Germany", "United States", "Brazil", "Japan", "France", "Kenya", "Canada")
_KINDS = ("language", "framework", "library", "datastore", "service", "platform", "tool", "protocol")
_STAGES = ("in_use",) * 85 + ("retired",) * 8 + ("trial",) * 3 + ("planned",) * 3 + ("retiring",)
_HOSTING = ("self_hosted", "managed", "saas", "embedded", "unknown", "unknown")


def make(companies: int, usages: int = 30, seed: int = 1, report: Callable[[str], None] = lambda line: None) -> None:
    """Write the catalogue, all of it or nothing: vocabulary first, then the companies some thousand at a time.

    For an empty database; it has no history, as nobody has written it.
    """
    random = Random(seed)  # noqa: S311 - chance for a benchmark, not for a secret
    numbers = count(1)
    with transaction.atomic():
        technologies = _make_vocabulary(random)
        draw = _Draw(len(technologies), random)
        for start in range(0, companies, BATCH):
            many = min(BATCH, companies - start)
            _make_companies(random, many, usages, technologies, draw, numbers)
            report(f"{start + many:>7} of {companies} companies")


class _Draw:
    """Ranks by Zipf's law, without the first: that one has a share of its own."""

    def __init__(self, many: int, random: Random):
        self.random = random
        self.bounds = list(accumulate(1 / rank for rank in range(2, many + 1)))

    def ranks(self, many: int) -> list[int]:
        found = {0} if self.random.random() < MOST_USED else set()
        while len(found) < min(many, len(self.bounds)):
            found.add(1 + bisect(self.bounds, self.random.random() * self.bounds[-1]))
        return sorted(found)


def _make_vocabulary(random: Random) -> list[Technology]:
    with curating() as ledger:
        areas = _insert(
            ledger, Category, [Category(name=f"Area {n}", slug=f"area-{n}", position=n) for n in range(1, AREAS + 1)]
        )
        categories = _insert(
            ledger,
            Category,
            [
                Category(name=f"{area.name}, category {n}", slug=f"{area.slug}-{n}", position=n, parent=area)
                for area in areas
                for n in range(1, CATEGORIES_EACH + 1)
            ],
        )
        names = _names(random, TECHNOLOGIES)
        technologies = _insert(
            ledger,
            Technology,
            [
                Technology(
                    name=name,
                    slug=name.lower().replace(" ", "-"),
                    search_text=search_text([name, name]),
                    kind=random.choice(_KINDS),
                    summary=f"What {name} is, in a line.",
                    open_source=random.choice(("yes", "yes", "no", "unknown")),
                    category=categories[n % len(categories)],
                    state=State.PUBLISHED,
                )
                for n, name in enumerate(names)
            ],
        )
        _insert(ledger, TechnologyAlias, [TechnologyAlias(technology=t, name=t.name) for t in technologies])
        _insert(
            ledger,
            TechnologyRelation,
            [
                TechnologyRelation(subject=subject, kind=random.choice(("managed_form_of", "fork_of")), object=obj)
                for subject, obj in zip(technologies[1500:1700], technologies[:200], strict=True)
            ],
        )
    return technologies


def _make_companies(
    random: Random, many: int, usages: int, technologies: Sequence[Technology], draw: _Draw, numbers: Any
) -> None:
    with curating() as ledger:
        named = [
            (n, f"{_word(random).title()} {random.choice(_ENDS)} {n}") for n in (next(numbers) for _ in range(many))
        ]
        companies = _insert(
            ledger,
            Company,
            [
                Company(
                    name=name,
                    slug=f"company-{n}",
                    search_text=search_text([name, name]),
                    summary="What it does, in a sentence.",
                    industry=random.choice(_INDUSTRIES),
                    country=random.choice(_COUNTRIES),
                    founded=str(random.randint(1990, 2023)),
                    state=State.PUBLISHED,
                )
                for n, name in named
            ],
        )
        _insert(ledger, CompanyAlias, [CompanyAlias(company=company, name=company.name) for company in companies])
        sources = {company.pk: _make_sources(random, company) for company in companies}
        _insert(ledger, Source, [source for own in sources.values() for source in own])
        new = [
            _make_usage(random, company, technologies[rank], position)
            for company in companies
            for position, rank in enumerate(draw.ranks(max(1, round(random.gauss(usages, usages / 6)))))
        ]
        cited = [random.sample(sources[usage.company_id], random.choice((1, 1, 2))) for usage in new]
        for usage, said_in in zip(new, cited, strict=True):
            _derive(usage, said_in)
        made = _insert(ledger, Usage, new)
        moves = _insert(
            ledger,
            Migration,
            [
                Migration(
                    company=usage.company,
                    from_technology=random.choice(technologies[:400]),
                    to_technology=usage.technology,
                    category=usage.category,
                    stage="done",
                    ended=usage.started,
                    reason="Why it moved, in a sentence.",
                    state=State.PUBLISHED,
                )
                for usage in random.sample(made, len(made) // 60)
                if usage.technology not in technologies[:400]
            ],
        )
        evidence = [
            Evidence(
                usage=usage,
                source=source,
                quote="A few words of the source.",
                stage="" if usage.stage == "in_use" else usage.stage,
                accessed_on="2026-11",
            )
            for usage, said_in in zip(made, cited, strict=True)
            for source in said_in
        ]
        evidence += [
            Evidence(migration=move, source=sources[move.company_id][0], accessed_on="2026-11") for move in moves
        ]
        _insert(ledger, Evidence, evidence)
        _insert(
            ledger,
            Coverage,
            [
                Coverage(
                    company=company,
                    category=technologies[random.randrange(len(technologies))].category,
                    looked_on="2026-11",
                    outcome=random.choice(("not_used", "nothing_found")),
                    source=sources[company.pk][0],
                )
                for company in companies
            ],
        )
        _insert(
            ledger,
            CompanyFact,
            [
                CompanyFact(company=company, label="Requests a second", value=str(random.randint(1, 900)) + "k")
                for company in companies
            ],
        )


def _make_sources(random: Random, company: Company) -> list[Source]:
    return [
        Source(
            url=f"https://{company.slug}.example/posts/{n}",
            title=f"How {company.name} works, part {n}",
            publisher=company.name,
            kind="engineering_blog",
            company=company,
            published_on=f"{random.randint(2012, 2026)}-{random.randint(1, 12):02}",
        )
        for n in (1, 2, 3)
    ]


def _make_usage(random: Random, company: Company, technology: Technology, position: int) -> Usage:
    stage = random.choice(_STAGES)
    started = random.randint(2008, 2025)
    return Usage(
        company=company,
        technology=technology,
        category=technology.category,
        purpose="The role that it has, in a few words",
        remarks="How it is used and *why* it was chosen, in a sentence or two of our own words.",
        stage=stage,
        hosting=random.choice(_HOSTING),
        started=str(started) if random.random() < 0.4 else "",
        ended=str(min(2026, started + 3)) if stage == "retired" and random.random() < 0.6 else "",
        position=position,
        state=State.PUBLISHED,
    )


def _derive(usage: Usage, sources: Sequence[Source]) -> None:
    """What the ledger would find: rows that are right from the start need not be written twice."""
    editions = [(source.published_on, "" if usage.stage == "in_use" else usage.stage) for source in sources]
    usage.visible = True
    usage.known_since, usage.known_until, usage.last_said = find_times(
        usage.stage, usage.started, usage.ended, editions
    )


def _names(random: Random, many: int) -> list[str]:
    """Names with keys of their own."""
    found: dict[str, str] = {}
    while len(found) < many:
        name = _word(random).title()
        name = name if random.random() < 0.7 else f"{name} {_word(random).title()}"
        found.setdefault(alias_key(name), name)
    return list(found.values())


def _word(random: Random) -> str:
    return "".join(random.choice(_SYLLABLES) for _ in range(random.randint(2, 4)))


def _insert(ledger: Any, model: Any, rows: Iterable[Any]) -> list[Any]:
    """Past history, in one transaction with the feed and the derived values."""
    made = model._base_manager.bulk_create(list(rows), batch_size=_INSERTED)
    if model in ledger.before:
        ledger.before[model].update((row.pk, None) for row in made)
    return made
