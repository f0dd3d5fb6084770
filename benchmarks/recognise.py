"""How much of labelled write-ups an import finds, by format, and how long it reads.

    .venv/bin/python -m benchmarks.recognise FOLDER [--key FILE] [--only FILE] [--list]
    .venv/bin/python -m benchmarks.recognise --largest

FOLDER holds `texts/` and `key.json`, or --key names the key. `tests/importers/labelled` is one. The texts behind
`benchmarks/labelled.json` are others' and not kept here: its `from` says where each stands, and those that can be had
are measured. With --only, just the texts that the file names, one a line; with --list, each fault in words. The
vocabulary is the shipped catalogue, loaded into a throw-away database. Without FOLDER only the time is taken, with
--largest of the largest files that an import takes.
"""

import argparse
import io
import json
import os
import resource
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_SAMPLE = """# Stack
| Purpose | Service | Remarks |
|---|---|---|
| Cache | Redis (ElastiCache) | Sessions, replaced Memcached |
| Events | Kafka, RabbitMQ | 400K rps |

We moved from MySQL to PostgreSQL in 2019, because our tables grew. Everything runs on Kubernetes, built with Go and
Python; unlike Nomad it was known to the team. We plan to try ClickHouse for logs, and Jenkins is being phased out.

- **Frontend**: React, TypeScript, Next.js
- **Observability**: Prometheus, Grafana, Sentry

"""
_SIZES = (10, 100, 1_000)  # kB
_LARGEST = 4_990_000  # characters, on just under 10,000 lines


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", nargs="?", type=Path)
    arguments.add_argument("--key", type=Path)
    arguments.add_argument("--only", type=Path)
    arguments.add_argument("--list", action="store_true")
    arguments.add_argument("--largest", action="store_true")
    options = arguments.parse_args()
    with shipped_vocabulary() as vocabulary:
        measure(options, vocabulary)


def measure(options: argparse.Namespace, vocabulary: Any) -> None:
    if options.folder:
        key = json.loads((options.key or options.folder / "key.json").read_text("utf-8"))
        only = options.only.read_text().split() if options.only else key
        print_quality(options.folder / "texts", {name: key[name] for name in only}, vocabulary, faults=options.list)
    if options.largest:
        print_largest(vocabulary)
    else:
        print_time(vocabulary)


@contextmanager
def shipped_vocabulary() -> Iterator[Any]:
    """Of the shipped catalogue, in a database that goes with the block."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DATABASE_URL": f"sqlite:///{folder}/recognise.sqlite3",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "LOG_LEVEL": "ERROR",
        }
        yield _loaded()


def _loaded() -> Any:
    """That of the shipped catalogue, loaded into the database that the environment names."""
    import django

    django.setup()
    from django.core.management import call_command

    from stacks.importers.load import load_vocabulary

    call_command("migrate", verbosity=0)
    call_command("load_catalogue", stdout=io.StringIO())
    return load_vocabulary()


def print_quality(texts: Path, key: dict[str, Any], vocabulary: Any, *, faults: bool) -> None:
    from benchmarks.scoring import Names, figures, score
    from stacks.importers.findings import Given
    from stacks.importers.formats import parse

    names = Names(vocabulary)
    totals: defaultdict[str, Counter] = defaultdict(Counter)
    for name, entry in key.items():
        if not (texts / name).exists():
            continue
        technology = entry.get("technology", "") if entry["format"] == "adopters" else ""
        given = Given(entry.get("company", ""), technology, name)
        reading = parse((texts / name).read_text("utf-8"), vocabulary, given)
        counts, wrong = score(entry, [line.told() for line in reading.lines], names)
        totals[entry["format"]] += counts
        totals["all"] += counts
        if faults and wrong:
            print(name, *wrong, sep="\n  ")
    counted = ("right", "wrong", "offered_wrong", "moves_wrong")
    print(f"| format | {' | '.join(figures(Counter()))} | {' | '.join(counted)} |")
    print("|---" * (7 + len(counted)) + "|")
    for form, counts in totals.items():
        shown = ("" if value is None else f"{value:.2f}" for value in figures(counts).values())
        print(f"| {form} | {' | '.join(shown)} | {' | '.join(str(counts[one]) for one in counted)} |")


def print_largest(vocabulary: Any) -> None:
    """The largest that is taken, in shapes that ask most: processor time, and the most memory so far."""
    from stacks.importers.findings import Given
    from stacks.importers.formats import parse

    story = "We moved from MySQL to PostgreSQL in 2019; all of it runs on Kubernetes. " * 7
    row = "| Cache for all sessions | Redis (ElastiCache), Memcached | Replaced Memcached, " + "a word " * 60 + "|"
    adopter = "- [Acme {}](https://a.example) uses Kyverno, after moving off Terraform. " + "word " * 80
    blip = "Redis {},adopt,Tools,false,we migrated from Kafka to Redis " + "word " * 80
    page = "<nav><a href=/>Home</a></nav><div class=post><p>" + story + "</p></div>"
    for form, head, line in (
        ("prose", "# Story", story),
        ("prose", "<!doctype html><html><body>", page),
        ("markdown", "| Use | Tool | Remarks |\n|---|---|---|", row),
        ("markdown", "<table>", "<tr><td>Redis<td>Kafka " + "word " * 80),
        ("adopters", "# Adopters", adopter),
        ("radar", "name,ring,quadrant,isNew,description", blip),
    ):
        text = "\n".join([head, *(line.format(n) for n in range(min(9_990, _LARGEST // (len(line) + 5))))])
        started = time.process_time()
        lines = len(parse(text, vocabulary, Given(technology="kyverno"), form).lines)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1_024
        print(f"{form:9} {len(text):9,}: {time.process_time() - started:5.1f} s, {memory} MB, {lines} lines told")


def print_time(vocabulary: Any) -> None:
    from stacks.importers.findings import Given
    from stacks.importers.formats import parse

    for size in _SIZES:
        text = _grown(size * 1_000)
        started = time.process_time()
        lines = len(parse(text, vocabulary, Given(path="x.md")).lines)
        print(f"{size:5} kB: {time.process_time() - started:6.2f} s of processor time, {lines} lines told")


def _grown(characters: int) -> str:
    """The sample again and again; long paragraphs, so that the largest stays under the most lines."""
    once = (
        _SAMPLE
        if characters < 500_000
        else _SAMPLE.replace("\n\n", "\n\n" + "A word about nothing at all. " * 20 + "\n\n")
    )
    return (once * (characters // len(once) + 1))[:characters]


if __name__ == "__main__":
    main()
