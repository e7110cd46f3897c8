"""Only read what the results need, each column of each row, in DuckDB: python by_reading.py DATA RESULT."""

import duckdb
from by_duckdb import SETTINGS
from stored import folders, trade_files

# The largest text, so that no column is known from the files' own statistics.
READ = """
    select
        max(flow), max(data_year), max(data_month), max(product_code), max(country_code), sum(value_usd), sum(quantity),
        max(quantity_unit)
    from trade
"""

if __name__ == "__main__":
    with duckdb.connect(config=SETTINGS) as connection:
        connection.read_parquet(trade_files(folders()[0])).create_view("trade")
        connection.execute(READ).fetchall()
