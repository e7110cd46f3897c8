"""What is made of the warehouse is on record, so that whoever changes a relation knows whom it concerns."""

import json

import pytest
from conftest import Warehouse

from atp_trade.outlets import superset
from atp_trade.warehouse import PUBLIC_SCHEMAS


@pytest.fixture(scope="module")
def exposures(warehouse: Warehouse) -> dict[str, set[str]]:
    """The relations, as schema.name, that each exposure rests on."""
    manifest = json.loads((warehouse.target / "manifest.json").read_text())
    names = {key: f"{node['schema']}.{node['name']}" for key, node in manifest["nodes"].items()}
    return {
        exposure["name"]: {names[key] for key in exposure["depends_on"]["nodes"]}
        for exposure in manifest["exposures"].values()
    }


def relations(warehouse: Warehouse, schema: str) -> set[str]:
    rows = warehouse.query(f"select schema_name, table_name from duckdb_tables() where schema_name = '{schema}'")
    return {".".join(row) for row in rows}


@pytest.mark.parametrize("schema", ["printed", "page"])
def test_the_page_rests_on_every_relation_that_is_made_for_it(
    warehouse: Warehouse, exposures: dict[str, set[str]], schema: str
) -> None:
    assert relations(warehouse, schema) <= exposures["report_site"]


def test_exposures_rest_on_public_relations_alone(warehouse: Warehouse, exposures: dict[str, set[str]]) -> None:
    # What a metrics client reads is in a schema of its own.
    public = set().union(*(relations(warehouse, schema) for schema in (*PUBLIC_SCHEMAS, "metrics")))
    assert {name: used - public for name, used in exposures.items() if not used or used - public} == {}


@pytest.mark.parametrize("exposure", ["export", "mirror"])
def test_what_carries_the_marts_carries_all_of_them(
    warehouse: Warehouse, exposures: dict[str, set[str]], exposure: str
) -> None:
    assert exposures[exposure] == relations(warehouse, "marts")


def test_superset_carries_the_schemas_that_it_says(warehouse: Warehouse, exposures: dict[str, set[str]]) -> None:
    assert exposures["superset_dashboard"] == set().union(
        *(relations(warehouse, schema) for schema in superset.SCHEMAS)
    )
