from django.core.management.base import BaseCommand, CommandError

from stacks import derived
from stacks.curating import curating


class Command(BaseCommand):
    help = (
        "Proves the derived values: visibility, known-since dates, names, counts, the feed and its revisions. "
        "Exits 1 when one is wrong."
    )

    def add_arguments(self, parser):
        parser.add_argument("--repair", action="store_true", help="write the right values")

    def handle(self, *, repair: bool, **options):
        with curating():
            differences = derived.check()
            if repair:
                derived.repair(differences)
            left = derived.check() if repair and differences else differences
        for difference in differences:
            self.stdout.write(str(difference))
        if left:
            raise CommandError(
                f"{len(left)} wrong. {'Not all could be repaired.' if repair else 'Run again with --repair.'}"
            )
        self.stdout.write(
            self.style.SUCCESS(f"{len(differences)} repaired." if differences else "All derived values are right.")
        )
