"""The data dictionary as a page: docs/dictionary.md. It says what the published file says, in its comments."""

from __future__ import annotations

from pathlib import Path

from atp_trade.pages.markdown import table, write_page
from atp_trade.places import file_to_read
from atp_trade.warehouse import SCHEMAS, Relation, published_data, relations

PAGE = Path("docs", "dictionary.md")
PREAMBLE = """\
# Data dictionary

<!-- Written by `make pages` from the published file; a test compares the two. -->

Every relation that the published file offers, with the type, unit and meaning of each column. The same on the command
line: `atp describe`, `atp describe marts.trade_totals`, `atp describe coverage_ratio`. Columns in **bold** are
the key, where one is declared: no two rows have the same values in all of them.
"""


def write_dictionary() -> Path:
    """Write docs/dictionary.md; its path. AtpError if there is nothing to write it from."""

    def text() -> str:
        with published_data(file_to_read(), "the project's pages") as (connection, _):
            return dictionary(relations(connection, *SCHEMAS))

    return write_page(PAGE, text)


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
    return f"{head}\n{table(('column', 'type', 'unit', 'description'), rows)}\n"
