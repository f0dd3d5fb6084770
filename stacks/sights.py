"""Usages as a curating transaction sees them before and after: what visitors see, what is counted, what is derived.

From columns: a technology that many use goes and comes with all its usages.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q

from stacks.among import Keyed, among, many
from stacks.documents import SAID, Document
from stacks.models import Category, Company, Evidence, Source, Stance, State, Technology, Usage
from stacks.querysets import EVIDENCE_ORDER, NOT_CURRENT_STAGES

_SHOWN = (
    "scope",
    "purpose",
    "remarks",
    "stage",
    "hosting",
    "started",
    "ended",
    "position",
    "known_since",
    "known_until",
    "last_said",
)
_PLACES = ("company", "technology", "category")
_OF_PLACES = ("company__slug", "technology__slug", "category__slug", "company__state", "technology__state")
_COLUMNS = (
    "pk", "uid", "state", "visible", "scope_key", "company_id", "technology_id", "category_id", *_OF_PLACES,
    "via_id", "via__slug", "via__state", *_SHOWN,
)  # fmt: skip

# What a usage hangs on, and which columns of it are seen here.
_HANGS_ON: dict[str, tuple[Any, tuple[str, ...]]] = {
    "company": (Company, ("slug", "state")),
    "technology": (Technology, ("slug", "state")),
    "category": (Category, ("slug",)),
    "via": (Technology, ("slug", "state")),
}


def _named(model: Any, columns: tuple[str, ...]) -> Keyed:
    return Keyed(lambda pks: model.objects.filter(pk__in=pks).order_by().values_list("pk", *columns))


_as_named = {model: _named(model, columns) for model, columns in dict(_HANGS_ON.values()).items()}


def named(model: Any, pks: Iterable[int]) -> dict[int, list[Any]]:
    """Slug and state of rows that usages hang on; of categories the slug alone. One query."""
    return {pk: shown for pk, *shown in _as_named[model](pks)}


_usages = Keyed(lambda pks: Usage.objects.filter(pk__in=pks).order_by("pk").values_list(*_COLUMNS))
_evidence = Keyed(
    lambda pks: (
        Evidence.objects.filter(usage__in=pks)
        .order_by(*EVIDENCE_ORDER)
        .values_list("usage", "source__updated_on", "source__published_on", *SAID)
    )
)


def _cited_by(usages: Any) -> Any:
    return Source.objects.filter(pk__in=Evidence.objects.filter(usage__in=usages).order_by().values("source"))


_unpublished_of = Keyed(lambda pks: _cited_by(pks).unpublished().order_by("pk").values_list("pk", "uid"))
_unpublished = Keyed(
    lambda pks: Source.objects.filter(pk__in=pks).unpublished().order_by("pk").values_list("pk", "uid")
)


@dataclass(slots=True)
class Said:
    """What is said of one usage: each piece of evidence as visitors see it, and the dated editions that support it."""

    shown: list[tuple[Any, ...]]
    editions: list[tuple[str, str]]  # date, and what it says of the stage


@dataclass(slots=True)
class Sight:
    """A usage as it is stored, by the names of its columns and of those it hangs on."""

    columns: dict[str, Any]

    @property
    def counted(self) -> tuple[int, int, int] | None:
        """Technology, category and company, where the public sees it as current."""
        columns = self.columns
        if not columns["visible"] or columns["ended"] or columns["stage"] in NOT_CURRENT_STAGES:
            return None
        return columns["technology_id"], columns["category_id"], columns["company_id"]

    @property
    def ought_to_be_visible(self) -> bool:
        columns = self.columns
        return columns["state"] == columns["company__state"] == columns["technology__state"] == State.PUBLISHED

    def document(self, said: Said | None, *, whole: bool = True) -> Document | None:
        """What visitors see of it, with what is said of it where that is to be compared. Its fields are left out unless
        it is to be `whole`."""
        columns = self.columns
        if not columns["visible"]:
            return None
        places = {name: columns[f"{name}__slug"] for name in _PLACES}
        if not whole:
            return Document(columns["uid"], {}, places, columns["company_id"])
        via = columns["via__slug"] if columns["via__state"] == State.PUBLISHED else None
        fields = {name: columns[name] for name in _SHOWN} | places | {"via": via}
        if said is not None:
            fields["evidence"] = said.shown
        return Document(columns["uid"], fields, places, columns["company_id"])


def look(usages: Iterable[int]) -> dict[int, Sight]:
    """Those that are there. One query for twenty thousand."""
    rows = (row for chunk in many(usages) for row in _usages(chunk))
    return {row[0]: Sight(dict(zip(_COLUMNS, row, strict=True))) for row in rows}


def hanging_on(model: Any, pks: Collection[int]) -> list[int]:
    """The usages that appear and disappear with these companies or technologies, or change with these. One query."""
    with_these = Q(company__in=pks) if model is Company else Q(technology__in=pks) | Q(via__in=pks)
    return list(Usage.objects.filter(with_these).order_by("pk").values_list("pk", flat=True))


def look_again(before: Mapping[int, Sight], now: Mapping[Any, Mapping[int, Sequence[Any]]]) -> dict[int, Sight]:
    """The same usages, of which only what they hang on was written: rows of these kinds are `named` so now."""
    hanging = [(name, model, columns) for name, (model, columns) in _HANGS_ON.items() if model in now]
    found = {}
    for pk, sight in before.items():
        columns = dict(sight.columns)
        for name, model, shown in hanging:
            if (values := now[model].get(columns[f"{name}_id"])) is not None:
                columns |= {f"{name}__{column}": value for column, value in zip(shown, values, strict=True)}
        found[pk] = Sight(columns)
    return found


def is_visible(sight: Sight | None) -> bool:
    return sight is not None and sight.columns["visible"]


def before_and_after(
    before: Mapping[int, Sight | None], now: Mapping[int, Sight], said: Mapping[int, Said], says: Mapping[int, Said]
) -> tuple[dict[int, Document | None], dict[int, Document | None]]:
    """What visitors saw and see. What was and is said of a usage is compared where both are there."""
    befores: dict[int, Document | None] = {}
    afters: dict[int, Document | None] = {}
    for pk, was in before.items():
        sight = now.get(pk)
        whole = is_visible(was) and is_visible(sight)
        befores[pk] = was.document(said.get(pk), whole=whole) if was else None
        afters[pk] = sight.document(says[pk] if pk in said else None, whole=whole) if sight else None
    return befores, afters


def unpublished_sources_of(usages: Iterable[int]) -> list[list[Any]]:
    """Key and uid of each source of these usages that nothing public cites. One query for twenty thousand."""
    return [row for chunk in many(usages) for row in _unpublished_of(chunk)]


def unpublished_sources(sources: Iterable[int]) -> list[list[Any]]:
    """Key and uid of each of these sources that nothing public cites. One query for twenty thousand."""
    return [row for chunk in many(sources) for row in _unpublished(chunk)]


def sources_leaning_on(model: Any, pks: Collection[int], usages: Collection[int]) -> list[int]:
    """The sources of these usages that visitors see cited by no usage but of these companies or technologies. One query
    for twenty thousand."""
    owner = "company" if model is Company else "technology"
    cited = Evidence.objects.filter(source=OuterRef("pk"), usage__visible=True).order_by()
    elsewhere = Exists(cited.exclude(**{f"usage__{owner}__in": list(pks)}))
    return [
        pk
        for chunk in many(usages)
        for pk in _cited_by(among(chunk)).filter(~elsewhere).order_by("pk").values_list("pk", flat=True)
    ]


def listen(usages: Collection[int]) -> dict[int, Said]:
    """What is said of each of these. One query for twenty thousand."""
    found = {pk: Said([], []) for pk in usages}
    for chunk in many(usages):
        for usage, updated_on, published_on, *shown in _evidence(chunk):
            found[usage].shown.append(tuple(shown))
            _, edition_on, _, _, stance, stage, *_ = shown
            if stance == Stance.SUPPORTS and (edition := edition_on or updated_on or published_on):
                found[usage].editions.append((edition, stage))
    return found
