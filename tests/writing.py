"""Somebody who edits, as a process of its own: `python -m tests.writing SEED EDITS [--begin]`.

It edits what DATABASE_URL names; with --begin a small catalogue takes the place of all that is there before.
"""

import itertools
import sys
import time
from contextlib import suppress

import django
from django.db import OperationalError

PAUSE = 0.02  # seconds between two edits, in which others write and read


def main(seed: int, edits: int, begin: bool) -> None:
    django.setup()
    from django.core.management import call_command

    from tests import factories, mirroring

    factories._numbers = itertools.count(1_000_000 * seed)
    if begin:
        call_command("flush", interactive=False, verbosity=0)
        mirroring.make_some()
    curators = mirroring.Curators(seed)
    while len(curators.done) < edits:
        with suppress(
            OperationalError
        ):  # SQLite has waited in vain for the other: a curator would be asked to try again
            curators.edit()
        time.sleep(PAUSE)
    kinds = set(curators.done)
    sys.stdout.write(f"{len(curators.done)} edits of {len(kinds)} of {len(curators.kinds)} kinds\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), "--begin" in sys.argv[3:])
