from django.core.management.base import BaseCommand, CommandError

from stacks.loading import ORDER
from stacks.management.synthetic import make


class Command(BaseCommand):
    help = "Fills an empty database with a catalogue that nobody has lived, for benchmarks."

    def add_arguments(self, parser):
        parser.add_argument("--companies", type=int, required=True, help="how many; some seconds for each thousand")
        parser.add_argument("--usages", type=int, default=30, help="how many each company has on average")
        parser.add_argument("--seed", type=int, default=1, help="another number makes another catalogue")

    def handle(self, *, companies: int, usages: int, seed: int, **options):
        if companies < 1 or usages < 1:
            raise CommandError("At least one company with one usage is needed.")
        if any(model._base_manager.exists() for model in ORDER):
            raise CommandError("The catalogue is not empty: nothing is mixed with what nobody has lived.")
        make(companies, usages, seed, report=self.stdout.write)
        self.stdout.write(self.style.SUCCESS(f"Made {companies} companies."))
