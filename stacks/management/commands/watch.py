import json
import sys
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from stacks.fetching import Fetcher
from stacks.importers.sources import find_source
from stacks.models import Watch
from stacks.watching.asking import Brought, Seen, ask, due, followed

SOMETHING_WRONG = 1


class Command(BaseCommand):
    help = (
        "Asks the sources that curators follow for news, politely, and turns what is new into proposals, as an import "
        "does; nothing is published. It writes as it goes, so that it may be stopped at any time. Exits 0; 1 when a "
        "source could not be reached or read."
    )

    def add_arguments(self, parser):
        parser.add_argument("sources", nargs="*", metavar="URL-OR-UID", help="these alone, whether due or not")
        parser.add_argument("--all", action="store_true", help="all that is followed, whether due or not")
        parser.add_argument("--limit", type=int, metavar="N", help="at most so many sources")
        parser.add_argument("--json", action="store_true", help="an object a line, for each source, on standard output")

    def handle(self, *, sources: list[str], limit: int | None, json: bool, **options: Any) -> None:
        watches = self._chosen(sources) if sources else list(followed() if options["all"] else due())
        watches = watches[: max(0, limit)] if limit is not None else watches
        counts: Counter[str] = Counter()
        wrong = False
        for number, seen in enumerate(ask(watches, Fetcher()), 1):
            counts[str(seen.result.label).lower()] += 1
            wrong = wrong or seen.is_wrong
            if json:
                self.stdout.write(_as_json(seen))
            elif seen.result != "unchanged":
                self.stdout.write(_in_words(seen))
            self._tell_progress(number, len(watches))
        told = ", ".join(f"{count} {result}" for result, count in sorted(counts.items())) or "none is due"
        noun = "source" if len(watches) == 1 else "sources"
        self.stderr.write(f"{len(watches)} followed {noun}: {told}.", style_func=self.style.SUCCESS)
        if wrong:
            sys.exit(SOMETHING_WRONG)

    def _chosen(self, names: list[str]) -> list[Watch]:
        found = []
        for name in names:
            source = find_source(name) if "://" in name else None
            mine = followed().filter(source=source) if source else followed().filter(source__uid=name)
            watch = mine.first()
            if watch is None:
                raise CommandError(f"Nobody follows “{name}”: follow it in the admin, from the page of its source.")
            found.append(watch)
        return found

    def _tell_progress(self, number: int, of: int) -> None:
        if getattr(self.stderr, "isatty", bool)():
            self.stderr.write(f"\r{number} of {of}", ending="\n" if number == of else "")


def _as_json(seen: Seen) -> str:
    watch = seen.watch
    told = {
        "source": watch.source.uid,
        "url": watch.source.url,
        "company": watch.company.slug if watch.company else None,
        "technology": watch.technology.slug if watch.technology else None,
        "format": watch.form or None,
        "result": seen.result.value,
        "status": seen.status,
        "message": seen.told,
        "editions": [_edition(each) for each in seen.brought],
        "left": seen.left,
        "failures": watch.failures,
        "next": watch.next_at.isoformat(),
    }
    return json.dumps(told, ensure_ascii=False)


def _edition(each: Brought) -> dict[str, Any]:
    names = ("line", "kind", "company", "technology", "category", "stage", "edition_on", "action", "sure", "quote")
    return {
        "url": each.url,
        "title": each.title,
        "edition": each.edition or None,
        "message": each.told,
        "batch": each.batch,
        "proposals": [{name: getattr(line, name) for name in names} for line in each.lines],
        "offered": each.offered,
        "missing": each.missing,
    }


def _in_words(seen: Seen) -> str:
    rows = [f"{seen.watch.source.url}: {seen.told}"]
    rows += [f"  {each.edition or 'undated'}  {each.url}: {each.told}" for each in seen.brought]
    return "\n".join(rows)
