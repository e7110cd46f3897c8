"""A made-up history in the raw store, without a server: as many countries as the Bureau has, sparse and skewed.

The figures are no data. They are the same in every run, and the totals and groups are their sums.
"""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb

PARTNERS = Path(__file__).parents[1] / "seeds" / "reference" / "partners.csv"
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
GOODS_COLUMNS = ["year", "CTY_CODE", "CTYNAME", *(f"{flow}{period}" for flow in "IE" for period in (*MONTHS, "YR"))]
WORLD, ATP = "0015", "0007"
VALUES = {"exports": "ALL_VAL_MO", "imports": "GEN_VAL_MO"}
# About as the ten areas were in 2024, in percent of a flow; a country's own mix differs from it.
WEIGHTS = {"exports": [4, 10, 2, 22, 14, 6, 1, 39, 1, 1], "imports": [5, 14, 3, 47, 14, 4, 1, 11, 0.5, 0.5]}
# In the order of the seed, so that the report's partners are the large ones; each has less than the one before.
ANSWERS = """
    with country as (
        select unnest($codes::varchar[]) as code, unnest(range(len($codes::varchar[]))) as place
    ),
    technology as (select lpad(number::varchar, 2, '0') as code, ($weights::double[])[number] as weight, number
        from range(1, 11) as numbers(number)),
    month as (
        select strftime(day, '%Y-%m') as month, year(day) - 2010 + month(day) / 12 as age, month(day) as number
        from range(($first || '-01')::date, ($last || '-01')::date + interval 1 month, interval 1 month) as days(day)
    ),
    cell as (
        select month.month, country.code as country, technology.code as technology, place,
            hash(country.code || technology.code || $flow) % 1000 / 1000 as mix,
            hash(country.code || technology.code || $flow || month.month) % 1000 / 1000 as chance,
            2e10 * weight / 100 * pow(place + 1, -1.6) * pow(1.06, age) * (1 + 0.1 * sin(month.number)) as size
        from month, country, technology
    ),
    leaf as (
        select month, country, technology, floor(size * (0.2 + 1.6 * mix) * (0.7 + 0.6 * chance)) as usd
        from cell where size * mix * 40 > 4000 * pow(10, 3 * chance)
        union all
        select month, country, '00',
            floor(sum(floor(size)::decimal(38, 0))::double * (2 + 8 * max(mix)) + 1000)
        from cell group by all
    ),
    coded as (
        from leaf
        union all
        select month, country, '-', sum(usd) from leaf group by all
    ),
    answer as (
        select month, country, technology, usd, 'DET' as level from coded
        union all
        select month, '-', technology, sum(usd), 'DET' from coded group by all
        union all
        select month, country[1] || 'XXX', technology, sum(usd), 'CGP' from coded group by all
    )
    select country as CTY_CODE, 'NAME OF ' || country as CTY_NAME, technology as HITECH,
        'NAME OF ' || technology as HITECH_DESC, usd::bigint::varchar as {value}, level as SUMMARY_LVL, month as time,
        $flow as flow, month, timestamp '2026-11-20 12:00:00' as loaded_at_utc, 'made up' as request
    from answer order by all
"""


# Lists of each flow: an area has four products, of which each year leaves out another one. The last one of area 01 is in
# area 02 in odd years.
LISTS = """
    select (case $flow when 'exports' then '84' else '85' end) || lpad(area::varchar, 2, '0') || '00000' || product
            as product_code,
        lpad((case when area = 1 and product = 3 then 1 + $year % 2 else area end)::varchar, 2, '0')
            as census_area_code,
        'NAME OF ' || product_code as product_name, $flow as flow, $year::varchar as list_year,
        'census_lists' as source_id, timestamp '2026-11-20 12:00:00' as loaded_at_utc, 'made up' as request
    from range(1, 11) as areas(area), range(4) as products(product)
    where product <> $year % 3 order by all
"""
# What the API has of an area and partner, in parts: each product of the year's list has one. What another list has has
# trade too, as has a product that no list has.
PRODUCTS = """
    with cell as (
        select CTY_CODE as country_code, HITECH as area, {value}::bigint as usd from read_parquet($answer)
        where SUMMARY_LVL = 'DET' and CTY_CODE <> '-' and HITECH not in ('-', '00')
    ),
    listed as (
        select *, row_number() over (partition by census_area_code order by product_code) as place,
            count(*) over (partition by census_area_code) as places
        from read_parquet($list)
    ),
    trade as (
        select product_code, country_code,
            case place when 1 then usd - (places - 1) * (usd // (places + 1)) else usd // (places + 1) end as value_usd
        from cell join listed on area = census_area_code
        union all
        select substr(any_value(product_code), 1, 9) || $year % 3, country_code, any_value(usd) // 9
        from cell join listed on area = census_area_code where area <> '01' group by area, country_code
        union all
        select '0101210000', country_code, sum(usd) from cell group by country_code
    )
    select product_code, country_code, value_usd,
        case when product_code[-1] <> '2' then value_usd // 7 + 1 end as quantity,
        case when product_code[-1] = '1' and $month < 3 then 'KG' when product_code[-1] <> '2' then 'NO' end
            as quantity_unit,
        $flow as flow, $year::int as data_year, $month::int as data_month, 'census_hs' as source_id,
        timestamp '2026-11-20 12:00:00' as loaded_at_utc, 'made up' as request
    from trade order by product_code, country_code
"""


def country_codes() -> list[str]:
    """The Schedule C codes of the project's partners."""
    with PARTNERS.open(encoding="utf-8", newline="") as file:
        return [row["schedule_c_code"] for row in csv.DictReader(file) if row["schedule_c_code"]]


def write_history(project: Path, first: str, last: str, codes: list[str] | None = None) -> int:
    """Write a made-up answer for each flow and month; how many rows that is."""
    rows = 0
    with duckdb.connect() as connection:
        for flow, value in VALUES.items():
            given = {"codes": codes or country_codes(), "weights": WEIGHTS[flow], "first": first, "last": last}
            connection.execute(
                f"create or replace table answers as {ANSWERS.format(value=value)}", {**given, "flow": flow}
            )
            months = connection.execute("select month, count(*) from answers group by all").fetchall()
            for month, count in months:
                place = project / "data" / "census_hitech" / flow / month
                place.mkdir(parents=True, exist_ok=True)
                path = place / "20261120T120000000000Z.parquet"
                connection.execute(
                    f"copy (from answers where month = '{month}') to '{str(path).replace(chr(39), chr(39) * 2)}'"
                    " (format parquet, compression zstd)"
                )
                rows += count
    return rows


def write_goods(project: Path, years: dict[int, int], codes: list[str]) -> None:
    """Write a made-up copy of the spreadsheet of goods trade by country; for each year, how many months it has."""
    columns: dict[str, list[str]] = {name: [] for name in GOODS_COLUMNS}

    def add(year: int, code: str, amounts: dict[str, int]) -> None:
        for name in columns:
            flow, period = name[0], name[1:]
            of_flow = {month: tenths for month, tenths in amounts.items() if month[0] == flow}
            tenths = sum(of_flow.values()) if period == "YR" else of_flow.get(name, 0)
            columns[name].append(
                {"year": str(year), "CTY_CODE": code, "CTYNAME": f"NAME OF {code}"}.get(name, f"{tenths / 10}")
            )

    for year, months in years.items():
        named = [f"{flow}{month}" for flow in "IE" for month in MONTHS[:months]]
        countries = {
            code: {name: (year * 7919 + int(code) * 31 + place * 17) % 9000 + 1000 for place, name in enumerate(named)}
            for code in codes
        }
        world = {name: sum(amounts[name] for amounts in countries.values()) for name in named}
        for code, amounts in countries.items():
            add(year, code, amounts)
        add(year, WORLD, world)
        add(year, ATP, {name: tenths // 5 for name, tenths in world.items()})
    folder = project / "data" / "census_country"
    folder.mkdir(parents=True)
    unnested = ", ".join(f'unnest(${name}::varchar[]) as "{name}"' for name in columns)
    path = str(folder / "20261120T120000000000Z.parquet").replace("'", "''")
    with duckdb.connect() as connection:
        connection.execute(
            f"copy (select {unnested}, timestamp '2026-11-20 12:00:00' as loaded_at_utc, 'made up' as request)"
            f" to '{path}' (format parquet)",
            columns,
        )


def write_products(project: Path) -> None:
    """Write made-up lists, and product trade that adds up to the answers of the API that are there.

    Exports of 2012 have no list.
    """
    with duckdb.connect() as connection:

        def write(query: str, path: Path, given: dict[str, object]) -> str:
            path.parent.mkdir(parents=True, exist_ok=True)
            connection.execute(f"create or replace table written as {query}", given)
            quoted = str(path).replace("'", "''")
            connection.execute(f"copy written to '{quoted}' (format parquet, compression zstd)")
            return str(path)

        for flow, value in VALUES.items():
            lists: dict[str, str] = {}
            for answer in sorted((project / "data" / "census_hitech" / flow).glob("*/*.parquet")):
                year, month = answer.parent.name.split("-")
                given = {"flow": flow, "year": int(year)}
                place = Path("census_lists", flow, year, answer.name)
                if year not in lists:
                    lists[year] = write(LISTS, project / "data" / place, given)
                files = {"answer": str(answer), "list": lists[year], "month": int(month)}
                path = project / "data" / "census_hs" / flow / year / answer.parent.name / answer.name
                write(PRODUCTS.format(value=value), path, given | files)
            if flow == "exports" and "2012" in lists:
                Path(lists["2012"]).unlink()
