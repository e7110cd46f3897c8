"""A query on the published file, read-only: as a table, or as CSV, JSON lines or Parquet."""

from __future__ import annotations

import math
import os
import re
import secrets
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import duckdb

from atp_trade import INTERRUPTED, AtpError
from atp_trade.files import is_own, is_running, remove
from atp_trade.guard import QUESTIONS, check_question, tokens
from atp_trade.notes import in_short, notes_on
from atp_trade.places import file_to_read
from atp_trade.table import NULL, fitted_lines, printable, text_lines
from atp_trade.warehouse import ALIAS, PUBLIC_SCHEMAS, SYNTHETIC_SENTENCE, is_synthetic, literal, opened

# What a terminal shows of an answer; a pipe or a file gets all of it.
SHOWN_ROWS = 100
FETCHED_ROWS = 10_000
SHOWN_NOTES = 3
FLOATS = ("float", "double")
MOST_DECIMALS = 4
EXPLANATION = ["explain_key", "explain_value"]
# Texts, numbers and words of JSON, to be left alone; any other word is a number that JSON does not have.
NO_JSON = re.compile(r'("(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|\b(?:true|false|null)\b)|-?\b[A-Za-z]+\b')

SPILL = "atp-sql-"
# How long a query may take to notice that it is stopped.
PATIENCE_SECONDS = 1


def read_query(query: str | None, file: str | None) -> str:
    """The query: as given, or read from a file or standard input. AtpError if there is none."""
    if query is None and file is None and sys.stdin is not None and not sys.stdin.isatty():
        query = "-"
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
    database = file_to_read()
    with opened(database) as connection:
        look_only(connection)
        # The view over product trade names its files as seen from the published file; a query's own come first.
        places = f"{Path.cwd()},{database.parent}"
        connection.execute(f"set file_search_path = {literal(places)}")

        def write(path: str) -> None:
            try:
                WRITERS[form](answer(connection, query), path)
            except duckdb.Error as error:
                # DuckDB's own words, with the line and the caret.
                raise AtpError(str(with_place(connection, query, error)).strip()) from error

        hand_on(connection, write)
        remind(connection, query)


def remind(connection: duckdb.DuckDBPyConnection, query: str) -> None:
    """Name the breaks and cautions on the relations of a query, to a person: standard error is a terminal.

    Whatever is asked, made-up trade is called that.

    The relations are those that the query has a word for: DuckDB does not tell them of every kind of query.
    """
    if not sys.stderr.isatty():
        return
    with suppress(duckdb.Error):
        words = {word.strip('"').lower() for _, word in tokens(query)}
        named = connection.execute(
            f"select schema_name, table_name from duckdb_tables() where database_name = {literal(ALIAS)}"
        ).fetchall()
        asked = [f"{schema}.{name}" for schema, name in named if name in words and schema in PUBLIC_SCHEMAS]
        sys.stdout.flush()
        for line in in_short(notes_on(connection, asked), SHOWN_NOTES):
            print(printable(line), file=sys.stderr)
        if is_synthetic(connection):
            print(SYNTHETIC_SENTENCE, file=sys.stderr)


def refuse_pipes() -> None:
    """Make a query fail if it reads standard input or another pipe that we were given.

    DuckDB reads such a file twice, the second time to nothing, and the answer would be wrong.
    """
    import socket

    # Unlike a pipe or a folder, what has no path to open.
    os.dup2(socket.socket(socket.AF_UNIX).detach(), 0)
    os.closerange(3, 256)


def look_only(connection: duckdb.DuckDBPyConnection) -> None:
    """Settings under which a query finds the public relations, and writes only what it spills while it runs."""
    # What is asked for is in the file, not in this program.
    connection.execute("set python_enable_replacements = false")
    connection.execute("set autoinstall_known_extensions = false")
    connection.execute(f"set temp_directory = {literal(str(spill_folder()))}")
    # A file that no build produced may lack some.
    found = connection.execute(
        f"select schema_name from duckdb_schemas() where database_name = {literal(ALIAS)}"
    ).fetchall()
    if public := ",".join(f"{ALIAS}.{schema}" for schema in PUBLIC_SCHEMAS if (schema,) in found):
        connection.execute(f"set search_path = {literal(public)}")


def spill_folder() -> Path:
    """Where DuckDB puts what does not fit into memory: a name that nobody can guess. Removes old leftovers."""
    temporary = Path(tempfile.gettempdir())
    for left in temporary.glob(f"{SPILL}*"):
        process_id = left.name.removeprefix(SPILL).partition("-")[0]
        if process_id.isdecimal() and is_own(left) and not is_running(int(process_id)):
            remove(left)
    return temporary / f"{SPILL}{os.getpid()}-{secrets.token_hex(8)}"


def answer(connection: duckdb.DuckDBPyConnection, query: str) -> duckdb.DuckDBPyRelation:
    """The rows of one question. AtpError if the query is anything else: more than one, or a command."""
    check_question(connection, query)
    statements = connection.extract_statements(query)
    if len(statements) == 1:
        return connection.sql(query)
    for statement in statements:
        if statement.type in QUESTIONS:
            found = connection.sql(statement)
        else:
            connection.execute(statement)
    return found


def with_place(connection: duckdb.DuckDBPyConnection, query: str, error: duckdb.Error) -> duckdb.Error:
    """The error of a query as written: DuckDB loses its place where it makes several statements of a query."""
    if isinstance(error, duckdb.ParserException | duckdb.InterruptException):
        return error
    try:
        rows = connection.execute(query)
        while rows.fetchmany(FETCHED_ROWS):
            pass
    except duckdb.Error as same:
        return same if type(same) is type(error) else error
    return error


def hand_on(connection: duckdb.DuckDBPyConnection, write: Callable[[str], object]) -> None:
    """Copy what `write` writes to the path that it is given to standard output, until it is done or we are stopped.

    The path is a pipe's: nothing is left on the disk. It is written in a thread, because DuckDB does not look for
    signals in every query that it runs.
    """
    ours, theirs = os.pipe()
    failures: list[BaseException] = []

    def work() -> None:
        try:
            write(f"/dev/fd/{theirs}")
        except BaseException as error:
            failures.append(error)
        finally:
            os.close(theirs)

    sys.stdout.flush()
    writer = threading.Thread(target=work, daemon=True)
    writer.start()
    try:
        # A buffer of our own: without one, as some settings have it, a short write would go unnoticed.
        with os.fdopen(ours, "rb", buffering=0) as pipe, open(sys.stdout.fileno(), "wb", closefd=False) as output:
            shutil.copyfileobj(pipe, output)
    except BaseException as stopped:
        connection.interrupt()
        # Our end is closed by now: what is still written finds no reader. What does not listen ends with us.
        writer.join(PATIENCE_SECONDS)
        if writer.is_alive() and isinstance(stopped, KeyboardInterrupt):
            os._exit(INTERRUPTED)
        raise
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
    # A column of the alias's name would take its place.
    alias = "answer" + "_" * max((len(name) for name in found.columns), default=0)
    objects = found.set_alias(alias).project(f"cast(to_json({alias}) as varchar)")
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
        yield from (plan or NULL for _, plan in found.fetchall())
        return
    rows = found.project("cast(columns(*) as varchar)")
    is_number = [kind.endswith("int") or kind in ("integer", "decimal", *FLOATS) for kind in kinds]
    if not sys.stdout.isatty():
        yield from text_lines(columns, is_number, rows.fetchall())
        return
    columns_of_values = zip(*rows.limit(SHOWN_ROWS + 1).fetchall(), strict=True)
    fitted = (
        short(values) if kind in FLOATS else values for values, kind in zip(columns_of_values, kinds, strict=False)
    )
    some = [*zip(*fitted, strict=True)]
    shown, lines = fitted_lines(columns, is_number, some[:SHOWN_ROWS], shutil.get_terminal_size().columns)
    yield from lines
    if shown < len(some):
        total = len(some) if len(some) <= SHOWN_ROWS else found.aggregate("count(*)").fetchone()[0]
        yield f"({shown:,} of {total:,} rows; send the output to a file or a pipe for all of them)"


def short(values: Sequence[str | None]) -> list[str | None]:
    """The floating-point numbers of a column with few decimals, as many in each; the first rows may need no more.

    A number that would lose all its digits keeps six, in powers of ten.
    """
    texts = [None if value is None or not math.isfinite(float(value)) else value for value in values]
    decimals = [len(f"{Decimal(text):f}".partition(".")[2]) for text in texts if text is not None]
    places = min(MOST_DECIMALS, max(decimals, default=0))

    def shorten(text: str) -> str:
        number = float(text)
        return f"{number:.6g}" if 0 < abs(number) < 10**-places else f"{number:.{places}f}"

    return [value if text is None else shorten(text) for value, text in zip(values, texts, strict=True)]


WRITERS = {"table": write_table, "csv": write_csv, "json": write_json, "parquet": write_parquet}
