"""Polite and careful HTTP: one host at a time and slowly, nothing trusted that comes back.

Retries are stamina's; `Retry-After` decides the pause where a publisher sends it. Bodies are unpacked here and
not by the client, so that a small answer cannot unfold into a huge one. Redirects are followed by hand: to the
same host or to one that the list allows, and never from https to http.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import time
import urllib.robotparser
import zlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urljoin, urlsplit

import httpx
import stamina

from advisor.errors import OfficialError

__all__ = ["Answer", "FetchError", "Limits", "Transport", "user_agent"]

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_PASSING: Final = frozenset({408, 425, 429, 500, 502, 503, 504})


class FetchError(OfficialError):
    """A request failed for good; the text is one line."""


class _PassingError(FetchError):
    """A failure that may pass: worth another attempt, after a pause if the publisher names one."""

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


@dataclass(frozen=True)
class Limits:
    """Bounds of one download.

    Attributes:
        bytes: Largest body, unpacked.
        seconds: Longest time for a whole body.
        idle_seconds: Longest time without a byte.
        attempts: How often a request is made at most.
        wait_seconds: Longest pause between two attempts, and longest `Retry-After` that is waited for.
        redirects: Most redirects that are followed.
    """

    bytes: int = 48 * 1024 * 1024
    seconds: float = 180.0
    idle_seconds: float = 30.0
    attempts: int = 5
    wait_seconds: float = 120.0
    redirects: int = 5


@dataclass(frozen=True)
class Answer:
    """A good answer.

    Attributes:
        status: 200 or 304.
        url: Where it came from after redirects.
        body: The unpacked body; empty for 304.
        content_type: As the server says.
        etag: Validator.
        last_modified: Validator.
    """

    status: int
    url: str
    body: bytes
    content_type: str = ""
    etag: str | None = None
    last_modified: str | None = None


def user_agent(contact: str | None) -> str:
    """Return how we present ourselves; publishers ask for a contact and throttle clients without one."""
    return f"advisor-official-texts/1.0 ({contact})" if contact else "advisor-official-texts/1.0"


@dataclass
class Transport:
    """Makes requests one after another.

    Args:
        client: An httpx client that does not follow redirects.
        agent: The User-Agent.
        limits: Bounds of one download.
        sleep: Pauses; given by tests.
        clock: Monotonic seconds; given by tests.
        obey_robots: Whether robots.txt is asked and obeyed.
    """

    client: httpx.Client
    agent: str
    limits: Limits = Limits()
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    obey_robots: bool = True
    _last: dict[str, float] = field(default_factory=dict)
    _robots: dict[str, urllib.robotparser.RobotFileParser | None] = field(default_factory=dict)

    def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        delay: float = 1.0,
        allow: Collection[str] = (),
    ) -> Answer:
        """Get a page or a 304.

        Args:
            url: Address.
            headers: Further headers, conditional ones for example.
            delay: Seconds between two requests to one host.
            allow: Other hosts that a redirect may lead to.

        Raises:
            FetchError: when it cannot be had, in one line.
        """
        if self.obey_robots and not self._allowed(url, delay):
            raise FetchError(f"{url}: robots.txt asks automated readers to stay away")
        for attempt in stamina.retry_context(
            on=_pause,
            attempts=self.limits.attempts,
            timeout=None,
            wait_initial=1.0,
            wait_max=self.limits.wait_seconds,
        ):
            with attempt:
                return self._follow(url, dict(headers or {}), delay, frozenset(allow))
        raise FetchError(f"{url}: no attempt was made")  # pragma: no cover  # stamina raises before

    def _follow(self, url: str, headers: dict[str, str], delay: float, allow: frozenset[str]) -> Answer:
        first = urlsplit(url)
        here = url
        for _ in range(self.limits.redirects + 1):
            self._wait(here, delay)
            answer = self._once(here, headers)
            if not isinstance(answer, str):
                return answer
            target = urljoin(here, answer)
            goal = urlsplit(target)
            if goal.netloc != first.netloc and goal.hostname not in allow:
                raise FetchError(f"{url}: redirect to another host ({goal.hostname}) refused")
            if first.scheme == "https" and goal.scheme != "https":
                raise FetchError(f"{url}: redirect from https to {goal.scheme} refused")
            here = target
        raise FetchError(f"{url}: more than {self.limits.redirects} redirects")

    def _once(self, url: str, headers: dict[str, str]) -> Answer | str:
        """Make one request; return the answer, or where it redirects to."""
        sent = {"User-Agent": self.agent, "Accept-Encoding": "gzip", **headers}
        try:
            with self.client.stream("GET", url, headers=sent) as response:
                if response.status_code in _REDIRECTS and "location" in response.headers:
                    return str(response.headers["location"])
                self._check_status(url, response)
                body = b"" if response.status_code == 304 else self._body(url, response)
                return Answer(
                    response.status_code,
                    url,
                    body,
                    response.headers.get("content-type", ""),
                    response.headers.get("etag"),
                    response.headers.get("last-modified"),
                )
        except zlib.error:
            raise _PassingError(f"{url}: the packed answer is damaged") from None
        except httpx.TimeoutException:
            raise _PassingError(f"{url}: no answer within {self.limits.idle_seconds:g} seconds") from None
        except httpx.RemoteProtocolError as error:
            raise _PassingError(f"{url}: the answer broke off ({error})") from None
        except httpx.TransportError as error:
            raise _PassingError(f"{url}: no connection ({type(error).__name__}: {error})") from None

    def _check_status(self, url: str, response: httpx.Response) -> None:
        status = response.status_code
        if status in (200, 304):
            return
        if status in _PASSING:
            wait = _retry_after(response.headers.get("retry-after"))
            if wait is not None and wait > self.limits.wait_seconds:
                raise FetchError(f"{url}: {status}; the publisher asks to come back in {wait:.0f} seconds")
            reason = "too many requests" if status == 429 else "the publisher's server has a problem"
            raise _PassingError(f"{url}: {status}, {reason}", wait)
        reasons = {
            401: "not allowed",
            403: "refused",
            404: "not there",
            406: "no such format",
            410: "gone for good",
        }
        raise FetchError(f"{url}: {status}, {reasons.get(status, 'an answer that was not expected')}")

    def _body(self, url: str, response: httpx.Response) -> bytes:
        """Read and unpack a body within the limits."""
        coding = response.headers.get("content-encoding", "identity").strip().lower()
        if coding not in ("identity", "gzip", "x-gzip", ""):
            raise FetchError(f"{url}: packed in a way that was not asked for ({coding})")
        unpack = zlib.decompressobj(zlib.MAX_WBITS | 16) if "gzip" in coding else None
        end = self.clock() + self.limits.seconds
        out = bytearray()
        for chunk in response.iter_raw():
            out += unpack.decompress(chunk, self.limits.bytes + 1 - len(out)) if unpack else chunk
            if len(out) > self.limits.bytes:
                raise FetchError(f"{url}: more than {self.limits.bytes:,} bytes when unpacked; refused")
            if self.clock() > end:
                raise _PassingError(f"{url}: not finished after {self.limits.seconds:g} seconds")
        if unpack is not None and not unpack.eof:
            raise _PassingError(f"{url}: the packed answer broke off")
        return bytes(out)

    def _wait(self, url: str, delay: float) -> None:
        """Keep the pause between two requests to a host."""
        host = urlsplit(url).netloc
        if host in self._last and (rest := self._last[host] + delay - self.clock()) > 0:
            self.sleep(rest)
        self._last[host] = self.clock()

    def _allowed(self, url: str, delay: float) -> bool:
        """Ask robots.txt, once a host; one that cannot be had forbids nothing."""
        parts = urlsplit(url)
        if parts.netloc not in self._robots:
            rules: urllib.robotparser.RobotFileParser | None = None
            try:
                answer = self._follow(f"{parts.scheme}://{parts.netloc}/robots.txt", {}, delay, frozenset())
            except FetchError:
                answer = None
            if answer is not None and "html" not in answer.content_type:
                rules = urllib.robotparser.RobotFileParser()
                rules.parse(answer.body.decode("utf-8", errors="replace").splitlines())
            self._robots[parts.netloc] = rules
        rules = self._robots[parts.netloc]
        return rules is None or rules.can_fetch(self.agent, url)


def _pause(error: Exception) -> bool | float:
    """Tell stamina whether another attempt is worth it, and after how long."""
    if isinstance(error, _PassingError):
        return True if error.wait is None else max(error.wait, 0.0)
    return False


def _retry_after(value: str | None) -> float | None:
    """Read `Retry-After`: seconds or a date."""
    if not value:
        return None
    if value.strip().isdigit():
        return float(value)
    try:
        when = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return None
    return max((when - dt.datetime.now(dt.UTC)).total_seconds(), 0.0)
