"""What was pasted, as the answer to it tells: what it was taken for, what is unclear, what nobody here knows."""

import time
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from stacks.conditional import revision_of
from stacks.importers.load import load_purls, load_vocabulary
from stacks.importers.vocabulary import Vocabulary
from stacks.importers.yours import Recognised, Taken, recognise_stack

LARGEST = 64 * 1024  # bytes of text
LEAST, MOST = 2, 60  # technologies of a stack
SECONDS = 1.2  # of work on one text
_MOST_SHOWN = 60
_MOST_SURE = 200  # that stand in the answer


@dataclass(frozen=True, slots=True)
class Box:
    """One technology to tick; `where` is the line of the text, empty where it has none that tell."""

    slug: str
    name: str
    category: str
    words: str
    where: str
    why: str
    ticked: bool


@dataclass(frozen=True, slots=True)
class Question:
    """Words that are not clear, and what they may mean."""

    words: str
    where: str
    why: str
    boxes: list[Box]


@dataclass(frozen=True, slots=True)
class PastedView:
    """`url` carries the sure ones; empty where they are too few to be a stack."""

    form: str
    sure: list[Box]
    left_over: int  # sure ones beyond the most that an address carries, which stand unticked
    more_sure: int
    questions: list[Question]
    more_questions: int
    unknown: list[str]
    more_unknown: int
    unread: int
    url: str

    @property
    def heading(self) -> str:
        unclear = len(self.questions) + self.more_questions
        return f"{len(self.sure) + self.more_sure} recognised{f', {unclear} unclear' if unclear else ''}"

    @property
    def advice(self) -> str:
        return f"Untick what is wrong{', tick what the unclear words mean' if self.questions else ''}, and go on."

    @property
    def is_empty(self) -> bool:
        return not self.sure and not self.questions


def read_pasted(request: HttpRequest, text: str) -> PastedView:
    """Raises Unreadable. Ten queries where the catalogue has moved since this process last read one, else none."""
    vocabulary, purls = _known(revision_of(request).of_catalogue)
    ends = time.thread_time() + SECONDS
    return _show(recognise_stack(text, vocabulary, purls, lambda: time.thread_time() > ends), vocabulary)


@lru_cache(maxsize=1)
def _known(_revision: str) -> tuple[Vocabulary, dict[str, str]]:
    """What visitors see, as of a revision: it takes a third of a second to read."""
    return load_vocabulary(public=True), load_purls()


def stack_url(slugs: list[str]) -> str:
    """The one address of a stack: its technologies by their slugs, in their order."""
    return f"{reverse('your_stack')}?{urlencode([('technology', slug) for slug in sorted(set(slugs))])}"


def _show(found: Recognised, vocabulary: Vocabulary) -> PastedView:
    carried = {
        taken.slugs[0] for taken in sorted(found.sure, key=lambda t: -vocabulary.technologies[t.slugs[0]].used)[:MOST]
    }

    def box(taken: Taken, slug: str) -> Box:
        known = vocabulary.technologies[slug]
        place = vocabulary.places.get(known.category)
        category = place.name if place else ""
        return Box(slug, known.name, category, taken.words, _where(taken), taken.why, slug in carried)

    questions = [
        Question(taken.words, _where(taken), taken.why, [box(taken, slug) for slug in taken.slugs])
        for taken in found.unclear
    ]
    shown = sorted(found.sure, key=lambda taken: taken.slugs[0] not in carried)[:_MOST_SURE]
    return PastedView(
        form=found.form,
        sure=[box(taken, taken.slugs[0]) for taken in shown],
        more_sure=len(found.sure) - len(shown),
        left_over=len(found.sure) - len(carried),
        questions=questions[:_MOST_SHOWN],
        more_questions=max(0, len(questions) - _MOST_SHOWN),
        unknown=found.unknown[:_MOST_SHOWN],
        more_unknown=max(0, len(found.unknown) - _MOST_SHOWN),
        unread=found.unread,
        url=stack_url(list(carried)) if len(carried) >= LEAST else "",
    )


def _where(taken: Taken) -> str:
    return f"line {taken.line}" if taken.line else ""
