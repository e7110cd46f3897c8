"""The table of numbers below a figure: that it has each of the figure's numbers once, at the right place."""

from decimal import Decimal
from typing import Any

from playwright.sync_api import Page

from atp_trade.pages.web.exhibit import Figure

MISSING = "\N{EN DASH}"

CELLS = """
table => [...table.tBodies].flatMap(body => {
    const group = body.querySelector('[scope=rowgroup]')?.textContent ?? '';
    return [...body.rows].filter(row => !row.matches('.block-head')).flatMap(row =>
        [...row.cells].slice(1).map((cell, at) => [
            group, row.cells[0].textContent, table.tHead.rows[0].cells[at + 1].textContent, cell.textContent,
        ])
    );
})
"""


def as_shown(value: Any, column: str = "") -> str:
    """A value as people read it."""
    if not isinstance(value, (Decimal, float)):
        return str(value)
    return f"{value:,.{0 if column.endswith('_hhi') else 1}f}".replace("-", "\N{MINUS SIGN}")


def numbers_are_rows(page: Page, figure: Figure, found: list[dict]) -> None:
    """Assert that the table has the figure's rows, each number once."""
    numbers = figure.numbers
    names = {**figure.choices, **numbers.names}

    def name(value: Any) -> str:
        return names.get(str(value), str(value))

    expected = {}
    for row in found:
        group = name(row[numbers.group]) if numbers.group else ""
        if numbers.column:
            cells = {name(row[numbers.column]): numbers.values}
        else:
            cells = {
                names.get(value, value.removesuffix("_usd_millions").capitalize()): (value,) for value in numbers.values
            }
        for column, values in cells.items():
            text = "\n".join(as_shown(row[value], value) for value in values if row[value] is not None)
            if text:
                expected[(group, name(row[numbers.row]), column)] = text
    shown = page.eval_on_selector(f"#{figure.anchor} .spread", CELLS)
    numbered = {tuple(place): text for *place, text in shown}
    assert len(numbered) == len(shown)
    assert {place: text for place, text in numbered.items() if text != MISSING} == expected != {}
    caption = page.locator(f"#{figure.anchor} .spread caption").text_content()
    assert caption.lower().startswith((numbers.unit or figure.unit).lower())
