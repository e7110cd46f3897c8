"""What users must never meet: half a database, a failing reader, wrong numbers after a fault. Long: `make torture`."""

import random
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import duckdb
import psutil
import pytest
from conftest import Warehouse

READERS = 8
READER = """
import sys, duckdb
answers = set()
while True:
    with duckdb.connect(sys.argv[1], read_only=True) as connection:
        answers.add(connection.execute(
            "select count(*), sum(exports_usd_millions), count(distinct partner_id) from marts.trade_by_partner"
        ).fetchone())
    print(len(answers), flush=True)
"""


def content(database: Path) -> dict[str, list[tuple]]:
    """Every row of every relation, but for what tells one build from the next."""
    with duckdb.connect(str(database), read_only=True) as connection:
        tables = connection.sql(
            "select schema_name || '.' || table_name from duckdb_tables() where schema_name <> 'meta' order by all"
        ).fetchall()
        return {table: connection.sql(f"from {table} order by all").fetchall() for (table,) in tables}


def build(copy: Warehouse) -> subprocess.Popen:
    return copy.start("atp", "build")


def test_a_build_killed_at_any_moment_leaves_the_last_green_one(copy: Warehouse, request) -> None:
    good = content(copy.database)
    started = time.monotonic()
    assert build(copy).wait() == 0
    seconds = time.monotonic() - started
    for kill in range(request.config.getoption("--kills")):
        running = build(copy)
        time.sleep(random.Random(kill).uniform(0, seconds))
        everything = [*psutil.Process(running.pid).children(recursive=True), running] if running.poll() is None else []
        for process in everything:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGKILL)
        running.communicate()
        assert content(copy.database) == good, f"kill {kill}"
    assert build(copy).wait() == 0
    assert content(copy.database) == good
    assert not list(copy.target.parent.glob("*.duckdb*"))


def test_readers_never_fail_while_builds_publish(copy: Warehouse, request) -> None:
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READER, copy.database], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(READERS)
    ]
    for _ in range(request.config.getoption("--publishes")):
        running = build(copy)
        output, _ = running.communicate()
        assert running.returncode == 0, output
    for reader in readers:
        assert reader.poll() is None, reader.stderr.read()
        reader.kill()
        output, errors = reader.communicate()
        assert errors == ""
        assert set(output.split()) == {"1"}


def test_a_reader_that_holds_the_file_open_keeps_its_answers(copy: Warehouse) -> None:
    with duckdb.connect(str(copy.database), read_only=True) as connection:
        before = connection.sql("from meta.build").fetchall()
        outcome = copy.run("atp", "build")
        assert outcome.returncode == 0, outcome.stdout
        assert connection.sql("from meta.build").fetchall() == before
    assert copy.query("from meta.build") != before


@pytest.fixture
def small_disk(tmp_path: Path):
    """A file system of 8 MB, where this machine lets one be mounted."""
    folder = tmp_path / "small disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("this machine does not let a user mount a file system")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_full_disk_is_one_sentence_and_nothing_is_lost(copy: Warehouse, small_disk: Path) -> None:
    published = small_disk / copy.database.name
    shutil.copy(copy.database, published)
    outcome = copy.run("atp", "build", ATP_TRADE_DB=str(published))
    assert outcome.returncode == 1
    assert outcome.stdout.startswith(f"atp: cannot build in {small_disk}")
    assert outcome.stdout.endswith("MB are free there, and a build needs 64 MB\n")
    assert published.read_bytes() == copy.database.read_bytes()
