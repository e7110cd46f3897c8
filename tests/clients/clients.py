"""Every client in one shape: a process that is asked in SQL and answers with rows."""

import atexit
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent
CLIENTS = ("cli", "python", "pandas", "polars", "sqlalchemy", "adbc", "node")


class Refused(Exception):
    """What a client says instead of rows."""


class Session:
    """A client with a database open."""

    def __init__(self, command: list[str | Path], end: str = "", reconnect: str = "reconnect"):
        self.end = end
        self.how_to_reconnect = reconnect
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )

    def ask(self, sql: str) -> list[tuple]:
        """The rows of a statement, as far as JSON keeps their types; Refused with the message if there are none."""
        self.write(" ".join(sql.split()) + self.end)
        reply = "".join(iter(self.line, "END\n"))
        try:
            rows = json.loads(reply, parse_float=Decimal)
        except ValueError:
            raise Refused(reply) from None
        return [tuple(row.values() if isinstance(row, dict) else row) for row in rows]

    def reconnect(self) -> None:
        """Close the connection and open another in the same process."""
        self.write(self.how_to_reconnect)

    def write(self, line: str) -> None:
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def line(self) -> str:
        line = self.process.stdout.readline()
        if not line:
            raise Refused(f"the client ended with exit code {self.process.wait()}")
        return line


@contextmanager
def connected(client: str, database: Path) -> Iterator[Session]:
    """A client that has opened a database."""
    if client == "cli":
        command = [Path(sys.executable).with_name("duckdb"), "-no-init", "-readonly", "-json", database]
        session = Session(command, end=";\n.print END", reconnect=f'.open --readonly "{database}"')
    elif client == "node":
        session = Session(["node", node_folder() / "session.mjs", database])
    else:
        session = Session([sys.executable, FOLDER / "session.py", client, database])
    try:
        yield session
    finally:
        session.process.kill()
        session.process.communicate()


def is_here(client: str) -> bool:
    """Whether this machine has what the client needs. CI has to have it: there, what is missing fails."""
    missing = [program for program in ("node", "npm") if client == "node" and not shutil.which(program)]
    if missing and os.environ.get("CI") == "true":
        pytest.fail(f"{' and '.join(missing)} cannot be found, and CI has to test the Node client")
    return not missing


def skip_unless_here(client: str) -> None:
    """Skip a test of a client that this machine cannot run."""
    if not is_here(client):
        pytest.skip("Node.js and npm cannot be found: the Node client was not tested")


@cache
def node_folder() -> Path:
    """A folder in which Node finds DuckDB's package, as the lock file has it.

    Outside the project, where linters and searches would go through it.
    """
    folder = Path(tempfile.mkdtemp(prefix="atp-node-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    shutil.copytree(FOLDER / "node", folder, dirs_exist_ok=True)
    npm = subprocess.run(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert npm.returncode == 0, npm.stdout
    return folder
