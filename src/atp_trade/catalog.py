"""What the published file says it offers: its relations and columns, with types, keys, units and descriptions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import duckdb

# The schemas for readers, with what each is for; dbt_project.yml gives these but `meta` public access.
SCHEMAS = {
    "marts": "The public interface, for analysis.",
    "printed": "The report's tables and figures as the report prints them.",
    "page": "What the project's web page shows beyond the report.",
    "audit": "The verdicts on every number and statement of the report, and the working behind them.",
    "meta": "Which build the file is of, the tests that it passed, and the worked questions.",
}
PUBLIC_SCHEMAS = tuple(schema for schema in SCHEMAS if schema != "meta")
# The schemas that the build needs; a reader can look into them, but they change without notice.
INTERNAL_SCHEMAS = ("seeds", "staging", "metrics")

# A column's ending is its unit.
UNITS = {
    "_usd_millions": "millions of current U.S. dollars",
    "_usd_billions": "billions of current U.S. dollars",
    "_pct": "percent",
    "_pp": "percentage points",
    "_hhi": "Herfindahl-Hirschman index, 0 to 10,000",
    "_ratio": "ratio",
    "_rank": "rank, 1 = first",
    "_rank_in_region": "rank, 1 = first",
    "_rank_change": "ranks",
    "_year": "calendar year",
}


@dataclass(frozen=True)
class Column:
    """A column; `type` is DuckDB's, `comment` its description."""

    name: str
    type: str
    is_nullable: bool
    comment: str

    @property
    def unit(self) -> str | None:
        """The unit of its numbers, by the ending of its name; None for what has none."""
        endings = [ending for ending in UNITS if self.name.endswith(ending)]
        return UNITS[max(endings, key=len)] if endings else None


@dataclass(frozen=True)
class Relation:
    """A table with its columns in order; `primary_key` is empty where none is declared."""

    schema: str
    name: str
    comment: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...]

    @property
    def qualified_name(self) -> str:
        """Schema and name, to put into SQL."""
        return f'"{self.schema}"."{self.name}"'

    @property
    def row_order(self) -> str:
        """What to order the rows by, so that they always come in the same order."""
        return ", ".join(f'"{name}"' for name in self.primary_key) or "all"


def first_sentence(text: str) -> str:
    """A text up to its first full stop; the stops of U.S. are none."""
    return re.split(r"(?<=[a-z0-9)])\.(?: |$)", text, maxsplit=1)[0]


def as_dicts(found: duckdb.DuckDBPyRelation) -> list[dict[str, Any]]:
    """The rows of an answer, each by column."""
    return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


def literal(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def relations(connection: duckdb.DuckDBPyConnection, *schemas: str) -> list[Relation]:
    """The relations of some schemas, schema by schema as they are named, and by name in each."""
    keys = {
        (schema, table): tuple(columns)
        for schema, table, columns in connection.execute(
            """
            select schema_name, table_name, constraint_column_names from duckdb_constraints()
            where constraint_type = 'PRIMARY KEY' and database_name = current_database()
            """
        ).fetchall()
    }
    columns: dict[tuple[str, str], list[Column]] = {}
    for schema, table, *facts in connection.execute(
        """
        select schema_name, table_name, column_name, data_type, is_nullable, coalesce(comment, '') from duckdb_columns()
        where database_name = current_database() order by schema_name, table_name, column_index
        """
    ).fetchall():
        columns.setdefault((schema, table), []).append(Column(*facts))
    found = connection.execute(
        """
        select schema_name, table_name, coalesce(comment, '') from duckdb_tables()
        where database_name = current_database() order by schema_name, table_name
        """
    ).fetchall()
    return [
        Relation(schema, name, comment, tuple(columns[schema, name]), keys.get((schema, name), ()))
        for wanted in schemas
        for schema, name, comment in found
        if schema == wanted
    ]


def foreign_keys(
    connection: duckdb.DuckDBPyConnection, relation: Relation, others: list[Relation]
) -> list[tuple[Relation, tuple[str, ...]]]:
    """The dimensions (`dim_...`) whose key a relation has, and the key's columns: where every row finds its member."""
    found = []
    for dimension in others:
        key = dimension.primary_key
        names = {column.name for column in relation.columns}
        if dimension == relation or not dimension.name.startswith("dim_") or not key or not names.issuperset(key):
            continue
        columns = ", ".join(f'"{name}"' for name in key)
        ((strays,),) = connection.execute(
            f"select count(*) from {relation.qualified_name} anti join {dimension.qualified_name} using ({columns})"
        ).fetchall()
        if strays == 0:
            found.append((dimension, key))
    return found
