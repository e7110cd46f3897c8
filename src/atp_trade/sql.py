"""A query on the published file, read-only: as a table on the screen, or as CSV, JSON lines or Parquet."""

from __future__ import annotations

import shutil
import sys
import tempfile
from enum import Enum
from pathlib import Path

import duckdb

from atp_trade import AtpError
from atp_trade.catalog import literal
from atp_trade.project import file_to_read, opened

SHOWN_ROWS = 100


class Format(str, Enum):
    """How the rows are written."""

    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"


# Statements whose rows are all that they do.
ANSWERED = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN, duckdb.StatementType.PRAGMA)
COPY_OPTIONS = {Format.csv: "format csv, header", Format.json: "format json", Format.parquet: "format parquet"}


def sql(query: str, form: Format) -> None:
    """Write the rows of a query to standard output. AtpError if DuckDB refuses it, or it has none to give."""
    if form is Format.parquet and sys.stdout.isatty():
        raise AtpError(
            "Parquet is not for the screen: send it to a file, as in `atp sql ... --format parquet > rows.parquet`"
        )
    with opened(file_to_read()) as connection:
        try:
            # What is asked for is in the file, not in this program.
            connection.execute("set python_enable_replacements = false")
            statements = connection.extract_statements(query)
            if len(statements) != 1 or statements[0].type not in ANSWERED:
                raise AtpError("one question at a time, with rows for an answer: select, from, describe or show")
            answer = connection.sql(query)
            if form is Format.table:
                answer.show(max_rows=SHOWN_ROWS, max_width=shutil.get_terminal_size().columns)
                return
            # A file of our own first: DuckDB would cut off what standard output already has.
            with tempfile.TemporaryDirectory() as folder:
                rows = Path(folder, "rows")
                answer.query("answer", f"copy answer to {literal(str(rows))} ({COPY_OPTIONS[form]})")
                sys.stdout.flush()
                with rows.open("rb") as file:
                    shutil.copyfileobj(file, sys.stdout.buffer)
        except duckdb.Error as error:
            raise AtpError(" ".join(str(error).split("\n\n")[0].split())) from error
