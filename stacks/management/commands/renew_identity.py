from django.core.management.base import BaseCommand

from stacks.revisions import renew_identity


class Command(BaseCommand):
    help = (
        "Gives the catalogue a new identity, so that no cache, browser or mirror takes what it was for what it is. "
        "Run it after the database was restored by other means than `restore`."
    )

    def handle(self, **options):
        self.stdout.write(self.style.SUCCESS(f"The catalogue is {renew_identity()} now."))
