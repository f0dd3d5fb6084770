"""Pages for machines."""

from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from stacks import replica, servers
from stacks.addresses import origin, takes
from stacks.outages import migrations_waiting


@takes()
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    sitemap = origin() + reverse("sitemap")
    closed = "".join(f"Disallow: {reverse(name)}\n" for name in ("admin:index", "search"))
    text = f"User-agent: *\n{closed}\nSitemap: {sitemap}\n"
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Whether pages can be made: 503 with the reason otherwise.

    A cache or a replica that is away costs speed only, but is told; a replica makes pages without the database.
    """
    behind = servers.behind()
    try:
        waiting = migrations_waiting()
    except Exception:  # noqa: BLE001  (whatever keeps the database away, the answer is the same)
        if replica.is_there() and behind is not None:
            return _told("ready to be read from the replica: the database itself does not answer")
        return _told("the database does not answer", 503)
    if waiting:
        return _told(f"{waiting} migrations wait", 503)
    if not _has_static_files():
        return _told("the static files are not collected: run manage.py collectstatic, then start again", 503)
    doubts = []
    if not _cache_answers():
        doubts.append("the cache does not answer: pages take longer")
    if replica.is_there() and behind is None:
        doubts.append("the replica does not answer: the database answers for it")
    elif behind:
        doubts.append(f"the replica is {behind} revisions behind: the database answers for it")
    return _told(f"ready, but {'; '.join(doubts)}" if doubts else "ready")


def _told(text: str, status: int = 200) -> HttpResponse:
    return HttpResponse(f"{text}\n", content_type="text/plain", status=status)


def _has_static_files() -> bool:
    try:
        staticfiles_storage.url("stacks/stacks.css")
    except ValueError:  # not in the manifest, or there is none
        return False
    return True


def _cache_answers() -> bool:
    answers = getattr(cache, "answers", None)
    return answers is None or answers()
