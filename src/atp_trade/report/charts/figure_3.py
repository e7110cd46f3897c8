"""Figure 3: the three largest export markets in each technology area."""

from __future__ import annotations

import altair as alt

from atp_trade.report.charts import theme, top_three
from atp_trade.report.exhibit import Figure, Layout, Row


def draw(rows: list[Row], layout: Layout) -> alt.TopLevelMixin:
    """Names, shares and bars."""
    return top_three.draw(rows, layout, theme.EXPORTS)


FIGURE = Figure(
    name="Figure 3",
    title=(
        "{largest_market_name} bought the most in {last_data_year}, {largest_market_share_pct}% of exports; "
        "{market_in_most_areas_name} is among the three largest markets in {market_in_most_areas} of "
        "{technologies} areas"
    ),
    subtitle="The three largest export markets in each technology area, 2006, share in the area's exports, percent",
    unit="percent of the area's exports",
    relation="printed.figure_3",
    marts=("marts.top_partners_by_technology",),
    sql=top_three.query("figure_3"),
    note="Partners stand by their names; how the report prints them is in partner_1 to partner_3 of the relation.",
    draw=draw,
    draws="The three largest export markets of each technology area, with a bar for each share.",
)
