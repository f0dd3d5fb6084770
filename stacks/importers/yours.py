"""What a pasted text says of somebody's own stack: surely, perhaps, or of nothing that is known. Pure."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from stacks.folding import alias_key

from .findings import Given
from .formats import detect, parse
from .lines import Line, excerpt
from .manifests import Packages, read_packages
from .packages import match
from .vocabulary import Vocabulary

_FORMS = {
    "markdown": "a list",
    "prose": "prose",
    "techstack": "techstack.yml",
    "adopters": "a list of adopters",
    "refarch": "a reference architecture",
    "radar": "a radar",
    "csv": "a table",
    "export": "an export of this catalogue",
}
_STAGES = {"retired": "told as left", "retiring": "told as being left", "planned": "told as planned"}
_MOST_CHOICES = 5
_LONGEST_WORDS = 120
# of these the recogniser reads a piece at a time: what it does with names that stand together grows with their square
_IN_PIECES = ("markdown", "prose", "adopters", "refarch")
_LARGEST_PIECE, _LONGEST_LINE = 3_000, 1_500  # characters
_MARKED = re.compile(r"\s*(?:[-*+>|#]|\d{1,3}[.)]\s|```|<)")
_MOST_WORDS = 8  # of a line that is an entry, not a sentence


@dataclass(frozen=True, slots=True)
class Taken:
    """`slugs`: what the words were taken for, or, where they are unclear, what they may mean, the likeliest first."""

    words: str
    slugs: tuple[str, ...]
    why: str = ""
    line: int = 0  # 0 where the text has no lines that tell anything


@dataclass(slots=True)
class Recognised:
    """`form` says as what the text was read; each technology is among the sure ones or the unclear ones, once."""

    form: str
    sure: list[Taken] = field(default_factory=list)
    unclear: list[Taken] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    unread: int = 0  # the line from which on there was no time left


def recognise_stack(
    text: str, vocabulary: Vocabulary, purls: Mapping[str, str], is_over: Callable[[], bool] = lambda: False
) -> Recognised:
    """Raises Unreadable for what can be read as nothing. `purls` are those of `match`.

    `is_over` says that the time is up; it is asked between pieces of which each takes a fraction of a second.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    packages = read_packages(text)
    found = _of_packages(packages, vocabulary, purls) if packages else _of_text(text, vocabulary, is_over)
    return _each_once(found)


def _of_packages(packages: Packages, vocabulary: Vocabulary, purls: Mapping[str, str]) -> Recognised:
    found = Recognised(packages.form)
    for package in packages.found:
        known = match(package, vocabulary, purls)
        if known is None:
            found.unknown.append(_shown(package.name))
        else:
            taken = Taken(_shown(package.text), known.slugs, known.why)
            (found.sure if known.sure else found.unclear).append(taken)
    return found


def _of_text(text: str, vocabulary: Vocabulary, is_over: Callable[[], bool]) -> Recognised:
    form, entries = detect("", text), text
    if form in _IN_PIECES and (entries := _as_entries(text)) != text:
        form = "markdown"
    told = set[int]()
    found = Recognised(_FORMS.get(form, "text"))
    for first, piece in _pieces(entries) if form in _IN_PIECES else [(1, text)]:
        if is_over():
            found.unread = first
            break
        for line in parse(piece, vocabulary, Given(), form).lines:
            told.add(line.line + first - 1)
            _add(replace(line, line=line.line + first - 1), form, found, vocabulary)
    if entries != text:  # names alone: what is none of the known ones is told, too
        read = text.split("\n")[: found.unread - 1 if found.unread else None]
        found.unknown += [_shown(line) for number, line in enumerate(read, 1) if number not in told]
    return found


def _as_entries(text: str) -> str:
    """Names below each other, which Markdown would take for one paragraph, each as an entry of a list."""
    lines = [line for line in text.split("\n") if line.strip()]
    short = sum(len(line.split()) <= _MOST_WORDS and not line.rstrip().endswith((".", ":")) for line in lines)
    if any(_MARKED.match(line) for line in lines) or short * 5 < len(lines) * 4:
        return text
    return "\n".join(f"- {line.strip()}" if line.strip() else "" for line in text.split("\n"))


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """Parts of the text, cut between lines, each with the number of its first line."""
    first, size, piece = 1, 0, list[str]()
    for number, whole in enumerate(text.split("\n"), 1):
        for line in _parts(whole):
            if piece and size + len(line) > _LARGEST_PIECE:
                yield first, "\n".join(piece)
                first, size, piece = number, 0, []
            piece.append(line)
            size += len(line) + 1
    yield first, "\n".join(piece)


def _parts(line: str) -> Iterator[str]:
    """The line, cut between words where it is very long."""
    while len(line) > _LONGEST_LINE:
        cut = line.rfind(" ", 1, _LONGEST_LINE) + 1 or _LONGEST_LINE
        yield line[:cut]
        line = line[cut:]
    yield line


def _add(line: Line, form: str, found: Recognised, vocabulary: Vocabulary) -> None:
    if line.kind == "migration":
        _add_move(line, found, vocabulary)
    elif line.kind == "usage" and line.ticked and line.technology in vocabulary.technologies:
        told = _STAGES.get(line.stage or "", "")
        (found.unclear if told else found.sure).append(_taken(line, (line.technology,), told or line.why))
    elif choices := _choices(line, form, vocabulary):
        found.unclear.append(_taken(line, choices, line.why or "named in passing"))
    elif line.kind == "usage" and line.technology is None and line.name:
        found.unknown.append(_shown(line.name))


def _add_move(line: Line, found: Recognised, vocabulary: Vocabulary) -> None:
    before, _, after = line.name.partition(" → ")
    if line.technology in vocabulary.technologies:
        told = "" if line.stage == "done" else "told as a move that is not done"
        taken = replace(_taken(line, (line.technology,), told or line.why), words=_shown(after))
        (found.unclear if told else found.sure).append(taken)
    if line.origin in vocabulary.technologies:
        found.unclear.append(replace(_taken(line, (line.origin,), "told as left"), words=_shown(before)))


def _choices(line: Line, form: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """All that share the name, where it is one of several; else what it was taken for, though not for sure.

    Nothing for what is an ordinary word in prose: nobody would be asked about each "go".
    """
    if line.kind not in ("usage", "mentioned", "skip") or (form == "techstack" and line.kind == "skip"):
        return ()
    shared = [name.slug for name in vocabulary.scanner.names_of(alias_key(line.name))]
    if line.kind == "skip" and form == "prose" and len(shared) < 2:
        return ()
    slugs = dict.fromkeys([line.technology, *shared] if line.technology else shared)
    return tuple(slug for slug in slugs if slug in vocabulary.technologies)[:_MOST_CHOICES]


def _taken(line: Line, slugs: tuple[str, ...], why: str) -> Taken:
    return Taken(_shown(line.name or line.text), slugs, why, line.line)


def _shown(words: str) -> str:
    """What a page can hold: half a character, which JSON may give, is none."""
    return excerpt(words.encode("utf-8", "replace").decode())[:_LONGEST_WORDS]


def _each_once(found: Recognised) -> Recognised:
    sure: dict[str, Taken] = {}
    for taken in found.sure:
        sure.setdefault(taken.slugs[0], taken)
    unclear: dict[tuple[str, ...], Taken] = {}
    seen = set(sure)
    for taken in found.unclear:
        left = tuple(slug for slug in taken.slugs if slug not in seen)
        if left and (len(left) == len(taken.slugs) or len(taken.slugs) == 1):
            unclear.setdefault(left, Taken(taken.words, left, taken.why, taken.line))
            seen.update(left)
    unknown = list(dict.fromkeys(name for name in found.unknown if name))
    return Recognised(found.form, list(sure.values()), list(unclear.values()), unknown, found.unread)
