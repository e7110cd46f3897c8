"""Ranks over the years as a bump chart: each member a line, its rank in a disc, those who rose and fell in colour."""

from __future__ import annotations

import altair as alt

from atp_trade.pages.web.charts import theme
from atp_trade.pages.web.exhibit import Layout, Row
from atp_trade.pages.web.words import number

ROSE, FELL, STAYED = "var(--rose)", "var(--fell)", theme.FAINT


def query(breakdown: str, flows: str, best_rank: int | None = None) -> str:
    """One row per flow, member and year: all members, or those that ever had the rank or a better one."""
    ever = f" and best_rank <= {best_rank}" if best_rank else ""
    return f"""\
select flow, member_name, data_year, member_rank, value_usd_millions, ranks_lost
from page.rankings
where breakdown = '{breakdown}' and flow in ({flows}){ever}
order by flow, arg_max(member_rank, data_year) over (partition by flow, member_name), member_name, data_year"""


def draw(rows: list[Row], layout: Layout) -> alt.TopLevelMixin:
    """Names at both ends on a desktop, at the right only on a phone."""
    years = theme.years(rows)
    lowest = max(row["member_rank"] for row in rows)
    data = theme.data(
        rows,
        series=lambda row: row["member_name"],
        label=lambda row: (
            f"{row['member_name']}, {row['data_year']}: rank {row['member_rank']} by {row['flow']}, "
            f"{number(row['value_usd_millions'])} million dollars"
        ),
        value=lambda row: row["member_rank"],
    )
    radius = 11 if layout.is_wide else 9.5
    longest = max(len(row["member_name"]) for row in rows)
    left, right = (8 * longest + 10, 8 * longest + 40) if layout.is_wide else (4, 136)
    color = alt.Color(
        "direction:N",
        scale=alt.Scale(domain=["rose", "fell", "stayed"], range=[ROSE, FELL, STAYED]),
        legend=None,
    )
    base = (
        alt.Chart(data)
        .transform_calculate(
            direction="datum.ranks_lost < 0 ? 'rose' : datum.ranks_lost > 0 ? 'fell' : 'stayed'",
            ends=(
                "datum.member_name + (datum.ranks_lost < 0 ? '  \u25b2' + format(-datum.ranks_lost, 'd') : "
                "datum.ranks_lost > 0 ? '  \u25bc' + format(datum.ranks_lost, 'd') : '  \u2013')"
            )
            if layout.is_wide
            else (
                "replace(replace(replace(datum.member_name, ' and communications', ''), 'United Kingdom', 'U.K.'), "
                "'Flexible manufacturing', 'Flexible manuf.') + (datum.ranks_lost < 0 ? '  \u25b2' + "
                "format(-datum.ranks_lost, 'd') : "
                "datum.ranks_lost > 0 ? '  \u25bc' + format(datum.ranks_lost, 'd') : '  \u2013')"
            ),
        )
        .encode(
            x=alt.X(
                "data_year:Q",
                scale=alt.Scale(domain=[years[0], years[-1]], nice=False, padding=radius + 1),
                axis=alt.Axis(
                    orient="top",
                    values=years,
                    labelExpr="toString(datum.value)" if layout.is_wide else '"\'" + slice(toString(datum.value), 2)',
                    grid=False,
                    labelPadding=10,
                    offset=6,
                ),
            ),
            y=alt.Y("member_rank:Q", scale=alt.Scale(domain=[1, lowest], reverse=True, nice=False), axis=None),
            color=color,
            detail="member_name:N",
        )
    )
    lines = base.mark_line(strokeWidth=3, interpolate="monotone").encode(description=theme.SERIES)
    discs = base.mark_circle(size=3.1416 * radius * radius, opacity=1).encode(description=theme.LABEL)
    numbers = base.mark_text(fontSize=11, fontWeight="bold").encode(
        text="member_rank:Q", color=alt.value(theme.PAPER), description=theme.SERIES
    )
    last = (
        base.transform_filter(f"datum.data_year == {years[-1]}")
        .mark_text(align="left", dx=radius + 8, fontSize=13 if layout.is_wide else 12, fontWeight="bold")
        .encode(text="ends:N", description=theme.SERIES)
    )
    layers = [lines, discs, numbers, last]
    if layout.is_wide:
        layers.append(
            base.transform_filter(f"datum.data_year == {years[0]}")
            .mark_text(align="right", dx=-radius - 8, fontSize=13, fill=theme.MUTED)
            .encode(text="member_name:N", color=alt.value(theme.MUTED), description=theme.SERIES)
        )
    return alt.layer(*layers).properties(
        width=layout.width - left - right, height=lowest * (36 if layout.is_wide else 30)
    )
