"""Where things are: the project, the folders that dbt reads, the published file, and the folder it is built in."""

from __future__ import annotations

import fcntl
import os
import re
import stat
import sys
from pathlib import Path

from atp_trade import AtpError

DATABASE = "atp_trade.duckdb"
# What DuckDB adds to a file's name for its logs, which it replays into the file of that name.
LOGS = (".wal", ".wal.checkpoint", ".wal.recovery")
# Where `atp load` keeps what it has loaded, in the project's folder.
DATA = "data"
# In that folder, product trade and the lists of products.
PRODUCT_TRADE, PRODUCT_LISTS = "census_hs", "census_lists"
# Another folder for it. That of made-up trade is `atp synthesize`'s, and what is built from it has a file of its own.
DATA_VARIABLE, SYNTHETIC = "ATP_TRADE_DATA", "synthetic"
SYNTHETIC_DATABASE = "atp_trade_synthetic.duckdb"
DBT_FOLDERS = ("analyses", "macros", "models", "seeds", "tests/dbt")


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


def is_read_by_dbt(project: Path, path: Path) -> bool:
    """Whether a path, its links resolved, is one of dbt's folders, or below one."""
    return any((project / folder).resolve() in (path, *path.parents) for folder in DBT_FOLDERS)


def file_to_read() -> Path:
    """The published file: the one that is named, else the project's, or the working folder's; links followed."""
    if named := os.environ.get("ATP_TRADE_DB"):
        return without_links(Path(named))
    name = SYNTHETIC_DATABASE if os.environ.get(DATA_VARIABLE) == SYNTHETIC else DATABASE
    folder = find_project()
    if folder is None and not (Path.cwd() / name).exists():
        raise AtpError(f"there is no {name} in {Path.cwd()}, and no project: name the file with --db FILE")
    return without_links((folder or Path.cwd()) / name)


def data_folder(project: Path) -> Path:
    """The folder of the raw store, which builds read. AtpError if its variable names none in the project."""
    named = os.environ.get(DATA_VARIABLE) or DATA
    if not re.fullmatch(r"[A-Za-z0-9][\w. -]*", named):
        raise AtpError(f"{DATA_VARIABLE} has no name of a folder in the project, but {named!r}: correct it")
    if any(named == folder.partition("/")[0] for folder in (*DBT_FOLDERS, "profiles", "src")):
        raise AtpError(f"{DATA_VARIABLE} is {named}, a folder of the project itself: name another one")
    return project / named


def folder_beside(published: Path) -> Path:
    """The folder in which the published file is built, and where the record of that build stays."""
    return published.parent / f".{published.name}.build"


def logs_of(database: Path) -> list[Path]:
    """The logs that DuckDB may have left beside a database file."""
    return [database.with_name(database.name + log) for log in LOGS]


def without_links(path: Path) -> Path:
    """A path with its links followed. AtpError if it leads nowhere, or where we may not look."""
    try:
        path = path.resolve()
        path.exists()
    except (OSError, RuntimeError, ValueError) as error:
        raise AtpError(f"{path} cannot be used ({getattr(error, 'strerror', error)}): name another path") from error
    return path


def check_own(path: Path, *kinds: int) -> None:
    """Refuse a link, or what belongs to another user, where a build writes and removes."""
    found = path.lstat()
    if stat.S_IFMT(found.st_mode) not in kinds or found.st_uid != os.geteuid():
        raise AtpError(f"cannot build in {path}: it is a link, another user's, or not what a build makes: move it away")


def wait_for(lock: int, running: str) -> None:
    """Take the lock of an open file; say so if another process, such as a build, has to end first."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print(f"atp: another {running} is running; waiting for it", file=sys.stderr)
        fcntl.flock(lock, fcntl.LOCK_EX)
