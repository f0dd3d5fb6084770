"""How often the catalogue errs: the outcome of each finished audit, and every error that it found."""

from dataclasses import dataclass

from stacks.audits import Error, Outcome, outcomes
from stacks.models import Audit, AuditVerdict

_WHAT = {AuditVerdict.WRONG: "its source says otherwise", AuditVerdict.NOT_FOUND: "its source does not say it"}


@dataclass(frozen=True, slots=True)
class ErrorView:
    """`company` is empty where the entry is not public any more: then nothing of it is told."""

    company: str
    company_url: str
    technology: str
    technology_url: str
    what: str
    notes: tuple[str, ...]
    since: str


@dataclass(frozen=True, slots=True)
class AuditView:
    release: str
    finished_on: str
    revision: int
    judged: int
    of: int
    right: int
    wrong: int
    not_found: int
    rate: str
    interval: str
    errors: tuple[ErrorView, ...]


def read_audits() -> list[AuditView]:
    """The newest first. Three queries, one where there is none."""
    finished = list(Audit.objects.filter(finished_at__isnull=False).order_by("-finished_at", "-pk"))
    return [_show(outcome) for outcome in outcomes(finished)] if finished else []


def _show(outcome: Outcome) -> AuditView:
    audit, rate = outcome.audit, outcome.rate
    return AuditView(
        release=audit.release,
        finished_on=f"{audit.finished_at:%Y-%m-%d}",
        revision=audit.revision,
        judged=rate.judged,
        of=audit.drawn_from,
        right=outcome.right,
        wrong=outcome.wrong,
        not_found=outcome.not_found,
        rate=_percent(rate.share),
        interval=f"{_percent(rate.low)} to {_percent(rate.high)}",
        errors=tuple(_show_error(error) for error in outcome.errors),
    )


def _show_error(error: Error) -> ErrorView:
    what = _WHAT[AuditVerdict(error.verdict)]
    if error.usage is None:
        return ErrorView("", "", "", "", what, (), "withdrawn since")
    company, technology = error.usage.company, error.usage.technology
    return ErrorView(
        company.name,
        company.get_absolute_url(),
        technology.name,
        technology.get_absolute_url(),
        what,
        error.notes,
        "changed since" if error.is_changed else "stands as it was",
    )


def _percent(share: float) -> str:
    return f"{share * 100:.1f} %"
