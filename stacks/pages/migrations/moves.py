"""A move from one technology to another, as each page shows it."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString

from stacks.comparison.load import load_moves
from stacks.comparison.matrix import Cited, Move
from stacks.models import MigrationStage
from stacks.pages.parts import (
    MIGRATION_STAGES,
    NOT_STATED,
    Link,
    category_link,
    cited_html,
    company_link,
    technology_link,
)


@dataclass(frozen=True, slots=True)
class MigrationView:
    uid: str
    company_slug: str
    company: Link
    before: Link | None
    after: Link
    category: Link
    stage: str
    period: str
    reason: str
    sources: tuple[Cited, ...]

    @property
    def cited(self) -> SafeString:
        return cited_html(self.sources)

    @property
    def url(self) -> str:
        """Where the list of moves has it, with its reason."""
        query = urlencode({"company": self.company_slug})
        return f"{reverse('migrations')}?{query}#migration-{self.uid}"

    @property
    def steps(self) -> list[str]:
        return [self.before.name if self.before else NOT_STATED, self.after.name]

    @property
    def words(self) -> str:
        """In a sentence, for those who do not see the arrow."""
        before = self.before.name if self.before else NOT_STATED
        return f"{self.company.name}, {before} to {self.after.name}, {self.period}"


def show_migrations(migrations) -> list[MigrationView]:
    """Rows joined by `for_display()`; one query for what they cite."""
    return [show_move(move) for move in load_moves(migrations)]


def show_move(move: Move) -> MigrationView:
    return MigrationView(
        uid=move.uid,
        company_slug=move.company.slug,
        company=company_link(move.company),
        before=technology_link(move.before) if move.before else None,
        after=technology_link(move.after),
        category=category_link(move.category),
        stage=MIGRATION_STAGES[move.stage],
        period=_period(move),
        reason=move.reason,
        sources=move.sources,
    )


def _period(move: Move) -> str:
    """When, as far as anybody says; without dates of its own, when the newest edition that tells of it was made."""
    if move.started and move.ended:
        return f"{move.started} to {move.ended}" if move.started != move.ended else move.started
    if move.ended:
        return f"by {move.ended}"
    if move.started:
        return f"since {move.started}"
    if not move.last_said:
        return "date not stated"
    return f"by {move.last_said}" if move.stage == MigrationStage.DONE else f"said {move.last_said}"
