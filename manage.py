#!/usr/bin/env python
import os
import sys

from stacks import __version__


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        import django
        from django.core.exceptions import ImproperlyConfigured  # the environment may be missing
        from django.core.management import execute_from_command_line
        from django.db import DatabaseError
    except ImportError:
        sys.exit("Django is not installed here. Run ./dev manage instead: it makes the environment.")
    if sys.argv[1:] in (["--version"], ["version"]):
        sys.stdout.write(f"Stacks {__version__} (Django {django.get_version()})\n")
        return
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(str(error))
    except DatabaseError as error:
        from stacks.outages import is_outage, migrations_waiting  # they need the settings

        if not is_outage(error):
            if migrations_waiting():
                sys.exit("The database lacks the tables of this version: run manage.py migrate first.")
            raise
        sys.exit(f"The database failed: {str(error).strip()}. What was being written to it was undone.")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
