"""Figure 1: the trade balance by product type, and technology alone as the report and the later series have it."""

from __future__ import annotations

import altair as alt

from atp_trade.pages.web.charts import theme
from atp_trade.pages.web.charts.lines import Series, lines
from atp_trade.pages.web.exhibit import BOTH, Figure, Layout, Numbers, Row
from atp_trade.pages.web.words import number

REPORT = "report_advanced_technology_products_usd_millions"
LATER = "later_advanced_technology_products_usd_millions"
OTHER = "later_all_other_products_usd_millions"
TOTAL = "later_total_merchandise_usd_millions"


def draw(rows: list[Row], layout: Layout) -> alt.TopLevelMixin:
    """Two panels: all merchandise, where technology is a thin line near zero, and technology on a scale of its own."""
    years = theme.years(rows)
    ticks = [year for year in years if (year - years[-1]) % 4 == 0]
    axis = alt.Axis(labelExpr=theme.BILLIONS, tickCount=6)

    def panel(series: dict[str, Series], width: int, title: str, subtitle: str) -> alt.LayerChart:
        def label(row: Row) -> str:
            balance = number(row["balance_usd_millions"])
            return f"{series[row['series']].name}, {row['data_year']}: {balance} million dollars"

        some = [row for row in rows if row["series"] in series]
        drawn = lines(some, series, "balance_usd_millions", label, axis, ticks)
        return alt.layer(theme.zero_line(), drawn, *theme.panel_title(title, subtitle)).properties(
            width=width, height=300
        )

    all_goods = panel(
        {
            TOTAL: Series("Total", theme.INK, down=9),
            OTHER: Series("All other", theme.IMPORTS, down=-6),
            LATER: Series("Technology", theme.LATER, down=-2),
        },
        330 if layout.is_wide else layout.width - 125,
        "All merchandise",
        "Census Bureau, later series",
    )
    technology = panel(
        {
            REPORT: Series("The report", theme.EXPORTS, at=0, right=8, down=-6),
            LATER: Series("Census, later", theme.LATER, at=7, right=-4, down=-14, is_dashed=True),
        },
        340 if layout.is_wide else layout.width - 60,
        "Advanced technology, by both sources",
        "The same balance, on a scale of its own",
    )
    side_by_side = (alt.hconcat if layout.is_wide else alt.vconcat)(all_goods, technology)
    return side_by_side.resolve_scale(color="independent")


FIGURE = Figure(
    name="Figure 1",
    title=(
        "Technology trade fell into deficit in {deficit_since_year}; in the later series of the Census Bureau it had a "
        "surplus in every year from {surplus_since_year}, and all other trade a deficit throughout"
    ),
    subtitle="{title}, {first_year} to {last_year}, billions of current dollars",
    unit="millions of current U.S. dollars",
    relation="printed.figure_1",
    made_of=("marts.merchandise_trade",),
    told_by=BOTH,
    sql=f"""\
select series, data_year, balance_usd_millions
from printed.figure_1
unpivot (
    balance_usd_millions for series in (
        {REPORT},
        {LATER},
        {OTHER},
        {TOTAL}
    )
)
order by series, data_year""",
    note=(
        "Two sources, never spliced: what the report says of {first_data_year} to {last_data_year} (its Table 1), and "
        "what the Census Bureau says of {first_year} to {last_year} later. The report does not print the numbers "
        "behind its own Figure 1. In {first_data_year} the two differ most, for a reason that is not known."
    ),
    draw=draw,
    draws="Line chart of the balance in total merchandise, all other products and advanced technology by year.",
    numbers=Numbers(
        row="series",
        column="data_year",
        values=("balance_usd_millions",),
        names={
            REPORT: "Technology, the report",
            LATER: "Technology, Census Bureau",
            OTHER: "All other",
            TOTAL: "Total",
        },
    ),
)
