"""Build into a side file, test it there, and rename it over the published one when all is green."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import duckdb

from atp_trade import AtpError
from atp_trade.dbt import DbtProgress, say
from atp_trade.files import check_rights, flush, give, rights
from atp_trade.meta import write_build
from atp_trade.project import check_files, check_replaceable, first_line, project_folder, published_file
from atp_trade.questions import write_questions
from atp_trade.warehouse import as_dicts

SHOWN_ROWS = 5
# What a build writes beside the published file, with room for dbt's logs: side file, artefacts, parse cache.
NEEDED_MB = 64
# Less than a block of the database, or a write of dbt's log.
FULL_BYTES = 1_000_000
# What DuckDB adds to a file's name for its logs.
LOGS = (".wal", ".wal.checkpoint", ".wal.recovery")


@contextmanager
def locked(folder: Path) -> Iterator[int]:
    """Hold a folder, made if it is missing, for one build at a time; the lock's descriptor.

    AtpError if it is not a folder of our own: a build removes what is in it.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            # What is built there may be for few eyes, as the published file may be.
            folder.mkdir(0o700)
        check_own(folder, stat.S_IFDIR)
        if os.path.lexists(folder / "lock"):
            check_own(folder / "lock", stat.S_IFREG)
        lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
    except OSError as error:
        raise AtpError(f"cannot build in {folder}: {error.strerror} ({error.filename})") from error
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("atp: another build is running; waiting for it", file=sys.stderr)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock
    finally:
        os.close(lock)


def check_own(path: Path, *kinds: int) -> None:
    """Refuse a link, or what belongs to another user, in a place where a build writes and removes."""
    found = path.lstat()
    if stat.S_IFMT(found.st_mode) not in kinds or found.st_uid != os.geteuid():
        raise AtpError(f"cannot build in {path}: it is a link, another user's, or not what a build makes: move it away")


@contextmanager
def side_folder(published: Path) -> Iterator[tuple[Path, int]]:
    """The folder beside the published file that one build at a time works in, and the lock's descriptor.

    It is on the same file system, so that the rename is atomic, and keeps dbt's parse cache between builds.
    The side file has the published file's name, because dbt's SQL calls the database by it.
    """
    folder = published.parent / f".{published.name}.build"
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
    for log in LOGS:
        path.with_name(path.name + log).unlink(missing_ok=True)


def build() -> Path:
    """Build, test and publish; the path of the published file. AtpError if anything is red: nothing is published."""
    project = project_folder()
    published = published_file(project)
    check_replaceable(published)
    check_files(project)
    with side_folder(published) as (folder, lock):
        check_room(folder)
        if published.exists():
            with tempfile.NamedTemporaryFile(dir=folder) as probe:
                check_rights(Path(probe.name), published)
        side_file = folder / published.name
        target = folder / "target"
        run_results = target / "run_results.json"
        run_results.unlink(missing_ok=True)
        # Relative to the project, so that dbt's parse cache holds wherever the project's folder moves.
        settings = {"ATP_TRADE_DB": os.path.relpath(side_file, project)}
        try:
            returncode, messages = run_dbt(project, ["build"], lock, target, folder / "logs", settings)
        except KeyboardInterrupt:
            raise AtpError(f"interrupted; {published} is as it was") from None
        if returncode != 0:
            if shutil.disk_usage(folder).free < FULL_BYTES:
                raise AtpError(f"the disk of {folder.parent} is full, and {published} is as it was: make room there")
            problems = "\n".join(failures(run_results, messages, partial(first_rows, side_file)))
            raise AtpError(f"the build is red, and {published} is as it was\n{problems}")
        say("checking every row before it is published")
        publish(side_file, published, partial(write_meta, project=project, target=target))
    return published


def write_meta(connection: duckdb.DuckDBPyConnection, project: Path, target: Path) -> None:
    """Write the schema meta into a database that dbt has built: which build it is, and the questions it answers."""
    write_build(connection, project, target / "run_results.json")
    write_questions(connection, target / "manifest.json")


def run_dbt(
    project: Path,
    arguments: list[str],
    lock: int,
    target: Path,
    logs: Path,
    settings: dict[str, str],
    problem: Callable[[], str | None] = lambda: None,
) -> tuple[int, list[str]]:
    """Run dbt and show how far it is; its exit code, and what it said but for the results of its nodes.

    A process of its own, because dbt within this one would keep the database open. It holds the lock too, so that a
    next build waits for it even if this process is killed. Ctrl-C ends it at once: what it wrote is not published. So
    does a problem that the caller sees while dbt runs.
    """
    # dbt takes options from DBT_ variables too: one could leave out the tests, and what is published must have passed.
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("DBT_") or name.startswith("DBT_ENV_SECRET_")
    }
    progress = DbtProgress()
    # Events for us; the log file stays as people know it.
    logging = ["--log-format", "json", "--log-format-file", "debug", "--no-use-colors"]
    dbt = subprocess.Popen(
        [Path(sys.executable).with_name("dbt"), *arguments, *logging],
        cwd=project,
        env={
            **inherited,
            **settings,
            "DBT_PROFILES_DIR": str(project / "profiles"),
            "DBT_TARGET_PATH": str(target),
            "DBT_LOG_PATH": str(logs),
        },
        pass_fds=(lock,),
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    follower = threading.Thread(target=progress.follow, args=(dbt.stdout,))
    with progress.shown():
        follower.start()
        try:
            while dbt.poll() is None:
                with suppress(subprocess.TimeoutExpired):
                    dbt.wait(timeout=2)
                if stopped := problem():
                    raise AtpError(stopped)
        finally:
            if dbt.poll() is None:
                os.killpg(dbt.pid, signal.SIGKILL)
                dbt.wait()
            follower.join()
    return dbt.returncode, progress.messages


def publish(
    side_file: Path, published: Path, finish: Callable[[duckdb.DuckDBPyConnection], None] = lambda _: None
) -> None:
    """Finish a complete side file, and put it, safe on the disk, in the published file's place in one step."""
    try:
        with duckdb.connect(str(side_file)) as connection:
            finish(connection)
            connection.execute("checkpoint")
        if side_file.with_name(side_file.name + ".wal").exists():
            raise AtpError(f"{side_file} was not written out; {published} is as it was: build again")
        check_readable(side_file)
        check_replaceable(published)
        if published.exists():
            give(side_file, rights(published), published)
        flush(side_file)
        # A killed `dbt build` by hand may have left a log there; DuckDB would replay it into the new file.
        remove_logs(published)
        side_file.replace(published)
        flush(published.parent)
    except (OSError, RuntimeError, duckdb.Error) as error:
        raise AtpError(f"cannot publish {published}, it is as it was: {first_line(str(error))}") from error


def check_readable(database: Path) -> None:
    """Read every row: DuckDB holds each block that it reads to its checksum, and raises on a broken one."""
    with duckdb.connect(str(database), read_only=True) as connection:
        for schema, table in connection.execute("select schema_name, table_name from duckdb_tables()").fetchall():
            connection.execute(f'select max(hash(columns(*))) from "{schema}"."{table}"').fetchall()


def failures(run_results: Path, messages: list[str], read_rows: Callable[[str], list[dict]]) -> Iterator[str]:
    """Each red node of a dbt run: dbt's message, or the first rows that a test found, read by the given function."""
    if not run_results.is_file():
        yield "dbt broke off; the last that it said:"
        yield from messages
        return
    for result in json.loads(run_results.read_text())["results"]:
        name = result["unique_id"].split(".")[2]
        if result["status"] == "error":
            sentence = first_line(result["message"])
            file = re.search(r"\((\S+)\)$", result["message"].splitlines()[0])
            yield f"- {name}: {sentence}" if not file or file[1] in sentence else f"- {name}: {file[1]}: {sentence}"
        elif result["status"] == "fail":
            yield f"- {name}: {result['failures']} row(s)"
            if result["unique_id"].startswith("test."):
                try:
                    for row in read_rows(result["compiled_code"]):
                        yield "    " + (row.get("problem") or ", ".join(f"{k}={v}" for k, v in row.items()))
                except AtpError as error:
                    yield f"    (its rows cannot be shown: {error})"


def first_rows(database: Path, sql: str) -> list[dict]:
    """The first rows of a query on a database file."""
    try:
        with duckdb.connect(str(database), read_only=True) as connection:
            return as_dicts(connection.sql(sql).limit(SHOWN_ROWS))
    except duckdb.Error as error:
        raise AtpError(first_line(str(error))) from error
