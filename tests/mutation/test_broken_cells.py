"""The tests of the tests: whatever single number of Tables 1 to 4 is off by its last digit, an identity sees it."""

import itertools
from collections import Counter
from collections.abc import Iterator

import pytest
from bench import NUMBERS, Bench
from conftest import Warehouse

TABLES = {"nsf07329_table_1": 36, "nsf07329_table_2": 51, "nsf07329_table_3": 51, "nsf07329_table_4": 51}
YEARS = [f"y{year}" for year in range(2000, 2007)]


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
    caught_by = {name: bench.catches(seed, sql) for name, sql in breakage(seed)}
    record_property("caught_by", dict(Counter(caught_by.values())))
    # The second reading is not needed for that.
    assert {*caught_by.values()} == {NUMBERS}
    assert len(caught_by) == TABLES[seed] * (len(YEARS) if breakage is broken_cells else 3)
