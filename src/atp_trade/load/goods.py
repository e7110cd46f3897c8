"""`atp load goods`: the Bureau's spreadsheet of goods trade by country, a year and country or group in each row."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import anyio

from atp_trade import AtpError
from atp_trade.load.http import Client, body, checked_address
from atp_trade.load.months import last_complete_month
from atp_trade.load.progress import LoadProgress
from atp_trade.load.raw import Version, loading
from atp_trade.load.sheet import Cells, cells, read_file
from atp_trade.places import project_folder

SOURCE = "census_country"
ADDRESS, ADDRESS_VARIABLE = "https://www.census.gov/foreign-trade/balance/country.xlsx", "CENSUS_GOODS_URL"
SHEET = "country"
YEAR, CODE = "year", "CTY_CODE"
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
COLUMNS = [YEAR, CODE, "CTYNAME", *(f"{flow}{period}" for flow in "IE" for period in (*MONTHS, "YR"))]
CODE_WIDTH = 4
NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][-+]?\d+)?")
# What every copy has: advanced technology products of all countries, and the world, whose months say how new it is.
NEEDED = {"0007": "advanced technology products", "0015": "the world"}
# Where a header that has moved is looked for, to say where it is.
SEARCHED_ROWS = 20


def load_goods(file: Path | None) -> Iterator[str]:
    """Load a copy of the spreadsheet, from a file or from the Bureau; yield what was done."""
    project = project_folder()
    content, name, request = read_file(file) if file else fetch()
    header, rows = table(content, name)
    rows, restored = checked(header, rows, name)
    with loading(project) as store:
        version = Version.of_rows(COLUMNS, rows, request, {})
        for earlier in store.versions(SOURCE):
            if store.has_the_rows(earlier, version):
                yield f"nothing new: {name} has the rows of {earlier.relative_to(project)}, {described(rows)}"
                return
        path = store.keep(SOURCE, version)
    if restored:
        yield f"{restored} codes had lost their zeros, which are back"
    yield f"loaded {name} into {path.relative_to(project)}: {described(rows)}"


def fetch() -> tuple[bytes, str, str]:
    """The spreadsheet from its address, the name of the file there, and the address."""
    progress = LoadProgress()
    named = os.environ.get(ADDRESS_VARIABLE) or ADDRESS
    address = checked_address(named, ADDRESS_VARIABLE, progress.say, is_secret_sent=False)

    async def ask() -> bytes:
        async with Client(tell=progress.say) as client:
            return await client.ask(address, address, {}, body)

    progress.say(f"asking for {address}")
    try:
        return anyio.run(ask), address.rpartition("/")[2], address
    except KeyboardInterrupt:
        raise AtpError("interrupted; nothing was loaded") from None


def table(content: bytes, name: str) -> tuple[list[str], Cells]:
    """The header and the rows of a workbook, or of a CSV file of its layout, as text."""
    rows = cells(content, name, SHEET)
    if not rows:
        raise AtpError(f"{name} is empty: get it again from {ADDRESS}")
    header = [cell.strip() for cell in rows[0]]
    if not {YEAR, CODE} <= {*header}:
        moved = (number for number, row in enumerate(rows[:SEARCHED_ROWS], 1) if {YEAR, CODE} <= {*row})
        found = next(moved, None)
        hint = f"it is in row {found}: remove the rows above it" if found else f"get the file again from {ADDRESS}"
        raise AtpError(f"{name} has no header {YEAR}, {CODE}, ... in its first row; {hint}")
    return header, rows[1:]


def checked(header: list[str], rows: Cells, name: str) -> tuple[Cells, int]:
    """The rows in the order of our columns, and how many codes got back their zeros. AtpError if they are not whole."""
    while header and not header[-1]:
        header.pop()
    if missing := [column for column in COLUMNS if column not in header]:
        raise AtpError(f"{name} lacks the column {missing[0]}: get it again from {ADDRESS}")
    if unknown := [column for column in header if column not in COLUMNS]:
        raise AtpError(f"{name} has an unknown column {unknown[0]!r}: remove it")
    if doubled := [column for column, count in Counter(header).items() if count > 1]:
        raise AtpError(f"{name} has the column {doubled[0]} twice: remove one")
    places = [header.index(column) for column in COLUMNS]
    kept, restored, newest = [], 0, last_complete_month()
    for number, row in enumerate(rows, start=2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) < len(header) or any(cell.strip() for cell in row[len(header) :]):
            raise AtpError(f"{name}, row {number}, has not {len(header)} values: correct it")
        values = [row[place].strip() for place in places]
        code = values[1].zfill(CODE_WIDTH)
        restored += code != values[1]
        values[1] = code
        check_row(values, f"{name}, row {number},", newest)
        kept.append(values)
    counts = Counter((row[0], row[1]) for row in kept)
    if twice := [key for key, count in counts.items() if count > 1]:
        raise AtpError(f"{name} has two rows for {twice[0][1]} in {twice[0][0]}: remove one")
    found = {row[1] for row in kept}
    if missing := [f"{code}, {meaning}" for code, meaning in NEEDED.items() if code not in found]:
        raise AtpError(f"{name} has no row of code {missing[0]}: get it again from {ADDRESS}")
    return kept, restored


def check_row(values: Sequence[str], where: str, newest: str) -> None:
    """Refuse a row whose year, code or numbers cannot be meant."""
    year, code = values[:2]
    if not re.fullmatch(r"(19|20)\d\d", year):
        raise AtpError(f"{where} has no year, but {year!r}: correct it")
    if not re.fullmatch(r"\d{4}", code):
        raise AtpError(f"{where} has no code of four digits, but {code!r}: correct it")
    for column, value in zip(COLUMNS[3:], values[3:], strict=True):
        if not NUMBER.fullmatch(value):
            raise AtpError(f"{where} has no number in {column}, but {value!r}: correct it")
        period = column[1:]
        if period in MONTHS and f"{year}-{MONTHS.index(period) + 1:02}" > newest and float(value):
            raise AtpError(f"{where} has a number in {column} of {year}, a month that is not over: correct it")


def described(rows: Cells) -> str:
    """How many rows, and which years."""
    years = sorted({row[0] for row in rows})
    return f"{len(rows):,} rows, {years[0]} to {years[-1]}"
