"""What the tests share: the project, a build of it in a temporary folder, and copies that a test may break."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

PROJECT = Path(__file__).parents[2]
DBT_FOLDERS = ("seeds", "models", "macros", "tests", "analyses", "profiles")
DBT_FILES = ("dbt_project.yml", ".env")


@dataclass(frozen=True)
class Warehouse:
    """A project folder, and the database file that its build publishes."""

    project: Path
    database: Path

    @property
    def target(self) -> Path:
        """Where a build by `atp` leaves dbt's artefacts."""
        return self.database.parent / f".{self.database.name}.build" / "target"

    def run(self, command: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command of this environment in the project's folder."""
        return subprocess.run(
            [Path(sys.executable).with_name(command), *arguments],
            cwd=self.project,
            env={**os.environ, "ATP_TRADE_DB": str(self.database), **environment},
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )

    def query(self, sql: str) -> list[tuple]:
        """The rows of a query on the published file, as a reader gets them."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return connection.sql(sql).fetchall()


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """This project, built into a temporary folder."""
    built = Warehouse(PROJECT, tmp_path_factory.mktemp("published") / "atp_trade.duckdb")
    outcome = built.run("atp", "build")
    assert outcome.returncode == 0, outcome.stdout
    return built


@pytest.fixture
def copy(tmp_path: Path, warehouse: Warehouse) -> Warehouse:
    """A copy of the project to break, with a good build already published."""
    project = tmp_path / "a copy's folder, Größe 1"
    for folder in DBT_FOLDERS:
        shutil.copytree(PROJECT / folder, project / folder)
    for file in DBT_FILES:
        shutil.copy(PROJECT / file, project / file)
    database = project / "atp_trade.duckdb"
    shutil.copy(warehouse.database, database)
    return Warehouse(project, database)
