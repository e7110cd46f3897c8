"""Every client in one shape: a process that is asked in SQL and answers with rows."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

from npm import has_node, with_packages

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
    """Whether this machine has what the client needs."""
    return client != "node" or has_node()


def node_folder() -> Path:
    """A folder in which Node finds DuckDB's package."""
    return with_packages(FOLDER / "node")
