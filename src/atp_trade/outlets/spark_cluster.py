"""A Spark cluster of this machine's own: master, workers and Thrift server as processes on the loopback address."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from atp_trade import AtpError

OLDEST_JAVA = 17
LOOPBACK = "127.0.0.1"
# For servers that live for minutes: compile less and collect simply. A build takes two thirds of the time.
SHORT_LIVED = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
# Most of it is the Thrift server's first start, which makes the metastore: half a minute on two slow cores.
START_SECONDS = 180


def find_java() -> Path:
    """The Java that Spark is to run on: JAVA_HOME's, else the path's; AtpError if it is missing or too old."""
    home = os.environ.get("JAVA_HOME")
    java = Path(home, "bin", "java") if home else shutil.which("java")
    advice = f"install Java {OLDEST_JAVA} (Debian: openjdk-{OLDEST_JAVA}-jre-headless), or name its folder in JAVA_HOME"
    if java is None:
        raise AtpError(f"Spark needs Java {OLDEST_JAVA} or newer, and no java is on the path: {advice}")
    try:
        said = subprocess.run(
            [java, "-version"], capture_output=True, text=True, errors="replace", timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise AtpError(f"Spark needs Java {OLDEST_JAVA} or newer, and {java} does not run: {advice}") from error
    version = re.search(r'version "(?:1\.)?(\d+)', said.stderr + said.stdout)
    if said.returncode != 0 or version is None or int(version[1]) < OLDEST_JAVA:
        found = f"is Java {version[1]}" if version else "does not tell a version"
        raise AtpError(f"Spark needs Java {OLDEST_JAVA} or newer, and {java} {found}: {advice}")
    return Path(java)


@dataclass
class Cluster:
    """Running servers by name, each the leader of a process group, and the port of the Thrift server."""

    logs: Path
    servers: dict[str, subprocess.Popen] = field(default_factory=dict)
    thrift_port: int = 0

    def start(self, name: str, command: list[str | Path], environment: dict[str, str]) -> None:
        """Start a server, its output in a log of its name."""
        with (self.logs / f"{name}.log").open("wb") as log:
            self.servers[name] = subprocess.Popen(
                command,
                cwd=self.logs,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )

    def wait_for(self, name: str, pattern: str, deadline: float) -> str:
        """What the pattern's group finds in a server's log; AtpError if the server stops or the time is up first."""
        log = self.logs / f"{name}.log"
        while True:
            running = self.servers[name].poll() is None
            text = log.read_text(errors="replace")
            if found := re.search(pattern, text):
                return found[1]
            if not running:
                raise AtpError(f"Spark's {name} stopped while it started ({reason(text)}): all of it is in {log}")
            if time.monotonic() > deadline:
                raise AtpError(f"Spark's {name} was not up in time ({reason(text)}): all of it is in {log}")
            time.sleep(0.2)

    def problem(self) -> str | None:
        """Why a build cannot go on, if it cannot: it needs the Thrift server and one of the workers."""
        thrift = self.servers["thrift-server"].poll() is None
        workers = [server.poll() is None for name, server in self.servers.items() if name.startswith("worker")]
        if thrift and (any(workers) or not workers):
            return None
        dead = "workers" if thrift else "Thrift server"
        return f"Spark's {dead} stopped in mid-build: their logs are in {self.logs}; build again"

    def stop(self) -> None:
        """End all servers, with the executors that workers started."""
        for server in reversed(self.servers.values()):
            try:
                os.killpg(server.pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
            server.wait()


def die_with_parent() -> None:
    """On Linux, let the kernel end a server whose starter was killed; executors end when they lose their driver."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def reason(log: str) -> str:
    """The last complaint in a server's log."""
    complaints = re.findall(
        r"^(?:Exception in thread.*|Caused by: .*|\S*(?:Exception|Error): .*|.* ERROR .*)$", log, re.M
    )
    return complaints[-1].strip()[:200] if complaints else "its log has no error"


@contextmanager
def local_cluster(
    folder: Path,
    workers: int = 2,
    thrift_port: int = 0,
    start_seconds: float = START_SECONDS,
    settings: dict[str, str] | None = None,
) -> Iterator[Cluster]:
    """A cluster with its tables, metastore and logs below the folder; without workers, Spark in one process.

    Tables stay in the folder when the cluster stops. Ports are free ones, but for a Thrift port that is asked for.
    Spark's own settings can be added. AtpError if Java is missing or a server does not come up in time.
    """
    java = find_java()
    try:
        socket.create_server((LOOPBACK, thrift_port)).close()
    except OSError as error:
        raise AtpError(
            f"cannot use port {thrift_port} ({os.strerror(error.errno)}): set SPARK_PORT to a free one"
        ) from error
    try:
        import pyspark
    except ImportError as error:
        raise AtpError("Spark is not installed here: `make build-spark` sets it up") from error
    home = Path(pyspark.__file__).parent
    if unusable := {";", ":"} & set(f"{folder}{home}"):
        raise AtpError(f"Java reads {' and '.join(unusable)} in a path as its end: move the project from {folder}")
    # Spark of another installation, and its settings, stay out of this one.
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SPARK_", "PYSPARK_", "HADOOP_", "HIVE_", "DBT_"))
        and name not in ("JAVA_HOME", "CLASSPATH", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS")
    } | {
        "PATH": f"{java.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": LOOPBACK,
        "SPARK_DAEMON_JAVA_OPTS": SHORT_LIVED,
        "SPARK_MASTER_OPTS": "-Dspark.master.rest.enabled=false",
        # Killed servers cannot clean up: what they unpack goes where the folder's owner removes it.
        "JAVA_TOOL_OPTIONS": f'"-Djava.io.tmpdir={folder / "work"}"',
        # Paths with letters beyond ASCII.
        "LC_ALL": "C.UTF-8",
    }
    deadline = time.monotonic() + start_seconds
    cluster = Cluster(folder / "logs")
    cluster.logs.mkdir(parents=True, exist_ok=True)
    (folder / "work").mkdir(exist_ok=True)
    daemon = [home / "bin" / "spark-class"]
    try:
        master = "local[2]"
        if workers:
            address = ["--host", LOOPBACK, "--webui-port", "0"]
            package = "org.apache.spark.deploy"
            cluster.start("master", [*daemon, f"{package}.master.Master", *address, "--port", "0"], environment)
            master = cluster.wait_for("master", r"Starting Spark master at (spark://\S+)", deadline)
            for number in range(1, workers + 1):
                work = ["--cores", "1", "--memory", "1g", "--work-dir", folder / "work"]
                worker = [*daemon, f"{package}.worker.Worker", *address, *work, master]
                cluster.start(f"worker-{number}", worker, environment)
        cluster.start("thrift-server", thrift_server(home, master, folder, thrift_port, settings or {}), environment)
        for name in cluster.servers:
            if name.startswith("worker"):
                cluster.wait_for(name, "(Successfully registered with master)", deadline)
        port = cluster.wait_for("thrift-server", r"Starting ThriftBinaryCLIService on port (\d+)", deadline)
        cluster.thrift_port = int(port)
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder / "work", ignore_errors=True)


def thrift_server(home: Path, master: str, folder: Path, port: int, more: dict[str, str]) -> list[str | Path]:
    """The command of a Thrift server whose queries run on the master's workers."""
    settings = {
        "spark.driver.memory": "1g",
        "spark.driver.extraJavaOptions": SHORT_LIVED,
        "spark.executor.memory": "512m",
        "spark.executor.extraJavaOptions": SHORT_LIVED,
        "spark.local.dir": folder / "work",
        "spark.sql.warehouse.dir": folder / "warehouse",
        "spark.hadoop.javax.jdo.option.ConnectionURL": f"jdbc:derby:;databaseName={folder / 'metastore'};create=true",
        # Tables of a few hundred rows: one task for each shuffle, not the 200 that suit a terabyte.
        "spark.sql.shuffle.partitions": "1",
        # Nor is there anything to gain from planning the rest of a query again after each of its stages.
        "spark.sql.adaptive.enabled": "false",
        # For them, compiling each query to Java takes longer than running it as it is.
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.sql.variable.substitute": "false",
        "spark.ui.enabled": "false",
        **more,
    }
    return [
        home / "bin" / "spark-submit",
        *("--master", master, "--class", "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2"),
        *(part for name, value in settings.items() for part in ("--conf", f"{name}={value}")),
        "spark-internal",
        *("--hiveconf", f"hive.server2.thrift.port={port}"),
        *("--hiveconf", f"hive.server2.thrift.bind.host={LOOPBACK}"),
    ]
