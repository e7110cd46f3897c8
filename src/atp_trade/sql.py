"""A query on the published file, read-only: as a table on the screen, or as CSV, JSON lines or Parquet."""

from __future__ import annotations

import shutil
import sys
import tempfile
from enum import Enum
from pathlib import Path

import duckdb

from atp_trade import AtpError
from atp_trade.project import opened, project_folder, published_file

SHOWN_ROWS = 100


class Format(str, Enum):
    """How the rows are written."""

    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"


COPY_OPTIONS = {Format.csv: "format csv, header", Format.json: "format json", Format.parquet: "format parquet"}


def sql(query: str, form: Format) -> None:
    """Write the rows of a query to standard output. AtpError if DuckDB refuses it, or it has none to give."""
    if form is Format.parquet and sys.stdout.isatty():
        raise AtpError(
            "Parquet is not for the screen: send it to a file, as in `atp sql ... --format parquet > rows.parquet`"
        )
    with opened(published_file(project_folder())) as connection:
        try:
            answer = connection.sql(query)
            if answer is None:
                raise AtpError("the statement has no rows to show: ask with select, describe, show or from")
            if form is Format.table:
                answer.show(max_rows=SHOWN_ROWS, max_width=shutil.get_terminal_size().columns)
                return
            # A file of our own first: DuckDB would cut off what standard output already has.
            with tempfile.TemporaryDirectory() as folder:
                rows = Path(folder, "rows")
                answer.query("answer", f"copy answer to '{rows}' ({COPY_OPTIONS[form]})")
                sys.stdout.flush()
                with rows.open("rb") as file:
                    shutil.copyfileobj(file, sys.stdout.buffer)
        except duckdb.Error as error:
            raise AtpError(" ".join(str(error).split("\n\n")[0].split())) from error
