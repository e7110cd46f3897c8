"""The notes that travel with the data: which of `marts.data_notes` apply to which relation, as a build found it.

A build writes them into the published file, as meta.notes. A file that no build produced has none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import duckdb

from atp_trade.warehouse import PUBLIC_SCHEMAS, Relation, as_dicts, identifier, literal, relations

NOTES = "marts.data_notes"
MEMBERS = ("product_type", "technology_id", "region_id", "partner_id")
# What a relation without product types is about.
PRODUCT_TYPE = "advanced_technology_products"
# The order in which notes are shown: what changes a reading first.
KINDS = ("break", "caution", "event", "definition")


def notes_that_apply(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Each public relation of values by year, and each note on its sources, members and years."""
    found = relations(connection, *PUBLIC_SCHEMAS)
    if NOTES not in (f"{relation.schema}.{relation.name}" for relation in found):
        return []
    return sorted(
        (f"{relation.schema}.{relation.name}", note)
        for relation in found
        if (condition := condition_on(relation))
        for (note,) in connection.execute(
            f"select distinct note_id from {NOTES} as note inner join {relation.qualified_name} as value on {condition}"
        ).fetchall()
    )


def condition_on(relation: Relation) -> str | None:
    """When a note applies to a row of a relation; None for a relation without sources or years."""
    names = [column.name for column in relation.columns]
    sources = [name for name in names if name == "source_id" or name.endswith("_source_id")]
    if not sources or "data_year" not in names:
        return None
    unless = {"product_type": literal(PRODUCT_TYPE)}
    values = {
        "source_id": [f"value.{identifier(name)}" for name in sources],
        **{
            member: [f"value.{member}"] if member in names else [unless[member]] if member in unless else []
            for member in MEMBERS
        },
    }
    return " and ".join(
        [
            *(f"note.{name} in ({', '.join(['$$all$$', *found])})" for name, found in values.items()),
            "value.data_year >= coalesce(note.valid_from, value.data_year)",
            "value.data_year <= coalesce(note.valid_to, value.data_year)",
        ]
    )


def notes_on(connection: duckdb.DuckDBPyConnection, names: Sequence[str]) -> list[dict[str, Any]]:
    """The notes on some relations (`marts.trade_totals`), one row per relation and note; none if no build left any."""
    written = "schema_name = 'meta' and table_name = 'notes' and database_name = current_database()"
    if not names or not connection.execute(f"select 1 from duckdb_tables() where {written}").fetchone():
        return []
    kinds = ", ".join(map(literal, KINDS))
    return as_dicts(
        connection.sql(
            f"""
            select relation_name, note.* from meta.notes inner join {NOTES} as note using (note_id)
            where relation_name in ({", ".join(map(literal, names))})
            order by relation_name, is_break desc, list_position([{kinds}], kind), note_id
            """
        )
    )


def all_notes(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Every note that applies to some relation, once."""
    names = [f"{each.schema}.{each.name}" for each in relations(connection, *PUBLIC_SCHEMAS)]
    found = {note["note_id"]: note for note in notes_on(connection, names)}.values()
    return sorted(found, key=lambda note: (not note["is_break"], KINDS.index(note["kind"]), note["note_id"]))


def in_short(notes: list[dict[str, Any]], most: int) -> Iterator[str]:
    """What a reader of an answer should know in a line: the breaks and cautions by their titles, and where all are."""
    warnings = {note["note_id"]: note["title"] for note in notes if note["is_break"] or note["kind"] in KINDS[:2]}
    if not warnings:
        return
    counts: dict[str, int] = {}
    for note in notes:
        counts[note["relation_name"]] = counts.get(note["relation_name"], 0) + 1
    name, count = max(counts.items(), key=lambda item: (item[1], item[0]))
    titles = [*warnings.values()][:most]
    more = f" and {len(warnings) - most} more" if len(warnings) > most else ""
    yield f"Before you conclude: {', '.join(titles)}{more}."
    yield f"`atp describe {name}` lists {count} notes." if count > 1 else f"`atp describe {name}` has the note."
