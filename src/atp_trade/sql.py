"""A query on the published file, read-only: as a table, or as CSV, JSON lines or Parquet."""

from __future__ import annotations

import math
import os
import re
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb

from atp_trade import AtpError
from atp_trade.table import fitted_lines, text_lines
from atp_trade.warehouse import ALIAS, PUBLIC_SCHEMAS, file_to_read, literal, opened

# What a terminal shows of an answer; a pipe or a file gets all of it.
SHOWN_ROWS = 100
FETCHED_ROWS = 10_000
FLOATS = ("float", "double")
SIGNIFICANT_DIGITS = 6
EXPLANATION = ["explain_key", "explain_value"]
# A text of JSON, to be left alone, or a number that JSON does not have.
NO_JSON = re.compile(r'("(?:[^"\\]|\\.)*")|-?\b(?:NaN|Infinity)\b')

KIND = duckdb.StatementType
ONE_QUESTION = "one question at a time, with rows for an answer: select, from, pivot, describe, show or explain"


def read_query(query: str | None, file: str | None) -> str:
    """The query that is given: as it is, or what a file or standard input has. AtpError if there is none."""
    if (query is None) == (file is None):
        raise AtpError('give one query: atp sql "from marts.trade_totals", or atp sql --file FILE')
    source = "-" if query == "-" else file
    if source is None:
        return query
    name = "standard input" if source == "-" else source
    try:
        if source != "-":
            content = Path(source).read_bytes()
        elif sys.stdin is None:
            raise AtpError("standard input is closed: give the query as an argument, or in a file with --file")
        else:
            content = sys.stdin.buffer.read()
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise AtpError(f"{name}, line {line}, is not UTF-8: save the query as UTF-8") from error
    except (OSError, ValueError) as error:
        raise AtpError(f"{name} cannot be read: {getattr(error, 'strerror', None) or error}") from error


def sql(query: str, form: str) -> None:
    """Write the rows of a query to standard output: `form` is table, csv, json or parquet.

    AtpError if DuckDB refuses the query, if it has no rows to give, or if it would do more than answer.
    """
    if form == "parquet" and sys.stdout.isatty():
        raise AtpError("Parquet is not for a terminal: send it to a file, as in `--format parquet > rows.parquet`")
    with opened(file_to_read()) as connection:
        try:
            look_only(connection)
            hand_on(connection, lambda path: WRITERS[form](answer(connection, query), path))
        except duckdb.Error as error:
            # DuckDB's own words, with the line and the caret.
            raise AtpError(str(error).strip()) from error


def look_only(connection: duckdb.DuckDBPyConnection) -> None:
    """Settings under which a query finds the public relations, and writes nothing but what it spills while it runs."""
    # What is asked for is in the file, not in this program.
    connection.execute("set python_enable_replacements = false")
    connection.execute("set autoinstall_known_extensions = false")
    connection.execute(f"set temp_directory = {literal(tempfile.gettempdir() + f'/atp-sql-{os.getpid()}')}")
    # A file that is not of a build may lack some.
    found = connection.execute(
        f"select schema_name from duckdb_schemas() where database_name = {literal(ALIAS)}"
    ).fetchall()
    if public := ",".join(f"{ALIAS}.{schema}" for schema in PUBLIC_SCHEMAS if (schema,) in found):
        connection.execute(f"set search_path = {literal(public)}")


def answer(connection: duckdb.DuckDBPyConnection, query: str) -> duckdb.DuckDBPyRelation:
    """The rows of one question. AtpError if the query is anything else: more than one, or a command."""
    statements = connection.extract_statements(query)
    if not is_question(connection, query, statements):
        raise AtpError(ONE_QUESTION)
    if len(statements) == 1:
        try:
            return connection.sql(query)
        except (duckdb.BinderException, duckdb.CatalogException):
            # The same error, with the line and the caret that `sql` leaves out.
            connection.execute(query)
            raise
    for statement in statements:
        if is_preparation(statement):
            connection.execute(statement)
        else:
            found = connection.sql(statement)
    return found


def is_question(connection: duckdb.DuckDBPyConnection, query: str, statements: list[duckdb.Statement]) -> bool:
    """Whether statements, as DuckDB's parser took them from the query, do nothing but answer."""
    kinds = [statement.type for statement in statements if not is_preparation(statement)]
    if kinds == [KIND.EXPLAIN]:
        # EXPLAIN ANALYZE runs what it explains.
        return is_question(connection, *explained(connection, query))
    return kinds == [KIND.SELECT]


def is_preparation(statement: duckdb.Statement) -> bool:
    """Whether DuckDB itself put a statement before or after a PIVOT, to find out its columns: it has no text."""
    return not statement.query and statement.type in (KIND.CREATE, KIND.TRANSACTION)


def explained(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[str, list[duckdb.Statement]]:
    """What an EXPLAIN explains: the rest of the query from the first word on that is a statement by itself."""
    content = query.encode()
    for position, _ in duckdb.tokenize(query)[1:]:
        rest = content[position:].decode(errors="replace")
        try:
            return rest, connection.extract_statements(rest)
        except duckdb.ParserException:
            continue
    return "", []


def hand_on(connection: duckdb.DuckDBPyConnection, write: Callable[[str], object]) -> None:
    """Copy what `write` writes to the path that it is given to standard output, until it is done or we are stopped.

    The path is a pipe's: nothing is left on the disk. It is written in a thread, because DuckDB does not look for
    signals in every query that it runs.
    """
    ours, theirs = os.pipe()
    failures: list[Exception] = []

    def work() -> None:
        try:
            write(f"/dev/fd/{theirs}")
        except Exception as error:
            failures.append(error)
        finally:
            os.close(theirs)

    sys.stdout.flush()
    writer = threading.Thread(target=work)
    writer.start()
    try:
        with os.fdopen(ours, "rb", buffering=0) as pipe:
            shutil.copyfileobj(pipe, sys.stdout.buffer)
            sys.stdout.flush()
    except BaseException:
        connection.interrupt()
        raise
    finally:
        # Our end is closed by now: what is still written finds no reader, and ends the thread.
        writer.join()
    if failures:
        raise failures[0]


def write_csv(found: duckdb.DuckDBPyRelation, path: str) -> None:
    """Comma-separated values with a header, as DuckDB writes them."""
    found.write_csv(path, header=True, use_tmp_file=False)


def write_parquet(found: duckdb.DuckDBPyRelation, path: str) -> None:
    """A Parquet file."""
    found.write_parquet(path)


def write_json(found: duckdb.DuckDBPyRelation, path: str) -> None:
    """A JSON object per line. JSON has no NaN and no infinity: they are null, as in JavaScript."""
    objects = found.set_alias("answer").project("cast(to_json(answer) as varchar)")
    with Path(path).open("w", encoding="utf-8") as file:
        while rows := objects.fetchmany(FETCHED_ROWS):
            file.writelines(NO_JSON.sub(lambda match: match[1] or "null", line) + "\n" for (line,) in rows)


def write_table(found: duckdb.DuckDBPyRelation, path: str) -> None:
    """A table for people: on a terminal what fits, elsewhere everything."""
    with Path(path).open("w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in table_lines(found))


def table_lines(found: duckdb.DuckDBPyRelation) -> Iterator[str]:
    """The lines of a table, and on a terminal how many rows they leave out."""
    columns, kinds = found.columns, [kind.id for kind in found.types]
    if columns == EXPLANATION:
        yield from (plan for _, plan in found.fetchall())
        return
    rows = found.project("cast(columns(*) as varchar)")
    is_number = [kind.endswith("int") or kind in ("integer", "decimal", *FLOATS) for kind in kinds]
    if not sys.stdout.isatty():
        yield from text_lines(columns, is_number, rows.fetchall())
        return
    some = [
        [short(value) if kind in FLOATS else value for value, kind in zip(row, kinds, strict=True)]
        for row in rows.limit(SHOWN_ROWS + 1).fetchall()
    ]
    shown, lines = fitted_lines(columns, is_number, some[:SHOWN_ROWS], shutil.get_terminal_size().columns)
    yield from lines
    if shown < len(some):
        total = len(some) if len(some) <= SHOWN_ROWS else found.aggregate("count(*)").fetchone()[0]
        yield f"({shown:,} of {total:,} rows; send the output to a file or a pipe for all of them)"


def short(value: str | None) -> str | None:
    """A floating-point number with as many digits as people read; the digits before the point are all kept."""
    if value is None or not math.isfinite(number := float(value)):
        return value
    if 0 < abs(number) < 0.001:
        return f"{number:.{SIGNIFICANT_DIGITS}g}"
    whole_digits = len(f"{abs(number):.0f}")
    return f"{number:.{max(0, SIGNIFICANT_DIGITS - whole_digits)}f}"


WRITERS = {"table": write_table, "csv": write_csv, "json": write_json, "parquet": write_parquet}
