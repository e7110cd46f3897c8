"""What dbt makes of copies of the Bureau's spreadsheet: a month in each row; red where one cannot be right."""

import csv
import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from bureau import workbook
from conftest import PROJECT, Warehouse

from atp_trade.load.goods import COLUMNS, load_goods

STAGED = "staging.stg_census__goods_loaded"
# Its tests need the seeds that it is compared with.
BUILT = ["stg_census__goods_loaded", "partners", "census_atp_by_month"]
CODES = {
    "0007": "Advanced Technology Products",
    "0015": "World, Not Seasonally Adjusted",
    "0016": "Asia",
    "1220": "Canada",
    "5700": "China",
    "7920": "Namibia",
}
# A sum of countries is the world's.
AMOUNTS = {"0007": 30, "0015": 100.25, "0016": 60, "1220": 40, "5700": 60.25, "7920": 0}

Sheet = dict[tuple[int, str], list[float]]


def sheet(years: range, newest_month: int) -> Sheet:
    """Exports by month of each code and year; imports are twice as large. 0 is what is not published yet."""
    return {
        (year, code): [amount if year < years[-1] or month <= newest_month else 0 for month in range(1, 13)]
        for year in years
        for code, amount in AMOUNTS.items()
    }


def load(rows: Sheet, names: dict[str, str] = CODES) -> None:
    """Load a copy of the spreadsheet."""
    table: list[list] = [
        COLUMNS,
        *(
            [str(year), code, names[code], *(2 * value for value in (*values, sum(values))), *values, sum(values)]
            for (year, code), values in rows.items()
        ),
    ]
    Path("country.xlsx").write_bytes(workbook(table))
    [*load_goods(Path("country.xlsx"))]


def build(copied: Warehouse) -> subprocess.CompletedProcess[str]:
    """Build what is made of the copies, with the tests that need nothing else."""
    variables = {**os.environ, "ATP_TRADE_DB": str(copied.database), "DBT_PROFILES_DIR": "profiles"}
    dbt = [Path(sys.executable).with_name("dbt"), "build", "--indirect-selection", "cautious", "--select", *BUILT]
    return subprocess.run(dbt, env=variables, capture_output=True, text=True, check=False)


def problems(copied: Warehouse) -> list[str]:
    """The sentences of the tests that are red."""
    results = json.loads((copied.project / "target" / "run_results.json").read_text())["results"]
    return [
        sentence
        for result in results
        if result["status"] == "fail"
        for (sentence,) in copied.query(f"select problem from ({result['compiled_code']}) order by all")
    ]


def test_each_vintage_is_its_last_copy_to_its_newest_month(warehouse: Warehouse, unbuilt: Warehouse) -> None:
    june = sheet(range(2021, 2024), 6)
    load(june)
    load(sheet(range(2021, 2024), 5))
    # In a year that is not revised yet, the world may differ from the countries by less than a percent.
    june[2023, "0015"][2] = 100.75
    load(june)
    outcome = build(unbuilt)
    assert outcome.returncode == 0, outcome.stdout
    assert unbuilt.query(
        f"""
        select vintage, count(*), min(data_year * 100 + data_month), max(data_year * 100 + data_month),
            count(distinct loaded_at_utc)
        from {STAGED} group by all order by all
        """
    ) == [("2023-05", 6 * 29, 202101, 202305, 1), ("2023-06", 6 * 30, 202101, 202306, 1)]
    world = f"""
        select vintage, exports_usd_millions, imports_usd_millions from {STAGED}
        where country_kind = 'world' and data_year = 2023 and data_month = 3 order by all
    """
    assert unbuilt.query(world) == [
        ("2023-05", Decimal("100.25"), Decimal("200.5")),
        ("2023-06", Decimal("100.75"), Decimal("201.5")),
    ]
    assert unbuilt.query(
        f"select country_kind, string_agg(distinct country_code, ' ' order by country_code) from {STAGED} "
        "group by all order by all"
    ) == [
        ("advanced_technology_products", "0007"),
        ("country", "1220 5700 7920"),
        ("group", "0016"),
        ("world", "0015"),
    ]
    # It has the columns that it has without a load.
    columns = f"select column_name, data_type from duckdb_columns() where table_name = '{STAGED.split('.')[1]}'"
    assert unbuilt.query(columns) == warehouse.query(columns) and len(warehouse.query(columns)) == 9


def test_without_a_load_it_is_there_and_empty(warehouse: Warehouse) -> None:
    assert warehouse.query(f"select count(*) from {STAGED}") == [(0,)]


def test_what_cannot_be_right_is_red_and_named(unbuilt: Warehouse) -> None:
    rows = sheet(range(2021, 2024), 6)
    # A country that is missing in a month of a revised year, and more than a percent in a year that is not revised yet.
    rows[2022, "1220"][4] = 39.5
    rows[2023, "0015"][1] = 102
    # A code that came after this project.
    for year in range(2021, 2024):
        rows[year, "5999"] = [0] * 12
    load(rows, {**CODES, "5999": "Atlantis"})
    assert build(unbuilt).returncode == 1
    end = ": get the spreadsheet again, load it with atp load goods, and see docs/load.md"
    assert sorted(problems(unbuilt)) == [
        "country.xlsx of 2023-06 has the country code 5999 (Atlantis), which seeds/reference/partners.csv does not "
        "know: give it a row there",
        *(
            f"{flow} of {month} in the copy of 2023-06: the countries add up to {countries} million dollars, and the "
            f"world (code 0015) has {world}{end}"
            for flow, month, countries, world in (
                ("exports", "2022-05", "99.750000", "100.250000"),
                ("exports", "2023-02", "100.250000", "102.000000"),
                ("imports", "2022-05", "199.500000", "200.500000"),
                ("imports", "2023-02", "200.500000", "204.000000"),
            )
        ),
    ]


def test_a_vintage_that_ships_is_the_same_or_red(unbuilt: Warehouse) -> None:
    years = range(1989, 2024)
    rows = sheet(years, 1)
    with (PROJECT / "seeds" / "census" / "census_atp_by_month.csv").open(newline="") as file:
        shipped = [row for row in csv.DictReader(file) if row["vintage"] == "2023-01"]
    exports = {(int(row["data_year"]), int(row["data_month"])): row["exports_usd_millions"] for row in shipped}
    for year in years:
        rows[year, "0007"] = [float(exports.get((year, month), 0)) for month in range(1, 13)]
    load(rows)
    assert build(unbuilt).returncode == 1
    found = problems(unbuilt)
    assert len(found) == len(shipped) == 409
    # Exports are as they ship; imports are twice as large here.
    assert found[0] == (
        "advanced technology products of 1989-01: exports and imports are 5762.200000 and 11524.400000 million dollars "
        "in the loaded copy of 2023-01, and 5762.200000 and 3704.200000 in seeds/census/census_atp_by_month.csv: find "
        "out which is right"
    )
