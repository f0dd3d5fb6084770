"""What may be meant, with all its names: technologies, companies, categories, industries and countries. One query."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.db.models import BooleanField, CharField, Count, F, IntegerField, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Length

from stacks.folding import alias_key, second_key
from stacks.industries import BROAD, COUNTRIES
from stacks.matching.ranking import MOST_SLIPS, MOST_WORDS, PREFIX_ONLY_BELOW, Asked, Written, find_near, name_spans
from stacks.matching.topics import TOPICS
from stacks.matching.vocabulary import split_beside
from stacks.models import (
    Category,
    Company,
    Homonym,
    Kind,
    State,
    Technology,
    TechnologyCount,
)
from stacks.models.names import aliases_of
from stacks.substrings import in_names

_CANDIDATES = 100  # of each kind, by the beginning of a name and again by words
_NAMED = (Technology, Company)  # what has names of its own
_OF_COMPANIES = ("industry", "country")  # columns whose values are found, too
_ABOUT_COMPANIES = ("compan", "startup", "start-up", "firm", "industry", "sector", "business")
_COLUMNS = (
    *("of_kind", "found_slug", "found_name", "found_as", "found_key", "found_second"),
    *("homonym", "ranked", "careful", "near_what", "number", "noun", "place", "about", "kept", "kept_on", "owner"),
)
_TEXT = CharField()


@dataclass(slots=True)
class Candidate:
    """`number` is how many companies use a technology or are of an industry or country, how many usages a company has,
    how many technologies in use a category; `what` says what it is, `about` more of a category, word by word."""

    kind: str
    pk: int
    slug: str
    name: str
    number: int
    what: str
    about: str = ""
    life: str = ""
    life_on: str = ""
    names: list[Written] = field(default_factory=list)


def read_named(kind: str, asked: Asked, public: bool) -> list[Candidate]:
    """All that the text may name, of one kind or of all. One query."""
    return _read(kind, lambda model: _may_be_meant(model, asked, public), _shared_names(asked, public))


def read_near(kind: str, key: str, public: bool) -> list[Candidate]:
    """All that a slip of the pen may have turned into `key`. Two queries: keys, then what has those that are near."""
    named = [model for model in _NAMED if kind in ("", model._meta.model_name)]
    keys = [_keys(model, key) for model in named]
    found = find_near(key, {(of, pk): name for of, pk, name in keys[0].union(*keys[1:], all=True)} if keys else {})
    near = {model: [pk for of, pk in found if of == model._meta.model_name] for model in named}
    return _read(
        kind, lambda model: _states(model._meta.model_name, public) & Q(pk__in=near[model]), _shared_names(None, public)
    )


def _states(owner: str, public: bool) -> Q:
    return Q(**{f"{owner}__state": State.PUBLISHED}) if public else ~Q(**{f"{owner}__state": State.RETRACTED})


def _may_be_meant(model: Any, asked: Asked, public: bool) -> Q:
    """Names of what may be meant: of each kind at most some 200 objects, whole names always among them."""
    alias = aliases_of(model)
    owner = alias.owner_field
    which = _states(owner, public)
    use = ("-technology__companies_count",) if model is Technology else ()
    begins = Q(key__startswith=asked.key) | Q(second_key__startswith=asked.key)
    beginning = alias.objects.filter(which, begins).order_by(*use, "key")
    wholes = {asked.key, *name_spans(asked.text)}
    whole = alias.objects.filter(which, Q(key__in=wholes) | Q(second_key__in=wholes))
    meant = Q(**{f"{owner}__in": beginning.values(owner)[:_CANDIDATES]}) | Q(**{f"{owner}__in": whole.values(owner)})
    if len(asked.key) < PREFIX_ONLY_BELOW or not asked.words or len(asked.words) > MOST_WORDS:
        return meant
    rows = model.objects.published() if public else model.objects.exclude(state=State.RETRACTED)
    for word in asked.words:
        rows = rows.filter(_holds(model, word))
    order = ("-companies_count", "sort_key", "slug") if model is Technology else ("sort_key", "slug")
    return meant | Q(**{f"{owner}__in": rows.order_by(*order).values("pk")[:_CANDIDATES]})


def _holds(model: Any, word: str) -> Q:
    """Long words may stand anywhere in a name; short ones where a word begins, or too many hold them."""
    if len(word) >= PREFIX_ONLY_BELOW:
        return in_names(model, word)
    return in_names(model, f"\n{word}") | in_names(model, f" {word}")


def _keys(model: Any, key: str) -> Any:
    """Those of names of about the length of `key`, of companies with its first letter. From an index alone."""
    names = aliases_of(model).objects.order_by().annotate(of_kind=Value(model._meta.model_name, _TEXT))
    names = names.alias(letters=Length("key")).filter(
        letters__gte=len(key) - MOST_SLIPS, letters__lte=len(key) + MOST_SLIPS
    )
    if model is Company:
        names = names.filter(key__startswith=key[0])
    return names.values_list("of_kind", "pk", "key")


def _read(kind: str, which: Callable[[Any], Q], shared: Any) -> list[Candidate]:
    rows = [_names(model, which(model)) for model in _NAMED if kind in ("", model._meta.model_name)]
    rows += [shared] if kind in ("", "technology") else []
    rows += [_category_names()] if kind in ("", "category") else []
    rows += [_values(column) for column in _OF_COMPANIES if kind in ("", column)]
    found: dict[tuple[str, str], Candidate] = {}
    if not rows:  # nothing of this kind has a name
        return []
    for row in rows[0].union(*rows[1:], all=True) if len(rows) > 1 else rows[0]:
        _take(found, dict(zip(_COLUMNS, row, strict=True)))
    return [*found.values(), *_broad([one for one in found.values() if one.kind == "industry"])]


def _take(found: dict[tuple[str, str], Candidate], row: dict[str, Any]) -> None:
    """Adds the name that one row has to its object."""
    kind, slug, written = row["of_kind"], row["found_slug"], row["found_as"]
    if (kind, slug) not in found:
        found[kind, slug] = one = Candidate(
            kind, row["owner"], slug, row["found_name"], row["number"], _what(row), row["about"], row["kept"],
            row["kept_on"],
        )  # fmt: skip
        if kind in ("category", "country"):
            one.names += _further_names(kind, slug)
    found[kind, slug].names.append(
        Written(
            name=written,
            key=row["found_key"] or alias_key(written),
            second_key=row["found_second"] or (second_key(written) if kind not in ("technology", "company") else ""),
            own=not row["homonym"] and written == row["found_name"],
            homonym=bool(row["homonym"]),
            position=row["ranked"],
            caution=row["careful"],
            beside=_ABOUT_COMPANIES if kind == "industry" else split_beside(row["near_what"]),
        )
    )


def _what(row: dict[str, Any]) -> str:
    """In a few words what it is."""
    match row["of_kind"]:
        case "technology":
            return f"{Kind(row['noun']).label} in {row['place']}"
        case "category":
            return f"Category in {row['place']}" if row["place"] else "Area"
        case "company":
            return ", ".join(part for part in (row["noun"] or "Company", row["place"]) if part)
        case kind:
            return str(kind).capitalize()


@lru_cache(maxsize=1024)
def _further_names(kind: str, slug: str) -> tuple[Written, ...]:
    """Words that people use for a subject or a country."""
    if kind == "category":
        return tuple(Written(name, alias_key(name), caution=_careful(name)) for name in TOPICS.get(slug, ()))
    if kind == "country":
        return tuple(Written(name, alias_key(name)) for name in COUNTRIES.get(slug, ()))
    return ()


def _careful(name: str) -> str:
    """Inside a longer text one ordinary word says little."""
    return "free" if " " in name or not name.islower() else "entry_only"


def _broad(industries: list[Candidate]) -> Iterator[Candidate]:
    """The broad industries above those that companies have; each company has one, so their numbers add up."""
    below: defaultdict[str, int] = defaultdict(int)
    for narrow in industries:
        for broad in BROAD:
            if broad.takes(narrow.name):
                below[broad.name] += narrow.number
    for broad in BROAD:
        if broad.name in below:
            own = Written(broad.name, alias_key(broad.name), own=True, caution="only_near", beside=_ABOUT_COMPANIES)
            further = [_written_of_industry(name) for name in broad.also]
            yield Candidate("industry", 0, broad.name, broad.name, below[broad.name], "Industry", names=[own, *further])


def _written_of_industry(name: str) -> Written:
    """Inside a longer text, "fintech" is no ordinary word, "education" is."""
    clear = " " in name or "-" in name or name.endswith("tech")
    return Written(name, alias_key(name), caution="free" if clear else "only_near", beside=_ABOUT_COMPANIES)


def _names(model: Any, which: Q) -> Any:
    alias = aliases_of(model)
    owner = alias.owner_field
    technology = model is Technology
    return (
        alias.objects.filter(which)
        .order_by()
        .annotate(
            of_kind=Value(owner, _TEXT),
            owner=F(f"{owner}_id"),
            found_slug=F(f"{owner}__slug"),
            found_name=F(f"{owner}__name"),
            found_as=F("name"),
            found_key=F("key"),
            found_second=F("second_key"),
            homonym=Value(False, BooleanField()),
            ranked=Value(0, IntegerField()),
            careful=F("caution"),
            near_what=F("beside"),
            number=F("technology__companies_count" if technology else "company__usages_count"),
            noun=F("technology__kind" if technology else "company__industry"),
            place=F("technology__category__name" if technology else "company__country"),
            about=Value("", _TEXT),
            kept=F("technology__lifecycle") if technology else Value("", _TEXT),
            kept_on=F("technology__lifecycle_on") if technology else Value("", _TEXT),
        )
        .values_list(*_COLUMNS)
    )


def _shared_names(asked: Asked | None, public: bool) -> Any:
    """Homonyms that are asked for, or that the text begins or holds; None for those that are near, which are few."""
    rows = Homonym.objects.filter(_states("technology", public))
    if asked is not None:
        rows = rows.filter(Q(key__startswith=asked.key) | Q(key__in={asked.key, *name_spans(asked.text)}))
    return (
        rows.order_by()
        .annotate(
            of_kind=Value("technology", _TEXT),
            owner=F("technology_id"),
            found_slug=F("technology__slug"),
            found_name=F("technology__name"),
            found_as=F("name"),
            found_key=F("key"),
            found_second=Value("", _TEXT),
            homonym=Value(True, BooleanField()),
            ranked=F("position"),
            careful=Value("free", _TEXT),
            near_what=F("near"),
            number=F("technology__companies_count"),
            noun=F("technology__kind"),
            place=F("technology__category__name"),
            about=Value("", _TEXT),
            kept=F("technology__lifecycle"),
            kept_on=F("technology__lifecycle_on"),
        )
        .values_list(*_COLUMNS)
    )


def _category_names() -> Any:
    """All of them: they are few, and have no folded column."""
    return (
        Category.objects.published()
        .order_by()
        .annotate(
            number=_in_use("category") + _in_use("category__parent"),
            found_slug=F("slug"),
            found_name=F("name"),
            place=F("parent__name"),
            about=F("description"),
            owner=F("pk"),
            **_plain("category"),
        )
        .values_list(*_COLUMNS)
    )


def _in_use(column: str) -> Any:
    """How many technologies somebody uses in what the column names."""
    counts = TechnologyCount.objects.filter(companies__gt=0, **{column: OuterRef("pk")}).order_by().values(column)
    return Coalesce(Subquery(counts.annotate(number=Count("technology", distinct=True)).values("number")), 0)


def _values(column: str) -> Any:
    """What public companies have in the column, each value with how many have it."""
    return (
        Company.objects.published()
        .exclude(**{column: ""})
        .order_by()
        .values(column)
        .annotate(
            number=Count("*"),
            found_slug=F(column),
            found_name=F(column),
            place=Value("", _TEXT),
            about=Value("", _TEXT),
            owner=Value(0, IntegerField()),
            **_plain(column, "only_near" if column == "industry" else "free"),
        )
        .values_list(*_COLUMNS)
    )


def _plain(kind: str, caution: str = "free") -> dict[str, Any]:
    """The columns of a thing that has one name and no aliases."""
    return {
        "of_kind": Value(kind, _TEXT),
        "found_as": F("found_name"),
        "found_key": Value("", _TEXT),
        "found_second": Value("", _TEXT),
        "homonym": Value(False, BooleanField()),
        "ranked": Value(0, IntegerField()),
        "careful": Value(caution, _TEXT),
        "near_what": Value("", _TEXT),
        "noun": Value("", _TEXT),
        "kept": Value("", _TEXT),
        "kept_on": Value("", _TEXT),
    }
