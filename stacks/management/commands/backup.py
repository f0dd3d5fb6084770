from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from stacks.management.backups import BackupError, backup


class Command(BaseCommand):
    help = "Writes all of the database, accounts included, to one file, as it is at one moment; curators go on writing."

    def add_arguments(self, parser):
        parser.add_argument("path", type=Path, help="a file that is not there yet, or a folder")

    def handle(self, *, path: Path, **options):
        try:
            made = backup(path)
        except BackupError as error:
            raise CommandError(f"{error} No backup was made.") from error
        self.stdout.write(self.style.SUCCESS(f"{made}: {made.stat().st_size / 2**20:.1f} MB."))
