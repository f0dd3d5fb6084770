"""How much of labelled write-ups an import finds, by format, and how long it reads.

    .venv/bin/python -m benchmarks.recognise FOLDER [--only FILE]

FOLDER holds `texts/`, `key.json` and `score.py`, which counts. With --only, just the texts that the file names, one a
line. The vocabulary is the shipped catalogue, loaded into a throw-away database. Without FOLDER only the time is taken.
"""

import argparse
import importlib.util
import io
import json
import os
import sys
import tempfile
import time
from collections import Counter, defaultdict
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
_SHOWN = (
    ("precision", "precision"),
    ("recall_known", "recall"),
    ("recall_offered", "with offered"),
    ("category", "category"),
    ("stage_not_in_use", "other stages"),
    ("via", "via"),
    ("migrations", "migrations"),
)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", nargs="?", type=Path)
    arguments.add_argument("--only", type=Path)
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DATABASE_URL": f"sqlite:///{folder}/recognise.sqlite3",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "LOG_LEVEL": "ERROR",
        }
        measure(options.folder, options.only.read_text().split() if options.only else None)


def measure(folder: Path | None, only: list[str] | None) -> None:
    import django

    django.setup()
    from django.core.management import call_command

    from stacks.importers.load import load_vocabulary

    call_command("migrate", verbosity=0)
    call_command("load_catalogue", stdout=io.StringIO())
    vocabulary = load_vocabulary()
    if folder:
        print_quality(folder, only, vocabulary)
    print_time(vocabulary)


def print_quality(folder: Path, only: list[str] | None, vocabulary: Any) -> None:
    from stacks.importers.findings import Given
    from stacks.importers.formats import parse

    scorer = _scorer(folder / "score.py")
    key = json.loads((folder / "key.json").read_text("utf-8"))
    names = scorer.Names(_names(vocabulary, json.loads((folder / "names.json").read_text("utf-8"))))
    totals: defaultdict[str, Counter] = defaultdict(Counter)
    for name, entry in key.items():
        if only is not None and name not in only:
            continue
        text = (folder / "texts" / name).read_text("utf-8")
        technology = entry.get("technology", "") if entry["format"] == "adopters" else ""
        reading = parse(text, vocabulary, Given(entry.get("company", ""), technology, name))
        counts, _ = scorer.score(entry, [line.told() for line in reading.lines], names)
        totals[entry["format"]] += counts
        totals["all"] += counts
    print(
        "| format | "
        + " | ".join(title for _, title in _SHOWN)
        + " | right | wrong | offered wrong | wrong migrations |"
    )
    print("|---" * (len(_SHOWN) + 5) + "|")
    for form, counts in totals.items():
        figures = scorer.figures(counts)
        shown = (scorer.show(figures[field]).strip() for field, _ in _SHOWN)
        tail = (counts["right"], counts["wrong"], counts["offered_wrong"], counts["mig_wrong"])
        print(f"| {form} | {' | '.join(shown)} | {' | '.join(map(str, tail))} |")


def _scorer(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location("score", path)
    if spec is None or spec.loader is None:
        sys.exit(f"{path} cannot be read.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _names(vocabulary: Any, data: dict[str, Any]) -> dict[str, Any]:
    """The names that the key was labelled with, and those that the catalogue has got since."""
    for technology in vocabulary.technologies.values():
        data["names"].setdefault(technology.slug, technology.name)
        data["names"].setdefault(technology.name, technology.name)
    return data


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
