"""The report's four tables, in the page's order, and the table of numbers below each figure."""

from __future__ import annotations

from typing import Any

from atp_trade.pages.web import words
from atp_trade.pages.web.exhibit import Figure, Row, Table

# The columns of the years, whichever the table shows, and the last less the first.
YEARS = "columns('^y[0-9]+$')"
CHANGE = f"list_extract(list_value(*{YEARS}), -1) - list_extract(list_value(*{YEARS}), 1) as change_usd_millions"
MADE_HERE = {
    "change_usd_millions": "The last year less the first, millions of current U.S. dollars",
    "is_residual": "Whether the row is no member of its own: what is left when all others are taken away",
}
SUBTITLE = "{title}, {first_year} to {last_year}"
UNIT = "millions of current U.S. dollars"
CELLS = "staging.stg_nsf07329__cells"


def orders(largest: str, smallest: str) -> dict[str, str]:
    """The orders of a table's rows, by what `script/tables.js` knows them as."""
    return {
        "": "as printed",
        "largest": f"{largest} in {{last_year}}",
        "smallest": f"{smallest} in {{last_year}}",
        "rise": "largest rise since {first_year}",
        "fall": "largest fall since {first_year}",
        "name": "name",
    }


def economies(number: int, flow: str, title: str, note: str = "") -> Table:
    """Tables 2 to 4: one row per economy, below its group; the row of all other countries is no economy."""
    return Table(
        name=f"Table {number}",
        topic=f"{flow} by partner",
        title=title,
        subtitle=SUBTITLE,
        unit=UNIT,
        relation=f"printed.table_{number}",
        made_of=(CELLS,),
        sql=f"""\
select
    row_group, row_kind, row_kind = 'member' and economy_name = row_group as is_residual, economy_name, {YEARS},
    {CHANGE}
from printed.table_{number}
order by page_row""",
        columns=MADE_HERE,
        note=note,
        label="economy_name",
        flow=flow,
        orders=orders("largest surplus", "largest deficit") if flow == "balance" else orders("largest", "smallest"),
    )


TABLES = (
    Table(
        name="Table 1",
        topic="technology areas",
        title=(
            "{technologies_in_surplus} of {technologies} technology areas ran a surplus in {last_data_year}; the "
            "balance of all was {balance_usd_billions} billion dollars"
        ),
        subtitle=SUBTITLE,
        unit=UNIT,
        relation="printed.table_1",
        made_of=(CELLS,),
        sql=f"""\
select block, row_kind, false as is_residual, technology_name, {YEARS},
    {CHANGE}
from printed.table_1
order by page_row""",
        columns=MADE_HERE,
        note=(
            "The balances are the printed ones. In five cells they differ by 0.1 from exports less imports, since the "
            "report rounds each number by itself. The balance of all technologies in {last_year} is one of them: "
            "Table 2 prints it with another last digit."
        ),
        label="technology_name",
        group="block",
        orders=orders("largest", "smallest, or largest deficit,"),
    ),
    economies(
        2,
        "balance",
        "The United States ran a surplus with {partners_in_surplus} of {partners} partners in {last_data_year}, and "
        "its largest deficit with {largest_deficit_partner_name}",
        "The balances are the printed ones. The total of {last_year} differs by 0.1 from that of Table 1, since the "
        "report rounds each number by itself.",
    ),
    economies(
        3,
        "exports",
        "{largest_market_name} bought {largest_market_share_pct}% of U.S. technology exports in {last_data_year}, more "
        "than any other partner",
    ),
    economies(
        4,
        "imports",
        "{largest_supplier_name} supplied {largest_supplier_share_pct}% of U.S. technology imports in "
        "{last_data_year}, more than any other partner",
    ),
)


def spread(figure: Figure, rows: list[Row]) -> dict[str, Any]:
    """A figure's numbers as a table: its caption, its heads, and its rows in their groups."""
    numbers = figure.numbers
    names = {**figure.choices, **numbers.names}
    order = {name: place for place, name in enumerate(names.values())}

    def name(value: Any) -> str:
        return names.get(str(value), str(value))

    def in_order(found: dict[str, Any]) -> list[tuple[str, Any]]:
        return sorted(found.items(), key=lambda one: order.get(one[0], 0))

    groups: dict[str, dict[str, dict[str, str]]] = {}
    for row in rows:
        lines = groups.setdefault(name(row[numbers.group]) if numbers.group else "", {})
        cells = lines.setdefault(name(row[numbers.row]), {})
        shown = {name(value): words.cell(row[value], value) for value in numbers.values}
        cells.update({name(row[numbers.column]): "\n".join(shown.values())} if numbers.column else shown)
    columns = sorted({row[numbers.column] for row in rows}) if numbers.column else numbers.values
    return {
        "caption": " ".join(filter(None, (words.words(numbers.unit or figure.unit) + ".", numbers.note))),
        "head": names.get(numbers.row) or words.heading(numbers.row),
        "columns": [words.heading(name(column)) for column in columns],
        "groups": [
            (
                group,
                [
                    (line, [cells.get(name(column), words.MISSING) for column in columns])
                    for line, cells in in_order(lines)
                ],
            )
            for group, lines in in_order(groups)
        ],
    }
