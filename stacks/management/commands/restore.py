from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from stacks.management.backups import BackupError, is_empty, read_about, restore


class Command(BaseCommand):
    help = "Puts a backup in the place of the database. Refuses to overwrite anything unless told to."

    def add_arguments(self, parser):
        parser.add_argument("path", type=Path, help="a file that `backup` wrote")
        parser.add_argument("--overwrite", action="store_true", help="give up all that is in the database now")

    def handle(self, *, path: Path, overwrite: bool, **options):
        try:
            about = read_about(path)
            if not overwrite and not is_empty():
                raise CommandError(
                    "The database is not empty: --overwrite gives up all that is in it. Nothing was done."
                )
            missing = restore(path)
        except BackupError as error:
            raise CommandError(f"{error} The database is what it was.") from error
        self.stdout.write(self.style.SUCCESS(f"The database is what it was at {about['made_at']}."))
        if missing:
            self.stdout.write(
                f"It was made by an older Stacks: run `manage.py migrate` now ({missing} migrations wait)."
            )
