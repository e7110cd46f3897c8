"""A project whose dbt is a stand-in that is always green, to test what a build does around it."""

import json
import os
import stat
from pathlib import Path
from typing import Any

import duckdb
import pytest

from atp_trade import build as build_module
from atp_trade.publish import OWN_TABLE
from atp_trade.warehouse import opened

# A project of one node of each kind, and what dbt says of them when all is green.
STATUSES = {
    "seed.atp.figures": "success",
    "model.atp.totals": "success",
    "test.atp.totals_add_up.0": "pass",
    "unit_test.atp.totals.a_year_without_trade": "pass",
}


def make(database: Path, content: str) -> None:
    """A database that passes for the warehouse."""
    with duckdb.connect(str(database)) as connection:
        connection.execute("create schema seeds")
        connection.execute("create schema marts")
        connection.execute(f"create table {OWN_TABLE} as select '{content}' as content")
        connection.execute("create table marts.dim_source as select 'a' as source_id, '2007' as vintage")


def node(name: str) -> dict[str, Any]:
    """A node as dbt's manifest has it."""
    kind, _, *names = name.split(".")
    about = {"unit_test": {"model": "totals"}, "test": {"refs": [{"name": "totals"}]}}
    name_in_project = names[-1 if kind == "unit_test" else 0]
    facts = {"unique_id": name, "resource_type": kind, "name": name_in_project, "alias": name_in_project}
    return {**facts, "schema": "marts", **about.get(kind, {})}


def write_records(target: Path, statuses: dict[str, str], disabled: tuple[str, ...] = ()) -> None:
    """What dbt leaves behind: the project as it has read it, and what became of each node."""
    target.mkdir(exist_ok=True)
    enabled = {name: node(name) for name in STATUSES if name not in disabled}
    manifest = {
        "nodes": {name: found for name, found in enabled.items() if found["resource_type"] != "unit_test"},
        "unit_tests": {name: found for name, found in enabled.items() if found["resource_type"] == "unit_test"},
        "disabled": {name: [node(name)] for name in disabled},
    }
    (target / "manifest.json").write_text(json.dumps(manifest))
    results = [{"unique_id": name, "status": status} for name, status in statuses.items()]
    (target / "run_results.json").write_text(json.dumps({"results": results}))


def content(database: Path) -> str:
    with opened(database) as connection:
        return connection.sql(f"from {OWN_TABLE}").fetchall()[0][0]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project's folder to build in, with a file that was published before."""
    found = tmp_path / "project"
    found.mkdir()
    (found / "dbt_project.yml").touch()
    make(found / "atp_trade.duckdb", "old")
    monkeypatch.chdir(found)
    return found


@pytest.fixture
def dbt(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """A stand-in for dbt, which is always green; the side files that it was to build."""
    built = []

    def run_dbt(project: Path, _: Any, lock: int, target: Path, logs: Path, settings: dict[str, str]) -> tuple:
        assert stat.S_ISREG(os.fstat(lock).st_mode)
        built.append(Path(os.path.normpath(project / settings["ATP_TRADE_DB"])))
        make(built[-1], "new")
        write_records(target, STATUSES)
        logs.mkdir(exist_ok=True)
        (logs / "dbt.log").write_text("log")
        return 0, []

    monkeypatch.setattr(build_module, "run_dbt", run_dbt)
    return built
