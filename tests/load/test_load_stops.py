"""A load that is stopped, by whatever, leaves whole files alone, and the next one goes on."""

import json
import os
import resource
import signal
import subprocess
import sys
import threading
from pathlib import Path

import duckdb
import pytest
from bureau import KEY, Bureau, Handler, bureau, project
from conftest import on_a_terminal

from atp_trade import AtpError
from atp_trade.load.atp import load_atp

ATP = Path(sys.executable).with_name("atp")
LAST = "2011-12"
MONTHS = 24


def start(project: Path, last: str = LAST, **settings: object) -> subprocess.Popen[str]:
    """A load of exports in a process of its own."""
    command = [ATP, "load", "atp", "--to", last, "--flow", "exports"]
    return subprocess.Popen(
        command, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **settings
    )


def whole_months(project: Path) -> set[str]:
    """The months that are loaded; every file of the store is read to its end."""
    files = [*(project / "data").rglob("*.parquet")]
    for file in files:
        relation = duckdb.read_parquet(str(file.relative_to(project)))
        assert relation.aggregate("max(hash(columns(*))), count(*)").fetchone()[-1] > 50
    assert len(files) == len({file.parent for file in files})
    return {file.parent.name for file in files}


def wait_until_asked(bureau: Bureau, count: int, running: subprocess.Popen[str]) -> None:
    while len(bureau.asked) < count and running.poll() is None:
        pass


@pytest.fixture
def slow(bureau: Bureau) -> Bureau:
    """A server that takes a while for each answer."""
    bureau.newest, bureau.seconds = LAST, 0.02
    return bureau


def test_a_load_killed_at_any_moment_loses_no_whole_month(project: Path, slow: Bureau) -> None:
    loaded: set[str] = set()
    for count in (1, 4, 5, 6, 7):
        running = start(project)
        wait_until_asked(slow, len(slow.asked) + count, running)
        running.kill()
        running.communicate()
        assert loaded <= whole_months(project)
        loaded = whole_months(project)
    assert [*load_atp("2010-01", LAST, "exports")]
    assert len(whole_months(project)) == MONTHS
    assert not [*(project / "data").rglob("*.unfinished")]


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_load_that_is_interrupted_says_what_is_kept(project: Path, slow: Bureau, stop: signal.Signals) -> None:
    running = start(project)
    wait_until_asked(slow, 8, running)
    running.send_signal(stop)
    output, _ = running.communicate()
    assert running.returncode == 1, output
    loaded = len(whole_months(project))
    assert 0 < loaded < MONTHS
    verb = "month was" if loaded == 1 else "months were"
    assert output.splitlines()[-1] == f"atp: interrupted; {loaded} {verb} loaded, and kept: load again to go on"
    assert not [*(project / "data").rglob("*.unfinished")]
    asked = len(slow.asked)
    [*load_atp("2010-01", LAST, "exports")]
    assert len(slow.asked) - asked == MONTHS - loaded


def test_what_a_killed_load_has_left_is_removed_and_nothing_else(project: Path, bureau: Bureau) -> None:
    folder = project / "data" / "census_hitech" / "exports" / "2010-01"
    folder.mkdir(parents=True)
    ended = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True)
    left = folder / f".20100101T000000000000Z.parquet.{ended.stdout.strip()}.unfinished"
    others = [folder / f".mine.{os.getppid()}.unfinished", folder / "notes.txt", project / f".x.{2**22}.unfinished"]
    for file in (left, *others):
        file.write_text("half")
    [*load_atp("2010-01", "2010-01", "exports")]
    assert not left.exists()
    assert all(file.exists() for file in others)


def test_a_full_disk_loses_no_month_that_was_complete(small_disk: Path, slow: Bureau, monkeypatch) -> None:
    (small_disk / "dbt_project.yml").touch()
    monkeypatch.chdir(small_disk)
    filler = small_disk / "filler"
    free = os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_frsize
    filler.write_bytes(b"x" * (free - 60_000))
    with pytest.raises(AtpError, match="No space left on device") as failed:
        [*load_atp("2010-01", LAST, "exports")]
    loaded = whole_months(small_disk)
    assert 0 < len(loaded) < MONTHS
    assert f"{len(loaded)} month" in str(failed.value) and "loaded before that, and kept" in str(failed.value)
    assert not [*(small_disk / "data").rglob("*.unfinished")]
    filler.unlink()
    [*load_atp("2010-01", LAST, "exports")]
    assert len(whole_months(small_disk)) == MONTHS


def test_a_file_that_may_not_grow_is_one_sentence(project: Path, bureau: Bureau) -> None:
    running = start(project, "2010-03", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)))
    output, _ = running.communicate()
    assert running.returncode == 1
    assert len(output.splitlines()) == 1 and output.startswith("atp: cannot write "), output
    assert whole_months(project) == set()
    assert not [*(project / "data").rglob("*.unfinished")]


def test_a_damaged_file_is_named(project: Path, bureau: Bureau) -> None:
    [*load_atp("2010-01", "2010-01", "exports")]
    (file,) = (project / "data").rglob("*.parquet")
    file.write_bytes(file.read_bytes()[:-50])
    with pytest.raises(AtpError, match=r"cannot be read: .*: move it away, and load again") as failed:
        [*load_atp("2010-01", "2010-01", "exports", again=True)]
    assert str(file) in str(failed.value)


def test_a_note_that_is_damaged_costs_requests_alone(project: Path, bureau: Bureau) -> None:
    [*load_atp("2010-01", "2010-03", "exports")]
    note = project / "data" / "census_hitech" / "exports" / "asked.json"
    for damaged in ("", "[1]", '{"2010-01": '):
        note.write_text(damaged)
        assert [*load_atp("2010-01", "2010-03", "exports")] == ["exports, to 2010-03: nothing was missing"]


def test_two_loads_at_once_wait_for_each_other(project: Path, slow: Bureau) -> None:
    second_waits = threading.Event()

    def answers_late(handler: Handler, table: list[list[str]]) -> None:
        second_waits.wait()
        handler.send(200, json.dumps(table).encode())

    slow.goes_wrong("exports", LAST, answers_late)
    first = start(project)
    wait_until_asked(slow, 1, first)
    second = start(project)
    assert second.stdout.readline() == "atp: another load is running; waiting for it\n"
    second_waits.set()
    said = [running.communicate()[0] for running in (first, second)]
    assert [first.returncode, second.returncode] == [0, 0], said
    assert said[0].splitlines()[-1] == f"exports, to {LAST}: {MONTHS} new (2010-01 to {LAST})"
    assert said[1].splitlines() == [f"exports, to {LAST}: nothing was missing"]
    assert len(slow.asked) == len({*slow.asked}) == MONTHS


def test_a_folder_that_cannot_be_written_is_one_sentence(project: Path, bureau: Bureau) -> None:
    (project / "data").write_text("a file")
    with pytest.raises(AtpError, match=r"cannot load into .*data: "):
        [*load_atp("2010-01", "2010-01")]
    assert bureau.asked == []


def test_a_terminal_sees_how_much_is_left(project: Path, slow: Bureau) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "CI"}
    shown = on_a_terminal([ATP, "load", "atp", "--to", LAST], {**environment, "COLUMNS": "120"}, project, errors=True)
    assert f"/{2 * MONTHS}" in shown and "left" in shown
    assert shown.splitlines()[-1] == f"imports, to {LAST}: {MONTHS} new (2010-01 to {LAST})"
    assert KEY not in shown
