"""What can go wrong on the way to Spark ends in one sentence, and no server is left behind."""

import json
import os
import signal
import socket
import struct
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest
from conftest import Warehouse, copy_project
from processes import servers_below, wait_for_dbt

from atp_trade import AtpError
from atp_trade.outlets import spark
from atp_trade.outlets.spark_cluster import find_java, local_cluster

ATP = Path(sys.executable).with_name("atp")


@pytest.fixture
def project(tmp_path: Path) -> Warehouse:
    return copy_project(tmp_path / "project")


def fake_java(folder: Path, says: str) -> Path:
    """A Java home whose java says what it is told to."""
    java = folder / "bin" / "java"
    java.parent.mkdir()
    java.write_text(f"#!/bin/sh\necho '{says}' >&2\n")
    java.chmod(0o755)
    return folder


@pytest.mark.parametrize(
    ("says", "sentence"),
    [
        ('openjdk version "11.0.22" 2024-01-16', "bin/java is Java 11: install Java 17"),
        ('java version "1.8.0_402"', "bin/java is Java 8: install Java 17"),
        ("The operation could not be completed", "bin/java does not tell a version: install Java 17"),
    ],
)
def test_a_wrong_java(project: Warehouse, tmp_path: Path, says: str, sentence: str) -> None:
    outcome = project.run("atp", "build-spark", JAVA_HOME=str(fake_java(tmp_path, says)))
    assert outcome.returncode == 1
    assert outcome.stdout.startswith("starting a Spark cluster")
    assert sentence in outcome.stdout.splitlines()[-1]


def test_no_java(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(AtpError, match="and no java is on the path: install Java 17"):
        find_java()
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(AtpError, match="bin/java does not run: install Java 17"):
        find_java()


@contextmanager
def server(answer: bytes | None) -> Iterator[int]:
    """A port on which something listens that is no Thrift server: it is silent, or gives one answer and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                if answer is None:
                    kept.append(connection)
                    continue
                with connection:
                    connection.recv(1024)
                    connection.sendall(answer)

        kept: list[socket.socket] = []
        threading.Thread(target=serve, daemon=True).start()
        yield listening.getsockname()[1]


def sasl(status: int, message: bytes) -> bytes:
    """A frame of Thrift's SASL negotiation, as a server that checks passwords sends it."""
    return struct.pack(">BI", status, len(message)) + message


def test_a_wrong_password(project: Warehouse) -> None:
    with server(sasl(3, b"Error validating the login")) as port:
        outcome = project.run(
            "atp",
            "build-spark",
            SPARK_HOST="127.0.0.1",
            SPARK_PORT=str(port),
            SPARK_USER="analyst",
            DBT_ENV_SECRET_SPARK_PASSWORD="not-it",
        )
    assert outcome.returncode == 1
    assert outcome.stdout == (
        f"atp: 127.0.0.1:{port} refuses the login of analyst: set SPARK_USER and DBT_ENV_SECRET_SPARK_PASSWORD\n"
    )


def test_something_else_listens(project: Warehouse) -> None:
    with server(b"HTTP/1.1 400 Bad Request\r\n\r\n") as port:
        outcome = project.run("atp", "build-spark", SPARK_HOST="127.0.0.1", SPARK_PORT=str(port))
    assert outcome.returncode == 1
    assert outcome.stdout.startswith(f"atp: 127.0.0.1:{port} does not answer as a Spark Thrift server does")
    assert outcome.stdout.count("\n") == 1


def test_a_server_that_never_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark, "LOGIN_SECONDS", 1)
    with server(None) as port, pytest.raises(AtpError, match="is open but did not answer a query in 1 s"):
        spark.log_in("127.0.0.1", port)


def test_a_cluster_that_cannot_be_reached(project: Warehouse) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    outcome = project.run("atp", "build-spark", SPARK_HOST="127.0.0.1", SPARK_PORT=str(port))
    assert outcome.returncode == 1
    assert outcome.stdout.startswith(f"atp: no Spark Thrift server can be reached at '127.0.0.1', port {port}")
    assert outcome.stdout.count("\n") == 1


@pytest.mark.parametrize("port", ["x", "0", "65536", "-1", "9" * 5000])
def test_a_port_that_is_none(project: Warehouse, port: str) -> None:
    outcome = project.run("atp", "build-spark", SPARK_HOST="127.0.0.1", SPARK_PORT=port)
    assert outcome.returncode == 1
    assert outcome.stdout == f"atp: SPARK_PORT is {port!r}: give a port number from 1 to 65535\n"


def test_a_port_in_use(project: Warehouse) -> None:
    with server(None) as port:
        outcome = project.run("atp", "build-spark", SPARK_PORT=str(port))
    assert outcome.returncode == 1
    assert outcome.stdout.splitlines()[-1] == (
        f"atp: cannot use port {port} (Address already in use): set SPARK_PORT to a free one"
    )
    assert servers_below(project.project) == []


def test_a_path_that_java_would_split(tmp_path: Path) -> None:
    with pytest.raises(AtpError, match=r"move the project from .*/a:b"), local_cluster(tmp_path / "a:b"):
        raise AssertionError("a cluster in a path with a colon")


def test_a_thrift_server_that_never_comes_up(tmp_path: Path) -> None:
    with (
        pytest.raises(AtpError, match=r"Spark's [\w-]+ was not up in time .*: all of it is in .*\.log"),
        local_cluster(tmp_path, start_seconds=5),
    ):
        raise AssertionError("a cluster in 5 seconds")
    assert servers_below(tmp_path) == []


def test_a_thrift_server_that_fails(tmp_path: Path) -> None:
    unusable = {"spark.driver.memory": "much"}
    with (
        pytest.raises(AtpError, match=r"Spark's thrift-server stopped while it started \(Error: .*\): all of it is in"),
        local_cluster(tmp_path, workers=0, settings=unusable),
    ):
        raise AssertionError("a cluster without memory")
    assert servers_below(tmp_path) == []


def test_a_build_ends_when_it_has_no_workers_left(project: Warehouse) -> None:
    build = project.start("atp", "build-spark")
    wait_for_dbt(project.project, build, "START seed file")
    for server in servers_below(project.project):
        if "deploy.worker.Worker" in " ".join(server.cmdline()):
            server.kill()
    output, _ = build.communicate()
    assert build.returncode == 1
    assert output.splitlines()[-1].startswith("atp: Spark's workers stopped in mid-build: their logs are in ")
    assert servers_below(project.project) == []


def project_of_one_test(folder: Path) -> Path:
    """The target folder of a run of dbt that has read the project."""
    test = {"unique_id": "test.atp.a", "resource_type": "test", "name": "a", "refs": []}
    manifest = {"nodes": {"test.atp.a": test}, "unit_tests": {}, "disabled": {}}
    (folder / "target").mkdir()
    (folder / "target" / "manifest.json").write_text(json.dumps(manifest))
    return folder / "target"


@pytest.mark.parametrize(
    ("red", "commands"),
    [
        (None, ["build", "build"]),
        (["TCloseSessionResp(status=...)"], ["build", "retry"]),
        (["TCloseSessionResp(status=...)", "Database Error"], ["build"]),
        (["Database Error"], ["build"]),
    ],
)
def test_what_the_server_could_not_close_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, red: list[str] | None, commands: list[str]
) -> None:
    target = project_of_one_test(tmp_path)
    called = []

    def run_dbt(project: Path, arguments: list[str], *_: object) -> tuple[int, list[str]]:
        called.append(arguments[0])
        passed = [{"unique_id": "test.atp.a", "status": "pass", "message": None}]
        failed = [{"unique_id": "test.atp.a", "status": "error", "message": message} for message in red or []]
        if red is not None or len(called) > 1:
            (target / "run_results.json").write_text(json.dumps({"results": failed if len(called) == 1 else passed}))
        return int(called == ["build"]), ["OperationalError: TCloseSessionResp(status=...)"]

    monkeypatch.setattr(spark, "run_dbt", run_dbt)
    monkeypatch.setattr(spark, "log_in", lambda *_: None)
    with nullcontext() if len(commands) > 1 else pytest.raises(AtpError, match="the build on Spark is red"):
        spark.build_on(tmp_path, tmp_path, 0, "127.0.0.1", 10000)
    assert called == commands


def test_what_dbt_left_out_makes_a_green_build_unreliable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = project_of_one_test(tmp_path)

    def run_dbt(*_: object) -> tuple[int, list[str]]:
        (target / "run_results.json").write_text(json.dumps({"results": []}))
        return 0, []

    monkeypatch.setattr(spark, "run_dbt", run_dbt)
    monkeypatch.setattr(spark, "log_in", lambda *_: None)
    with pytest.raises(AtpError, match="are not to be relied on: 1 of 1 seeds, models and tests did not run and pass"):
        spark.build_on(tmp_path, tmp_path, 0, "127.0.0.1", 10000)


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGHUP, signal.SIGKILL])
def test_an_interrupted_build_leaves_no_server(project: Warehouse, by: signal.Signals) -> None:
    build = project.start("atp", "build-spark")
    while len(servers_below(project.project)) < 4:
        time.sleep(0.2)
        assert build.poll() is None
    os.kill(build.pid, by)
    output = build.communicate()[0]
    assert build.returncode != 0
    if by != signal.SIGKILL:
        assert output.splitlines()[-1] == "atp: interrupted: tables on Spark may be of two builds; build again"
    deadline = time.monotonic() + 60
    while servers_below(project.project) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert servers_below(project.project) == []
