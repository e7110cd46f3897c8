"""Figure 2: the trade balance by technology area in three years."""

from __future__ import annotations

import altair as alt

from atp_trade.pages.web.charts import theme
from atp_trade.pages.web.exhibit import Figure, Layout, Numbers, Row
from atp_trade.pages.web.words import number

# On a phone a name takes two lines.
IN_LINES = "split(replace(replace(datum.label, ' ', '|'), '|and ', ' and|'), '|')"
COLORS = ["var(--ramp-1)", "var(--ramp-2)", "var(--ramp-3)"]


def draw(rows: list[Row], layout: Layout) -> alt.TopLevelMixin:
    """A bar for each area and year, the latest year strongest and with its number."""
    areas = list(dict.fromkeys(row["technology_name"] for row in rows))
    years = theme.years(rows)
    data = theme.data(
        rows,
        series=lambda row: row["technology_name"],
        label=lambda row: (
            f"{row['technology_name']}, {row['data_year']}: {number(row['balance_usd_millions'])} million dollars"
        ),
        value=lambda row: row["balance_usd_millions"],
    )
    names_width = 205 if layout.is_wide else 92
    base = alt.Chart(data).encode(
        y=alt.Y(
            "technology_name:N",
            sort=areas,
            scale=alt.Scale(paddingInner=0.35, paddingOuter=0.1),
            axis=alt.Axis(
                labelColor=theme.INK,
                labelFontSize=13 if layout.is_wide else 12,
                labelPadding=10 if layout.is_wide else 6,
                minExtent=names_width,
                labelExpr="datum.label" if layout.is_wide else IN_LINES,
            ),
        ),
        yOffset=alt.YOffset("data_year:O", sort=years),
        x=alt.X(
            "balance_usd_millions:Q",
            axis=alt.Axis(labelExpr=theme.BILLIONS, tickCount=7 if layout.is_wide else 4, orient="top"),
            scale=alt.Scale(padding=52, nice=False),
        ),
    )
    bars = base.mark_bar().encode(
        color=alt.Color("data_year:O", scale=alt.Scale(domain=years, range=COLORS[-len(years) :])),
        description=theme.LABEL,
    )
    latest = base.transform_filter(f"datum.data_year == {years[-1]}").encode(
        text=alt.Text("in_billions:N"), description=theme.SERIES
    )
    latest = latest.transform_calculate(in_billions="format(datum.balance_usd_millions / 1000, ',.1f')")
    right = latest.transform_filter("datum.balance_usd_millions >= 0").mark_text(align="left", dx=5, fontSize=12)
    left = latest.transform_filter("datum.balance_usd_millions < 0").mark_text(align="right", dx=-5, fontSize=12)
    zero = (
        alt.Chart(alt.Data(values=[{"zero": 0}]))
        .mark_rule(color=theme.MUTED, strokeWidth=1.2)
        .encode(x=alt.X("zero:Q"))
    )
    return alt.layer(bars, zero, right, left).properties(
        width=layout.width - names_width - (30 if layout.is_wide else 16),
        height=len(areas) * (44 if layout.is_wide else 46),
    )


FIGURE = Figure(
    name="Figure 2",
    title=(
        "{largest_surplus_technology_name} earned the largest surplus in {last_data_year}, "
        "{largest_technology_surplus_usd_billions} billion dollars; {largest_deficit_technology_name:lower} ran the "
        "largest deficit, {largest_technology_deficit_usd_billions} billion"
    ),
    subtitle="{title}, {first_year} to {last_year}, billions of current dollars; the number is that of {last_year}",
    unit="millions of current U.S. dollars",
    relation="printed.figure_2",
    made_of=("staging.stg_nsf07329__cells",),
    sql="""\
select technology_name, cast(substring(year_column, 2) as int) as data_year, balance_usd_millions
from printed.figure_2
unpivot (balance_usd_millions for year_column in (columns('^y[0-9]+$')))
order by arg_max(balance_usd_millions, year_column) over (partition by technology_name) desc, data_year""",
    note="The balances are the printed ones of Table 1. The order is that of {last_year}.",
    draw=draw,
    draws="Bar chart of the balance of eleven technology areas in each of three years.",
    numbers=Numbers(row="technology_name", column="data_year", values=("balance_usd_millions",)),
)
