"""Whole entries that are spelt nearly like a known name."""

from rapidfuzz import process
from rapidfuzz.distance import OSA

from stacks.folding import alias_key
from stacks.matching.scan import Name

from .mentions import AROUND, TRIM, Mention, parts_of
from .places import label_of
from .segments import Segment
from .vocabulary import Vocabulary

_NEAR_FROM = 7


_TWO_APART_FROM = 10


_LONGEST_NEAR = 40


_MOST_NEAR = 1_000
_FEW = 3  # words


class Nearly:
    """Whole entries that are spelt nearly like a known name, from seven letters on; each text is looked up once."""

    def __init__(self, vocabulary: Vocabulary):
        self.vocabulary = vocabulary
        self.by_length: dict[int, list[str]] = {}
        for key in vocabulary.keys:
            if len(key) >= _NEAR_FROM - 1:
                self.by_length.setdefault(len(key), []).append(key)
        self.answers: dict[str, Name | None] = {}

    def of(self, segment: Segment) -> Mention | None:
        text = AROUND.sub(" ", segment.text).strip(TRIM)
        if len(text) > _LONGEST_NEAR or len(text.split()) > _FEW:
            return None
        name = self._name(text)
        if name is None:
            return None
        start = segment.text.find(text[:1])
        end = len(segment.text)
        return self._mention(segment, start, end, text, name)

    def parts(self, segment: Segment, mentions: list[Mention]) -> list[Mention]:
        """ "Redis, Postgress": parts of a list whose others are known."""
        label = label_of(segment)
        found = []
        for part in parts_of(segment.text, label.body):
            text = AROUND.sub(" ", segment.text[part.start : part.end]).strip(TRIM)
            inside = [m for m in mentions if m.start < part.end and part.start < m.end]
            maker = inside[0].name if len(inside) == 1 and self._is_maker(inside[0]) else ""
            if len(text.split()) > _FEW or (inside and not (maker and text.startswith(f"{maker} "))):
                continue
            if text[:1].isupper() and (name := self._name(text)):
                start = segment.text.index(text[:1], part.start) + (len(maker) + 1 if maker else 0)
                found.append(self._mention(segment, start, part.end, text, name))
        return found

    def _is_maker(self, mention: Mention) -> bool:
        """ "AWS Secret Manager"."""
        return self.vocabulary.category(mention.slug) == "cloud-platforms"

    def _mention(self, segment: Segment, start: int, end: int, text: str, name: Name) -> Mention:
        mention = Mention(segment, start, end, text, name.slug, "near", whole=True, part=True, reach=end)
        mention.why.append(f"nearly “{name.written}”")
        return mention

    def _name(self, text: str) -> Name | None:
        key = alias_key(text)
        if key not in self.answers and len(self.answers) < _MOST_NEAR:
            self.answers[key] = self._look_up(key)
        return self.answers.get(key)

    def _look_up(self, key: str) -> Name | None:
        if len(key) < _NEAR_FROM or self.vocabulary.scanner.names_of(key):
            return None
        apart = 2 if len(key) >= _TWO_APART_FROM else 1
        keys = [one for n in range(len(key) - apart, len(key) + apart + 1) for one in self.by_length.get(n, ())]
        keys = [one for one in keys if one[0] == key[0] and _digits(one) == _digits(key)]
        keys = [one for one in keys if not one.startswith(key) and not key.startswith(one)]  # "Scaling" is no Scalingo
        keys = [one for one in keys if not _ends_otherwise(one, key)]
        hit = process.extractOne(key, sorted(keys), scorer=OSA.distance, score_cutoff=apart)
        names = self.vocabulary.scanner.names_of(hit[0]) if hit else ()
        return names[0] if names and not names[0].homonym and names[0].caution in ("free", "as_written") else None


_ENDINGS = ("ion", "ions", "ing", "ed", "ment", "ive", "able", "ity", "ance", "ence")


def _ends_otherwise(one: str, key: str) -> bool:
    """ "Orchestration" is no slip for Orchestrator: a word of its own has another ending."""
    return key.endswith(_ENDINGS) and one[:-3] == key[: len(one) - 3]


def _digits(key: str) -> str:
    """ "platform" is no slip for Platform9, nor "Neo4j" for another number."""
    return "".join(one for one in key if one.isdigit())
