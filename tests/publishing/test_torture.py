"""What users must never meet: half a database, a failing reader, wrong numbers after a fault; `make test-torture`."""

import os
import random
import re
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
from conftest import UNDER_PERMISSIONS, Warehouse, mounted_disk

from atp_trade import AtpError
from atp_trade.publish import publish

# As profiles/profiles.yml sets it, after three headers.
BLOCK_BYTES = 16_384
HEADER_BYTES = 3 * 4096
READERS = 4
READER = """
import pathlib, sys, time, duckdb
answers, questions = set(), 0
while not pathlib.Path(sys.argv[2]).exists():
    with duckdb.connect(sys.argv[1], read_only=True) as connection:
        connection.execute("set enable_progress_bar = false")
        answers.add(connection.execute(
            "select count(*), sum(exports_usd_millions), count(distinct partner_id) from marts.trade_by_partner"
        ).fetchone())
    questions += 1
    # The build needs the processor too.
    time.sleep(0.05)
print(questions, len(answers))
"""


def content(database: Path) -> dict[str, list[tuple]]:
    """Every row of every relation, but for what tells one build from the next."""
    with duckdb.connect(str(database), read_only=True) as connection:
        tables = connection.sql(
            "select schema_name || '.' || table_name from duckdb_tables() where schema_name <> 'meta' order by all"
        ).fetchall()
        return {table: connection.sql(f"from {table} order by all").fetchall() for (table,) in tables}


def build(copy: Warehouse, **environment: str) -> subprocess.Popen[str]:
    return copy.start("atp", "build", "--force", **environment)


def test_a_build_killed_at_any_moment_leaves_the_last_green_one(small: Warehouse, request) -> None:
    started = time.monotonic()
    assert build(small).wait() == 0
    seconds = time.monotonic() - started
    good, killed = content(small.database), 0
    for kill in range(request.config.getoption("--kills")):
        running = build(small)
        time.sleep(random.Random(kill).uniform(0, seconds))
        everything = [*psutil.Process(running.pid).children(recursive=True), running] if running.poll() is None else []
        killed += bool(everything)
        for process in everything:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGKILL)
        running.communicate()
        assert content(small.database) == good, f"kill {kill}"
    assert killed
    assert build(small).wait() == 0
    assert content(small.database) == good
    assert not list(small.target.parent.glob("*.duckdb*"))


def test_readers_never_fail_while_builds_publish_and_keep_what_they_hold(small: Warehouse, request) -> None:
    enough = small.project / "enough"
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READER, small.database, enough],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(READERS)
    ]
    with duckdb.connect(str(small.database), read_only=True) as holder:
        before = holder.sql("from meta.build").fetchall()
        for _ in range(request.config.getoption("--publishes")):
            running = build(small)
            output, _ = running.communicate()
            assert running.returncode == 0, output
            assert holder.sql("from meta.build").fetchall() == before
    assert small.query("from meta.build") != before
    enough.touch()
    for reader in readers:
        output, errors = reader.communicate()
        assert (reader.returncode, errors) == (0, "")
        questions, answers = map(int, output.split())
        assert questions > request.config.getoption("--publishes")
        assert answers == 1


def test_a_publish_killed_at_any_moment_leaves_one_of_two_whole_files(copy: Warehouse, request) -> None:
    """The moments around the rename, which a kill at random in a whole build seldom meets."""
    side_file = copy.target.parent / copy.database.name
    whole = copy.database.read_bytes()
    code = f"""
from pathlib import Path
from atp_trade.publish import publish
print("ready", flush=True)
made = lambda connection: connection.execute("create table meta.made as select 1")
publish(Path({str(side_file)!r}), Path({str(copy.database)!r}), made)
"""
    good, seconds = content(copy.database), None
    for kill in range(-1, request.config.getoption("--kills")):
        copy.database.write_bytes(whole)
        side_file.write_bytes(whole)
        with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as publishing:
            publishing.stdout.readline()
            started = time.monotonic()
            if seconds is not None:
                time.sleep(random.Random(kill).uniform(0, seconds))
                publishing.kill()
        seconds = seconds or time.monotonic() - started
        assert content(copy.database) == good, f"kill {kill}"
        is_new = copy.query("select true from duckdb_tables() where table_name = 'made'") != []
        assert is_new != (copy.database.read_bytes() == whole)


def blocks_with_rows(database: Path) -> set[int]:
    """Where in the file the blocks begin that hold rows; DuckDB need not read any other, but for its catalogue."""
    with duckdb.connect(str(database), read_only=True) as connection:
        tables = connection.sql("select schema_name || '.' || table_name from duckdb_tables()").fetchall()
        return {
            HEADER_BYTES + BLOCK_BYTES * block
            for (table,) in tables
            for (block,) in connection.sql(
                f"select distinct block_id from pragma_storage_info('{table}') where block_id >= 0"
            ).fetchall()
        }


def test_a_corrupt_side_file_is_never_published(copy: Warehouse, tmp_path: Path, request) -> None:
    """One block of the file at a time: every block with rows is noticed, and where one is not, nothing is lost."""
    whole = copy.database.read_bytes()
    good = content(copy.database)
    side_file = tmp_path / copy.database.name
    kills, with_rows = request.config.getoption("--kills"), blocks_with_rows(copy.database)
    starts = range(HEADER_BYTES, len(whole), BLOCK_BYTES)
    assert len(starts) / 3 < len(with_rows) <= len(starts)
    draw = random.Random(0)
    tried = [*draw.sample(sorted(with_rows), min(len(with_rows), 2 * kills)), *draw.sample([*starts], kills), 0]
    for start in tried:
        broken = bytearray(whole)
        for position in range(start, min(start + BLOCK_BYTES, len(whole)), 64):
            broken[position] ^= 255
        side_file.write_bytes(broken)
        try:
            publish(side_file, copy.database)
        except AtpError as error:
            assert "\n" not in str(error)
            assert copy.database.read_bytes() == whole
        else:
            assert start not in with_rows
            assert content(copy.database) == good
            copy.database.write_bytes(whole)


def test_a_disk_without_room_is_refused(copy: Warehouse, small_disk: Path) -> None:
    published = Path(shutil.copy(copy.database, small_disk))
    outcome = copy.run("atp", "build", ATP_TRADE_DB=str(published))
    assert outcome.returncode == 1
    assert outcome.stdout.startswith(f"atp: cannot build in {small_disk}")
    assert outcome.stdout.endswith("MB are free there, and a build needs 64 MB\n")
    assert published.read_bytes() == copy.database.read_bytes()


@pytest.mark.parametrize("moment", ["logs/dbt.log", "atp_trade.duckdb"])
def test_a_disk_that_fills_up_in_mid_build_loses_nothing(copy: Warehouse, tmp_path: Path, moment: str) -> None:
    with mounted_disk(tmp_path / "a disk that fills", "80m") as disk:
        published = Path(shutil.copy(copy.database, disk))
        running = build(copy, ATP_TRADE_DB=str(published))
        while running.poll() is None and not (disk / f".{published.name}.build" / moment).exists():
            time.sleep(0.01)
        with suppress(OSError), (disk / "filler").open("wb", buffering=0) as filler:
            while True:
                filler.write(bytes(1_000_000))
        output, _ = running.communicate()
        assert running.returncode == 1
        assert "Traceback" not in output
        assert f"the disk of {disk} is full, and {published} is as it was" in output
        assert published.read_bytes() == copy.database.read_bytes()


def test_a_read_only_file_system_is_one_sentence_and_still_answers(copy: Warehouse, small_disk: Path) -> None:
    published = Path(shutil.copy(copy.database, small_disk))
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    outcome = copy.run("atp", "build", ATP_TRADE_DB=str(published))
    assert outcome.returncode == 1
    folder = small_disk / f".{published.name}.build"
    assert outcome.stdout == f"atp: cannot build in {folder}: Read-only file system ({folder})\n"
    answer = copy.run("atp", "sql", "--format", "csv", "from marts.trade_totals", ATP_TRADE_DB=str(published))
    assert len(answer.stdout.splitlines()) == 8


def test_a_folder_without_write_permission_is_one_sentence(copy: Warehouse) -> None:
    published = copy.project / "locked" / copy.database.name
    published.parent.mkdir()
    shutil.copy(copy.database, published)
    published.parent.chmod(0o555)
    outcome = subprocess.run(
        [*UNDER_PERMISSIONS, Path(sys.executable).with_name("atp"), "build"],
        cwd=copy.project,
        env={**os.environ, "ATP_TRADE_DB": str(published)},
        text=True,
        capture_output=True,
        check=False,
    )
    published.parent.chmod(0o755)
    assert outcome.returncode == 1
    assert re.fullmatch(r"atp: cannot build in .*: Permission denied \(.*\)\n", outcome.stderr)
    assert published.read_bytes() == copy.database.read_bytes()
