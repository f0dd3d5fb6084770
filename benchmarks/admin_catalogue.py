"""A catalogue as its curators have it: what `make_catalogue` makes, with its history and with work in every state.

One company with very many usages, one with as many proposals, one that was deleted with as many, one source that very
many cite, a technology that three companies in ten use; drafts, returned rows, changes that wait, imports, merges.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group, User
from django.utils import timezone

from stacks.audits import draw
from stacks.curating import curating
from stacks.folding import alias_key
from stacks.history.parts import curated_models
from stacks.management import synthetic
from stacks.models import (
    ApiKey,
    Audit,
    Company,
    CompanyAlias,
    CompanyFact,
    Coverage,
    Delivery,
    Evidence,
    Homonym,
    ImportAction,
    ImportBatch,
    ImportDecision,
    ImportLine,
    ImportState,
    KeptApart,
    Merge,
    Migration,
    Objection,
    Redirect,
    Review,
    Source,
    State,
    Technology,
    TechnologyAlias,
    Usage,
    Watch,
    Webhook,
)
from stacks.models.keys import make_key
from stacks.models.webhooks import Message
from stacks.review import CURATOR, REVIEWER


@dataclass(frozen=True, slots=True)
class Size:
    companies: int
    usages: int  # of the company with the most, published; as many wait of another, and went with a third
    citations: int  # of the source with the most
    work: int  # of each other kind of row that work leaves
    people: int


SMALL = Size(companies=20, usages=12, citations=25, work=6, people=3)
FULL = Size(companies=2000, usages=1500, citations=3500, work=600, people=40)


@dataclass(slots=True)
class Made:
    """The rows that are larger than others, and who looks at them."""

    users: dict[str, Any]
    widest: Any  # the company with the most usages
    waiting: Any  # the one with the most proposals
    going: Any  # a draft with as many
    gone: Any  # key of the one that was deleted
    cited: Any  # the source with the most citations
    used: Any  # the technology that most use
    batch: Any  # the open import of many lines
    written: Any
    audit: Any
    hook: Any
    merged: Any


class Maker:
    def __init__(self, size: Size):
        self.size = size
        self.users: dict[str, User] = {}

    def make(self) -> Made:
        size = self.size
        synthetic.make(size.companies, 20)
        self._make_people()
        self._write_history()
        self.technologies = list(Technology.objects.select_related("category").order_by("pk"))
        self.companies = list(Company.objects.order_by("pk"))
        with curating() as ledger:
            self.ledger = ledger
            self.moment = timezone.now()
            (self.cited,) = self._insert(Source, [self._source("cited", self.companies[0])])
            widest = self._company("Widest", State.PUBLISHED, State.PUBLISHED)
            waiting = self._company("Waiting", State.PUBLISHED, State.PROPOSED)
            self._cite()
            self._make_drafts()
        batch, written = self._make_imports(widest, waiting)
        with curating() as ledger:
            self.ledger, self.moment = ledger, timezone.now()
            gone = self._company("Gone", State.DRAFT, State.DRAFT)
            going = self._company("Going", State.DRAFT, State.DRAFT)
        key = gone.pk
        gone.delete()
        merged, hook, audit = self._make_work()
        used = Technology.objects.order_by("-companies_count").first()
        return Made(
            self.users, widest, waiting, going, key, self.cited, used, batch, written, audit, hook, merged
        )  # fmt: skip

    def _make_people(self) -> None:
        made = {
            "superuser": User.objects.create_superuser("superuser"),
            "curator": User.objects.create_user("curator", is_staff=True),
            "reviewer": User.objects.create_user("reviewer", is_staff=True),
        }
        made["curator"].groups.add(Group.objects.get(name=CURATOR))
        made["reviewer"].groups.add(Group.objects.get(name=CURATOR), Group.objects.get(name=REVIEWER))
        User.objects.bulk_create(User(username=f"person-{n}", is_staff=True) for n in range(self.size.people))
        self.users = made

    def _write_history(self) -> None:
        for model in curated_models():
            rows = model._base_manager.order_by("pk").iterator(2000)
            while chunk := [row for _, row in zip(range(2000), rows, strict=False)]:
                self._remember(model, chunk, timezone.now())

    def _remember(self, model: Any, rows: Sequence[Any], moment: Any, user: str = "reviewer") -> None:
        model.history.bulk_history_create(
            rows, batch_size=500, default_user=self.users[user], default_change_reason="", default_date=moment
        )

    def _insert(self, model: Any, rows: Sequence[Any], user: str = "curator") -> list[Any]:
        made = model._base_manager.bulk_create(rows, batch_size=500)
        if model in self.ledger.before:
            self.ledger.before[model].update((row.pk, None) for row in made)
        if hasattr(model, "history"):
            self._remember(model, made, self.moment, user)
        return made

    def _source(self, name: str, company: Any) -> Source:
        return Source(
            url=f"https://{name}.example/{company.slug}",
            title=f"What {company.name} runs and why, told at some length",
            publisher=company.name,
            kind="engineering_blog",
            company=company,
            published_on="2024-05",
        )

    def _company(self, name: str, state: str, of_usages: str) -> Company:
        """With as many usages as the size says, a source each; figures, moves and blanks beside them."""
        many = self.size.usages
        (company,) = self._insert(Company, [Company(name=name, slug=name.lower(), summary="Very much.", state=state)])
        self._insert(CompanyAlias, [CompanyAlias(company=company, name=name)])
        usages = self._insert(
            Usage, [self._usage(company, t, n, of_usages) for n, t in enumerate(self.technologies[:many])]
        )
        migrations = [
            Migration(
                company=company, from_technology=old, to_technology=new, category=new.category, stage="done",
                reason="Why it moved, in a sentence.", state=of_usages,
            )
            for old, new in zip(self.technologies[: many // 10], self.technologies[many // 10 :], strict=False)
        ]  # fmt: skip
        moves = self._insert(Migration, migrations)
        self._insert(
            Evidence,
            [self._evidence(usage=row, source=self.cited) for row in usages]
            + [self._evidence(migration=row, source=self.cited) for row in moves],
        )
        if of_usages == State.PROPOSED:
            Review.objects.bulk_create(
                [Review(usage=row, author=self.users["curator"], proposed_at=self.moment) for row in usages]
                + [Review(migration=row, author=self.users["curator"], proposed_at=self.moment) for row in moves],
                batch_size=500,
            )
        self._insert(
            CompanyFact,
            [CompanyFact(company=company, label=f"Requests {n}", value=f"{n}k") for n in range(many // 30)],
        )
        return company

    def _usage(self, company: Any, technology: Any, position: int, state: str, **more: Any) -> Usage:
        return Usage(
            company=company, technology=technology, category=technology.category,
            purpose="The role that it has, in a few words", remarks="Why it was chosen, in our own words.",
            position=position, state=state, **more,
        )  # fmt: skip

    def _evidence(self, **owner: Any) -> Evidence:
        return Evidence(quote="A few words of the source.", accessed_on="2026-11", **owner)

    def _cite(self) -> None:
        """The one source by usages of many companies, until it is cited as often as the size says."""
        missing = self.size.citations - self.cited.evidence.count()
        usages = Usage.objects.exclude(evidence__source=self.cited).order_by("pk")[: max(0, missing)]
        self.ledger.capture(Usage, [usage.pk for usage in usages])
        self._insert(Evidence, [self._evidence(usage=usage, source=self.cited) for usage in usages])

    def _make_drafts(self) -> None:
        """Of many companies a draft, a proposal and a returned row each."""
        many, user = self.size.work, self.users["curator"]
        companies = (self.companies * (1 + many // len(self.companies)))[:many]
        for scope, state, reason in (
            ("Drafts", State.DRAFT, ""), ("Proposals", State.PROPOSED, ""), ("Returned", State.DRAFT, "Says who?"),
        ):  # fmt: skip
            rows = [
                self._usage(company, self.technologies[-1 - n], n, state, scope=f"{scope} {n}")
                for n, company in enumerate(companies)
            ]
            made = self._insert(Usage, rows)
            self._insert(Evidence, [self._evidence(usage=usage, source=self.cited) for usage in made[: many // 2]])
            if state == State.PROPOSED or reason:
                Review.objects.bulk_create(
                    Review(
                        usage=row, author=user, proposed_at=self.moment, reason=reason,
                        returned_by=self.users["reviewer"] if reason else None,
                        returned_at=self.moment if reason else None,
                    )
                    for row in made
                )  # fmt: skip
        drafts = [Company(name=f"Draft {n}", slug=f"draft-{n}", state=State.DRAFT) for n in range(many)]
        made = self._insert(Company, drafts)
        self._insert(CompanyAlias, [CompanyAlias(company=row, name=row.name) for row in made])
        category = self.technologies[0].category
        proposed = [
            Technology(name=f"Proposed {n}", slug=f"proposed-{n}", kind="tool", category=category, state="proposed")
            for n in range(many)
        ]
        found = self._insert(Technology, proposed)
        self._insert(TechnologyAlias, [TechnologyAlias(technology=row, name=row.name) for row in found])
        Review.objects.bulk_create(Review(technology=row, author=user, proposed_at=self.moment) for row in found)

    def _make_imports(self, widest: Any, waiting: Any) -> tuple[ImportBatch, ImportBatch]:
        user, many = self.users["curator"], self.size.usages
        names = "\n".join(f"- {t.name}: the role that it has, in a few words" for t in self.technologies[:many])
        shared = {"source": self.cited, "format": "markdown", "made_by": user, "accessed_on": "2026-11"}
        ImportBatch.objects.bulk_create(
            ImportBatch(company=company, text="- Redis", fingerprint=f"{company.pk}", **shared)
            for company in self.companies[: self.size.work]
        )
        written = ImportBatch.objects.create(company=waiting, text=names, fingerprint="w", **shared)
        lines = []
        for number, usage in enumerate(Usage.objects.filter(company=waiting).order_by("pk"), 1):
            lines.append(self._line(written, usage, ImportAction.ADD, number=number, state=ImportState.APPLIED))
        suggested = ImportBatch.objects.create(company=widest, format="suggestion", made_by=user)
        for usage in Usage.objects.filter(company=widest).order_by("pk"):
            change = {"field": "purpose", "old": usage.purpose, "new": "Another role, in a few words"}
            lines.append(self._line(suggested, usage, ImportAction.CHANGE, **change))
        for usage in Usage.objects.published().exclude(company=widest).order_by("-pk")[: self.size.work]:
            change = {"field": "purpose", "old": usage.purpose, "new": "Another", "reason": "Says who?"}
            lines.append(self._line(suggested, usage, ImportAction.CHANGE, state=ImportState.REFUSED, **change))
        ImportLine.objects.bulk_create(lines, batch_size=500)
        batch = ImportBatch.objects.create(
            company=self.companies[0], text=names, fingerprint="o", state="open", **shared
        )
        ImportDecision.objects.bulk_create(
            ImportDecision(
                company=self.companies[n % len(self.companies)], words=f"Word {n}", key=f"word{n}", verdict="is",
                technology=self.technologies[n], batch=written, made_by=user,
            )
            for n in range(self.size.work)
        )  # fmt: skip
        return batch, written

    def _line(self, batch: Any, usage: Any, action: str, **more: Any) -> ImportLine:
        return ImportLine(
            batch=batch, author=self.users["curator"], company_id=usage.company_id, technology_id=usage.technology_id,
            usage=usage, kind="usage", row=usage.pk, name="What the text has", action=action, **more,
        )  # fmt: skip

    def _make_work(self) -> tuple[Merge, Webhook, Audit]:
        many, user, now = self.size.work, self.users["reviewer"], timezone.now()
        with curating() as ledger:
            self.ledger, self.moment = ledger, now
            for n in range(many):  # saved one by one, as the feed tells where each leads
                slug = self.companies[n % len(self.companies)].slug
                Redirect.objects.create(kind="company", old_slug=f"old-{n}", new_slug=slug)
            self._insert(Homonym, [self._homonym(n) for n in range(many)])
            self._insert(
                Coverage,
                [
                    Coverage(company=self.companies[0], category=category, looked_on="2026-11", outcome="nothing_found")
                    for category in {t.category for t in self.technologies}
                    if not Coverage.objects.filter(company=self.companies[0], category=category).exists()
                ][:many],
            )
        sources = list(Source.objects.exclude(pk=self.cited.pk).order_by("pk")[: many + 1])
        Watch.objects.bulk_create(
            Watch(source=source, company=source.company, followed_by=user) for source in sources[:many]
        )
        Objection.objects.bulk_create(
            Objection(company=row, asked="Not us.", received_on="2025", until="2025-12", recorded_by=user)
            for row in Company.objects.filter(slug__startswith="draft-").order_by("pk")[:many]
        )
        KeptApart.objects.bulk_create(
            KeptApart(kind="company", first=a.pk, second=b.pk, said_by=user)
            for a, b in zip(self.companies[:many], self.companies[1 : many + 1], strict=False)
        )
        merges = Merge.objects.bulk_create(
            Merge(
                kind="company", gone=f"gone-{n}", gone_name=f"Gone {n}", kept=row.slug, kept_name=row.name,
                kept_pk=row.pk, made_by=user,
            )
            for n, row in enumerate(self.companies[:many])
        )  # fmt: skip
        keys = [ApiKey(name=f"Holder {n}", made_by=user) for n in range(many)]
        for key in keys:
            key.set_key(make_key())
        ApiKey.objects.bulk_create(keys)
        hooks = Webhook.objects.bulk_create(
            Webhook(name=f"Hook {n}", url=f"https://hook{n}.example/", catalogue="c") for n in range(many // 6 + 1)
        )
        Delivery.objects.bulk_create(
            Delivery(webhook=hooks[0], type=Message.CHANGED, catalogue="c", after=n, through=n + 1, made_at=now)
            for n in range(many)
        )
        for n in range(1 + many // 60):
            draw(f"release {n}", 50, n, user)
        return merges[0], hooks[0], draw("the newest", min(1000, self.size.usages), 1, user)

    def _homonym(self, n: int) -> Homonym:
        name = f"Short {n}"
        return Homonym(name=name, key=alias_key(name), technology=self.technologies[n])
