"""What a published file says of itself, in the schema meta: written into the side file once all tests are green."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from atp_trade import AtpError
from atp_trade.catalog import as_dicts, literal
from atp_trade.project import DBT_FOLDERS, opened

# Column: type and description, in the order of the table.
BUILD = {
    "built_at_utc": ("timestamp", "When the build was published, UTC."),
    "atp_version": ("varchar", "Version of this project."),
    "git_commit": ("varchar", "Commit that was built; NULL outside a git checkout."),
    "has_uncommitted_changes": ("boolean", "Whether files differed from that commit; NULL outside one."),
    "dbt_version": ("varchar", "Version of dbt-core."),
    "duckdb_version": ("varchar", "Version of DuckDB that wrote the file."),
    "models_built": ("integer", "Models that were built."),
    "seeds_loaded": ("integer", "Seeds that were loaded."),
    "data_tests_passed": ("integer", "Data tests that passed: all there are, or nothing is published."),
    "unit_tests_passed": ("integer", "Unit tests that passed: all there are, or nothing is published."),
    "sources": ("varchar", "Source and vintage of the values, each as in `marts.dim_source`."),
}
TESTS = {
    "test_name": ("varchar", "The sentence that the test asserts."),
    "test_type": ("varchar", "`data` (a test of rows) or `unit` (of a model on made-up rows)."),
}
TEST_TYPES = {"test": "data", "unit_test": "unit"}


def write_build(connection: duckdb.DuckDBPyConnection, project: Path, run_results: Path) -> None:
    """Write meta.build and meta.tests, with their descriptions, into a database that dbt has built."""
    results = json.loads(run_results.read_text())["results"]
    connection.execute("create schema if not exists meta")
    ((sources,),) = connection.execute(
        "select string_agg(source_id || ' ' || vintage, ', ' order by source_id, vintage) from marts.dim_source"
    ).fetchall()
    build = {**build_facts(project, results), "sources": sources}
    write_table(connection, "build", "The build that this file is of. One row.", BUILD, [build])
    tests = [dict(zip(TESTS, test, strict=True)) for test in sorted(tests_passed(results))]
    write_table(connection, "tests", "The tests that this file has passed. One row a test.", TESTS, tests)


@contextmanager
def published(database: Path) -> Iterator[tuple[duckdb.DuckDBPyConnection, dict[str, Any]]]:
    """A published file to pass on, and the row of its build. AtpError if no green build made it, or it cannot be read.

    Every command that makes something of the file takes it from here; `opened` is for those who only look at it.
    """
    with opened(database) as connection:
        yield connection, read_build(connection, database)


def read_build(connection: duckdb.DuckDBPyConnection, published: Path) -> dict[str, Any]:
    """The row of meta.build, by column. AtpError if there is none: the file is not of `atp build`, or of an old one."""
    try:
        found = connection.sql("select * from meta.build")
        (build,) = as_dicts(found)
        if found.columns != [*BUILD]:
            raise ValueError("other columns")
    except (duckdb.CatalogException, ValueError) as error:
        raise AtpError(f"{published} does not say what it is of: build it with `make build`") from error
    return build


def write_table(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    description: str,
    columns: dict[str, tuple[str, str]],
    rows: list[dict[str, Any]],
) -> None:
    """Write a table of the schema meta."""
    kinds = ", ".join(f"{column} {kind}" for column, (kind, _) in columns.items())
    connection.execute(f"create or replace table meta.{name} ({kinds})")
    for row in rows:
        connection.execute(
            f"insert into meta.{name} values ({', '.join('?' for _ in columns)})",
            [row[column] for column in columns],
        )
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


def build_facts(project: Path, results: list[dict[str, Any]]) -> dict[str, Any]:
    """What is known of a build, but for its sources."""
    kinds = [result["unique_id"].partition(".")[0] for result in results]
    commit, has_changes = git_state(project)
    return {
        "built_at_utc": datetime.now(timezone.utc).replace(tzinfo=None, microsecond=0),
        "atp_version": version("atp-trade"),
        "git_commit": commit,
        "has_uncommitted_changes": has_changes,
        "dbt_version": version("dbt-core"),
        "duckdb_version": duckdb.__version__,
        "models_built": kinds.count("model"),
        "seeds_loaded": kinds.count("seed"),
        "data_tests_passed": kinds.count("test"),
        "unit_tests_passed": kinds.count("unit_test"),
    }


def git_state(project: Path) -> tuple[str | None, bool | None]:
    """The commit of the project's folder, and whether what is built differs from it; None where no commit has it.

    A commit counts only if the project is in it: a repository around a project that it ignores knows nothing of it.
    Files that are not in the commit count where dbt reads them.
    """
    if git(project, "rev-parse", "--verify", "--quiet", "HEAD:./dbt_project.yml") is None:
        return None, None
    changed = git(project, "status", "--porcelain", "--untracked-files=no", "--", ".")
    added = git(project, "status", "--porcelain", "--untracked-files=all", "--", *DBT_FOLDERS)
    if changed is None or added is None:
        return None, None
    return git(project, "rev-parse", "HEAD"), (changed + added) != ""


def git(project: Path, *arguments: str) -> str | None:
    """What git says of the project's folder; None without git, or outside a checkout."""
    # In a hook, git's variables name the repository that the hook is of.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", "--no-optional-locks", "-C", project, *arguments]
    try:
        answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    except (OSError, ValueError, subprocess.CalledProcessError):
        return None
    return answer.stdout.strip()
