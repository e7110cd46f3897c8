"""What `atp` tells of the published file: what it is (`status`, meta.build) and what is in it (`sql`)."""

import csv
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

THREE = (
    "select partner_name, exports_usd_millions from marts.trade_by_partner where data_year = 2006 and export_rank <= 3"
)


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
    published = datetime.fromtimestamp(warehouse.database.stat().st_mtime, timezone.utc).replace(tzinfo=None)
    assert published - timedelta(minutes=1) < built <= published
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


def test_sql_writes_a_table_csv_json_and_parquet(warehouse: Warehouse, tmp_path: Path) -> None:
    expected = warehouse.query(THREE)
    table = warehouse.run("atp", "sql", THREE)
    assert table.returncode == 0
    assert all(name in table.stdout for name, _ in expected)
    header, *rows = csv.reader(warehouse.run("atp", "sql", THREE, "--format", "csv").stdout.splitlines())
    assert header == ["partner_name", "exports_usd_millions"]
    assert rows == [[name, str(value)] for name, value in expected]
    lines = warehouse.run("atp", "sql", THREE, "--format", "json").stdout.splitlines()
    assert [tuple(json.loads(line).values()) for line in lines] == [(name, float(value)) for name, value in expected]
    parquet = tmp_path / "rows.parquet"
    with parquet.open("wb") as file:
        command = ["atp", "sql", THREE, "--format", "parquet"]
        subprocess.run(command, cwd=warehouse.project, stdout=file, check=True, env=warehouse.environment())
    assert duckdb.sql(f"from '{parquet}'").fetchall() == expected


def test_sql_takes_a_query_that_begins_with_a_comment_and_one_from_a_file(warehouse: Warehouse, tmp_path: Path) -> None:
    file = tmp_path / "question.sql"
    file.write_text("-- How many?\nselect 42 as answer\n")
    command = f'cd "{tmp_path}"; atp sql "$(cat question.sql)" --format csv; atp sql - --format csv < question.sql'
    outcome = subprocess.run(
        command,
        shell=True,
        capture_output=True,
        text=True,
        env={**warehouse.environment(), "ATP_TRADE_DB": str(warehouse.database)},
    )
    assert (outcome.stdout, outcome.stderr) == ("answer\n42\n" * 2, "")


def test_sql_adds_to_a_file_and_does_not_cut_it(warehouse: Warehouse, tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    command = f"echo before > '{log}'; atp sql 'select 42 as answer' --format csv >> '{log}'"
    subprocess.run(command, shell=True, cwd=warehouse.project, check=True, env=warehouse.environment())
    assert log.read_text() == "before\nanswer\n42\n"


def test_a_reader_that_has_seen_enough_is_no_error(warehouse: Warehouse) -> None:
    command = "atp sql 'from range(1000000)' --format csv | head -n 2"
    outcome = subprocess.run(
        command, shell=True, cwd=warehouse.project, capture_output=True, text=True, env=warehouse.environment()
    )
    assert outcome.stdout == "range\n0\n"
    assert outcome.stderr == ""


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("selec 1", 'Parser Error: syntax error at or near "selec"'),
        ("from marts.trade_total", 'Table with name trade_total does not exist! Did you mean "trade_totals"?'),
        ("delete from marts.trade_totals", "one question at a time, with rows for an answer"),
        ("copy (select 1) to 'written.csv'", "one question at a time, with rows for an answer"),
        ("select 1; select 2", "one question at a time, with rows for an answer"),
        ("", "one question at a time, with rows for an answer"),
        ("from query", "Table with name query does not exist"),
    ],
)
def test_a_query_that_cannot_be_answered_is_one_sentence(warehouse: Warehouse, query: str, sentence: str) -> None:
    outcome = warehouse.run("atp", "sql", query)
    assert outcome.returncode == 1
    assert outcome.stdout.startswith("atp: ")
    assert sentence in outcome.stdout
    assert outcome.stdout.count("\n") == 1
    assert not (warehouse.project / "written.csv").exists()


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
