"""The derived values: kept right in the transaction of the change, provable at any time.

They are written through `_base_manager`, past history and feed: nobody decides them.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Case, Count, F, Max, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce, Greatest, Least
from django.db.models.sql import UpdateQuery

from stacks import dates
from stacks.among import Keyed, among, many
from stacks.folding import alias_key, near_key, search_text, second_key, sort_key
from stacks.models import (
    Category,
    Change,
    Company,
    CompanyAlias,
    Counter,
    Homonym,
    Migration,
    Redirect,
    Source,
    Stage,
    State,
    Technology,
    TechnologyAlias,
    TechnologyCount,
    Usage,
    scope_key,
    url_key,
)
from stacks.querysets import PUBLISHED
from stacks.sights import Said, Sight, listen, look

_CHUNK = 2000
_FEW = 5
KEYS = {"key": alias_key, "second_key": second_key, "near_key": near_key}
_SAYS_NOT_IN_USE = (Stage.PLANNED, Stage.RETIRED)


def refresh(
    *,
    technologies: Collection[int],
    companies: Collection[int],
    technologies_to_count: Collection[int],
) -> None:
    """Bring the derived values of the given rows up to date; writes only what differs. What is counted is right."""
    write(_search_differences(Technology, technologies))
    write(_search_differences(Company, companies))
    write(_count_differences(technologies_to_count))
    _replace_counts(technologies_to_count)


def set_stacks(
    moved: Mapping[int, int], counted: Collection[int], revised: Collection[int], revision: dict[str, Any]
) -> None:
    """How many usages companies have, by so many more or less as `moved`, or `counted` where they came with a number of
    their own; and the revision of those that are `revised`. Each is written once: PostgreSQL writes it in all indexes.
    """
    right = {d.pk: {"usages_count": d.right} for d in _stack_differences(counted)}
    set_each(Company, ("usages_count", *revision), [(pk, right[pk] | revision) for pk in right.keys() & revised])
    set_each(Company, ("usages_count",), [(pk, right[pk]) for pk in right.keys() - revised])
    alike: defaultdict[tuple[int, bool], list[int]] = defaultdict(list)
    for pk in (moved.keys() | revised) - right.keys():
        alike[0 if pk in counted else moved.get(pk, 0), pk in revised].append(pk)
    for (more, is_revised), pks in alike.items():
        # never below nothing: a number that was wrong stands in nobody's way, and `check` tells of it
        values = {"usages_count": Greatest(F("usages_count") + more, 0)} if more else {}
        if values := values | (revision if is_revised else {}):
            set_values(Company, pks, values)


def set_values(model: Any, pks: Iterable[Any], values: dict[str, Any]) -> None:
    """Set the same values on many rows."""
    for chunk in many(pks):
        rows = model._base_manager.filter(pk__in=among(chunk)).order_by()
        query = rows.query.chain(UpdateQuery)
        query.add_update_values(values)
        statement, parameters = query.get_compiler(connection=connection).as_sql()
        if connection.vendor == "sqlite":
            # else it keeps each page as it was, to take this statement back alone: what fails here takes all back
            statement = statement.replace("UPDATE", "UPDATE OR FAIL", 1)
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)


def chunks(keys: Iterable[Any]) -> Iterator[list[Any]]:
    return many(keys, _CHUNK)


def in_bulk(rows: Any, pks: Iterable[Any]) -> dict[Any, Any]:
    """Those of the rows (of a manager or a queryset) that have these keys, by key, however many they are."""
    found: dict[Any, Any] = {}
    for chunk in chunks(pks):
        found |= rows.in_bulk(chunk)
    return found


@dataclass(frozen=True, slots=True)
class Difference:
    """A stored value that is not what it should be; `field` is None where no repair is possible."""

    model: Any
    pk: int | str
    field: str | None
    stored: Any
    right: Any

    def __str__(self):
        name = self.model._meta.verbose_name
        if self.field is None:
            return f"{name} {self.pk}: {self.right}"
        return f"{name} {self.pk}: {self.field} is {self.stored!r}, should be {self.right!r}"


def check() -> list[Difference]:
    """Every derived value that is wrong. Reads the whole catalogue; finds nothing in a healthy one."""
    technologies = list(Technology.objects.order_by("pk").values_list("pk", flat=True))
    companies = list(Company.objects.order_by("pk").values_list("pk", flat=True))
    return [
        *_all_usage_differences(),
        *_search_differences(Technology, technologies),
        *_search_differences(Company, companies),
        *_name_differences(),
        *_address_differences(),
        *_count_differences(technologies),
        *_stored_count_differences(technologies),
        *_stack_differences(companies),
        *_feed_differences(),
        *_stray_redirects(),
        *_unsourced(),
    ]


def repair(differences: Iterable[Difference]) -> None:
    """Write the right values, the counts last as they count what is visible; what has no repair is left to a person."""
    write(d for d in differences if d.model is not TechnologyCount)
    technologies = list(Technology.objects.order_by("pk").values_list("pk", flat=True))
    write(_count_differences(technologies))
    write(_stack_differences(Company.objects.order_by("pk").values_list("pk", flat=True)))
    _replace_counts(technologies)


def write(differences: Iterable[Difference]) -> None:
    """The right values in place of the wrong ones, in few statements."""
    rows: defaultdict[tuple[Any, Any], dict[str, Any]] = defaultdict(dict)
    for d in differences:
        if d.field:
            rows[d.model, d.pk][d.field] = d.right
    alike: defaultdict[tuple[Any, tuple[str, ...]], list[tuple[Any, dict[str, Any]]]] = defaultdict(list)
    for (model, pk), values in rows.items():
        alike[model, tuple(values)].append((pk, values))
    for (model, fields), found in alike.items():
        set_each(model, fields, found)


def set_each(model: Any, fields: tuple[str, ...], rows: list[tuple[Any, dict[str, Any]]]) -> None:
    """Values of these fields, of each row its own: one statement for each where few are shared by many, else one."""
    if not rows:
        return
    same: defaultdict[tuple[Any, ...], list[Any]] = defaultdict(list)
    for pk, values in rows:
        same[tuple(values.values())].append(pk)
    if len(same) <= _FEW and len(same) < len(rows):
        for shared, pks in same.items():
            set_values(model, pks, dict(zip(fields, shared, strict=True)))
        return
    columns = {name: model._meta.get_field(name) for name in fields}
    stored = {
        name: {value: _stored(columns[name], value) for value in set(values)}
        for name, values in zip(columns, zip(*same, strict=True), strict=True)
    }
    given = [(*(stored[name][values[name]] for name in columns), pk) for pk, values in rows]
    _set_given(model, list(columns.values()), given)


def _set_given(model: Any, columns: list[Any], given: list[tuple[Any, ...]]) -> None:
    """As stored: the values of these columns, and after them the key of the row."""
    quote = connection.ops.quote_name
    table, key = quote(model._meta.db_table), quote(model._meta.pk.column)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # which takes as long to read a statement as to do what it says
            kinds = [each.rel_db_type(connection).split("(")[0] for each in (*columns, model._meta.pk)]
            names = [f"given_{n}" for n in range(len(kinds))]
            told = ", ".join(f"{quote(each.column)} = {name}" for each, name in zip(columns, names, strict=False))
            lists = ", ".join(f"%s::{kind}[]" for kind in kinds)
            statement = f"UPDATE {table} SET {told} FROM unnest({lists}) AS given ({', '.join(names)}) "  # noqa: S608
            cursor.execute(f"{statement} WHERE {key} = {names[-1]}", [list(each) for each in zip(*given, strict=True)])
        else:
            told = ", ".join(f"{quote(each.column)} = %s" for each in columns)
            cursor.executemany(f"UPDATE {table} SET {told} WHERE {key} = %s", given)  # noqa: S608  (our own names)


def _stored(field: Any, value: Any) -> Any:
    """A value as the database takes it; of another row its key."""
    return field.get_db_prep_save(getattr(value, "pk", value), connection)


def usage_differences(sights: Mapping[int, Sight], said: Mapping[int, Said]) -> Iterator[Difference]:
    for pk, sight in sights.items():
        stored = sight.columns
        right: dict[str, Any] = {"visible": sight.ought_to_be_visible}
        if pk in said:
            times = find_times(stored["stage"], stored["started"], stored["ended"], said[pk].editions)
            right |= zip(("known_since", "known_until", "last_said"), times, strict=True)
        right["scope_key"] = scope_key(stored["scope"])
        for field, value in right.items():
            if stored[field] != value:
                yield Difference(Usage, pk, field, stored[field], value)


def _all_usage_differences() -> Iterator[Difference]:
    keys = list(Usage.objects.order_by("pk").values_list("pk", flat=True))
    for chunk in chunks(keys):
        yield from usage_differences(look(chunk), listen(chunk))


def find_times(stage: str, started: str, ended: str, editions: Collection[tuple[str, str]]) -> tuple[str, str, str]:
    """`known_since`, `known_until` and `last_said`, each empty where nobody says it.

    `editions` are those that support the usage, as (date, what it says): undated ones tell no time. A plan is not known
    to be in use. What an edition tells of later than the end says nothing of the time before.
    """
    last_said = max((date for date, _ in editions), default="")
    if stage == Stage.PLANNED:
        return "", ended, last_said
    until = ended
    if stage == Stage.RETIRED and not ended:
        until = min((date for date, says in editions if says == Stage.RETIRED), default="")
    since = started or min((date for date, says in editions if says not in _SAYS_NOT_IN_USE), default="")
    if until and not started and since and dates.compare(since, until) > 0:
        since = ""
    return since, until, last_said


def _named(model: Any) -> Keyed:
    return Keyed(
        lambda pks: (
            model.objects.filter(pk__in=pks)
            .order_by("pk", "aliases__key")
            .values_list("pk", "name", "search_text", "aliases__name")
        )
    )


_names_of = {Technology: _named(Technology), Company: _named(Company)}


def _search_differences(model: type[Technology] | type[Company], pks: Collection[int]) -> Iterator[Difference]:
    for chunk in many(pks):
        names: defaultdict[tuple[int, str, str], list[str]] = defaultdict(list)
        for pk, name, stored, other in _names_of[model](chunk):
            names[pk, name, stored] += [other] if other else []
        for (pk, name, stored), others in names.items():
            right = search_text([name, *others])
            if stored != right:
                yield Difference(model, pk, "search_text", stored, right)


def _name_differences() -> Iterator[Difference]:
    folded = ((Technology, "sort_key", sort_key), (Company, "sort_key", sort_key), (Homonym, "key", alias_key))
    for model, field, fold in folded:
        for pk, name, stored in model.objects.order_by("pk").values_list("pk", "name", field):
            if stored != fold(name):
                yield Difference(model, pk, field, stored, fold(name))
    for alias, model, owner in ((TechnologyAlias, Technology, "technology"), (CompanyAlias, Company, "company")):
        for pk, name, *stored in alias.objects.order_by("pk").values_list("pk", "name", *KEYS):
            for (field, fold), found in zip(KEYS.items(), stored, strict=True):
                if found != fold(name):
                    yield Difference(alias, pk, field, found, fold(name))
        leads = set(alias.objects.values_list("key", owner))
        shared = set(Homonym.objects.values_list("key", "technology")) if model is Technology else set()
        names = leads | shared
        for pk, name in model.objects.order_by("pk").values_list("pk", "name"):
            if (alias_key(name), pk) not in names:
                yield Difference(model, pk, None, None, f"“{name}” does not lead to it: save it once")
        for key in sorted({key for key, _ in leads} & {key for key, _ in shared}):
            yield Difference(Homonym, key, None, None, f"“{key}” is an alias as well: delete one of the two")


def _address_differences() -> Iterator[Difference]:
    for pk, url, stored in Source.objects.order_by("pk").values_list("pk", "url", "url_key"):
        if stored != url_key(url):
            yield Difference(Source, pk, "url_key", stored, url_key(url))


def _current():
    return Usage.objects.published().current().order_by()


def _stored_beside(model: Any, field: str, counted: Callable[[], Any]) -> Keyed:
    """The key of each row, what it has stored and what is counted for it: for what is not public nothing, unread."""

    def rows_of(pks: Any) -> Any:
        right = Case(When(state=PUBLISHED, then=Coalesce(Subquery(counted()), 0)), default=0)
        rows = model.objects.filter(pk__in=pks).order_by("pk").annotate(right=right)
        return rows.values_list("pk", field, "right")

    return Keyed(rows_of)


def _users() -> Any:
    users = _current().filter(technology=OuterRef("pk")).values("technology")
    return users.annotate(n=Count("company", distinct=True)).values("n")


def _stack() -> Any:
    return _current().filter(company=OuterRef("pk")).values("company").annotate(n=Count("*")).values("n")


_users_counted = _stored_beside(Technology, "companies_count", _users)
_stacks_counted = _stored_beside(Company, "usages_count", _stack)


def _count_differences(technologies: Collection[int]) -> Iterator[Difference]:
    yield from _miscounted(Technology, "companies_count", technologies, _users_counted)


def _stack_differences(companies: Iterable[int]) -> Iterator[Difference]:
    """How many usages the public sees of each as current."""
    yield from _miscounted(Company, "usages_count", companies, _stacks_counted)


def _miscounted(model: Any, field: str, pks: Iterable[int], counted: Keyed) -> Iterator[Difference]:
    for chunk in many(pks):
        for pk, stored, right in counted(chunk):
            if stored != right:
                yield Difference(model, pk, field, stored, right)


_counted_in_categories = Keyed(
    lambda technologies: (
        _current()
        .filter(technology__in=Technology.objects.published().filter(pk__in=technologies).order_by().values("pk"))
        .values_list("category", "technology")
        .annotate(n=Count("company", distinct=True))
    )
)
_stored_in_categories = Keyed(
    lambda technologies: (
        TechnologyCount.objects.filter(technology__in=technologies)
        .order_by()
        .values_list("category", "technology", "companies", "pk")
    )
)


def _counts(technologies: list[int]) -> dict[tuple[int, int], int]:
    return {(category, technology): n for category, technology, n in _counted_in_categories(technologies)}


def _stored_count_differences(technologies: Collection[int]) -> Iterator[Difference]:
    for chunk in many(technologies):
        stored = {(c, t): n for c, t, n, _ in _stored_in_categories(chunk)}
        right = _counts(chunk)
        for category, technology in sorted(stored.keys() | right.keys()):
            if stored.get((category, technology)) != right.get((category, technology)):
                yield Difference(
                    TechnologyCount,
                    technology,
                    f"companies in category {category}",
                    stored.get((category, technology)),
                    right.get((category, technology)),
                )


def _replace_counts(technologies: Collection[int]) -> None:
    for chunk in many(technologies):
        _store_counts(_stored_counts(chunk), _counts(chunk))


def move_counts_in_categories(moved: Mapping[tuple[int, int], int]) -> None:
    """By so many companies more or fewer use these technologies in these categories: keys are category, technology."""
    for chunk in many({technology for _, technology in moved}):
        stored = _stored_counts(chunk)
        numbers = {pair: n for pair, (_, n) in stored.items()}
        for (category, technology), by in moved.items():
            if technology in chunk:
                numbers[category, technology] = numbers.get((category, technology), 0) + by
        _store_counts(stored, {pair: n for pair, n in numbers.items() if n > 0})


def _stored_counts(technologies: list[int]) -> dict[tuple[int, int], tuple[int, int]]:
    """By category and technology, the key of the row and its number."""
    return {(category, technology): (pk, n) for category, technology, n, pk in _stored_in_categories(technologies)}


def _store_counts(stored: Mapping[tuple[int, int], tuple[int, int]], right: Mapping[tuple[int, int], int]) -> None:
    if gone := [pk for pair, (pk, _) in stored.items() if pair not in right]:
        TechnologyCount.objects.filter(pk__in=gone).delete()
    moved = [
        (stored[pair][0], {"companies": n}) for pair, n in right.items() if pair in stored and stored[pair][1] != n
    ]
    set_each(TechnologyCount, ("companies",), moved)
    TechnologyCount.objects.bulk_create(
        [
            TechnologyCount(category_id=pair[0], technology_id=pair[1], companies=n)
            for pair, n in right.items()
            if pair not in stored
        ]
    )


def _feed_differences() -> Iterator[Difference]:
    counter = Counter.objects.filter(pk=1).first() or Counter()
    feed = Change.objects.aggregate(newest=Max("seq"), lines=Count("seq"))
    newest = feed["newest"] or 0
    if feed["lines"] != newest:
        yield Difference(
            Change,
            newest,
            None,
            feed["lines"],
            f"the feed has {feed['lines']} lines up to number {newest}: there is a gap",
        )
    if counter.revision != newest:
        yield Difference(Counter, 1, "revision", counter.revision, newest)
    if counter.vocabulary_revision > newest:
        yield Difference(Counter, 1, "vocabulary_revision", counter.vocabulary_revision, newest)
    yield from _revision_differences(newest)


def _revision_differences(newest: int) -> Iterator[Difference]:
    """A company's revision is a number of the feed, and its moment is that of this line."""
    rows = Company.objects.order_by("pk").annotate(
        revision_in_feed=Least("revision", Value(newest)),
        right_moment=Subquery(Change.objects.filter(seq=OuterRef("revision_in_feed")).values("at")),
    )
    for pk, number, moment, right, right_moment in rows.values_list(
        "pk", "revision", "revised_at", "revision_in_feed", "right_moment"
    ):
        if number != right:
            yield Difference(Company, pk, "revision", number, right)
        if moment != right_moment:
            yield Difference(Company, pk, "revised_at", moment, right_moment)


def _stray_redirects() -> Iterator[Difference]:
    models: dict[str, Any] = {str(model._meta.model_name): model for model in (Category, Technology, Company)}
    for redirect in Redirect.objects.order_by("pk"):
        rows = models[redirect.kind].objects
        if not rows.filter(slug=redirect.new_slug).exists():
            yield Difference(Redirect, redirect.pk, None, None, f"{redirect}: there is no such {redirect.kind}")
        elif rows.published().filter(slug=redirect.old_slug).exists():
            yield Difference(Redirect, redirect.pk, None, None, f"{redirect}: the old slug is the address of a page")


def _unsourced() -> Iterator[Difference]:
    for model in (Usage, Migration):
        published: Any = model.objects.filter(state=State.PUBLISHED)
        for pk in published.unsourced().order_by("pk").values_list("pk", flat=True):
            yield Difference(model, pk, None, None, "is published, but no source supports it")
