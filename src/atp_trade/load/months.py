"""Months as the Bureau writes them, such as 2010-01."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timezone

MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


def last_complete_month() -> str:
    """The newest month that the API can have."""
    today = datetime.now(timezone.utc)
    return f"{today.year - 1}-12" if today.month == 1 else f"{today.year}-{today.month - 1:02}"


def months(first: str, last: str) -> Iterator[str]:
    """The months from one to another."""
    month = first
    while month <= last:
        yield month
        month = following(month)


def following(period: str) -> str:
    """The month after a month, or the year after a year."""
    year, _, month = period.partition("-")
    if month and month != "12":
        return f"{year}-{int(month) + 1:02}"
    return f"{int(year) + 1:04}" + (month and "-01")


def ranges(found: Iterable[str]) -> str:
    """Months, or years, as ranges."""
    spans: list[list[str]] = []
    for period in sorted(found):
        if spans and following(spans[-1][1]) == period:
            spans[-1][1] = period
        else:
            spans.append([period, period])
    return ", ".join(first if first == last else f"{first} to {last}" for first, last in spans)
