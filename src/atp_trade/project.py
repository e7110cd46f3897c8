"""Where the project and the published file are, and whether they can be used: every refusal is one sentence."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from atp_trade import AtpError

# dbt reads everything below these, so nothing may be built there.
DBT_FOLDERS = ("analyses", "macros", "models", "seeds", "tests")
# Names that DuckDB gives to databases of its own, and the schemas, which a database's name would hide.
RESERVED_NAMES = ("main", "system", "temp", "seeds", "staging", "marts", "report", "audit", "metrics", "meta")
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
    if not re.fullmatch(r"[\w. -]+", path.name) or path.stem.lower() in RESERVED_NAMES:
        raise AtpError(
            f"cannot publish to {path}: in ATP_TRADE_DB, name the file with letters, digits, spaces, '.', '_' and '-', "
            f"and not {', '.join(RESERVED_NAMES)}"
        )
    if is_read_by_dbt(project, path):
        raise AtpError(f"cannot publish to {path}: dbt reads that folder; name another one in ATP_TRADE_DB")
    return path


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
    """A database file to read. AtpError if it is not there, not a database, or being written."""
    if not database.exists():
        raise AtpError(f"{database} does not exist: run `make build` first")
    if not database.is_file():
        raise AtpError(f"{database} is not a file: move it away, or change ATP_TRADE_DB")
    try:
        connection = duckdb.connect(str(database), read_only=True)
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
        raise AtpError(f"{database} is not a DuckDB database: move it away, or change ATP_TRADE_DB") from error
    with connection:
        try:
            yield connection
        except RuntimeError as error:
            # What DuckDB makes of Ctrl-C in a query.
            if "interrupt" in str(error).lower():
                raise KeyboardInterrupt from error
            raise


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
