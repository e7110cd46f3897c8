"""A bench on which the seeds are broken and the dbt tests must notice.

The SQL that dbt compiled runs again in this process, on a copy of the built database with one seed broken: first the
models below the seed, then the data tests below them, until one finds a row.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from graphlib import TopologicalSorter

import duckdb
from conftest import Warehouse


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
        seeds = [name for name in order if nodes[name]["resource_type"] == "seed"]
        self.tests_below = {nodes[seed]["name"]: [test for test in tests if seed in above[test]] for seed in seeds}
        self.connection = duckdb.connect()
        self.connection.execute(f"attach '{warehouse.database}' as built (read_only)")
        self.connection.execute("attach ':memory:' as atp_trade")
        self.connection.execute("copy from database built to atp_trade")
        self.connection.execute("detach built")
        self.connection.execute("use atp_trade")
        # Parallel scans of a few hundred rows cost more than they save.
        self.connection.execute("set threads = 1")

    def red_test(self, seed: str, break_sql: list[str], *other_seeds: str) -> str | None:
        """The first data test below a seed that finds a row once it (and others) are broken; None if all stay green."""
        stale = self.below(seed, *other_seeds)
        with self.broken(break_sql):
            for test in list(self.tests_below[seed]):
                if self.rows(test, stale):
                    # What caught one breakage is tried first on the next.
                    self.tests_below[seed].remove(test)
                    self.tests_below[seed].insert(0, test)
                    return test.split(".")[2]
        return None

    def problems(self, test: str, break_sql: list[str], *seeds: str) -> list[str]:
        """The sentences of one data test once seeds, with what is below them, or relations themselves are broken."""
        with self.broken(break_sql):
            rows = self.rows(f"test.atp_trade.{test}", self.below(*seeds))
        return sorted(problem for (problem,) in rows)

    def below(self, *seeds: str) -> set[str]:
        """The models that the seeds have a part in."""
        broken = {f"seed.atp_trade.{seed}" for seed in seeds}
        return {model for model in self.models if broken & self.above[model]}

    def rows(self, test: str, stale: set[str]) -> list[tuple]:
        """What a data test finds, after the models above it that are stale have run again."""
        for model in self.models:
            if model in stale and model in self.above[test]:
                self.connection.execute(f"create or replace table {self.relation[model]} as {self.sql[model]}")
                stale.remove(model)
        return self.connection.execute(self.sql[test]).fetchall()

    @contextmanager
    def broken(self, break_sql: list[str]) -> Iterator[None]:
        """The database with some statements run, for as long as it is looked at."""
        self.connection.execute("begin")
        try:
            for statement in break_sql:
                self.connection.execute(statement)
            yield
        finally:
            self.connection.execute("rollback")
