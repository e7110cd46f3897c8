"""What the relations and columns mean: `atp describe` on the screen, docs/dictionary.md as a page.

Both say what the published file itself says, in its comments.
"""

from __future__ import annotations

import difflib
import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb

from atp_trade import AtpError
from atp_trade.catalog import SCHEMAS, Column, Relation, first_sentence, relations
from atp_trade.files import whole_file
from atp_trade.meta import published
from atp_trade.project import file_to_read, opened, project_folder

PAGE = Path("docs", "dictionary.md")
# A line of text that is comfortable to read.
READABLE_WIDTH = 100
PREAMBLE = """\
# Data dictionary

<!-- Written by `make pages` from the published file; a test compares the two. -->

Every relation that the published file offers, with the type, unit and meaning of each column. The same on the command
line: `atp describe`, `atp describe marts.trade_totals`, `atp describe coverage_ratio`. Columns in **bold** are the key:
together they have no value twice.
"""


def describe(name: str | None) -> None:
    """Print what a relation, a schema's relations or a column is; without a name, all relations.

    AtpError if nothing has that name.
    """
    with opened(file_to_read()) as connection:
        for line in list(description(described(connection), name, line_width())):
            print(line)


def described(connection: duckdb.DuckDBPyConnection) -> list[Relation]:
    """The relations that are for readers."""
    return relations(connection, *SCHEMAS)


def line_width() -> int | None:
    """How wide a line may be: on a terminal what is comfortable there, elsewhere any width."""
    return min(shutil.get_terminal_size().columns, READABLE_WIDTH) if sys.stdout.isatty() else None


def description(found: list[Relation], name: str | None, width: int | None) -> Iterator[str]:
    """The lines that `atp describe` prints."""
    schemas = {relation.schema for relation in found}
    if name is None or name in schemas:
        chosen = [relation for relation in found if name in (None, relation.schema)]
        yield from definitions([(f"{each.schema}.{each.name}", first_sentence(each.comment)) for each in chosen], width)
        return
    wanted = name.lower()
    for relation in found:
        if wanted in (relation.name, f"{relation.schema}.{relation.name}"):
            yield from about_relation(relation, width)
            return
    places = [
        (relation, column)
        for relation in found
        for column in relation.columns
        if wanted in (column.name, f"{relation.name}.{column.name}", f"{relation.schema}.{relation.name}.{column.name}")
    ]
    if not places:
        raise AtpError(f"nothing is called {name}: {suggestion(found, wanted)}")
    # Many relations have the same column: each meaning once.
    meanings: dict[str, list[str]] = {}
    for relation, column in places:
        meanings.setdefault(meaning(column), []).append(f"{relation.schema}.{relation.name}")
    for text, names in meanings.items():
        yield from paragraph(text, width)
        yield from paragraph(f"In {', '.join(names)}.", width, indent="  ")


def about_relation(relation: Relation, width: int | None) -> Iterator[str]:
    """A relation's sentence and key, then its columns."""
    yield f"{relation.schema}.{relation.name}"
    yield from paragraph(relation.comment, width)
    if relation.primary_key:
        yield from paragraph(f"Key: {', '.join(relation.primary_key)}.", width)
    yield ""
    yield from definitions([(column.name, meaning(column)) for column in relation.columns], width)


def meaning(column: Column) -> str:
    """Type, unit and description of a column."""
    return f"[{', '.join(filter(None, (column.type.lower(), column.unit)))}] {column.comment}".strip()


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


def suggestion(found: list[Relation], wanted: str) -> str:
    """What to try when nothing has a name."""
    names = {name for relation in found for name in (f"{relation.schema}.{relation.name}", relation.name)}
    names |= {column.name for relation in found for column in relation.columns}
    near = difflib.get_close_matches(wanted, sorted(names), 3)
    return f"did you mean {' or '.join(near)}?" if near else "`atp describe` lists the relations"


def write_dictionary() -> Path:
    """Write docs/dictionary.md; its path. AtpError if there is nothing to write it from."""
    project = project_folder()
    page = project / PAGE
    with published(file_to_read()) as (connection, _):
        text = dictionary(described(connection))
    with whole_file(page) as beside:
        beside.write_text(text, encoding="utf-8")
    return page


def dictionary(found: list[Relation]) -> str:
    """The page: a section for each schema, a table for each relation."""
    parts = [PREAMBLE]
    for schema, text in SCHEMAS.items():
        parts.append(f"## {schema}\n\n{text}\n")
        parts += [relation_section(relation) for relation in found if relation.schema == schema]
    return "\n".join(parts)


def relation_section(relation: Relation) -> str:
    """A relation as a section of the page."""
    rows = [
        (
            f"**{column.name}**" if column.name in relation.primary_key else column.name,
            column.type.lower(),
            column.unit or "",
            column.comment,
        )
        for column in relation.columns
    ]
    head = f"### {relation.schema}.{relation.name}\n\n{relation.comment}\n"
    return "\n".join([head, *markdown_table(("column", "type", "unit", "description"), rows), ""])


def markdown_table(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """A Markdown table."""
    columns = list(columns)
    for row in (columns, ["---"] * len(columns), *rows):
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"
