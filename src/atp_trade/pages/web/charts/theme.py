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

# What a mark carries to the page, as its description: a mark of its own, one of a series, a line over the years.
LABEL = alt.Description("mark:N")
SERIES = alt.Description("series_mark:N")
LINE = alt.Description("line_mark:N")
BILLION_DOLLARS = "billion dollars"


def carried_by_line(
    series: str, points: Iterable[tuple[int, Any]], unit: str, says: Iterable[str] = (), panel: str = ""
) -> dict[str, str]:
    """What a line over the years carries: its name and, at each of its points, year and exact value.

    If the unit is `BILLION_DOLLARS` the values are millions. What it `says` at each point is shown in their place, and
    lines of one `panel` are read together.
    """
    points = list(points)
    return {
        "series": series,
        "years": " ".join(str(year) for year, _ in points),
        "values": " ".join(str(value) for _, value in points),
        "unit": unit,
        "says": "|".join(says),
        "panel": panel,
    }


def data(
    rows: Iterable[Row],
    series: Callable[[Row], str],
    label: Callable[[Row], str],
    value: Callable[[Row], Any],
    unit: str = BILLION_DOLLARS,
    says: Callable[[Row], str] | None = None,
) -> alt.Data:
    """Rows as the chart's data. Each mark carries its series, a sentence and its value to the page: see svg.py.

    A mark with the description `LINE` carries all rows of its series, in the order of their years.
    """
    rows = list(rows)
    lines: dict[str, str] = {}
    for name in {series(row) for row in rows}:
        own = sorted((row for row in rows if series(row) == name), key=lambda row: row.get("data_year", 0))
        points = ((row.get("data_year", 0), value(row)) for row in own)
        lines[name] = json.dumps(carried_by_line(name, points, unit, map(says, own) if says else ()))
    values = []
    for row in rows:
        carried = {name: float(item) if isinstance(item, Decimal) else item for name, item in row.items()}
        values.append(
            {
                **carried,
                "mark": json.dumps({"series": series(row), "label": label(row), "value": str(value(row))}),
                "series_mark": json.dumps({"series": series(row)}),
                "line_mark": lines[series(row)],
            }
        )
    return alt.Data(values=values)


def years(rows: Iterable[Row]) -> list[int]:
    """The years of the rows in order."""
    return sorted({row["data_year"] for row in rows})


def zero_line() -> alt.Chart:
    """The line between surplus and deficit."""
    return alt.Chart(alt.Data(values=[{"zero": 0}])).mark_rule(color=MUTED, strokeWidth=1.2).encode(y="zero:Q")
