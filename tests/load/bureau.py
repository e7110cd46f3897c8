"""A server on the loopback address that answers as the Bureau's API does, and as it does when something is wrong."""

from __future__ import annotations

import csv
import io
import json
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest

from atp_trade.load import api, goods, http

KEY = "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567"
REAL = Path(__file__).with_name("imports_hitech_2017_world.csv")
# Real names; two of the groups that come mixed with countries.
COUNTRIES = {"1220": "CANADA", "2010": "MEXICO", "4280": "GERMANY", "5700": "CHINA"}
GROUPS = {"0020": "USMCA (NAFTA)", "5XXX": "ASIA"}
TECHNOLOGIES = ["00", *(f"{number:02}" for number in range(1, 11))]
INVALID_KEY = (
    "<html><head><title>Invalid Key</title></head>"
    "<body><p>A valid <em>key</em> must be included with each data API request.</p></body></html>"
)

# Answers in the place of the right one: gets the handler, and the rows of the right answer with their header.
Fault = Callable[["Handler", list[list[str]]], None]


class Bureau(ThreadingHTTPServer):
    """The API, with data from one month to another, and faults that are answered once each, in their order."""

    daemon_threads = True

    def __init__(self, first: str = "2010-01", newest: str = "2010-03") -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.first, self.newest = first, newest
        self.seconds = 0.0
        self.revised: dict[tuple[str, str], int] = {}
        self.faults: dict[tuple[str, str], deque[Fault]] = {}
        self.files: dict[str, bytes] = {}
        # What was asked for, and by which connection; and how many requests were there at once at most.
        self.asked: list[tuple[str, str]] = []
        self.connections: list[tuple[str, int]] = []
        self.running = self.most_at_once = 0
        self.lock = threading.Lock()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/data"

    def goes_wrong(self, flow: str, month: str, *faults: Fault) -> None:
        """Answer with faults, and then well."""
        self.faults[flow, month] = deque(faults)

    def handle_error(self, *_: object) -> None:
        """Clients that close a connection are no news."""


class Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    server: Bureau

    def log_message(self, *_: object) -> None:
        """Nothing is logged."""

    def do_GET(self) -> None:
        """Answer it, and note how many are answered at once."""
        with self.server.lock:
            self.server.running += 1
            self.server.most_at_once = max(self.server.most_at_once, self.server.running)
        try:
            with suppress(ConnectionError):
                self.answer()
        finally:
            with self.server.lock:
                self.server.running -= 1

    def answer(self) -> None:
        """Answer with a file, a fault, or the data of one flow and month."""
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path in self.server.files:
            return self.send(200, self.server.files[parts.path], "application/octet-stream")
        *_, flow, _ = parts.path.split("/")
        month = query["time"]
        with self.server.lock:
            self.server.asked.append((flow, month))
            self.server.connections.append(self.client_address)
            faults = self.server.faults.get((flow, month))
            fault = faults.popleft() if faults else None
        time.sleep(self.server.seconds)
        table = rows(flow, month, tuple(query["get"].split(",")), self.server.revised.get((flow, month), 0))
        if fault:
            return fault(self, table)
        if "key" not in query:
            self.send_response(302)
            self.send_header("Location", "https://api.census.gov/data/missing_key.html")
            self.send_header("X-DataWebAPI-KeyError", "1")
            self.send_header("Content-Length", "0")
            return self.end_headers()
        if query["key"] != KEY:
            return self.send(200, INVALID_KEY.encode(), "text/html")
        if not self.server.first <= month <= self.server.newest:
            self.send_response(204)
            return self.end_headers()
        self.send(200, json.dumps(table).encode())

    def send(self, status: int, body: bytes, kind: str = "application/json;charset=utf-8", **headers: str) -> None:
        """Send an answer."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)


def rows(flow: str, month: str, asked: tuple[str, ...], revised: int = 0) -> list[list[str]]:
    """An answer as the API gives it: the header first, totals and groups among the rows, every value a text."""
    found = [
        dict(zip(("CTY_CODE", "CTY_NAME", "HITECH", "HITECH_DESC", "value"), row, strict=True))
        for row in made_up(flow, month, revised)
    ]
    if flow == "imports" and (real := real_rows(month)):
        known = {row["HITECH"] for row in real}
        found = [row for row in found if row["CTY_CODE"] != "-" or row["HITECH"].replace("-", "") not in known] + real
    for row in found:
        row["SUMMARY_LVL"] = "CGP" if row["CTY_CODE"] in GROUPS else "DET"
        row["time"] = month
        row[{"exports": "ALL_VAL_MO", "imports": "GEN_VAL_MO"}[flow]] = row.pop("value")
    # What is filtered by comes back as a column of its own.
    names = [*asked, "time"]
    return [names, *([row[name] for name in names] for row in found)]


def made_up(flow: str, month: str, revised: int) -> Iterator[tuple[str, str, str, str, str]]:
    """Figures for a month: whole dollars, which add up to the totals."""
    year, number = int(month[:4]), int(month[5:])
    seed = year * 12 + number + (7 if flow == "exports" else 0)
    values = {
        (country, technology): seed * 1_000_003 % (9973 * (place + 2)) * 1009 + int(technology) + revised
        for place, country in enumerate(COUNTRIES)
        for technology in TECHNOLOGIES
        # Not every country trades in everything.
        if (place + int(technology)) % 5 or technology == "00"
    }
    members = {"-": [*COUNTRIES], "0020": ["1220", "2010"], "5XXX": ["5700"]}
    names = {"-": "TOTAL FOR ALL COUNTRIES", **GROUPS, **COUNTRIES}
    for country in ("5700", "-", "0020", *(code for code in COUNTRIES if code != "5700"), "5XXX"):
        own = {key: value for key, value in values.items() if key[0] in members.get(country, [country])}
        for technology in ("-", *TECHNOLOGIES):
            value = [amount for (_, other), amount in own.items() if technology in ("-", other)]
            if value:
                described = "TOTAL FOR ALL COMMODITIES" if technology == "-" else f"TECHNOLOGY [{technology}]"
                yield country, names[country], technology, described, str(sum(value))


def real_rows(month: str) -> list[dict[str, str]]:
    """What the API has answered of a month of 2017: imports from all countries, with blank codes of totals."""
    with REAL.open(encoding="utf-8", newline="") as file:
        found = [row for row in csv.DictReader(file) if row.pop("time") == month]
    return [{**row, "value": row.pop("GEN_VAL_MO")} for row in found]


def workbook(rows: list[list], sheet: str = "country") -> bytes:
    """The content of a workbook with one sheet."""
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    book.save(content := io.BytesIO())
    return content.getvalue()


@contextmanager
def serving(bureau: Bureau) -> Iterator[Bureau]:
    """Run a server while the block runs."""
    thread = threading.Thread(target=bureau.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield bureau
    finally:
        bureau.shutdown()
        bureau.server_close()
        thread.join()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project in the working folder, whose path has what means something in a pattern."""
    folder = tmp_path / "a project's folder [1], Größe *"
    folder.mkdir()
    (folder / "dbt_project.yml").touch()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def bureau(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bureau]:
    """A server to ask, with its address and a key in the environment, and no pauses to wait for."""
    with serving(Bureau()) as server:
        monkeypatch.setenv("CENSUS_API_URL", server.address)
        monkeypatch.setenv("CENSUS_API_KEY", KEY)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        monkeypatch.setattr(http, "FIRST_PAUSE", 0.001)
        monkeypatch.setattr(http, "JITTER", 0.0)
        yield server


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Sets the newest month that is over."""

    def set_to(month: str) -> None:
        for module in (api, goods):
            monkeypatch.setattr(module, "last_complete_month", lambda: month)

    return set_to
