import secrets

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from stacks.review import CURATOR, NEW_ACCOUNT, REVIEWER

_GROUPS = {"curator": [CURATOR], "reviewer": [REVIEWER], "admin": []}


class Command(BaseCommand):
    help = "Makes an account for the admin and prints a password for its first log-in, which asks for another one."

    def add_arguments(self, parser):
        parser.add_argument("name")
        parser.add_argument(
            "--role",
            choices=list(_GROUPS),
            required=True,
            help="a curator writes and proposes, a reviewer publishes as well, an admin manages accounts, too",
        )
        parser.add_argument("--email", default="", help="where a forgotten password can be set anew from")

    def handle(self, *, name: str, role: str, email: str, **options):
        users = get_user_model()
        password = secrets.token_urlsafe(12)
        user = users(username=name, email=email, is_staff=True, is_superuser=role == "admin")
        user.set_password(password)
        try:
            user.full_clean()
        except ValidationError as error:
            raise CommandError(f"{' '.join(error.messages)} No account was made.") from error
        with transaction.atomic():
            user.save()
            user.groups.set(Group.objects.get_or_create(name=group)[0] for group in (*_GROUPS[role], NEW_ACCOUNT))
        self.stdout.write(self.style.SUCCESS(f"{name} is {'an' if role == 'admin' else 'a'} {role} now."))
        self.stdout.write(f"Password for the first log-in, shown this once: {password}")
