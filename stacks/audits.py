"""How often the catalogue errs: a random sample of it, judged blind, and the rate that follows.

The sample is of usages, each as likely as the next, drawn by a seed that is kept: who has the same catalogue draws the
same sample again. A usage is wrong when its sources say otherwise, or do not say it; where several people judged it,
the worst of what they found counts.
"""

import math
import random
import secrets
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from stacks.curating import curating, in_hand
from stacks.models import (
    Audit,
    AuditItem,
    AuditJudgement,
    AuditVerdict,
    Evidence,
    Stance,
    Usage,
)
from stacks.models.audits import LARGEST_SEED

_NINETY_FIVE = 1.959964  # the share of the normal distribution that a 95 % interval covers
_WORST_FIRST = (AuditVerdict.WRONG, AuditVerdict.NOT_FOUND, AuditVerdict.RIGHT)


class Refused(Exception):
    """The audit stays as it is; the message says why."""


@dataclass(frozen=True, slots=True)
class Rate:
    """`errors` of `judged`, with the 95 % interval of Wilson; shares from 0 to 1."""

    errors: int
    judged: int
    share: float
    low: float
    high: float


def rate_of(errors: int, judged: int) -> Rate:
    """Nothing judged says nothing: anything from 0 to 1."""
    if not judged:
        return Rate(0, 0, 0.0, 0.0, 1.0)
    z2 = _NINETY_FIVE**2
    share = errors / judged
    middle = share + z2 / (2 * judged)
    reach = _NINETY_FIVE * math.sqrt(share * (1 - share) / judged + z2 / (4 * judged**2))
    low, high = (middle - reach) / (1 + z2 / judged), (middle + reach) / (1 + z2 / judged)
    return Rate(errors, judged, share, 0.0 if not errors else low, 1.0 if errors == judged else high)


def sample(uids: Iterable[str], size: int, seed: int) -> list[str]:
    """The uids that this seed draws, in the order in which they are judged."""
    population = sorted(uids)
    return random.Random(seed).sample(population, min(size, len(population)))  # noqa: S311 - to be drawn again


def draw(release: str, size: int, seed: int | None, user: Any) -> Audit:
    """Draw a sample of what is published now. Raises Refused."""
    seed = secrets.randbelow(LARGEST_SEED) if seed is None else seed
    with curating() as ledger:
        keys = dict(Usage.objects.published().order_by().values_list("uid", "pk"))
        if not keys:
            raise Refused("Nothing is published yet: there is nothing to draw from.")
        audit = Audit(release=release, size=size, seed=seed, revision=ledger.counter.revision, drawn_from=len(keys))
        audit.made_by = user
        try:
            with transaction.atomic():
                audit.save()
        except IntegrityError as error:
            raise Refused(f"“{release}” is audited already.") from error
        drawn = sample(keys, size, seed)
        rows = Usage.objects.for_display().in_bulk([keys[uid] for uid in drawn])
        said = _evidence(rows)
        AuditItem.objects.bulk_create(
            AuditItem(audit=audit, number=number, usage=rows[keys[uid]], stated=_stated(rows[keys[uid]], said))
            for number, uid in enumerate(drawn, 1)
        )
        return audit


def _evidence(rows: dict[int, Usage]) -> dict[int, list[Evidence]]:
    found: dict[int, list[Evidence]] = {}
    cited = Evidence.objects.filter(usage__in=rows, stance=Stance.SUPPORTS).select_related("source")
    for evidence in cited.order_by("pk"):
        found.setdefault(evidence.usage_id or 0, []).append(evidence)
    return found


def _stated(usage: Usage, said: dict[int, list[Evidence]]) -> dict[str, Any]:
    """What a visitor reads: the claim, and where it is said to stand. Nothing of who checked it."""
    return {
        "uid": usage.uid,
        "company": usage.company.name,
        "technology": usage.technology.name,
        "category": usage.category.name,
        "via": usage.via.name if usage.via else "",
        "stage": usage.get_stage_display(),
        "hosting": usage.get_hosting_display(),
        **{name: getattr(usage, name) for name in ("scope", "purpose", "remarks", "started", "ended")},
        "sources": [
            {
                "url": evidence.source.url,
                "archive_url": evidence.source.archive_url,
                "title": evidence.source.title,
                "edition": evidence.edition,
                "quote": evidence.quote,
                "locator": evidence.locator,
            }
            for evidence in said.get(usage.pk, [])
        ],
    }


def judge(item: AuditItem, user: Any, verdict: str, note: str) -> AuditJudgement:
    """What this user found, in place of what he found before. Raises Refused."""
    with curating():
        audit = Audit.objects.select_for_update().get(pk=item.audit_id)
        if audit.finished_at:
            raise Refused("This audit is finished: its outcome stands.")
        values = {"verdict": AuditVerdict(verdict).value, "note": note, "judged_at": timezone.now()}
        return AuditJudgement.objects.update_or_create(item=item, judged_by=user, defaults=values)[0]


def finish(pk: int) -> Audit:
    """Make the outcome public: from now on it stays. Raises Refused where something was not judged."""
    with curating():
        audit = Audit.objects.select_for_update().get(pk=pk)
        if audit.finished_at:
            raise Refused("It is finished already.")
        left = audit.items.filter(judgements=None).count()
        if left:
            raise Refused(f"{left} of {audit.items.count()} are not judged yet.")
        audit.finished_at = timezone.now()
        audit.save(update_fields=["finished_at"])
        tell_pages()
        return audit


def tell_pages() -> None:
    """What pages show of finished audits has changed: what is kept of them is old. Within a curating transaction."""
    counter = in_hand().counter
    counter.audits += 1
    counter.save(update_fields=["audits"])


@dataclass(frozen=True, slots=True)
class Error:
    """A judged usage that its sources do not bear out. `usage` is None where it is not public any more."""

    verdict: str
    notes: tuple[str, ...]
    stated: dict[str, Any]
    usage: Usage | None

    @property
    def is_changed(self) -> bool:
        """Whether what is published now says something else than what was judged."""
        if self.usage is None:
            return True
        named = {"company": self.usage.company.name, "technology": self.usage.technology.name}
        named |= {"category": self.usage.category.name, "via": self.usage.via.name if self.usage.via else ""}
        named |= {"stage": self.usage.get_stage_display(), "hosting": self.usage.get_hosting_display()}
        told = ("scope", "purpose", "remarks", "started", "ended")
        named |= {name: getattr(self.usage, name) for name in told}
        return any(self.stated[name] != value for name, value in named.items())


@dataclass(frozen=True, slots=True)
class Outcome:
    audit: Audit
    right: int
    wrong: int
    not_found: int
    rate: Rate
    errors: tuple[Error, ...]


def outcomes(audits: Iterable[Audit]) -> list[Outcome]:
    """What came out of each. Three queries, however many."""
    rows = list(audits)
    items = AuditItem.objects.filter(audit__in=rows).order_by("audit", "number")
    items = items.select_related("usage__company", "usage__technology", "usage__category", "usage__via")
    found: dict[int, list[tuple[AuditItem, str, tuple[str, ...]]]] = {}
    for item in items.prefetch_related("judgements"):
        judged = list(item.judgements.all())
        verdicts = {judgement.verdict for judgement in judged}
        if verdict := next((each for each in _WORST_FIRST if each in verdicts), None):
            notes = tuple(one.note for one in judged if one.note and one.verdict == verdict)
            found.setdefault(item.audit_id, []).append((item, verdict, notes))
    return [_outcome(audit, found.get(audit.pk, [])) for audit in rows]


def _outcome(audit: Audit, judged: list[tuple[AuditItem, str, tuple[str, ...]]]) -> Outcome:
    counts = Counter(verdict for _, verdict, _ in judged)
    wrong, not_found = counts[AuditVerdict.WRONG], counts[AuditVerdict.NOT_FOUND]
    errors = tuple(
        Error(verdict, notes, item.stated, item.usage if item.usage and item.usage.visible else None)
        for item, verdict, notes in judged
        if verdict != AuditVerdict.RIGHT
    )
    return Outcome(audit, counts[AuditVerdict.RIGHT], wrong, not_found, rate_of(wrong + not_found, len(judged)), errors)
