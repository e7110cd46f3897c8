"""Where the project and the published file are, and whether they can be used: every refusal is one sentence."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from atp_trade import AtpError
from atp_trade.catalog import literal

# dbt reads everything below these, so nothing may be built there.
DBT_FOLDERS = ("analyses", "macros", "models", "seeds", "tests")
# Names that DuckDB gives to databases and schemas of its own, and our schemas, which a database's name would hide.
RESERVED_NAMES = (
    *("main", "system", "temp", "information_schema", "pg_catalog"),
    *("seeds", "staging", "core", "marts", "report", "audit", "metrics", "meta"),
)
# Most file systems take 255 bytes, and what is beside the file while it is built has longer names.
LONGEST_NAME_BYTES = 200
# What readers call the database, whatever its file is called: a name that hides no schema.
ALIAS = "atp_trade"
# A table that only this warehouse has: what it stands in may be replaced.
OWN_TABLE = "seeds.nsf07329_table_1"
# What dbt reads as text.
TEXT_FILES = (".csv", ".md", ".sql", ".yaml", ".yml")


def project_folder() -> Path:
    """The folder of dbt_project.yml: the working folder or the nearest one above it."""
    if (folder := find_project()) is None:
        raise AtpError(f"no dbt_project.yml in {Path.cwd()} or above it: run this in the project's folder")
    return folder


def find_project() -> Path | None:
    """The project's folder, if the working folder is in one."""
    try:
        here = Path.cwd()
    except OSError as error:
        raise AtpError("the working folder is gone: change to another folder") from error
    return next((folder for folder in (here, *here.parents) if (folder / "dbt_project.yml").is_file()), None)


def published_file(project: Path) -> Path:
    """The database that users open: ATP_TRADE_DB, else atp_trade.duckdb in the project's folder; links followed."""
    named = os.environ.get("ATP_TRADE_DB")
    path = without_links(Path(named) if named else project / "atp_trade.duckdb")
    if (path.exists() and not path.is_file()) or not path.parent.is_dir():
        raise AtpError(f"cannot publish to {path}: name a file in an existing folder in ATP_TRADE_DB")
    check_name(path)
    # dbt reads the path from the project on as an address, in which these have a meaning; DuckDB, what follows a `?`.
    found = re.search(r"[?]", str(path)) or re.search(r"#|^[A-Za-z][\w+.-]*:", os.path.relpath(path, project))
    if found:
        raise AtpError(f"cannot publish to {path}: name a folder without {found[0]!r} in ATP_TRADE_DB")
    if is_read_by_dbt(project, path):
        raise AtpError(f"cannot publish to {path}: dbt reads that folder; name another one in ATP_TRADE_DB")
    return path


def check_name(path: Path) -> None:
    """Refuse a file whose name makes a database that hides a schema, or that cannot be built under it."""
    # As DuckDB and dbt-duckdb call it: up to the first dot, but for dots that the name begins with. dbt strips spaces.
    database = path.name.lstrip(".").partition(".")[0]
    is_plain = re.fullmatch(r"[\w. -]+", path.name) and database == database.strip() != ""
    if not is_plain or database.lower() in RESERVED_NAMES:
        raise AtpError(
            f"cannot publish to {path}: in ATP_TRADE_DB, name the file with letters, digits, spaces, '.', '_' and '-', "
            f"up to its first dot with no space at an end, and not {', '.join(RESERVED_NAMES)}"
        )
    if len(os.fsencode(path.name)) > LONGEST_NAME_BYTES:
        raise AtpError(
            f"cannot publish to {path}: in ATP_TRADE_DB, name the file with at most {LONGEST_NAME_BYTES} bytes"
        )


def without_links(path: Path) -> Path:
    """A path with its links followed. AtpError if it leads nowhere, or where we may not look."""
    try:
        path = path.resolve()
        path.exists()
    except (OSError, RuntimeError, ValueError) as error:
        raise AtpError(f"{path} cannot be used ({getattr(error, 'strerror', error)}): name another path") from error
    return path


def is_read_by_dbt(project: Path, path: Path) -> bool:
    """Whether a path without links is one of dbt's folders, or below one."""
    return any((project / folder).resolve() in (path, *path.parents) for folder in DBT_FOLDERS)


def path_to_write(named: Path | None, usual: Path) -> Path:
    """Where a command writes what is not the published file, links followed. AtpError if dbt reads that folder.

    What is not named goes to its usual place in the project's folder, or in the working folder outside of a project.
    """
    project = find_project()
    path = without_links(named or (project or Path.cwd()) / usual)
    if project and is_read_by_dbt(project, path):
        raise AtpError(f"cannot write {path}: dbt reads that folder; name another one")
    return path


def file_to_read() -> Path:
    """The published file for those who only read it: with ATP_TRADE_DB, from any folder."""
    named = os.environ.get("ATP_TRADE_DB")
    return without_links(Path(named)) if named else published_file(project_folder())


@contextmanager
def opened(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database file to read. AtpError if it is not there, not a database, or being written, or cannot be read.

    What DuckDB says in the block is one sentence too; a caller to whom its own words matter takes them in the block.
    """
    if not database.exists():
        raise AtpError(f"{database} does not exist: run `make build` first")
    if not database.is_file():
        raise AtpError(f"{database} is not a file: move it away, or change ATP_TRADE_DB")
    # A reader with much to sort writes where DuckDB would for the file itself.
    with read_errors(database), duckdb.connect(config={"temp_directory": f"{database}.tmp"}) as connection:
        with open_errors(database):
            attach(connection, database)
        yield connection


def attach(connection: duckdb.DuckDBPyConnection, database: Path) -> None:
    """Read a database file under a name that hides none of its schemas, as a file's own name may."""
    connection.execute(f"attach {literal(str(database))} as {ALIAS} (type duckdb, read_only)")
    connection.execute(f"use {ALIAS}")


@contextmanager
def open_errors(database: Path) -> Iterator[None]:
    """What keeps a file from being opened, in one sentence each; of other errors, `read_errors` makes one."""
    try:
        yield
    except duckdb.Error as error:
        if "Could not set lock on file" in str(error):
            raise AtpError(f"another program is writing {database}: close it, then try again") from error
        if "newer version" in str(error) or "version number" in str(error):
            raise AtpError(
                f"{database} was written by a newer DuckDB than {duckdb.__version__}: "
                "move it away, or change ATP_TRADE_DB"
            ) from error
        if not os.access(database, os.R_OK):
            raise AtpError(f"{database} may not be read: change its permissions") from error
        if "not a valid DuckDB database" in str(error):
            raise AtpError(f"{database} is not a DuckDB database: move it away, or change ATP_TRADE_DB") from error
        raise


@contextmanager
def read_errors(database: Path) -> Iterator[None]:
    """What DuckDB says while a file is read, in one sentence."""
    try:
        yield
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        raise AtpError(
            f"{database} is not of this version of the project ({first_line(str(error))}): run `make build` first"
        ) from error
    except (NotImplementedError, RecursionError):
        raise
    except (duckdb.Error, RuntimeError) as error:
        # DuckDB raises RuntimeErrors too, one of them for Ctrl-C in a query.
        if isinstance(error, (duckdb.InterruptException, RuntimeError)) and "interrupt" in str(error).lower():
            raise KeyboardInterrupt from error
        raise AtpError(
            f"{database} cannot be read ({first_line(str(error))}): if it is damaged, move it away and run `make build`"
        ) from error


def first_line(message: str) -> str:
    """The sentence of a message of dbt or DuckDB: without headings, and without the traces below."""
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    if len(lines) > 1 and " Error in " in lines[0]:
        lines = lines[1:]
    lines = [line for line in lines if line not in ("Runtime Error", "Database Error", "Compilation Error")]
    # DuckDB's reason for an answer that it does not go on with.
    reasons = [line.removeprefix("Error: ") for line in lines if line.startswith("Error: ")]
    return (reasons or lines or ["no message"])[0]


def check_replaceable(published: Path) -> None:
    """Refuse to replace a file that is not the warehouse's, or that another program is writing."""
    if not published.exists():
        return
    with opened(published) as connection:
        found = {
            name
            for (name,) in connection.execute(
                """
                select schema_name || '.' || table_name from duckdb_tables() where not internal
                union all
                select schema_name || '.' || view_name from duckdb_views() where not internal
                union all
                select schema_name || '.' || function_name from duckdb_functions() where not internal
                union all
                select schema_name || '.' || sequence_name from duckdb_sequences()
                union all
                select schema_name || '.' || type_name from duckdb_types() where not internal
                """
            ).fetchall()
        }
    if found and OWN_TABLE not in found:
        raise AtpError(f"{published} holds something else than this warehouse: move it away, or change ATP_TRADE_DB")


def check_files(project: Path) -> None:
    """Refuse files that dbt would stumble over before it could name them."""
    files = (path for folder in DBT_FOLDERS for path in (project / folder).rglob("*") if path.suffix in TEXT_FILES)
    for file in sorted([project / "dbt_project.yml", *files]):
        name = file.relative_to(project)
        try:
            if not file.is_file():
                raise AtpError(f"{name} is not a file: move it away")
            lines = file.read_bytes().decode("utf-8").splitlines()
        except OSError as error:
            raise AtpError(f"{name} cannot be read: {error.strerror}") from error
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            raise AtpError(f"{name}, line {line}, is not UTF-8: save the file as UTF-8") from error
        if file.suffix == ".csv" and len(lines) < 2:
            raise AtpError(f"{name} has no rows: restore it")
