"""Numbers and identifiers as people read them. Formatting only: nothing is computed here."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

SUBJECT = "U.S. trade in advanced technology products"
MINUS = "\N{MINUS SIGN}"
MISSING = "\N{EN DASH}"

# Headings of columns whose names do not say it well enough.
HEADINGS = {
    "data_year": "Year",
    "technology_name": "Technology area",
    "economy_name": "Country or economy",
    "member_name": "Name",
}


def number(value: Decimal | float | int, digits: int = 1) -> str:
    """A number with thousands separators and a real minus sign; never a minus zero."""
    text = f"{value:,.{digits}f}"
    if text.strip("-0.,") == "":
        text = text.lstrip("-")
    return text.replace("-", MINUS)


def billions(value: Decimal) -> str:
    """Millions as billions."""
    return number(value / 1000)


def amount(value: Decimal, digits: int = 1) -> str:
    """How large a balance is, whichever its side."""
    return number(abs(value), digits)


def in_short(value: Decimal) -> str:
    """Millions of dollars in billions, with one more digit where there is less than a tenth of one."""
    return billions(value) if abs(value) >= 100 else number(value / 1000, 2)


def balance(value: Decimal, digits: int = 1) -> str:
    """A balance as people say it: `surplus of 27.8`, `deficit of 38.3`."""
    return f"{'deficit' if value < 0 else 'surplus'} of {amount(value, digits)}"


def signed(value: Decimal | None) -> str:
    """A balance or a change with its sign, whichever it is."""
    if value is None:
        return MISSING
    return f"+{number(value)}" if value > 0 else number(value)


def within(name: str) -> str:
    """A name or the beginning of a sentence within another one."""
    return name[:1].lower() + name[1:]


def cell(value: Any, column: str) -> str:
    """A value in a table: years, ranks and counts as they are, dollars and percent with one decimal."""
    if value is None:
        return MISSING
    if isinstance(value, Decimal):
        return number(value)
    if isinstance(value, float):
        return number(value, 0 if column.endswith("_hhi") else 1)
    return str(value)


def month(day: date) -> str:
    """The month of a day."""
    return f"{day:%B %Y}"


def heading(column: str) -> str:
    """The heading of a column."""
    if column in HEADINGS:
        return HEADINGS[column]
    if column[:1] == "y" and column[1:].isdigit():
        return column[1:]
    return words(column.removesuffix("_usd_millions"))


def words(name: str) -> str:
    """An identifier as words, the first one with a capital."""
    text = name.replace("_", " ")
    return text[:1].upper() + text[1:]
