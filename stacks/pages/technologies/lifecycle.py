"""Whether a technology is still kept by its makers, since when, who says so, and what comes after it."""

from dataclasses import dataclass
from typing import Any

from stacks.models import Lifecycle, Technology
from stacks.pages.parts import Link

_STATES = {
    Lifecycle.ACTIVE: "Active",
    Lifecycle.MAINTENANCE: "Maintained, not developed further",
    Lifecycle.ENDED: "Ended",
}
_SHORT = {Lifecycle.MAINTENANCE: "maintenance only", Lifecycle.ENDED: "ended"}


@dataclass(frozen=True, slots=True)
class LifeView:
    """`state` is a class too; `successors` are those that say they come after it."""

    state: str
    words: str
    since: str
    source: str
    successors: list[Link]


def show_life(technology: Technology, successors: list[Link]) -> LifeView | None:
    """None where nothing is known and nothing comes after it."""
    words = _STATES.get(Lifecycle(technology.lifecycle), "")
    if not words and not successors:
        return None
    since = f"since {technology.lifecycle_on}" if technology.lifecycle_on else ""
    return LifeView(technology.lifecycle, words, since, technology.lifecycle_source, successors)


def life_words(technology: Technology) -> str:
    """In a table: "Ended since 2021-12-31"; empty where no source says."""
    words = _STATES.get(Lifecycle(technology.lifecycle), "")
    return f"{words} since {technology.lifecycle_on}" if words and technology.lifecycle_on else words


def life_mark(lifecycle: str, lifecycle_on: str) -> str:
    """What a list says beside a name: "ended since 2021-12-31"; nothing of what is active or not known."""
    word = _SHORT.get(Lifecycle(lifecycle), "")
    return f"{word} since {lifecycle_on}" if word and lifecycle_on else word


def life_note(technology: Technology) -> str:
    """In a sentence with its source, for the page as text; empty where nothing is known."""
    words = _STATES.get(Lifecycle(technology.lifecycle), "")
    since = f" since {technology.lifecycle_on}" if technology.lifecycle_on else ""
    return f"{words}{since}, says {technology.lifecycle_source}" if words else ""


def life_document(technology: Technology) -> dict[str, Any]:
    """For the page's JSON; the same keys as in the API."""
    return {
        "lifecycle": technology.lifecycle,
        "lifecycle_on": technology.lifecycle_on or None,
        "lifecycle_source": technology.lifecycle_source or None,
    }
