"""Names that may be another thing: what letter case, place and neighbours make of them."""

import re

from stacks.matching.scan import Found, Name

from .mentions import TRIM, Doubtful, Mention, Part, is_bare, parts_of
from .neighbours import Neighbours
from .places import label_of
from .scanning import as_written, is_other_product, is_phrase, mention_of
from .segments import Kind, Segment, within

_USING = re.compile(
    r"(?:\b(?:uses?|using|used|chose|adopted|picked|installed|introduced|nutz(?:en|t)|verwende[nt]|utilis(?:ons|ent|e)|"
    r"us[ao]mos|utilizamos|adoptamos|adotamos|используем)|[→⇒]|[-=]>)\s*$"
)
_ARROW = re.compile(r"\s*(?:[→⇒]|[-=]>)")
_APP_BEFORE = re.compile(
    r"\b(?:an?|our|the|this|primary|main|single|monolithic|legacy|existing|old|new)\s+$", re.IGNORECASE
)
_APP_AFTER = re.compile(
    r"\s+(?:web\s+)?(?:apps?|applications?|monolith|codebase|backend|"
    r"projects?|tool|library|framework|utility|package|gem|plugin)\b",
    re.IGNORECASE,
)
_TEAM = re.compile(r"\s+(?:teams?|squads?|tribes?|guilds?|department|engineers)\b", re.IGNORECASE)
_SLASHED = re.compile(r"([\w.+#-]{1,30})/$")
_OF_LETTERS = re.compile(r".{0,2}?\b[A-Z] ?& ?[A-Z]\b")  # "R&D"
_FEW = 4  # words
_LEAST = 3  # letters
_OF_SIGNS = re.compile(r"\w[-.]\w|\d")  # "xxl-job" is no word
_STARTS = re.compile(r"(?:^|[.!?:;\n•]\s*[\"“(*_]*|\d[.)]\s+)$")


_VERB_AFTER = re.compile(
    r"^(?:[’']s)?\s*(?:\([^()]{0,40}\)\s*)?(?:is|are|was|has|powers|handles|for|as|and|,|/|\+|&|with|on|via|"
    r"provides|runs|serves|helps|allows|gives|manages|stores|:|-|–|—|$)",
    re.IGNORECASE,
)


def settle(doubtful: Doubtful, neighbours: Neighbours) -> Mention | tuple[str, str]:
    """The technology that an unclear name means here, or (its name, why it is none)."""
    segment, found = doubtful.segment, doubtful.found
    if (why := _stands_for_another(segment, found, neighbours)) is not None:
        return found.text, why
    if len(found.names) > 1 or found.names[0].homonym:
        return _shared(segment, found, neighbours)
    name = found.names[0]
    if name.caution == "only_near":
        return _only_near(segment, found, name, neighbours)
    if name.caution == "entry_only":
        return _entry_only(segment, found, name, neighbours)
    if name.caution == "link_only":
        return found.text, "an ordinary word unless it links to the technology's own site"
    return _as_written(segment, found, name, stands_alone(segment, found), neighbours)


def _stands_for_another(segment: Segment, found: Found, neighbours: Neighbours) -> str | None:
    if len(found.text) == 1 and _OF_LETTERS.match(segment.text, max(0, found.start - 2)):
        return "a letter of an abbreviation"
    if is_other_product(segment, found, neighbours.vocabulary):
        return "followed by another name: a product that is not known"
    return "the name of a team" if _TEAM.match(segment.text, max(found.end, found.reach)) else None


def _only_near(segment: Segment, found: Found, name: Name, neighbours: Neighbours) -> Mention | tuple[str, str]:
    met = neighbours.met(name.beside, segment, name.slug)
    entry = stands_alone(segment, found)
    if met == 2 or (met and entry) or (entry and _whole(segment, found) and not name.beside):
        return mention_of(segment, found, name, "what it goes with stands near")
    return found.text, "nothing that it goes with stands near"


def _entry_only(segment: Segment, found: Found, name: Name, neighbours: Neighbours) -> Mention | tuple[str, str]:
    alone = stands_alone(segment, found)
    if alone and (as_written(found) or _whole(segment, found) or found.text[:1].isupper()):
        return mention_of(segment, found, name)
    if alone and (neighbours.is_list(segment) or _is_marked_label(segment, found)):
        return mention_of(segment, found, name, "set apart as a name")
    if as_written(found) and _beside_others(segment, found, neighbours):
        return mention_of(segment, found, name, "it stands beside other technologies")
    if (
        as_written(found)
        and found.text[:1].isupper()
        and (
            _USING.search(segment.text[max(0, found.start - 20) : found.start])
            or _ARROW.match(segment.text, max(found.end, found.reach))
        )
    ):
        return mention_of(segment, found, name, "named right after a verb of use")
    if as_written(found) and name.slug in neighbours.all and not _begins_sentence(segment, found):
        return mention_of(segment, found, name, "the text speaks of it elsewhere")
    return found.text, "an ordinary word here, not an entry of its own"


def _begins_sentence(segment: Segment, found: Found) -> bool:
    """A capital there says nothing; in an entry of few words it does."""
    few = segment.kind in (Kind.CELL, Kind.ITEM) and len(segment.text.split()) <= _FEW
    return not few and bool(_STARTS.search(segment.text[max(0, found.start - 12) : found.start]))


def _as_written(
    segment: Segment, found: Found, name: Name, entry: bool, neighbours: Neighbours
) -> Mention | tuple[str, str]:
    if entry and (as_written(found) or _whole(segment, found) or segment.kind is Kind.TAG):
        return mention_of(segment, found, name)
    free = name.caution == "free" and not is_phrase(found) and segment.kind in (Kind.ITEM, Kind.CELL)
    listed = neighbours.is_list(segment) or bool(_OF_SIGNS.search(found.text)) or _is_marked_label(segment, found)
    if (entry and (listed or free)) or (free and _beside_others(segment, found, neighbours)):
        return mention_of(segment, found, name, "set apart as a name")
    if is_phrase(found):
        return found.text, f"ordinary words: the technology is written “{name.written}”"
    if not as_written(found) and not (entry and found.text[:1].isupper()) and not _names_an_app(segment, found):
        return _in_small_letters(segment, found, name, entry and bool(neighbours.of_row(segment, name.slug)))
    before = segment.text[max(0, found.start - 12) : found.start]
    if (
        _STARTS.search(before)
        and name.written[:1].isupper()
        and not name.written[1:2].isupper()
        and " " not in found.text
    ):
        after = segment.text[found.end : found.end + 60]
        if not _VERB_AFTER.match(after) and not neighbours.of_row(segment, name.slug):
            return found.text, "the first word of a sentence"
    return mention_of(segment, found, name)


def _in_small_letters(segment: Segment, found: Found, name: Name, listed: bool) -> Mention | tuple[str, str]:
    """ "we use `lerna`", "sent through statsd", "go test + testify": not ticked, but shown."""
    in_code = within(segment.code, found.start, found.end)
    before = segment.text[max(0, found.start - 20) : found.start]
    meant = listed or in_code or name.caution == "free" or _USING.search(before)
    if not meant or not found.text.islower() or " " in found.text or len(found.text) < _LEAST:
        return found.text, f"an ordinary word: the technology is written “{name.written}”"
    mention = mention_of(segment, found, name, f"in small letters, and written “{name.written}”")
    mention.small = True
    return mention


def _names_an_app(segment: Segment, found: Found) -> bool:
    """ "our primary rails app"."""
    before = segment.text[max(0, found.start - 20) : found.start]
    return bool(_APP_BEFORE.search(before) and _APP_AFTER.match(segment.text, found.end))


def _shared(segment: Segment, found: Found, neighbours: Neighbours) -> Mention | tuple[str, str]:
    by_row = [name for name in found.names if neighbours.met(name.beside, segment, name.slug) == 2]
    by_text = [name for name in found.names if neighbours.met(name.beside, segment, name.slug) == 1]
    if not as_written(found) and not stands_alone(segment, found):
        return found.text, "several technologies are called so, and it is not written as a name"
    if by_row:
        return mention_of(segment, found, by_row[0], f"“{found.text}” is several; what goes with this one stands near")
    if len(by_text) == 1:
        return mention_of(
            segment, found, by_text[0], f"“{found.text}” is several; what goes with this one stands in the text"
        )
    return found.text, "several technologies are called so, and nothing near tells which"


_OF_THE_WORD = re.compile(r"\w|\s+(?:of|the|a|an|on|in|at|to|from|is|are|off|out|up)\b", re.IGNORECASE)


_WITH = re.compile(
    r"(?:^|\s)(?:in|on|with|by|via|through|using|mit|bei|über|avec|dans|sur|en|con|com|na|no)\s+$", re.IGNORECASE
)


def _ends_with(segment: Segment, found: Found) -> bool:
    """ "Issue tracking in Linear"."""
    alone = not segment.text[found.end :].strip(TRIM) and found.text == found.names[0].written
    return alone and bool(_WITH.search(segment.text[max(0, found.start - 12) : found.start]))


def perhaps(doubtful: Doubtful, neighbours: Neighbours) -> Mention | None:
    """What an entry that nothing near explains may mean: "Sentinel", "Zoom Business", "Postmark logs"."""
    segment, found = doubtful.segment, doubtful.found
    if segment.kind not in (Kind.CELL, Kind.ITEM) or not as_written(found) or not found.text[:1].isupper():
        return None
    if _stands_for_another(segment, found, neighbours) is not None or found.names[0].caution == "link_only":
        return None
    label = label_of(segment)
    entry = segment.text[label.start : label.end] if label.text and found.end <= label.end else segment.text
    begins = not segment.text[: found.start].strip(TRIM) and len(entry.split()) <= _FEW - 1
    if len(found.names) > 1 or found.names[0].caution == "only_near":
        if not stands_alone(segment, found) or not (_whole(segment, found) or label.text):
            return None
        name = max(found.names, key=lambda one: neighbours.met(one.beside, segment, one.slug))
        why = f"“{found.text}” may be another thing of that name"
    elif begins and found.text == found.names[0].written and not _OF_THE_WORD.match(segment.text, found.end):
        name, why = found.names[0], f"an entry that begins with “{found.text}”, which is a word too"
    elif len(segment.text.split()) <= _FEW + 1 and _ends_with(segment, found):
        name, why = found.names[0], f"an entry that ends in “{found.text}”, which is a word too"
    else:
        return None
    mention = mention_of(segment, found, name, why)
    mention.unsure = True
    return mention


def stands_alone(segment: Segment, found: Found) -> bool:
    """Whether the name is a whole entry, or a whole part of one."""
    if segment.kind is Kind.TAG:
        return True
    if segment.kind in (Kind.PARAGRAPH, Kind.HEADING) and len(segment.text) > 200:
        return False
    label = label_of(segment)
    parts = [Part(label.start, label.end)] if label.text and segment.kind is not Kind.PARAGRAPH else []
    return any(
        part.start <= found.start
        and found.end <= part.end
        and is_bare(segment.text[part.start : found.start] + " " + segment.text[max(found.reach, found.end) : part.end])
        for part in [*parts, *parts_of(segment.text, label.body)]
    )


def _is_marked_label(segment: Segment, found: Found) -> bool:
    """ "**requests** - fetches data": small letters, but set apart as a name."""
    marked = within((*segment.bold, *segment.code), found.start, found.end)
    return marked and label_of(segment).text == found.text


def _whole(segment: Segment, found: Found) -> bool:
    return is_bare(segment.text[: found.start] + " " + segment.text[max(found.reach, found.end) :])


def _beside_others(segment: Segment, found: Found, neighbours: Neighbours) -> bool:
    if not neighbours.of_row(segment, found.names[0].slug):
        return False
    before, after = segment.text[max(0, found.start - 40) : found.start], segment.text[found.end : found.end + 6]
    if (joined := _SLASHED.search(before)) and neighbours.vocabulary.scanner.whole(joined[1]) is None:
        return False  # "Small/Medium"
    return bool(
        re.search(r"(?:,|/|\+|&|and|or|with|\()\s*$", before) or re.match(r"\s*(?:,|/|\+|&|and\b|or\b|with\b)", after)
    )
