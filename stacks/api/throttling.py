"""How much a visitor may ask, and how that is told."""

import ipaddress
import time
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import AnonRateThrottle


@dataclass(frozen=True, slots=True)
class Limit:
    """`most` questions within `window` seconds; `left` of them remain for the next `reset` seconds."""

    most: int
    window: int
    left: int
    reset: int

    @property
    def headers(self) -> dict[str, str]:
        """As the IETF's RateLimit fields have it."""
        return {
            "RateLimit-Policy": f'"anon";q={self.most};w={self.window}',
            "RateLimit": f'"anon";r={self.left};t={self.reset}',
        }


class VisitorThrottle(AnonRateThrottle):
    """Counts by visitor and window of time: one count for all processes where they share a cache.

    Where each has its own, a process takes its share of the limit. A 304 costs nothing and is not counted: it is
    answered before. A cache that is away counts nothing: it is speed that a limit is for.
    """

    num_requests: int | None
    duration: int | None

    def allow_request(self, request: Request, view: Any) -> bool:
        most, window = self.num_requests, self.duration
        if not most or not window:
            return True
        share = max(1, most // settings.THROTTLE_SHARES)
        now = time.time()
        begun = int(now // window)
        key = f"throttle:{self.visitor(request)}:{begun}"
        cache.add(key, 0, window)
        try:
            asked = cache.incr(key)
        except ValueError:
            return True
        reset = max(1, int((begun + 1) * window - now + 0.999))
        self._limit = Limit(most, window, max(0, (share - asked) * settings.THROTTLE_SHARES), reset)
        if asked > share:
            request.limit = self._limit  # type: ignore[attr-defined]  # for the answer
            return False
        return True

    def wait(self) -> float:
        return self._limit.reset

    def visitor(self, request: Request) -> str:
        """The address that the nearest trusted proxy tells; of IPv6 the network, all of which is one visitor's."""
        ident = self.get_ident(request)
        try:
            address = ipaddress.ip_address(ident)
        except ValueError:
            return ident[:100]
        return str(ipaddress.ip_network(f"{address}/64", strict=False)) if address.version == 6 else str(address)
