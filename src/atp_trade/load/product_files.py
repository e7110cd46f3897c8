"""Product trade from files that users have, Parquet or CSV: many rows in little memory, and all of them or none.

The rows go through a database on the disk, in a folder beside what is loaded that the end of the load removes. There
they are checked and parted by month. Then each month is written, and when all are, they appear.
"""

from __future__ import annotations

import csv
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from atp_trade import AtpError
from atp_trade.files import remove
from atp_trade.load.answer import FIRST_MONTH, NUMBER, ONE_COUNTRY
from atp_trade.load.api import Flow, done
from atp_trade.load.months import MONTH, last_complete_month
from atp_trade.load.progress import LoadProgress
from atp_trade.load.raw import Store, Version, loading, together, without_patterns
from atp_trade.load.sheet import WORKBOOK
from atp_trade.load.trade import COLUMNS, ORDER, SOURCE, VALUES, added, no_unit, place
from atp_trade.places import project_folder
from atp_trade.warehouse import SYNTHETIC_SOURCE, first_line, identifier, literal

FLOWS = ("exports", "imports")
# The columns of a file: those that it must have, and those that it may have.
NEEDED = ("flow", "month", "product_code", "country_code", "value_usd")
POSSIBLE = ("quantity", "quantity_unit", "source_id")
NUMBERS = ("value_usd", "quantity")
WHOLE_TYPES = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
PARQUET = b"PAR1"
MEMORY, THREADS = "1GB", 2
SYNTHETIC = "synthetic trade has a data folder of its own, and never enters this one: load what is real"
CSV_OPTIONS = "header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"', parallel = false"
# The flow and the month in one number.
PERIOD = "(flow = 'imports')::integer * 1000000 + replace(month, '-', '')::integer"


def load_files(paths: Sequence[Path]) -> Iterator[str]:
    """Load files, all of them or none; yield what was done."""
    project = project_folder()
    with loading(project) as store, database(store.data) as connection, told(store.data):
        files = [File(number, path, connection) for number, path in enumerate(paths)]
        columns = [file.columns() for file in files]
        connection.execute(
            "create table trade (file usmallint, row bigint, period integer, product_code varchar, "
            "country_code varchar, value_usd bigint, quantity bigint, quantity_unit varchar, problem varchar)"
        )
        with (progress := LoadProgress("reading", "read")).shown():
            progress.expect(len(files))
            for file, found in zip(files, columns, strict=True):
                file.read(found)
                progress.answered(file.path.name)
        with (progress := LoadProgress("writing", "written")).shown():
            flows = keep(Store(store.data, connection), files, progress)
    yield from map(done, flows)


@contextmanager
def database(data: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database on the disk, in a folder that the end of the block removes; of a killed load the next one does."""
    folder = data / f".products.{os.getpid()}.unfinished"
    remove(folder)
    try:
        folder.mkdir(mode=0o700)
    except OSError as error:
        raise AtpError(f"cannot load into {data}: {error.strerror}") from error
    try:
        settings = {"memory_limit": MEMORY, "temp_directory": str(folder / "more"), "threads": THREADS}
        with duckdb.connect(str(folder / "trade.duckdb"), config=settings) as connection:
            yield connection
    finally:
        remove(folder)


@contextmanager
def told(data: Path) -> Iterator[None]:
    """Turn what stops a load into a sentence."""
    try:
        yield
    except KeyboardInterrupt:
        raise AtpError("interrupted; nothing was loaded") from None
    except (duckdb.Error, RuntimeError) as error:
        if "interrupt" in str(error).lower():
            raise AtpError("interrupted; nothing was loaded") from None
        if not isinstance(error, duckdb.Error):
            raise
        raise AtpError(f"cannot load into {data}: {first_line(str(error))}; nothing was loaded") from error


@dataclass(frozen=True)
class File:
    """A file to load: its number among the others, and the database that its rows go into."""

    number: int
    path: Path
    connection: duckdb.DuckDBPyConnection

    @property
    def is_parquet(self) -> bool:
        """Whether it is Parquet, whatever its name says; if not, it is taken for CSV."""
        try:
            with self.path.open("rb") as file:
                return file.read(len(PARQUET)) == PARQUET
        except (OSError, ValueError) as error:
            raise AtpError(
                f"{self.path} cannot be read: {getattr(error, 'strerror', error)}: name another file"
            ) from None

    def columns(self) -> list[str]:
        """The names of its columns. AtpError if one is missing or unknown, or has a type that loses something."""
        types = self.parquet_types() if self.is_parquet else dict.fromkeys(self.header(), "")
        name = self.path.name
        if self.is_parquet and "source_id" in types:
            self.refuse_made_up()
        if missing := [column for column in NEEDED if column not in types]:
            found = ", ".join(repr(column[:40]) for column in list(types)[:10])
            raise AtpError(
                f"{name} lacks the column {missing[0]}: its first line has {found}; separate them by commas, and write "
                "their names in small letters"
                if not self.is_parquet
                else f"{name} lacks the column {missing[0]}: its columns are {found}"
            )
        if unknown := [column for column in types if column not in (*NEEDED, *POSSIBLE)]:
            raise AtpError(f"{name} has an unknown column {unknown[0]!r}: remove it")
        if "quantity" in types and "quantity_unit" not in types:
            raise AtpError(f"{name} has quantity without quantity_unit, which says what is counted: add it")
        for column, kind in types.items():
            if self.is_parquet and column in NUMBERS and kind not in WHOLE_TYPES:
                raise AtpError(f"{name} has {column} as {kind}: write whole numbers, as BIGINT")
            if self.is_parquet and column not in NUMBERS and kind != "VARCHAR":
                why = ", because zeros may be lost" if column.endswith("_code") else ""
                raise AtpError(f"{name} has {column} as {kind}: write it as text{why}")
        return [*types]

    def parquet_types(self) -> dict[str, str]:
        """The type of each column of a Parquet file."""
        with self.readable():
            found = self.connection.execute(f"from {self.source()} limit 0").description
        return {name: str(kind) for name, kind, *_ in found if name != "file_row_number"}

    def header(self) -> list[str]:
        """The names in the first line of a CSV file."""
        self.refuse_no_text()
        try:
            with self.path.open(encoding="utf-8-sig", newline="") as file:
                names = next(csv.reader(file, strict=True), [])
        except (UnicodeDecodeError, csv.Error):
            raise AtpError(f"{self.path.name} is neither Parquet nor a CSV file in UTF-8: save it as one") from None
        if doubled := [name for name in names if names.count(name) > 1]:
            raise AtpError(f"{self.path.name} has the column {doubled[0]!r} twice: remove one")
        return names

    def refuse_no_text(self) -> None:
        """Refuse a workbook, an empty file, and an open quote, with which DuckDB loses the rows after it."""
        quotes = last = line = 0
        with self.path.open("rb") as file:
            for number, content in enumerate(file, start=1):
                if number == 1 and content.startswith(WORKBOOK):
                    raise AtpError(f"{self.path.name} is a workbook: save it as CSV or Parquet")
                if found := content.count(b'"'):
                    quotes, last = quotes + found, number
                line = number
        if not line:
            raise AtpError(f"{self.path.name} is empty: name a file that has rows")
        if quotes % 2:
            raise AtpError(f"{self.path.name}, line {last}, has a quote that is not closed: correct it")

    def refuse_made_up(self) -> None:
        """Refuse made-up trade before its columns are looked at, which are those of the store."""
        with self.readable():
            found = self.connection.execute(
                f"select 1 from {self.source()} where source_id::varchar = '{SYNTHETIC_SOURCE}' limit 1"
            ).fetchone()
        if found:
            raise AtpError(f"{self.path.name} is made up: {SYNTHETIC}")

    def source(self, columns: Sequence[str] = ()) -> str:
        """The rows of the file as SQL reads them."""
        path = literal(without_patterns(self.path))
        if self.is_parquet:
            return f"read_parquet({path}, file_row_number = true, hive_partitioning = false)"
        types = ", ".join(f"{literal(name)}: 'varchar'" for name in columns)
        return f"read_csv({path}, columns = {{{types}}}, {CSV_OPTIONS})"

    def read(self, columns: Sequence[str]) -> None:
        """Put the rows into the table. AtpError with the first row that cannot be meant."""
        number = "file_row_number + 1" if self.is_parquet else "row_number() over ()"
        texts = ", ".join(
            f"{identifier(name)}::varchar as {name}" if name in columns else f"{default} as {name}"
            for name, default in [
                *((name, "") for name in NEEDED),
                *((name, "null::varchar") for name in POSSIBLE[:2]),
                ("source_id", literal(SOURCE)),
            ]
        )
        unit = f"case when not ({no_unit('quantity_unit')}) then trim(quantity_unit) end"
        with self.readable():
            # The lines of a CSV file are counted, which needs them in their order.
            self.connection.execute(f"set threads = {THREADS if self.is_parquet else 1}")
            self.connection.execute(
                f"""
                insert into trade
                select
                    {self.number}, row, case when problem is null then {PERIOD} end, product_code, country_code,
                    try_cast(value_usd as bigint), case when {unit} is not null then try_cast(quantity as bigint) end,
                    {unit}, problem
                from (
                    select *, {problem(last_complete_month())} as problem
                    from (select {number} as row, {texts} from {self.source(columns)})
                )
                """
            )
            found = self.connection.execute(
                "select row, problem from trade where problem is not null and file = $file order by row limit 1",
                {"file": self.number},
            ).fetchone()
        if found:
            raise AtpError(f"{self.where(found[0])}, {found[1]}")

    def where(self, row: int) -> str:
        """The place of a row, as a text: the number of its line in a CSV file."""
        if self.is_parquet:
            return f"{self.path.name}, row {row}"
        # A value may be longer than Python allows without being told.
        csv.field_size_limit(sys.maxsize)
        with self.path.open(encoding="utf-8-sig", newline="") as file:
            reader, before = csv.reader(file), 1
            # The header is no row, and blank lines are none.
            count = -1
            for cells in reader:
                count += bool(cells)
                if count == row:
                    break
                before = reader.line_num + 1
        return f"{self.path.name}, line {before}"

    @contextmanager
    def readable(self) -> Iterator[None]:
        """Say which file it is that cannot be read, and the line where that is known."""
        try:
            yield
        except (duckdb.InvalidInputException, duckdb.IOException, duckdb.ConversionException) as error:
            text = str(error)
            if "interrupt" in text.lower() or "No space left" in text or ".unfinished" in text:
                raise
            line = re.search(r"Line: (\d+)", text)
            place, width = (
                (f", line {line[1]}," if line else ""),
                re.search(r"Number of Columns: (\d+) Found: (\d+)", text),
            )
            if "state machine reached an invalid state" in text:
                # What DuckDB says of it names no line.
                raise AtpError(
                    f"{self.path.name} has lines that end in two ways, or quotes within a value: write it again"
                ) from error
            what = f"has {width[2]} of {width[1]} values" if width else f"cannot be read ({first_line(text)})"
            raise AtpError(f"{self.path.name}{place} {what}: correct it, or write it again") from error


def shown(column: str) -> str:
    """A value in a sentence, as SQL writes it."""
    return f"coalesce('''' || left({column}, 40) || '''', 'nothing')"


def problem(last: str) -> str:
    """What is wrong with a row whose columns are text, as SQL: the first rule that it breaks, or NULL."""

    def breaks(column: str, pattern: str) -> str:
        return f"({column} is null or not regexp_full_match({column}, {literal(pattern)}))"

    rules = [
        (f"source_id = '{SYNTHETIC_SOURCE}'", literal(f"is made up: {SYNTHETIC}")),
        (
            f"source_id is distinct from '{SOURCE}'",
            f"'has the source_id ' || {shown('source_id')} || ': write {SOURCE}, or leave out the column'",
        ),
        (
            f"flow is null or flow not in {FLOWS}",
            f"'has an unknown flow, ' || {shown('flow')} || ': write exports or imports'",
        ),
        (breaks("month", MONTH.pattern), f"'has no month, but ' || {shown('month')} || ': write it as 2010-01'"),
        (
            f"month not between '{FIRST_MONTH}' and '{last}'",
            f"'has the month ' || month || ': the months are {FIRST_MONTH} to {last}, the newest that is over'",
        ),
        (
            "regexp_full_match(product_code, '[0-9]{1,9}')",
            "'has a product code of ' || length(product_code) || ' digits, ' || "
            f"{shown('product_code')} || ': zeros may be lost, it has ten digits'",
        ),
        (
            breaks("product_code", "[0-9]{10}"),
            f"'has no product code of ten digits, but ' || {shown('product_code')} || ': correct it'",
        ),
        (
            "regexp_full_match(country_code, '[0-9]{1,3}')",
            f"'has no country code of four digits, but ' || {shown('country_code')} || ': zeros may be lost'",
        ),
        (
            breaks("country_code", ONE_COUNTRY.pattern),
            f"'has no country, but ' || {shown('country_code')} || ': leave out groups and totals'",
        ),
        (
            breaks("value_usd", NUMBER.pattern),
            f"'has no whole number of dollars, 0 or more, but ' || {shown('value_usd')} || ': correct it'",
        ),
        (
            f"quantity is not null and {breaks('quantity', NUMBER.pattern)}",
            f"'has no whole quantity, 0 or more, but ' || {shown('quantity')} || ': correct it'",
        ),
    ]
    return f"case {' '.join(f'when {condition} then {sentence}' for condition, sentence in rules)} end"


def keep(store: Store, files: Sequence[File], progress: LoadProgress) -> list[Flow]:
    """Write each flow and month, and let them appear when all are written."""
    connection = store.connection
    flows = {name: Flow(name, [], {}) for name in FLOWS}
    periods = connection.execute("select distinct period from trade order by period").fetchall()
    if not periods:
        raise AtpError("there are no rows to load: name files that have some")
    progress.expect(len(periods))
    # So that each month's rows are together, which takes minutes from a hundred million rows, and not an hour.
    connection.execute(f"set threads = {THREADS}")
    connection.execute("create table sorted as from trade order by period")
    connection.execute("drop table trade")
    with together() as versions:
        for (period,) in periods:
            flow, month = FLOWS[period // 1000000], f"{period % 1000000:06}"
            month = f"{month[:4]}-{month[4:]}"
            connection.execute(f"create or replace temp table month as from sorted where period = {period}")
            refuse_doubles(connection, files, f"{flow} {month}")
            numbers = connection.execute("select distinct file from month order by file").fetchall()
            request = f"file:{', '.join(files[number].path.name for (number,) in numbers)}"
            query = f"select {', '.join(name for name, _ in VALUES)}, {added(flow, month)} from month"
            is_new = not store.versions(place(flow, month))
            # Written now, from a table that is the next month's then; it appears at the end.
            version = Version(COLUMNS, query, {}, request, ORDER)
            path = versions.enter_context(store.writing(place(flow, month), version))
            kept = flows[flow]
            (kept.same if path is None else kept.new if is_new else kept.revised).append(month)
            progress.answered(f"{flow} {month}")
    return [flow for flow in flows.values() if flow.new or flow.revised or flow.same]


def refuse_doubles(connection: duckdb.DuckDBPyConnection, files: Sequence[File], what: str) -> None:
    """Refuse a product and country that a month has twice, with both places."""
    twice = "select product_code, country_code from month group by all having count(*) > 1"
    found = connection.execute(f"{twice} order by all limit 1").fetchone()
    if found:
        places = connection.execute(
            "select file, row from month where product_code = ? and country_code = ? order by all limit 2",
            [*found],
        ).fetchall()
        first, second = (files[number].where(row) for number, row in places)
        product, country = found
        raise AtpError(f"{second}, has {product} of {country} in {what} again; {first} has it too: remove one")
