"""A name in its place, as all who judge it see it: its segment, column, label and sentence."""

from dataclasses import dataclass

from .mentions import Mention
from .places import Label, Place, cleaned
from .segments import Segment
from .sentences import Said
from .words import Column, Section


@dataclass(frozen=True, slots=True)
class Context:
    segment: Segment
    place: Place
    role: Column
    label: Label
    terse: bool
    short: bool
    labelled: bool
    listing: bool
    said: Said
    many: int
    names: bool  # several, and hardly another word

    @property
    def stacklike(self) -> bool:
        return self.place.section in (Section.STACK, Section.LIBRARIES) or bool(self.place.stage)


def decide(mention: Mention, verdict: str, sure: float, why: str) -> bool:
    mention.verdict, mention.sure = verdict, sure
    mention.why.append(why)
    return True


def last_title(path: tuple[str, ...]) -> str:
    return next((cleaned(title) for title in reversed(path) if title), "")
