"""A bench on which the seeds are broken and the dbt tests must notice.

The SQL that dbt compiled runs again in this process, on a copy of the built database with a seed broken: first the
models below the seed, then the data tests below them, until one finds a row. Only what the breakage reaches runs again:
what reads a column that has changed, or a model that ran again. The rest finds what it found in the built database.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from graphlib import TopologicalSorter

import duckdb
from conftest import Warehouse

# With these alone, DuckDB's plan shows the columns that a query's text needs. The other rules look at the data too: a
# condition that is true in every row takes its column out of the plan.
PLAIN_PLANS = {"cte_inlining", "unused_columns"}
# What catches a breakage, the first that does: the numbers, what a claim says of itself, or the second reading.
NUMBERS, WORDS, READING = LAYERS = ("the numbers", "the words", "the second reading")
TESTS_OF_WORDS = {
    "claims_say_what_they_ask",
    "claims_name_their_members",
    "claims_are_well_formed",
    "every_sentence_has_its_claims",
}
# Stands for a relation's number of rows, which a query depends on even if it reads no column.
ROWS = "number of rows"
Columns = set[tuple[str, str]]


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
        # What a model says beside a shadow source is no matter of the seeds' numbers: that test is true of any.
        tests = [
            name
            for name in order
            if nodes[name]["resource_type"] == "test"
            and (nodes[name].get("test_metadata") or {}).get("name") != "ignores_other_sources"
        ]
        self.layer = {test: layer_of(nodes[test]) for test in tests}
        tests.sort(key=lambda test: (LAYERS.index(self.layer[test]), len(above[test])))
        self.above = above
        seeds = [name for name in order if nodes[name]["resource_type"] == "seed"]
        self.tests_below = {nodes[seed]["name"]: [test for test in tests if seed in above[test]] for seed in seeds}
        self.connection = duckdb.connect()
        self.connection.execute(f"attach '{warehouse.database}' as published (read_only)")
        for copy in ("atp_trade", "built"):
            self.connection.execute(f"attach ':memory:' as {copy}")
            self.connection.execute(f"copy from database published to {copy}")
        self.connection.execute("detach published")
        self.connection.execute("use atp_trade")
        # Parallel scans of a few hundred rows cost more than they save.
        self.connection.execute("set threads = 1")
        self.columns: dict[str, list[str]] = {}
        for relation, column in self.connection.execute(
            "select schema_name || '.' || table_name, column_name from duckdb_columns() where database_name = 'built'"
        ).fetchall():
            self.columns.setdefault(relation, []).append(column)
        self.reads = self.columns_read({name: parents[name] for name in (*self.models, *tests)})

    def columns_read(self, parents: dict[str, list[str]]) -> dict[str, Columns]:
        """The columns that each model and test reads of others, as DuckDB plans its SQL."""
        rules = {rule for (rule,) in self.connection.execute("from duckdb_optimizers()").fetchall()}
        self.connection.execute(f"set disabled_optimizers = '{','.join(rules - PLAIN_PLANS)}'")
        reads = {}
        for name, names_above in parents.items():
            ((_, plan),) = self.connection.execute(f"explain (format json) {self.sql[name]}").fetchall()
            reads[name] = set(columns_in(json.loads(plan)))
            # What a plan does not show is not known to be left unread.
            for relation in {self.short_name(parent) for parent in names_above} - {of for of, _ in reads[name]}:
                reads[name] |= self.every_column(relation)
        self.connection.execute("reset disabled_optimizers")
        return reads

    def short_name(self, name: str) -> str:
        """A node's schema and table."""
        return self.relation[name].replace('"', "").partition(".")[2]

    def every_column(self, relation: str) -> Columns:
        """All that can be read of a relation."""
        return {(relation, column) for column in (*self.columns[relation], ROWS)}

    def changes(self, relation: str) -> Columns:
        """The columns in which a relation differs from the built database."""
        counts = f"(select count(*) from {relation}) = (select count(*) from built.{relation})"
        differ = ", ".join(f'bool_or(new."{name}" is distinct from old."{name}")' for name in self.columns[relation])
        same_rows, *changed = self.connection.execute(
            f"select {counts}, {differ} from {relation} as new positional join built.{relation} as old"
        ).fetchone()
        if not same_rows:
            return self.every_column(relation)
        return {(relation, name) for name, differs in zip(self.columns[relation], changed, strict=True) if differs}

    def red_test(self, seed: str, break_sql: list[str], *other_seeds: str) -> str | None:
        """The first data test below a seed that finds a row once it (and others) are broken; None if all stay green.

        The tests of one layer are tried before those of the next.
        """
        for test in self.red_tests(seed, break_sql, *other_seeds, first_only=True):
            # What caught one breakage is tried first on the next, within its layer.
            tests = self.tests_below[seed]
            tests.remove(test)
            tests.insert(sum(LAYERS.index(self.layer[one]) < LAYERS.index(self.layer[test]) for one in tests), test)
            return test
        return None

    def catches(self, seed: str, break_sql: list[str], *other_seeds: str) -> str | None:
        """The layer that catches a breakage, or None. A model or test that can no longer run is red too."""
        try:
            test = self.red_test(seed, break_sql, *other_seeds)
        except duckdb.Error:
            return NUMBERS
        return self.layer[test] if test else None

    def red_tests(
        self, seed: str, break_sql: list[str], *other_seeds: str, first_only: bool = False, reached_only: bool = True
    ) -> list[str]:
        """The data tests below a seed that find a row once it (and others) are broken."""
        stale = self.below(seed, *other_seeds)
        red = []
        with self.broken(break_sql) as changed:
            for test in self.tests_below[seed]:
                self.rebuild(test, stale, changed, reached_only)
                if reached_only and not self.reads[test] & changed:
                    continue
                if self.connection.execute(self.sql[test]).fetchone():
                    red.append(test)
                    if first_only:
                        break
        return red

    def problems(self, name: str, break_sql: list[str], *seeds: str) -> list[str]:
        """The sentences of one data test once seeds, with what is below them, or relations themselves are broken."""
        test = f"test.atp_trade.{name}"
        with self.broken(break_sql) as changed:
            self.rebuild(test, self.below(*seeds), changed)
            rows = self.connection.execute(self.sql[test]).fetchall()
        return sorted(problem for (problem,) in rows)

    def below(self, *seeds: str) -> list[str]:
        """The models that the seeds have a part in."""
        broken = {f"seed.atp_trade.{seed}" for seed in seeds}
        return [model for model in self.models if broken & self.above[model]]

    def rebuild(self, test: str, stale: list[str], changed: Columns, reached_only: bool = True) -> None:
        """Run those stale models above a test again that read what has changed, or all of them."""
        for model in [model for model in stale if model in self.above[test]]:
            stale.remove(model)
            if not reached_only or self.reads[model] & changed:
                self.connection.execute(f"create or replace table {self.relation[model]} as {self.sql[model]}")
                changed |= self.every_column(self.short_name(model))

    @contextmanager
    def broken(self, break_sql: list[str]) -> Iterator[Columns]:
        """The database with some statements run, for as long as it is looked at; the columns that they change."""
        self.connection.execute("begin")
        try:
            for statement in break_sql:
                self.connection.execute(statement)
            named = [relation for relation in self.columns if any(relation in each for each in break_sql)]
            yield set().union(*(self.changes(relation) for relation in named))
        finally:
            self.connection.execute("rollback")


def layer_of(test: dict) -> str:
    """The layer of a data test."""
    if test["original_file_path"].startswith("tests/dbt/second_reading/"):
        return READING
    return WORDS if test["name"] in TESTS_OF_WORDS else NUMBERS


def columns_in(plan: list[dict]) -> Iterator[tuple[str, str]]:
    """The columns that a plan scans, and for each scan the number of rows."""
    for operator in plan:
        details = operator["extra_info"]
        if "Table" in details:
            relation = details["Table"].partition(".")[2]
            scanned = details.get("Projections", [])
            for column in (*([scanned] if isinstance(scanned, str) else scanned), ROWS):
                yield relation, column
        yield from columns_in(operator["children"])
