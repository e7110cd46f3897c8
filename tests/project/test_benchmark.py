"""`make bench` runs, and measures two ways to the same warehouse."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from conftest import PROJECT, Warehouse

SCRIPT = PROJECT / "benchmarks" / "build.py"


def test_the_build_and_the_plain_script_are_measured() -> None:
    outcome = subprocess.run([sys.executable, SCRIPT, "--short"], capture_output=True, text=True)
    assert outcome.returncode == 0, outcome.stderr
    for step in ("dbt build, cold", "plain DuckDB", "seed", "model", "test"):
        assert any(line.startswith(step) and " s" in line for line in outcome.stdout.splitlines()), outcome.stdout


def changed(warehouse: Warehouse, folder: Path, sql: str) -> list[str]:
    """What the benchmark says of the warehouse and a copy with a change."""
    specification = importlib.util.spec_from_file_location("benchmark", SCRIPT)
    benchmark = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(benchmark)
    other = folder / "a copy's file.duckdb"
    other.write_bytes(warehouse.database.read_bytes())
    with duckdb.connect(str(other)) as connection:
        connection.execute(sql)
    return benchmark.differences(warehouse.database, other)


@pytest.mark.parametrize(
    ("sql", "sentences"),
    [
        ("select 1", []),
        (
            "update page.concentration set concentration_hhi = concentration_hhi + 1e-9 where data_year = 2003",
            ["page.concentration has 8 row(s) that the other lacks"],
        ),
        (
            "insert into staging.stg_nsf07329__cells from staging.stg_nsf07329__cells limit 1",
            ["staging.stg_nsf07329__cells has 1 row(s) that the other lacks"],
        ),
        ("drop table metrics.time_spine_daily", ["metrics.time_spine_daily is in one of them only"]),
        ("create table marts.more as select 1 as one", ["marts.more is in one of them only"]),
        (
            "alter table seeds.regions alter column report_order type bigint",
            ["seeds.regions has other columns: ['report_order BIGINT', 'report_order INTEGER']"],
        ),
        (
            "alter table seeds.regions rename column region_name to name",
            ["seeds.regions has other columns: ['name VARCHAR', 'region_name VARCHAR']"],
        ),
    ],
)
def test_the_benchmark_sees_that_its_two_ways_part(
    warehouse: Warehouse, tmp_path: Path, sql: str, sentences: list[str]
) -> None:
    assert changed(warehouse, tmp_path, sql) == sentences
