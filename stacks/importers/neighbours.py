"""What stands near a name: in its row first, else in the whole text."""

from collections.abc import Iterable

from stacks.folding import fold

from .mentions import AROUND, TRIM, Mention, parts_of
from .places import label_of
from .segments import Segment
from .vocabulary import Vocabulary, folded_words

_LONGEST_LIST = 400  # characters
_LONGEST_LABEL = 3  # words


class Neighbours:
    """What stands near a segment: in its row first, else in the whole text."""

    def __init__(self, segments: Iterable[Segment], mentions: Iterable[Mention], vocabulary: Vocabulary):
        self.vocabulary = vocabulary
        self.rows: dict[int, str] = {}
        self.near: dict[int, set[str]] = {}
        self.all: set[str] = set()
        self.lists: dict[int, bool] = {}
        for mention in mentions:
            self.note(mention)
        self.text = folded_words(" ".join(segment.text for segment in segments)[:200_000])

    def note(self, mention: Mention) -> None:
        self.near.setdefault(_row_id(mention.segment), set()).add(mention.slug)
        self.all.add(mention.slug)

    def row(self, segment: Segment) -> str:
        key = _row_id(segment)
        if key not in self.rows:
            cells = segment.row.cells if segment.row else [segment]
            head = segment.row.table.head if segment.row and segment.row.table else ()
            self.rows[key] = folded_words(
                " ".join([*(cell.text for cell in cells), *head, *segment.path[-2:], segment.lead])
            )
        return self.rows[key]

    def is_list(self, segment: Segment) -> bool:
        """Known names and nothing else: in "express, go, mongodb" the letter case says nothing."""
        key = id(segment)
        if key not in self.lists:
            label = label_of(segment)
            parts = parts_of(segment.text, label.body) if len(segment.text) <= _LONGEST_LIST else []
            named = len(parts) > 1 or (bool(label.text) and len(label.text.split()) <= _LONGEST_LABEL)
            self.lists[key] = (
                named
                and all(
                    self.vocabulary.scanner.whole(AROUND.sub("", segment.text[part.start : part.end]).strip(TRIM))
                    for part in parts
                )
                and bool(parts)
            )
        return self.lists[key]

    def of_row(self, segment: Segment, but: str) -> set[str]:
        return self.near.get(_row_id(segment), set()) - {but}

    def met(self, beside: tuple[str, ...], segment: Segment, but: str) -> int:
        """2: something of `beside` stands in the row; 1: in the text; 0: nowhere."""
        if self._met(beside, self.row(segment), self.of_row(segment, but)):
            return 2
        return int(self._met(beside, self.text, self.all - {but}))

    def _met(self, beside: tuple[str, ...], text: str, slugs: set[str]) -> bool:
        known = self.vocabulary.technologies
        for word in beside:
            if f" {word} " in text:
                return True
            for slug in slugs:
                technology = known.get(slug)
                if technology and (
                    slug == word.replace(" ", "-")
                    or fold(technology.name) == word
                    or self._in(technology.category, word)
                ):
                    return True
        return False

    def _in(self, category: str, word: str) -> bool:
        place = self.vocabulary.places.get(category)
        return bool(place) and word in (place.slug, fold(place.name), place.area, fold(place.area_name))  # type: ignore[union-attr]


def _row_id(segment: Segment) -> int:
    return id(segment.row) if segment.row else id(segment)
