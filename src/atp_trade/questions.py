"""The worked questions of `analyses/`, answered by name.

A build writes them into the published file, as SQL for any client: meta.questions. No answer needs dbt.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from atp_trade import AtpError
from atp_trade.dictionary import definitions, line_width
from atp_trade.meta import published, write_table
from atp_trade.project import file_to_read
from atp_trade.sql import refuse_pipes, sql
from atp_trade.table import printable, printable_lines

QUESTIONS = {
    "question_name": ("varchar", "Name of the question, for `atp ask`."),
    "question": ("varchar", "The question as a sentence."),
    "sql": ("varchar", "The query that answers it, in DuckDB's SQL."),
}
ANALYSIS = "analysis"


def ask(name: str | None, as_sql: bool, form: str) -> None:
    """Answer a question by its name, or write its SQL; without a name, list all. AtpError if there is no such one."""
    with published(file_to_read()) as (connection, _):
        found = {
            name: (question, query)
            for name, question, query in connection.sql(
                """
                select cast(columns(*) as varchar) from meta.questions
                where question_name is not null and question is not null and sql is not null order by 1
                """
            ).fetchall()
        }
    if name is None:
        questions = [(each, question) for each, (question, _) in found.items()]
        print("\n".join(map(printable, definitions(questions, line_width()))))
        return
    if name not in found:
        near = difflib.get_close_matches(name, found, 1)
        hint = f"did you mean {near[0]}?" if near else "`atp ask` lists them"
        raise AtpError(f"there is no question {name}: {hint}")
    _, query = found[name]
    if as_sql:
        print(printable_lines(query))
    else:
        refuse_pipes()
        sql(query, form)


def write_questions(connection: duckdb.DuckDBPyConnection, manifest_file: Path) -> None:
    """Write meta.questions from the analyses of dbt's manifest."""
    manifest = json.loads(manifest_file.read_text(encoding="utf-8"))
    rows = [dict(zip(QUESTIONS, question, strict=True)) for question in sorted(read_questions(manifest))]
    write_table(connection, "questions", "The worked questions of the project. One row a question.", QUESTIONS, rows)


def read_questions(manifest: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Name, sentence and SQL of each analysis: its first line is the question, and `ref` is all that it uses of dbt.

    dbt would compile them, but only in a start of its own, which takes as long as half a build.
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
        yield node["name"], code.splitlines()[0].removeprefix("-- "), query
