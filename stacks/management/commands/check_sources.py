import json
from collections import Counter
from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError

from stacks.fetching import Fetcher
from stacks.link_health import ARCHIVE, NothingAnswered, Seen, check, due
from stacks.models import Evidence


class Command(BaseCommand):
    help = (
        "Looks whether the pages of sources are still there and still say what is quoted from them: politely, what was "
        "not checked for longest first. It writes down what it sees as it goes, so that it may be stopped at any time. "
        "Deletes nothing; for what is gone a stored copy is proposed."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--older-than", type=int, default=30, metavar="DAYS", help="leave out what was checked since"
        )
        parser.add_argument("--limit", type=int, metavar="N", help="at most so many sources")
        parser.add_argument("--no-archive", action="store_true", help="look for no stored copies at archive.org")
        parser.add_argument("--json", action="store_true", help="an object a line, for each source, on standard output")

    def handle(self, *, older_than: int, limit: int | None, no_archive: bool, json: bool, **options):
        sources = list(due(timedelta(days=older_than))[:limit])
        counts: Counter[str] = Counter()
        try:
            for number, seen in enumerate(check(sources, Fetcher(), archive="" if no_archive else ARCHIVE), 1):
                counts[seen.result or "not looked at"] += 1
                if json:
                    self.stdout.write(_as_json(seen))
                elif seen.result not in ("reachable", "moved") or seen.missing:
                    self.stdout.write(_in_words(seen))
                self._tell_progress(number, len(sources))
        except NothingAnswered as error:
            raise CommandError(f"{error}: is this machine on the network? Nothing is written down.") from error
        told = ", ".join(f"{count} {result}" for result, count in sorted(counts.items())) or "no source is due"
        self.stderr.write(f"{len(sources)} sources: {told}.", style_func=self.style.SUCCESS)

    def _tell_progress(self, number: int, of: int) -> None:
        if getattr(self.stderr, "isatty", bool)():
            self.stderr.write(f"\r{number} of {of}", ending="\n" if number == of else "")


def _as_json(seen: Seen) -> str:
    told = {
        "source": seen.source.uid,
        "url": seen.source.url,
        "result": seen.result or None,
        "status": seen.status,
        "message": seen.told,
        "moved_to": seen.moved_to or None,
        "quotes_found": len(seen.found),
        "quotes_missing": list(
            Evidence.objects.filter(pk__in=seen.missing).order_by("pk").values_list("quote", flat=True)
        ),
        "archive_url": seen.archive_url or None,
    }
    return json.dumps(told, ensure_ascii=False)


def _in_words(seen: Seen) -> str:
    quotes = len(seen.missing)
    missing = f" {quotes} {'quote does' if quotes == 1 else 'quotes do'} not stand there any more." if quotes else ""
    copy = f" A stored copy is proposed: {seen.archive_url}" if seen.archive_url else ""
    return f"{seen.source.uid} {seen.source.url}: {seen.told}{missing}{copy}"
