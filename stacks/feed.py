"""Reading the change feed: what each line is about today, with nothing told of what is no longer public."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db.models import Q, TextChoices

from stacks.documents import KINDS
from stacks.links import Links
from stacks.models import Category, Change, Company, Coverage, Migration, Redirect, Technology, Usage, Verb

_MODELS = {kind: model for model, kind in KINDS.items()}
_NAMED_BY_SLUG = ("category", "technology", "company")
_JOINS = {
    "usage": ("company", "technology", "category"),
    "migration": ("company", "from_technology", "to_technology"),
    "coverage": ("company", "category"),
}
_STEPS_FOLLOWED = 5
_OBJECTS_READ = 500  # of each kind that hangs on something, those saved last


@dataclass(frozen=True, slots=True)
class Line:
    """A change with the public row it is about; `row` is None when that is gone, and then `payload` is empty.

    The end of a redirect is about no row, and says so: its `to` is None.
    """

    change: Change
    row: Any

    @property
    def payload(self) -> dict[str, Any]:
        ends = self.change.verb == Verb.REDIRECTED and self.change.payload["to"] is None
        return self.change.payload if ends or self.row is not None else {}


class ObjectKind(TextChoices):
    """What a line may be about."""

    CATEGORY = "category"
    COMPANY = "company"
    COVERAGE = "coverage"
    MIGRATION = "migration"
    SOURCE = "source"
    TECHNOLOGY = "technology"
    USAGE = "usage"


@dataclass(frozen=True, slots=True)
class Scope:
    """What a follower keeps: kinds of objects, and what hangs on some companies or technologies.

    All kinds where there are none, all companies and technologies where they are None. Of an empty list only what
    always passes.
    """

    kinds: Sequence[str] = ()
    companies: Sequence[Company] | None = None
    technologies: Sequence[Technology] | None = None

    @property
    def narrows(self) -> bool:
        return bool(self.kinds) or self.companies is not None or self.technologies is not None

    def passes(self, line: Line) -> bool:
        """What went, or goes by another name, passes always: whose it was is told no more.

        So does what came to another company or technology than before, since it is gone from where it was.
        """
        if line.change.verb in (Verb.REMOVED, Verb.REDIRECTED):
            return True
        if self.kinds and line.change.kind not in self.kinds:
            return False
        return self._keeps(line, "company", self.companies) and self._keeps(line, "technology", self.technologies)

    def _keeps(self, line: Line, kind: str, wanted: Sequence[Any] | None) -> bool:
        if wanted is None:
            return True
        columns = _ENDS.get((line.change.kind, kind), ())
        if any(column.removesuffix("_id") in line.payload.get("fields", ()) for column in columns):
            return True
        keys = {row.pk for row in wanted}
        return line.row is not None and any(getattr(line.row, column) in keys for column in columns)


# How what a line is about leads to a company or a technology.
_ENDS = {
    ("company", "company"): ("pk",),
    ("usage", "company"): ("company_id",),
    ("migration", "company"): ("company_id",),
    ("coverage", "company"): ("company_id",),
    ("technology", "technology"): ("pk",),
    ("usage", "technology"): ("technology_id",),
    ("migration", "technology"): ("from_technology_id", "to_technology_id"),
}


def read(changes: Iterable[Change]) -> list[Line]:
    """The lines of the changes, in their order. One query per kind of object among them, seven at most.

    What was renamed since is found under its present slug: two queries more for each kind that misses something.
    """
    changes = list(changes)
    wanted: defaultdict[str, set[str]] = defaultdict(set)
    for change in changes:
        if name := _present_name(change):
            wanted[change.kind].add(name)
    rows = {kind: _public_rows(kind, names) for kind, names in wanted.items()}
    renamed = {kind: _renamed(kind, names - rows[kind].keys()) for kind, names in wanted.items()}
    return [Line(change, _row(change, rows.get(change.kind, {}), renamed.get(change.kind, {}))) for change in changes]


def document(line: Line, links: Links) -> dict[str, Any]:
    """A line as it is told to others."""
    change, row = line.change, line.row
    return {
        "seq": change.seq,
        "at": change.at,
        "verb": change.verb,
        "kind": change.kind,
        "object": change.object,
        "url": links(change.kind, getattr(row, "uid", None) or row.slug) if row is not None else None,
        "payload": line.payload,
    }


def of_company(company: Company, most: int) -> list[Change]:
    """The newest changes of a company and of what hangs on it: usages, migrations, blanks. Newest first, five queries.

    That something went is in the whole feed only, be it back since: the line does not say whose it was.
    """
    return _newest(
        most,
        _named("company", company.slug),
        _about("usage", Usage.objects.published().filter(company=company)),
        _about("migration", Migration.objects.published().filter(company=company)),
        _about("coverage", Coverage.objects.published().filter(company=company)),
    )


def of_technology(technology: Technology, most: int) -> list[Change]:
    """The newest changes of a technology, its usages and the moves to and from it. Newest first, three queries."""
    moves = Migration.objects.published().filter(Q(from_technology=technology) | Q(to_technology=technology))
    return _newest(
        most,
        _named("technology", technology.slug),
        _about("usage", Usage.objects.published().filter(technology=technology)),
        _about("migration", moves),
    )


def of_category(category: Category, most: int) -> list[Change]:
    """The newest changes of a category, or of an area and its categories, with the usages and migrations in it.

    Newest first, three queries.
    """
    within = Q(category__parent=category) if category.is_area else Q(category=category)
    inner = category.children.values_list("slug", flat=True) if category.is_area else ()
    return _newest(
        most,
        _named("category", category.slug, *inner),
        _about("usage", Usage.objects.published().filter(within)),
        _about("migration", Migration.objects.published().filter(within)),
    )


def _newest(most: int, *queries: Any) -> list[Change]:
    """Kind by kind, so that each is served by the index `change_of_object` and none walks the whole feed."""
    found = chain.from_iterable(query.newest_first()[:most] for query in queries)
    return sorted(found, key=lambda change: -change.seq)[:most]


def _named(kind: str, *slugs: str) -> Any:
    """Under their present slugs and the old ones that lead to them."""
    old = list(Redirect.objects.filter(kind=kind, new_slug__in=slugs).order_by().values_list("old_slug", flat=True))
    return Change.objects.of_objects(kind, [*slugs, *old])


def _about(kind: str, rows: Any) -> Any:
    """A row is saved with each of its changes, so the newest changes are about those saved last."""
    uids = list(rows.order_by("-updated_at", "-uid").values_list("uid", flat=True)[:_OBJECTS_READ])
    return Change.objects.of_objects(kind, uids) if uids else Change.objects.none()


def _present_name(change: Change) -> str | None:
    return change.payload["to"] if change.verb == Verb.REDIRECTED else change.object


def _row(change: Change, rows: dict[str, Any], renamed: dict[str, Any]) -> Any:
    name = _present_name(change)
    if name is None:
        return None
    # what was withdrawn under an old slug is not the row that this slug leads to
    return rows.get(name) or (None if change.verb == Verb.REMOVED else renamed.get(name))


def _renamed(kind: str, missing: set[str]) -> dict[str, Any]:
    """Public rows by the old slugs that lead to them, or did until the redirect went."""
    if not missing or kind not in _NAMED_BY_SLUG:
        return {}
    leads = dict(
        Redirect.objects.filter(kind=kind, old_slug__in=missing).order_by().values_list("old_slug", "new_slug")
    )
    leads |= _once_led(kind, missing - leads.keys())
    rows = _public_rows(kind, set(leads.values())) if leads else {}
    return {old: rows[new] for old, new in leads.items() if new in rows}


def _once_led(kind: str, slugs: set[str]) -> dict[str, str]:
    """Where slugs without a redirect led at last, through others that have none any more. One query per step."""
    at = {slug: (slug, 0) for slug in slugs}
    for _ in range(_STEPS_FOLLOWED):
        here = {name for name, _ in at.values()}
        told = Change.objects.of_objects(kind, here).filter(verb=Verb.REDIRECTED).order_by("seq") if here else ()
        steps = {line.object: (line.payload["to"], line.seq) for line in told if line.payload["to"]}
        ahead = {slug: steps[name] for slug, (name, seq) in at.items() if name in steps and steps[name][1] > seq}
        if not ahead:
            break
        at |= ahead
    return {slug: name for slug, (name, _) in at.items() if name != slug}


def _public_rows(kind: str, names: set[str]) -> dict[str, Any]:
    model: Any = _MODELS[kind]
    rows = model.objects.published()
    if joins := _JOINS.get(kind):
        rows = rows.select_related(*joins)
    if kind in ("usage", "migration", "coverage", "source"):
        return {row.uid: row for row in rows.filter(uid__in=names)}
    return {row.slug: row for row in rows.filter(slug__in=names)}


def find_untold() -> list[str]:
    """What who follows the feed from its first line would believe, and is not so: in words. Reads the whole feed.

    Only names are told in it, so only these can be proved: which objects there are, and where old slugs lead.
    """
    held, leads = _follow()
    found = []
    for kind, model in sorted(_MODELS.items()):
        rows: Any = model
        key = "slug" if kind in _NAMED_BY_SLUG else "uid"
        public = set(rows.objects.published().order_by().values_list(key, flat=True))
        found += [f"{kind} {name}: the feed never told of it" for name in sorted(public - held[kind])]
        found += [f"{kind} {name}: the feed never told that it went" for name in sorted(held[kind] - public)]
        if kind in _NAMED_BY_SLUG:
            redirects = Redirect.objects.filter(kind=kind, new_slug__in=public).order_by("old_slug")
            now = dict(redirects.values_list("old_slug", "new_slug"))
            told = {old: new for (of, old), new in leads.items() if of == kind and new in public}
            found += [
                f"{kind} {old}: the feed told that it leads to {told.get(old)}, and it leads to {now.get(old)}"
                for old in sorted(told.keys() | now.keys())
                if told.get(old) != now.get(old)
            ]
    return found


def _follow() -> tuple[defaultdict[str, set[str]], dict[tuple[str, str], str]]:
    """The objects and the old slugs that a follower holds after the last line."""
    held: defaultdict[str, set[str]] = defaultdict(set)
    leads: dict[tuple[str, str], str] = {}
    lines = Change.objects.order_by("seq").values_list("verb", "kind", "object", "payload")
    for verb, kind, name, payload in lines.iterator(chunk_size=2000):
        if verb == Verb.ADDED:
            held[kind].add(name)
        elif verb == Verb.REMOVED:
            held[kind].discard(name)
        elif verb == Verb.REDIRECTED:
            leads.pop((kind, name), None)
            if (to := payload["to"]) is not None:
                leads[kind, name] = to
                if name in held[kind]:
                    held[kind].remove(name)
                    held[kind].add(to)
    return held, leads
