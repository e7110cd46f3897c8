"""The report's four tables, in the page's order."""

from __future__ import annotations

from atp_trade.report.exhibit import Table

YEARS = ", ".join(f"y{year}" for year in range(2000, 2007))
UNIT = "millions of current U.S. dollars"


def economies(number: int, title: str, subtitle: str, note: str = "") -> Table:
    """Tables 2 to 4: a row an economy, below its group."""
    return Table(
        name=f"Table {number}",
        title=title,
        subtitle=f"{subtitle}, 2000 to 2006, millions of current dollars",
        unit=UNIT,
        relation=f"report.table_{number}",
        marts=("core.trade", "marts.dim_partner", "marts.dim_region"),
        sql=f"""\
select row_group, row_kind, country_or_economy, {YEARS}
from report.table_{number}
order by page_row""",
        note=note,
        label="country_or_economy",
        group="row_group",
    )


TABLES = (
    Table(
        name="Table 1",
        title=(
            "{technologies_in_surplus} of {technologies} technology areas ran a surplus in {last_data_year}; the "
            "balance of all was {balance_usd_billions} billion dollars"
        ),
        subtitle="U.S. exports, imports and balance by technology area, 2000 to 2006, millions of current dollars",
        unit=UNIT,
        relation="report.table_1",
        marts=("staging.stg_nsf07329__cells",),
        sql=f"""\
select block, row_kind, category, {YEARS}
from report.table_1
order by page_row""",
        note="The balances are the printed ones; in five cells they differ by 0.1 from exports less imports.",
        label="category",
        group="block",
    ),
    economies(
        2,
        "The United States ran a surplus with {partners_in_surplus} of {partners} partners in {last_data_year}, and "
        "its largest deficit with {largest_deficit_partner_name}",
        "U.S. technology trade balance by partner",
    ),
    economies(
        3,
        "{largest_market_name} bought {largest_market_share_pct}% of U.S. technology exports in {last_data_year}, more "
        "than any other partner",
        "U.S. technology exports by partner",
    ),
    economies(
        4,
        "{largest_supplier_name} supplied {largest_supplier_share_pct}% of U.S. technology imports in "
        "{last_data_year}, more than any other partner",
        "U.S. technology imports by partner",
    ),
)
