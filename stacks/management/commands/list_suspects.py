import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from stacks.folding import alias_key
from stacks.matching.suspects import reasons
from stacks.models import TechnologyAlias

READINGS = Path(settings.BASE_DIR) / "docs/reading/aliases"
COLUMNS = ("slug", "alias", "decision", "why")
DECISIONS = ("keep", "moved", "removed")


class Suspect(NamedTuple):
    slug: str
    name: str
    why: str


class Command(BaseCommand):
    help = (
        "Lists names of technologies that may be another thing's and that nobody has decided about; see docs/names.md. "
        "Exits 1 when there is one."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--readings", type=Path, default=READINGS, help="the folder of the decisions, one *.tsv a fixture file"
        )

    def handle(self, *, readings: Path, **options: Any) -> None:
        kept = read_kept(readings)
        left = [suspect for suspect in suspects() if (suspect.slug, alias_key(suspect.name)) not in kept]
        for suspect in left:
            self.stdout.write("\t".join(suspect))
        if left:
            raise CommandError(f"{len(left)} undecided: write a line for each into a file of {readings}.")
        self.stdout.write(self.style.SUCCESS("Every suspect is decided."))


def suspects() -> Iterator[Suspect]:
    aliases = TechnologyAlias.objects.select_related("technology").order_by("technology__slug", "key", "pk")
    for alias in aliases:
        if why := reasons(alias.name, alias.technology.name, caution=alias.caution):
            yield Suspect(alias.technology.slug, alias.name, ", ".join(why))


def read_kept(folder: Path) -> set[tuple[str, str]]:
    """Slug and key of each alias that was decided to stay; a suspect that was to go and is still there is undecided."""
    kept = set()
    for path in sorted(folder.glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as file:
            for number, row in enumerate(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE), start=1):
                if not row or tuple(row) == COLUMNS:
                    continue
                if len(row) != len(COLUMNS) or row[2] not in DECISIONS or not all(cell.strip() for cell in row):
                    raise CommandError(
                        f"{path.name}, line {number}: it needs slug, alias, decision ({', '.join(DECISIONS)}) and why."
                    )
                if row[2] == "keep":
                    kept.add((row[0], alias_key(row[1])))
    return kept
