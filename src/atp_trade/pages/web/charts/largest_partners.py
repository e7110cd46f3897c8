"""Beyond the report: what was sold to and bought from the largest partners, in the year that the reader chooses."""

from __future__ import annotations

import altair as alt

from atp_trade.pages.web.charts import theme
from atp_trade.pages.web.exhibit import Figure, Layout, Numbers, Row
from atp_trade.pages.web.words import number

HOW_MANY = 12
FLOWS = {"exports_usd_millions": "exports", "imports_usd_millions": "imports"}


def draw(rows: list[Row], layout: Layout) -> alt.TopLevelMixin:
    """One line per partner from its exports to its imports, on one scale for all years; the balance is to its right."""
    partners = [row["member_name"] for row in rows]
    data = theme.data(
        [{**row, "flow": flow, "usd_millions": row[column]} for row in rows for column, flow in FLOWS.items()],
        series=lambda row: row["member_name"],
        label=lambda row: (
            f"{row['member_name']}, {row['data_year']}: {row['flow']} {number(row['usd_millions'])} million dollars, "
            f"balance {number(row['balance_usd_millions'])}"
        ),
        value=lambda row: row["usd_millions"],
    )
    scale = alt.Scale(domain=[0, float(rows[0]["widest_usd_millions"])], nice=False)
    y = alt.Y(
        "member_name:N",
        sort=partners,
        axis=alt.Axis(
            labelColor=theme.INK,
            labelFontSize=13 if layout.is_wide else 12,
            minExtent=130 if layout.is_wide else 92,
            grid=False,
            labelExpr="datum.label" if layout.is_wide else "replace(datum.label, 'United Kingdom', 'U.K.')",
        ),
    )
    axis = alt.Axis(labelExpr=theme.BILLIONS, tickCount=4, orient="top", grid=True)
    base = alt.Chart(data).encode(y=y)
    exports = base.transform_filter("datum.flow == 'exports'")
    gap = exports.mark_rule(strokeWidth=4, color=theme.RULE).encode(
        x=alt.X("exports_usd_millions:Q", scale=scale, axis=axis), x2="imports_usd_millions:Q", description=theme.SERIES
    )
    ends = base.mark_circle(size=130 if layout.is_wide else 90, opacity=1, stroke=theme.PAPER, strokeWidth=1).encode(
        x=alt.X("usd_millions:Q", scale=scale, axis=axis),
        color=alt.Color(
            "flow:N",
            scale=alt.Scale(domain=["exports", "imports"], range=[theme.EXPORTS, theme.IMPORTS]),
            legend=alt.Legend(symbolType="circle", labelExpr="datum.label == 'exports' ? 'Exports' : 'Imports'"),
        ),
        description=theme.LABEL,
    )
    width = layout.width - (212 if layout.is_wide else 163)
    right = width + (62 if layout.is_wide else 52)
    balances = (
        exports.transform_calculate(balance="format(datum.balance_usd_millions / 1000, '+,.1f')")
        .mark_text(align="right", fontSize=13 if layout.is_wide else 12, fill=theme.MUTED)
        .encode(x=alt.value(right), text="balance:N", description=theme.SERIES)
    )
    heading = (
        exports.transform_filter(f"datum.trade_rank == {rows[0]['trade_rank']}")
        .mark_text(align="right", dy=-29, fontSize=12, fill=theme.MUTED)
        .encode(x=alt.value(right), text=alt.value("Balance"))
    )
    return alt.layer(gap, ends, balances, heading).properties(
        width=width, height=len(rows) * (31 if layout.is_wide else 29)
    )


FIGURE = Figure(
    name="Chart C",
    title=(
        "{largest_partner_name} became the largest partner in technology trade, with "
        "{largest_partner_trade_usd_billions} billion dollars both ways in {last_data_year}; in {first_data_year} it "
        "was {first_year_largest_partner_name}"
    ),
    subtitle=(
        f"Exports to and imports from the {HOW_MANY} largest partners by both together, billions of current dollars, "
        "in the year of your choice"
    ),
    unit="millions of current U.S. dollars",
    relation="page.partners_and_regions",
    made_of=("marts.trade_by_partner", "marts.dim_partner"),
    sql=f"""\
select
    data_year, trade_rank, member_name, exports_usd_millions, imports_usd_millions, balance_usd_millions,
    max(greatest(exports_usd_millions, imports_usd_millions)) over () as widest_usd_millions
from page.partners_and_regions
where breakdown = 'partner' and trade_rank <= {HOW_MANY}
order by data_year desc, trade_rank, member_name""",
    draw=draw,
    draws="For each of the largest partners, a line from exports to imports.",
    choice="data_year",
    numbers=Numbers(
        row="member_name",
        column="data_year",
        values=("trade_rank",),
        names={"member_name": "Partner"},
        unit="rank by exports and imports together, 1 = largest",
        note=f"Below rank {HOW_MANY}: \N{EN DASH}. The dollars are in Tables 2 to 4.",
    ),
)
