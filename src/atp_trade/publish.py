"""Publish: what a build made in a folder beside the published file takes its place in one step, or not at all."""

from __future__ import annotations

import os
import re
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from atp_trade import AtpError
from atp_trade.dbt import locked
from atp_trade.files import flush, give, rights
from atp_trade.places import check_own, file_to_read, folder_beside, is_read_by_dbt, logs_of
from atp_trade.warehouse import check_name, first_line, identifier, is_synthetic, opened

# A table that only this warehouse has: its file may be replaced. A seed, which a half-finished `dbt build` leaves too.
OWN_TABLE = "seeds.technologies"
# What a build writes beside the published file, with room for dbt's logs: side file, artefacts, parse cache.
NEEDED_MB = 64


def published_file(project: Path) -> Path:
    """The file that a build of the project publishes. AtpError if it cannot be built, or replaced, under its name."""
    path = file_to_read()
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


@contextmanager
def side_folder(published: Path) -> Iterator[tuple[Path, int]]:
    """The folder beside the published file that one build at a time works in, and the lock's descriptor.

    It is on the same file system, so that the rename is atomic, and keeps dbt's parse cache between builds.
    The side file has the published file's name, because dbt's SQL calls the database by it.
    """
    folder = folder_beside(published)
    with locked(folder) as lock:
        # dbt and DuckDB would follow a link wherever they write.
        for place, folders, files in os.walk(folder):
            for name in (*folders, *files):
                check_own(Path(place, name), stat.S_IFDIR, stat.S_IFREG)
        try:
            remove_database(folder / published.name)
            yield folder, lock
        finally:
            remove_database(folder / published.name)


def check_room(folder: Path) -> None:
    """Refuse to begin on a disk that dbt would fill: it fails there with a traceback for every line it logs."""
    free_mb = shutil.disk_usage(folder).free // 1_000_000
    if free_mb < NEEDED_MB:
        raise AtpError(f"cannot build in {folder}: {free_mb} MB are free there, and a build needs {NEEDED_MB} MB")


def remove_database(path: Path) -> None:
    """Remove a side file, and what DuckDB keeps beside it."""
    path.unlink(missing_ok=True)
    remove_logs(path)
    shutil.rmtree(path.with_name(path.name + ".tmp"), ignore_errors=True)


def remove_logs(path: Path) -> None:
    """Remove the logs beside a database file, which DuckDB would replay into the next file of that name."""
    for log in logs_of(path):
        log.unlink(missing_ok=True)


def publish(
    side_file: Path,
    published: Path,
    finish: Callable[[duckdb.DuckDBPyConnection], None] = lambda _: None,
    keep: Callable[[Path], None] = lambda _: None,
) -> None:
    """Finish a complete side file, and put it, safe on the disk, in the published file's place in one step.

    `keep` gets the side file as it is published, to keep a record of it.
    """
    try:
        with duckdb.connect(str(side_file)) as connection:
            finish(connection)
            connection.execute("checkpoint")
        if side_file.with_name(side_file.name + ".wal").exists():
            raise AtpError(f"{side_file} was not written out; {published} is as it was: build again")
        made_up = check_readable(side_file)
        check_replaceable(published)
        check_not_mistaken(published, made_up=made_up)
        if published.exists():
            give(side_file, rights(published), published)
        flush(side_file)
        keep(side_file)
        # A killed `dbt build` by hand may have left a log there; DuckDB would replay it into the new file.
        remove_logs(published)
        side_file.replace(published)
        flush(published.parent)
    except (OSError, RuntimeError, duckdb.Error) as error:
        raise AtpError(f"cannot publish {published}, it is as it was: {first_line(str(error))}") from error


def check_readable(database: Path) -> bool:
    """Read every row: DuckDB checks each block that it reads against its checksum, and raises on a broken one.

    Returns whether values in it are made up.
    """
    with duckdb.connect(str(database), read_only=True) as connection:
        for schema, table in connection.execute("select schema_name, table_name from duckdb_tables()").fetchall():
            connection.execute(f"select max(hash(columns(*))) from {identifier(schema)}.{identifier(table)}").fetchall()
        return is_synthetic(connection)


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
        raise AtpError(
            f"{published} holds something else than this warehouse: move it away, or name another file with --db"
        )


def check_not_mistaken(published: Path, *, made_up: bool) -> None:
    """Refuse to put made-up trade in the place of data. Data may take the place of made-up trade."""
    if not made_up or not published.exists():
        return
    with opened(published) as connection:
        # A file without a relation, such as an empty one, has nothing to be mistaken for.
        is_data = not is_synthetic(connection) and connection.execute("from duckdb_tables()").fetchone()
    if is_data:
        raise AtpError(
            f"{published} has data, and synthetic trade never takes their place: build it with "
            "`atp build --synthetic` into a file of its own"
        )
