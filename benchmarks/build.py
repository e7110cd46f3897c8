"""What a build costs: `dbt build` cold and warm against the same SQL in plain DuckDB, side by side in one run.

    make bench            five rounds of each, medians of wall seconds

Cold is without dbt's parse cache. The plain script loads the seeds' CSV files with their declared types, runs the SQL
that dbt compiled for models and data tests in dbt's order, and writes a database file. The benchmark fails if that file
does not have the same relations as the build's.
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
        nodes = [manifest["nodes"][name] for name in order(manifest)]
        for schema in sorted({node["schema"] for node in nodes if node["resource_type"] in ("seed", "model")}):
            connection.execute(f"create schema {schema}")
        for node in nodes:
            if node["resource_type"] == "seed":
                file = str(PROJECT / node["original_file_path"]).replace("'", "''")
                types = node["config"]["column_types"]
                connection.execute(
                    f"create table {node['relation_name']} as from read_csv('{file}', columns = {types}, header = true)"
                )
            elif node["resource_type"] == "model":
                connection.execute(f"create table {node['relation_name']} as {node['compiled_code']}")
            elif node["resource_type"] == "test":
                assert connection.execute(node["compiled_code"]).fetchone() is None, node["name"]


def order(manifest: dict) -> list[str]:
    """Nodes after what they depend on."""
    from graphlib import TopologicalSorter

    nodes = manifest["nodes"]
    return list(
        TopologicalSorter(
            {name: [p for p in node["depends_on"].get("nodes", []) if p in nodes] for name, node in nodes.items()}
        ).static_order()
    )


def differences(left: Path, right: Path) -> list[str]:
    """A sentence for each relation that two database files do not share, with its columns and rows."""
    import duckdb

    with duckdb.connect() as connection:
        columns = {}
        for side, file in (("a", left), ("b", right)):
            escaped = str(file).replace("'", "''")
            connection.execute(f"attach '{escaped}' as {side} (read_only)")
            for relation, described in connection.execute(
                f"""
                select concat(schema_name, '.', table_name), list(column_name || ' ' || data_type order by column_index)
                from duckdb_columns() where database_name = '{side}' group by all
                """
            ).fetchall():
                columns.setdefault(relation, {})[side] = described
        found = []
        for relation, sides in sorted(columns.items()):
            if len(sides) == 1:
                found.append(f"{relation} is in one of them only")
            elif sides["a"] != sides["b"]:
                found.append(f"{relation} has other columns: {sorted({*sides['a']} ^ {*sides['b']})}")
            else:
                rows = connection.execute(
                    f"""
                    select count(*) from (
                        (from a.{relation} except all from b.{relation})
                        union all
                        (from b.{relation} except all from a.{relation})
                    )
                    """
                ).fetchone()[0]
                if rows:
                    found.append(f"{relation} has {rows} row(s) that the other lacks")
        return found


def seconds(command: list[str | Path], folder: Path) -> float:
    """Wall time of a command that builds into the folder."""
    started = time.perf_counter()
    subprocess.run(
        command,
        cwd=PROJECT,
        env={
            **os.environ,
            "ATP_TRADE_DB": str(folder / "atp_trade.duckdb"),
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "logs"),
        },
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return time.perf_counter() - started


def main() -> None:
    """Measure in rounds, so that what else the machine does falls on all alike."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--short", action="store_true", help="one build and the plain script alone")
    arguments.add_argument("--plain", nargs=2, type=Path, metavar=("MANIFEST", "DATABASE"), help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    if chosen.plain:
        return plain(*chosen.plain)

    times: dict[str, list[float]] = {}
    shares: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        # DuckDB's SQL calls the database by the file's name.
        built, scripted = folder / "atp_trade.duckdb", folder / "plain" / "atp_trade.duckdb"
        scripted.parent.mkdir()
        manifest = folder / "target" / "manifest.json"
        rounds, measured_inside = (1, "dbt build, cold") if chosen.short else (chosen.rounds, "dbt build, warm")
        for round_number in range(rounds):
            steps = {
                "dbt build, cold": [DBT, "build", "--no-partial-parse"],
                "dbt build, warm": [DBT, "build"],
                "plain DuckDB": [sys.executable, __file__, "--plain", manifest, scripted],
                "dbt parse, warm": [DBT, "parse"],
                "dbt --help (imports)": [DBT, "--help"],
            }
            for step, command in steps.items():
                if chosen.short and step not in ("dbt build, cold", "plain DuckDB"):
                    continue
                if "build" in command:
                    built.unlink(missing_ok=True)
                times.setdefault(step, []).append(seconds(command, folder))
                if step == "plain DuckDB":
                    if found := differences(built, scripted):
                        sys.exit("the plain script does not build the same: " + "; ".join(found))
                    scripted.unlink()
                if step == measured_inside:
                    results = json.loads((folder / "target" / "run_results.json").read_text())
                    for result in results["results"]:
                        kind = result["unique_id"].split(".")[0]
                        shares.setdefault(kind, [0.0] * rounds)[round_number] += result["execution_time"]
    for step, measured in times.items():
        spread = f"{min(measured):.2f} to {max(measured):.2f}"
        print(f"{step:22} {statistics.median(measured):6.2f} s  ({spread}, {len(measured)} rounds)")
    print(f"\n{measured_inside}, seconds inside nodes, summed over two threads:")
    for kind, measured in shares.items():
        print(f"{kind:22} {statistics.median(measured):6.2f} s")


if __name__ == "__main__":
    main()
