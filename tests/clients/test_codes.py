"""Codes in the files of an export: a reader that is told that they are text keeps their zeros, others may not."""

import re
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pandas
import polars
import pyarrow
import pytest
from conftest import Warehouse
from connect_page import EXPORT, SECTIONS, blocks_of
from frictionless import Package
from pyarrow import csv

from atp_trade.warehouse import relations

Codes = dict[tuple[str, str], list[str | None]]


@pytest.fixture(scope="module")
def desk(warehouse: Warehouse, short: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with exports of the published file, where the page has them."""
    folder = tmp_path_factory.mktemp("codes")
    for form in ("csv", "parquet", "xlsx"):
        exporting = ["atp", "export", str(folder / "export" / form), "--format", form]
        assert warehouse.run(*exporting, ATP_TRADE_DB=str(short)).returncode == 0
    return folder


@pytest.fixture(scope="module")
def codes(short: Path) -> Codes:
    """The columns of the marts whose texts are all digits, by mart and column; an empty mart has none."""
    found = {}
    with duckdb.connect(str(short), read_only=True) as connection:
        for mart in relations(connection, "marts"):
            for column in mart.columns:
                query = f'select "{column.name}" from {mart.qualified_name} order by {mart.row_order}'
                values = [value for (value,) in connection.sql(query).fetchall()]
                texts = [value for value in values if value is not None]
                if column.type == "VARCHAR" and texts and all(text.isdecimal() for text in texts):
                    found[mart.name, column.name] = values
    return found


def test_the_page_names_every_column_of_codes(codes: Codes) -> None:
    assert set(codes) == {
        ("dim_partner", "schedule_c_code"),
        ("dim_census_area", "census_area_code"),
        ("dim_technology", "census_area_code"),
        ("dim_technology", "counted_in_census_area_code"),
        ("trade_by_census_area", "census_area_code"),
        ("trade_by_technology", "census_area_code"),
        ("trade_by_technology", "counted_in_census_area_code"),
        ("product_lists", "product_code"),
        ("product_lists", "census_area_code"),
        ("dim_product", "product_code"),
        ("dim_product", "census_area_code"),
        ("dim_product", "chapter_code"),
        ("dim_product", "subheading_code"),
        ("product_list_changes", "product_code"),
        ("product_list_changes", "previous_census_area_code"),
        ("product_list_changes", "census_area_code"),
    }
    assert "07" in codes["dim_technology", "census_area_code"]
    assert all(f"`{column}`" in SECTIONS[EXPORT] for _, column in codes)


def of_pandas(column: pandas.Series) -> list[Any]:
    return [None if pandas.isna(value) else value for value in column]


def a_csv(desk: Path, mart: str) -> str:
    return str(desk / "export" / "csv" / f"{mart}.csv")


def a_sheet(desk: Path, mart: str) -> dict[str, Any]:
    return {"io": desk / "export" / "xlsx" / "atp-trade.xlsx", "sheet_name": mart}


def by_frictionless(form: str) -> Callable[[Path, str, str], list[Any]]:
    @cache
    def rows(desk: Path, mart: str) -> list[Any]:
        return Package(str(desk / "export" / form / "datapackage.json")).get_resource(mart).read_rows()

    return lambda desk, mart, column: [row[column] for row in rows(desk, mart)]


@cache
def book(desk: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(desk / "export" / "xlsx" / "atp-trade.xlsx")


def cells(desk: Path, mart: str, column: str) -> list[Any]:
    header, *rows = book(desk)[mart].iter_rows(values_only=True)
    return [row[header.index(column)] for row in rows]


@cache
def sheet_by_polars(desk: Path, mart: str) -> polars.DataFrame:
    """A sheet, read once: polars opens the whole workbook each time."""
    header, *_ = book(desk)[mart].iter_rows(values_only=True)
    told = {name: polars.String for name in header if name.endswith("_code")}
    return polars.read_excel(a_sheet(desk, mart)["io"], sheet_name=mart, engine="openpyxl", schema_overrides=told)


def by_duckdb(options: str) -> Callable[[Path, str, str], list[Any]]:
    def read(desk: Path, mart: str, column: str) -> list[Any]:
        file = a_csv(desk, mart).replace("'", "''")
        with duckdb.connect() as connection:
            rows = connection.sql(f"select {column} from read_csv('{file}'{options.format(column)})").fetchall()
        return [value for (value,) in rows]

    return read


TOLD = {
    "pandas with dtype": lambda desk, mart, column: of_pandas(
        pandas.read_csv(a_csv(desk, mart), dtype={column: str})[column]
    ),
    "pandas with dtype=str": lambda desk, mart, column: of_pandas(
        pandas.read_csv(a_csv(desk, mart), dtype=str)[column]
    ),
    "pandas of a workbook": lambda desk, mart, column: of_pandas(
        pandas.read_excel(**a_sheet(desk, mart), dtype={column: str})[column]
    ),
    "pandas of Parquet": lambda desk, mart, column: of_pandas(
        pandas.read_parquet(desk / "export" / "parquet" / f"{mart}.parquet")[column]
    ),
    "polars with schema_overrides": lambda desk, mart, column: polars.read_csv(
        a_csv(desk, mart), schema_overrides={column: polars.String}
    )[column].to_list(),
    "polars without inference": lambda desk, mart, column: polars.read_csv(a_csv(desk, mart), infer_schema=False)[
        column
    ].to_list(),
    "polars of a workbook": lambda desk, mart, column: sheet_by_polars(desk, mart)[column].to_list(),
    "pyarrow": lambda desk, mart, column: csv.read_csv(
        a_csv(desk, mart),
        convert_options=csv.ConvertOptions(column_types={column: pyarrow.string()}, strings_can_be_null=True),
    )[column].to_pylist(),
    "DuckDB with types": by_duckdb(", types = {{'{}': 'VARCHAR'}}"),
    "DuckDB with all_varchar": by_duckdb(", all_varchar = true"),
    "Frictionless of CSV": by_frictionless("csv"),
    "Frictionless of a workbook": by_frictionless("xlsx"),
    "Frictionless of Parquet": by_frictionless("parquet"),
    "the cells of a workbook": cells,
}


@pytest.mark.parametrize("reader", TOLD)
def test_a_reader_that_is_told_keeps_codes_as_they_are(desk: Path, codes: Codes, reader: str) -> None:
    for (mart, column), expected in codes.items():
        assert TOLD[reader](desk, mart, column) == expected, (mart, column)


GUESSED = {
    "pandas": (lambda desk, mart: of_pandas(pandas.read_csv(a_csv(desk, mart))["census_area_code"]), 7.0),
    "pandas with pyarrow's types": (
        lambda desk, mart: of_pandas(pandas.read_csv(a_csv(desk, mart), dtype_backend="pyarrow")["census_area_code"]),
        7,
    ),
    "pandas of a workbook": (
        lambda desk, mart: of_pandas(pandas.read_excel(**a_sheet(desk, mart))["census_area_code"]),
        7.0,
    ),
    "polars": (lambda desk, mart: polars.read_csv(a_csv(desk, mart))["census_area_code"].to_list(), 7),
    "polars of a workbook": (
        lambda desk, mart: polars.read_excel(a_sheet(desk, mart)["io"], sheet_name=mart, engine="openpyxl")[
            "census_area_code"
        ].to_list(),
        "07",
    ),
    "pyarrow": (lambda desk, mart: csv.read_csv(a_csv(desk, mart))["census_area_code"].to_pylist(), 7),
    "DuckDB": (lambda desk, mart: by_duckdb("")(desk, mart, "census_area_code"), "07"),
}


@pytest.mark.parametrize("reader", GUESSED)
def test_a_reader_that_guesses_does_what_the_page_says(desk: Path, codes: Codes, reader: str) -> None:
    read, becomes = GUESSED[reader]
    place = codes["dim_technology", "census_area_code"].index("07")
    found = read(desk, "dim_technology")[place]
    assert (found, type(found)) == (becomes, type(becomes))


def test_duckdb_takes_codes_without_zeros_for_numbers(desk: Path, codes: Codes) -> None:
    expected = codes["dim_partner", "schedule_c_code"]
    assert by_duckdb("")(desk, "dim_partner", "schedule_c_code") == [code and int(code) for code in expected]


@pytest.mark.parametrize("code", blocks_of(EXPORT))
def test_an_example_of_the_page_keeps_the_zeros(desk: Path, code: str) -> None:
    outcome = subprocess.run([sys.executable, "-c", code], cwd=desk, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stderr
    assert "07" in outcome.stdout.split()
    assert not re.search(r"\b7(\.0)?\b", outcome.stdout)
