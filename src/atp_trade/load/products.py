"""`atp load products`: trade by ten-digit product, partner and month, from the Bureau's API or from files."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import duckdb

from atp_trade import AtpError
from atp_trade.load.answer import (
    COUNTRY,
    COUNTRY_CODE,
    FIRST_MONTH,
    LEVEL,
    MEASURES,
    MONTH,
    NUMBER,
    ONE_COUNTRY,
    AnswerRefused,
    Columns,
    check_keys,
    read_table,
)
from atp_trade.load.api import Endpoint, load_months
from atp_trade.load.http import Answer
from atp_trade.load.lists import SOURCE as LISTS
from atp_trade.load.product_files import load_files
from atp_trade.load.raw import Store, Version, without_patterns
from atp_trade.load.trade import COLUMNS, NO_UNIT, ORDER, SOURCE, VALUES, added, place
from atp_trade.places import project_folder
from atp_trade.warehouse import first_line, literal

# By flow, as the API calls them: the product, and its first quantity.
PRODUCTS = {"exports": "E_COMMODITY", "imports": "I_COMMODITY"}
QUANTITIES = {"exports": "QTY_1_MO", "imports": "GEN_QY1_MO"}
UNIT, DETAIL, TEN_DIGITS = "UNIT_QY1", "COMM_LVL", "HS10"
CHAPTER_DIGITS = 2
SHIPPED = Path("seeds", "census", "census_atp_products.csv")


def load_products(
    files: Sequence[Path] = (),
    first: str | None = None,
    last: str | None = None,
    flow: str | None = None,
    *,
    dry_run: bool = False,
    again: bool = False,
) -> Iterator[str]:
    """Load files, or the API's months that are missing and those that may have been revised; yield what was done."""
    if not files:
        return load_months(Products(), first or FIRST_MONTH, last, flow, dry_run=dry_run, again=again)
    if first or last or flow or dry_run or again:
        raise AtpError(
            "--from, --to, --flow, --dry-run and --again are about the Bureau's API: leave them out, or FILE"
        )
    return load_files(files)


class Products(Endpoint):
    """A flow and month in as many answers as the lists have chapters: all products of these, by country.

    A chapter is the first two digits of a code. Of an answer the countries are kept; its totals are checked and left
    out.
    """

    source, name = SOURCE, "hs"

    def pieces(self, store: Store, flow: str) -> Sequence[str]:
        """The chapters that have a product of any year's list of the flow, loaded or shipped."""
        codes = {code for of_flow, code in shipped_codes() if of_flow == flow}
        for year in store.places(f"{LISTS}/{flow}"):
            newest = store.versions(f"{LISTS}/{flow}/{year}")[-1]
            try:
                rows = store.connection.execute(
                    f"select distinct product_code from read_parquet({literal(without_patterns(newest))})"
                ).fetchall()
            except duckdb.Error as error:
                raise AtpError(f"{newest} cannot be read: {first_line(str(error))}: move it away") from error
            codes |= {code for (code,) in rows}
        if not codes:
            raise AtpError(f"there is no list of {flow}, which says what to ask for: load one with atp load lists")
        return sorted({code[:CHAPTER_DIGITS] for code in codes})

    def place(self, flow: str, month: str) -> str:
        """Where a month is kept."""
        return place(flow, month)

    def asked_columns(self, flow: str) -> list[str]:
        """What is asked for."""
        return [PRODUCTS[flow], COUNTRY, MEASURES[flow], QUANTITIES[flow], UNIT, LEVEL]

    def parameters(self, flow: str, month: str, piece: str) -> Mapping[str, str]:
        """One month and chapter: ten digits, countries and all of them."""
        asked = {"get": ",".join(self.asked_columns(flow)), DETAIL: TEN_DIGITS, LEVEL: "DET"}
        return {**asked, MONTH: month, PRODUCTS[flow]: f"{piece}*"}

    def read(self, answer: Answer, flow: str, month: str, piece: str) -> str | None:
        """The countries' rows of an answer as one text, which takes a tenth of the memory: lines of cells with tabs."""
        rules = {
            PRODUCTS[flow]: (f"no product of chapter {piece}", lambda code: is_product(code, piece)),
            COUNTRY: ("an unknown country", COUNTRY_CODE.fullmatch),
            MEASURES[flow]: ("no whole number of dollars", NUMBER.fullmatch),
            QUANTITIES[flow]: ("no whole quantity", lambda quantity: quantity in NO_UNIT or NUMBER.fullmatch(quantity)),
            UNIT: ("an unknown unit", lambda unit: unit in NO_UNIT or unit.strip().isalnum()),
            DETAIL: ("another level of products", TEN_DIGITS.__eq__),
            LEVEL: ("another level of countries", "DET".__eq__),
            MONTH: (f"another month than {month}", month.__eq__),
        }
        by_column = read_table(answer, [*self.asked_columns(flow), DETAIL, MONTH], rules)
        if by_column is None:
            return None
        key = (PRODUCTS[flow], COUNTRY)
        check_keys(by_column, key, key)
        check_totals(by_column, flow)
        names = (PRODUCTS[flow], COUNTRY, MEASURES[flow], QUANTITIES[flow], UNIT)
        return "\n".join(
            "\t".join(cells(*row))
            for row in zip(*(by_column[name] for name in names), strict=True)
            if ONE_COUNTRY.fullmatch(row[1] or "")
        )

    def version(self, parts: Sequence[str], flow: str, month: str, request: str) -> Version:
        """The rows of a month's chapters, with their types."""
        query = f"""
            select {", ".join(f"nullif(cells[{n}], '')::{kind} as {name}" for n, (name, kind) in enumerate(VALUES, 1))},
                {added(flow, month)}
            from (
                select string_split(unnest(string_split(part, chr(10))), chr(9)) as cells
                from unnest($parts::varchar[]) as parts (part)
                where part <> ''
            )
        """
        return Version(COLUMNS, query, {"parts": [*parts]}, request, ORDER)


def is_product(code: str, chapter: str) -> bool:
    """Whether a text is a ten-digit code of a chapter."""
    return len(code) == 10 and code.isascii() and code.isdigit() and code.startswith(chapter)


def cells(product: str, country: str, value: str, quantity: str | None, unit: str | None) -> Iterator[str]:
    """The cells of a row, blank without a value: where there is no unit, there is no quantity."""
    unit = (unit or "").strip()
    is_counted = unit not in NO_UNIT
    yield from (product, country, value)
    yield quantity if is_counted and quantity and quantity not in NO_UNIT else ""
    yield unit if is_counted else ""


def check_totals(by_column: Columns, flow: str) -> None:
    """Refuse an answer in which the countries of a product do not add up to its total, where it has one."""
    sums: dict[str, int] = defaultdict(int)
    totals: dict[str, int] = {}
    for product, country, value in zip(
        by_column[PRODUCTS[flow]], by_column[COUNTRY], by_column[MEASURES[flow]], strict=True
    ):
        if (country or "-") == "-":
            totals[product] = int(value)
        elif ONE_COUNTRY.fullmatch(country):
            sums[product] += int(value)
    for product, total in totals.items():
        if sums[product] != total:
            raise AnswerRefused(f"the countries of {product} add up to {sums[product]}, and its total is {total}")


def shipped_codes() -> Iterator[tuple[str, str]]:
    """Flow and code of each product in the lists that ship with the project."""
    path = project_folder() / SHIPPED
    if path.is_file():
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield row["flow"], row["product_code"]
