"""Since the report: exports, imports and balance of every full year."""

from __future__ import annotations

from atp_trade.pages.web.charts import theme
from atp_trade.pages.web.charts.fluid import Element, Line, Lines
from atp_trade.pages.web.exhibit import Figure, Numbers, Row
from atp_trade.pages.web.words import billions

SERIES = {
    "imports_usd_millions": ("Imports", theme.IMPORTS),
    "exports_usd_millions": ("Exports", theme.EXPORTS),
    "balance_usd_millions": ("Balance", theme.BALANCE),
}


def draw(rows: list[Row], first_data_year: int, last_data_year: int) -> list[Element]:
    """Three lines, the years of the report marked."""
    lines = [
        Line(name, color, points := [(row["data_year"], row[column]) for row in reversed(rows)]).ending(
            billions(points[-1][1])
        )
        for column, (name, color) in SERIES.items()
    ]
    return [Lines(lines, height=320, band=(first_data_year, last_data_year, "report")).draw()]


FIGURE = Figure(
    name="Update 1",
    topic="balance of technology, exports and imports",
    title=(
        "From a balance of {later_report_end_balance_usd_billions} billion dollars in {last_data_year} to "
        "{later_last_year_balance_usd_billions} billion in {later_last_year}: imports went from "
        "{later_report_end_imports_usd_billions} to {later_last_year_imports_usd_billions} billion, exports from "
        "{later_report_end_exports_usd_billions} to {later_last_year_exports_usd_billions}"
    ),
    subtitle="Balance, exports and imports, {later_first_year} to {later_last_year}, billions of current dollars",
    unit="millions of current U.S. dollars",
    relation="page.later_totals",
    made_of=("marts.trade_windows",),
    told_by=("later_source_id",),
    sql="""\
select data_year, exports_usd_millions, imports_usd_millions, balance_usd_millions
from page.later_totals
order by data_year desc""",
    note=(
        "The Census Bureau's own totals. A balance is rounded once, so it can differ by 0.1 "
        "million from the rounded exports less imports. In {last_data_year} the report's balance is "
        "{balance_usd_billions}, the Bureau's {later_report_end_balance_usd_billions} billion dollars, so later years "
        "are compared with the Bureau's. Since 2010 shipments of low value are estimated by another method."
    ),
    draw=draw,
    draws="A line chart of exports, imports and balance by year.",
    marks=("first_data_year", "last_data_year"),
    numbers=Numbers(
        row="data_year", values=tuple(SERIES), names={column: name for column, (name, _) in SERIES.items()}
    ),
)
