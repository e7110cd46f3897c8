"""One look for all charts: colours that the page's style sheet gives, so that drawings follow light, dark and print."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

import altair as alt

from atp_trade.pages.web.exhibit import Row

INK = "var(--ink)"
MUTED = "var(--muted)"
FAINT = "var(--faint)"
RULE = "var(--rule)"
PAPER = "var(--paper)"
EXPORTS = "var(--exports)"
IMPORTS = "var(--imports)"
BALANCE = "var(--balance)"
LATER = "var(--later)"
FLOWS = {"exports": EXPORTS, "imports": IMPORTS, "balance": BALANCE}

# Axis values are millions of dollars; the axis counts in billions.
BILLIONS = "format(datum.value / 1000, ',')"

CONFIG = {
    "font": "Arial",
    "background": "transparent",
    "padding": 2,
    "view": {"stroke": None},
    "text": {"font": "Arial", "fontSize": 13, "fill": INK},
    "axis": {
        "labelFontSize": 12,
        "labelColor": MUTED,
        "labelLimit": 400,
        "title": None,
        "domain": False,
        "ticks": False,
        "gridColor": RULE,
        "labelPadding": 8,
        "titleFontWeight": "normal",
    },
    "title": {
        "anchor": "start",
        "frame": "group",
        "fontSize": 13,
        "fontWeight": "bold",
        "color": INK,
        "subtitleColor": MUTED,
        "subtitleFontSize": 12,
        "offset": 14,
    },
    "legend": {
        "orient": "top",
        "title": None,
        "labelFontSize": 13,
        "labelColor": INK,
        "symbolType": "square",
        "symbolSize": 140,
        "offset": 8,
    },
    "concat": {"spacing": 40},
}

LABEL = alt.Description("mark:N")
SERIES = alt.Description("series_mark:N")


def data(
    rows: Iterable[Row],
    series: Callable[[Row], str],
    label: Callable[[Row], str],
    value: Callable[[Row], Any],
) -> alt.Data:
    """Rows as the chart's data. Each mark carries its series, a sentence and its value to the page: see svg.py."""
    values = []
    for row in rows:
        carried = {name: float(item) if isinstance(item, Decimal) else item for name, item in row.items()}
        values.append(
            {
                **carried,
                "mark": json.dumps({"series": series(row), "label": label(row), "value": str(value(row))}),
                "series_mark": json.dumps({"series": series(row)}),
            }
        )
    return alt.Data(values=values)


def years(rows: Iterable[Row]) -> list[int]:
    """The years of the rows in order."""
    return sorted({row["data_year"] for row in rows})


def year_axis(values: list[int], short: bool = False) -> alt.Axis:
    """An axis of years, written as years; on a phone in two digits."""
    return alt.Axis(
        values=values,
        labelExpr='"\'" + slice(toString(datum.value), 2)' if short else "toString(datum.value)",
        grid=False,
        labelOverlap=False,
        labelFlush=False,
        labelAngle=0,
    )


def panel_title(title: str, subtitle: str = "") -> list[alt.Chart]:
    """The heading of a panel, at the same height in all panels whatever their axes do."""
    lines = [(title, -34, INK, "bold"), (subtitle, -18, MUTED, "normal")] if subtitle else [(title, -18, INK, "bold")]
    return [
        alt.Chart(alt.Data(values=[{}]))
        .mark_text(
            align="left", baseline="middle", fill=color, fontWeight=weight, fontSize=13 if weight == "bold" else 12
        )
        .encode(x=alt.value(0), y=alt.value(y), text=alt.value(text))
        for text, y, color, weight in lines
    ]


def zero_line() -> alt.Chart:
    """The line between surplus and deficit."""
    return alt.Chart(alt.Data(values=[{"zero": 0}])).mark_rule(color=MUTED, strokeWidth=1.2).encode(y="zero:Q")
