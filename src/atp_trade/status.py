"""What is published: which build, of what, with which tests, from which sources."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from atp_trade import AtpError
from atp_trade.catalog import PUBLIC_SCHEMAS, relations
from atp_trade.project import opened, project_folder, published_file


def status() -> Iterator[tuple[str, str]]:
    """Lines of a label and a text. AtpError if nothing is published, or not by `atp build`."""
    published = published_file(project_folder())
    with opened(published) as connection:
        try:
            found = connection.sql("select * from meta.build")
            (row,) = found.fetchall()
        except (duckdb.CatalogException, ValueError) as error:
            raise AtpError(f"{published} does not say what it is of: build it with `make build`") from error
        build = dict(zip(found.columns, row, strict=True))
        yield "published", str(published)
        yield "built", f"{build['built_at_utc']:%Y-%m-%d %H:%M:%S} UTC"
        commit = build["git_commit"] or "unknown"
        yield "commit", commit + (" with uncommitted changes" if build["has_uncommitted_changes"] else "")
        yield "made by", f"atp {build['atp_version']}, dbt {build['dbt_version']}, DuckDB {build['duckdb_version']}"
        tests = f"{build['data_tests_passed']} data tests and {build['unit_tests_passed']} unit tests passed"
        yield "tests", f'{tests}; atp sql "from meta.tests" names them'
        for source, vintage, name in connection.sql(
            "select source_id, vintage, source_name from marts.dim_source order by source_id"
        ).fetchall():
            yield "source", f"{source}, vintage {vintage}: {name}"
        for relation in relations(connection, *PUBLIC_SCHEMAS):
            ((rows,),) = connection.sql(f"select count(*) from {relation.qualified_name}").fetchall()
            yield "rows", f"{rows:>7,} {relation.schema}.{relation.name}"
