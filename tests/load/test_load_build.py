"""What dbt makes of the raw store: the latest version of each month, typed; red where a month does not add up."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from bureau import Bureau, Handler, bureau
from conftest import Warehouse, copy_project

from atp_trade.load.atp import load_atp

STAGED = "staging.stg_census_api__hitech"


@pytest.fixture
def warehouse_to_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    """A copy of the project, not built, in the working folder."""
    copied = copy_project(tmp_path / "a project's folder")
    monkeypatch.chdir(copied.project)
    return copied


def build_staged(copied: Warehouse) -> subprocess.CompletedProcess[str]:
    """Build what is made of the API's answers, with its tests."""
    variables = {**os.environ, "ATP_TRADE_DB": str(copied.database), "DBT_PROFILES_DIR": "profiles"}
    selected = ["--select", "partners", "technologies", STAGED.partition(".")[2], "--indirect-selection", "cautious"]
    dbt = [Path(sys.executable).with_name("dbt"), "build", *selected]
    return subprocess.run(dbt, env=variables, capture_output=True, text=True, check=False)


def test_the_latest_version_is_staged_in_whole_dollars(warehouse_to_be: Warehouse, bureau: Bureau) -> None:
    [*load_atp("2010-01", "2010-02")]
    bureau.revised["imports", "2010-02"] = 5
    [*load_atp("2010-01", "2010-02", again=True)]
    outcome = build_staged(warehouse_to_be)
    assert outcome.returncode == 0, outcome.stdout
    totals = (
        f"select flow, data_month, value_usd from {STAGED} where country_kind = 'total' and technology_kind = 'total'"
    )
    raw = """
        select flow, month[6:]::int, max(coalesce(ALL_VAL_MO, GEN_VAL_MO)::bigint)
        from read_parquet('data/census_hitech/*/*/*.parquet', union_by_name = true)
        where CTY_CODE = '-' and HITECH = '-' group by all order by all
    """
    staged = warehouse_to_be.query(f"{totals} order by all")
    assert len(staged) == 4 and staged == warehouse_to_be.query(raw)
    kinds = f"select distinct country_kind, country_code from {STAGED} where country_kind <> 'country' order by all"
    assert warehouse_to_be.query(kinds) == [("group", "0020"), ("group", "5XXX"), ("total", "-")]


def test_without_a_load_it_is_there_and_empty(warehouse_to_be: Warehouse) -> None:
    outcome = build_staged(warehouse_to_be)
    assert outcome.returncode == 0, outcome.stdout
    assert warehouse_to_be.query(f"select count(*) from {STAGED}") == [(0,)]


@pytest.mark.parametrize("column", ["CTY_CODE", "HITECH"])
def test_a_month_that_lacks_a_row_is_red_and_named(warehouse_to_be: Warehouse, bureau: Bureau, column: str) -> None:
    def without_a_country(handler: Handler, table: list[list[str]]) -> None:
        place, code = table[0].index(column), {"CTY_CODE": "1220", "HITECH": "08"}[column]
        handler.send(200, json.dumps([row for row in table if row[place] != code]).encode())

    bureau.goes_wrong("exports", "2010-02", without_a_country)
    [*load_atp("2010-01", "2010-03")]
    assert build_staged(warehouse_to_be).returncode == 1
    manifest = json.loads((warehouse_to_be.project / "target" / "run_results.json").read_text())["results"]
    (red,) = [result for result in manifest if result["status"] == "fail"]
    problems = warehouse_to_be.query(f"select distinct flow, data_year, data_month from ({red['compiled_code']})")
    assert problems == [("exports", 2010, 2)]
    ((sentence, *_), *_) = warehouse_to_be.query(f"select problem from ({red['compiled_code']}) order by all")
    assert sentence.startswith("exports of 2010-02, ") and "the parts add up to" in sentence
