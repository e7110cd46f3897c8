"""Since the report: the balance, exports and imports of every full year, and the report's balance."""

from __future__ import annotations

import altair as alt

from atp_trade.pages.web.charts import theme
from atp_trade.pages.web.charts.lines import Series, lines
from atp_trade.pages.web.exhibit import BOTH, Figure, Layout, Numbers, Row
from atp_trade.pages.web.words import number

BALANCES = {
    "balance_usd_millions": Series("Census Bureau", theme.LATER, at=-5, right=-12, down=4, align="right"),
    "report_balance_usd_millions": Series("The report", theme.BALANCE, at=0, right=6, down=-10),
}
FLOWS = {
    "imports_usd_millions": Series("Imports", theme.IMPORTS, at=-8, right=-8, down=-8, align="right"),
    "exports_usd_millions": Series("Exports", theme.EXPORTS, at=-13, right=0, down=24),
}


def draw(rows: list[Row], layout: Layout) -> alt.TopLevelMixin:
    """Two panels: the balance by both sources, and what it is made of by the one that goes on."""
    years = theme.years(rows)
    ticks = [year for year in years if (year - years[-1]) % 6 == 0]
    axis = alt.Axis(labelExpr=theme.BILLIONS, tickCount=6)
    width = (layout.width - 130) / 2 if layout.is_wide else layout.width - 60

    def panel(series: dict[str, Series], title: str, subtitle: str) -> alt.LayerChart:
        def label(row: Row) -> str:
            return f"{series[row['series']].name}, {row['data_year']}: {number(row['usd_millions'])} million dollars"

        some = [
            {"series": column, "data_year": row["data_year"], "usd_millions": row[column]}
            for column in series
            for row in rows
            if row[column] is not None
        ]
        drawn = lines(some, series, "usd_millions", label, axis, ticks, point=22)
        return alt.layer(theme.zero_line(), drawn, *theme.panel_title(title, subtitle)).properties(
            width=width, height=300 if layout.is_wide else 240
        )

    panels = (
        panel(BALANCES, "Balance", "Exports less imports, by both sources"),
        panel(FLOWS, "Exports and imports", "Census Bureau"),
    )
    return (alt.hconcat if layout.is_wide else alt.vconcat)(*panels).resolve_scale(color="independent")


FIGURE = Figure(
    name="Update 1",
    title=(
        "From a balance of {later_report_end_balance_usd_billions} billion dollars in {last_data_year} to "
        "{later_last_year_balance_usd_billions} billion in {later_last_year}: imports went from "
        "{later_report_end_imports_usd_billions} to {later_last_year_imports_usd_billions} billion, exports from "
        "{later_report_end_exports_usd_billions} to {later_last_year_exports_usd_billions}"
    ),
    subtitle="Balance, exports and imports, {later_first_year} to {later_last_year}, billions of current dollars",
    unit="millions of current U.S. dollars",
    relation="page.later_totals",
    made_of=("marts.trade_windows", "marts.trade_totals"),
    told_by=BOTH,
    sql="""\
select data_year, exports_usd_millions, imports_usd_millions, balance_usd_millions, report_balance_usd_millions
from page.later_totals
order by data_year desc""",
    note=(
        "Two sources, never spliced: the Census Bureau's own totals, and what the report says of {first_data_year} to "
        "{last_data_year}. They differ most in {first_data_year}, for a reason that is not known. In "
        "{last_data_year} the report's balance is {balance_usd_billions}, the Bureau's "
        "{later_report_end_balance_usd_billions} billion dollars, so later years are compared with the Bureau's."
    ),
    draw=draw,
    draws="Two line charts by year: the balance by both sources, and exports and imports.",
    numbers=Numbers(
        row="data_year",
        values=(*FLOWS, *BALANCES),
        names={"balance_usd_millions": "Balance", "report_balance_usd_millions": "Balance in the report"},
    ),
)
