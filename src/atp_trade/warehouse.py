"""The published file: how it is opened, and what it says of itself. Every refusal is one sentence."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from atp_trade import AtpError

# The schemas for readers, in the order in which they are listed, and what each is for; dbt_project.yml gives those that
# dbt builds public access.
SCHEMAS = {
    "marts": "The public interface, for analysis.",
    "printed": "The report's tables and figures as the report prints them.",
    "page": "What the project's web page shows beyond the report.",
    "audit": "The verdicts on every number and statement of the report, and the working behind them.",
    "meta": "Which build produced the file, the tests that it passed, the worked questions, and which notes apply.",
}
# Those of them that dbt builds.
PUBLIC_SCHEMAS = tuple(schema for schema in SCHEMAS if schema != "meta")
# A reader can look into these, but they change without notice.
INTERNAL_SCHEMAS = ("seeds", "staging", "core", "metrics")
# What a database may not be called: DuckDB's own databases and schemas, and our schemas, which its name would hide.
RESERVED_NAMES = ("main", "system", "temp", "information_schema", "pg_catalog", *SCHEMAS, *INTERNAL_SCHEMAS)
# Most file systems allow 255 bytes, and what is beside the file while it is built has longer names.
LONGEST_NAME_BYTES = 200
# What readers call the database, whatever its file is called: a name that hides no schema.
ALIAS = "atp_trade"
# A column's ending is its unit.
UNITS = {
    "_usd_millions": "millions of current U.S. dollars",
    "_usd_billions": "billions of current U.S. dollars",
    "_pct": "percent",
    "_pp": "percentage points",
    "_hhi": "Herfindahl-Hirschman index, at most 10,000",
    "_ratio": "ratio",
    "_rank": "rank, 1 = first",
    "_rank_in_region": "rank, 1 = first",
    "_rank_change": "ranks",
    "_members": "number of members",
    "_year": "calendar year",
}
# meta.build: each column's type and description, in the order of the table.
BUILD = {
    "built_at_utc": ("timestamp", "When the build was published, UTC."),
    "atp_version": ("varchar", "Version of this project."),
    "git_commit": ("varchar", "Commit that was built; NULL outside a git checkout."),
    "has_uncommitted_changes": ("boolean", "Whether files differed from that commit; NULL outside one."),
    "dbt_version": ("varchar", "Version of dbt-core."),
    "duckdb_version": ("varchar", "Version of DuckDB that wrote the file."),
    "made_from": (
        "varchar",
        "SHA-256 digest of all that the build depends on: files, package, versions; NULL if that changed meanwhile.",
    ),
    "models_built": ("integer", "Models that were built."),
    "seeds_loaded": ("integer", "Seeds that were loaded."),
    "data_tests_passed": ("integer", "Data tests that passed: all there are, or nothing is published."),
    "unit_tests_passed": ("integer", "Unit tests that passed: all there are, or nothing is published."),
    "sources": ("varchar", "Source and vintage of the values, each as in `marts.dim_source`."),
    "is_synthetic": ("boolean", "Whether values in this file are made up, by `atp synthesize`."),
}
# What says that values are made up: their source, and a prefix wherever the file or what is made from it has a title.
SYNTHETIC_SOURCE, SYNTHETIC_PREFIX = "synthetic", "SYNTHETIC, made-up trade: "
SYNTHETIC_SENTENCE = "SYNTHETIC: this file has made-up trade, and is no data of anybody."
BUILD_TYPES = {name: kind.upper() for name, (kind, _) in BUILD.items()}
MAY_BE_UNKNOWN = ("git_commit", "has_uncommitted_changes", "made_from")


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


@contextmanager
def published(database: Path) -> Iterator[tuple[duckdb.DuckDBPyConnection, dict[str, Any]]]:
    """A published file to pass on, and the row of its build. AtpError if no green build made it, or it cannot be read.

    Every command that makes something from the file takes it from here; `opened` is for those who only look at it.
    """
    with opened(database) as connection:
        yield connection, read_build(connection, database)


@contextmanager
def opened(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database file to read. AtpError if it does not exist, is not a database, is being written, or cannot be read.

    DuckDB's errors inside the block become one sentence too; a caller that needs its own words catches them inside.
    """
    if not database.exists():
        raise AtpError(f"{database} does not exist: run `make build` first, or name another file with --db")
    if not database.is_file():
        raise AtpError(f"{database} is not a file: move it away, or name another file with --db")
    # A reader with much to sort writes where DuckDB would for the file itself.
    with read_errors(database), duckdb.connect(config={"temp_directory": f"{database}.tmp"}) as connection:
        with open_errors(database):
            attach(connection, database)
        yield connection


def attach(connection: duckdb.DuckDBPyConnection, database: Path) -> None:
    """Read a database file under a name that hides none of its schemas, as its own may: D12 in DECISIONS.md."""
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
                "move it away, or name another file with --db"
            ) from error
        if not os.access(database, os.R_OK):
            raise AtpError(f"{database} may not be read: change its permissions") from error
        if "not a valid DuckDB database" in str(error):
            raise AtpError(
                f"{database} is not a DuckDB database: move it away, or name another file with --db"
            ) from error
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
    # DuckDB's reason when it does not finish an answer.
    reasons = [line.removeprefix("Error: ") for line in lines if line.startswith("Error: ")]
    return (reasons or lines or ["no message"])[0]


def read_build(connection: duckdb.DuckDBPyConnection, published: Path) -> dict[str, Any]:
    """The row of meta.build, by column. AtpError if there is none: no `atp build`, or an old one, made the file."""
    try:
        found = connection.sql("select * from meta.build")
        (build,) = as_dicts(found)
        if dict(zip(found.columns, map(str, found.types), strict=True)) != BUILD_TYPES:
            raise ValueError("other columns")
        if any(value is None for name, value in build.items() if name not in MAY_BE_UNKNOWN):
            raise ValueError("no value")
        # A time that Python has no type for comes as a text.
        if not isinstance(build["built_at_utc"], datetime):
            raise ValueError("no time")
    except (duckdb.CatalogException, ValueError, OverflowError) as error:
        raise AtpError(f"{published} has no build record (meta.build): build it with `make build`") from error
    return build


@contextmanager
def published_data(database: Path, wanted: str) -> Iterator[tuple[duckdb.DuckDBPyConnection, dict[str, Any]]]:
    """A published file to pass on where made-up trade must not get to: AtpError if the file has any."""
    with published(database) as (connection, build):
        if build["is_synthetic"]:
            raise AtpError(f"{database} has synthetic trade, which is made up and not for {wanted}: name another file")
        yield connection, build


def is_synthetic(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether a database says that values in it are made up; one without a record of its build does not."""
    try:
        return (True,) in connection.execute("select is_synthetic from meta.build").fetchall()
    except (duckdb.CatalogException, duckdb.BinderException):
        return False


def titled(text: str, build: dict[str, Any]) -> str:
    """A title of what is made from a file, which says so if values in it are made up."""
    return f"{SYNTHETIC_PREFIX}{text}" if build["is_synthetic"] else text


def as_dicts(found: duckdb.DuckDBPyRelation) -> list[dict[str, Any]]:
    """The rows of an answer, each by column."""
    return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


def identifier(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


@dataclass(frozen=True)
class Column:
    """A column; `type` is DuckDB's, `comment` its description."""

    name: str
    type: str
    is_nullable: bool
    comment: str

    @property
    def unit(self) -> str | None:
        """The unit of its numbers, by the ending of its name; None for what has none."""
        endings = [ending for ending in UNITS if self.name.endswith(ending)]
        return UNITS[max(endings, key=len)] if endings else None


@dataclass(frozen=True)
class Relation:
    """A table with its columns in order; `primary_key` is empty where none is declared."""

    schema: str
    name: str
    comment: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...]

    @property
    def qualified_name(self) -> str:
        """Schema and name, to put into SQL."""
        return f"{identifier(self.schema)}.{identifier(self.name)}"

    @property
    def row_order(self) -> str:
        """What to order the rows by, so that they always come in the same order."""
        return ", ".join(map(identifier, self.primary_key)) or "all"


def relations(connection: duckdb.DuckDBPyConnection, *schemas: str) -> list[Relation]:
    """The relations of some schemas, schema by schema as they are named, and by name in each."""
    keys = {
        (schema, table): tuple(columns)
        for schema, table, columns in connection.execute(
            """
            select schema_name, table_name, constraint_column_names from duckdb_constraints()
            where constraint_type = 'PRIMARY KEY' and database_name = current_database()
            """
        ).fetchall()
    }
    columns: dict[tuple[str, str], list[Column]] = {}
    for schema, table, *facts in connection.execute(
        """
        select schema_name, table_name, column_name, data_type, is_nullable, coalesce(comment, '') from duckdb_columns()
        where database_name = current_database() order by schema_name, table_name, column_index
        """
    ).fetchall():
        columns.setdefault((schema, table), []).append(Column(*facts))
    found = connection.execute(
        """
        select schema_name, table_name, coalesce(comment, '') from duckdb_tables()
        where database_name = current_database()
        union all
        select schema_name, view_name, coalesce(comment, '') from duckdb_views()
        where database_name = current_database() and not internal
        order by schema_name, table_name
        """
    ).fetchall()
    return [
        Relation(schema, name, comment, tuple(columns[schema, name]), keys.get((schema, name), ()))
        for wanted in schemas
        for schema, name, comment in found
        if schema == wanted
    ]


def foreign_keys(
    connection: duckdb.DuckDBPyConnection, relation: Relation, others: list[Relation]
) -> list[tuple[Relation, tuple[str, ...]]]:
    """The dimensions (`dim_...`) whose key a relation has, and the key's columns: where every row finds its member."""
    found = []
    for dimension in others:
        key = dimension.primary_key
        names = {column.name for column in relation.columns}
        if dimension == relation or not dimension.name.startswith("dim_") or not key or not names.issuperset(key):
            continue
        columns = ", ".join(map(identifier, key))
        ((strays,),) = connection.execute(
            f"select count(*) from {relation.qualified_name} anti join {dimension.qualified_name} using ({columns})"
        ).fetchall()
        if strays == 0:
            found.append((dimension, key))
    return found


def first_sentence(text: str) -> str:
    """A text up to its first full stop; those in U.S. do not count."""
    return re.split(r"(?<=[a-z0-9)])\.(?: |$)", text, maxsplit=1)[0]
