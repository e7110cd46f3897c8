"""`make bench-spark` runs: a few nodes of the build, without a cluster of workers."""

import subprocess
import sys

from conftest import PROJECT


def test_each_engine_that_is_chosen_is_measured() -> None:
    short = [
        "--rounds",
        "1",
        "--engines",
        "DuckDB",
        "Spark, one process",
        "--select",
        "census_areas",
        "dim_census_area",
    ]
    outcome = subprocess.run(
        [sys.executable, PROJECT / "benchmarks" / "spark.py", *short], capture_output=True, text=True
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    heading, *lines = outcome.stdout.splitlines()
    assert heading.split() == ["whole", "run", "dbt", "build", "peak", "memory"]
    assert [line[:20].strip() for line in lines] == ["DuckDB", "Spark, one process"]
    for line in lines:
        whole, _, built, _, megabytes, _ = line[20:].split()
        assert float(whole) >= float(built) > 0
        assert float(megabytes) > 0
