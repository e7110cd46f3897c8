"""The three results by DuckDB alone, as tables of a file: python by_duckdb.py DATA RESULT."""

from pathlib import Path

import duckdb
from product_sql import CLASSES, PASS, SUMS, TOP
from stored import folders, list_files, trade_files, whole_years

SETTINGS = {"threads": 2, "memory_limit": "1GB"}


def main(data: Path, result: Path) -> None:
    """Sum up from the files, and rank what was summed up."""
    with duckdb.connect(str(result / "plain.duckdb"), config=SETTINGS) as connection:
        connection.read_parquet(trade_files(data)).create_view("trade")
        connection.execute(
            "create temp table lists as select * replace (cast(list_year as int) as list_year) from read_parquet(?)",
            [list_files(data)],
        )
        connection.execute("create temp table whole (flow varchar, data_year int)")
        if years := whole_years(data):
            connection.executemany("insert into whole values (?, ?)", years)
        connection.execute(f"create temp table classes as {CLASSES}")
        connection.execute(f"create temp table sums as {PASS}")
        connection.execute(f"create table product_sums as {SUMS}")
        connection.execute(f"create table top_products as {TOP}")
        connection.execute("drop view trade")


if __name__ == "__main__":
    main(*folders())
