"""A move from one technology to another, as each page shows it."""

from dataclasses import dataclass

from stacks.comparison.load import load_moves
from stacks.comparison.matrix import Cited, Move
from stacks.pages.parts import (
    MIGRATION_STAGES,
    Link,
    category_link,
    company_link,
    technology_link,
)


@dataclass(frozen=True, slots=True)
class MigrationView:
    uid: str
    company: Link
    before: Link | None
    after: Link
    category: Link
    stage: str
    period: str
    reason: str
    sources: tuple[Cited, ...]


def show_migrations(migrations) -> list[MigrationView]:
    """Rows joined by `for_display()`; one query for what they cite."""
    return [show_move(move) for move in load_moves(migrations)]


def show_move(move: Move) -> MigrationView:
    return MigrationView(
        uid=move.uid,
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
    if move.started and move.ended:
        return f"{move.started} to {move.ended}" if move.started != move.ended else move.started
    if move.ended:
        return f"by {move.ended}"
    return f"since {move.started}" if move.started else "undated"
