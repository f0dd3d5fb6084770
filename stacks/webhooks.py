"""What changed, posted to whom it concerns: the feed is the outbox, so that nothing is lost while nobody delivers.

Each webhook has a place in the feed. A message is made of the lines after it, and the place moves on in the same
transaction. Messages of a webhook go out in their order: while one waits for its next attempt, those that follow wait
behind it, since a slug may only be understood after what came before. Signed as Standard Webhooks are.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from stacks import feed, revisions
from stacks.feed import Scope
from stacks.fetching import Answer, Fetcher, FetchError
from stacks.links import Links
from stacks.models import Change, Company, Delivery, DeliveryState, Message, Technology, Webhook
from stacks.models.webhooks import make_secret, open_secret, seal_secret
from stacks.redirects import find
from stacks.revisions import Revision
from stacks.sealing import Unopened

MOST_LINES = 100  # in one message
KEPT = 200  # of the messages that a webhook has received
PAUSES = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1800, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600)
)
BOTH_SECRETS = timedelta(days=1)
_SCANNED = 500
_AT_ONCE = 8
_LEASE = timedelta(seconds=120)
_GONE = 410
_PATIENT = {429, 503}
_UNREADABLE = "Its secret does not open with the SECRET_KEY of today: make a new one and give it to the receiver."


def make_fetcher() -> Fetcher:
    return Fetcher(pause=0, patience=10, most_seconds=15, most_bytes=10_000, allowed=settings.WEBHOOK_NETWORKS)


def sign(secret: str, uid: str, at: datetime, body: bytes) -> str:
    """https://www.standardwebhooks.com, symmetric signatures."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = hmac.new(key, f"{uid}.{int(at.timestamp())}.".encode() + body, hashlib.sha256)
    return f"v1,{base64.b64encode(signed.digest()).decode()}"


def start(webhook: Webhook) -> None:
    """Let one that is new, or was switched off by hand, follow from the newest line on."""
    known = revisions.revision()
    webhook.catalogue, webhook.after = known.identity, known.revision


def renew_secret(webhook: Webhook, now: datetime | None = None) -> str:
    """As the receiver takes it. For a day messages are signed with both, so that it can be told in between."""
    webhook.former_secret, webhook.former_until = webhook.secret, (now or timezone.now()) + BOTH_SECRETS
    if not is_readable(webhook):
        webhook.former_secret, webhook.former_until = "", None
    webhook.secret = make_secret()
    webhook.save(update_fields=["secret", "former_secret", "former_until"])
    return open_secret(webhook.secret)


def is_readable(webhook: Webhook) -> bool:
    """Whether its secret opens with SECRET_KEY or a fallback."""
    try:
        return bool(open_secret(webhook.secret))
    except Unopened:
        return False


def send_test(webhook: Webhook) -> Delivery:
    """A message that says nothing, in its turn."""
    return _make(webhook, Message.TEST, webhook.after, timezone.now())


def send_again(deliveries: Sequence[Delivery]) -> int:
    """Each from its first attempt on, under its own number; how many. What gave up on its account is on again.

    The lines of a catalogue that is no more can be told to nobody.
    """
    with transaction.atomic():
        keys = [each.pk for each in deliveries if each.catalogue == each.webhook.catalogue]
        number = Delivery.objects.filter(pk__in=keys).update(
            state=DeliveryState.WAITING, attempts=0, next_at=None, told="To be sent again."
        )
        hooks = {delivery.webhook_id for delivery in deliveries}
        Webhook.objects.filter(pk__in=hooks).exclude(off_why="").update(off_at=None, off_why="")
    return number


def switch(webhook: Webhook, *, on: bool) -> None:
    """On: it goes on where it stopped, with what waited and what changed since."""
    if on:
        with transaction.atomic():
            waiting = Q(state=DeliveryState.GIVEN_UP) | Q(state=DeliveryState.WAITING)
            webhook.deliveries.filter(waiting).update(state=DeliveryState.WAITING, attempts=0, next_at=None)
            webhook.off_at, webhook.off_why = None, ""
            webhook.save(update_fields=["off_at", "off_why"])
    elif webhook.off_at is None:
        webhook.off_at = timezone.now()
        webhook.save(update_fields=["off_at"])


@dataclass(frozen=True, slots=True)
class _Job:
    delivery: Delivery
    url: str
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Deliverer:
    """`clock` tells the time; `fetcher` asks the network. One at work claims a webhook for as long as it posts to it,
    so that several may be at work.
    """

    fetcher: Fetcher = field(default_factory=make_fetcher)
    clock: Callable[[], datetime] = timezone.now
    _last: int = 0  # the webhook that was served last: the next round begins behind it

    def run(self) -> list[Delivery]:
        """One attempt for each webhook that something is due for; what was attempted, empty where nothing is due."""
        jobs = self._jobs()
        if not jobs:
            return []
        with ThreadPoolExecutor(_AT_ONCE) as pool:  # they ask the network alone: no thread reads the database
            answers = list(pool.map(self._post, jobs))
        for job, answer in zip(jobs, answers, strict=True):
            self._record(job.delivery, answer)
        return [job.delivery for job in jobs]

    def _jobs(self) -> list[_Job]:
        known, now, jobs = revisions.revision(), self.clock(), []
        free = Webhook.objects.filter(Q(claimed_until=None) | Q(claimed_until__lt=now), off_at=None)
        for pk in sorted(_waiting(free, known, now), key=lambda pk: (pk <= self._last, pk)):
            if not free.filter(pk=pk).update(claimed_until=now + _LEASE):
                continue
            webhook = Webhook.objects.get(pk=pk)
            delivery = self._due(webhook, known, now)
            try:
                job = delivery and _job(webhook, delivery, now)
            except Unopened:
                Webhook.objects.filter(pk=pk).update(off_at=now, off_why=_UNREADABLE)
                job = None
            if job:
                jobs.append(job)
                self._last = pk
            else:
                _release(webhook)
            if len(jobs) == _AT_ONCE:
                break
        return jobs

    def _due(self, webhook: Webhook, known: Revision, now: datetime) -> Delivery | None:
        if not webhook.catalogue and known.identity:  # it is older than the first line of all
            webhook.catalogue = known.identity
            webhook.save(update_fields=["catalogue"])
        if webhook.catalogue != known.identity or webhook.after > known.revision:
            return _tell_of_another(webhook, known, now)
        first = webhook.deliveries.filter(state=DeliveryState.WAITING).order_by("pk").first()
        if first is not None:
            return first if first.next_at is None or first.next_at <= now else None
        return _next(webhook, known.revision, now)

    def _post(self, job: _Job) -> Answer | FetchError:
        try:
            return self.fetcher.post(job.url, job.body, job.headers)
        except FetchError as error:
            return error

    def _record(self, delivery: Delivery, answer: Answer | FetchError) -> None:
        """What came of an attempt. After the last one the webhook is switched off: nothing is left out silently."""
        now = self.clock()
        status, told = (None, str(answer)) if isinstance(answer, FetchError) else (answer.status, _in_words(answer))
        delivery.attempts += 1
        delivery.tried_at, delivery.status, delivery.told, delivery.next_at = now, status, told[:300], None
        why = ""
        if status is not None and 200 <= status < 300:
            delivery.state = DeliveryState.DELIVERED
        elif status == _GONE:
            delivery.state, why = DeliveryState.GIVEN_UP, "The receiver says that it is gone for good (status 410)."
        elif delivery.attempts > len(PAUSES):
            delivery.state = DeliveryState.GIVEN_UP
            why = f"Given up after {delivery.attempts} attempts. The last: {told}"
        else:
            pause = PAUSES[delivery.attempts - 1]
            if isinstance(answer, Answer) and status in _PATIENT and answer.retry_after is not None:
                pause = min(max(pause, timedelta(seconds=answer.retry_after)), PAUSES[-1])
            delivery.next_at = now + pause
        with transaction.atomic():
            delivery.save(update_fields=["attempts", "tried_at", "status", "told", "next_at", "state"])
            if why:
                Webhook.objects.filter(pk=delivery.webhook_id).update(off_at=now, off_why=why[:300])
            _release(delivery.webhook)


def _waiting(webhooks: QuerySet[Webhook], known: Revision, now: datetime) -> list[int]:
    """Keys of those that something may be due for. One query, which is all that an idle moment costs."""
    first = Delivery.objects.filter(webhook=OuterRef("pk"), state=DeliveryState.WAITING).order_by("pk")
    rows = webhooks.annotate(waits=Exists(first), due_at=Subquery(first.values("next_at")[:1]))
    is_due = Q(waits=True) & (Q(due_at=None) | Q(due_at__lte=now))
    has_more = Q(waits=False) & ~Q(after=known.revision)
    return list(rows.filter(is_due | has_more | ~Q(catalogue=known.identity)).values_list("pk", flat=True))


def _release(webhook: Webhook) -> None:
    Webhook.objects.filter(pk=webhook.pk).update(claimed_until=None)


def _in_words(answer: Answer) -> str:
    if 200 <= answer.status < 300:
        return "It was taken."
    if 300 <= answer.status < 400:
        to = answer.headers.get("Location", "elsewhere")
        return f"It answers with status {answer.status} and leads to {to}: give that address, no redirect is followed."
    return f"It answers with status {answer.status}."


def _tell_of_another(webhook: Webhook, known: Revision, now: datetime) -> Delivery:
    """The numbers of the place are of a catalogue that is no more: the receiver has to copy anew."""
    with transaction.atomic():
        webhook.deliveries.filter(state=DeliveryState.WAITING).delete()
        webhook.catalogue, webhook.after = known.identity, known.revision
        webhook.save(update_fields=["catalogue", "after"])
        return _make(webhook, Message.REPLACED, webhook.after, now)


def _make(webhook: Webhook, message: Message, after: int, now: datetime) -> Delivery:
    return Delivery.objects.create(
        webhook=webhook,
        type=message,
        catalogue=webhook.catalogue,
        after=after,
        through=webhook.after,
        made_at=now,
    )


def _next(webhook: Webhook, revision: int, now: datetime) -> Delivery | None:
    """The next message, with the place moved behind its last line; None where nothing concerns the webhook."""
    scope = scope_of(webhook)
    while webhook.after < revision:
        lines = _lines(webhook.after, min(revision, webhook.after + _SCANNED))
        passing = [line for line in lines if scope.passes(line)][: MOST_LINES + 1]
        through = passing[MOST_LINES - 1].change.seq if len(passing) > MOST_LINES else lines[-1].change.seq
        after, webhook.after = webhook.after, through
        with transaction.atomic():
            webhook.save(update_fields=["after"])
            if passing:
                old = webhook.deliveries.filter(state=DeliveryState.DELIVERED).values_list("pk", flat=True)[KEPT:]
                Delivery.objects.filter(pk__in=list(old)).delete()
                return _make(webhook, Message.CHANGED, after, now)
    return None


def _lines(after: int, through: int) -> list[feed.Line]:
    return feed.read(Change.objects.filter(seq__gt=after, seq__lte=through).order_by("seq"))


def scope_of(webhook: Webhook) -> Scope:
    return Scope(
        webhook.kinds,
        find(Company, webhook.companies).rows if webhook.companies else None,
        find(Technology, webhook.technologies).rows if webhook.technologies else None,
    )


def body_of(webhook: Webhook, delivery: Delivery, at: datetime) -> bytes:
    scope, links = scope_of(webhook), Links()
    told = [] if delivery.type != Message.CHANGED else _lines(delivery.after, delivery.through)
    data: dict[str, Any] = {
        "catalogue": delivery.catalogue,
        "after": delivery.after,
        "through": delivery.through,
        "changes": [feed.document(line, links) for line in told if scope.passes(line)],
    }
    return orjson.dumps({"type": delivery.type, "timestamp": at, "data": data}, option=orjson.OPT_UTC_Z)


def _job(webhook: Webhook, delivery: Delivery, now: datetime) -> _Job:
    delivery.webhook = webhook
    body = body_of(webhook, delivery, delivery.made_at)
    secrets = [open_secret(webhook.secret)]
    if webhook.former_secret and webhook.former_until and now < webhook.former_until:
        secrets.append(open_secret(webhook.former_secret))
    sealed = [seal_secret(secret) for secret in secrets]
    if sealed[0] != webhook.secret:  # with an earlier key
        same = Webhook.objects.filter(pk=webhook.pk, secret=webhook.secret)
        same.update(secret=sealed[0], former_secret="".join(sealed[1:]))
    headers = {
        "Content-Type": "application/json",
        "webhook-id": delivery.uid,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(sign(secret, delivery.uid, now, body) for secret in secrets),
    }
    return _Job(delivery, webhook.url, headers, body)
