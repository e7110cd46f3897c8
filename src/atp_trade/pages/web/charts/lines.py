"""Lines over the years with their names beside them, in place of a legend."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import altair as alt

from atp_trade.pages.web.charts import theme
from atp_trade.pages.web.exhibit import Row


@dataclass(frozen=True)
class Series:
    """A line with its name and colour, and the name at one of its years, counted from 0, so many pixels off.

    `shown_as` is what is shown if it is not the name: nothing, or a name that two lines share.
    """

    name: str
    color: str
    at: int = -1
    right: int = 9
    down: int = 0
    align: str = "left"
    is_dashed: bool = False
    shown_as: str | None = None


def lines(
    rows: list[Row],
    series: Mapping[str, Series],
    column: str,
    label: Callable[[Row], str],
    axis: alt.Axis,
    ticks: list[int],
    short_years: bool = False,
    point: int = 40,
) -> alt.LayerChart:
    """A line and its points for each value of the rows' column `series`, with its name."""
    years = theme.years(rows)
    data = theme.data(rows, lambda row: series[row["series"]].name, label, lambda row: row[column])
    base = alt.Chart(data).encode(
        x=alt.X(
            "data_year:Q",
            scale=alt.Scale(domain=[years[0], years[-1]], nice=False),
            axis=theme.year_axis(ticks, short_years),
        ),
        y=alt.Y(f"{column}:Q", axis=axis),
        color=alt.Color(
            "series:N",
            scale=alt.Scale(domain=list(series), range=[one.color for one in series.values()]),
            legend=None,
        ),
    )
    dashed = [name for name, one in series.items() if one.is_dashed]
    layers = [
        base.transform_filter(alt.FieldOneOfPredicate("series", some))
        .mark_line(strokeWidth=2.5, strokeDash=dash)
        .encode(description=theme.LINE)
        for some, dash in (([name for name in series if name not in dashed], [1, 0]), (dashed, [6, 4]))
        if some
    ]
    # A layer for each series, so that its colour is said once.
    each = {name: base.transform_filter(f"datum.series == '{name}'") for name in series}
    layers += [own.mark_circle(size=point, opacity=1).encode(description=theme.LABEL) for own in each.values()]
    for name, one in series.items():
        if one.shown_as == "":
            continue
        year = theme.years(row for row in rows if row["series"] == name)[one.at]
        layers.append(
            each[name]
            .transform_filter(f"datum.data_year == {year}")
            .mark_text(align=one.align, dx=one.right, dy=one.down, fontWeight="bold", fontSize=13)
            .encode(text=alt.value(one.shown_as or one.name), description=theme.SERIES)
        )
    return alt.layer(*layers)
