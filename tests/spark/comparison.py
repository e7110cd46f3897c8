"""Relations read from both engines in one shape, and what differs between two of them."""

import math
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from typing import Any

import duckdb
from conftest import Warehouse

from atp_trade.warehouse import PUBLIC_SCHEMAS

SCHEMAS = ("core", *PUBLIC_SCHEMAS)
TYPE_FAMILIES = {"integer": "int", "varchar": "string"}
# Doubles are sums and quotients in whatever order an engine takes: the last bits may differ, nothing above them.
DOUBLE_TOLERANCE = 1e-12


@dataclass
class Relation:
    """Columns as (name, type family, description) in order, the relation's own description, and rows."""

    description: str | None
    columns: list[tuple[str, str, str | None]]
    rows: list[tuple]


def read_duckdb(warehouse: Warehouse) -> dict[str, Relation]:
    """All relations of a DuckDB file that are public, or that those are made of."""
    relations = {}
    with duckdb.connect(str(warehouse.database), read_only=True) as connection:
        tables = connection.sql(
            f"select schema_name, table_name, comment from duckdb_tables() where schema_name in {SCHEMAS}"
        ).fetchall()
        for schema, table, description in tables:
            columns = connection.sql(
                "select column_name, lower(data_type), comment from duckdb_columns() "
                f"where schema_name = '{schema}' and table_name = '{table}' order by column_index"
            ).fetchall()
            relations[f"{schema}.{table}"] = Relation(
                description,
                [(name, TYPE_FAMILIES.get(kind, kind), comment) for name, kind, comment in columns],
                connection.sql(f"select * from {schema}.{table}").fetchall(),
            )
    return relations


def read_spark(cursor: Any) -> dict[str, Relation]:
    """The same of a Thrift server."""

    def rows(sql: str) -> list[tuple]:
        cursor.execute(sql)
        return cursor.fetchall()

    relations = {}
    for schema in SCHEMAS:
        for _, table, _ in rows(f"show tables in {schema}"):
            described = rows(f"describe extended {schema}.{table}")
            end = next(index for index, (name, *_) in enumerate(described) if not name)
            facts = {name: value for name, value, _ in described[end:]}
            # The driver hands dates over as texts.
            dates = [kind == "date" for _, kind, _ in described[:end]]
            relations[f"{schema}.{table}"] = Relation(
                facts.get("Comment"),
                described[:end],
                [
                    tuple(date.fromisoformat(v) if v and is_date else v for v, is_date in zip(row, dates, strict=True))
                    for row in rows(f"select * from {schema}.{table}")
                ],
            )
    return relations


def differences(left: dict[str, Relation], right: dict[str, Relation]) -> list[str]:
    """A sentence for each difference between two engines' relations."""
    found = [f"{name} is on one side only" for name in sorted(left.keys() ^ right.keys())]
    for name in sorted(left.keys() & right.keys()):
        a, b = left[name], right[name]
        if a.description != b.description:
            found.append(f"{name}: described as {a.description!r} and {b.description!r}")
        if a.columns != b.columns:
            found += [f"{name}: column {x} and {y}" for x, y in zip_longest(a.columns, b.columns) if x != y]
        else:
            found += [f"{name}: {difference}" for difference in row_differences(a, b)]
    return found


def row_differences(a: Relation, b: Relation) -> list[str]:
    """Rows are matched by all that must be exactly equal; that is a key, or the relation could not be compared."""
    doubles = [kind == "double" for _, kind, _ in a.columns]
    keyed = []
    for relation in (a, b):
        exact = [tuple(v for v, double in zip(row, doubles, strict=True) if not double) for row in relation.rows]
        measured = [tuple(v for v, double in zip(row, doubles, strict=True) if double) for row in relation.rows]
        if len(set(exact)) != len(exact):
            return ["rows differ in their doubles alone, or stand twice"]
        keyed.append(dict(zip(exact, measured, strict=True)))
    left, right = keyed
    found = [f"{row} is on the left only" for row in left.keys() - right.keys()]
    found += [f"{row} is on the right only" for row in right.keys() - left.keys()]
    names = [name for name, kind, _ in a.columns if kind == "double"]
    for row in left.keys() & right.keys():
        for name, x, y in zip(names, left[row], right[row], strict=True):
            if not same_double(x, y):
                found.append(f"{row}: {name} is {x} and {y}")
    return found


def same_double(x: float | None, y: float | None) -> bool:
    """NULL equals NULL alone; numbers to twelve digits."""
    if x is None or y is None:
        return x is y
    return math.isclose(x, y, rel_tol=DOUBLE_TOLERANCE)
