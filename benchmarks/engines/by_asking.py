"""A hundred questions of a dashboard in one open connection, milliseconds each: python by_asking.py DATABASE."""

import json
import sys
import time
from itertools import cycle, islice

import duckdb
from by_duckdb import SETTINGS

# Each question with the query for the values to ask it with, the largest first.
QUESTIONS = {
    "a partner's largest products": (
        """
        select product_code, product_rank, value_usd_millions, share_pct from marts.top_products
        where data_year = ? and flow = ? and partner_id = ? and census_area_code = 'all' order by product_rank
        """,
        "select data_year, flow, partner_id from marts.top_products group by all order by sum(value_usd_millions) desc",
    ),
    "an area's balance by year": (
        """
        select data_year, sum(case flow when 'exports' then value_usd_millions else -value_usd_millions end)
        from marts.trade_by_product where census_area_code = ? group by data_year order by data_year
        """,
        "select distinct census_area_code from marts.trade_by_product order by 1",
    ),
    "a product's years": (
        """
        select data_year, sum(value_usd_millions), sum(quantity) from marts.trade_by_product
        where flow = ? and product_code = ? group by data_year order by data_year
        """,
        "select flow, product_code from marts.trade_by_product group by all order by sum(value_usd_millions) desc",
    ),
    "a year's contributions to the balance": (
        """
        select product_code, list_change, balance_contribution_usd_millions, price_effect_usd_millions
        from marts.product_contributions where data_year = ? and flow = ? order by deficit_contribution_rank limit 20
        """,
        "select distinct data_year, flow from marts.product_contributions order by all",
    ),
    "a partner's products in an area": (
        """
        select product_code, product_name, value_usd_millions, unit_value_usd from marts.trade_by_product
        where partner_id = ? and census_area_code = ? and data_year = ? order by value_usd_millions desc limit 50
        """,
        """
        select partner_id, census_area_code, data_year from marts.trade_by_product
        group by all order by sum(value_usd_millions) desc
        """,
    ),
}
ASKED_EACH = 20


def ask(database: str) -> list[float]:
    """Milliseconds of each question, asked in turn; it ends all if one has no answer."""
    with duckdb.connect(database, read_only=True, config=SETTINGS) as connection:
        values = {}
        for name, (_, of) in QUESTIONS.items():
            found = connection.execute(of).fetchmany(1000)
            if not found:
                sys.exit(f"there is nothing to ask for in {name}")
            values[name] = list(islice(cycle(found[:: max(1, len(found) // ASKED_EACH)]), ASKED_EACH))
    milliseconds = []
    # A connection that has seen none of it.
    with duckdb.connect(database, read_only=True, config=SETTINGS) as connection:
        for number in range(ASKED_EACH):
            for name, (sql, _) in QUESTIONS.items():
                started = time.perf_counter()
                rows = connection.execute(sql, values[name][number]).fetchall()
                milliseconds.append(1000 * (time.perf_counter() - started))
                if not rows:
                    sys.exit(f"{name} has no answer for {values[name][number]}")
    return milliseconds


if __name__ == "__main__":
    print(json.dumps(ask(sys.argv[1])))
