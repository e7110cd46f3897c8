"""A PostgreSQL server of the tests' own: on the loopback address, in a temporary folder, with passwords."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from atp_trade.outlets.spark_cluster import die_with_parent

LOOPBACK = "127.0.0.1"
# With everything in it that an address has to encode.
PASSWORD = "s3cr3t@/%: ö"
IN_ADDRESS = quote(PASSWORD, safe="")


@dataclass(frozen=True)
class Server:
    """A running server: its programs, its port, its log."""

    programs: Path
    port: int
    log: Path

    def address(self, database: str, user: str = "writer", password: str = IN_ADDRESS) -> str:
        """An address with a password in it."""
        return f"postgresql://{user}:{password}@{LOOPBACK}:{self.port}/{database}"

    def connect(self, database: str, user: str = "postgres") -> psycopg.Connection:
        """A connection that commits each statement."""
        return psycopg.connect(self.address(database, user), autocommit=True)


def find_programs() -> Path:
    """The folder of initdb and postgres, the newest that Debian's packages have installed, else the path's."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = debian[-1] if debian else shutil.which("initdb")
    if found is None:
        reason = "no PostgreSQL server is installed here (Debian: apt-get install postgresql)"
        if os.environ.get("CI") == "true" or os.environ.get("ATP_REQUIRE_POSTGRES") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return Path(found).parent


def unprivileged() -> dict:
    """How to start a process of the server: as another user where the tests run as root, whom it refuses."""
    if os.geteuid() != 0:
        return {}
    names = {user.pw_name for user in pwd.getpwall()}
    user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@contextmanager
def running_server() -> Iterator[Server]:
    """A server with the superuser postgres, stopped and removed in the end."""
    programs, who = find_programs(), unprivileged()
    # Not in pytest's folder, which other users may not enter.
    with tempfile.TemporaryDirectory(prefix="atp-postgres-") as name:
        folder = Path(name)
        if who:
            os.chown(folder, who["user"], who["group"])
        (folder / "password").write_text(PASSWORD)
        (folder / "password").chmod(0o644)
        data = folder / "data"
        options = [*("--username", "postgres", "--auth", "scram-sha-256", "--pwfile", folder / "password")]
        options += ["--encoding", "UTF8", "--locale", "C", "--no-sync"]
        subprocess.run([programs / "initdb", "-D", data, *options], check=True, capture_output=True, cwd=folder, **who)
        with socket.create_server((LOOPBACK, 0)) as free:
            port = free.getsockname()[1]
        settings = {"listen_addresses": LOOPBACK, "port": port, "unix_socket_directories": "", "fsync": "off"}
        settings |= {"log_statement": "all", "log_connections": "on"}
        command = [programs / "postgres", "-D", data, *(f"--{name}={value}" for name, value in settings.items())]
        log = folder / "log"
        with log.open("wb") as output:
            server = subprocess.Popen(
                command, cwd=folder, stdout=output, stderr=output, preexec_fn=die_with_parent, **who
            )
        try:
            running = Server(programs, port, log)
            wait_until_ready(running)
            yield running
        finally:
            server.send_signal(signal.SIGINT)
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def wait_until_ready(server: Server) -> None:
    """Wait until the server answers: after its start, or after a crash."""
    ready = [server.programs / "pg_isready", "--quiet", "--host", LOOPBACK, "--port", str(server.port)]
    for _ in range(300):
        if subprocess.run([*ready, "--timeout", "1"], check=False).returncode == 0:
            return
        time.sleep(0.1)
    raise AssertionError(server.log.read_text())
