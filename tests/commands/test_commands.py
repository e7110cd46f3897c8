"""The promises of the two commands and of `dbt build`: set up once, then no network, and clear words on failure."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest
from conftest import PROJECT, Warehouse

ATP = Path(sys.executable).with_name("atp")
OFFLINE = ["unshare", "--net", "--map-root-user"]
SET_UP = PROJECT / "scripts" / "make_venv.py"


def test_a_second_call_installs_nothing() -> None:
    locks = ["requirements/run.txt", "requirements/dev.txt"]
    environment = Path(sys.executable).parents[1]
    stamp = environment / ".made-from.json"
    made_from = json.loads(stamp.read_text()) if stamp.exists() else {}
    if made_from.get("project") != str(PROJECT):
        pytest.skip("this environment is not of this checkout: a call from here would empty it and make it anew")
    if "requirements/duckdb-2.txt" in made_from:
        locks.append("requirements/duckdb-2.txt")
    base = getattr(sys, "_base_executable", sys.executable)
    outcome = subprocess.run(
        [base, SET_UP, environment, *locks], cwd=PROJECT, text=True, capture_output=True, check=False
    )
    assert (outcome.returncode, outcome.stdout, outcome.stderr) == (0, "", "")


def test_an_old_python_gets_one_sentence() -> None:
    code = f"import sys; sys.version_info = (3, 9, 0); sys.argv = ['x', 'v']; exec(open({str(SET_UP)!r}).read())"
    outcome = subprocess.run(
        [sys.executable, "-c", f"__file__ = {str(SET_UP)!r}; {code}"], text=True, capture_output=True, check=False
    )
    assert outcome.returncode == 1
    assert re.fullmatch(r"Python 3\.10 or newer is needed.*\n", outcome.stderr)


def test_make_help_lists_every_target_on_one_screen() -> None:
    outcome = subprocess.run(["make", "help"], cwd=PROJECT, text=True, capture_output=True, check=True)
    targets = re.findall(r"^([a-z0-9%-]+):.*## ", (PROJECT / "Makefile").read_text(), flags=re.MULTILINE)
    assert {"build", "test", "test-%", "export", "report", "build-spark"} <= {*targets}
    for target in targets:
        assert re.search(rf"^  make {target.replace('%', 'AREA')} ", outcome.stdout, re.MULTILINE)
    lines = outcome.stdout.splitlines()
    assert len(lines) <= 22
    assert max(map(len, lines)) <= 80


def offline() -> list[str]:
    """What takes the network away from a command, where this machine lets a user do that."""
    return OFFLINE if can_go_offline() else []


def can_go_offline() -> bool:
    """Whether this machine has unshare, and lets a user make a network namespace with it."""
    if shutil.which(OFFLINE[0]) is None:
        return False
    return subprocess.run([*OFFLINE, "true"], capture_output=True, check=False).returncode == 0


def test_dbt_build_by_hand_finds_the_profile_and_passes_without_a_network(small: Warehouse) -> None:
    """Over the tables of a build that is there."""
    outcome = subprocess.run(
        [*offline(), ATP.with_name("dbt"), "build"], cwd=small.project, text=True, capture_output=True, check=False
    )
    assert outcome.returncode == 0, outcome.stdout
    assert small.query("select count(*) from marts.trade_totals") == [(7,)]
    assert small.query("select schema_name from duckdb_schemas() where schema_name = 'meta'") == []
    if not offline():
        pytest.skip("this machine does not let a user take the network away")


def test_a_build_needs_no_network_counts_one_total_and_says_what_it_does_to_its_end(small: Warehouse) -> None:
    outcome = subprocess.run(
        [*offline(), ATP, "build", "--force"],
        cwd=small.project,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stdout
    reading, *lines = outcome.stdout.splitlines()
    assert reading == "reading the project"
    # On a busy machine it takes so long that it is said again.
    building, *between, done, checking, published = (line for line in lines if line != reading)
    total, parts = re.fullmatch(r"building (\d+): (.*)", building).groups()
    assert sum(int(part.split()[0]) for part in parts.split(", ")) == int(total)
    assert re.fullmatch(rf"{total} of {total} done in \d+ s", done)
    assert all(re.fullmatch(rf"\d+ of {total} done", line) for line in between)
    assert checking == "checking every row before it is published"
    assert published == f"published {small.database}"


def test_the_build_says_where_it_looks_for_the_project(tmp_path: Path) -> None:
    outcome = subprocess.run([ATP, "build"], cwd=tmp_path, text=True, capture_output=True, check=False)
    assert outcome.returncode == 1
    assert outcome.stderr == f"atp: no dbt_project.yml in {tmp_path} or above it: run this in the project's folder\n"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("no/such/folder/x.duckdb", "name a file in an existing folder"),
        ("seeds", "name a file in an existing folder"),
        ("seeds/x.duckdb", "dbt reads that folder"),
        ("it's.duckdb", "name the file with letters, digits"),
        (":memory:", "name the file with letters, digits"),
        ("temp.duckdb", "and not main, system, temp"),
        ("marts.duckdb", "and not main, system, temp"),
        ("fifo.duckdb", "name a file in an existing folder"),
        ("loop.duckdb", "name another path"),
        ("important.csv", "is not a DuckDB database: move it away"),
        ("other.duckdb", "holds something else than this warehouse: move it away"),
        ("view.duckdb", "holds something else than this warehouse: move it away"),
        ("warlock.duckdb", "is not a DuckDB database: move it away"),
    ],
)
def test_the_build_does_not_publish_over_anything_else(copy: Warehouse, name: str, sentence: str) -> None:
    (copy.project / "important.csv").write_text("a,b\n1,2\n")
    with duckdb.connect(str(copy.project / "other.duckdb")) as connection:
        connection.execute("create schema marts")
        connection.execute("create table marts.precious as select 1 as number")
    with duckdb.connect(str(copy.project / "view.duckdb")) as connection:
        connection.execute("create view precious as select 1 as number")
    (copy.project / "warlock.duckdb").write_bytes(b"no database")
    (copy.project / "loop.duckdb").symlink_to("loop.duckdb")
    os.mkfifo(copy.project / "fifo.duckdb")
    before = {path: path.read_bytes() for path in copy.project.iterdir() if path.is_file()}
    outcome = copy.run("atp", "build", ATP_TRADE_DB=name)
    assert outcome.returncode == 1
    assert re.fullmatch(r"atp: .*\n", outcome.stdout)
    assert sentence in outcome.stdout
    assert {path: path.read_bytes() for path in copy.project.iterdir() if path.is_file()} == before


def test_superset_gets_no_file_in_the_place_of_something_else(copy: Warehouse) -> None:
    for name, sentence in {copy.database: "holds something else", "models/x.zip": "dbt reads that folder"}.items():
        before = copy.database.read_bytes()
        outcome = copy.run("atp", "superset", str(name))
        assert outcome.returncode == 1
        assert re.fullmatch(rf"atp: .*{sentence}.*\n", outcome.stdout)
        assert copy.database.read_bytes() == before
    assert copy.run("atp", "superset", "x.zip").returncode == copy.run("atp", "superset", "x.zip").returncode == 0


def test_the_build_does_not_replace_a_file_that_is_being_written(copy: Warehouse) -> None:
    code = (
        f"import duckdb, sys; c = duckdb.connect({str(copy.database)!r}); print('open', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        assert writer.stdout.readline() == b"open\n"
        outcome = copy.run("atp", "build")
        writer.stdin.close()
    assert outcome.returncode == 1
    assert outcome.stdout == f"atp: another program is writing {copy.database}: close it, then try again\n"


def test_what_a_dead_writer_left_does_not_reach_the_published_file(small: Warehouse, tmp_path: Path) -> None:
    """The log of a killed writer is not replayed into the new file; a link to the file stays a link."""
    code = f"""
import duckdb, os
connection = duckdb.connect({str(small.database)!r})
connection.execute("pragma disable_checkpoint_on_shutdown")
connection.execute("update marts.dim_source set publisher = 'somebody else'")
os._exit(1)
"""
    subprocess.run([sys.executable, "-c", code], check=False)
    assert small.database.with_name(f"{small.database.name}.wal").exists()
    link = tmp_path / "link.duckdb"
    link.symlink_to(small.database)
    outcome = small.run("atp", "build", ATP_TRADE_DB=str(link))
    assert outcome.returncode == 0, outcome.stdout
    assert link.is_symlink()
    assert small.query("select count(*) from marts.dim_source where publisher = 'somebody else'") == [(0,)]


def test_no_variable_of_dbt_switches_the_tests_off(small: Warehouse) -> None:
    partners = small.project / "seeds" / "reference" / "partners.csv"
    partners.write_text(partners.read_text() + partners.read_text().splitlines(keepends=True)[-1])
    outcome = small.run("atp", "build", DBT_EXCLUDE_RESOURCE_TYPES="test unit_test", DBT_PROFILES_DIR="/nowhere")
    assert outcome.returncode == 1
    assert "dim_partner_keys_stand_once" in outcome.stdout


@pytest.mark.parametrize(
    ("file", "addition"),
    [
        ("selectors.yml", "selectors:\n  - {name: few, default: true, definition: +trade_totals}\n"),
        ("dbt_project.yml", "\ndata_tests:\n  atp_trade:\n    +enabled: false\n"),
        # dbt reads it too, as variables.
        (".env", "DBT_EXCLUDE_RESOURCE_TYPES=test unit_test\n"),
    ],
)
def test_no_file_of_the_project_switches_the_tests_off(small: Warehouse, file: str, addition: str) -> None:
    before = small.database.read_bytes()
    with (small.project / file).open("a") as changed:
        changed.write(addition)
    outcome = small.run("atp", "build")
    assert outcome.returncode == 1
    assert re.fullmatch(
        rf"atp: {re.escape(str(small.database))} is as it was: "
        r"\d+ of \d+ seeds, models and tests did not run and pass, such as \w+: "
        r"remove what leaves them out \(.*\), and build again",
        outcome.stdout.splitlines()[-1],
    )
    assert small.database.read_bytes() == before


def stop_in_mid_build(copy: Warehouse, stop: signal.Signals) -> str:
    """Start a build, stop `atp` while dbt writes the side file, and return what it said."""
    build = copy.start("atp", "build")
    side_file = copy.target.parent / copy.database.name
    deadline = time.monotonic() + 120
    while not side_file.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    build.send_signal(stop)
    output, _ = build.communicate()
    assert build.returncode != 0
    assert "Traceback" not in output
    return output


def test_ctrl_c_publishes_nothing_and_says_so(copy: Warehouse) -> None:
    before = copy.database.read_bytes()
    assert stop_in_mid_build(copy, signal.SIGINT).endswith(f"atp: interrupted; {copy.database} is as it was\n")
    assert copy.database.read_bytes() == before
    assert not list(copy.target.parent.glob("*.duckdb*"))


def test_a_killed_build_publishes_nothing_and_the_next_one_waits_for_its_dbt(small: Warehouse) -> None:
    before = small.database.read_bytes()
    stop_in_mid_build(small, signal.SIGKILL)
    assert small.database.read_bytes() == before
    outcome = small.run("atp", "build")
    assert outcome.returncode == 0, outcome.stdout
    assert small.query("select count(*) from marts.trade_totals") == [(7,)]


def test_two_builds_at_once_both_succeed(small: Warehouse) -> None:
    builds = [small.start("atp", "build") for _ in range(2)]
    outputs = [build.communicate()[0] for build in builds]
    assert [build.returncode for build in builds] == [0, 0], outputs
    first, second = sorted(outputs, key=lambda output: "another build is running" in output)
    assert "another build is running" not in first
    # The one that waited finds what it would make.
    assert f"{small.database} is current: built from exactly these files" in second.splitlines()[-1]
    assert small.query("select count(*) from marts.trade_totals") == [(7,)]
