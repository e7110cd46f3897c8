"""Load from the Bureau's API, month by month: what is missing, and what may have been revised since it was asked.

An `Endpoint` is one of the API's tables: what is asked of it, how an answer is read, and where it is kept.
"""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import anyio
import anyio.to_thread

from atp_trade import AtpError
from atp_trade.load.answer import FIRST_MONTH, MEASURES, AnswerRefused
from atp_trade.load.http import AT_ONCE, Answer, Client, checked_address
from atp_trade.load.key import read_key
from atp_trade.load.months import MONTH, last_complete_month, months, ranges
from atp_trade.load.progress import LoadProgress
from atp_trade.load.raw import Store, Version, loading
from atp_trade.places import project_folder

# A month that is asked for as a whole.
WHOLE = ("",)
ADDRESS, ADDRESS_VARIABLE = "https://api.census.gov/data", "CENSUS_API_URL"
# The yearly revision comes with the statistics of April, and reaches back to January of the third year before.
REVISING_MONTH, REVISED_YEARS = 4, 3
# So many months without data before the newest one are a delay; more are a fault.
MOST_DELAY = 12
SHOWN_FAULTS = 5
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Endpoint(ABC):
    """One of the API's tables. Its months are kept below `source`; `name` is the end of its address."""

    source: str
    name: str

    @abstractmethod
    def pieces(self, store: Store, flow: str) -> Sequence[str]:
        """What a month is asked for in, one after another; WHOLE if in one answer."""

    @abstractmethod
    def place(self, flow: str, month: str) -> str:
        """Where a month is kept in the store."""

    @abstractmethod
    def parameters(self, flow: str, month: str, piece: str) -> Mapping[str, str]:
        """What is asked for a piece, without the key."""

    @abstractmethod
    def read(self, answer: Answer, flow: str, month: str, piece: str) -> Any | None:
        """What is kept in memory of an answer until its month is there; None if the API has no data for the piece."""

    @abstractmethod
    def version(self, parts: Sequence[Any], flow: str, month: str, request: str) -> Version:
        """A month, of what `read` has made of its pieces."""

    def address(self, base: str, flow: str) -> str:
        """Where a flow is asked for."""
        return f"{base}/timeseries/intltrade/{flow}/{self.name}"

    def request(self, base: str, flow: str, month: str, pieces: Iterable[str]) -> str:
        """The request as it is kept beside its answer: without the key, the pieces as filters of one request."""
        asked = dict.fromkeys(pair for piece in pieces for pair in self.parameters(flow, month, piece).items())
        return f"{self.address(base, flow)}?{urlencode([*asked], safe=',*')}"


@dataclass(frozen=True)
class Range:
    """The months that a load is about."""

    first: str
    last: str

    def __post_init__(self) -> None:
        """AtpError for what is no range of months that the API can have."""
        for month in (self.first, self.last):
            if not MONTH.fullmatch(month):
                raise AtpError(f"{month} is no month: write year and month, as in 2010-01")
        if self.first < FIRST_MONTH:
            raise AtpError(f"the API has no month before {FIRST_MONTH}: begin there")
        if self.last > last_complete_month():
            raise AtpError(
                f"{self.last} is not over yet: the newest month that there can be is {last_complete_month()}"
            )
        if self.first > self.last:
            raise AtpError(f"{self.first} is after {self.last}: name the earlier month in --from")

    def months(self) -> list[str]:
        """Each of its months."""
        return list(months(self.first, self.last))


@dataclass
class Flow:
    """What a load does about exports or imports."""

    name: str
    stored: list[str]
    noted: dict[str, str]
    pieces: Sequence[str] = WHOLE
    newest: str | None = None
    new: list[str] = field(default_factory=list)
    revised: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    unpublished: list[str] = field(default_factory=list)

    def to_ask(self, span: Range, again: bool) -> list[str]:
        """The months that are missing up to the newest one, and those that may have been revised."""
        newest = self.newest or span.last
        done = {*self.new, *self.revised, *self.same}
        return [
            month
            for month in span.months()
            if month <= newest
            and month not in done
            and (again or month not in self.stored or self.has_changed(month, newest))
        ]

    def has_changed(self, month: str, newest: str) -> bool:
        """Whether a month may have been revised since it was asked for, or was not asked for in all of today's pieces.

        Of a month without a note, as one from a file, all pieces are there.
        """
        known, _, pieces = self.noted.get(month, month).partition(" ")
        return may_be_revised(month, known, newest) or bool(pieces and {*self.pieces} - {*pieces.split(",")})

    def note(self, month: str) -> bool:
        """Note that a month was asked for, which was the newest one then, and the pieces. Whether that is new."""
        noted = f"{max(self.newest or month, self.noted.get(month, '')[:7])} {','.join(self.pieces)}".strip()
        is_new = self.noted.get(month) != noted
        self.noted[month] = noted
        return is_new


def load_months(
    endpoint: Endpoint,
    first: str,
    last: str | None,
    flow: str | None,
    *,
    dry_run: bool = False,
    again: bool = False,
) -> Iterator[str]:
    """Load the API's months that are missing, and those that may have been revised; yield what was done."""
    span = Range(first, last or last_complete_month())
    progress = LoadProgress()
    base = checked_address(
        os.environ.get(ADDRESS_VARIABLE) or ADDRESS, ADDRESS_VARIABLE, progress.say, is_secret_sent=not dry_run
    )
    names = [flow] if flow else [*MEASURES]
    project = project_folder()
    key = "" if dry_run else read_key()
    with loading(project) as store:
        above = {name: f"{endpoint.source}/{name}" for name in names}
        flows = [
            Flow(name, store.places(above[name]), store.asked(above[name]), endpoint.pieces(store, name))
            for name in names
        ]
        if dry_run:
            yield from (foreseen(one, span, again, endpoint.address(base, one.name)) for one in flows)
            return
        before = store.count(endpoint.source)
        load = Load(endpoint, store, base, key, span, again, progress)
        try:
            try:
                with progress.shown(), handlers_kept():
                    anyio.run(load.run, flows)
            finally:
                load.stop()
            if load.is_interrupted:
                raise KeyboardInterrupt
        except KeyboardInterrupt:
            kept = counted(store.count(endpoint.source) - before)
            raise AtpError(f"interrupted; {kept} loaded, and kept: load again to go on") from None
        except AtpError as error:
            kept = store.count(endpoint.source) - before
            more = f"\n{counted(kept)} loaded before that, and kept; the next load goes on" if kept else ""
            raise AtpError(f"{error}{more}") from None
    yield from map(done, flows)
    if load.faults:
        shown = "\n".join(load.faults[:SHOWN_FAULTS])
        more = f"\nand {len(load.faults) - SHOWN_FAULTS} more" if len(load.faults) > SHOWN_FAULTS else ""
        raise AtpError(f"{counted(len(load.faults))} not loaded; what was there of them is as it was\n{shown}{more}")


@dataclass
class Load:
    """One load: what it asks with, and which answers were at fault."""

    endpoint: Endpoint
    store: Store
    base: str
    key: str
    span: Range
    again: bool
    progress: LoadProgress
    faults: list[str] = field(default_factory=list)
    writing: threading.Lock = field(default_factory=threading.Lock)
    is_stopped: bool = False
    is_interrupted: bool = False

    def keep(self, place: str, version: Version) -> Path | None:
        """Keep an answer, in a thread beside the requests, unless the load was stopped before."""
        with self.writing:
            return None if self.is_stopped else self.store.keep(place, version)

    def stop(self) -> None:
        """Wait for the file that is being written, if any, and let no other one begin."""
        with self.writing:
            self.is_stopped = True

    async def run(self, flows: list[Flow]) -> None:
        """Ask for everything, until a signal stops that between two steps.

        An exception in the middle of a step could lose the end of a thread, for which the loop would wait for ever.
        """
        loop = asyncio.get_running_loop()
        with anyio.CancelScope() as scope:
            for stop in STOPS:
                if signal.getsignal(stop) != signal.SIG_IGN:
                    loop.add_signal_handler(stop, self.interrupt, scope)
            await self.ask_all(flows)

    def interrupt(self, scope: anyio.CancelScope) -> None:
        """Stop asking, because a signal says so."""
        self.is_interrupted = True
        scope.cancel()

    async def ask_all(self, flows: list[Flow]) -> None:
        """Look for the newest month of each flow, which says what may have been revised; then ask for the rest."""
        self.one_file = anyio.CapacityLimiter(1)
        async with Client([self.key], self.progress.say) as client:
            await at_once([partial(self.find_newest, client, flow) for flow in flows])
            asked = [(flow, month) for flow in flows if flow.newest for month in flow.to_ask(self.span, self.again)]
            # Both flows of a month together, the newest first: what is wanted most is there first.
            asked.sort(key=lambda pair: pair[1], reverse=True)
            self.progress.expect(sum(len(flow.pieces) for flow, _ in asked))
            await at_once([partial(self.load_month, client, flow, month) for flow, month in asked])

    async def find_newest(self, client: Client, flow: Flow) -> None:
        """Ask back from the last month of the range until there are data, or until they are stored already."""
        stored = max((month for month in flow.stored if month <= self.span.last), default="")
        for month in reversed(self.span.months()):
            if month <= stored:
                break
            if len(flow.unpublished) == MOST_DELAY:
                raise AtpError(
                    f"{flow.name}: the API has no data for {month} and the {MOST_DELAY} months after it: look whether "
                    f"{self.base} is the API, or name an earlier month in --to"
                )
            self.progress.expect(len(flow.pieces))
            if await self.load_month(client, flow, month, is_newest=True):
                flow.newest = month
                break
        flow.newest = flow.newest or stored or None

    async def load_month(self, client: Client, flow: Flow, month: str, *, is_newest: bool = False) -> bool:
        """Ask for a month and keep it once it is whole; return whether there are data. What is at fault is noted."""
        parts = []
        for number, piece in enumerate(flow.pieces):
            what = f"{flow.name} {month}{piece and f', chapter {piece}'}"
            try:
                parts.append(await self.ask(client, what, flow.name, month, piece))
            except AnswerRefused as error:
                self.faults.append(str(error))
                # Without this piece the month is not whole, so the others are not asked for.
                self.progress.answered(what, len(flow.pieces) - number)
                return True
            self.progress.answered(what)
        found = [part for part in parts if part is not None]
        if not found:
            if is_newest:
                flow.unpublished.append(month)
            else:
                what = f"{flow.name} {month}"
                self.faults.append(f"{what}: the API has no data for it, though it has some for {flow.newest}")
            return False
        request = self.endpoint.request(self.base, flow.name, month, flow.pieces)
        version = self.endpoint.version(found, flow.name, month, request)
        # Beside the requests, one file at a time; a load that is stopped waits for it.
        path = await anyio.to_thread.run_sync(
            self.keep, self.endpoint.place(flow.name, month), version, limiter=self.one_file
        )
        (flow.same if path is None else flow.revised if month in flow.stored else flow.new).append(month)
        if flow.note(month):
            self.store.note_asked(f"{self.endpoint.source}/{flow.name}", flow.noted)
        return True

    async def ask(self, client: Client, what: str, flow: str, month: str, piece: str) -> Any | None:
        """What the endpoint makes of the answer to one request."""
        return await client.ask(
            what,
            self.endpoint.address(self.base, flow),
            {**self.endpoint.parameters(flow, month, piece), "key": self.key},
            partial(self.endpoint.read, flow=flow, month=month, piece=piece),
        )


@contextmanager
def handlers_kept() -> Iterator[None]:
    """Put back the handlers of signals that the loop has replaced while the block runs."""
    before = {stop: signal.getsignal(stop) for stop in STOPS}
    try:
        yield
    finally:
        for stop, handler in before.items():
            signal.signal(stop, handler)


async def at_once(tasks: Iterable[Callable[[], Awaitable[object]]]) -> None:
    """Run tasks, a few at a time. The first AtpError stops those that wait and those that run."""
    waiting = deque(tasks)
    problems: list[AtpError] = []

    async def worker() -> None:
        while waiting:
            try:
                await waiting.popleft()()
            except AtpError as error:
                problems.append(error)
                group.cancel_scope.cancel()

    async with anyio.create_task_group() as group:
        for _ in range(AT_ONCE):
            group.start_soon(worker)
    if problems:
        raise problems[0]


def may_be_revised(month: str, known: str, newest: str) -> bool:
    """Whether a yearly revision of the month was published since it was asked, when `known` was the newest month."""
    return any(
        known < f"{year}-{REVISING_MONTH:02}" <= newest and month >= f"{year - REVISED_YEARS}-01"
        for year in range(int(known[:4]), int(newest[:4]) + 1)
    )


def foreseen(flow: Flow, span: Range, again: bool, address: str) -> str:
    """What a load would ask, as a sentence."""
    asked = flow.to_ask(span, again)
    if not asked:
        return f"{flow.name}: nothing to ask for, {span.first} to {span.last} are there"
    missing = [month for month in asked if month not in flow.stored]
    is_whole = len(flow.pieces) == 1
    reason = "they may have been revised" if is_whole else "they may have been revised, or lack a chapter"
    kinds = {"missing": missing, f"again: {reason}, or --again": [month for month in asked if month in flow.stored]}
    parts = [f"{ranges(found)} ({kind})" for kind, found in kinds.items() if found]
    chapters = "" if is_whole else f", in {len(flow.pieces)} chapters each ({', '.join(flow.pieces)})"
    return f"{flow.name}: would ask {address} for up to {len(asked)} months{chapters}: {', '.join(parts)}"


def done(flow: Flow) -> str:
    """What was done about a flow, as a sentence."""
    counts = {"new": flow.new, "revised": flow.revised, "as they were": flow.same}
    parts = [f"{len(found)} {word} ({ranges(found)})" for word, found in counts.items() if found]
    if flow.unpublished:
        parts.append(f"not published yet: {ranges(flow.unpublished)}")
    newest = f", to {flow.newest}" if flow.newest else ""
    return f"{flow.name}{newest}: {', '.join(parts) or 'nothing was missing'}"


def counted(count: int) -> str:
    """A number of months, with the verb."""
    return "1 month was" if count == 1 else f"{count} months were"
