"""A catalogue that nobody has lived, in a database of one's choice.

    .venv/bin/python -m benchmarks.make_catalogue --companies 10000 [--seed 1] [--database sqlite:////tmp/ten.sqlite3]

As `manage.py make_catalogue` makes it, which this calls: seeded, about thirty usages a company, used by Zipf's law, one
technology by three companies in ten; derived values right; no statistics gathered, as the product gathers none itself.
Without `--database` in that of the environment. `--check` proves the derived values afterwards.
"""

import argparse
import os
import sys
import time


def make_where_empty(companies: int, seed: int = 1) -> None:
    """Brings the database up to date, and leaves a catalogue that is there as it is. Django is set up already."""
    from django.core.management import call_command

    from stacks.models import Company

    call_command("migrate", verbosity=0)
    if Company.objects.exists():
        return
    started = time.process_time()
    call_command("make_catalogue", companies=companies, seed=seed, stdout=sys.stderr)
    print(f"{time.process_time() - started:.0f} s of processor time", file=sys.stderr)


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.make_catalogue", description="A catalogue that nobody has lived.")
    parser.add_argument("--companies", type=int, required=True, metavar="N")
    parser.add_argument("--seed", type=int, default=1, metavar="S")
    parser.add_argument("--database", metavar="URL")
    parser.add_argument("--check", action="store_true", help="prove the derived values afterwards")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if options.database:
        os.environ["DATABASE_URL"] = options.database
    import django

    django.setup()
    from django.core.management import call_command

    make_where_empty(options.companies, options.seed)
    if options.check:
        call_command("check_derived")


if __name__ == "__main__":
    main()
