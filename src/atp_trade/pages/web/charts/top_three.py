"""Figures 3 and 4: the three largest partners in each technology area, as names, shares and thin bars in a grid."""

from __future__ import annotations

import altair as alt

from atp_trade.pages.web.charts import theme
from atp_trade.pages.web.exhibit import Layout, Row
from atp_trade.pages.web.words import number

PLACES = {"1": "First", "2": "Second", "3": "Third"}
TOTAL = "All technologies"
WIDEST_PCT = 62


def query(figure: str) -> str:
    """A row an area and place, with partners by their names; the row of all technologies first."""
    return f"""\
select category, place, partner, share_pct
from report.{figure}
unpivot (
    (partner, share_pct) for place in (
        (name_1, share_1_pct) as '1', (name_2, share_2_pct) as '2', (name_3, share_3_pct) as '3'
    )
)
order by category <> '{TOTAL}', category, place"""


def draw(rows: list[Row], layout: Layout, color: str) -> alt.TopLevelMixin:
    """At a desk the places stand side by side; on a phone they stand below the area's name."""
    areas = list(dict.fromkeys(row["category"] for row in rows))
    data = theme.data(
        rows,
        series=lambda row: row["partner"],
        label=lambda row: (
            f"{row['category']}, {PLACES[row['place']].lower()} place: {row['partner']}, {number(row['share_pct'])}%"
        ),
        value=lambda row: row["share_pct"],
    )
    text = alt.Text("share:N")
    base = alt.Chart(data).transform_calculate(share="format(datum.share_pct, '.1f') + '%'")
    if not layout.is_wide:
        return beneath(base, areas, layout.width, color).properties(width=layout.width - 4)
    panels = []
    for place, title in PLACES.items():
        some = base.transform_filter(f"datum.place == '{place}'").encode(
            y=alt.Y(
                "category:N",
                sort=areas,
                title=None,
                axis=alt.Axis(
                    labelColor=theme.INK,
                    labelFontSize=13,
                    labelPadding=14,
                    labelFontWeight=alt.condition(f"datum.value == '{TOTAL}'", alt.value("bold"), alt.value("normal")),
                )
                if place == "1"
                else None,
            )
        )
        x = alt.X("share_pct:Q", scale=alt.Scale(domain=[0, WIDEST_PCT]), axis=None)
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


def beneath(base: alt.Chart, areas: list[str], width: int, color: str) -> alt.LayerChart:
    """The narrow layout: a line with the area's name, and one for each place below it."""
    lines = len(PLACES) + 1
    y = alt.Y("line:Q", axis=None, scale=alt.Scale(domain=[-0.6, len(areas) * lines - 0.4], reverse=True))
    x = alt.X("share_pct:Q", axis=None, scale=alt.Scale(domain=[0, WIDEST_PCT], range=[138, width + 6]))
    placed = base.transform_calculate(
        line=f"indexof({areas!r}, datum.category) * {lines} + toNumber(datum.place) - 0.12"
    )
    heads = base.transform_filter("datum.place == '1'").transform_calculate(
        line=f"indexof({areas!r}, datum.category) * {lines}"
    )
    return alt.layer(
        heads.mark_text(align="left", fontWeight="bold", fontSize=13).encode(x=alt.value(0), y=y, text="category:N"),
        placed.mark_bar(orient="horizontal", size=9, color=color).encode(x=x, y=y, description=theme.LABEL),
        placed.transform_calculate(name="replace(datum.partner, 'United Kingdom', 'U.K.')")
        .mark_text(align="left", fontSize=12.5, limit=134)
        .encode(x=alt.value(0), y=y, text="name:N", description=theme.SERIES),
        placed.mark_text(align="left", dx=5, fontSize=12, fill=theme.MUTED).encode(
            x=x, y=y, text="share:N", description=theme.SERIES
        ),
    ).properties(height=len(areas) * lines * 21)
