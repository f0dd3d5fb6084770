from django.core.management.base import BaseCommand, CommandError

from stacks import derived, feed
from stacks.curating import curating


class Command(BaseCommand):
    help = (
        "Proves the derived values: visibility, known-since dates, names, counts, the feed and its revisions, "
        "and that who follows the feed from its beginning holds what there is. "
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
            untold = feed.find_untold()
        for difference in [*differences, *untold]:
            self.stdout.write(str(difference))
        if left or untold:
            advice = "Not all could be repaired." if repair or not left else "Run again with --repair."
            raise CommandError(f"{len(left) + len(untold)} wrong. {advice}")
        self.stdout.write(
            self.style.SUCCESS(f"{len(differences)} repaired." if differences else "All derived values are right.")
        )
