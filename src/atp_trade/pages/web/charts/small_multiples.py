"""Beyond the report: exports, imports and balance of each partner and region, a small drawing each."""

from __future__ import annotations

import altair as alt

from atp_trade.pages.web.charts import theme
from atp_trade.pages.web.exhibit import Figure, Layout, Row
from atp_trade.pages.web.words import number

FLOWS = {"exports_usd_millions": "exports", "imports_usd_millions": "imports", "balance_usd_millions": "balance"}


def draw(rows: list[Row], layout: Layout) -> alt.TopLevelMixin:
    """One member: exports and imports as lines, the balance as bars from zero, on a scale of its own."""
    years = theme.years(rows)
    data = theme.data(
        [{**row, "flow": flow, "usd_millions": row[column]} for row in rows for column, flow in FLOWS.items()],
        series=lambda row: "",
        label=lambda row: f"{row['member_name']}, {row['data_year']}: {row['flow']} {number(row['usd_millions'])}",
        value=lambda row: row["usd_millions"],
    )
    base = alt.Chart(data).encode(
        x=alt.X(
            "data_year:Q",
            scale=alt.Scale(domain=[years[0], years[-1]], nice=False, padding=10),
            axis=alt.Axis(
                values=[years[0], years[-1]],
                labelExpr="toString(datum.value)",
                grid=False,
                domain=False,
                labelPadding=4,
            ),
        ),
        y=alt.Y("usd_millions:Q", axis=None),
        color=alt.Color(
            "flow:N", scale=alt.Scale(domain=list(theme.FLOWS), range=list(theme.FLOWS.values())), legend=None
        ),
    )
    balance = base.transform_filter("datum.flow == 'balance'").mark_bar(width=9).encode(description=theme.LABEL)
    flows = base.transform_filter("datum.flow != 'balance'")
    return alt.layer(
        balance,
        theme.zero_line(),
        flows.mark_line(strokeWidth=2),
        flows.mark_circle(size=22, opacity=1).encode(description=theme.LABEL),
    ).properties(
        width=layout.width,
        height=100,
        autosize="none",
        padding={"left": 4, "right": 4, "top": 4, "bottom": 20},
    )


FIGURE = Figure(
    name="Chart E",
    title=(
        "The United States sold more technology to {partners_in_surplus} of {partners} partners than it bought from "
        "them in {last_data_year}; the deficit with {largest_deficit_partner_name} alone, "
        "{largest_partner_deficit_usd_billions} billion dollars, exceeds that of all technology trade"
    ),
    subtitle=(
        "Exports, imports and balance of each group of partners and each partner, {first_data_year} to "
        "{last_data_year}. Each drawing has a scale of its own; the numbers are those of {last_data_year}, millions of "
        "current dollars"
    ),
    unit="millions of current U.S. dollars",
    relation="page.partners_and_regions",
    made_of=("marts.trade_by_partner", "marts.trade_by_region", "marts.dim_partner", "marts.dim_region"),
    sql="""\
select
    breakdown, member_id, member_name, region_name, data_year,
    exports_usd_millions, imports_usd_millions, balance_usd_millions
from page.partners_and_regions
order by breakdown desc, page_row, data_year""",
    draw=draw,
    draws="Exports and imports as lines and the balance as bars, by year.",
    is_many=True,
)
