"""Text for people: rows as a table where it fits, else one column per line, and names with what they mean."""

from __future__ import annotations

import shutil
import sys
import textwrap
import unicodedata
from collections.abc import Iterator, Sequence

GAP = "  "
NULL = "NULL"
# A line of text that is comfortable to read.
READABLE_WIDTH = 100
# Lines that are shown with one column per line, but for a single row that has more.
SHOWN_LINES = 200
# A value beside its column's name gets as much, however narrow the terminal is.
LEAST_WIDTH = 20


def text_lines(
    columns: Sequence[str], is_number: Sequence[bool], rows: Sequence[Sequence[str | None]]
) -> Iterator[str]:
    """The lines of a table with all of its rows, as wide as they are. Numbers are aligned to the right."""
    _, lines = fitted_lines(columns, is_number, rows, sys.maxsize)
    return lines


def fitted_lines(
    columns: Sequence[str], is_number: Sequence[bool], rows: Sequence[Sequence[str | None]], width: int
) -> tuple[int, Iterator[str]]:
    """The lines of a table no wider than `width`, and how many of its rows they show.

    A table that is too wide has its headings broken at underscores. If that is not enough, the first rows are shown
    with one column per line.
    """
    names = [printable(name) for name in columns]
    cells = [[NULL if value is None else printable(cut(value, width)) for value in row] for row in rows]
    values = [max((display_width(row[index]) for row in cells), default=0) for index in range(len(names))]
    for headings in (
        [[name] for name in names],
        [broken(name, value) for name, value in zip(names, values, strict=True)],
    ):
        widths = [max(value, *map(display_width, heading)) for value, heading in zip(values, headings, strict=True)]
        if sum(widths) + len(GAP) * (len(widths) - 1) <= width:
            return len(cells), table(headings, widths, is_number, cells)
    shown = cells[: max(1, SHOWN_LINES // (len(names) + 1))]
    return len(shown), one_column_per_line(names, shown, width)


def table(
    headings: list[list[str]], widths: list[int], is_number: Sequence[bool], cells: list[list[str]]
) -> Iterator[str]:
    """Headings of one or more lines each, a rule, and the rows."""
    height = max(map(len, headings))
    for line in range(height):
        # Short headings are at the bottom, next to their numbers.
        parts = [heading[line - height] if line >= height - len(heading) else "" for heading in headings]
        yield row_line(parts, widths, is_number)
    yield GAP.join("-" * width for width in widths)
    for row in cells:
        yield row_line(row, widths, is_number)


def row_line(parts: list[str], widths: list[int], is_number: Sequence[bool]) -> str:
    """One line of a table."""
    padded = (
        " " * (width - display_width(part)) + part if right else part + " " * (width - display_width(part))
        for part, width, right in zip(parts, widths, is_number, strict=True)
    )
    return GAP.join(padded).rstrip()


def one_column_per_line(names: list[str], cells: list[list[str]], width: int) -> Iterator[str]:
    """Each row as a block of lines: a column's name, then its value, which goes on below itself if it is long."""
    longest = max(map(display_width, names))
    beside = max(width - longest - len(GAP), LEAST_WIDTH)
    for number, row in enumerate(cells, start=1):
        yield f"-[ row {number} ]".ljust(min(width, longest + 20), "-")
        for name, value in zip(names, row, strict=True):
            first, *others = textwrap.wrap(value, beside, break_on_hyphens=False) or [""]
            yield f"{name}{' ' * (longest - display_width(name))}{GAP}{first}".rstrip()
            yield from (f"{' ' * longest}{GAP}{line}" for line in others)


def broken(name: str, width: int) -> list[str]:
    """A name on as many lines as it takes to be as narrow as `width`, broken at its underscores alone."""
    *firsts, last = name.split("_")
    parts = [*(f"{part}_" for part in firsts), last]
    width = max(width, *map(display_width, parts))
    lines = [""]
    for part in parts:
        if lines[-1] and display_width(lines[-1] + part) > width:
            lines.append("")
        lines[-1] += part
    return lines


def cut(value: str, width: int) -> str:
    """A value, or its beginning where it would fill the screen more than once."""
    most = width * SHOWN_LINES
    return value if len(value) <= most else f"{value[:most]} ... ({len(value):,} characters)"


def display_width(text: str) -> int:
    """How many columns a text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )


def printable_lines(text: str) -> str:
    """A text of several lines, in which nothing commands the terminal."""
    return "\n".join(map(printable, text.split("\n")))


def printable(text: str) -> str:
    """A text on one line, in which nothing commands the terminal."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text)


def line_width() -> int | None:
    """How wide a line may be: on a terminal what is comfortable there, elsewhere any width."""
    return min(shutil.get_terminal_size().columns, READABLE_WIDTH) if sys.stdout.isatty() else None


def definitions(entries: list[tuple[str, str]], width: int | None) -> Iterator[str]:
    """Names with texts beside them; where the names leave no room, below them."""
    longest = max((len(name) for name, _ in entries), default=0) + 2
    beside = width is None or longest < width / 2
    for name, text in entries:
        lines = list(paragraph(text, width, indent=" " * longest if beside else "    "))
        if beside:
            yield f"{name:<{longest}}{lines[0].lstrip()}" if lines else name
            yield from lines[1:]
        else:
            yield name
            yield from lines


def paragraph(text: str, width: int | None, indent: str = "") -> list[str]:
    """A text in lines of a width."""
    if width is None:
        return [indent + text] if text else []
    return textwrap.wrap(text, width, initial_indent=indent, subsequent_indent=indent, break_long_words=False)
