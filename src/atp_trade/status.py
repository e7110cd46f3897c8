"""What is published: which build, of what, with which tests, from which sources."""

from __future__ import annotations

from collections.abc import Iterator

from atp_trade.places import file_to_read
from atp_trade.warehouse import PUBLIC_SCHEMAS, published, relations


def status() -> Iterator[tuple[str, str]]:
    """Lines of a label and a text. AtpError if nothing is published, or not by `atp build`."""
    database = file_to_read()
    with published(database) as (connection, build):
        yield "published", str(database)
        yield "built", f"{build['built_at_utc']:%Y-%m-%d %H:%M:%S} UTC"
        commit = build["git_commit"] or "unknown"
        yield "commit", commit + (" with uncommitted changes" if build["has_uncommitted_changes"] else "")
        yield "made by", f"atp {build['atp_version']}, dbt {build['dbt_version']}, DuckDB {build['duckdb_version']}"
        tests = f"{build['data_tests_passed']} data tests and {build['unit_tests_passed']} unit tests passed"
        yield "tests", f'{tests}; atp sql "from meta.tests" names them'
        for source, vintage, name in connection.sql(
            "select source_id, vintage, source_name from marts.dim_source order by source_id, vintage"
        ).fetchall():
            yield "source", f"{source}, vintage {vintage}: {name}"
        for relation in relations(connection, *PUBLIC_SCHEMAS):
            ((rows,),) = connection.sql(f"select count(*) from {relation.qualified_name}").fetchall()
            yield "rows", f"{rows:>7,} {relation.schema}.{relation.name}"
