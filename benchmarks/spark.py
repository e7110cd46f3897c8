"""What the same build costs on DuckDB, on Spark in one process, and on a cluster with two workers, side by side.

    make bench-spark      three rounds of each, medians

Seconds are wall time, with and without the start of Spark's servers; memory is the highest sum over dbt and all
servers (proportional set size, where the system tells it), sampled five times a second.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import psutil

from atp_trade.outlets.spark_cluster import local_cluster

PROJECT = Path(__file__).parents[1]
DBT = Path(sys.executable).with_name("dbt")
ENGINES = {"DuckDB": None, "Spark, one process": 0, "Spark, two workers": 2}


def memory_of_children() -> int:
    """Bytes of memory that this process's descendants use now."""
    held = 0
    for process in psutil.Process().children(recursive=True):
        try:
            memory = process.memory_full_info()
            held += getattr(memory, "pss", memory.rss)
        except psutil.Error:
            continue
    return held


@contextmanager
def peak_memory() -> Iterator[list[int]]:
    """A list whose one number is, in the end, the highest sum that was seen."""
    peak, done = [0], threading.Event()

    def watch() -> None:
        while not done.wait(0.2):
            peak[0] = max(peak[0], memory_of_children())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield peak
    finally:
        done.set()
        watcher.join()


def build(folder: Path, workers: int | None, selection: list[str]) -> tuple[float, float]:
    """Seconds of a whole run, and of `dbt build` within it, of the nodes that are selected."""
    started = time.perf_counter()
    with nullcontext() if workers is None else local_cluster(folder, workers) as cluster:
        target = ["--target", "spark" if cluster else "duckdb", "--target-path", folder / "target"]
        settings = {
            "ATP_TRADE_DB": str(folder / "atp_trade.duckdb"),
            "SPARK_PORT": str(cluster.thrift_port) if cluster else "",
        }
        running = time.perf_counter()
        subprocess.run(
            [DBT, "--log-path", folder / "logs", "build", *target, *selection],
            cwd=PROJECT,
            env={**os.environ, **settings},
            check=True,
            stdout=subprocess.DEVNULL,
        )
        built = time.perf_counter() - running
    return time.perf_counter() - started, built


def main() -> None:
    """Measure in rounds, so that what else the machine does falls on all alike."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES), metavar="ENGINE")
    arguments.add_argument("--select", nargs="+", metavar="NODE", help="build these alone, as dbt selects them")
    chosen = arguments.parse_args()
    selection = ["--indirect-selection", "cautious", "--select", *chosen.select] if chosen.select else []
    figures: dict[str, list[tuple[float, float, float]]] = {engine: [] for engine in chosen.engines}
    for _ in range(chosen.rounds):
        for engine in chosen.engines:
            with tempfile.TemporaryDirectory() as folder, peak_memory() as peak:
                seconds = build(Path(folder), ENGINES[engine], selection)
            figures[engine].append((*seconds, peak[0] / 1e6))
    print(f"{'':20} {'whole run':>10} {'dbt build':>10} {'peak memory':>12}")
    for engine, rounds in figures.items():
        whole, built, megabytes = (statistics.median(column) for column in zip(*rounds, strict=True))
        print(f"{engine:20} {whole:8.1f} s {built:8.1f} s {megabytes:9.0f} MB")


if __name__ == "__main__":
    main()
