"""What changed in a company's stack between two dates."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from stacks import dates
from stacks.addresses import takes
from stacks.comparison.difference import (
    Difference,
    Kept,
    compare_dates,
    earliest_date,
    find_passed,
    moves_between,
)
from stacks.comparison.load import load_history, load_moves
from stacks.comparison.matrix import Fact, Place
from stacks.limits import expensive
from stacks.models import Company
from stacks.pages.companies.forms import BetweenForm
from stacks.pages.migrations.moves import show_move
from stacks.pages.parts import HOSTINGS, STAGES, Entry, Link, UseView, show_use, technology_link
from stacks.pages.responses import bad_request, form_problems, get_or_moved, keeping_right

_FIELDS = {"stage": "stage", "hosting": "hosting", "via": "via", "purpose": "purpose", "started": "start"}


@dataclass(frozen=True, slots=True)
class Changed:
    """A usage as it is at the later date, and what was different before, in words."""

    use: UseView
    words: list[str]


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of change, by area in page order."""

    anchor: str
    title: str
    note: str
    count: int
    areas: list[tuple[str, list[UseView]]]


@dataclass(frozen=True, slots=True)
class ChangesView:
    before: str
    after: str  # in words: a date, or today's catalogue
    assumed: str  # which dates were not asked for
    sentence: str
    documented: list[Section]
    told: list[Section]
    changed: list[Changed]
    stayed: list[Link]


@expensive
@takes("from", "to")
@require_safe
def company_changes(request: HttpRequest, slug: str) -> HttpResponse:
    """The stack as of `from` against that as of `to`: from the earliest date known to today's, where none is given."""
    company = get_or_moved(request, Company, slug, page="company_changes")
    title = f"What changed at {company.name}"
    form = BetweenForm(request.GET)
    if not form.is_valid():
        return bad_request(request, f"{title} cannot be shown", form_problems(form), back=keeping_right(request, form))
    asked, after = form.cleaned_data["from"], form.cleaned_data["to"]
    if asked and after and dates.last_day(asked) > dates.last_day(after):
        return _the_other_way_round(request, title, asked, after)
    placed = load_history(company)
    facts = [fact for fact, _ in placed]
    earliest = earliest_date(facts)
    before = asked or min(earliest, after or earliest)
    moves = load_moves(company.migrations.published().for_display().order_by("-added"))
    page = _show(placed, before, after, asked) if before else None
    migrations = [show_move(move) for move in moves_between(moves, before, after)] if before else []
    context = {
        "company": company,
        "title": title,
        "full_title": f"{title}, {page.before} to {page.after}" if page else title,
        "asked": asked,
        "to": after,
        "dated": bool(asked or after),
        "earliest": earliest,
        "page": page,
        "migrations": migrations,
        "contents": _contents(page, len(migrations)) if page else [],
    }
    return render(request, "stacks/companies/company_changes.html", context)


def _contents(page: ChangesView, migrations: int) -> list[Entry]:
    """What the page has, in its order."""
    changed, stayed = len(page.changed), len(page.stayed)
    return [
        *(Entry(section.anchor, section.title, section.count) for section in page.documented),
        *([Entry("changed", "Changed", changed)] if changed else []),
        *([Entry("migrations", "Migrations", migrations)] if migrations else []),
        *(Entry(section.anchor, section.title, section.count) for section in page.told),
        *([Entry("stayed", "The same", stayed)] if stayed else []),
    ]


def _the_other_way_round(request: HttpRequest, title: str, asked: str, after: str) -> HttpResponse:
    query = QueryDict(mutable=True)
    query.update({"from": after, "to": asked})
    return bad_request(
        request,
        f"{title} cannot be shown",
        [f"from: {asked} is later than {after}. Give the earlier date first."],
        back=f"{request.path}?{query.urlencode()}",
        back_label=f"Show what changed from {after} to {asked}",
    )


def _show(placed: Sequence[tuple[Fact, Place]], before: str, after: str, asked: str) -> ChangesView:
    facts = [fact for fact, _ in placed]
    areas = {fact.uid: place.area.name for fact, place in placed}
    difference = compare_dates(facts, before, after)
    passed = find_passed(facts, before, after)
    documented, told = _sections(difference, passed, areas)
    assumed = [] if asked else [f"no first date was given, so it begins at {before}, the earliest date known"]
    assumed += [] if after else ["no second date was given, so it ends with today's catalogue"]
    return ChangesView(
        before=before,
        after=after or "today's catalogue",
        assumed=_capitalised(f"{'; '.join(assumed)}.") if assumed else "",
        sentence=_sentence(difference, len(passed)),
        documented=documented,
        told=told,
        changed=[Changed(show_use(kept.after), _differences(kept)) for kept in difference.changed],
        stayed=[technology_link(kept.after.technology) for kept in difference.same],
    )


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _sentence(difference: Difference, passed: int) -> str:
    earlier, later = (len(side) + len(difference.kept) for side in (difference.left, difference.arrived))
    told = f"{earlier} {'usage' if earlier == 1 else 'usages'} documented then, {later} at the end."
    parts = [
        (len(difference.begun), "begun"),
        (len(difference.left), "left"),
        (len(difference.changed), "changed"),
        (passed, "came and went"),
        (sum(len(facts) for _, facts in difference.first_told), "first mentioned (perhaps in use before)"),
        (len(difference.undated), "whose date is not stated"),
        (len(difference.same), "the same"),
    ]
    if not any(n for n, _ in parts[:-1]):
        return f"{told} No source tells of a change."
    return f"{told} In between: {', '.join(f'{n} {words}' for n, words in parts if n)}."


def _sections(
    difference: Difference, passed: Sequence[Fact], areas: dict[str, str]
) -> tuple[list[Section], list[Section]]:
    """What is documented to have changed, and what is only mentioned for the first time; without the empty ones."""

    def section(anchor: str, title: str, note: str, facts: Sequence[Fact]) -> Section:
        return Section(anchor, title, note, len(facts), _by_area(facts, areas))

    documented = [
        section("begun", "Begun", "They began in this time.", difference.begun),
        section("left", "Left", "They ended in this time.", difference.ended),
        section(
            "retired",
            "Called retired",
            "A source of this time is the first that says so; when they ended is not stated.",
            difference.called_retired,
        ),
        section(
            "passed",
            "Came and went",
            "They ended in this time, and no source mentions them before it: they are in neither stack.",
            passed,
        ),
    ]
    told = []
    for day, facts in difference.first_told:
        note = "No source says when they began; this is the earliest edition that says they are in use."
        told.append(section(f"told-{day}", f"First mentioned in {day}", note, facts))
    undated_note = "None of their sources has a date: they stand in today's stack, and in none of the past."
    told.append(section("undated", "Date not stated", undated_note, difference.undated))
    return [s for s in documented if s.count], [s for s in told if s.count]


def _by_area(facts: Iterable[Fact], areas: dict[str, str]) -> list[tuple[str, list[UseView]]]:
    """Facts come in page order, so those of an area stand together."""
    return [
        (area, [show_use(fact) for fact in found]) for area, found in groupby(facts, key=lambda fact: areas[fact.uid])
    ]


def _differences(kept: Kept) -> list[str]:
    return [f"{_FIELDS[name]}: {_value(kept.before, name)} → {_value(kept.after, name)}" for name in kept.changed]


def _value(fact: Fact, name: str) -> str:
    if name == "via":
        return fact.via.name if fact.via else "nothing"
    value = getattr(fact, name)
    return {**STAGES, **HOSTINGS}.get(value, value) or "not stated"
