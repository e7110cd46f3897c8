"""`atp load atp`: the API by technology, partner and month, kept as it came with its totals and groups of countries."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from atp_trade.load.answer import (
    COUNTRY,
    COUNTRY_CODE,
    FIRST_MONTH,
    LEVEL,
    LEVELS,
    MEASURES,
    MONTH,
    NUMBER,
    check_keys,
    read_table,
)
from atp_trade.load.api import WHOLE, Endpoint, load_months
from atp_trade.load.http import Answer
from atp_trade.load.raw import Row, Store, Version

TECHNOLOGY = "HITECH"
# The Bureau's ten areas, what is none of them, and all products.
TECHNOLOGY_CODE = re.compile(r"0\d|10|-|", re.ASCII)


def load_atp(
    first: str = FIRST_MONTH,
    last: str | None = None,
    flow: str | None = None,
    *,
    dry_run: bool = False,
    again: bool = False,
) -> Iterator[str]:
    """Load the API's months that are missing, and those that may have been revised; yield what was done."""
    return load_months(Technologies(), first, last, flow, dry_run=dry_run, again=again)


class Technologies(Endpoint):
    """A flow and month in one answer: all countries, groups of countries and technologies, and their totals."""

    source, name = "census_hitech", "hitech"

    def pieces(self, store: Store, flow: str) -> Sequence[str]:
        """A month is asked for as a whole."""
        return WHOLE

    def place(self, flow: str, month: str) -> str:
        """Where a month is kept."""
        return f"{self.source}/{flow}/{month}"

    def asked_columns(self, flow: str) -> list[str]:
        """What is asked for, in the order in which it is kept."""
        return [COUNTRY, "CTY_NAME", TECHNOLOGY, "HITECH_DESC", MEASURES[flow], LEVEL]

    def parameters(self, flow: str, month: str, piece: str) -> Mapping[str, str]:
        """One month, without a filter."""
        return {"get": ",".join(self.asked_columns(flow)), MONTH: month}

    def read(self, answer: Answer, flow: str, month: str, piece: str) -> Sequence[Row] | None:
        """The rows of an answer as it came."""
        rules = {
            COUNTRY: ("an unknown country", COUNTRY_CODE.fullmatch),
            TECHNOLOGY: ("an unknown technology", TECHNOLOGY_CODE.fullmatch),
            LEVEL: ("an unknown level", LEVELS.__contains__),
            MONTH: (f"another month than {month}", month.__eq__),
            MEASURES[flow]: ("no whole number of dollars", NUMBER.fullmatch),
        }
        by_column = read_table(answer, [*self.asked_columns(flow), MONTH], rules)
        if by_column is None:
            return None
        check_keys(by_column, (COUNTRY, TECHNOLOGY, LEVEL), (COUNTRY, TECHNOLOGY))
        return [*zip(*by_column.values(), strict=True)]

    def version(self, parts: Sequence[Sequence[Row]], flow: str, month: str, request: str) -> Version:
        """The answer, with what was asked."""
        (rows,) = parts
        return Version.of_rows([*self.asked_columns(flow), MONTH], rows, request, {"flow": flow, "month": month})
