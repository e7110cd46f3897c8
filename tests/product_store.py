"""A raw store of made-up product trade, small and with what is rare in a large one: for tests that compare engines.

Ties, zeros, quantities that are missing or of two units, products that lists add, drop and move, a year that lacks
months, and an older version of a month, which does not count.
"""

import csv
import subprocess
import sys
from pathlib import Path

import duckdb

PARTNERS = Path(__file__).parents[1] / "seeds" / "reference" / "partners.csv"
ROWS = 100_000
MONTHS = [f"{year}-{month:02}" for year in (2010, 2011) for month in range(1, 13)] + ["2012-01"]
FLOWS = {"exports": 9_900_000_000, "imports": 9_950_000_000}
NEW, OLD = "20250215T000000000000Z.parquet", "20250115T000000000000Z.parquet"
ADDED = "'synthetic' as source_id, timestamp '2025-02-15 00:00:00' as loaded_at_utc, 'made up' as request"
# 40 partners with 50 products each, of which a part is on the lists.
TRADE = """
    select ({base} + product * 7 + partner % 7)::varchar as product_code, country as country_code,
        chosen % 1000 * (product % 10) as value_usd,
        case when product % 3 < 2 and chosen % 50 > 0 then chosen % 90 end as quantity,
        case when quantity is not null then if(product % 4 = 0 and chosen % 5 = 0, 'KG', 'NO') end as quantity_unit,
        '{flow}' as flow, {year} as data_year, {month} as data_month, {added}
    from (
        select unnest(range(40)) as partner, unnest(list_transform(range(40), lambda n: ($countries)[n + 1])) as country
    ) as partners,
    range(50) as products (product),
    lateral (
        select (product * 7919 + partner * 104729 + {month} * 1299709 + {year} * 31 + {version}) % 15485863 as chosen
    )
    order by product_code, country_code
    limit {rows}
"""
LISTS = """
    select ({base} + number)::varchar as product_code,
        lpad(((number + if(number % 11 = 0, {year}, 0)) % 10 + 1)::varchar, 2, '0') as census_area_code,
        'SYNTHETIC PRODUCT ' || number as product_name, '{flow}' as flow, '{year}' as list_year, {added}
    from range(300) as numbers (number)
    where (number + {year}) % 9 > 0 and number % 4 > 0
"""


def write_products(folder: Path) -> None:
    """Write ROWS rows of trade, and the lists of their years."""
    with PARTNERS.open(encoding="utf-8") as partners:
        countries = [row["schedule_c_code"] for row in csv.DictReader(partners) if row["schedule_c_code"]]
    with duckdb.connect() as connection:

        def write(place: str, name: str, sql: str, **values: object) -> None:
            file = folder / place / name
            file.parent.mkdir(parents=True, exist_ok=True)
            escaped = str(file).replace("'", "''")
            given = {"countries": countries} if "$countries" in sql else {}
            connection.execute(f"copy ({sql.format(added=ADDED, **values)}) to '{escaped}'", given)

        for flow, base in FLOWS.items():
            for month in MONTHS:
                year, number = map(int, month.split("-"))
                of_month = {"flow": flow, "base": base, "year": year, "month": number, "rows": ROWS // 2 // len(MONTHS)}
                write(f"census_hs/{flow}/{year}/{month}", NEW, TRADE, version=1, **of_month)
                if number == 7:
                    write(f"census_hs/{flow}/{year}/{month}", OLD, TRADE, version=0, **of_month)
            for year in (2010, 2011, 2012):
                write(f"census_lists/{flow}/{year}", NEW, LISTS, flow=flow, base=base, year=year)


def compared(folder: Path) -> str:
    """What the short benchmark says of a store in a folder, if all engines of this environment agree."""
    store = folder / "it's [ä] store"
    write_products(store)
    program = Path(__file__).parents[1] / "benchmarks" / "products.py"
    outcome = subprocess.run(
        [sys.executable, program, "--short", "--data", store], capture_output=True, text=True, check=False
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    return outcome.stdout
