"""The bench finds what a whole rebuild finds, though it runs again only what a breakage reaches."""

import random
from collections.abc import Iterator

import duckdb
import pytest
import test_broken_audit
import test_broken_cells
from bench import ROWS, Bench
from conftest import Warehouse

CLAIMS = test_broken_audit.CLAIMS


@pytest.fixture(scope="module")
def bench(warehouse: Warehouse) -> Bench:
    return Bench(warehouse)


def one_of_each_kind() -> Iterator[tuple[str | list[str], ...]]:
    """A breakage of each kind, other ones in each run; and one that changes the number of rows."""
    for kind in test_broken_audit.KINDS:
        _, sql, (seed, *others) = random.choice(list(kind.breakages()))
        yield seed, sql, *others
    for breakage in (test_broken_cells.broken_cells, test_broken_cells.swapped_rows):
        seed = random.choice(list(test_broken_cells.TABLES))
        _, sql = random.choice(list(breakage(seed)))
        yield seed, sql
    yield CLAIMS, [f"delete from seeds.{CLAIMS} where rowid = {random.randrange(100)}"]


def red_tests(bench: Bench, broken: tuple, reached_only: bool = True) -> list[str] | str:
    """The tests that a breakage turns red, or what stops a model from running."""
    try:
        return bench.red_tests(*broken, reached_only=reached_only)
    except duckdb.Error as error:
        return type(error).__name__


def test_what_the_breakage_does_not_reach_would_not_find_it(bench: Bench) -> None:
    tried = list(one_of_each_kind())
    found = [(red_tests(bench, broken), red_tests(bench, broken, reached_only=False)) for broken in tried]
    assert [broken for broken, (fast, whole) in zip(tried, found, strict=True) if fast != whole] == []
    assert any(fast for fast, _ in found)


@pytest.mark.parametrize(
    ("column", "reached"),
    [("operator", False), ("published_value", False), ("statement", False), ("partners", True), ("statistic", True)],
)
def test_a_claims_observations_run_again_only_if_what_they_read_changes(
    bench: Bench, column: str, reached: bool
) -> None:
    assert ((f"seeds.{CLAIMS}", column) in bench.reads["model.atp_trade.claim_observations"]) == reached


@pytest.mark.parametrize(
    ("sql", "read"),
    [
        ("select data_year from marts.trade_totals", {"data_year"}),
        ("select data_year from (select * from marts.trade_totals)", {"data_year"}),
        ("with every as (select * from marts.trade_totals) select data_year from every", {"data_year"}),
        # True in every row of today's data, not in every row that may come.
        ("select data_year from marts.trade_totals where source_id is not null", {"data_year", "source_id"}),
        ("select data_year from marts.trade_totals where balance_sign < 1000", {"data_year", "balance_sign"}),
        ("select 1 from marts.trade_totals having max(vintage) > 'a'", {"vintage"}),
        ("select data_year from marts.trade_totals order by vintage limit 1", {"data_year", "vintage"}),
        ("select row_number() over (order by vintage) from marts.trade_totals", {"vintage"}),
        ("select lag(data_year) over (partition by vintage) from marts.trade_totals", {"data_year", "vintage"}),
        ("select 1 where not exists (select 1 from marts.trade_totals where data_year = 1999)", {"data_year"}),
        ("select count(*) from marts.trade_totals", set()),
    ],
)
def test_the_columns_that_a_query_reads_are_known(bench: Bench, sql: str, read: set[str]) -> None:
    bench.sql["query"] = sql
    assert bench.columns_read({"query": []})["query"] >= {("marts.trade_totals", column) for column in (*read, ROWS)}


def test_a_column_that_no_reader_names_is_not_read(bench: Bench) -> None:
    bench.sql["query"] = "with every as (select * from marts.trade_totals) select data_year from every"
    assert ("marts.trade_totals", "vintage") not in bench.columns_read({"query": []})["query"]


@pytest.mark.parametrize(
    ("change", "columns"),
    [
        ("update seeds.sources set vintage = 'other' where rowid = 1", {"vintage"}),
        ("update seeds.sources set vintage = null, source_name = upper(source_name)", {"vintage", "source_name"}),
        ("update seeds.sources set vintage = vintage", set()),
        ("delete from seeds.sources where rowid = 1", None),
        ("insert into seeds.sources from seeds.sources", None),
    ],
)
def test_the_columns_that_a_statement_changes_are_known(bench: Bench, change: str, columns: set[str] | None) -> None:
    everything = bench.every_column("seeds.sources")
    bench.connection.execute("begin")
    bench.connection.execute(change)
    changed = bench.changes("seeds.sources")
    bench.connection.execute("rollback")
    assert changed == (everything if columns is None else {("seeds.sources", column) for column in columns})
