from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from stacks.second_factor import remove


class Command(BaseCommand):
    help = (
        "Takes the second factor of an account away, app and recovery codes: for an administrator who lost both. The "
        "next log-in asks for the password alone, and for a new second factor where the site wants one of everybody."
    )

    def add_arguments(self, parser):
        parser.add_argument("name")

    def handle(self, *, name: str, **options):
        user = get_user_model().objects.filter(username=name).first()
        if user is None:
            raise CommandError(f"There is no account “{name}”.")
        had = remove([user])
        self.stdout.write(f"{name} had a second factor, and has none any more." if had else f"{name} had none.")
