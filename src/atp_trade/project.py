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
# Names that DuckDB gives to databases of its own.
RESERVED_NAMES = ("main", "system", "temp")


def project_folder() -> Path:
    """The folder of dbt_project.yml: the working folder or the nearest one above it."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "dbt_project.yml").is_file():
            return folder
    raise AtpError(f"no dbt_project.yml in {here} or above it: run this in the project's folder")


def published_file(project: Path) -> Path:
    """The database that users open: ATP_TRADE_DB, else atp_trade.duckdb in the project's folder; links followed."""
    named = os.environ.get("ATP_TRADE_DB")
    path = (Path(named) if named else project / "atp_trade.duckdb").resolve()
    if path.is_dir() or not path.parent.is_dir():
        raise AtpError(f"cannot publish to {path}: name a file in an existing folder in ATP_TRADE_DB")
    if not re.fullmatch(r"[\w. -]+", path.name) or path.stem.lower() in RESERVED_NAMES:
        raise AtpError(
            f"cannot publish to {path}: in ATP_TRADE_DB, name the file with letters, digits, spaces, '.', '_' and '-', "
            f"and not {', '.join(RESERVED_NAMES)}"
        )
    if is_read_by_dbt(project, path):
        raise AtpError(f"cannot publish to {path}: dbt reads that folder; name another one in ATP_TRADE_DB")
    return path


def is_read_by_dbt(project: Path, path: Path) -> bool:
    """Whether a path without links is one of dbt's folders, or below one."""
    return any((project / folder).resolve() in (path, *path.parents) for folder in DBT_FOLDERS)


@contextmanager
def opened(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database file to read. AtpError if it is not there, not a database, or being written."""
    if not database.exists():
        raise AtpError(f"{database} does not exist: run `make build` first")
    try:
        connection = duckdb.connect(str(database), read_only=True)
    except duckdb.Error as error:
        if "lock" in str(error):
            raise AtpError(f"another program is writing {database}: close it, then try again") from error
        raise AtpError(f"{database} is not a DuckDB database: move it away, or change ATP_TRADE_DB") from error
    with connection:
        yield connection


def check_replaceable(published: Path) -> None:
    """Refuse to replace a file that is not the warehouse's, or that another program is writing."""
    if not published.exists():
        return
    with opened(published) as connection:
        schemas = {row[0] for row in connection.execute("select schema_name from duckdb_tables()").fetchall()}
    if schemas and not schemas & {"seeds", "marts"}:
        raise AtpError(f"{published} holds tables of something else: move it away, or change ATP_TRADE_DB")


def check_seed_files(project: Path) -> None:
    """Refuse seeds that dbt would stumble over before it could name the file."""
    for seed in sorted((project / "seeds").rglob("*.csv")):
        name = seed.relative_to(project)
        try:
            lines = seed.read_bytes().decode("utf-8").splitlines()
        except OSError as error:
            raise AtpError(f"{name} cannot be read: {error.strerror}") from error
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            raise AtpError(f"{name}, line {line}, is not UTF-8: save the file as UTF-8") from error
        if len(lines) < 2:
            raise AtpError(f"{name} has no rows: restore it")
