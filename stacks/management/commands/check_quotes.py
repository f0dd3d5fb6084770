from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from stacks.models import Evidence
from stacks.quotes import plain, stands_in


@dataclass(frozen=True, slots=True)
class Quote:
    """What one citation quotes; `source` is the uid, `place` says where it is cited."""

    source: str
    text: str
    place: str


class Command(BaseCommand):
    help = (
        "Looks for the quotes of the evidence, word for word, in texts kept in a folder. A text belongs to a source "
        "when it is named by the uid of the source (jahbqehwxb.txt) or holds another of its quotes. "
        "Exits 1 when a quote is not in the text of its source; quotes without a text are counted only."
    )

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, help="where the texts are: Markdown, HTML or plain, in folders or not")

    def handle(self, *, folder: Path, **options):
        if not folder.is_dir():
            raise CommandError(f"There is no folder {folder}.")
        texts = {path: plain(path.read_text(encoding="utf-8", errors="replace")) for path in _files(folder)}
        cited = Evidence.objects.exclude(quote="").select_related("source", "usage", "migration", "company")
        quotes = [Quote(e.source.uid, e.quote, str(e.usage or e.migration or e.company)) for e in cited.order_by("pk")]
        found = judge(quotes, texts)
        for quote, verdict in found:
            if verdict == "not found":
                self.stdout.write(f"{quote.place}: not in the text of {quote.source}: “{quote.text}”")
        counts = Counter(verdict for _, verdict in found)
        told = ", ".join(f"{counts[verdict]} {verdict}" for verdict in ("found", "not found", "without a text"))
        if counts["not found"]:
            raise CommandError(f"{told}.")
        self.stdout.write(self.style.SUCCESS(f"{told}."))


def judge(quotes: Iterable[Quote], texts: Mapping[Path, str]) -> list[tuple[Quote, str]]:
    """Each quote with “found”, “not found” (its source has a text, and it is not in there) or “without a text”."""
    quotes = list(quotes)
    theirs: defaultdict[str, set[Path]] = defaultdict(set)
    for path in texts:
        theirs[path.stem].add(path)
    places = {quote: {path for path, text in texts.items() if stands_in(quote.text, text)} for quote in quotes}
    for quote, paths in places.items():
        theirs[quote.source] |= paths
    return [
        (quote, "found" if places[quote] else "not found" if theirs[quote.source] else "without a text")
        for quote in quotes
    ]


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())
