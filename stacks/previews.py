"""Links that show a row as visitors will see it, before it is public, to whoever holds one.

A link is signed and kept nowhere. It ends after seven days, with the publishing, with the row and with the catalogue.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core import signing
from django.db.models import Q
from django.urls import reverse

from stacks.dates import spell
from stacks.models import Company, Migration, State, Technology, Usage
from stacks.revisions import revision

LASTS = timedelta(days=7)
_SALT = "stacks.preview"
_KINDS: dict[str, Any] = {str(kind._meta.model_name): kind for kind in (Company, Technology, Usage, Migration)}
_WAITING = (State.DRAFT, State.PROPOSED)


class NoPreview(Exception):
    """Nobody made this link here, or it has been changed."""


class Ended(Exception):
    """It was a link to a preview once; the message says why it is none any more."""


class IsPublic(Exception):
    """What the link showed is public now, at `url`."""

    def __init__(self, url: str):
        super().__init__(url)
        self.url = url


@dataclass(frozen=True, slots=True)
class Preview:
    """What a link shows: on the page of `page`, a company or a technology, `row` itself or what is part of it."""

    row: Any
    page: Company | Technology
    until: str


def shown_on(row: Any) -> Company | Technology:
    """Whose page shows the row: of what is part of a company, that of the company."""
    return row if isinstance(row, Company | Technology) else row.company


def link_to(row: Any) -> str:
    """The path of a new link; empty where there is nothing to show before it is public. One query.

    What is part of a company that is no more public than itself is shown by a link to the company, with all of it.
    """
    page = shown_on(row)
    if page.state in _WAITING:
        row = page
    if row.state not in _WAITING or page.state == State.RETRACTED:
        return ""
    said = [row._meta.model_name, row.pk, revision().identity]
    return reverse("preview", args=[signing.dumps(said, salt=_SALT)])


def open_link(token: str) -> Preview:
    """Raises NoPreview, Ended or IsPublic. Four queries."""
    try:
        kind, key, identity = signing.loads(token, salt=_SALT, max_age=LASTS)
    except signing.SignatureExpired as error:
        raise Ended(f"A link to a preview works for {LASTS.days} days, and these are over.") from error
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise NoPreview from error
    made = _made_at(token)
    model = _KINDS[kind]
    row = model.objects.select_related(*_joined(model)).filter(pk=key).first()
    if row is None or identity != revision().identity:
        raise Ended("What it showed is not there any more.")
    if row.state == State.PUBLISHED:
        if model.objects.published().filter(pk=key).exists():
            raise IsPublic(row.get_absolute_url())
        raise Ended("It has been published, and comes into sight with what it belongs to.")
    published = row.history.filter(state=State.PUBLISHED, history_date__gte=made).exists()
    page = shown_on(row)
    if row.state not in _WAITING or published or (page is not row and page.state != State.PUBLISHED):
        raise Ended("What it showed has been taken back.")
    return Preview(row, page, spell(f"{made + LASTS:%Y-%m-%d}"))


def _made_at(token: str) -> datetime:
    """The moment that stands in a token whose signature is right."""
    return datetime.fromtimestamp(signing.b62_decode(token.rsplit(":", 2)[1]), tz=UTC)


def _joined(model: Any) -> tuple[str, ...]:
    if model is Technology:
        return ("category__parent",)
    return () if model is Company else ("company", "category")


# What visitors would see. A usage of something that is not public stays out of sight, so it is no part of a preview.


def foreseen_usages(preview: Preview) -> Any:
    """Of a company with all its drafts; of a usage the public stack with it; of a technology what waits for it."""
    if isinstance(preview.page, Technology):
        usages = Usage.objects.filter(technology=preview.page, state=State.PUBLISHED)
        return usages.filter(company__state=State.PUBLISHED)
    named = Usage.objects.filter(company=preview.page, technology__state=State.PUBLISHED)
    if isinstance(preview.row, Company):
        return named.exclude(state=State.RETRACTED)
    own = Q(pk=preview.row.pk) if isinstance(preview.row, Usage) else Q(pk=None)
    return named.filter(Q(state=State.PUBLISHED) | own)


def foreseen_migrations(preview: Preview) -> Any:
    """In the same way."""
    before = Q(from_technology=None) | Q(from_technology__state=State.PUBLISHED)
    after = Q(to_technology__state=State.PUBLISHED)
    if isinstance(preview.page, Technology):
        page = preview.page.pk
        moves = Migration.objects.filter(state=State.PUBLISHED, company__state=State.PUBLISHED)
        return moves.filter(before | Q(from_technology=page), after | Q(to_technology=page))
    moves = Migration.objects.filter(before, after, company=preview.page)
    if isinstance(preview.row, Company):
        return moves.exclude(state=State.RETRACTED)
    own = Q(pk=preview.row.pk) if isinstance(preview.row, Migration) else Q(pk=None)
    return moves.filter(Q(state=State.PUBLISHED) | own)


def left_out(preview: Preview) -> int:
    """How many drafts and proposals it does not show, as they name what is not public."""
    if isinstance(preview.page, Technology):
        return 0
    if isinstance(preview.row, Company):
        waiting = Usage.objects.filter(company=preview.row, state__in=(*_WAITING, State.PUBLISHED))
        return waiting.exclude(technology__state=State.PUBLISHED).count()
    shown = foreseen_usages(preview) if isinstance(preview.row, Usage) else foreseen_migrations(preview)
    return 0 if shown.filter(pk=preview.row.pk).exists() else 1
