"""Learn what each sign weighs (`stacks/importers/weights.csv`) from labelled texts: a logistic regression.

    .venv/bin/python -m benchmarks.learn_weights FOLDER... --key FILE [--without FILE] [--fresh FILE] [--write]

FOLDER and --key are as `benchmarks.recognise` takes them; several of both may be given, in one order. Texts that
--without names (`benchmarks/held_back.txt`) are never learned from; those that --fresh names weigh double, as no rule
was written for them. Prints what the weights give on each part of the texts, learned from the others (five parts).
Signs that go together share their weight, and one that few texts have weighs little (`_PRICE` of each, squared).
"""

import argparse
import csv
import json
import math
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.recognise import shipped_vocabulary
from stacks.importers.weighing import BASE

_PRICE = 15.0
_ROUNDS = 400
_LEAST_TEXTS = 4
_PARTS = 5
_FRESH = 2.0
_FILE = Path(__file__).parents[1] / "stacks" / "importers" / "weights.csv"
_FOR = {
    "a verb of use",
    "“we use” before it",
    "used by the sentence",
    "used and sure by the rules",
    "used by the rules",
}
_AGAINST = {
    "negated", "not", "said of others", "others use it", "describes another", "compared", "after “like”", "beside “or”",
    "support for it", "could or should", "if", "proposed", "weighed up", "asked", "of a former job", "says “you”",
    "of a talk or a book", "an ordinary word too", "in brackets", "only named by the rules", "unclear by the rules",
    "ruled out by the rules",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A technology named in a text, and whether its key says that it is used."""

    text: str
    signs: frozenset[str]
    used: bool
    weight: float


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folders", nargs="+", type=Path)
    arguments.add_argument("--key", type=Path, action="append", required=True)
    arguments.add_argument("--without", type=Path)
    arguments.add_argument("--fresh", type=Path)
    arguments.add_argument("--write", action="store_true")
    options = arguments.parse_args()
    with shipped_vocabulary() as vocabulary:
        without = set(options.without.read_text().split()) if options.without else set()
        fresh = set(options.fresh.read_text().split()) if options.fresh else set()
        rows, known = [], Counter[str]()
        for folder_of, key in zip(options.folders, options.key, strict=True):
            for name, entry in json.loads(key.read_text("utf-8")).items():
                path = folder_of / "texts" / name
                if entry["format"] == "prose" and name not in without and path.exists():
                    asked, here = rows_of(path, entry, vocabulary, _FRESH if name in fresh else 1.0)
                    rows += here
                    known[name] = asked
    print_parts(rows, known)
    learned = learn(rows)
    if options.write:
        write(learned)
    print(f"{len(rows)} names of {len(known)} texts, {len(learned)} signs")


def rows_of(path: Path, entry: dict[str, Any], vocabulary: Any, weight: float) -> tuple[int, list[Row]]:
    """How many technologies the key asks for, and those that the text names."""
    from benchmarks.scoring import Names, wanted_of
    from stacks.importers.blocks import outline
    from stacks.importers.findings import Given
    from stacks.importers.recognise import judged
    from stacks.importers.weighing import signs_of

    names = Names(vocabulary)
    text, given = path.read_text("utf-8"), Given(entry.get("company", ""), "", path.name)
    found, _ = judged(outline(text), vocabulary, given, text.split("\n"), told=True)
    wanted = wanted_of(entry)
    rows = []
    for slug, signs in signs_of(found).items():
        hits = [one for one in wanted if names.name_of(slug) in one.accepted]
        if not hits or not all(one.optional for one in hits):
            rows.append(Row(path.name, frozenset(signs), bool(hits), weight))
    return sum(one.known and not one.optional for one in wanted), rows


def learn(rows: list[Row]) -> dict[str, float]:
    """Weights by proximal gradient steps with momentum: plain Python, the same each time."""
    texts: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        for sign in row.signs:
            texts[sign].add(row.text)
    signs = sorted(sign for sign, where in texts.items() if len(where) >= _LEAST_TEXTS)
    place = {sign: n for n, sign in enumerate(signs)}
    cases = [([place[sign] for sign in sorted(row.signs) if sign in place], row.used, row.weight) for row in rows]
    sides = [(n, side) for sign, n in place.items() if (side := side_of(sign))]
    step = 4.0 / max(1.0, sum(weight * (len(at) + 1) for at, _, weight in cases)) * 2
    size = len(signs) + 1
    now, ahead, pace = [0.0] * size, [0.0] * size, 1.0
    for _ in range(_ROUNDS):
        slope = [0.0] * size
        for at, used, weight in cases:
            error = weight * (1 / (1 + math.exp(-ahead[-1] - sum(ahead[n] for n in at))) - used)
            slope[-1] += error
            for n in at:
                slope[n] += error
        new = [(ahead[n] - step * slope[n]) / (1 + step * _PRICE) for n in range(size - 1)]
        new.append(ahead[-1] - step * slope[-1])
        for n, side in sides:  # what speaks against it may not speak for it by chance
            new[n] = side * max(0.0, side * new[n])
        quicker = (1 + math.sqrt(1 + 4 * pace * pace)) / 2
        ahead = [n + (pace - 1) / quicker * (n - o) for n, o in zip(new, now, strict=True)]
        now, pace = new, quicker
    found = {sign: weight for sign, n in place.items() if (weight := round(now[n], 3))}
    return {BASE: round(now[-1], 3)} | found


def side_of(sign: str) -> int:
    """1 where it can only speak for it, -1 where it can only speak against it, 0 where that is to be learned."""
    plain = sign.removeprefix("always ")
    return 1 if plain in _FOR else -1 if plain in _AGAINST else 0


def score_of(row: Row, learned: dict[str, float]) -> float:
    return learned.get(BASE, 0.0) + sum(learned.get(sign, 0.0) for sign in row.signs)


def print_parts(rows: list[Row], known: Counter[str]) -> None:
    """Precision and recall at several marks, each text weighed by what was learned without it."""
    texts = sorted({row.text for row in rows})
    part = {text: n % _PARTS for n, text in enumerate(texts)}
    scored = []
    for n in range(_PARTS):
        learned = learn([row for row in rows if part[row.text] != n])
        scored += [(score_of(row, learned), row) for row in rows if part[row.text] == n]
    groups: dict[str, Callable[[Row], bool]] = {"all": lambda row: True, "fresh": lambda row: row.weight > 1}
    for name, belongs in groups.items():
        asked = sum(known[text] for text in {row.text for _, row in scored if belongs(row)})
        for mark in (-2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0):
            ticked = [row.used for score, row in scored if score > mark and belongs(row)]
            if ticked and asked:
                right, found = sum(ticked) / len(ticked), sum(ticked) / asked
                print(f"{name:6} above {mark:4}: {right:.3f} right, {found:.3f} found")


def write(learned: dict[str, float]) -> None:
    ordered = sorted(learned.items(), key=lambda one: (one[0] != BASE, -abs(one[1]), one[0]))
    with _FILE.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([("sign", "weight"), *ordered])


if __name__ == "__main__":
    main()
