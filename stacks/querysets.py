"""The reading vocabulary: adjectives narrow, `with_x` annotates, `for_x` joins for a purpose.

`published()` is the only definition of public. Writing through a queryset is recorded like any other write.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce, NullIf

from stacks import dates, substrings
from stacks.curating import curating, delete_with_all
from stacks.folding import alias_key, fold


class ByCodePoint(models.Func):
    """Text as it stands, sorted alike by both databases, whatever language the database was made for."""

    template = '%(expressions)s COLLATE "C"'
    arity = 1

    def as_sqlite(self, compiler, connection, **extra):
        return super().as_sql(compiler, connection, template="%(expressions)s COLLATE BINARY", **extra)


class InStatement(models.Value):
    """A value of our own written into the statement: only then SQLite knows that a partial index has no other rows, and
    leaves them unread."""

    def as_sql(self, compiler, connection):
        return f"'{self.value}'", []


# What has no key of its own is told in the order of what it says.
EVIDENCE_ORDER = ("source__uid", "edition_on", ByCodePoint("quote"), ByCodePoint("locator"))
FACT_ORDER = (ByCodePoint("label"), "-observed_on")
PUBLISHED = InStatement("published")
REMOVED = InStatement("removed")
NOT_CURRENT_STAGES = ("planned", "retired")
_FEW = 500  # rows that hold a word: of more, a page is soon full in the order of the list
_MOST_TOGETHER = 100  # categories: SQLite puts no more than 500 lists together
_PEOPLE = ("team", "engineers", "developers", "staff", "employees")  # in the label of a figure that counts them


def _model(name: str) -> Any:
    return apps.get_model("stacks", name)


class CuratedQuerySet(models.QuerySet):
    """Saves row by row and deletes together, in one curating transaction, so that no bulk door passes the history and
    the feed.

    What must bypass them (derived values, the first load) goes through `Model._base_manager` and says why.
    """

    def update(self, **values):
        if any(hasattr(value, "resolve_expression") for value in values.values()):
            raise TypeError(
                "update() of curated rows takes plain values: each row is saved, recorded and shown by itself."
            )
        with curating():
            rows: list[Any] = list(self.select_for_update(of=("self",)) if not self.query.distinct else self)
            for row in rows:
                for field, value in values.items():
                    setattr(row, field, value)
                row.save()
            return len(rows)

    def bulk_create(self, objs, *args, **kwargs):
        if args or any(kwargs.values()):
            raise TypeError("bulk_create() of curated rows saves them one by one and takes no options.")
        with curating():
            objs = list(objs)
            for obj in objs:
                obj.save(force_insert=True)
            return objs

    def bulk_update(self, objs, fields, batch_size=None):
        with curating():
            objs = list(objs)
            for obj in objs:
                obj.save(update_fields=list(fields))
            return len(objs)

    def delete(self):
        if self.query.is_sliced or self.query.values_select:
            raise TypeError("delete() takes whole rows, and all of them.")
        with curating():
            rows = list(self.all())
            gone = delete_with_all(rows) if rows else (0, {})
        self._result_cache = None
        return gone

    delete.alters_data = True  # type: ignore[attr-defined]  # mypy knows no attributes of a function
    delete.queryset_only = True  # type: ignore[attr-defined]  # the same


class _BySlug(CuratedQuerySet):
    def get_by_natural_key(self, slug):
        return self.get(slug=slug)


class _ByUid(CuratedQuerySet):
    def get_by_natural_key(self, uid):
        return self.get(uid=uid)


def _holding(rows, text: str, folded: tuple[str, ...], plain: tuple[str, ...]):
    """Rows that hold each word of the text in one of the columns; case does not matter in the `plain` ones either."""
    for word in text.split():
        held = Q()
        for column in folded:
            held |= Q(**{f"{column}__contains": fold(word)})
        for column in plain:
            held |= Q(**{f"{column}__icontains": word})
        rows = rows.filter(held)
    return rows


def _with_rare_word(rows, text: str, named: Callable[[str], Any] = lambda word: ()):
    """The rows, narrowed to those that hold the first word of the text that few hold: else all would be read for it.

    `named` gives rows that hold a word elsewhere than in their own text. One query for each word until then.
    """
    for word in filter(substrings.reaches, text.split()):
        holding = [substrings.holding(rows.model, word, _FEW + 1), *named(word)]
        own, *others = (each.values_list("pk", flat=True) for each in holding)
        found = list((own.union(*others, all=True) if others else own)[: _FEW + 1])
        if len(found) <= _FEW:
            return rows.filter(pk__in=set(found))
    return rows


class CategoryQuerySet(_BySlug):
    def published(self):
        """Every category is public."""
        return self.all()

    def areas(self):
        return self.filter(parent=None)

    def second_level(self):
        return self.filter(parent__isnull=False)

    def for_display(self):
        """With the area, in page order."""
        return self.select_related("parent").order_by("position", "slug")

    def search(self, text: str):
        """Rows whose name holds every word of the text."""
        return _holding(self, text, (), ("name",))

    def by_names(self, names) -> dict[str, str | None]:
        """For each name, in any spelling, the slug of the one category that is called so, else None."""
        slugs: dict[str, set[str]] = {}
        for name, slug in self.order_by().values_list("name", "slug"):
            slugs.setdefault(alias_key(name), set()).add(slug)
        found = {name: slugs.get(alias_key(name), set()) for name in names}
        return {name: next(iter(those)) if len(those) == 1 else None for name, those in found.items()}


class _Searchable(_BySlug):
    def published(self):
        return self.filter(state=PUBLISHED)

    def search(self, text: str):
        """Rows whose folded names or aliases hold every word of the text, in no order yet: `stacks.search` ranks."""
        rows = self
        for word in fold(text).split():
            rows = rows.filter(substrings.in_names(self.model, word))
        return rows

    def by_names(self, names) -> dict[str, str | None]:
        """For each name, in any spelling that an alias covers, the slug it leads to, or None where there is none."""
        keys = {name: alias_key(name) for name in names}
        slugs = dict(self.filter(aliases__key__in=keys.values()).order_by().values_list("aliases__key", "slug"))
        return {name: slugs.get(key) for name, key in keys.items()}


class TechnologyQuerySet(_Searchable):
    def for_display(self):
        return self.select_related("category__parent")

    def used(self):
        """Those that at least one company uses at present."""
        return self.filter(companies_count__gt=0)

    def used_as_said_since(self, date: str):
        """Those of which an edition of that date or later says that a company uses them at present."""
        usages = _model("Usage").objects.published().current().said_since(date)
        return self.filter(Exists(usages.filter(technology=OuterRef("pk")).order_by()))

    def unused(self):
        return self.filter(companies_count=0)


class CompanyQuerySet(_Searchable):
    def using_any(self, technologies, said_since: str = ""):
        """Companies that use at least one of the technologies at present, as an edition of that date or later says."""
        return self.filter(Exists(_current_usages(said_since).filter(technology__in=technologies)))

    def using_all(self, technologies, said_since: str = ""):
        """Companies that use every one of the technologies at present."""
        rows = self
        for technology in technologies:
            rows = rows.filter(Exists(_current_usages(said_since).filter(technology=technology)))
        return rows

    def using_category(self, categories, said_since: str = ""):
        """Companies that use something in at least one of the categories, of the second level, at present."""
        return self.filter(Exists(_current_usages(said_since).filter(category__in=categories)))

    def telling_team_size(self):
        """Companies of which a source tells how many people there are, or make its software."""
        return self.filter(_tells_team_size())

    def not_telling_team_size(self):
        return self.filter(~_tells_team_size())

    def count_telling_team_size(self) -> tuple[int, int]:
        """How many do, and how many companies there are."""
        counted = self.order_by().aggregate(told=Count("pk", filter=_tells_team_size()), total=Count("pk"))
        return counted["told"], counted["total"]

    def using_something(self, said_since: str):
        """Companies of which an edition of that date or later says that they use something at present."""
        return self.filter(Exists(_current_usages(said_since)))


def _tells_team_size():
    return Exists(_model("CompanyFact").objects.of_teams().filter(company=OuterRef("pk")).order_by())


def _current_usages(said_since: str = ""):
    usages = _model("Usage").objects.published().current().filter(company=OuterRef("pk")).order_by()
    return usages.said_since(said_since) if said_since else usages


class CompanyFactQuerySet(CuratedQuerySet):
    def of_teams(self):
        """Figures with a source whose label says that people of the company are counted."""
        counted = Q()
        for word in _PEOPLE:
            counted |= Q(label__icontains=word)
        return self.filter(counted, source__isnull=False)


def in_use_on(date: str) -> Q:
    """Usages known to be in use on the last day of `date`; see `UsageQuerySet.as_of`."""
    last = dates.last_day(date)
    begun = ~Q(stage="planned") & Q(known_since__gt="", known_since__lte=last)
    return begun & (Q(known_until__gt=last) | (Q(known_until="") & ~Q(stage="retired")))


class _Sourced(_ByUid):
    """Rows that take a source to be published."""

    owner_of_evidence: str

    def unsourced(self):
        """Those that no source supports."""
        supporting = _model("Evidence")._base_manager.filter(
            stance="supports", **{self.owner_of_evidence: OuterRef("pk")}
        )
        return self.filter(~Exists(supporting.order_by()))


class UsageQuerySet(_Sourced):
    owner_of_evidence = "usage"
    each_of: tuple[str, tuple[int, ...]] | None = None  # see `in_categories`

    def _clone(self):
        clone = super()._clone()  # type: ignore[misc]  # Django's own, of which mypy is not told
        clone.each_of = self.each_of
        return clone

    def published(self):
        """What the public may see; `visible` folds in the state of the company and the technology."""
        return self.filter(visible=True)

    def out_of_sight(self):
        """Published, but of a company or a technology that is not. From those: they are few."""
        of_hidden = [
            _model("Usage").objects.filter(
                **{f"{owner}__in": _model(name).objects.exclude(state=PUBLISHED).values("pk")}
            )
            for owner, name in (("company", "Company"), ("technology", "Technology"))
        ]
        first, second = (usages.order_by().values("pk") for usages in of_hidden)
        return self.filter(pk__in=first.union(second), state=PUBLISHED)

    def open(self):
        """No end, not retired, not retracted: at most one per company, technology, category and scope."""
        return self.filter(ended="").exclude(stage="retired").exclude(state="retracted")

    def current(self):
        """In use as far as the sources say; independent of today's date."""
        return self.filter(ended="").exclude(stage__in=NOT_CURRENT_STAGES)

    def not_current(self):
        """Planned, retired or ended: what `current()` leaves out."""
        return self.filter(Q(ended__gt="") | Q(stage__in=NOT_CURRENT_STAGES))

    def past(self):
        """Ended or retired."""
        return self.exclude(ended="", stage__in=("planned", "trial", "in_use", "retiring"))

    def planned(self):
        return self.filter(ended="", stage="planned")

    def as_of(self, date: str):
        """Known to be in use on the last day of `date`; `derived.find_times` says since and until when that is."""
        return self.filter(in_use_on(date))

    def in_use_on_or_undated(self, date: str):
        """`as_of(date)`, and what is in use and has no date at all."""
        undated = Q(known_since="", ended="") & ~Q(stage__in=NOT_CURRENT_STAGES)
        return self.filter(in_use_on(date) | undated)

    def undated(self):
        """Those that no `as_of()` has, because nobody tells of a day on which they were in use; plans never were."""
        never = (
            Q(known_since="")
            | Q(known_until="", stage="retired")
            | Q(known_until__gt="", known_since__gte=F("known_until"))
        )
        return self.exclude(stage="planned").filter(never)

    def said_since(self, date: str):
        """Supported by an edition of that date or later; compared at the shorter precision, so 2021 may be 2021-06."""
        shorter = {date[:4], date[:7]} - {date}
        return self.filter(Q(last_said__gte=date) | Q(last_said__in=shorter))

    def as_they_are(self):
        """Adds `stage_then` and `current_then`, both of today."""
        current = Q(ended="") & ~Q(stage__in=NOT_CURRENT_STAGES)
        return self.annotate(stage_then=F("stage"), current_then=Case(When(current, then=True), default=False))

    def as_they_were(self, date: str):
        """`as_of(date)` with `stage_then` and `current_then` of that day; see `comparison.period.stage_on`."""
        last = dates.last_day(date)
        told = (
            _model("Evidence")
            .objects.filter(usage=OuterRef("pk"), stance="supports")
            .exclude(stage__in=NOT_CURRENT_STAGES)
            .annotate(
                edition=Case(
                    When(edition_on__gt="", then="edition_on"),
                    When(source__updated_on__gt="", then="source__updated_on"),
                    default="source__published_on",
                )
            )
            .filter(edition__gt="", edition__lte=last)
            .order_by("-edition", "-stage")
        )
        then = Coalesce(NullIf(models.Subquery(told.values("stage")[:1]), Value("")), Value("in_use"))
        lasting = ~Q(stage__in=NOT_CURRENT_STAGES) & Q(last_said__lte=last)
        return self.as_of(date).annotate(
            stage_then=Case(When(lasting, then=F("stage")), default=then), current_then=Value(True)
        )

    def for_display(self):
        """Join what one row shows, so that printing it costs no further query."""
        return self.select_related("company", "technology", "category__parent", "via")

    def with_sources(self):
        """Fetch the evidence and its sources in one further query for all rows."""
        return self.prefetch_related(
            models.Prefetch("evidence", _model("Evidence").objects.select_related("source").order_by(*EVIDENCE_ORDER))
        )

    def search(self, text: str):
        """Rows that hold every word of the text in a text of theirs or in a name of their company or technology."""
        owners = ("company", "technology")
        rows = _with_rare_word(self, text, lambda word: [self._named_with(word, owner) for owner in owners])
        return _holding(rows, text, tuple(f"{owner}__search_text" for owner in owners), ("purpose", "remarks"))

    def _named_with(self, word: str, owner: str):
        model = _model(owner.title())
        owners = model.objects.filter(substrings.in_names(model, fold(word))).order_by()
        return self.model._base_manager.filter(**{f"{owner}__in": owners.values("pk")}).order_by()

    def in_categories(self, pks):
        """Of several categories a page is put together from what an index has of each, not sorted as a whole."""
        rows = self.filter(category__in=pks)
        rows.each_of = ("category", tuple(pks)) if len(pks) <= _MOST_TOGETHER else None
        return rows

    def in_page_order(self):
        """By area and category, then as the curator ordered them."""
        return self.order_by("category__parent__position", "category__position", "category__slug", "position", "added")


class MigrationQuerySet(_Sourced):
    owner_of_evidence = "migration"

    def published(self):
        """Published itself, and all it names is public too."""
        return self.filter(
            Q(from_technology=None) | Q(from_technology__state=PUBLISHED),
            state=PUBLISHED,
            company__state=PUBLISHED,
            to_technology__state=PUBLISHED,
        )

    def search(self, text: str):
        """Rows that hold every word of the text in their reason or in a name of their company or technologies."""
        return _holding(
            self,
            text,
            ("company__search_text", "from_technology__search_text", "to_technology__search_text"),
            ("reason",),
        )

    def for_display(self):
        return self.select_related("company", "from_technology", "to_technology", "category__parent")

    def with_sources(self):
        return self.prefetch_related(
            models.Prefetch("evidence", _model("Evidence").objects.select_related("source").order_by(*EVIDENCE_ORDER))
        )


class CoverageQuerySet(_ByUid):
    def published(self):
        """A look at a published company is public: it says nothing that its source does not."""
        return self.filter(company__state=PUBLISHED)

    def for_display(self):
        return self.select_related("company", "category__parent", "source")


class HomonymQuerySet(CuratedQuerySet):
    def published(self):
        """Those of public technologies, the likelier first."""
        return self.filter(technology__state=PUBLISHED).order_by("key", "position", "technology__slug")


class SourceQuerySet(_ByUid):
    def published(self):
        """Sources that something public cites."""
        cited = Q()
        for by in self._cited():
            cited |= by
        return self.filter(cited)

    def unpublished(self):
        """Those that nothing public cites. Each condition by itself: PostgreSQL joins then."""
        return self.filter(*(~by for by in self._cited()))

    def _cited(self) -> list[Q]:
        evidence = _model("Evidence").objects.filter(source=OuterRef("pk")).order_by()
        migrations = _model("Migration").objects.published().order_by().values("pk")
        facts = _model("CompanyFact").objects.filter(source=OuterRef("pk"), company__state=PUBLISHED).order_by()
        coverage = _model("Coverage").objects.filter(source=OuterRef("pk"), company__state=PUBLISHED).order_by()
        cites = [
            evidence.filter(usage__visible=True),
            evidence.filter(company__state=PUBLISHED),
            evidence.filter(migration__in=migrations),
            facts,
            coverage,
        ]
        return [Q(Exists(rows)) for rows in cites]

    def own_words(self):
        """Sources in which a public company speaks."""
        return self.filter(company__state=PUBLISHED)

    def of_others(self):
        """What `own_words()` leaves out."""
        return self.exclude(company__state=PUBLISHED)

    def about(self, companies):
        """Sources that the companies cite, or their public usages and migrations, their facts or their blanks.

        From what the companies have to the sources: their number is that of the companies, not of the catalogue.
        """
        evidence = _model("Evidence").objects.order_by().values("source")
        migrations = _model("Migration").objects.published().filter(company__in=companies).order_by().values("pk")
        facts, coverage = (
            _model(name).objects.filter(company__in=companies, source__isnull=False).order_by().values("source")
            for name in ("CompanyFact", "Coverage")
        )
        cited = evidence.filter(usage__visible=True, usage__company__in=companies).union(
            evidence.filter(company__in=companies), evidence.filter(migration__in=migrations), facts, coverage
        )
        return self.filter(pk__in=cited)

    def search(self, text: str):
        """Rows that hold every word of the text in their title, publisher or address."""
        return _holding(_with_rare_word(self, text), text, (), ("title", "publisher", "url"))


class ChangeQuerySet(models.QuerySet):
    """The feed is append-only: nothing in it is updated or deleted."""

    def of_objects(self, kind: str, names: Any):
        """What was told of these objects while they were there, by slug or uid: not that they went."""
        return self.filter(kind=kind, object__in=names).exclude(verb=REMOVED)

    def newest_first(self):
        return self.order_by("-seq")

    def update(self, **values):
        raise TypeError("The feed is append-only.")

    def delete(self):
        raise TypeError("The feed is append-only.")


class ImportLineQuerySet(models.QuerySet):
    """What imports and curators propose to change."""

    def waiting(self):
        """What nobody has decided yet. An import notes proposals of its own as applied: those are rows with a state."""
        return self.filter(state="waiting")

    def in_review_of(self, row: Any):
        """Those that are decided on the page of this row: of a company all that hangs on it, of a technology too."""
        name = row._meta.model_name
        if name == "company":
            return self.filter(company=row.pk)
        if name == "technology":
            return self.filter(company=None, technology=row.pk)
        return self.filter(kind=name, row=row.pk)

    def of_vocabulary(self):
        """Those that belong to no company."""
        return self.filter(company=None)

    def returned_to(self, user):
        """What was refused to this author, who has not put it aside yet."""
        return self.filter(author=user, state="refused", put_aside=False)
