"""One look for all drawings: colours that the page's style sheet gives, so that they follow light, dark and print.

A colour means one thing: exports, imports, or the balance. Of the two sources, where both are drawn, the report's line
is dashed. All else is ink.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from atp_trade.pages.web.exhibit import Row

INK = "var(--ink)"
MUTED = "var(--muted)"
FAINT = "var(--faint)"
RULE = "var(--rule)"
TINT = "var(--tint)"
EXPORTS = "var(--exports)"
IMPORTS = "var(--imports)"
BALANCE = "var(--balance)"

BILLION_DOLLARS = "billion dollars"


def carried_by_line(
    series: str, points: Iterable[tuple[int, Any]], unit: str, says: Iterable[str] = ()
) -> dict[str, str]:
    """What a line over the years carries to the page: its name and, at each of its points, year and exact value.

    If the unit is `BILLION_DOLLARS` the values are millions. What it `says` at each point is shown in their place.
    """
    points = list(points)
    return {
        "series": series,
        "years": " ".join(str(year) for year, _ in points),
        "values": " ".join(str(value) for _, value in points),
        "unit": unit,
        "says": "|".join(text.replace("|", "/") for text in says),
    }


def years(rows: Iterable[Row]) -> list[int]:
    """The years of the rows in order."""
    return sorted({row["data_year"] for row in rows})
