"""Figures 3 and 4: the three largest partners in each technology area, as names, shares and thin bars in a grid."""

from __future__ import annotations

from functools import partial

import altair as alt

from atp_trade.pages.web.charts import theme
from atp_trade.pages.web.exhibit import Figure, Layout, Numbers, Row
from atp_trade.pages.web.words import number

PLACES = {"1": "First", "2": "Second", "3": "Third"}
WIDEST_PCT = 62


def query(figure: str) -> str:
    """One row per area and place, with areas and partners by name; the row of all technologies first."""
    return f"""\
select technology_name, row_kind, printed_place, partner, share_pct
from printed.{figure}
unpivot (
    (partner, share_pct) for printed_place in (
        (name_1, share_1_pct) as '1', (name_2, share_2_pct) as '2', (name_3, share_3_pct) as '3'
    )
)
order by row_kind = 'member', technology_name, printed_place"""


def draw(rows: list[Row], layout: Layout, color: str) -> alt.TopLevelMixin:
    """On a desktop the places are side by side; on a phone they are below the area's name."""
    areas = list(dict.fromkeys(row["technology_name"] for row in rows))
    widest = max(WIDEST_PCT, *(row["share_pct"] for row in rows))
    total = next(row["technology_name"] for row in rows if row["row_kind"] == "total")
    data = theme.data(
        rows,
        series=lambda row: row["partner"],
        label=lambda row: (
            f"{row['technology_name']}, {PLACES[row['printed_place']].lower()}: {row['partner']}, "
            f"{number(row['share_pct'])}%"
        ),
        value=lambda row: row["share_pct"],
    )
    text = alt.Text("share:N")
    base = alt.Chart(data).transform_calculate(share="format(datum.share_pct, '.1f') + '%'")
    if not layout.is_wide:
        return beneath(base, areas, layout.width, color, widest).properties(width=layout.width - 4)
    panels = []
    for place, title in PLACES.items():
        some = base.transform_filter(f"datum.printed_place == '{place}'").encode(
            y=alt.Y(
                "technology_name:N",
                sort=areas,
                title=None,
                axis=alt.Axis(
                    labelColor=theme.INK,
                    labelFontSize=13,
                    labelPadding=14,
                    labelFontWeight=alt.condition(f"datum.value == {total!r}", alt.value("bold"), alt.value("normal")),
                )
                if place == "1"
                else None,
            )
        )
        x = alt.X("share_pct:Q", scale=alt.Scale(domain=[0, widest]), axis=None)
        bars = some.mark_bar(height=7, yOffset=9, color=color).encode(x=x, description=theme.LABEL)
        names = some.mark_text(align="left", dy=-5, fontSize=13).encode(
            x=alt.value(0), text="partner:N", description=theme.SERIES
        )
        shares = some.mark_text(align="left", dx=6, dy=9, fontSize=12, fill=theme.MUTED).encode(
            x=x, text=text, description=theme.SERIES
        )
        panels.append(
            alt.layer(bars, names, shares).properties(
                width=205, height=len(areas) * 44, title=alt.TitleParams(title, color=theme.MUTED, offset=4)
            )
        )
    return alt.hconcat(*panels, spacing=16)


def beneath(base: alt.Chart, areas: list[str], width: int, color: str, widest: float) -> alt.LayerChart:
    """The narrow layout: a line with the area's name, and one for each place below it."""
    lines = len(PLACES) + 1
    y = alt.Y("line:Q", axis=None, scale=alt.Scale(domain=[-0.6, len(areas) * lines - 0.4], reverse=True))
    x = alt.X("share_pct:Q", axis=None, scale=alt.Scale(domain=[0, widest], range=[138, width + 6]))
    placed = base.transform_calculate(
        line=f"indexof({areas!r}, datum.technology_name) * {lines} + toNumber(datum.printed_place) - 0.12"
    )
    heads = base.transform_filter("datum.printed_place == '1'").transform_calculate(
        line=f"indexof({areas!r}, datum.technology_name) * {lines}"
    )
    return alt.layer(
        heads.mark_text(align="left", fontWeight="bold", fontSize=13).encode(
            x=alt.value(0), y=y, text="technology_name:N"
        ),
        placed.mark_bar(orient="horizontal", size=9, color=color).encode(x=x, y=y, description=theme.LABEL),
        placed.transform_calculate(name="replace(datum.partner, 'United Kingdom', 'U.K.')")
        .mark_text(align="left", fontSize=12.5, limit=134)
        .encode(x=alt.value(0), y=y, text="name:N", description=theme.SERIES),
        placed.mark_text(align="left", dx=5, fontSize=12, fill=theme.MUTED).encode(
            x=x, y=y, text="share:N", description=theme.SERIES
        ),
    ).properties(height=len(areas) * lines * 21)


MARKETS = Figure(
    name="Figure 3",
    title=(
        "{largest_market_name} bought the most in {last_data_year}, {largest_market_share_pct}% of exports; "
        "{market_in_most_areas_name} is among the three largest markets in {market_in_most_areas} of "
        "{technologies} areas"
    ),
    subtitle="{title}, {last_year}, by technology area; share in the area's exports, percent",
    unit="percent of the area's exports",
    relation="printed.figure_3",
    made_of=("marts.top_partners_by_technology",),
    sql=query("figure_3"),
    note="Areas and partners have their names; how the report prints them is in category and partner_1 to partner_3.",
    draw=partial(draw, color=theme.EXPORTS),
    draws="The three largest export markets of each technology area, with a bar for each share.",
    numbers=Numbers(row="technology_name", column="printed_place", values=("partner", "share_pct"), names=PLACES),
)
SUPPLIERS = Figure(
    name="Figure 4",
    title=(
        "{largest_supplier_name} supplied {largest_supplier_share_pct}% of technology imports in {last_data_year}; "
        "{supplier_in_most_areas_name} is among the three largest suppliers in {supplier_in_most_areas} of "
        "{technologies} areas"
    ),
    subtitle="{title}, {last_year}, by technology area; share in the area's imports, percent",
    unit="percent of the area's imports",
    relation="printed.figure_4",
    made_of=("marts.top_partners_by_technology",),
    sql=query("figure_4"),
    note=f"{MARKETS.note} Where two share a place, the share is that of each.",
    draw=partial(draw, color=theme.IMPORTS),
    draws="The three largest suppliers of each technology area, with a bar for each share.",
    numbers=Numbers(row="technology_name", column="printed_place", values=("partner", "share_pct"), names=PLACES),
)
