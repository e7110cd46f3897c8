"""Files that users have: their content, and the cells of a workbook or of a CSV file, as text."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from atp_trade import AtpError

WORKBOOK, OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"

Cells = list[list[str]]


def cells(content: bytes, name: str, sheet: str | None = None) -> Cells:
    """The cells of a workbook's sheet, the first one if none is named, or of a CSV file. AtpError if it is neither."""
    if content.startswith(OLD_WORKBOOK):
        raise AtpError(f"{name} is a workbook of the old kind (XLS): save it as XLSX or CSV")
    if content.startswith(WORKBOOK):
        return of_workbook(content, name, sheet)
    try:
        text = content.decode("utf-8-sig")
        return [*csv.reader(io.StringIO(text, newline=""), strict=True)]
    except (UnicodeDecodeError, csv.Error):
        raise AtpError(f"{name} is neither a workbook (XLSX) nor a CSV file in UTF-8: save it as one") from None


def of_workbook(content: bytes, name: str, wanted: str | None) -> Cells:
    """The cells of one sheet of a workbook."""
    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        found = book.sheetnames
        if wanted is None or wanted in found:
            sheet = book[found[0] if wanted is None else wanted]
            # What a file says about its size may be wrong.
            sheet.reset_dimensions()
            rows = [[as_text(value) for value in row] for row in sheet.iter_rows(values_only=True)]
            # A row ends with its last value.
            width = max(map(len, rows), default=0)
            return [row + [""] * (width - len(row)) for row in rows]
    except Exception as error:  # openpyxl raises what its parts raise
        raise AtpError(
            f"{name} cannot be read as a workbook ({type(error).__name__}): get it or save it again"
        ) from None
    raise AtpError(f"{name} has no sheet {wanted}, but {', '.join(map(repr, found))}: give the data sheet that name")


def as_text(value: object) -> str:
    """A cell as text, digit by digit as the file has it."""
    if value is None:
        return ""
    return repr(value) if isinstance(value, float) else str(value)


def read_file(file: Path) -> tuple[bytes, str, str]:
    """The content of a file, its name, and what is kept as the request."""
    try:
        return file.read_bytes(), file.name, f"file:{file.name}"
    except (OSError, ValueError) as error:
        raise AtpError(f"{file} cannot be read: {getattr(error, 'strerror', error)}: name another file") from None
