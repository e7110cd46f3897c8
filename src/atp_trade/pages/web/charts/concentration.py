"""Beyond the report: how concentrated trade is over partners and over technology areas."""

from __future__ import annotations

import altair as alt

from atp_trade.pages.web.charts import theme
from atp_trade.pages.web.charts.lines import Series, lines
from atp_trade.pages.web.exhibit import Figure, Layout, Numbers, Row
from atp_trade.pages.web.words import number

TITLES = {"partner": "Over partners", "technology": "Over technology areas"}
SERIES = {
    "partner": {
        "imports highest": Series("Imports, at most", theme.IMPORTS, is_dashed=True, shown_as=""),
        "imports lowest": Series("Imports, at least", theme.IMPORTS, shown_as="Imports"),
        "exports highest": Series("Exports, at most", theme.EXPORTS, is_dashed=True, shown_as=""),
        "exports lowest": Series("Exports, at least", theme.EXPORTS, shown_as="Exports"),
    },
    "technology": {
        "imports lowest": Series("Imports", theme.IMPORTS),
        "exports lowest": Series("Exports", theme.EXPORTS),
    },
}


def draw(rows: list[Row], layout: Layout) -> alt.TopLevelMixin:
    """A panel for each breakdown, from zero."""
    years = theme.years(rows)

    def panel(breakdown: str, title: str) -> alt.LayerChart:
        series = SERIES[breakdown]

        def label(row: Row) -> str:
            index = number(row["concentration_hhi"], 0)
            return f"{series[row['series']].name} {title.lower()}, {row['data_year']}: index {index}"

        some = [row for row in rows if row["breakdown"] == breakdown]
        axis = alt.Axis(tickCount=5, format=",.0f")
        drawn = lines(some, series, "concentration_hhi", label, axis, years, short_years=not layout.is_wide)
        return alt.layer(drawn, *theme.panel_title(title)).properties(
            width=310 if layout.is_wide else layout.width - 120, height=220
        )

    panels = [panel(breakdown, title) for breakdown, title in TITLES.items()]
    side_by_side = (alt.hconcat if layout.is_wide else alt.vconcat)(*panels)
    return side_by_side.resolve_scale(color="independent")


FIGURE = Figure(
    name="Chart D",
    title=(
        "From {first_data_year} to {last_data_year}, the concentration of imports on few partners "
        "{import_partner_concentration}, and that of exports {export_partner_concentration}"
    ),
    subtitle=(
        "Herfindahl-Hirschman index, {first_data_year} to {last_data_year}: 10,000 if one member has all, and "
        "10,000 divided by the number of members if all have the same"
    ),
    unit="Herfindahl-Hirschman index, at most 10,000",
    relation="page.concentration",
    made_of=("marts.trade_concentration",),
    sql="""\
select breakdown, concat(flow, ' ', bound) as series, data_year, concentration_hhi
from page.concentration
unpivot (concentration_hhi for bound in (lowest_hhi as 'lowest', highest_hhi as 'highest'))
where breakdown = 'partner' or bound = 'lowest'
order by breakdown, series, data_year""",
    note=(
        "Over partners the index has bounds, since all other countries are one row, not one partner: at least as if "
        "they were many (the line), at most as if they were one (dashed). A rise or fall is shown only where the "
        "bounds of two years do not overlap. Imports: {first_year_import_partner_lowest_hhi} to "
        "{first_year_import_partner_highest_hhi} in {first_data_year}, {last_year_import_partner_lowest_hhi} to "
        "{last_year_import_partner_highest_hhi} in {last_data_year}. Exports: {first_year_export_partner_lowest_hhi} "
        "to {first_year_export_partner_highest_hhi}, and {last_year_export_partner_lowest_hhi} to "
        "{last_year_export_partner_highest_hhi}."
    ),
    draw=draw,
    draws="Two line charts of the index for exports and imports by year; over partners, of its bounds.",
    numbers=Numbers(
        group="breakdown",
        row="series",
        column="data_year",
        values=("concentration_hhi",),
        names={**TITLES, **{key: one.name for series in SERIES.values() for key, one in series.items()}},
    ),
)
