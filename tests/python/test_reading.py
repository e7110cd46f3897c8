"""What `atp status` and the schema meta say of the published file, and what is said when it cannot be read."""

import json
import subprocess
from datetime import datetime, timedelta, timezone
from pathlib import Path

import duckdb
import pytest
from conftest import Warehouse

from atp_trade import AtpError
from atp_trade.meta import build_facts
from atp_trade.project import opened


def results(warehouse: Warehouse, kind: str) -> int:
    found = json.loads((warehouse.target / "run_results.json").read_text())["results"]
    return sum(result["unique_id"].startswith(f"{kind}.") for result in found)


def test_a_published_file_says_what_it_is_of(warehouse: Warehouse) -> None:
    ((built, dbt, engine, seeds, models, data_tests, unit_tests, sources),) = warehouse.query(
        """
        select
            built_at_utc, dbt_version, duckdb_version, seeds_loaded, models_built, data_tests_passed, unit_tests_passed,
            sources
        from meta.build
        """
    )
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    assert now - timedelta(hours=1) < built <= now
    assert dbt.startswith("1.12.")
    assert engine == duckdb.__version__
    kinds = ("seed", "model", "test", "unit_test")
    assert (seeds, models, data_tests, unit_tests) == tuple(results(warehouse, kind) for kind in kinds)
    assert min(seeds, models, data_tests, unit_tests) > 0
    assert sources == "census_country 2024-06, nsf_07_329 2007-03"
    assert warehouse.query("select test_type, count(*) from meta.tests group by all order by all") == [
        ("data", data_tests),
        ("unit", unit_tests),
    ]
    assert warehouse.query("select test_type from meta.tests where test_name = 'every_discrepancy_is_on_record'") == [
        ("data",)
    ]


def test_the_commit_is_that_of_the_project(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    facts = build_facts(project, [])
    assert (facts["git_commit"], facts["has_uncommitted_changes"]) == (None, None)

    def git(*arguments: str) -> str:
        author = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
        return subprocess.run(
            ["git", "-C", project, *author, *arguments], capture_output=True, text=True
        ).stdout.strip()

    git("init")
    git("commit", "--allow-empty", "--message", "Begin")
    facts = build_facts(project, [])
    assert (facts["git_commit"], facts["has_uncommitted_changes"]) == (git("rev-parse", "HEAD"), False)
    (project / "new").touch()
    assert build_facts(project, [])["has_uncommitted_changes"] is True


def test_status_tells_it_in_lines(warehouse: Warehouse) -> None:
    outcome = warehouse.run("atp", "status")
    assert outcome.returncode == 0
    lines = outcome.stdout.splitlines()
    assert lines[0] == f"published  {warehouse.database}"
    assert (
        f"{results(warehouse, 'test')} data tests and {results(warehouse, 'unit_test')} unit tests passed" in lines[4]
    )
    assert any(line.startswith("source     nsf_07_329, vintage 2007-03: InfoBrief") for line in lines)
    assert "rows           315 marts.trade_by_partner" in lines


def test_status_needs_a_file_that_was_published(copy: Warehouse) -> None:
    assert copy.run("atp", "status").returncode == 0
    assert copy.run("dbt", "seed", "--select", "regions").returncode == 0
    outcome = copy.run("atp", "status")
    assert outcome.returncode == 1
    assert outcome.stdout == f"atp: {copy.database} does not say what it is of: build it with `make build`\n"
    copy.database.unlink()
    outcome = copy.run("atp", "sql", "select 1")
    assert outcome.returncode == 1
    assert outcome.stdout == f"atp: {copy.database} does not exist: run `make build` first\n"


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        ("atp status > /dev/full", 1, "atp: cannot write the output: No space left on device\n"),
        ("atp status >&-", 0, ""),
        (
            r"atp sql $'select \'\xff\''",
            1,
            "atp: the argument \"select '\\udcff'\" is not UTF-8: write it in UTF-8\n",
        ),
    ],
)
def test_a_command_without_a_place_to_write_says_so(warehouse: Warehouse, command: str, code: int, said: str) -> None:
    outcome = subprocess.run(
        ["bash", "-c", command],
        cwd=warehouse.project,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=warehouse.environment(),
    )
    assert (outcome.returncode, outcome.stderr) == (code, said)


def test_a_file_of_a_newer_duckdb_is_called_that(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        # What DuckDB 1.5.6 says of a file that DuckDB 2.0.0 wrote.
        raise duckdb.IOException(
            "IO Error: Trying to read a database file with version number 69, but we can only read versions between 64 "
            "and 67. The database file was created with a newer version of DuckDB."
        )

    monkeypatch.setattr(duckdb, "connect", refuse)
    with (
        pytest.raises(AtpError, match=r"was written by a newer DuckDB than .*: move it away"),
        opened(warehouse.database),
    ):
        raise AssertionError("it was opened")
