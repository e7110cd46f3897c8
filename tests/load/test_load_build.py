"""What dbt makes of the raw store: the latest version of each month, typed; red where a month does not add up."""

import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from bureau import Bureau, Fault, Handler, bureau
from conftest import Warehouse
from history import write_history

from atp_trade.load.atp import load_atp

STAGED = "staging.stg_census_api__hitech"


def build_staged(copied: Warehouse) -> subprocess.CompletedProcess[str]:
    """Build what is made of the API's answers, with its tests."""
    variables = {**os.environ, "ATP_TRADE_DB": str(copied.database), "DBT_PROFILES_DIR": "profiles"}
    selected = ["--select", "partners", "technologies", STAGED.partition(".")[2], "--indirect-selection", "cautious"]
    dbt = [Path(sys.executable).with_name("dbt"), "build", *selected]
    return subprocess.run(dbt, env=variables, capture_output=True, text=True, check=False)


def test_the_latest_version_is_staged_in_whole_dollars(unbuilt: Warehouse, bureau: Bureau) -> None:
    [*load_atp("2010-01", "2010-02")]
    bureau.revised["imports", "2010-02"] = 5
    [*load_atp("2010-01", "2010-02", again=True)]
    outcome = build_staged(unbuilt)
    assert outcome.returncode == 0, outcome.stdout
    totals = (
        f"select flow, data_month, value_usd from {STAGED} where country_kind = 'total' and technology_kind = 'total'"
    )
    raw = """
        select flow, month[6:]::int, max(coalesce(ALL_VAL_MO, GEN_VAL_MO)::bigint)
        from read_parquet('data/census_hitech/*/*/*.parquet', union_by_name = true)
        where CTY_CODE = '-' and HITECH = '-' group by all order by all
    """
    staged = unbuilt.query(f"{totals} order by all")
    assert len(staged) == 4 and staged == unbuilt.query(raw)
    kinds = f"select distinct country_kind, country_code from {STAGED} where country_kind <> 'country' order by all"
    assert unbuilt.query(kinds) == [("group", "0020"), ("group", "5XXX"), ("total", "-")]


def test_without_a_load_it_is_there_and_empty(warehouse: Warehouse) -> None:
    assert warehouse.query(f"select count(*) from {STAGED}") == [(0,)]


def without(column: str, code: str) -> Fault:
    """An answer that lacks the rows of a country or an area."""

    def answer(handler: Handler, table: list[list[str]]) -> None:
        place = table[0].index(column)
        handler.send(200, json.dumps([row for row in table if row[place] != code]).encode())

    return answer


def test_a_month_that_lacks_a_row_is_red_and_named(unbuilt: Warehouse, bureau: Bureau) -> None:
    bureau.goes_wrong("exports", "2010-02", without("CTY_CODE", "1220"))
    bureau.goes_wrong("imports", "2010-03", without("HITECH", "08"))
    [*load_atp("2010-01", "2010-03")]
    assert build_staged(unbuilt).returncode == 1
    manifest = json.loads((unbuilt.project / "target" / "run_results.json").read_text())["results"]
    (red,) = [result for result in manifest if result["status"] == "fail"]
    problems = unbuilt.query(f"select distinct flow, data_year, data_month from ({red['compiled_code']}) order by all")
    assert problems == [("exports", 2010, 2), ("imports", 2010, 3)]
    sentences = [sentence for (sentence,) in unbuilt.query(f"select problem from ({red['compiled_code']})")]
    assert all("the parts add up to" in sentence for sentence in sentences)
    assert {sentence.split(", ")[0] for sentence in sentences} == {"exports of 2010-02", "imports of 2010-03"}


def test_a_code_that_is_not_ours_is_red_and_named(unbuilt: Warehouse) -> None:
    """It would be left out of every sum, though the month adds up."""
    write_history(unbuilt.project, "2010-01", "2010-01", ["1220", "5999"])
    for file in (unbuilt.project / "data").rglob("*.parquet"):
        rows = duckdb.read_parquet(str(file)).select("* replace (replace(HITECH, '10', '11') as HITECH)")
        rows.write_parquet(str(file.with_suffix(".new")))
        file.with_suffix(".new").replace(file)
    assert build_staged(unbuilt).returncode == 1
    results = json.loads((unbuilt.project / "target" / "run_results.json").read_text())["results"]
    (red,) = [result for result in results if result["status"] == "fail"]
    problems = unbuilt.query(f"select problem from ({red['compiled_code']}) order by all")
    assert [problem.partition(", which is not in ")[0] for (problem,) in problems] == [
        "data/census_hitech has the country 5999 (NAME OF 5999)",
        "data/census_hitech has the technology 11 (no area of the Census Bureau)",
    ]
