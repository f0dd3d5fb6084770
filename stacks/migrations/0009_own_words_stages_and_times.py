"""Carries what was known over: one source for each address, whose words a source has, what an edition says, and since
and until when a usage is known. What the public sees differently stands in the feed, as if it had been edited.
"""

import re
from collections import defaultdict

from django.db import migrations
from django.db.models import Q
from django.utils import timezone

from stacks.folding import alias_key
from stacks.models.fields import url_key

IN_PARENTHESES = re.compile(r"\(([^()]+)\)")
CHUNK = 500


def carry_over(apps, schema_editor):
    now = timezone.now()
    feed = Feed(apps)
    one_source_for_each_address(apps, feed, now)
    evidence_once(apps)
    name_who_speaks(apps, feed)
    give_stages(apps, feed)
    keep_times(apps, feed)
    feed.write(now)


def take_back(apps, schema_editor):
    for name in ("Source", "HistoricalSource"):
        apps.get_model("stacks", name).objects.exclude(company=None).update(first_party=True)


class Feed:
    """What changes for the public, by model; written at the end."""

    def __init__(self, apps):
        self.apps = apps
        self.fields = {name: defaultdict(set) for name in ("Source", "Company", "Usage", "Migration", "Coverage")}
        self.gone = []  # uids of sources that were another's twin

    def note(self, name, pk, field):
        if pk:
            self.fields[name][pk].add(field)

    def write(self, now):
        get = lambda name: self.apps.get_model("stacks", name)  # noqa: E731
        Change, Counter = get("Change"), get("Counter")
        lines, companies = [], set()
        for pks in chunks(self.fields["Source"]):
            for source in public_sources(self.apps).filter(pk__in=pks).order_by("pk"):
                lines.append(("source", source.uid, {}, self.fields["Source"][source.pk]))
        for pks in chunks(self.fields["Company"]):
            for company in get("Company").objects.filter(pk__in=pks, state="published").order_by("pk"):
                lines.append(("company", company.slug, {}, self.fields["Company"][company.pk]))
                companies.add(company.pk)
        public = {"Usage": Q(visible=True), "Migration": public_moves(), "Coverage": Q(company__state="published")}
        joins = {"Usage": ("company", "technology", "category")}
        for name, where in public.items():
            places = joins.get(name, ("company", "category"))
            for pks in chunks(self.fields[name]):
                for row in get(name).objects.filter(where, pk__in=pks).select_related(*places).order_by("pk"):
                    slugs = {place: getattr(row, place).slug for place in places}
                    lines.append((name.lower(), row.uid, slugs, self.fields[name][row.pk]))
                    companies.add(row.company_id)
                if name == "Usage":
                    get(name).objects.filter(where, pk__in=pks).update(updated_at=now)
        counter = Counter.objects.filter(pk=1).first()
        count = len(lines) + len(self.gone)
        if not count or counter is None:
            return
        changes = [
            Change(verb="changed", kind=kind, object=name, payload=slugs | {"fields": sorted(fields)})
            for kind, name, slugs, fields in lines
        ] + [Change(verb="removed", kind="source", object=uid, payload={}) for uid in self.gone]
        for seq, change in enumerate(changes, counter.revision + 1):
            change.seq, change.at = seq, now
        Change.objects.bulk_create(changes, batch_size=CHUNK)
        counter.revision += count
        counter.vocabulary_revision = counter.revision
        counter.save()
        for pks in chunks(companies):
            get("Company").objects.filter(pk__in=pks).update(revision=counter.revision)


def chunks(keys):
    ordered = sorted(keys)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]


def public_moves(prefix=""):
    named = {
        f"{prefix}state": "published",
        f"{prefix}company__state": "published",
        f"{prefix}to_technology__state": "published",
    }
    known = {f"{prefix}from_technology__state": "published"}
    return Q(**named) & (Q(**{f"{prefix}from_technology": None}) | Q(**known))


def public_sources(apps):
    """Sources that something public cites."""
    Source = apps.get_model("stacks", "Source")
    return Source.objects.filter(
        pk__in=Source.objects.filter(
            Q(evidence__usage__visible=True)
            | Q(evidence__company__state="published")
            | (Q(evidence__migration__isnull=False) & public_moves("evidence__migration__"))
            | Q(facts__company__state="published")
            | Q(coverage__company__state="published")
        ).values("pk")
    )


def one_source_for_each_address(apps, feed, now):
    """Twins (http and https, with and without a closing slash) become the one that came first."""
    get = lambda name: apps.get_model("stacks", name)  # noqa: E731
    Source = get("Source")
    public = set(public_sources(apps).values_list("pk", flat=True))
    first = {}
    for source in Source.objects.order_by("pk").iterator():
        key = url_key(source.url)
        kept = first.setdefault(key, source.pk)
        if kept == source.pk:
            Source.objects.filter(pk=source.pk).update(url_key=key)
            continue
        for evidence in get("Evidence").objects.filter(source=source.pk):
            for name in ("Usage", "Migration", "Company"):
                feed.note(name, getattr(evidence, f"{name.lower()}_id"), "evidence")
        for fact in get("CompanyFact").objects.filter(source=source.pk):
            feed.note("Company", fact.company_id, "facts")
        for look in get("Coverage").objects.filter(source=source.pk):
            feed.note("Coverage", look.pk, "source")
        for name in ("Evidence", "CompanyFact", "Coverage"):
            get(name).objects.filter(source=source.pk).update(source=kept)
        last = get("HistoricalSource").objects.filter(id=source.pk).order_by("history_date", "history_id").last()
        if last:
            last.pk, last.history_type, last.history_date = None, "-", now
            last.history_change_reason = "the same page as another source"
            last.save(force_insert=True)
        if source.pk in public:
            feed.gone.append(source.uid)
        source.delete()


def evidence_once(apps):
    """Of evidence that says the same twice the first stays; what only the later one has, it takes over."""
    Evidence = apps.get_model("stacks", "Evidence")
    first = {}
    for row in Evidence.objects.order_by("pk").iterator():
        owner = (row.usage_id, row.migration_id, row.company_id)
        kept = first.setdefault((*owner, row.source_id, row.edition_on, row.quote, row.locator), row.pk)
        if kept != row.pk:
            for field in ("accessed_on", "verified_on"):
                if value := getattr(row, field):
                    Evidence.objects.filter(pk=kept, **{field: ""}).update(**{field: value})
            row.delete()


def name_who_speaks(apps, feed):
    """The company that publishes the source; where that is another organisation, the only company it is cited for."""
    get = lambda name: apps.get_model("stacks", name)  # noqa: E731
    Source = get("Source")
    keys = {alias_key(name): pk for name, pk in get("CompanyAlias").objects.values_list("name", "company")}
    keys |= {alias_key(name): pk for name, pk in get("Company").objects.values_list("name", "pk")}
    spoken_of = defaultdict(set)
    for source, *companies in get("Evidence").objects.values_list(
        "source", "usage__company", "migration__company", "company"
    ):
        spoken_of[source].update(companies)
    for name in ("CompanyFact", "Coverage"):
        for source, company in get(name).objects.exclude(source=None).values_list("source", "company"):
            spoken_of[source].add(company)
    speakers = defaultdict(list)
    for pk, publisher in Source.objects.filter(first_party=True).order_by("pk").values_list("pk", "publisher"):
        names = [publisher, *IN_PARENTHESES.findall(publisher)]
        company = next((keys[key] for key in map(alias_key, names) if key in keys), None)
        only = spoken_of[pk] - {None}
        if company is None and len(only) == 1:
            (company,) = only
        if company is not None:
            speakers[company].append(pk)
        feed.note("Source", pk, "company")
    for company, sources in speakers.items():
        for pks in chunks(sources):
            Source.objects.filter(pk__in=pks).update(company=company)
            get("HistoricalSource").objects.filter(id__in=pks, first_party=True).update(company=company)


def give_stages(apps, feed):
    """The newest supporting edition of what is not in use today is the one that said so."""
    Evidence = apps.get_model("stacks", "Evidence")
    Usage = apps.get_model("stacks", "Usage")
    usages = Usage.objects.exclude(stage="in_use").order_by("pk").values_list("pk", "stage")
    for usage, stage in list(usages):
        rows = [
            (edition_on or updated_on or published_on, pk, source)
            for pk, source, edition_on, updated_on, published_on in Evidence.objects.filter(
                usage=usage, stance="supports"
            ).values_list("pk", "source", "edition_on", "source__updated_on", "source__published_on")
        ]
        if rows:
            edition, _, source = max(rows)
            pks = [pk for said, pk, of in rows if (said, of) == (edition, source)]
            Evidence.objects.filter(pk__in=pks).update(stage=stage)
            feed.note("Usage", usage, "evidence")


def keep_times(apps, feed):
    Evidence = apps.get_model("stacks", "Evidence")
    Usage = apps.get_model("stacks", "Usage")
    said = defaultdict(list)
    for usage, stage, edition_on, updated_on, published_on in Evidence.objects.filter(
        usage__isnull=False, stance="supports"
    ).values_list("usage", "stage", "edition_on", "source__updated_on", "source__published_on"):
        if edition := edition_on or updated_on or published_on:
            said[usage].append((edition, stage))
    changed = []
    for usage in Usage.objects.order_by("pk").iterator():
        since, until, last = times(usage.stage, usage.started, usage.ended, said[usage.pk])
        for field, value in (("known_since", since), ("known_until", until)):
            if getattr(usage, field) != value:
                feed.note("Usage", usage.pk, field)
        if last:
            feed.note("Usage", usage.pk, "last_said")
        usage.known_since, usage.known_until, usage.last_said = since, until, last
        changed.append(usage)
        if len(changed) == CHUNK:
            Usage.objects.bulk_update(changed, ["known_since", "known_until", "last_said"])
            changed.clear()
    Usage.objects.bulk_update(changed, ["known_since", "known_until", "last_said"])


def times(stage, started, ended, said):
    """What `stacks.derived` kept when this migration was written."""
    last = max((edition for edition, _ in said), default="")
    if stage == "planned":
        return "", ended, last
    until = ended
    if stage == "retired" and not ended:
        until = min((edition for edition, says in said if says == "retired"), default="")
    using = [edition for edition, says in said if says in ("", "in_use", "trial", "retiring")]
    since = started or min(using, default="")
    shared = min(len(since), len(until))
    if since and until and not started and since[:shared] > until[:shared]:
        since = ""
    return since, until, last


class Migration(migrations.Migration):
    dependencies = [("stacks", "0008_who_says_it_and_when")]

    operations = [migrations.RunPython(carry_over, take_back)]
