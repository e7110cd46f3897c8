"""The README's counts are the project's: a number that nobody holds to the truth goes stale."""

import json
import re

import pytest
from conftest import PROJECT, Warehouse

README = " ".join((PROJECT / "README.md").read_text().split())


VERDICTS = {
    "confirmed": "confirmed",
    "with a note": "confirmed_with_note",
    "contradicted": "contradicted",
    "not checkable": "not_checkable",
}
VERDICTS_ON_NUMBERS = {
    "exact": "exact",
    "off by rounding": "rounding",
    "within bounds": "within_bounds",
    "without the data": "not_checkable",
    "unexplained": "unexplained",
}


def count(pattern: str) -> int:
    """The number that the README gives, found by the words around it."""
    (found,) = set(re.findall(pattern, README))
    return int(found.replace(",", ""))


@pytest.mark.parametrize(
    ("pattern", "query"),
    [
        (r"([\d,]+) printed numbers", "select count(*) from staging.stg_nsf07329__cells"),
        (r"in (\d+) identities", "select count(*) from audit.reconciliations"),
        (r"(\d+) of the \d+ identities do not hold", "select count(*) from seeds.known_discrepancies"),
        (r"\| (\d+) marts \|", "select count(*) from duckdb_tables() where schema_name = 'marts'"),
        (r"([\d,]+) statements", "select sum(items) from audit.summary where subject = 'claims'"),
        *(
            (
                rf"(\d+) (?:are )?{words}",
                f"select sum(items) from audit.summary where subject = 'claims' and verdict = '{verdict}'",
            )
            for words, verdict in VERDICTS.items()
        ),
        (r"([\d,]+) published numbers", "select sum(items) from audit.summary where subject = 'published_values'"),
        *(
            (
                rf"([\d,]+) (?:are )?{words}",
                f"select sum(items) from audit.summary where subject = 'published_values' and verdict = '{verdict}'",
            )
            for words, verdict in VERDICTS_ON_NUMBERS.items()
        ),
        (r"(\d+) of the \d+ swaps", "select count(*) from audit.figure_label_swaps where is_excluded"),
        (r"\d+ of the (\d+) swaps", "select count(*) from audit.figure_label_swaps"),
        (r"\| (\d+) seeds \|", "select count(*) from duckdb_tables() where schema_name = 'seeds'"),
    ],
)
def test_a_count_of_rows_is_right(warehouse: Warehouse, pattern: str, query: str) -> None:
    assert warehouse.query(query) == [(count(pattern),)]


@pytest.mark.parametrize(
    ("pattern", "folder"),
    [
        (r"`tests/dbt/inputs`, (\d+) tests", "tests/dbt/inputs/"),
        (r"`tests/dbt/reconciliation`, (\d+) tests", "tests/dbt/reconciliation/"),
        (r"(\d+) tests in `models/printed`", "models/printed/"),
        (r"and (\d+) in `models/page`", "models/page/"),
        (r"`tests/dbt/public`, (\d+) test", "tests/dbt/public/"),
        (r"`tests/dbt/audit`, (\d+) tests", "tests/dbt/audit/"),
        (r"`tests/dbt/golden`, (\d+) tests", "tests/dbt/golden/"),
    ],
)
def test_a_count_of_dbt_tests_is_right(warehouse: Warehouse, pattern: str, folder: str) -> None:
    nodes = json.loads((warehouse.target / "manifest.json").read_text())["nodes"].values()
    files = [node["original_file_path"] for node in nodes if node["resource_type"] == "test"]
    assert sum(file.startswith(folder) for file in files) == count(pattern)


def test_the_count_of_unit_tests_is_right(warehouse: Warehouse) -> None:
    manifest = json.loads((warehouse.target / "manifest.json").read_text())
    assert len(manifest["unit_tests"]) == count(r"\| (\d+) tests \| a formula changed")
