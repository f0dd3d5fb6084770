"""The one polite fetcher: of the pages of sources, and of all else that the application asks other servers for.

It connects only to the address that it has checked: a name is resolved once, every address it has must be one of the
open internet, and the connection goes to that address, so that neither a redirect nor a name that changes its mind
leads into the network of the operator. It says who it is, waits between two questions to one host, reads what
robots.txt allows, and neither more nor longer than its limits.
"""

import ipaddress
import socket
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit, urlunsplit
from urllib.robotparser import RobotFileParser

import urllib3
from django.conf import settings

from stacks import __version__

_REDIRECTS = {301, 302, 303, 307, 308}
_FOR_GOOD = {301, 308}
_ASKS_FOR_PATIENCE = {429, 503}
_MOST_HOPS = 5
_ROBOTS_BYTES = 500_000
_LONGEST_WAIT = 60.0  # seconds that a host may ask for before it is left alone for this run
_PORTS = {"http": 80, "https": 443}
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class FetchError(Exception):
    """Nothing was fetched; the message says why."""


class Refused(FetchError):
    """The address itself: not of the web, or not of the open internet."""


class Disallowed(FetchError):
    """The host's robots.txt does not want it."""


class Unreachable(FetchError):
    """No answer within the time, a broken one, or a host that asks to be left alone."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said in the end. `moved_to`: where the address has gone for good, empty where it has not."""

    status: int
    url: str
    headers: urllib3.HTTPHeaderDict
    body: bytes = b""
    is_whole: bool = True  # false where the body was longer than the limit: what was read is its beginning
    moved_to: str = ""

    @property
    def retry_after(self) -> float | None:
        """Seconds that the server asks for."""
        return _seconds(self.headers.get("Retry-After", ""))

    @property
    def text(self) -> str:
        kind = self.headers.get("Content-Type", "")
        charset = kind.partition("charset=")[2].split(";")[0].strip(" \"'") or "utf-8"
        try:
            return self.body.decode(charset, errors="replace")
        except LookupError:
            return self.body.decode(errors="replace")


@dataclass(slots=True)
class _Host:
    """One question at a time, with a pause after it."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    free_at: float = 0.0  # by the monotonic clock
    closed: str = ""  # why it is left alone for the rest of this run
    robots: RobotFileParser | None = None


class Fetcher:
    """`pause`: seconds between two questions to one host; `patience`: for the connection, and for each part of an
    answer; `most_seconds` for an answer as a whole, redirects included; `most_bytes` of it are read. `allowed` names
    networks that are asked although they are not of the open internet, on any port.
    """

    def __init__(
        self,
        *,
        pause: float = 1.0,
        patience: float = 10.0,
        most_seconds: float = 30.0,
        most_bytes: int = 2_000_000,
        allowed: Iterable[str] = (),
    ):
        self.pause, self.patience, self.most_seconds, self.most_bytes = pause, patience, most_seconds, most_bytes
        self.allowed: list[_Network] = [ipaddress.ip_network(network) for network in allowed]
        self.agent = f"Stacks/{__version__} (+{settings.SITE_URL}/about/)"
        self._hosts: dict[str, _Host] = {}
        self._hosts_lock = threading.Lock()

    def get(
        self, url: str, *, method: str = "GET", etag: str = "", since: str = "", heed_robots: bool = True
    ) -> Answer:
        """The answer after all redirects, whatever its status; `etag` and `since`, the Last-Modified of an answer as it
        was, ask for news only (status 304).

        Raises Refused, Disallowed, Unreachable.
        """
        deadline = time.monotonic() + self.most_seconds
        news = {"If-None-Match": etag, "If-Modified-Since": since}
        news = {name: value for name, value in news.items() if value}
        seen, moved_to, for_good = {url}, "", True
        for _ in range(_MOST_HOPS + 1):
            answer = self._ask(url, method, news, deadline, heed_robots=heed_robots)
            if answer.status not in _REDIRECTS or not answer.headers.get("Location"):
                return Answer(answer.status, url, answer.headers, answer.body, answer.is_whole, moved_to)
            try:
                url = urljoin(url, answer.headers["Location"]).partition("#")[0]
            except ValueError as error:
                raise Refused("It leads to what is no address.") from error
            if url in seen:
                raise Unreachable("It leads round in a circle.")
            seen.add(url)
            for_good = for_good and answer.status in _FOR_GOOD
            moved_to = url if for_good else moved_to
            news = {}
        raise Unreachable(f"It leads on more than {_MOST_HOPS} times.")

    def post(self, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        """The answer of this very address: a redirect is one, too. Neither robots.txt nor a pause is asked for.

        Raises Refused, Unreachable.
        """
        address, port = self.check(url)
        deadline = time.monotonic() + self.most_seconds
        return self._send(url, "POST", headers, address, port, deadline, self.most_bytes, body)

    def _ask(self, url: str, method: str, news: dict[str, str], deadline: float, *, heed_robots: bool) -> Answer:
        address, port = self.check(url)
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        with self._hosts_lock:
            host = self._hosts.setdefault(origin, _Host())
        with host.lock:
            if heed_robots and not self._may(host, url, origin, address, port, deadline):
                raise Disallowed("Its robots.txt asks not to.")
            if host.closed:
                raise Unreachable(host.closed)
            self._wait(host)
            try:
                answer = self._send(url, method, news, address, port, deadline, self.most_bytes)
            finally:
                host.free_at = time.monotonic() + self.pause
            self._heed_patience(host, answer)
            return answer

    def check(self, url: str) -> tuple[str, int]:
        """The address to connect to, with its port. Raises Refused and Unreachable."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise Refused("It is no address.") from error
        if parts.scheme not in _PORTS or not parts.hostname or parts.username is not None:
            raise Refused("It is no http or https address without a user.")
        try:
            found = socket.getaddrinfo(parts.hostname, port or _PORTS[parts.scheme], type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise Unreachable("Its name leads nowhere.") from error
        addresses = [ipaddress.ip_address(str(place[0]).partition("%")[0]) for *_, place in found]
        if all(any(address in network for network in self.allowed) for address in addresses):
            return str(addresses[0]), port or _PORTS[parts.scheme]
        if port not in (None, *_PORTS.values()):
            raise Refused("It names a port that is none of the web.")
        if not all(_is_open(address) for address in addresses):
            raise Refused("It leads into a network that is not of the open internet.")
        return str(addresses[0]), port or _PORTS[parts.scheme]

    def _may(self, host: _Host, url: str, origin: str, address: str, port: int, deadline: float) -> bool:
        if host.robots is None:
            rules = RobotFileParser()
            try:
                answer = self._send(f"{origin}/robots.txt", "GET", {}, address, port, deadline, _ROBOTS_BYTES)
                rules.parse(answer.text.splitlines() if answer.status == 200 else [])
            except Unreachable as error:
                host.closed = str(error)
                rules.parse([])
            host.robots = rules
            host.free_at = time.monotonic() + self.pause
        return host.robots.can_fetch(self.agent, url)

    def _wait(self, host: _Host) -> None:
        if (seconds := host.free_at - time.monotonic()) > 0:
            time.sleep(seconds)

    def _heed_patience(self, host: _Host, answer: Answer) -> None:
        """A host that names a time is asked again after it; one that names a long time is not asked again."""
        if answer.status not in _ASKS_FOR_PATIENCE:
            return
        seconds = answer.retry_after
        if seconds is None:
            return
        if seconds > _LONGEST_WAIT:
            host.closed = f"The host asks to be left alone for {seconds:.0f} seconds."
        host.free_at = time.monotonic() + min(seconds, _LONGEST_WAIT)

    def _send(
        self,
        url: str,
        method: str,
        headers: dict[str, str],
        address: str,
        port: int,
        deadline: float,
        most_bytes: int,
        body: bytes | None = None,
    ) -> Answer:
        """One question to one address; the name of the host is told, and proved by its certificate."""
        parts = urlsplit(url)
        timeout = urllib3.Timeout(connect=self.patience, read=self.patience)
        pool: urllib3.HTTPConnectionPool
        if parts.scheme == "https":
            pool = urllib3.HTTPSConnectionPool(
                address, port, timeout=timeout, server_hostname=parts.hostname, assert_hostname=parts.hostname
            )
        else:
            pool = urllib3.HTTPConnectionPool(address, port, timeout=timeout)
        told = {"Host": parts.netloc.rpartition("@")[2], "User-Agent": self.agent, "Accept": "*/*", **headers}
        target = urlunsplit(("", "", parts.path or "/", parts.query, ""))
        try:
            response = pool.request(
                method,
                target,
                body=body,
                headers=told,
                redirect=False,
                retries=False,
                preload_content=False,
                assert_same_host=False,
            )
            answer, is_whole = _read(response, deadline, most_bytes)
            return Answer(response.status, url, response.headers, answer, is_whole)
        except urllib3.exceptions.NewConnectionError as error:  # of the kind of the next, although nothing was awaited
            raise Unreachable("The connection failed or broke.") from error
        except urllib3.exceptions.TimeoutError as error:
            raise Unreachable("It does not answer in time.") from error
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            raise Unreachable("The connection failed or broke.") from error
        finally:
            pool.close()


def _read(response: urllib3.BaseHTTPResponse, deadline: float, most_bytes: int) -> tuple[bytes, bool]:
    parts, size = [], 0
    for part in response.stream(16_384, decode_content=True):
        parts.append(part)
        size += len(part)
        if size > most_bytes:
            return b"".join(parts)[:most_bytes], False
        if time.monotonic() > deadline:
            raise Unreachable("It takes too long to answer.")
    return b"".join(parts), True


def _is_open(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Of the open internet; an address that carries another one (IPv4 in IPv6) is judged by that one, too."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        if address in ipaddress.ip_network("64:ff9b::/96"):
            inner.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        if not all(_is_open(carried) for carried in inner if carried is not None):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _seconds(retry_after: str) -> float | None:
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after[:9])
    try:
        at = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, (at - datetime.now(UTC)).total_seconds())
