"""A list of advanced technology products, as a file has it: the Bureau's own layout, or a column of its concordance.

The Bureau's own layout has a product in each line: area in columns 1 and 2, ten-digit code in columns 4 to 13, name
from column 15. The concordance is a sheet of all products, with the area in the column `hitech`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from atp_trade import AtpError
from atp_trade.load.http import Answer
from atp_trade.load.sheet import OLD_WORKBOOK, WORKBOOK, cells

AREAS = tuple(f"{number:02}" for number in range(1, 11))
CODE = re.compile(r"\d{10}", re.ASCII)
# The shortest real list has about 400 products.
FEWEST = 100
CODE_COLUMN, AREA_COLUMN, NAME_COLUMNS = "commodity", "hitech", ("descriptn", "abbreviatn")
# The end of a file as old programs write it.
END = "\x1a"


@dataclass(frozen=True)
class Product:
    """A product of a list, and where in the file it is."""

    code: str
    area: str
    name: str | None
    where: str

    @property
    def row(self) -> tuple[str, str, str | None]:
        """What is kept of it."""
        return self.code, self.area, self.name


def read_list(content: bytes, name: str) -> list[Product]:
    """The products of a list. AtpError, with the first line that is wrong, if it is not whole."""
    if not content.strip():
        raise AtpError(f"{name} is empty: get it again")
    if Answer(200, {}, content).is_page:
        raise AtpError(f"{name} is a web page, not a list: get it again")
    if content.startswith((WORKBOOK, OLD_WORKBOOK)) or AREA_COLUMN.encode() in content.partition(b"\n")[0].lower():
        products = [*of_concordance(cells(content, name), name)]
    else:
        products = [*of_lines(content.removeprefix(b"\xef\xbb\xbf").decode("latin-1"), name)]
    check(products, name)
    return products


def of_lines(text: str, name: str) -> Iterator[Product]:
    """The products of a file of fixed width."""
    lines = text.rstrip(f"{END}\r\n ").split("\n")
    for number, ended in enumerate(lines, start=1):
        line, where = ended.rstrip(), f"line {number}"
        code = line[3:13].rstrip()
        if line[2:3] not in (" ", "") or (line[13:14] not in (" ", "") and CODE.fullmatch(code)):
            column = 3 if line[2:3] != " " else 14
            raise AtpError(
                f"{name}, {where}, has {line[column - 1]!r} in column {column}, where a blank belongs: its width is "
                "not that of the Bureau's lists, get it again"
            )
        if len(line) < 13 and not re.fullmatch(r"\d{9}", code, re.ASCII):
            raise AtpError(f"{name}, {where}, is too short for a code: the file may be cut off, get it again")
        yield Product(code, line[:2], line[14:].strip() or None, where)


def of_concordance(rows: list[list[str]], name: str) -> Iterator[Product]:
    """The products of a concordance that are advanced technology."""
    header = [cell.strip().lower() for cell in rows[0]] if rows else []
    for column in (CODE_COLUMN, AREA_COLUMN):
        if header.count(column) != 1:
            raise AtpError(f"{name} has not one column {column} in its first row: get the Bureau's concordance again")
    code, area = header.index(CODE_COLUMN), header.index(AREA_COLUMN)
    described = next((header.index(column) for column in NAME_COLUMNS if column in header), None)
    for number, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) < len(header):
            raise AtpError(f"{name}, row {number}, has {len(row)} of {len(header)} values: correct it")
        # A sheet that has the column as numbers has lost the zeros of the areas, which are two digits.
        found = row[area].strip()
        found = found.zfill(2) if found else "00"
        if found != "00":
            text = row[described].strip() if described is not None else ""
            yield Product(row[code].strip(), found, text or None, f"row {number}")


def check(products: Sequence[Product], name: str) -> None:
    """Refuse a list with an area or a code that cannot be meant, or that is cut off."""
    seen: dict[str, Product] = {}
    for product in products:
        where = f"{name}, {product.where},"
        if not CODE.fullmatch(product.code):
            lost = ": zeros may be lost, keep the codes as text" if re.fullmatch(r"\d{9}", product.code) else ""
            raise AtpError(f"{where} has no code of ten digits, but {product.code!r}{lost or ': get the list again'}")
        if product.area not in AREAS:
            raise AtpError(f"{where} has an unknown area, {product.area!r}: the Bureau's are 01 to 10")
        other = seen.setdefault(product.code, product)
        if other is not product:
            what = "again" if other.area == product.area else f"in a second area, {product.area} after {other.area}"
            raise AtpError(f"{where} has {product.code} {what}; it is in {other.where} too: remove one")
    if len(products) < FEWEST:
        raise AtpError(
            f"{name} has {len(products)} products, and no list has fewer than {FEWEST}: it may be cut off, get it again"
        )
