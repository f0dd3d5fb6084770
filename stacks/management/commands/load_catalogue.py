from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from stacks.loading import LoadError, NotEmpty, load


class Command(BaseCommand):
    help = "Loads the shipped catalogue, or an exported one, into an empty database. Never overwrites."

    def add_arguments(self, parser):
        parser.add_argument(
            "path",
            nargs="?",
            type=Path,
            default=Path(settings.BASE_DIR) / "fixtures",
            help="a .json file or a folder of them",
        )
        parser.add_argument(
            "--if-empty", action="store_true", help="leave a catalogue that has rows as it is, and succeed"
        )

    def handle(self, *, path: Path, if_empty: bool, **options):
        try:
            counts = load(path, report=self.stdout.write)
        except NotEmpty as error:
            if not if_empty:
                raise CommandError(str(error)) from error
            self.stdout.write("The catalogue is not empty: left as it is.")
            return
        except LoadError as error:
            raise CommandError(f"{error} Nothing was loaded.") from error
        loaded = ", ".join(f"{counts[name]} {name}" for name in ("companies", "technologies", "usages"))
        self.stdout.write(self.style.SUCCESS(f"Loaded {loaded}."))
