"""A stack beside the catalogue as a document and as a table of its technologies."""

from typing import Any

from stacks.comparison.matrix import Move, Ref
from stacks.exporters.documents import cited_document, ref_document
from stacks.exporters.table import Table
from stacks.exporters.tables import sources
from stacks.pages.technologies.lifecycle import life_document
from stacks.pages.yours.standing import Standing


def standing_document(known: Standing, revision: int, link: Any) -> dict[str, Any]:
    return {
        "revision": revision,
        "technologies": [
            ref_document("technology", Ref(technology.slug, technology.name), link)
            | life_document(technology)
            | {
                "last_said": known.said.get(technology.slug, ("", 0))[0] or None,
                "old": known.is_old(technology),
                "companies": known.said.get(technology.slug, ("", 0))[1],
                "successors": [
                    ref_document("technology", ref, link) for ref in known.successors.get(technology.slug, ())
                ],
            }
            for technology in known.technologies
        ],
        "alike": [
            {
                "company": ref_document("company", pair.companies[1], link),
                "share": round(pair.share or 0, 4),
                "met": pair.met,
                "of": pair.of,
                "categories": pair.categories,
            }
            for pair in known.alike
        ],
        "left": [
            {
                "company": ref_document("company", move.company, link),
                "from_technology": ref_document("technology", move.before, link) if move.before else None,
                "to_technology": ref_document("technology", move.after, link),
                "stage": move.stage,
                "started": move.started or None,
                "ended": move.ended or None,
                "reason": move.reason or None,
                "sources": [cited_document(cited) for cited in move.sources],
            }
            for move in known.moves
        ],
    }


def standing_table(known: Standing, title: str, notes: tuple[str, ...]) -> Table:
    """One line for each technology, or for each move away from it."""
    rows = []
    for technology in known.technologies:
        said, users = known.said.get(technology.slug, ("", 0))
        life = life_document(technology)
        told = (
            technology.kind,
            technology.name,
            technology.category.name,
            life["lifecycle"],
            life["lifecycle_on"] or "",
            said,
            str(users),
        )
        moves = [move for move in known.moves if move.before and move.before.slug == technology.slug]
        rows += [(*told, *_left(move), technology.slug) for move in moves] or [(*told, "", "", "", "", technology.slug)]
    alike = ", ".join(f"{pair.companies[1].name} ({round(100 * (pair.share or 0))} %)" for pair in known.alike)
    return Table(
        title,
        (
            "kind", "technology", "category", "lifecycle", "lifecycle_on", "last_said", "companies",
            "left_by", "left_for", "reason", "sources", "technology_slug",
        ),
        rows,
        ((f"Companies most alike: {alike}.", *notes) if alike else notes),
        keys=1,
        of_kind=True,
    )  # fmt: skip


def _left(move: Move) -> tuple[str, ...]:
    return move.company.name, move.after.name, move.reason, sources(move.sources)
