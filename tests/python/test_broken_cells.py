"""The tests of the tests: whatever single number of Tables 1 to 4 is off by its last digit, a dbt test goes red.

The SQL that dbt compiled runs again in this process, on a copy of the built database with one seed broken: first the
models below the seed, then the data tests below them, until one finds a row.
"""

import itertools
import json
from collections import Counter
from collections.abc import Iterator
from graphlib import TopologicalSorter

import duckdb
import pytest
from conftest import Warehouse

TABLES = {"nsf07329_table_1": 36, "nsf07329_table_2": 51, "nsf07329_table_3": 51, "nsf07329_table_4": 51}
YEARS = [f"y{year}" for year in range(2000, 2007)]


class Bench:
    """A copy of the warehouse in memory, in which a seed can be broken and what depends on it run again."""

    def __init__(self, warehouse: Warehouse) -> None:
        nodes = json.loads((warehouse.target / "manifest.json").read_text())["nodes"]
        parents = {
            name: [parent for parent in node["depends_on"].get("nodes", []) if parent in nodes]
            for name, node in nodes.items()
        }
        order = list(TopologicalSorter(parents).static_order())
        above = {}
        for name in order:
            above[name] = set(parents[name]).union(*(above[parent] for parent in parents[name]))
        self.sql = {name: node["compiled_code"] for name, node in nodes.items() if "compiled_code" in node}
        self.relation = {name: node["relation_name"] for name, node in nodes.items()}
        self.models = [name for name in order if nodes[name]["resource_type"] == "model"]
        tests = sorted((name for name in order if nodes[name]["resource_type"] == "test"), key=lambda t: len(above[t]))
        self.above = above
        self.tests_below = {
            seed: [test for test in tests if f"seed.atp_trade.{seed}" in above[test]] for seed in TABLES
        }
        self.connection = duckdb.connect()
        self.connection.execute(f"attach '{warehouse.database}' as built (read_only)")
        self.connection.execute("attach ':memory:' as atp_trade")
        self.connection.execute("copy from database built to atp_trade")
        self.connection.execute("detach built")
        self.connection.execute("use atp_trade")
        # Parallel scans of a few hundred rows cost more than they save.
        self.connection.execute("set threads = 1")

    def red_test(self, seed: str, break_sql: list[str]) -> str | None:
        """The first data test that finds a row once the seed is broken; None if all stay green."""
        seed_id = f"seed.atp_trade.{seed}"
        stale = {model for model in self.models if seed_id in self.above[model]}
        self.connection.execute("begin")
        try:
            for statement in break_sql:
                self.connection.execute(statement)
            for test in list(self.tests_below[seed]):
                for model in self.models:
                    if model in stale and model in self.above[test]:
                        self.connection.execute(f"create or replace table {self.relation[model]} as {self.sql[model]}")
                        stale.remove(model)
                if self.connection.execute(self.sql[test]).fetchone():
                    # What caught one breakage is tried first on the next.
                    self.tests_below[seed].remove(test)
                    self.tests_below[seed].insert(0, test)
                    return test.split(".")[2]
            return None
        finally:
            self.connection.execute("rollback")


@pytest.fixture(scope="module")
def bench(warehouse: Warehouse) -> Bench:
    return Bench(warehouse)


def broken_cells(seed: str) -> Iterator[tuple[str, list[str]]]:
    """Each cell of the table, off by 0.1."""
    for row, column in itertools.product(range(TABLES[seed]), YEARS):
        yield f"{seed} row {row} {column}", [f"update seeds.{seed} set {column} = {column} + 0.1 where rowid = {row}"]


def swapped_rows(seed: str) -> Iterator[tuple[str, list[str]]]:
    """Each row of the table and the three below it, with each other's numbers: where a slip of the eye happens."""
    for one, distance in itertools.product(range(TABLES[seed]), (1, 2, 3)):
        other = (one + distance) % TABLES[seed]
        assignments = ", ".join(f"{column} = swapped.{column}" for column in YEARS)
        yield (
            f"{seed} rows {one} and {other}",
            [
                f"""
                update seeds.{seed} as seed set {assignments}
                from (select rowid as row_number, * from seeds.{seed}) as swapped
                where seed.rowid in ({one}, {other}) and swapped.row_number = {one} + {other} - seed.rowid
                """
            ],
        )


def test_the_unbroken_warehouse_is_green(bench: Bench) -> None:
    for seed in TABLES:
        assert bench.tests_below[seed]
        assert bench.red_test(seed, []) is None


@pytest.mark.parametrize("seed", TABLES)
@pytest.mark.parametrize("breakage", [broken_cells, swapped_rows])
def test_every_breakage_turns_a_test_red(bench: Bench, seed: str, breakage, record_property) -> None:
    caught_by = {name: bench.red_test(seed, sql) for name, sql in breakage(seed)}
    missed = [name for name, test in caught_by.items() if test is None]
    record_property("caught_by", dict(Counter(caught_by.values())))
    assert not missed
    assert len(caught_by) == TABLES[seed] * (len(YEARS) if breakage is broken_cells else 3)
