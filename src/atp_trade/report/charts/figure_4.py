"""Figure 4: the three largest suppliers in each technology area."""

from __future__ import annotations

import altair as alt

from atp_trade.report.charts import theme, top_three
from atp_trade.report.exhibit import Figure, Layout, Row


def draw(rows: list[Row], layout: Layout) -> alt.TopLevelMixin:
    """Names, shares and bars."""
    return top_three.draw(rows, layout, theme.IMPORTS)


FIGURE = Figure(
    name="Figure 4",
    title=(
        "{largest_supplier_name} supplied {largest_supplier_share_pct}% of technology imports in {last_data_year}; "
        "{supplier_in_most_areas_name} is among the three largest suppliers in {supplier_in_most_areas} of "
        "{technologies} areas"
    ),
    subtitle="The three largest suppliers in each technology area, 2006, share in the area's imports, percent",
    unit="percent of the area's imports",
    relation="printed.figure_4",
    marts=("marts.top_partners_by_technology",),
    sql=top_three.query("figure_4"),
    note=(
        "Partners stand by their names; how the report prints them is in partner_1 to partner_3 of the relation. "
        "Where two share a place, the share is that of each."
    ),
    draw=draw,
    draws="The three largest suppliers of each technology area, with a bar for each share.",
)
