"""What the relations and columns mean, as the published file says it in its comments."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from atp_trade import AtpError
from atp_trade.notes import notes_on
from atp_trade.places import file_to_read
from atp_trade.table import definitions, line_width, paragraph, printable
from atp_trade.warehouse import (
    INTERNAL_SCHEMAS,
    SCHEMAS,
    SYNTHETIC_SENTENCE,
    Column,
    Relation,
    first_sentence,
    is_synthetic,
    opened,
    relations,
)


def describe(name: str | None) -> None:
    """Print what a relation, a schema's relations or a column is; without a name, all relations.

    AtpError if nothing has that name.
    """
    with opened(file_to_read()) as connection:
        # Relations that are not for readers are found by name too, because descriptions of the others mention them.
        found = relations(connection, *SCHEMAS, *(INTERNAL_SCHEMAS if name else ()))
        notes = notes_on(connection, [f"{each.schema}.{each.name}" for each in found] if name else [])
        for line in list(description(found, name, line_width(), notes)):
            print(printable(line))
        if sys.stdout.isatty() and is_synthetic(connection):
            print(SYNTHETIC_SENTENCE)


def description(
    found: list[Relation], name: str | None, width: int | None, notes: Sequence[dict[str, Any]] = ()
) -> Iterator[str]:
    """The lines that `atp describe` prints; `notes` are those on the relations."""
    wanted = (name or "").lower()
    if name is None or wanted in {relation.schema for relation in found}:
        chosen = [relation for relation in found if wanted in ("", relation.schema)]
        yield from definitions([(f"{each.schema}.{each.name}", first_sentence(each.comment)) for each in chosen], width)
        return
    for relation in found:
        if wanted in (relation.name.lower(), f"{relation.schema}.{relation.name}".lower()):
            yield from about_relation(relation, width)
            yield from about_notes([note for note in notes if note["relation_name"] == full_name(relation)], width)
            return
    places = [
        (relation, column)
        for relation in found
        for column in relation.columns
        if f".{relation.schema}.{relation.name}.{column.name}".lower().endswith(f".{wanted}")
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


def full_name(relation: Relation) -> str:
    """Schema and name of a relation, as notes have it."""
    return f"{relation.schema}.{relation.name}"


def about_notes(notes: list[dict[str, Any]], width: int | None) -> Iterator[str]:
    """The notes on a relation, each with what it is and what was looked up."""
    if notes:
        yield ""
        yield from paragraph("Notes on these numbers (marts.data_notes has the addresses):", width)
        yield from definitions([(note["title"], note_text(note)) for note in notes], width)


def note_text(note: dict[str, Any]) -> str:
    """A note's kind, sentence and reference."""
    kind = f"{note['kind']}, break" if note["is_break"] and note["kind"] != "break" else note["kind"]
    reference = f" [{note['reference_title']}]" if note["reference_title"] else ""
    return f"[{kind}] {note['sentence']}{reference}"


def meaning(column: Column) -> str:
    """Type, unit and description of a column."""
    return f"[{', '.join(filter(None, (column.type.lower(), column.unit)))}] {column.comment}".strip()


def suggestion(found: list[Relation], wanted: str) -> str:
    """What to try when nothing has a name."""
    names = {name for relation in found for name in (f"{relation.schema}.{relation.name}", relation.name)}
    names |= {column.name for relation in found for column in relation.columns}
    near = sorted(name for name in names if wanted in name)[:5] or difflib.get_close_matches(wanted, sorted(names), 3)
    return f"did you mean {' or '.join(near)}?" if near else "`atp describe` lists the relations"
