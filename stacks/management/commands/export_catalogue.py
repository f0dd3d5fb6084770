from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from stacks.exporting import ExportError, export


class Command(BaseCommand):
    help = "Writes the catalogue as a folder of readable files, which load_catalogue takes into an empty database."

    def add_arguments(self, parser):
        parser.add_argument("path", type=Path, help="a new or empty folder, or an earlier export, which it replaces")
        parser.add_argument(
            "--public", action="store_true", help="what the public may see: no drafts, nothing retracted, no imports"
        )

    def handle(self, *, path: Path, public: bool, **options):
        try:
            counts = export(path, public=public, report=self.stdout.write)
        except ExportError as error:
            raise CommandError(f"{error} Nothing was written.") from error
        written = ", ".join(f"{counts[name]} {name}" for name in ("companies", "technologies", "usages"))
        self.stdout.write(self.style.SUCCESS(f"Wrote {written} to {path}."))
