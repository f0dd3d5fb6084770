"""What is followed is asked for news, politely; what is new is read as an import reads it, and proposed.

Nothing is published. What was proposed is written with the note that it was read, so that who stops in the middle goes
on from there and proposes nothing twice.
"""

import hashlib
import logging
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from django.db import DatabaseError
from django.db.models import QuerySet
from django.utils import timezone
from urllib3 import HTTPHeaderDict

from stacks import dates
from stacks.curating import curating
from stacks.fetching import Answer, Disallowed, Fetcher, FetchError
from stacks.fetching import Refused as AddressRefused
from stacks.importers import opened
from stacks.importers.apply import Refused
from stacks.importers.formats.markdown import kind_of
from stacks.importers.lines import Line, Reading, Unreadable
from stacks.importers.plan import Plan
from stacks.models import FEED, BatchState, ImportBatch, Source, Watch, WatchedEdition, WatchResult, standing, url_key
from stacks.quotes import plain

from . import feeds
from .pages import Head, is_html, last_modified, raw_address, text_of

log = logging.getLogger(__name__)

ENTRIES_AT_ONCE = 10  # of a feed in one run; the others come in the next
_THREADS = 8
_LONGEST_PAUSE = 30  # days, however often it failed


@dataclass(frozen=True, slots=True)
class Page:
    """One edition of a text that nobody has read yet. `reading` is what it says by today's vocabulary."""

    url: str
    title: str
    text: str
    path: str
    form: str
    edition: str
    reading: Reading

    @property
    def worth(self) -> float:
        """How much it says, and how surely: what is worth most is proposed first."""
        return sum(line.sure for line in self.reading.lines if line.ticked)


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of one edition; `lines` are those that were written, the surest first."""

    url: str
    title: str
    edition: str
    told: str
    batch: str | None = None
    lines: tuple[Line, ...] = ()
    offered: int = 0  # named, and not sure enough to be proposed
    missing: int = 0  # said by an older edition, and not by this one
    problem: bool = False


@dataclass(slots=True)
class Seen:
    """What became of one followed source in this run."""

    watch: Watch
    result: WatchResult
    told: str
    status: int | None = None
    brought: list[Brought] = field(default_factory=list)
    left: int = 0  # entries of the feed that come in the next run

    @property
    def is_wrong(self) -> bool:
        failed = self.result in (WatchResult.FAILED, WatchResult.UNREADABLE)
        return failed or any(each.problem for each in self.brought)


def due(now: datetime | None = None) -> QuerySet[Watch]:
    """What is to be asked again, the longest due first."""
    return followed().filter(next_at__lte=now or timezone.now())


def followed() -> QuerySet[Watch]:
    joined = Watch.objects.select_related("source__company", "company", "technology", "followed_by")
    return joined.order_by("next_at", "pk")


def ask(watches: Collection[Watch], fetcher: Fetcher) -> Iterator[Seen]:
    """Ask each, host by host side by side, and write what is new as soon as it is known."""
    objections = standing()
    with ThreadPoolExecutor(_THREADS) as pool:
        asked = {}
        for watch in watches:
            if objection := objections.get(watch.company_id or 0):
                yield _Reader(watch, fetcher).leave(objection.sentence)
            else:
                asked[pool.submit(_get, watch, fetcher)] = watch
        try:
            for done in as_completed(asked):
                yield _Reader(asked[done], fetcher).read(done.result())
        except BaseException:
            for waiting in asked:
                waiting.cancel()
            raise


def _get(watch: Watch, fetcher: Fetcher) -> Answer | FetchError:
    """Asks the network and nothing of the database."""
    try:
        return fetcher.get(raw_address(watch.place), etag=watch.etag, since=watch.last_modified)
    except FetchError as error:
        return error


class _Reader:
    """One followed source in one run."""

    def __init__(self, watch: Watch, fetcher: Fetcher):
        self.watch, self.fetcher = watch, fetcher
        self.today = f"{timezone.localdate():%Y-%m-%d}"
        # what the row of the watch comes to once all that is new is written
        self.values: dict[str, Any] = {}

    def read(self, answer: Answer | FetchError) -> Seen:
        try:
            seen = self._look(answer)
        except DatabaseError:
            raise
        except Exception as error:
            # what one text brings about keeps no other from being asked, in this run and in those to come
            log.exception("the followed source %s cannot be read", self.watch.source.url)
            told = f"It cannot be read ({type(error).__name__}); the log of the application tells why."
            seen = Seen(self.watch, WatchResult.UNREADABLE, told)
        return self._write(seen)

    def leave(self, why: str) -> Seen:
        """Nobody is asked for what may not be written."""
        return self._write(Seen(self.watch, WatchResult.OBJECTED, why))

    def _look(self, answer: Answer | FetchError) -> Seen:
        if isinstance(answer, FetchError):
            return Seen(self.watch, WatchResult.FAILED, str(answer))
        if answer.status == 304:
            return Seen(self.watch, WatchResult.UNCHANGED, "It has not changed.", answer.status)
        if not 200 <= answer.status < 300:
            return Seen(self.watch, WatchResult.FAILED, f"It answers with status {answer.status}.", answer.status)
        try:
            return self._read_new(answer)
        except Unreadable as error:
            where = f"Line {error.line}: " if error.line else ""
            return Seen(self.watch, WatchResult.UNREADABLE, f"{where}{error.message}", answer.status)
        except FetchError as error:
            return Seen(self.watch, WatchResult.FAILED, str(error))

    def _read_new(self, answer: Answer) -> Seen:
        text = text_of(answer)
        if self.watch.asked_format == FEED and is_html(answer, text):
            answer = self._find_feed(answer, text)
            text = text_of(answer)
        elif answer.moved_to and raw_address(self.watch.place) == self.watch.place:
            self.values["address"] = answer.moved_to[:500]
        is_page = is_html(answer, text)
        mark = hashlib.sha256((plain(text) if is_page else text).encode("utf-8", "replace")).hexdigest()
        tags = {"etag": answer.headers.get("ETag", ""), "last_modified": answer.headers.get("Last-Modified", "")}
        longest = {"etag": 300, "last_modified": 60}
        self.values |= {name: tag if len(tag) <= longest[name] else "" for name, tag in tags.items()}
        self.values["fingerprint"] = mark
        if mark == self.watch.fingerprint:
            return Seen(self.watch, WatchResult.UNCHANGED, "It has not changed.", answer.status)
        if self.watch.asked_format == FEED or (not self.watch.asked_format and feeds.looks_like(text)):
            return self._read_feed(answer)
        seen = Seen(self.watch, WatchResult.NOTHING, "", answer.status)
        page = self._page(self.watch.source.url, answer, text, self.watch.source.title, self.watch.asked_format)
        self.values["form"] = page.reading.form
        return self._propose(seen, [page])

    def _find_feed(self, answer: Answer, text: str) -> Answer:
        """The feed that a page names: asked for from now on."""
        address = Head(text).feed_address(answer.url)
        if not address:
            raise Unreadable("This page names no feed: give the address of the feed itself.")
        self.values["address"] = address[:500]
        found = self.fetcher.get(address)
        if not 200 <= found.status < 300:
            raise Unreadable(f"The feed that this page names answers with status {found.status}: {address}")
        return found

    def _read_feed(self, answer: Answer) -> Seen:
        """Each entry that was never read, and that nobody has cited yet."""
        text_of(answer)  # whole, and no file of another kind
        entries = feeds.parse(answer.body, answer.url)
        self.values["form"] = FEED
        keys = {url_key(entry.url): entry for entry in entries}
        known = set(WatchedEdition.objects.filter(watch=self.watch, key__in=keys).values_list("key", flat=True))
        known |= set(Source.objects.filter(url_key__in=keys).values_list("url_key", flat=True))
        new = [entry for key, entry in keys.items() if key not in known]
        new.sort(key=lambda entry: entry.edition, reverse=True)
        seen = Seen(self.watch, WatchResult.NOTHING, "", answer.status, left=max(0, len(new) - ENTRIES_AT_ONCE))
        if not new:
            seen.result, seen.told = WatchResult.UNCHANGED, "No new entry."
            return seen
        pages, later = [], 0
        for entry in new[:ENTRIES_AT_ONCE]:
            try:
                pages.append(self._entry(entry))
            except Unreadable as error:
                seen.brought.append(self._note(entry, error.message))
            except (Disallowed, AddressRefused) as error:
                seen.brought.append(self._note(entry, str(error)))
            except FetchError as error:  # perhaps in the next run
                later += 1
                seen.brought.append(Brought(entry.url, entry.title, entry.edition, str(error), problem=True))
        seen.left += later
        return self._propose(seen, pages)

    def _entry(self, entry: feeds.Entry) -> Page:
        """From the feed where that has the whole text, else from its page; what the feed has where that is refused."""
        if entry.is_whole:
            return self._from_feed(entry)
        try:
            answer = self.fetcher.get(entry.url)
            if answer.status >= 500 or answer.status == 429:
                raise FetchError(f"It answers with status {answer.status}.")
            if not 200 <= answer.status < 300:
                raise Unreadable(f"It answers with status {answer.status}.")
            return self._page(entry.url, answer, text_of(answer), entry.title, "", entry.edition)
        except (Unreadable, Disallowed, AddressRefused):
            if not entry.content:
                raise
        return self._from_feed(entry)

    def _from_feed(self, entry: feeds.Entry) -> Page:
        page = entry.page
        told = Answer(200, entry.url, HTTPHeaderDict({"Content-Type": "text/html; charset=utf-8"}), page.encode())
        return self._page(entry.url, told, page, entry.title, "", entry.edition)

    def _note(self, entry: feeds.Entry, told: str) -> Brought:
        """What cannot be read is not asked for again."""
        with curating():
            WatchedEdition.objects.create(
                watch=self.watch, url=entry.url, title=entry.title, edition_on=entry.edition, told=told[:300]
            )
        return Brought(entry.url, entry.title, entry.edition, told, problem=True)

    def _page(self, url: str, answer: Answer, text: str, title: str, form: str, edition: str = "") -> Page:
        """Raises Unreadable."""
        is_page = is_html(answer, text)
        path = PurePosixPath(unquote(urlsplit(answer.url).path)).name[:200]
        if is_page and not path.lower().endswith((".html", ".htm")):
            path = f"{path[:190] or 'page'}.html"
        if is_page and not form and self.watch.technology is None:
            form = kind_of(text, ".html")  # a post may quote any other format, and is none
        batch = self._batch(url, title, text, path, form)
        reading = opened.read(batch)
        edition = self._edition(reading, edition, answer, Head(text) if is_page else None)
        return Page(url, title or reading.title, text, path, form, edition, reading)

    def _edition(self, reading: Reading, told: str, answer: Answer, head: Head | None) -> str:
        """The date of this edition: what the text says, its feed, its page, its server; else the day it was seen new.

        Of a page that was never seen before nobody knows since when it stands as it does: then the source may say so.
        """
        stated = ""
        if reading.edition:
            try:
                stated = dates.parse(reading.edition)
            except dates.InvalidDate:
                stated = ""
        if head is not None and self.watch.fingerprint and not told:
            return stated or (head.changed_on if head.changed_on > self._newest() else self.today)
        if head is not None:
            return stated or told or head.published_on or head.changed_on or last_modified(answer)
        return stated or told or last_modified(answer) or self.today

    def _newest(self) -> str:
        return max(WatchedEdition.objects.filter(watch=self.watch).values_list("edition_on", flat=True), default="")

    def _batch(self, url: str, title: str, text: str, path: str, form: str) -> ImportBatch:
        """As a curator would have given the text."""
        source = self.watch.source
        speaks = self.watch.company is not None and source.company == self.watch.company
        same_place = urlsplit(url).hostname == urlsplit(source.url).hostname
        return ImportBatch(
            state=BatchState.OPEN,
            made_by=self.watch.followed_by,
            company=self.watch.company,
            technology=self.watch.technology,
            url=url,
            title=title,
            publisher=source.publisher if same_place else "",
            own_words=speaks and same_place,
            accessed_on=self.today,
            asked_format=form,
            path=path,
            text=text,
        )

    def _propose(self, seen: Seen, pages: list[Page]) -> Seen:
        """What says most is proposed first."""
        for page in sorted(pages, key=lambda page: -page.worth):
            brought = self._take(page)
            if brought is not None:
                seen.brought.append(brought)
        seen.brought.sort(key=lambda each: -sum(line.sure for line in each.lines))
        proposed = sum(len(each.lines) for each in seen.brought)
        offered = sum(each.offered for each in seen.brought)
        if proposed:
            seen.result = WatchResult.PROPOSED
        parts = [_many(proposed, "proposal")] if proposed else ["Nothing to propose"]
        parts += [f"{_many(offered, 'name')} not sure enough"] if offered else []
        missing = sum(each.missing for each in seen.brought)
        parts += [f"{_many(missing, 'usage')} not said any more"] if missing else []
        parts += [f"{_many(seen.left, 'entry', 'entries')} left for the next run"] if seen.left else []
        problem = next((each.told for each in seen.brought if each.problem), "")
        seen.told = f"{', '.join(parts)}. {problem}".strip()
        return seen

    def _take(self, page: Page) -> Brought | None:
        """In one transaction with the note that it was read; None where nobody follows it any more."""
        batch = self._batch(page.url, page.title, page.text, page.path, page.form)
        batch.edition_on = page.edition
        with curating():
            if not Watch.objects.filter(pk=self.watch.pk).exists():
                return None
            try:
                plan = opened.propose(batch, page.reading)
                told, lines = "", _written(plan)
            except Refused as error:
                batch.delete()
                plan, told, lines = Plan(page.path, page.reading), str(error), ()
            kept = batch if lines else None
            brought = Brought(
                page.url,
                page.title,
                page.edition,
                told or _in_words(plan, lines),
                kept.uid if kept else None,
                lines,
                sum(line.kind == "usage" and not line.ticked for line in plan.reading.lines),
                len(plan.missing),
                problem=bool(told),
            )
            WatchedEdition.objects.create(
                watch=self.watch,
                url=page.url,
                title=page.title[:300],
                edition_on=page.edition,
                batch=kept,
                told=brought.told[:300],
            )
        return brought

    def _write(self, seen: Seen) -> Seen:
        """When it is asked again: after a failure later and later, where entries are left at once."""
        watch, now = self.watch, timezone.now()
        failed = seen.result in (WatchResult.FAILED, WatchResult.UNREADABLE)
        watch.failures = min(watch.failures + 1, 1000) if failed else 0
        pause = min(watch.every * 2 ** min(max(watch.failures - 1, 0), 10), max(watch.every, _LONGEST_PAUSE))
        watch.asked_at, watch.result, watch.told = now, seen.result, seen.told[:300]
        watch.next_at = now if seen.left else now + timedelta(days=pause)
        if seen.left or failed:
            for name in ("etag", "last_modified", "fingerprint"):
                self.values.pop(name, None)
        for name, value in self.values.items():
            setattr(watch, name, value)
        fields = {"asked_at", "result", "told", "next_at", "failures", *self.values}
        with curating():
            Watch.objects.filter(pk=watch.pk).update(**{name: getattr(watch, name) for name in fields})
        return seen


def _written(plan: Plan) -> tuple[Line, ...]:
    """The lines of which something was written, the surest first."""
    if not plan.written or not plan.written["batch"]:
        return ()
    batch = ImportBatch.objects.get(uid=plan.written["batch"])
    numbers = set(batch.lines.values_list("number", "name"))
    lines = [line for line in plan.reading.lines if line.ticked and (line.line, line.name[:200]) in numbers]
    return tuple(sorted(lines, key=lambda line: -line.sure))


def _in_words(plan: Plan, lines: tuple[Line, ...]) -> str:
    problems = list(dict.fromkeys(line.problem for line in plan.reading.lines if line.ticked and line.problem))
    if not lines:
        return " ".join(["Nothing to propose.", *problems[:3]])
    names = ", ".join(str(line.technology or line.name) for line in lines[:5])
    told = f"{_many(len(lines), 'proposal')}: {names}{', …' if lines[5:] else ''}"
    return ". ".join([told, *problems[:3]])


def _many(count: int, noun: str, nouns: str = "") -> str:
    return f"{count} {noun if count == 1 else nouns or f'{noun}s'}"
