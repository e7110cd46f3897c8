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
    year, month = int(first[:4]), int(first[5:])
    while f"{year}-{month:02}" <= last:
        yield f"{year}-{month:02}"
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


def ranges(found: Iterable[str]) -> str:
    """Months as ranges."""
    spans: list[list[str]] = []
    for month in sorted(found):
        if spans and [*months(spans[-1][1], month)] == [spans[-1][1], month]:
            spans[-1][1] = month
        else:
            spans.append([month, month])
    return ", ".join(first if first == last else f"{first} to {last}" for first, last in spans)
