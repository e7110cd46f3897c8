"""Build the warehouse on Apache Spark: on a cluster that runs on this machine during the build, or on yours."""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from queue import Empty, Queue

from atp_trade import AtpError
from atp_trade.dbt import RED, RUN_RESULTS, SHOWN_ROWS, check_files, failures, left_out, locked, read_results, run_dbt
from atp_trade.outlets.spark_cluster import LOOPBACK, local_cluster
from atp_trade.places import data_folder, project_folder
from atp_trade.warehouse import first_line

# Spark's documented port for its Thrift server.
DEFAULT_PORT = 10000
LOGIN_SECONDS = 60
# What a server that could not close a session says, and how often we retry what it spoiled.
UNCLOSED = "TCloseSessionResp"
RETRIES = 2
# Says something of a model's SQL, whatever runs it, and takes a fifth of the time: D89 in DECISIONS.md.
TESTED_ON_DUCKDB = "ignores_other_sources"


def build_spark() -> str:
    """Build and test on Spark; return where the tables are. AtpError if anything is red.

    SPARK_HOST and SPARK_PORT name a Thrift server that exists; without a host, a cluster is started below the
    project's build/spark and stopped again, and its tables stay there.
    """
    project = project_folder()
    check_files(project)
    host, port = os.environ.get("SPARK_HOST"), port_number(os.environ.get("SPARK_PORT"))
    folder = project / "build" / "spark"
    try:
        with locked(folder) as lock:
            if host:
                build_on(project, folder, lock, host, port or DEFAULT_PORT)
                return f"the Spark cluster at {host}"
            print("starting a Spark cluster: master, two workers, Thrift server", flush=True)
            with local_cluster(folder, thrift_port=port) as cluster:
                build_on(project, folder, lock, LOOPBACK, cluster.thrift_port, cluster.problem)
            return str((folder / "warehouse").relative_to(project))
    except KeyboardInterrupt:
        raise AtpError("interrupted: tables on Spark may be of two builds; build again") from None
    except OSError as error:
        raise AtpError(f"cannot build in {folder} ({error.strerror}: {error.filename}): move that away") from error


def port_number(text: str | None) -> int:
    """SPARK_PORT, 0 if it is not set."""
    if not text:
        return 0
    if not text.isascii() or not text.isdigit() or len(text) > 5 or not 0 < int(text) < 65536:
        raise AtpError(f"SPARK_PORT is {text!r}: give a port number from 1 to 65535")
    return int(text)


def build_on(
    project: Path,
    folder: Path,
    lock: int,
    host: str,
    port: int,
    problem: Callable[[], str | None] = lambda: None,
) -> None:
    """Run `dbt build` against a Thrift server that lets us in, until a problem of the servers makes that pointless."""
    log_in(host, port)
    target = folder / "target"
    (target / RUN_RESULTS).unlink(missing_ok=True)
    settings = {"SPARK_HOST": host, "SPARK_PORT": str(port), "SPARK_LOADED": loaded(project)}
    results = []

    def run(command: str) -> tuple[int, list[str]]:
        arguments = [command, "--target", "spark"]
        if command == "build":
            arguments += ["--exclude", f"test_name:{TESTED_ON_DUCKDB}"]
        ended = run_dbt(project, arguments, lock, target, folder / "logs", settings, problem)
        # Results of what was tried again come after the first ones, and count.
        results.extend(read_results(target) if (target / RUN_RESULTS).is_file() else [])
        return ended

    returncode, messages = run("build")
    for _ in range(RETRIES):
        if returncode == 0 or not only_unclosed(target, messages):
            break
        returncode, messages = run("retry" if (target / RUN_RESULTS).is_file() else "build")
    if returncode != 0:
        if stopped := problem():
            raise AtpError(stopped)
        problems = "\n".join(failures(target, messages, partial(first_rows, host, port)))
        raise AtpError(f"the build on Spark is red, and its tables are not to be relied on\n{problems}")
    if sentence := left_out(target, results, TESTED_ON_DUCKDB):
        raise AtpError(f"the tables on Spark are not to be relied on: {sentence}")


def loaded(project: Path) -> str:
    """The project's path, and the last file in each of its folders of loaded files, for `macros/spark.sql`."""
    files = sorted(file.relative_to(project) for file in data_folder(project).rglob("[!.]*.parquet"))
    latest = {file.parent.as_posix(): file.name for file in files}
    return json.dumps({"project": str(project.absolute()), "latest": latest})


def only_unclosed(target: Path, messages: list[str]) -> bool:
    """Whether everything red is so only because the server could not close the session in which it ran.

    It happens now and then on busy machines: Spark's package lacks a class of Hive that is then looked for. dbt, which
    has a session for each node, takes it for the node's failure; before the first node, it stops.
    """
    if not (target / RUN_RESULTS).is_file():
        return any(UNCLOSED in message for message in messages)
    red = [result["message"] or "" for result in read_results(target) if result["status"] in RED]
    return red != [] and all(UNCLOSED in message for message in red)


def log_in(host: str, port: int) -> None:
    """Check that a query is answered within a bounded time; AtpError with the reason if not."""
    try:
        socket.create_connection((host, port), timeout=LOGIN_SECONDS).close()
    except (OSError, UnicodeError) as error:
        raise AtpError(
            f"no Spark Thrift server can be reached at {host!r}, port {port} ({error}): "
            "give a name or an address in SPARK_HOST, the port in SPARK_PORT"
        ) from error
    answer: Queue[AtpError | None] = Queue()
    threading.Thread(target=lambda: answer.put(try_query(host, port)), daemon=True).start()
    try:
        problem = answer.get(timeout=LOGIN_SECONDS)
    except Empty:
        problem = AtpError(
            f"{host}:{port} is open but did not answer a query in {LOGIN_SECONDS} s: is it Spark Thrift?"
        )
    if problem:
        raise problem


def try_query(host: str, port: int) -> AtpError | None:
    """What keeps the smallest query from being answered, if anything does."""
    try:
        first_rows(host, port, "select 1 as one")
    except AtpError as error:
        return error
    return None


def first_rows(host: str, port: int, sql: str) -> list[dict]:
    """The first rows of a query on a Thrift server, as the profile logs in: SPARK_USER and the password's variable."""
    try:
        from pyhive import hive
    except ImportError as error:
        raise AtpError("Spark's client is not installed here: `make build-spark` sets it up") from error
    password = os.environ.get("DBT_ENV_SECRET_SPARK_PASSWORD") or None
    try:
        with closing(
            hive.connect(
                host,
                port,
                username=os.environ.get("SPARK_USER") or None,
                auth="LDAP" if password else None,
                password=password,
            )
        ) as connection:
            cursor = connection.cursor()
            cursor.execute(sql)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchmany(SHOWN_ROWS)]
    except Exception as error:  # PyHive lets through what sockets, SASL and Thrift raise
        raise AtpError(refusal(host, port, error)) from error


def refusal(host: str, port: int, error: Exception) -> str:
    """What went wrong with a Thrift server, in a sentence."""
    message = str(error)
    if "Bad status" in message or "validating the login" in message:
        user = os.environ.get("SPARK_USER") or "no user"
        return f"{host}:{port} refuses the login of {user}: set SPARK_USER and DBT_ENV_SECRET_SPARK_PASSWORD"
    # A failed statement's reason is inside the server's answer.
    status = getattr(error.args[0] if error.args else None, "status", None)
    reason = first_line(getattr(status, "errorMessage", None) or message)
    return f"{host}:{port} does not answer as a Spark Thrift server does ({type(error).__name__}: {reason[:200]})"
