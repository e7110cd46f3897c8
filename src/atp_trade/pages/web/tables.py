"""The report's four tables, in the page's order."""

from __future__ import annotations

from atp_trade.pages.web.exhibit import Table

# The columns of the years, whichever the table shows.
YEARS = "columns('^y[0-9]+$')"
SUBTITLE = "{title}, {first_year} to {last_year}, millions of current dollars"
UNIT = "millions of current U.S. dollars"
CELLS = "staging.stg_nsf07329__cells"


def economies(number: int, title: str) -> Table:
    """Tables 2 to 4: one row per economy, below its group."""
    return Table(
        name=f"Table {number}",
        title=title,
        subtitle=SUBTITLE,
        unit=UNIT,
        relation=f"printed.table_{number}",
        made_of=(CELLS,),
        sql=f"""\
select row_group, row_kind, economy_name, {YEARS}
from printed.table_{number}
order by page_row""",
        label="economy_name",
        group="row_group",
    )


TABLES = (
    Table(
        name="Table 1",
        title=(
            "{technologies_in_surplus} of {technologies} technology areas ran a surplus in {last_data_year}; the "
            "balance of all was {balance_usd_billions} billion dollars"
        ),
        subtitle=SUBTITLE,
        unit=UNIT,
        relation="printed.table_1",
        made_of=(CELLS,),
        sql=f"""\
select block, row_kind, technology_name, {YEARS}
from printed.table_1
order by page_row""",
        note="The balances are the printed ones; in five cells they differ by 0.1 from exports less imports.",
        label="technology_name",
        group="block",
    ),
    economies(
        2,
        "The United States ran a surplus with {partners_in_surplus} of {partners} partners in {last_data_year}, and "
        "its largest deficit with {largest_deficit_partner_name}",
    ),
    economies(
        3,
        "{largest_market_name} bought {largest_market_share_pct}% of U.S. technology exports in {last_data_year}, more "
        "than any other partner",
    ),
    economies(
        4,
        "{largest_supplier_name} supplied {largest_supplier_share_pct}% of U.S. technology imports in "
        "{last_data_year}, more than any other partner",
    ),
)
