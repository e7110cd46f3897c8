"""What is published: which build, of what, with which tests, from which sources."""

from __future__ import annotations

from collections.abc import Iterator

from atp_trade.places import file_to_read
from atp_trade.warehouse import PUBLIC_SCHEMAS, SYNTHETIC_SENTENCE, published, relations

# Each state of a source, with the months that it has, or its years if it has no months.
SOURCES = """
    with covered as (
        select source_id, vintage, min(data_year)::varchar as first, max(data_year)::varchar as last, 2 as choice
        from core.trade group by all
        union all
        select source_id, vintage, strftime(min(make_date(data_year, data_month, 1)), '%Y-%m'),
            strftime(max(make_date(data_year, data_month, 1)), '%Y-%m'), 1
        from core.trade_months group by all
        union all
        select source_id, vintage, strftime(min(make_date(data_year, data_month, 1)), '%Y-%m'),
            strftime(max(make_date(data_year, data_month, 1)), '%Y-%m'), 1
        from staging.stg_census__product_months group by all
    )
    select source_id, vintage, coalesce(first || ' to ' || last, 'no rows'), source_name
    from marts.dim_source left join covered using (source_id, vintage)
    qualify row_number() over (partition by source_id, vintage order by choice) = 1
    order by source_id, vintage
"""


def status() -> Iterator[tuple[str, str]]:
    """Lines of a label and a text. AtpError if nothing is published, or not by `atp build`."""
    database = file_to_read()
    with published(database) as (connection, build):
        if build["is_synthetic"]:
            yield "data", SYNTHETIC_SENTENCE
        yield "published", str(database)
        yield "built", f"{build['built_at_utc']:%Y-%m-%d %H:%M:%S} UTC"
        commit = build["git_commit"] or "unknown"
        yield "commit", commit + (" with uncommitted changes" if build["has_uncommitted_changes"] else "")
        yield "made by", f"atp {build['atp_version']}, dbt {build['dbt_version']}, DuckDB {build['duckdb_version']}"
        tests = f"{build['data_tests_passed']} data tests and {build['unit_tests_passed']} unit tests passed"
        yield "tests", f'{tests}; atp sql "from meta.tests" names them'
        for source, vintage, covered, name in connection.sql(SOURCES).fetchall():
            yield "source", f"{source}, vintage {vintage}, {covered}: {name}"
        for relation in relations(connection, *PUBLIC_SCHEMAS):
            ((rows,),) = connection.sql(f"select count(*) from {relation.qualified_name}").fetchall()
            yield "rows", f"{rows:>7,} {relation.schema}.{relation.name}"
