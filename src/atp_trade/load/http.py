"""Ask a server politely: few requests at once, each with a hard time limit, and again after growing pauses.

What a server answers may be cut off, a page in the place of data, or may never come. What is worth another try is
`TryAgain`; everything else ends in a sentence. What is secret is in no sentence (D81 in DECISIONS.md).
"""

from __future__ import annotations

import ipaddress
import logging
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from typing import TypeVar
from urllib.parse import urlencode, urlsplit

import anyio
import stamina
import stamina.instrumentation

try:
    import httpx2 as httpx
except ImportError:  # Python 3.10
    import httpx

from atp_trade import AtpError

AT_ONCE = 4
# For one request, from the first packet to the last byte of its answer.
LIMIT_SECONDS = 120.0
TRIES = 6
# Pauses double from the first one, with as much again by chance.
FIRST_PAUSE, LONGEST_PAUSE, JITTER = 1.0, 60.0, 1.0
# A server that asks for a longer pause than this is asked again another day.
LONGEST_WAIT = 600.0
MOST_BYTES = 100_000_000
BUSY = (408, 429, 500, 502, 503, 504)
SHOWN_LETTERS = 200
SECRET = "(secret)"

Result = TypeVar("Result")


class TryAgain(Exception):
    """An answer that may be another one next time; the server may say after how many seconds."""

    def __init__(self, what: str, seconds: float | None = None) -> None:
        """Keep both."""
        super().__init__(what)
        self.seconds = seconds


@dataclass(frozen=True)
class Answer:
    """What a server has answered to one request."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text; what is not UTF-8 is replaced."""
        return self.body.decode("utf-8", errors="replace")

    @property
    def is_page(self) -> bool:
        """Whether it is a web page, whatever it says it is."""
        start = self.body[:1000].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
        kind = self.headers.get("content-type", "").lower()
        return "text/html" in kind or start.startswith((b"<!doctype", b"<html", b"<head", b"<body"))

    def summary(self) -> str:
        """The beginning of its text, without a page's marks."""
        words = " ".join(re.sub(r"<(script|style).*?</\1>|<[^>]*>", " ", self.text, flags=re.I | re.S).split())
        return words if len(words) <= SHOWN_LETTERS else words[:SHOWN_LETTERS] + "..."


@dataclass
class Client:
    """Asks the servers of one load. `tell` gets what a user should know of a pause."""

    secrets: Sequence[str] = ()
    tell: Callable[[str], None] = lambda _: None
    # The time before which no request begins, because the server has asked for a pause.
    not_before: float = field(default=0.0, init=False)

    async def __aenter__(self) -> Client:
        """Open nothing yet: each request has a connection of its own, because kept ones have hung for hours."""
        # They would log addresses, which have the key.
        stamina.instrumentation.set_on_retry_hooks([])
        for library in (httpx.__name__, httpx.__name__.replace("httpx", "httpcore")):
            logging.getLogger(library).setLevel(logging.WARNING)
        self.http = httpx.AsyncClient(
            follow_redirects=False,
            timeout=LIMIT_SECONDS,
            limits=httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=0),
            headers={"User-Agent": f"atp-trade/{version('atp-trade')}", "Connection": "close"},
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close what is still open."""
        await self.http.aclose()

    async def ask(
        self, what: str, address: str, parameters: Mapping[str, str], read: Callable[[Answer], Result]
    ) -> Result:
        """What `read` makes of an answer, after `check`. AtpError, about `what`, if none came that it can read."""
        caller = stamina.AsyncRetryingCaller(
            attempts=TRIES,
            timeout=None,
            wait_initial=FIRST_PAUSE,
            wait_max=LONGEST_PAUSE,
            wait_jitter=JITTER,
        )
        try:
            return await caller.on(self.pause_after)(self.once, address, parameters, read)
        except TryAgain as error:
            if error.seconds is not None and error.seconds > LONGEST_WAIT:
                raise AtpError(
                    self.clean(
                        f"{what}: {error}, and asks to wait for {error.seconds / 60:.0f} minutes: load again then"
                    )
                ) from None
            raise AtpError(self.clean(f"{what}: {error}, {TRIES} times: load again later")) from None
        except AtpError as error:
            raise type(error)(self.clean(f"{what}: {error}")) from None

    def pause_after(self, error: Exception) -> bool | float:
        """Whether to ask again, and after how many seconds if the server says so: then all requests wait."""
        if not isinstance(error, TryAgain):
            return False
        if error.seconds is None:
            return True
        if error.seconds > LONGEST_WAIT:
            return False
        self.not_before = max(self.not_before, time.monotonic() + error.seconds)
        self.tell(f"{error}; waiting {error.seconds:.0f} s, as it asks")
        return error.seconds

    async def once(self, address: str, parameters: Mapping[str, str], read: Callable[[Answer], Result]) -> Result:
        """One try."""
        while (wait := self.not_before - time.monotonic()) > 0:
            await anyio.sleep(wait)
        url = f"{address}?{urlencode(parameters)}" if parameters else address
        try:
            with anyio.fail_after(LIMIT_SECONDS):
                async with self.http.stream("GET", url) as response:
                    body = bytearray()
                    async for part in response.aiter_bytes():
                        body += part
                        if len(body) > MOST_BYTES:
                            raise AtpError(f"the answer is larger than {MOST_BYTES // 1_000_000} MB")
                    answer = Answer(response.status_code, response.headers, bytes(body))
        except TimeoutError:
            raise TryAgain(f"no whole answer in {LIMIT_SECONDS:.0f} s") from None
        except httpx.HTTPError as error:
            raise TryAgain(self.clean(f"no whole answer ({in_words(error)})")) from None
        except httpx.InvalidURL:
            raise AtpError("the address is not one that can be asked") from None
        return read(answer)

    def clean(self, text: str) -> str:
        """A text without what is secret."""
        for secret in self.secrets:
            text = text.replace(secret, SECRET)
        return text


def check(answer: Answer) -> None:
    """Refuse what is no answer: raise TryAgain, or AtpError if another try would not help."""
    if answer.status in BUSY:
        raise TryAgain(f"the server answered {answer.status}", pause(answer.headers.get("retry-after")))
    if 300 <= answer.status < 400:
        host = urlsplit(answer.headers.get("location", "")).hostname
        raise AtpError(
            f"the server answered {answer.status} and pointed to {host or 'another page'}, which is not followed"
        )
    if answer.status not in (200, 204):
        raise AtpError(f"the server answered {answer.status}: {answer.summary() or 'without a text'}")
    if answer.is_page:
        raise TryAgain(f"the server answered with a web page in the place of data ({answer.summary()})")


def body(answer: Answer) -> bytes:
    """The file in an answer, after `check`."""
    check(answer)
    if not answer.body:
        raise TryAgain("the server answered with nothing")
    return answer.body


def pause(retry_after: str | None) -> float | None:
    """The seconds that a Retry-After asks for, as a number or as a date; None without one that makes sense."""
    if retry_after is None:
        return None
    if re.fullmatch(r"\s*\d{1,9}\s*", retry_after):
        return float(retry_after)
    try:
        until = parsedate_to_datetime(retry_after)
    except (TypeError, ValueError):
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=timezone.utc)
    return max(0.0, (until - datetime.now(timezone.utc)).total_seconds())


def in_words(error: Exception) -> str:
    """What kept an answer from coming."""
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(error).__name__).lower()
    return f"{name}: {error}" if str(error) else name


def checked_address(address: str, variable: str, tell: Callable[[str], None], *, is_secret_sent: bool) -> str:
    """An address without its last slash. AtpError if it is not one that a path can be added to."""
    try:
        parts = urlsplit(address)
        # A port is read, and may be wrong, only when it is asked for.
        is_usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        is_usable = False
    if not is_usable or "@" in parts.netloc or parts.query or parts.fragment or not address.isprintable():
        raise AtpError(f"{variable} is not an address such as https://host/path, without a user, ? or #: correct it")
    if is_secret_sent and parts.scheme == "http" and not is_this_machine(parts.hostname):
        tell(f"the key goes to {parts.hostname} without encryption: use https in {variable} if the server can")
    return address.rstrip("/")


def is_this_machine(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
