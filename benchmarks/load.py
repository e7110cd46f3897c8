"""What loading costs, and what a build costs with what is loaded; python benchmarks/load.py

Three loads, one after another, from a server on the loopback address that takes 50 ms for an answer: the first one of
2010-01 to 2026-09 for two flows, one with nothing new, one with a new month. An answer has as many countries as a real
one. Then three builds: without a load, with a made-up history of a million rows, and with one more month.
"""

from __future__ import annotations

import functools
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).parents[1]
sys.path[:0] = [str(PROJECT / "tests"), str(PROJECT / "tests" / "load")]

import bureau  # noqa: E402 - the server of the tests
from conftest import copy_project  # noqa: E402
from history import country_codes, write_history  # noqa: E402

SECONDS = 0.05
FIRST, NEWEST, NEXT = "2010-01", "2026-09", "2026-10"
COUNTRIES = 230


def measured(project: Path, *arguments: str) -> str:
    """What a command costs, in a process of its own, in words."""
    started, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    outcome = subprocess.run(
        [Path(sys.executable).with_name("atp"), *arguments], cwd=project, text=True, capture_output=True, check=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    clock = time.monotonic() - started
    memory = after.ru_maxrss // 1024
    return f"{clock:6.1f} s, {processor:5.1f} s of the processor, {memory} MB\n  " + "\n  ".join(
        outcome.stdout.splitlines()[-2:]
    )


def builds() -> None:
    """Measure builds, and print."""
    with tempfile.TemporaryDirectory() as folder:
        built = copy_project(Path(folder) / "project")
        codes = country_codes()
        print(f"a build without a load: {measured(built.project, 'build')}")
        for name, first, last in (("with a history", FIRST, NEWEST), ("with one more month", NEXT, NEXT)):
            rows = write_history(built.project, first, last, codes)
            print(f"a build {name} ({rows:,} rows more): {measured(built.project, 'build')}")
            print(f"  the file: {built.database.stat().st_size / 1e6:.0f} MB")


def main() -> None:
    """Measure loads, and print; then builds."""
    bureau.COUNTRIES.update(
        {f"{4000 + place}": f"COUNTRY {place}" for place in range(COUNTRIES - len(bureau.COUNTRIES))}
    )
    server = bureau.Bureau(FIRST, NEWEST)
    # Made beforehand, so that an answer takes as long as it is told to.
    bureau.rows = functools.cache(bureau.rows)
    with tempfile.TemporaryDirectory() as folder, bureau.serving(server):
        project = Path(folder)
        (project / "dbt_project.yml").touch()
        os.environ.update(CENSUS_API_URL=server.address, CENSUS_API_KEY=bureau.KEY, NO_PROXY="127.0.0.1")
        for flow, value in (("exports", "ALL_VAL_MO"), ("imports", "GEN_VAL_MO")):
            asked = ["CTY_CODE", "CTY_NAME", "HITECH", "HITECH_DESC", value, "SUMMARY_LVL"]
            for month in (f"{year}-{number:02}" for year in range(2010, 2027) for number in range(1, 13)):
                bureau.rows(flow, month, tuple(asked), 0)
        server.seconds = SECONDS
        server.newest = NEWEST
        for name in ("the first load", "a load with nothing new", "one new month"):
            if name == "one new month":
                server.newest = NEXT
            asked = len(server.asked)
            took = measured(project, "load", "atp")
            print(f"{name}: {len(server.asked) - asked} requests, {took}")
        size = sum(file.stat().st_size for file in (project / "data").rglob("*.parquet"))
        print(f"stored: {size / 1e6:.1f} MB")
    builds()


if __name__ == "__main__":
    main()
