"""A Superset of its own for the tests: a throw-away home, a real server on the loopback address, its REST API."""

import os
import re
import secrets
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
from conftest import PROJECT

from atp_trade.outlets.spark_cluster import die_with_parent

COMMANDS = PROJECT / ".venv-superset" / "bin"
USER = "admin"
START_SECONDS = 180
CONFIGURATION = """
import os
SECRET_KEY = os.environ["ATP_SUPERSET_SECRET"]
SQLALCHEMY_DATABASE_URI = "sqlite:///" + os.environ["SUPERSET_HOME"] + "/superset.db"
"""


class Superset:
    """A running Superset, and an administrator's session with its REST API."""

    def __init__(self, address: str, password: str, environment: dict[str, str]):
        self.address = address
        self.environment = environment
        self.session = requests.Session()
        account = {"username": USER, "password": password, "provider": "db"}
        token = self.call("POST", "security/login", json=account)["access_token"]
        self.session.headers["Authorization"] = f"Bearer {token}"
        self.session.headers["X-CSRFToken"] = self.call("GET", "security/csrf_token/")["result"]

    def call(self, method: str, path: str, **content: Any) -> dict[str, Any]:
        """The answer of the API; AssertionError with Superset's words if it refuses."""
        answer = self.session.request(method, f"{self.address}/api/v1/{path}", timeout=START_SECONDS, **content)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text[:2000]}"
        return answer.json()

    def all(self, kind: str) -> list[dict[str, Any]]:
        """All databases, datasets, charts or dashboards that Superset has."""
        return self.call("GET", f"{kind}/?q=(page_size:100)")["result"]

    def import_bundle(self, bundle: Path) -> None:
        """Import everything in a file that `atp superset` wrote."""
        with bundle.open("rb") as file:
            self.call("POST", "assets/import/", files={"bundle": (bundle.name, file, "application/zip")})

    def ask(self, sql: str) -> list[tuple]:
        """The rows of a query in SQL Lab."""
        (database,) = self.all("database")
        answer = self.call("POST", "sqllab/execute/", json={"database_id": database["id"], "sql": sql})
        return [tuple(row.values()) for row in answer["data"]]

    def figure(self, name: str) -> list[tuple]:
        """The rows behind the chart of a figure, in their order."""
        (chart,) = [chart for chart in self.all("chart") if chart["datasource_name_text"] == f"printed.{name}"]
        (result,) = self.call("GET", f"chart/{chart['id']}/data/")["result"]
        return [tuple(row.values()) for row in result["data"]]


@contextmanager
def running() -> Iterator[Superset]:
    """A Superset whose home and server are gone when the block ends; the server also if this process is killed."""
    place = PROJECT / "build" / "superset"
    place.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place) as folder:
        home = Path(folder)
        (home / "superset_config.py").write_text(CONFIGURATION)
        password = secrets.token_urlsafe()
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("SUPERSET_", "FLASK_"))},
            "PATH": f"{COMMANDS}{os.pathsep}{os.environ['PATH']}",
            "FLASK_APP": "superset",
            "SUPERSET_HOME": folder,
            "SUPERSET_CONFIG_PATH": str(home / "superset_config.py"),
            "ATP_SUPERSET_SECRET": secrets.token_urlsafe(42),
        }
        person = ["--firstname", "A", "--lastname", "B", "--email", "a@example.org"]
        for command in (
            ["db", "upgrade"],
            ["fab", "create-admin", "--username", USER, "--password", password, *person],
            ["init"],
        ):
            subprocess.run([COMMANDS / "superset", *command], env=environment, check=True, capture_output=True)
        log = home / "server.log"
        with log.open("w") as output:
            server = subprocess.Popen(
                [
                    *(COMMANDS / "gunicorn", "--bind", "127.0.0.1:0", "--timeout", "120"),
                    *("--worker-class", "gthread", "--threads", "4", "superset.app:create_app()"),
                ],
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )
        try:
            yield Superset(address(server, log), password, environment)
        finally:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def address(server: subprocess.Popen, log: Path) -> str:
    """Where the server listens, from its log; AssertionError if it ends or the time is up first."""
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        if found := re.search(r"Listening at: (http://[\d.]+:\d+)", log.read_text()):
            return found[1]
        time.sleep(0.1)
    raise AssertionError(f"Superset's server did not start:\n{log.read_text()}")
