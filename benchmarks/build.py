"""What a build costs: `dbt build` cold and warm against the same SQL in plain DuckDB, side by side in one run.

    make bench            five rounds of each, medians of wall seconds

Cold is without dbt's parse cache. The plain script loads the seeds' CSV files with their declared types, runs the SQL
that dbt compiled for models and data tests in dbt's order, and writes a database file.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).parents[1]
DBT = Path(sys.executable).with_name("dbt")


def plain(manifest_file: Path, database: Path) -> None:
    """Build the same database from the compiled SQL, without dbt."""
    import duckdb

    manifest = json.loads(manifest_file.read_text())
    with duckdb.connect(str(database)) as connection:
        connection.execute("set threads = 1")
        for schema in ("seeds", "staging", "marts", "report", "audit"):
            connection.execute(f"create schema {schema}")
        for name in order(manifest):
            node = manifest["nodes"][name]
            if node["resource_type"] == "seed":
                types = node["config"]["column_types"]
                connection.execute(
                    f"create table {node['relation_name']} as "
                    f"from read_csv('{PROJECT / node['original_file_path']}', columns = {types}, header = true)"
                )
            elif node["resource_type"] == "model":
                connection.execute(f"create table {node['relation_name']} as {node['compiled_code']}")
            elif node["resource_type"] == "test":
                assert connection.execute(node["compiled_code"]).fetchone() is None, name


def order(manifest: dict) -> list[str]:
    """Nodes after what they depend on."""
    from graphlib import TopologicalSorter

    nodes = manifest["nodes"]
    return list(
        TopologicalSorter(
            {name: [p for p in node["depends_on"].get("nodes", []) if p in nodes] for name, node in nodes.items()}
        ).static_order()
    )


def seconds(command: list[str | Path], folder: Path) -> float:
    """Wall time of a command that builds into the folder."""
    started = time.perf_counter()
    subprocess.run(
        command,
        cwd=PROJECT,
        env={**os.environ, "ATP_TRADE_DB": str(folder / "atp_trade.duckdb"), "DBT_TARGET_PATH": str(folder / "target")},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return time.perf_counter() - started


def main() -> None:
    """Measure in rounds, so that what else the machine does falls on all alike."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--plain", nargs=2, type=Path, metavar=("MANIFEST", "DATABASE"), help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    if chosen.plain:
        return plain(*chosen.plain)

    times: dict[str, list[float]] = {}
    shares: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        manifest = folder / "target" / "manifest.json"
        for round_number in range(chosen.rounds):
            steps = {
                "dbt build, cold": [DBT, "build", "--no-partial-parse"],
                "dbt build, warm": [DBT, "build"],
                "plain DuckDB": [sys.executable, __file__, "--plain", manifest, folder / "atp_trade.duckdb"],
                "dbt parse, warm": [DBT, "parse"],
                "dbt --help (imports)": [DBT, "--help"],
            }
            for step, command in steps.items():
                for file in folder.glob("*.duckdb*"):
                    file.unlink()
                times.setdefault(step, []).append(seconds(command, folder))
                if step == "dbt build, warm":
                    results = json.loads((folder / "target" / "run_results.json").read_text())
                    for result in results["results"]:
                        kind = result["unique_id"].split(".")[0]
                        shares.setdefault(kind, [0.0] * chosen.rounds)[round_number] += result["execution_time"]
    for step, measured in times.items():
        spread = f"{min(measured):.2f} to {max(measured):.2f}"
        print(f"{step:22} {statistics.median(measured):6.2f} s  ({spread}, {len(measured)} rounds)")
    print("\nwarm dbt build, seconds inside nodes, summed over two threads:")
    for kind, measured in shares.items():
        print(f"{kind:22} {statistics.median(measured):6.2f} s")


if __name__ == "__main__":
    main()
