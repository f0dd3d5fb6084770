"""`/metrics`, for Prometheus and what reads its text: there only where METRICS_TOKEN is set, for whoever bears it.

What is counted is counted by each process and told for all of them (`gunicorn.conf.py` names the folder in which they
meet); what the database holds is asked when somebody scrapes. Labels are names of the code, never what a visitor sent.
"""

import hmac
import os
import platform
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from typing import Any

import django
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection, connections
from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from stacks import replica, revisions, servers
from stacks.conditional import code_version
from stacks.models import Delivery, DeliveryState, Webhook

_METHODS = {"GET", "HEAD", "POST", "OPTIONS"}
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25)
_counted = CollectorRegistry()

REQUESTS = Counter("stacks_requests", "Requests that were answered.", ["view", "method", "status"], registry=_counted)
LATENCY = Histogram("stacks_request_seconds", "Until an answer began.", ["view"], buckets=_SECONDS, registry=_counted)
ANSWERS = Counter(
    "stacks_public_answers",
    "Public pages and the API: 304 (known), the kept page (kept), a page made anew (made), or without the database "
    "(stale, refused).",
    ["how"],
    registry=_counted,
)
QUERIES = Counter("stacks_queries", "Statements that requests asked.", ["server"], registry=_counted)
QUERY_SECONDS = Counter("stacks_query_seconds", "Time that they took.", ["server"], registry=_counted)


def measure(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: Any) -> HttpResponse:
        begun = time.perf_counter()
        with ExitStack() as stack:
            for each in connections.all():
                stack.enter_context(each.execute_wrapper(partial(_count_statement, each.alias)))
            response = get_response(request)
        view = _view(request)
        LATENCY.labels(view).observe(time.perf_counter() - begun)
        method = request.method if request.method in _METHODS else "other"
        REQUESTS.labels(view, method, str(response.status_code)).inc()
        if how := getattr(request, "answered", ""):
            ANSWERS.labels(how).inc()
        return response

    return middleware


def _count_statement(server: str, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
    begun = time.perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        QUERIES.labels(server).inc()
        QUERY_SECONDS.labels(server).inc(time.perf_counter() - begun)


def _view(request: HttpRequest) -> str:
    """A name of the URL configuration; what was answered before a view was reached is counted with the view."""
    match = request.resolver_match
    if match is None and request.path.startswith(settings.STATIC_URL):
        return "static"
    try:
        return (match or resolve(request.path_info)).view_name or "unnamed"
    except Resolver404:
        return "none"


class _Now(Collector):
    """What is so when somebody scrapes, in five small statements."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield _labelled(
            "stacks_build_info",
            "What runs.",
            {
                "code": code_version()[:12],
                "django": django.__version__,
                "python": platform.python_version(),
                "database": connection.vendor,
            },
        )
        answers = getattr(cache, "answers", None)
        yield GaugeMetricFamily("stacks_cache_up", "Whether the cache answers.", int(answers is None or answers()))
        try:
            found = list(self._of_database())
        except DatabaseError:
            found = []
        yield GaugeMetricFamily("stacks_database_up", "Whether the database answers.", int(bool(found)))
        yield from found
        if replica.is_there():
            behind = servers.behind()
            yield GaugeMetricFamily("stacks_replica_up", "Whether the replica answers.", int(behind is not None))
            if behind is not None:
                yield GaugeMetricFamily("stacks_replica_behind", "Revisions that the replica lacks.", behind)

    def _of_database(self) -> Iterator[GaugeMetricFamily]:
        newest = revisions.revision()
        yield GaugeMetricFamily("stacks_revision", "The newest line of the feed.", newest.revision)

        hooks = Webhook.objects.filter(off_at=None).aggregate(number=Count("pk"), last=Min("after"))
        yield GaugeMetricFamily("stacks_webhooks", "Webhooks that are on.", hooks["number"])
        lag = newest.revision - hooks["last"] if hooks["number"] else 0
        yield GaugeMetricFamily("stacks_webhooks_behind", "Revisions that the last of them has yet to be told.", lag)

        states = dict(Delivery.objects.order_by().values_list("state").annotate(number=Count("pk")))
        deliveries = GaugeMetricFamily("stacks_deliveries", "Messages to webhooks that are kept.", labels=["state"])
        for state in DeliveryState.values:
            deliveries.add_metric([state], states.get(state, 0))
        yield deliveries
        oldest = Delivery.objects.filter(state=DeliveryState.WAITING).aggregate(at=Min("made_at"))["at"]
        yield GaugeMetricFamily(
            "stacks_oldest_delivery_seconds",
            "How long the oldest message has waited.",
            (timezone.now() - oldest).total_seconds() if oldest else 0,
        )


def _labelled(name: str, said: str, labels: dict[str, str]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, said, labels=list(labels))
    family.add_metric(list(labels.values()), 1)
    return family


def _everything() -> bytes:
    counted = _counted
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        counted = CollectorRegistry()
        multiprocess.MultiProcessCollector(counted)
    now = CollectorRegistry()
    now.register(_Now())
    return generate_latest(counted) + generate_latest(now)


@require_safe
@never_cache
def show(request: HttpRequest) -> HttpResponse:
    scheme, _, told = request.headers.get("Authorization", "").partition(" ")
    is_known = hmac.compare_digest(told.strip().encode(), settings.METRICS_TOKEN.encode())
    if scheme.lower() != "bearer" or not is_known:
        refusal = HttpResponse("METRICS_TOKEN is asked for, as a bearer token.\n", "text/plain", 401)
        refusal.headers["WWW-Authenticate"] = 'Bearer realm="metrics"'
        return refusal
    return HttpResponse(_everything(), content_type=CONTENT_TYPE_LATEST)
