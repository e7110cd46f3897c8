"""The numbers that a page gives: each is found by the words around it, and compared with the project."""

import re
from decimal import Decimal

from conftest import PROJECT


def number(page: str, pattern: str) -> Decimal:
    """The one number of a page that a pattern finds; ValueError if there is none, or several that differ."""
    text = " ".join((PROJECT / page).read_text().split())
    (found,) = set(re.findall(pattern, text))
    return Decimal(found.replace(",", ""))
