"""The data dictionary as a page: docs/dictionary.md. It says what the published file says, in its comments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from atp_trade.files import whole_file
from atp_trade.warehouse import SCHEMAS, Relation, file_to_read, project_folder, published, relations

PAGE = Path("docs", "dictionary.md")
PREAMBLE = """\
# Data dictionary

<!-- Written by `make pages` from the published file; a test compares the two. -->

Every relation that the published file offers, with the type, unit and meaning of each column. The same on the command
line: `atp describe`, `atp describe marts.trade_totals`, `atp describe coverage_ratio`. Columns in **bold** are the key:
together they have no value twice.
"""


def write_dictionary() -> Path:
    """Write docs/dictionary.md; its path. AtpError if there is nothing to write it from."""
    project = project_folder()
    page = project / PAGE
    with published(file_to_read()) as (connection, _):
        text = dictionary(relations(connection, *SCHEMAS))
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
