"""Edits of every kind, and a crawl that shares nothing with docs/mirror.py: does a mirror hold what the API says?"""

import importlib.util
import io
import random
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import ProtectedError
from django.test import Client

from development.whole import PATHS
from stacks import merge, unmerge
from stacks.curating import curating
from stacks.history import returning
from stacks.history.deleted import last_records
from stacks.history.restoring import NotRestoredError
from stacks.models import (
    Category,
    Company,
    CompanyAlias,
    CompanyFact,
    CompanyIdentifier,
    Coverage,
    Evidence,
    Merge,
    Migration,
    Redirect,
    Source,
    State,
    Technology,
    TechnologyAlias,
    TechnologyIdentifier,
    TechnologyRelation,
    Usage,
)
from tests.factories import (
    make_category,
    make_company,
    make_coverage,
    make_evidence,
    make_migration,
    make_source,
    make_technology,
    make_usage,
)


def load_mirror():
    spec = importlib.util.spec_from_file_location("mirror", Path(settings.BASE_DIR) / "docs" / "mirror.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


mirror = load_mirror()


class Site(mirror.Site):
    """The API by the test client; `meanwhile` is called before each answer, as others write at any moment."""

    def __init__(self, meanwhile=None):
        super().__init__("http://testserver/")
        self.client, self.meanwhile, self.asked = Client(), meanwhile, 0

    def open(self, url, headers):
        if self.meanwhile:
            self.meanwhile()
        self.asked += 1
        answer = self.client.get(url, headers=headers)
        return answer.status_code, answer.headers, io.BytesIO(answer.getvalue())


# What the rules say no to: then another row is tried, or another edit.
SAID_NO = (ValidationError, IntegrityError, ProtectedError, merge.Refused, NotRestoredError)


class Curators:
    """Edit after edit, of all kinds in turn, each drawn over what there is; the same seed does the same.

    Several may edit at once, each with a seed of its own.
    """

    def __init__(self, seed=1):
        self.random, self.seed, self.edits, self.done = random.Random(seed), seed, 0, []
        kinds = [name for name in dir(self) if name.startswith("do_")]
        self.kinds = random.Random(0).sample(kinds, len(kinds))

    @property
    def number(self):
        """In names that nobody else gives."""
        return self.seed * 10_000 + self.edits

    def edit(self):
        self.edits += 1
        # of two whose seeds follow one another each need do half of the kinds; more is begun than goes
        name = self.kinds[(self.edits + self.seed * len(self.kinds) // 2) % len(self.kinds)]
        name = "do_begin" if self.edits % 5 == 0 else name
        for _ in range(5):
            with suppress(*SAID_NO):
                with curating():
                    getattr(self, name)()
                self.done.append(name)
                return

    @property
    def reviewer(self):
        return get_user_model().objects.get_or_create(username="reviewer", is_superuser=True)[0]

    def a(self, rows):
        keys = sorted(rows.values_list("pk", flat=True))
        return rows.get(pk=self.random.choice(keys)) if keys else None

    def public(self, model):
        return self.a(model.objects.published())

    def change(self, row, **values):
        if row is not None:
            for name, value in values.items():
                setattr(row, name, value)
            row.slug_given = "slug" in values  # a reviewer confirms it
            row.save()

    def do_rename_company(self):
        self.change(self.public(Company), slug=f"renamed-{self.number}")

    def do_rename_technology(self):
        self.change(self.public(Technology), slug=f"renamed-{self.number}", name=f"Renamed {self.number}")

    def do_rename_category(self):
        self.change(self.public(Category), slug=f"renamed-{self.number}")

    def do_rename_back(self):
        redirect = self.a(Redirect.objects.filter(kind="company"))
        if redirect:
            self.change(Company.objects.get(slug=redirect.new_slug), slug=redirect.old_slug)

    def do_swap_companies(self):
        self.swap(Company)

    def do_swap_technologies(self):
        self.swap(Technology)

    def swap(self, model):
        one, other = self.random.sample(list(model.objects.published().order_by("pk")), 2)
        first, second = one.slug, other.slug
        self.change(one, slug=f"between-{self.number}")
        self.change(other, slug=first)
        self.change(one, slug=second)

    def do_tell_a_name_otherwise(self):
        self.change(self.public(Company), name=f"Told otherwise {self.number}", summary="Another")

    def do_end_a_technology(self):
        self.change(
            self.public(Technology), lifecycle="ended", lifecycle_on="2024", lifecycle_source="https://e.example/"
        )

    def do_retract_usage(self):
        self.change(self.public(Usage), state=State.RETRACTED)

    def do_publish_usage(self):
        self.change(self.a(Usage.objects.filter(state=State.RETRACTED)), state=State.PUBLISHED)

    def do_retract_company(self):
        if Company.objects.published().count() > 4:
            self.change(self.public(Company), state=State.RETRACTED)

    def do_publish_company(self):
        self.change(self.a(Company.objects.filter(state=State.RETRACTED)), state=State.PUBLISHED)

    def do_retract_technology(self):
        if Technology.objects.published().count() > 6:
            self.change(self.public(Technology), state=State.RETRACTED)

    def do_publish_technology(self):
        self.change(self.a(Technology.objects.filter(state=State.RETRACTED)), state=State.PUBLISHED)

    def do_merge_technologies(self):
        self.merge(Technology, at_least=8)

    def do_merge_companies(self):
        self.merge(Company, at_least=5)

    def do_merge_sources(self):
        self.merge(Source, at_least=5)

    def do_merge_categories(self):
        inner = Category.objects.published().filter(parent__isnull=False)
        if inner.count() > 4:
            self.become_one(*self.random.sample(list(inner.order_by("pk")), 2))

    def merge(self, model, at_least):
        rows = list(model.objects.published().order_by("pk"))
        if len(rows) > at_least:
            self.become_one(*self.random.sample(rows, 2))

    def become_one(self, gone, kept):
        """Whatever meets, one of the two stays."""
        met = merge.look(gone, kept).conflicts
        merge.merge(
            gone, kept, user=None, conflicts={one.key: self.random.choice((merge.KEPT, merge.MOVED)) for one in met}
        )

    def do_take_a_merge_back(self):
        merged = Merge.objects.filter(undone_at=None).order_by("-pk").first()
        if merged:
            unmerge.undo(merged, user=None)

    def do_bring_back(self):
        """What was deleted of late, with what went along."""
        models = (Company, Usage, Technology, Source, Migration)
        gone = [(model, one) for model in models for one in last_records(model).order_by("-history_id")[:3]]
        if gone:
            model, record = self.random.choice(gone)
            found = returning.look(model, record)
            returning.bring_back(found, values={}, user=self.reviewer, writes=lambda row: True)

    def do_delete_usage(self):
        self.public(Usage).delete()
        make_usage(self.public(Company), self.public(Technology), scope=f"Again {self.number}")

    def do_delete_company(self):
        if Company.objects.published().count() > 4:
            company = self.public(Company)
            Usage.objects.filter(company=company).delete()
            Migration.objects.filter(company=company).delete()
            company.delete()

    def do_delete_technology(self):
        technology = self.public(Technology)
        if Technology.objects.published().count() > 6 and not Usage.objects.filter(technology=technology).exists():
            technology.delete()

    def do_delete_source(self):
        source = self.public(Source)
        for evidence in Evidence.objects.filter(source=source):
            evidence.delete()
        source.delete()

    def do_delete_category(self):
        empty = Category.objects.filter(parent__isnull=False, usages=None, technologies=None, coverage=None)
        category = self.a(empty)
        if category:
            category.delete()

    def do_end_usage(self):
        self.change(self.public(Usage), started="2015-02", ended=f"20{self.random.randint(16, 24)}")

    def do_bring_a_usage_to_life(self):
        self.change(self.a(Usage.objects.published().exclude(ended="")), ended="", stage="in_use")

    def do_tell_a_usage_otherwise(self):
        remarks = f"Because of *{self.number}*"
        self.change(self.public(Usage), remarks=remarks, purpose=f"Purpose {self.number}", hosting="managed")

    def do_change_technology_of_usage(self):
        self.change(self.public(Usage), technology=self.public(Technology), scope=f"Changed {self.number}")

    def do_file_usage_elsewhere(self):
        self.change(self.public(Usage), category=self.inner_category(), scope=f"Filed {self.number}")

    def do_file_technology_elsewhere(self):
        self.change(self.public(Technology), category=self.inner_category(), kind="service", open_source="yes")

    def inner_category(self):
        return self.a(Category.objects.filter(parent__isnull=False))

    def do_swap_categories(self):
        self.swap(Category)

    def do_say_a_source_elsewhere(self):
        self.change(self.public(Source), url=f"https://elsewhere.example/{self.number}", kind="talk")

    def do_cite_another_source(self):
        self.change(self.a(Evidence.objects.filter(usage__isnull=False)), source=self.public(Source))

    def do_contradict(self):
        usage = self.public(Usage)
        make_evidence(usage=usage, source=make_source(), stance="contradicts")

    def do_name_it_no_more(self):
        for model in (TechnologyAlias, CompanyAlias):
            alias = self.a(model.objects.filter(name__startswith="Alias"))
            if alias:
                alias.delete()

    def do_identify_no_more(self):
        identifier = self.a(TechnologyIdentifier.objects.all())
        if identifier:
            identifier.delete()

    def do_count_otherwise(self):
        self.change(self.a(CompanyFact.objects.all()), value=f"{self.number}", source=self.public(Source))

    def do_count_no_more(self):
        fact = self.a(CompanyFact.objects.all())
        if fact:
            fact.delete()

    def do_look_again(self):
        self.change(self.a(Coverage.objects.all()), outcome="not_used", source=self.public(Source))

    def do_migrate_otherwise(self):
        self.change(
            self.public(Migration),
            from_technology=self.public(Technology),
            stage="under_way",
            started="2021",
            reason=f"Reason {self.number}",
        )

    def do_retract_migration(self):
        self.change(self.public(Migration), state=State.RETRACTED)

    def do_part_with_a_parent(self):
        self.change(self.a(Company.objects.exclude(parent=None)), parent=None, life="active", life_on="")

    def do_tell_a_story(self):
        self.change(self.public(Company), story=f"Story {self.number}", lessons="Less is more", founded="1999")

    def do_date_source(self):
        self.change(self.public(Source), updated_on=f"20{self.random.randint(15, 25)}-03", title=f"Title {self.number}")

    def do_give_a_source_its_company(self):
        self.change(self.public(Source), company=self.public(Company), publisher=f"Publisher {self.number}")

    def do_cite(self):
        make_evidence(usage=self.public(Usage), source=self.public(Source), quote="so it is", edition_on="2019")

    def do_cite_no_more(self):
        evidence = self.a(Evidence.objects.filter(usage__isnull=False))
        if evidence and evidence.usage.evidence.count() > 1:
            evidence.delete()

    def do_cite_otherwise(self):
        evidence = self.a(Evidence.objects.filter(usage__isnull=False))
        self.change(evidence, edition_on=f"20{self.random.randint(12, 24)}", stage="trial", technology_version="3")

    def do_move_usage(self):
        self.change(self.public(Usage), company=self.public(Company), scope=f"Moved {self.number}")

    def do_run_it_through(self):
        self.change(self.public(Usage), via=self.public(Technology), started="2018")

    def do_retire_usage(self):
        self.change(self.public(Usage), stage="retired")

    def do_name_it_too(self):
        TechnologyAlias.objects.create(technology=self.public(Technology), name=f"Alias {self.number}")
        CompanyAlias.objects.create(company=self.public(Company), name=f"Alias {self.number}")

    def do_identify(self):
        TechnologyIdentifier.objects.create(
            technology=self.public(Technology), scheme="wikidata", value=f"Q{self.number}"
        )
        CompanyIdentifier.objects.create(company=self.public(Company), scheme="wikidata", value=f"Q{self.number}")

    def do_relate(self):
        one, other = self.random.sample(list(Technology.objects.published().order_by("pk")), 2)
        if not TechnologyRelation.objects.filter(kind="part_of").exists():
            TechnologyRelation.objects.create(subject=one, kind="part_of", object=other)

    def do_relate_no_more(self):
        relation = self.a(TechnologyRelation.objects.all())
        if relation and self.random.random() < 0.3:
            relation.delete()

    def do_count(self):
        CompanyFact.objects.create(
            company=self.public(Company),
            label=f"Users {self.number}",
            value="9",
            observed_on="2020",
            source=make_source(),
        )

    def do_look(self):
        make_coverage(self.public(Company), make_category())

    def do_look_no_more(self):
        coverage = self.a(Coverage.objects.all())
        if coverage:
            coverage.delete()

    def do_take_over(self):
        company = self.public(Company)
        parent = self.a(Company.objects.published().exclude(pk=company.pk).filter(parent=None))
        if parent and not Company.objects.filter(parent=company).exists():
            self.change(company, parent=parent, life="acquired", life_on="2019")

    def do_migrate(self):
        make_migration(self.public(Company), None, self.public(Technology), reason=f"Reason {self.number}")

    def do_migrate_no_more(self):
        migration = self.public(Migration)
        if migration:
            migration.delete()

    def do_lead_on_by_hand(self):
        Redirect.objects.create(kind="company", old_slug=f"by-hand-{self.number}", new_slug=self.public(Company).slug)

    def do_lead_nowhere(self):
        redirect = self.a(Redirect.objects.all())
        if redirect:
            redirect.delete()

    def do_move_category(self):
        category = self.a(Category.objects.filter(parent__isnull=False))
        self.change(category, position=self.number, parent=self.a(Category.objects.filter(parent=None)))

    def do_begin(self):
        technology = make_technology(f"New {self.number}", category=self.inner_category())
        company = make_company(f"New {self.number}")
        make_usage(company, technology, source=self.public(Source))
        make_usage(company, self.public(Technology), via=technology, scope="Too")


@curating()
def make_some():
    technologies = [make_technology(f"Technology {name}") for name in "abcdefghijkl"]
    for number, name in enumerate("abcdefgh"):
        company = make_company(f"Company {name}")
        for technology in technologies[number : number + 3]:
            make_usage(company, technology)
        make_migration(company, None, technologies[number])
        make_coverage(company)


# docs/mirror.md names these: each follows from other documents
FOLLOWS = {"html_url", "api_url", "companies_count", "usages_count", "revision", "updated_at", "first_party"}
FOLLOWS_OF_CITED = {"url", "title", "publisher", "kind", "archive_url", "edition", "first_party"}


def crawl(client):
    """Every document of every list, as it says itself; references by their key, what follows from others left out."""
    found = {}
    for kind, path in PATHS.items():
        url = f"/api/v1/{path}/?page_size=500"
        while url:
            page = client.get(url).json()
            for row in page["results"]:
                found[kind, row.get("uid") or row["slug"]] = without_what_follows(kind, row)
            url = page["next"]
    return found


def without_what_follows(kind, row):
    plain = {}
    for name, value in row.items():
        if name in FOLLOWS or (name == "url" and kind != "source"):
            continue
        if name == "sources":
            cited = [{k: v for k, v in one.items() if k not in FOLLOWS_OF_CITED} for one in value]
            plain[name] = sorted(map(repr, (sorted(one.items(), key=repr) for one in cited)))
        elif name == "relations":
            plain[name] = sorted((one["kind"], one["technology"]["slug"]) for one in value)
        elif name == "facts":
            plain[name] = [
                (f["label"], f["value"], f["observed_on"], f["source"] and f["source"]["uid"]) for f in value
            ]
        elif isinstance(value, dict):
            plain[name] = value.get("uid") or value["slug"]
        else:
            plain[name] = value
    return plain


def held(kept):
    """What the file of a mirror holds, in the form of `crawl`."""
    found = {}
    for kind in PATHS:
        for key, row in kept.documents(kind).items():
            plain = dict(row)
            if "sources" in row:
                plain["sources"] = sorted(repr(sorted(one.items(), key=repr)) for one in row["sources"])
            if "relations" in row:
                plain["relations"] = sorted((one["kind"], one["technology"]) for one in row["relations"])
            if "facts" in row:
                plain["facts"] = [(f["label"], f["value"], f["observed_on"], f["source"]) for f in row["facts"]]
            found[kind, key] = plain
    return found


def led(kept):
    return {(kind, old): new for kind, old, new in kept.base.execute("SELECT kind, old, new FROM redirects")}
