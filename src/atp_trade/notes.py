"""The notes that travel with the data: which of `marts.data_notes` apply to which relation, as a build found it.

A build writes them into the published file, as meta.notes. A file that no build produced has none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import duckdb

from atp_trade.warehouse import PUBLIC_SCHEMAS, Relation, as_dicts, identifier, literal, relations

NOTES = "marts.data_notes"
# The members that a row is about, by the first of these columns that its relation has. A relation without any is about
# all of them, and has the notes on all alone.
MEMBERS = {
    "product_type": {
        "product_type": "select value.product_type",
        "data_year": "select 'advanced_technology_products'",
        "first_year": "select 'advanced_technology_products'",
    },
    "technology_id": {
        "technology_id": "select value.technology_id",
        "census_area_code": "select technology_id from marts.dim_technology as technology "
        "where technology.counted_in_census_area_code = value.census_area_code",
        "member_id": "select value.member_id",
    },
    # A note on a partner names its group of the report too.
    "region_id": {
        "region_id": "select value.region_id",
        "group_id": "select partner.region_id from marts.dim_partner as partner "
        "inner join marts.group_members as members using (partner_id) where members.group_id = value.group_id",
        "member_id": "select value.member_id union all "
        "select region_id from marts.dim_partner as partner where partner.partner_id = value.member_id",
    },
    "partner_id": {
        "partner_id": "select value.partner_id",
        "group_id": "select partner_id from marts.group_members as members where members.group_id = value.group_id",
        "member_id": "select value.member_id",
    },
}
COLUMNS = (
    *("note_id", "title", "source_id", "flow", *MEMBERS, "valid_from", "valid_to", "kind", "is_break", "sentence"),
    *("reference_title", "reference_address"),
)
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
    first, last = ("data_year", "data_year") if "data_year" in names else ("first_year", "last_year")
    if not sources or not {first, last} <= {*names}:
        return None
    conditions = [
        f"note.source_id in ('all', {', '.join(f'value.{identifier(name)}' for name in sources)})",
        f"value.{last} >= coalesce(note.valid_from, value.{last})",
        f"value.{first} <= coalesce(note.valid_to, value.{first})",
    ]
    for member, by_column in MEMBERS.items():
        about = next((f" union all {members}" for column, members in by_column.items() if column in names), "")
        conditions.append(f"note.{member} in (select 'all'{about})")
    return " and ".join(conditions)


def notes_on(connection: duckdb.DuckDBPyConnection, names: Sequence[str]) -> list[dict[str, Any]]:
    """The notes on some relations (`marts.trade_totals`), one row per relation and note; none if no build left any."""
    written = "schema_name = 'meta' and table_name = 'notes' and database_name = current_database()"
    if not names or not connection.execute(f"select 1 from duckdb_tables() where {written}").fetchone():
        return []
    kinds = ", ".join(map(literal, KINDS))
    query = f"""
        select relation_name, {", ".join(COLUMNS)} from meta.notes inner join {NOTES} as note using (note_id)
        where relation_name in ({", ".join(map(literal, names))}) and kind in ({kinds})
        order by is_break desc, list_position([{kinds}], kind), note_id, relation_name
    """
    try:
        return as_dicts(connection.sql(query))
    except duckdb.BinderException:
        # Somebody has changed the relation since it was built.
        return []


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
    # The first note changes a reading most: a relation that has it is named.
    having = {note["relation_name"] for note in notes if note["note_id"] == notes[0]["note_id"]}
    count, name = max((counts[name], name) for name in having)
    titles = [*warnings.values()][:most]
    more = f" and {len(warnings) - most} more" if len(warnings) > most else ""
    yield f"Before you conclude: {', '.join(titles)}{more}."
    yield f"`atp describe {name}` lists {count} notes." if count > 1 else f"`atp describe {name}` has the note."
