"""The two kinds of cache: neither ever fails a page, and what the one in memory holds is bounded in bytes."""

import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache, RedisCacheClient

log = logging.getLogger(__name__)

_ANSWER_SECONDS = 0.5
_REST_SECONDS = 2.0


class BoundedMemoryCache(LocMemCache):
    """In the memory of the process; what was used longest ago goes when `MAX_BYTES` are full."""

    _cache: OrderedDict[str, bytes]
    _expire_info: dict[str, float | None]
    _lock: Lock

    def __init__(self, name: str, params: dict[str, Any]):
        super().__init__(name, params)
        self._max_bytes = params["OPTIONS"]["MAX_BYTES"]
        # as the entries themselves, it is one for all threads; the lock of the entries guards it
        self._sizes: dict[str, int] = _sizes.setdefault(name, {})
        self._total: list[int] = _totals.setdefault(name, [0])

    def _set(self, key, value, timeout=None):
        self._forget(key)
        if len(value) > self._max_bytes:
            self._delete(key)
            return
        while self._total[0] + len(value) > self._max_bytes:
            oldest, _ = self._cache.popitem()
            del self._expire_info[oldest]
            self._forget(oldest)
        super()._set(key, value, timeout)  # type: ignore[misc]  # private, so django-stubs leave it out
        self._sizes[key] = len(value)
        self._total[0] += len(value)

    def _delete(self, key):
        self._forget(key)
        return super()._delete(key)  # type: ignore[misc]

    def _cull(self):
        """Nothing to do: the bytes are the bound."""

    def clear(self):
        with self._lock:
            self._cache.clear()
            self._expire_info.clear()
            self._sizes.clear()
            self._total[0] = 0

    def _forget(self, key):
        self._total[0] -= self._sizes.pop(key, 0)


_sizes: dict[str, dict[str, int]] = {}
_totals: dict[str, list[int]] = {}


def _forgiving(otherwise: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Answer `otherwise`, as an empty cache would, where the server fails; one that is away is left alone a while."""

    def decorate(ask: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(ask)
        def asked(self: "_ForgivingClient", *args: Any, **kwargs: Any) -> Any:
            if time.monotonic() < self.away_until:
                return otherwise
            try:
                return ask(self, *args, **kwargs)
            except Exception as error:  # noqa: BLE001 - whatever fails, speed is all that it may cost
                self.failed(error)
                return otherwise

        return asked

    return decorate


class _ForgivingClient(RedisCacheClient):
    away_until = told_until = 0.0  # of the process: its threads need not all find out
    _lib: Any

    add = _forgiving(otherwise=False)(RedisCacheClient.add)
    set = _forgiving(otherwise=None)(RedisCacheClient.set)
    touch = _forgiving(otherwise=False)(RedisCacheClient.touch)
    delete = _forgiving(otherwise=False)(RedisCacheClient.delete)
    has_key = _forgiving(otherwise=False)(RedisCacheClient.has_key)
    set_many = _forgiving(otherwise=None)(RedisCacheClient.set_many)
    delete_many = _forgiving(otherwise=None)(RedisCacheClient.delete_many)
    clear = _forgiving(otherwise=False)(RedisCacheClient.clear)

    def __init__(self, servers: list[str], **options: Any):
        limits = {"socket_connect_timeout": _ANSWER_SECONDS, "socket_timeout": _ANSWER_SECONDS}
        super().__init__(servers, **limits | options)

    def get(self, key, default):
        return _forgiving(default)(RedisCacheClient.get)(self, key, default)

    def get_many(self, keys):
        return _forgiving({})(RedisCacheClient.get_many)(self, list(keys))

    def incr(self, key, delta):
        """Raises ValueError for what is not there, as every cache does; nothing is there when the server is away."""
        if not self.has_key(key):
            raise ValueError(f"Key {key!r} not found.")
        return _forgiving(delta)(RedisCacheClient.incr)(self, key, delta)

    def failed(self, error: Exception) -> None:
        now, kind = time.monotonic(), type(self)
        if isinstance(error, OSError | self._lib.ConnectionError | self._lib.TimeoutError):
            kind.away_until = now + _REST_SECONDS
        if now >= kind.told_until:
            log.warning("the cache fails, which costs speed only: %s", error)
            kind.told_until = now + _REST_SECONDS


class ForgivingRedisCache(RedisCache):
    """Redis or Valkey. A server that is gone, slow or full is an empty cache."""

    def __init__(self, server: str, params: dict[str, Any]):
        super().__init__(server, params)
        self._class = _ForgivingClient

    def answers(self) -> bool:
        """Whether the server is there, asked now."""
        try:
            return self._cache.get_client().ping()
        except Exception:  # noqa: BLE001 - whatever the reason, the answer is no
            return False
