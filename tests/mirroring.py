"""Edits of every kind, and a crawl that shares nothing with docs/mirror.py: does a mirror hold what the API says?"""

import importlib.util
import io
import random
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.test import Client

from stacks.curating import curating
from stacks.models import (
    Category,
    Company,
    CompanyAlias,
    CompanyFact,
    CompanyIdentifier,
    Coverage,
    Evidence,
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


class Curators:
    """Edit after edit, of all kinds in turn, each drawn over what there is; the same seed does the same."""

    def __init__(self, seed=1):
        self.random, self.number, self.done = random.Random(seed), 0, []
        self.kinds = [name for name in dir(self) if name.startswith("do_")]

    def edit(self):
        self.number += 1
        name = self.kinds[self.number * 7 % len(self.kinds)]
        for _ in range(5):
            with suppress(ValidationError), curating():
                getattr(self, name)()
                self.done.append(name)
                return

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
        """What `merge` will do: all goes to one of the two, the other goes, its slug leads on."""
        if Technology.objects.published().count() < 8:
            return
        one, other = self.random.sample(list(Technology.objects.published().order_by("pk")), 2)
        for usage in Usage.objects.filter(technology=one):
            self.change(usage, technology=other, scope=f"{usage.scope} {self.number} {usage.pk}".strip())
        for usage in Usage.objects.filter(via=one):
            self.change(usage, via=None)
        for migration in Migration.objects.filter(from_technology=one):
            self.change(migration, from_technology=None)
        for migration in Migration.objects.filter(to_technology=one):
            migration.delete()
        slug = one.slug
        one.delete()
        Redirect.objects.create(kind="technology", old_slug=slug, new_slug=other.slug)

    def do_delete_usage(self):
        self.public(Usage).delete()
        make_usage(self.public(Company), self.public(Technology), scope=f"Again {self.number}")

    def do_delete_company(self):
        if Company.objects.published().count() > 4:
            company = self.public(Company)
            Usage.objects.filter(company=company).delete()
            Migration.objects.filter(company=company).delete()
            company.delete()

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
        make_usage(make_company(f"New {self.number}"), make_technology(f"New {self.number}"))


@curating()
def make_some():
    technologies = [make_technology(f"Technology {name}") for name in "abcdefghijkl"]
    for number, name in enumerate("abcdefgh"):
        company = make_company(f"Company {name}")
        for technology in technologies[number : number + 3]:
            make_usage(company, technology)
        make_migration(company, None, technologies[number])
        make_coverage(company)


PATHS = {
    "category": "categories",
    "technology": "technologies",
    "source": "sources",
    "company": "companies",
    "usage": "usages",
    "migration": "migrations",
    "coverage": "coverage",
}
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
