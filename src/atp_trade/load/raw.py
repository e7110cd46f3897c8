"""The raw store: what was loaded, as it came, in Parquet files that are never overwritten (D80 in DECISIONS.md).

A place, such as a flow and a month, has a file for each version. Its name is the time of the load, so that the last
name is the latest version.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

import duckdb

from atp_trade import AtpError
from atp_trade.files import flush, is_own, is_running, remove, whole_file
from atp_trade.load.stops import too_late
from atp_trade.places import DATA_VARIABLE, SYNTHETIC, data_folder, wait_for
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
    """Something loaded, as a query of its rows, and what was asked for them. The names of its columns are `columns`.

    `parameters` are the query's. `order` is what the rows are sorted by in the file; without it they stay as they came.
    """

    columns: Sequence[str]
    query: str
    parameters: Mapping[str, object]
    request: str
    order: str = ""

    @classmethod
    def of_rows(cls, columns: Sequence[str], rows: Sequence[Row], request: str, added: Mapping[str, str]) -> Version:
        """Rows of text as they came, with columns that say what they are about."""
        values = [[row[index] for row in rows] for index in range(len(columns))]
        selected = [
            *(f"unnest($v{index}::varchar[]) as {identifier(name)}" for index, name in enumerate(columns)),
            *(f"{literal(text)} as {identifier(name)}" for name, text in added.items()),
        ]
        parameters = {f"v{index}": column for index, column in enumerate(values)}
        return cls([*columns, *added], f"select {', '.join(selected)}", parameters, request)


@contextmanager
def loading(project: Path) -> Iterator[Store]:
    """The project's raw store, for one load at a time; what killed loads have left is removed."""
    data = folder_to_load(project)
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


def folder_to_load(project: Path) -> Path:
    """The folder of the raw store. AtpError if it is none of the project's, or that of made-up trade."""
    data = data_folder(project)
    if data.resolve() == (project / SYNTHETIC).resolve():
        raise AtpError(f"{DATA_VARIABLE} is {SYNTHETIC}, the folder of made-up trade: unset it to load what is real")
    return data


def remove_leftovers(data: Path) -> None:
    """Remove the unfinished files of killed loads."""
    for left in data.rglob(".*.unfinished"):
        match = LEFTOVER.fullmatch(left.name)
        if match and is_own(left) and not is_running(int(match[1])):
            remove(left)


@contextmanager
def together() -> Iterator[ExitStack]:
    """Versions that appear when the block ends, all of them: a signal comes too late then. If it fails, none does."""
    with ExitStack() as versions:
        yield versions
        with too_late():
            versions.close()


def without_patterns(path: Path) -> str:
    """A path as DuckDB reads it, to which a path is a pattern."""
    return re.sub(r"[*?[]", r"[\g<0>]", str(path))


@dataclass(frozen=True)
class Store:
    """The files below a folder, and a database in memory that reads and writes them."""

    data: Path
    connection: duckdb.DuckDBPyConnection

    def versions(self, place: str) -> list[Path]:
        """The versions of a place, the latest one last."""
        return sorted((self.data / place).glob("[!.]*.parquet"))

    def places(self, above: str) -> list[str]:
        """The names of the places below another one, at any depth, that have a version."""
        return sorted({file.parent.name for file in (self.data / above).rglob("[!.]*.parquet")})

    def count(self, above: str) -> int:
        """How many versions are below a place."""
        return sum(1 for _ in (self.data / above).rglob("[!.]*.parquet"))

    def keep(self, place: str, version: Version) -> Path | None:
        """Write a new version, whole or not at all; None if the latest one has the same rows."""
        with self.writing(place, version) as path:
            return path

    @contextmanager
    def writing(self, place: str, version: Version) -> Iterator[Path | None]:
        """Write a new version, which appears when the block ends; None if the latest one has the same rows."""
        earlier = self.versions(place)
        if earlier and self.has_the_rows(earlier[-1], version):
            yield None
            return
        now = datetime.now(timezone.utc)
        if earlier:
            # The clock may have been set back: what is loaded later is the later version all the same.
            last = datetime.strptime(earlier[-1].stem.removesuffix("Z"), NAME).replace(tzinfo=timezone.utc)
            now = max(now, last + timedelta(microseconds=1))
        path = self.data / place / f"{now:{NAME}}Z.parquet"
        new = [folder for folder in path.parents if folder != self.data and not folder.exists()]
        with whole_file(path) as beside:
            self.write(beside, version, now)
            yield path
        for folder in new:
            flush(folder.parent)

    def has_the_rows(self, path: Path, version: Version) -> bool:
        """Whether a file has the same columns and rows, in any order."""
        file = f"from read_parquet({literal(without_patterns(path))})"
        try:
            found = self.connection.execute(f"{file} limit 0")
            if [name for name, *_ in found.description] != [*version.columns, LOADED_AT, REQUEST]:
                return False
            names = ", ".join(map(identifier, version.columns))
            ((differ,),) = self.connection.execute(
                f"""
                with kept as (select {names} {file}), new as (select {names} from ({version.query}))
                select exists ((from kept except all from new) union all (from new except all from kept))
                """,
                version.parameters,
            ).fetchall()
            return not differ
        except duckdb.Error as error:
            raise AtpError(f"{path} cannot be read: {first_line(str(error))}: move it away, and load again") from error

    def write(self, path: Path, version: Version, loaded_at: datetime) -> None:
        """Write a version as a Parquet file, with when it was loaded and what was asked."""
        added = (
            f"timestamp {literal(f'{loaded_at:%Y-%m-%d %H:%M:%S.%f}')} as {LOADED_AT}, "
            f"{literal(version.request)} as {REQUEST}"
        )
        order = f" order by {version.order}" if version.order else ""
        # Not through a second file of DuckDB's own, which a kill would leave.
        try:
            self.connection.execute(
                f"copy (select *, {added} from ({version.query}){order}) to {literal(str(path))}"
                " (format parquet, compression zstd, use_tmp_file false)",
                version.parameters,
            )
        except BaseException:
            # An interrupted query ends when the next one begins. Until then it could make its file anew.
            with suppress(duckdb.Error, RuntimeError):
                self.connection.execute("select 1")
            raise

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
