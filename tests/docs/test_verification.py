"""The counts of docs/verification.md are the project's."""

import json

import pytest
from conftest import Warehouse
from counts import number

PAGE = "docs/verification.md"


@pytest.mark.parametrize(
    ("pattern", "query"),
    [
        (r"([\d,]+) printed numbers", "select count(*) from staging.stg_nsf07329__cells"),
        (r"the ([\d,]+) numbers is changed", "select count(*) from staging.stg_nsf07329__cells"),
        (r"in (\d+) identities", "select count(*) from audit.reconciliations"),
        (r"\d+ of the (\d+) identities are off", "select count(*) from audit.reconciliations"),
        (r"(\d+) of the \d+ identities are off", "select count(*) from seeds.known_discrepancies"),
        (r"(\d+) of the \d+ swaps", "select count(*) from audit.figure_label_swaps where is_excluded"),
        (r"\d+ of the (\d+) swaps", "select count(*) from audit.figure_label_swaps"),
        (r"the (\d+) lines of Tables 1 to 4", "select count(*) from seeds.second_reading_tables"),
        (r"the (\d+) lines of Figures 3 and 4", "select count(*) from seeds.second_reading_figures"),
        (r"the (\d+) partners", "select count(*) from seeds.second_reading_partners"),
        (
            r"by its ([\d,]+) months",
            "select count(*) from (unpivot seeds.second_reading_census on columns('_usd_millions$'))",
        ),
        (r"\| (\d+) seeds:", "select count(*) from duckdb_tables() where schema_name = 'seeds'"),
        (r"\| (\d+) marts:", "select count(*) from duckdb_tables() where schema_name = 'marts'"),
    ],
)
def test_a_count_of_rows_is_right(warehouse: Warehouse, pattern: str, query: str) -> None:
    assert warehouse.query(query) == [(number(PAGE, pattern),)]


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
        (r"`tests/dbt/second_reading`, (\d+) tests", "tests/dbt/second_reading/"),
    ],
)
def test_a_count_of_dbt_tests_is_right(warehouse: Warehouse, pattern: str, folder: str) -> None:
    nodes = json.loads((warehouse.target / "manifest.json").read_text())["nodes"].values()
    files = [node["original_file_path"] for node in nodes if node["resource_type"] == "test"]
    assert sum(file.startswith(folder) for file in files) == number(PAGE, pattern)


def test_the_count_of_unit_tests_is_right(warehouse: Warehouse) -> None:
    manifest = json.loads((warehouse.target / "manifest.json").read_text())
    assert len(manifest["unit_tests"]) == number(PAGE, r"\| unit tests \| (\d+) tests:")
