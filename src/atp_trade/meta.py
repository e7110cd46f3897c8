"""What a published file says of itself, in the schema meta: written into the side file once all tests are green."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from atp_trade import AtpError
from atp_trade.dbt import read_manifest, read_results
from atp_trade.fingerprint import git_state
from atp_trade.notes import notes_that_apply
from atp_trade.warehouse import (
    BUILD,
    PUBLIC_SCHEMAS,
    SYNTHETIC_PREFIX,
    SYNTHETIC_SOURCE,
    Relation,
    identifier,
    literal,
    relations,
)

# Column: type and description, in the order of the table.
TESTS = {
    "test_name": ("varchar", "The sentence that the test asserts."),
    "test_type": ("varchar", "`data` (a test of rows) or `unit` (of a model on made-up rows)."),
}
QUESTIONS = {
    "question_name": ("varchar", "Name of the question, for `atp ask`."),
    "question": ("varchar", "The question as a sentence."),
    "sql": ("varchar", "The query that answers it, in DuckDB's SQL."),
    "topic": ("varchar", "What it is about: `trade`, or `audit` (the report itself)."),
}
NOTES = {
    "relation_name": ("varchar", "Schema and name of the relation."),
    "note_id": ("varchar", "Note that applies to its sources, members and years; key of `marts.data_notes`."),
}
# Where values have a source: lists of products have it in staging alone. Seeds describe sources that a file may lack.
SOURCED_SCHEMAS = ("staging", "core", *PUBLIC_SCHEMAS)
TEST_TYPES = {"test": "data", "unit_test": "unit"}
ANALYSIS = "analysis"
# The topic of a question in no folder of its own.
TRADE = "trade"


def write_meta(connection: duckdb.DuckDBPyConnection, build: dict[str, Any], target: Path) -> None:
    """Write the schema meta, with its descriptions, into a database that dbt has built.

    It has the facts of the build that produced the file, the tests that it passed, the project's worked questions, and
    which notes apply to which relation.
    """
    connection.execute("create schema if not exists meta")
    ((sources,),) = connection.execute(
        "select string_agg(source_id || ' ' || vintage, ', ' order by source_id, vintage) from marts.dim_source"
    ).fetchall()
    facts = {**build, "sources": sources, "is_synthetic": mark_synthetic(connection)}
    build_row = tuple(facts[column] for column in BUILD)
    write_table(connection, "build", "The build that produced this file. One row.", BUILD, [build_row])
    tests = sorted(tests_passed(read_results(target)))
    write_table(connection, "tests", "The tests that this file has passed. One row per test.", TESTS, tests)
    questions = sorted(read_questions(read_manifest(target)))
    write_table(
        connection, "questions", "The worked questions of the project. One row per question.", QUESTIONS, questions
    )
    description = "Which notes of `marts.data_notes` apply to which relation. One row per relation and note."
    write_table(connection, "notes", description, NOTES, notes_that_apply(connection))


def mark_synthetic(connection: duckdb.DuckDBPyConnection) -> bool:
    """Say in the description of each relation with made-up values that it has some; whether any has.

    It goes by the sources of the values, not by the folder that they were read from. Products have no source in some
    relations: in a file with anything made up, they count as made up.
    """
    found = relations(connection, *SOURCED_SCHEMAS)
    made_up = [relation for relation in found if has_made_up(connection, relation)]
    if not made_up:
        return False
    for relation in found:
        is_of_products = any(column.name == "product_code" for column in relation.columns)
        if (is_of_products or relation in made_up) and not relation.comment.startswith(SYNTHETIC_PREFIX):
            text = literal(SYNTHETIC_PREFIX + relation.comment)
            connection.execute(f"comment on table {relation.qualified_name} is {text}")
    return True


def has_made_up(connection: duckdb.DuckDBPyConnection, relation: Relation) -> bool:
    """Whether a relation has a row that names made-up trade as its source."""
    names = [column.name for column in relation.columns if column.name.endswith("source_id")]
    made_up = " or ".join(f"{identifier(name)} = {literal(SYNTHETIC_SOURCE)}" for name in names)
    query = f"select exists (from {relation.qualified_name} where {made_up})"
    return bool(names) and connection.execute(query).fetchone() == (True,)


def write_table(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    description: str,
    columns: dict[str, tuple[str, str]],
    rows: list[tuple],
) -> None:
    """Write a table of the schema meta; the rows have its columns in order."""
    kinds = ", ".join(f"{column} {kind}" for column, (kind, _) in columns.items())
    connection.execute(f"create or replace table meta.{name} ({kinds})")
    for row in rows:
        connection.execute(f"insert into meta.{name} values ({', '.join('?' for _ in columns)})", row)
    connection.execute(f"comment on table meta.{name} is {literal(description)}")
    for column, (_, text) in columns.items():
        connection.execute(f"comment on column meta.{name}.{column} is {literal(text)}")


def tests_passed(results: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Name and type of each test of a green run."""
    for result in results:
        kind, _, *names = result["unique_id"].split(".")
        if kind in TEST_TYPES:
            # test.<project>.<name>.<hash> and unit_test.<project>.<model>.<name>
            yield names[0] if kind == "test" else names[1], TEST_TYPES[kind]


def read_questions(manifest: dict[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """Name, sentence, SQL and topic of each analysis: its first line is the question, `ref` all that it uses of dbt.

    The topic is the folder below `analyses`; a question without one is about trade.

    dbt would compile them, but only in a run of its own, which takes half as long as a build.
    """
    import jinja2

    relations = {
        node["name"]: f"{node['schema']}.{node['alias']}"
        for node in manifest["nodes"].values()
        if node["resource_type"] in ("model", "seed")
    }
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined)
    environment.globals["ref"] = relations.__getitem__
    for node in manifest["nodes"].values():
        if node["resource_type"] != ANALYSIS:
            continue
        code = node["raw_code"].strip()
        try:
            query = environment.from_string(code).render()
        except (jinja2.TemplateError, KeyError) as error:
            raise AtpError(f"{node['original_file_path']} uses more of dbt than ref(): {error}") from error
        folders = Path(node["original_file_path"]).parent.parts[1:]
        yield node["name"], code.splitlines()[0].removeprefix("-- "), query, *(folders[:1] or (TRADE,))


def build_facts(project: Path, target: Path, made_from: str | None) -> dict[str, Any]:
    """What is known about a build, except its sources."""
    kinds = [result["unique_id"].partition(".")[0] for result in read_results(target)]
    commit, has_changes = git_state(project)
    return {
        "built_at_utc": datetime.now(timezone.utc).replace(tzinfo=None, microsecond=0),
        "atp_version": version("atp-trade"),
        "git_commit": commit,
        "has_uncommitted_changes": has_changes,
        "dbt_version": version("dbt-core"),
        "duckdb_version": duckdb.__version__,
        "made_from": made_from,
        "models_built": kinds.count("model"),
        "seeds_loaded": kinds.count("seed"),
        "data_tests_passed": kinds.count("test"),
        "unit_tests_passed": kinds.count("unit_test"),
    }
