"""The warehouse without dbt: the SQL that dbt compiled for a build, run by DuckDB alone.

    cd PROJECT; python benchmarks/plain.py MANIFEST DATABASE

The manifest is what dbt writes of a build, with the SQL of each model and test. The seeds' CSV files are loaded with
their declared types, then models are made and data tests run, each after what it reads. benchmarks/build.py measures
this beside `atp build`, so nothing is imported here that it does not need.
"""

import json
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import duckdb


def plain(manifest_file: Path, database: Path) -> None:
    """Make the database file from the compiled SQL and the seeds of the working folder."""
    nodes = in_order(json.loads(manifest_file.read_text(encoding="utf-8"))["nodes"])
    with duckdb.connect(str(database)) as connection:
        # As in profiles/profiles.yml.
        connection.execute("set threads = 1")
        for schema in sorted({node["schema"] for node in nodes if node["resource_type"] in ("seed", "model")}):
            connection.execute(f"create schema {schema}")
        for node in nodes:
            if node["resource_type"] == "seed":
                file = node["original_file_path"].replace("'", "''")
                types = node["config"]["column_types"]
                connection.execute(
                    f"create table {node['relation_name']} as from read_csv('{file}', columns = {types}, header = true)"
                )
            elif node["resource_type"] == "model":
                kind = "view" if node["config"]["materialized"] == "view" else "table"
                connection.execute(f"create {kind} {node['relation_name']} as {node['compiled_code']}")
            elif node["resource_type"] == "test" and connection.execute(node["compiled_code"]).fetchone():
                sys.exit(f"the test {node['name']} is red in plain DuckDB")


def in_order(nodes: dict[str, dict]) -> list[dict]:
    """Nodes after what they depend on."""
    above = {name: [p for p in node["depends_on"].get("nodes", []) if p in nodes] for name, node in nodes.items()}
    return [nodes[name] for name in TopologicalSorter(above).static_order()]


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("give a manifest and the database file to make: plain.py MANIFEST DATABASE")
    plain(Path(sys.argv[1]), Path(sys.argv[2]))
