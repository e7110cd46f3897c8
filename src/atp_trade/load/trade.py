"""Product trade as it is kept: a file for each flow and month, a product and country in each row."""

from __future__ import annotations

from atp_trade.places import PRODUCT_TRADE as SOURCE
from atp_trade.warehouse import literal

# What a row has, and of which type; what it is about follows.
VALUES = (
    ("product_code", "varchar"),
    ("country_code", "varchar"),
    ("value_usd", "bigint"),
    ("quantity", "bigint"),
    ("quantity_unit", "varchar"),
)
# What the Bureau writes in the place of a unit where a product is not counted: then it has no quantity.
NO_UNIT = ("", "-", "X")
ORDER = "product_code, country_code"
COLUMNS = (*(name for name, _ in VALUES), "flow", "data_year", "data_month", "source_id")


def place(flow: str, month: str) -> str:
    """Where a flow and month is kept in the raw store."""
    return f"{SOURCE}/{flow}/{month[:4]}/{month}"


def added(flow: str, month: str) -> str:
    """The columns, as SQL writes them, that say what a row is about."""
    return (
        f"{literal(flow)} as flow, {int(month[:4])}::integer as data_year, {int(month[5:])}::integer as data_month, "
        f"{literal(SOURCE)} as source_id"
    )


def no_unit(column: str) -> str:
    """Whether a column has no unit, as SQL writes it."""
    return f"{column} is null or trim({column}) in ({', '.join(map(literal, NO_UNIT))})"
