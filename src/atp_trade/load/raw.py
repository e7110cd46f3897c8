"""The raw store: what was loaded, as it came, in Parquet files that are never overwritten (D80 in DECISIONS.md).

A place, such as a flow and a month, has a file for each version. Its name is the time of the load, so that the last
name is the latest version.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

import duckdb

from atp_trade import AtpError
from atp_trade.files import flush, is_own, is_running, remove, whole_file
from atp_trade.places import DATA, wait_for
from atp_trade.warehouse import first_line, identifier, literal

# What the store adds to the columns of an answer: when it was loaded, and what was asked, without the key.
LOADED_AT, REQUEST = "loaded_at_utc", "request"
# The time of a load in a file's name: names in their order are versions in their order.
NAME = "%Y%m%dT%H%M%S%f"
LEFTOVER = re.compile(r"\..+\.(\d+)\.unfinished")
ASKED = "asked.json"

Row = Sequence[str | None]


@dataclass(frozen=True)
class Version:
    """Something loaded: columns and rows as they came, what was asked for them, and columns that say which it is."""

    columns: Sequence[str]
    rows: Sequence[Row]
    request: str
    added: dict[str, str]


@contextmanager
def loading(project: Path) -> Iterator[Store]:
    """The project's raw store, for one load at a time; what killed loads have left is removed."""
    data = project / DATA
    try:
        data.mkdir(exist_ok=True)
        lock = os.open(data / ".lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
    except OSError as error:
        raise AtpError(f"cannot load into {data}: {error.strerror} ({error.filename})") from error
    try:
        wait_for(lock, "load")
        remove_leftovers(data)
        with duckdb.connect(config={"threads": 1}) as connection:
            yield Store(data, connection)
    finally:
        os.close(lock)


def remove_leftovers(data: Path) -> None:
    """Remove the unfinished files of killed loads."""
    for left in data.rglob(".*.unfinished"):
        match = LEFTOVER.fullmatch(left.name)
        if match and is_own(left) and not is_running(int(match[1])):
            remove(left)


@dataclass(frozen=True)
class Store:
    """The files below a folder, and a database in memory that reads and writes them."""

    data: Path
    connection: duckdb.DuckDBPyConnection

    def versions(self, place: str) -> list[Path]:
        """The versions of a place, the latest one last."""
        return sorted((self.data / place).glob("[!.]*.parquet"))

    def places(self, above: str) -> list[str]:
        """The names of the places below another one that have a version."""
        folders = (self.data / above).glob("*/")
        return sorted(folder.name for folder in folders if self.versions(f"{above}/{folder.name}"))

    def count(self, above: str) -> int:
        """How many versions are below a place."""
        return sum(1 for _ in (self.data / above).rglob("[!.]*.parquet"))

    def keep(self, place: str, version: Version) -> Path | None:
        """Write a new version, whole or not at all; None if the latest one has the same rows."""
        earlier = self.versions(place)
        if earlier and self.has_the_rows(earlier[-1], version):
            return None
        now = datetime.now(timezone.utc)
        if earlier:
            # The clock may have been set back: what is loaded later is the later version all the same.
            last = datetime.strptime(earlier[-1].stem.removesuffix("Z"), NAME).replace(tzinfo=timezone.utc)
            now = max(now, last + timedelta(microseconds=1))
        path = self.data / place / f"{now:{NAME}}Z.parquet"
        new = [folder for folder in path.parents if folder != self.data and not folder.exists()]
        with whole_file(path) as beside:
            self.write(beside, version, now)
        for folder in new:
            flush(folder.parent)
        return path

    def has_the_rows(self, path: Path, version: Version) -> bool:
        """Whether a file has the same columns and rows, in any order."""
        try:
            # A path is a pattern to DuckDB.
            named = re.sub(r"[*?[]", r"[\g<0>]", str(path))
            found = self.connection.execute(f"from read_parquet({literal(named)})")
            names = [name for name, *_ in found.description]
            if names != [*version.columns, *version.added, LOADED_AT, REQUEST]:
                return False
            return Counter(row[: len(version.columns)] for row in found.fetchall()) == Counter(map(tuple, version.rows))
        except duckdb.Error as error:
            raise AtpError(f"{path} cannot be read: {first_line(str(error))}: move it away, and load again") from error

    def write(self, path: Path, version: Version, loaded_at: datetime) -> None:
        """Write a version as a Parquet file: text as it came, with when it was loaded and what was asked."""
        values = [[row[index] for row in version.rows] for index in range(len(version.columns))]
        columns = [
            *(f"unnest($v{index}::varchar[]) as {identifier(name)}" for index, name in enumerate(version.columns)),
            *(f"{literal(text)} as {identifier(name)}" for name, text in version.added.items()),
            f"timestamp {literal(f'{loaded_at:%Y-%m-%d %H:%M:%S.%f}')} as {LOADED_AT}",
            f"{literal(version.request)} as {REQUEST}",
        ]
        # Not through a second file of DuckDB's own, which a kill would leave.
        self.connection.execute(
            f"copy (select {', '.join(columns)}) to {literal(str(path))}"
            " (format parquet, compression zstd, use_tmp_file false)",
            {f"v{index}": column for index, column in enumerate(values)},
        )

    def asked(self, above: str) -> dict[str, str]:
        """What a load has noted about places below another one; nothing if the note is lost, which costs requests."""
        with suppress(OSError, ValueError):
            noted = json.loads((self.data / above / ASKED).read_text(encoding="utf-8"))
            if isinstance(noted, dict):
                return {str(name): str(note) for name, note in noted.items()}
        return {}

    def note_asked(self, above: str, noted: dict[str, str]) -> None:
        """Replace the note, without waiting for the disk: it is written after each answer."""
        path = self.data / above / ASKED
        beside = path.with_name(f".{ASKED}.{os.getpid()}.unfinished")
        try:
            beside.write_text(json.dumps(noted, indent=0, sort_keys=True) + "\n", encoding="utf-8")
            beside.replace(path)
        except OSError as error:
            remove(beside)
            raise AtpError(f"cannot write {path}: {error.strerror}") from error
