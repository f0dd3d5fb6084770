"""Whether the pages of sources are still there and still say what is quoted from them.

What was seen is written down at the source and at its evidence; nothing is deleted, and a stored copy is proposed.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote as percent_encode
from urllib.parse import urlsplit

from django.db.models import F, QuerySet
from django.utils import timezone

from stacks.curating import curating
from stacks.fetching import Answer, Disallowed, Fetcher, FetchError
from stacks.models import CheckResult, Evidence, ImportLine, Source
from stacks.proposals.proposing import open_batch, propose_changes
from stacks.quotes import plain, stands_in

ARCHIVE = "https://archive.org/wayback/available"
_THREADS = 8
_WRITTEN_TOGETHER = 20
_MAY_ALL_BE_DOWN = 2  # hosts; that more of them say nothing at the same time is no news of theirs
_IS_GONE = {404, 410}
_TEXT = ("text/", "application/xhtml", "application/xml", "application/json")


@dataclass(frozen=True, slots=True)
class Seen:
    """What became of one source. `result` is empty where it was not looked at; `missing` quotes are not on its page."""

    source: Source
    result: str
    told: str
    status: int | None = None
    moved_to: str = ""
    found: frozenset[int] = frozenset()  # evidence whose quote stands there
    missing: frozenset[int] = frozenset()
    archive_url: str = ""

    @property
    def is_heard(self) -> bool:
        """Whether its host said anything: a status, or by its robots.txt that it is not to be asked."""
        return self.status is not None or not self.result


def due(older_than: timedelta, now: datetime | None = None) -> QuerySet[Source]:
    """Sources that nobody has checked for so long, the longest first: who stopped in the middle goes on from there."""
    since = (now or timezone.now()) - older_than
    sources = Source.objects.exclude(checked_at__gt=since)
    return sources.order_by(F("checked_at").asc(nulls_first=True), "pk")


class NothingAnswered(Exception):
    """Not one of several hosts: it is this machine that is cut off, and nothing is written down of any page."""


def check(sources: Collection[Source], fetcher: Fetcher, *, archive: str = ARCHIVE) -> Iterator[Seen]:
    """Look at each, host by host side by side, and write down what was seen in small groups, from the first answer on.

    Raises NothingAnswered.
    """
    hosts, is_heard = {_host(source) for source in sources}, False
    quotes: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    cited = Evidence.objects.filter(source__in=sources).exclude(quote="").order_by("pk")
    for source, pk, text in cited.values_list("source", "pk", "quote"):
        quotes[source].append((pk, text))
    seen: list[Seen] = []
    with ThreadPoolExecutor(_THREADS) as pool:
        work = [pool.submit(_look, source, quotes[source.pk], fetcher, archive) for source in _in_turns(sources)]
        try:
            for done in as_completed(work):
                seen.append(done.result())
                is_heard = is_heard or seen[-1].is_heard
                if is_heard and len(seen) >= _WRITTEN_TOGETHER:
                    written, seen = _write(seen), []
                    yield from written
        except BaseException:
            for waiting in work:
                waiting.cancel()
            raise
        finally:
            is_cut_off = not is_heard and len(hosts) > _MAY_ALL_BE_DOWN
            written = [] if is_cut_off else _write(seen)
    if is_cut_off:
        raise NothingAnswered(f"None of {len(hosts)} hosts answered")
    yield from written


def _host(source: Source) -> str:
    return urlsplit(source.url).netloc.casefold()


def _in_turns(sources: Collection[Source]) -> list[Source]:
    """The first page of each host, then the second of each: while one host rests, the others are asked."""
    turns: Counter[str] = Counter()
    ranked = []
    for source in sources:
        host = _host(source)
        ranked.append((turns[host], source))
        turns[host] += 1
    return [source for _, source in sorted(ranked, key=lambda each: each[0])]


def _look(source: Source, quotes: list[tuple[int, str]], fetcher: Fetcher, archive: str) -> Seen:
    """Asks the network and nothing of the database."""
    try:
        answer = _ask(source.url, fetcher, needs_text=bool(quotes))
    except Disallowed as error:
        return Seen(source, "", str(error))
    except FetchError as error:
        return Seen(source, CheckResult.UNREACHABLE, str(error))
    result, told = _judge(answer)
    if result in (CheckResult.REACHABLE, CheckResult.MOVED):
        found, missing = _quotes_in(answer, quotes)
        return Seen(source, result, told, answer.status, answer.moved_to, found, missing)
    copy = ""
    if result == CheckResult.GONE and not source.archive_url and archive:
        copy = _stored_copy(source, fetcher, archive)
    return Seen(source, result, told, answer.status, archive_url=copy)


def _ask(url: str, fetcher: Fetcher, *, needs_text: bool) -> Answer:
    """The head alone where that is enough; many servers answer it with an error of its own."""
    if not needs_text:
        answer = fetcher.get(url, method="HEAD")
        if 200 <= answer.status < 300:
            return answer
    return fetcher.get(url)


def _judge(answer: Answer) -> tuple[str, str]:
    if 200 <= answer.status < 300:
        if answer.moved_to:
            return CheckResult.MOVED, f"It has moved to {answer.moved_to}."
        return CheckResult.REACHABLE, "It is there."
    if answer.status in _IS_GONE:
        return CheckResult.GONE, f"It is gone (status {answer.status})."
    return CheckResult.UNREACHABLE, f"It answers with status {answer.status}."


def _quotes_in(answer: Answer, quotes: list[tuple[int, str]]) -> tuple[frozenset[int], frozenset[int]]:
    """Evidence whose quote stands in the text, and evidence whose quote does not; neither where there is no text."""
    if not quotes or not answer.headers.get("Content-Type", "text/").lower().startswith(_TEXT):
        return frozenset(), frozenset()
    page = plain(answer.text)
    found = frozenset(pk for pk, text in quotes if stands_in(text, page))
    missing = frozenset(pk for pk, _ in quotes) - found
    return found, missing if answer.is_whole else frozenset()


def _stored_copy(source: Source, fetcher: Fetcher, archive: str) -> str:
    """What the archive has of the page, nearest to its newest edition; else empty."""
    near = source.edition.replace("-", "")
    try:
        answer = fetcher.get(f"{archive}?url={percent_encode(source.url, safe='')}&timestamp={near}", heed_robots=False)
        told = json.loads(answer.text)["archived_snapshots"]["closest"]
        copy = str(told["url"]) if told["available"] and str(told["status"]) == "200" else ""
    except (FetchError, ValueError, KeyError, TypeError):
        return ""
    return copy.replace("http://", "https://", 1) if copy.startswith(("http://", "https://")) else ""


def _write(seen: list[Seen]) -> list[Seen]:
    """In one transaction. Who was deleted or given another address meanwhile is left out."""
    now = timezone.now()
    written = []
    with curating():
        rows = Source.objects.in_bulk([each.source.pk for each in seen])
        for each in seen:
            row = rows.get(each.source.pk)
            if row is None or row.url != each.source.url:
                continue
            written.append(each)
            if each.result:
                row.checked_at, row.check_result = now, each.result
                row.save(update_fields=["checked_at", "check_result"])
            for pks, is_there in ((each.found, True), (each.missing, False)):
                for evidence in Evidence.objects.filter(pk__in=pks, source=row).exclude(quote_found=is_there):
                    evidence.quote_found = is_there
                    evidence.save(update_fields=["quote_found"])
            if each.archive_url and not _is_proposed(row):
                batch = open_batch(None, form="check", source=None, about=row)
                propose_changes(batch, row, {"archive_url": each.archive_url})
    return written


def _is_proposed(source: Source) -> bool:
    return ImportLine.objects.waiting().filter(kind="source", row=source.pk, field="archive_url").exists()
