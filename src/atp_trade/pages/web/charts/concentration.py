"""Beyond the report: how concentrated trade is over partners and over technology areas."""

from __future__ import annotations

import altair as alt

from atp_trade.pages.web.charts import theme
from atp_trade.pages.web.charts.lines import Series, lines
from atp_trade.pages.web.exhibit import Figure, Layout, Row
from atp_trade.pages.web.words import number

TITLES = {"partner": "Over partners", "technology": "Over technology areas"}
SERIES = {"imports": Series("Imports", theme.IMPORTS), "exports": Series("Exports", theme.EXPORTS)}


def draw(rows: list[Row], layout: Layout) -> alt.TopLevelMixin:
    """A panel for each breakdown, from zero."""
    years = theme.years(rows)

    def panel(breakdown: str, title: str) -> alt.LayerChart:
        def label(row: Row) -> str:
            index = number(row["concentration_hhi"], 0)
            return f"{SERIES[row['series']].name} {title.lower()}, {row['data_year']}: index {index}"

        some = [row for row in rows if row["breakdown"] == breakdown]
        axis = alt.Axis(tickCount=5, format=",.0f")
        drawn = lines(some, SERIES, "concentration_hhi", label, axis, years, short_years=not layout.is_wide)
        return alt.layer(drawn, *theme.panel_title(title)).properties(
            width=310 if layout.is_wide else layout.width - 120, height=220
        )

    panels = [panel(breakdown, title) for breakdown, title in TITLES.items()]
    return (alt.hconcat if layout.is_wide else alt.vconcat)(*panels)


FIGURE = Figure(
    name="Chart D",
    title=(
        "Imports are more concentrated on few partners than they were: the index went from "
        "{first_year_import_partner_hhi} to {last_year_import_partner_hhi}, that of exports from "
        "{first_year_export_partner_hhi} to {last_year_export_partner_hhi}"
    ),
    subtitle=(
        "Herfindahl-Hirschman index, {first_data_year} to {last_data_year}: 0 is many equal shares, 10,000 is all with "
        "one"
    ),
    unit="Herfindahl-Hirschman index, 0 to 10,000",
    relation="page.concentration",
    made_of=("marts.trade_totals",),
    sql="""\
select breakdown, flow as series, data_year, concentration_hhi
from page.concentration
order by breakdown, series, data_year""",
    note="Over partners it is a lower bound: All other countries is one row, not one partner, and stays out.",
    draw=draw,
    draws="Two line charts of the index for exports and imports by year.",
)
