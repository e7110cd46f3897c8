"""What a published file says of itself: one row in meta.build, written into the side file once all tests are green."""

from __future__ import annotations

import json
import subprocess
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from atp_trade import AtpError

# Column: type and description, in the order of the table.
COLUMNS = {
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
DESCRIPTION = "The build that this file is of. One row."


def write_build(connection: duckdb.DuckDBPyConnection, project: Path, run_results: Path) -> None:
    """Write meta.build, with its descriptions, into a database that dbt has built."""
    facts = build_facts(project, run_results)
    ((facts["sources"],),) = connection.execute(
        "select string_agg(source_id || ' ' || vintage, ', ' order by source_id) from marts.dim_source"
    ).fetchall()
    columns = ", ".join(f"{name} {kind}" for name, (kind, _) in COLUMNS.items())
    connection.execute("create schema if not exists meta")
    connection.execute(f"create or replace table meta.build ({columns})")
    connection.execute(
        f"insert into meta.build values ({', '.join('?' for _ in COLUMNS)})", [facts[name] for name in COLUMNS]
    )
    connection.execute(f"comment on table meta.build is '{DESCRIPTION}'")
    for name, (_, description) in COLUMNS.items():
        connection.execute(f"comment on column meta.build.{name} is '{description}'")


def read_build(connection: duckdb.DuckDBPyConnection, published: Path) -> dict[str, Any]:
    """The row of meta.build, by column. AtpError if there is none: the file is not of `atp build`, or of an old one."""
    try:
        found = connection.sql("select * from meta.build")
        (row,) = found.fetchall()
    except (duckdb.CatalogException, ValueError) as error:
        raise AtpError(f"{published} does not say what it is of: build it with `make build`") from error
    return dict(zip(found.columns, row, strict=True))


def build_facts(project: Path, run_results: Path) -> dict[str, Any]:
    """What is known of a build, but for its sources."""
    kinds = [result["unique_id"].partition(".")[0] for result in json.loads(run_results.read_text())["results"]]
    changes = git(project, "status", "--porcelain")
    return {
        "built_at_utc": datetime.now(timezone.utc).replace(tzinfo=None, microsecond=0),
        "atp_version": version("atp-trade"),
        "git_commit": git(project, "rev-parse", "HEAD"),
        "has_uncommitted_changes": None if changes is None else changes != "",
        "dbt_version": version("dbt-core"),
        "duckdb_version": duckdb.__version__,
        "models_built": kinds.count("model"),
        "seeds_loaded": kinds.count("seed"),
        "data_tests_passed": kinds.count("test"),
        "unit_tests_passed": kinds.count("unit_test"),
    }


def git(project: Path, *arguments: str) -> str | None:
    """What git says of the project's folder; None without git, or outside a checkout."""
    try:
        answer = subprocess.run(["git", "-C", project, *arguments], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return answer.stdout.strip()
