"""What `atp status` and the schema meta say of the published file, and what is said when it cannot be read."""

import json
import os
import subprocess
from datetime import datetime, timedelta, timezone
from pathlib import Path

import duckdb
import pytest
from conftest import Warehouse

from atp_trade import AtpError
from atp_trade import warehouse as warehouse_module
from atp_trade.fingerprint import git_state
from atp_trade.warehouse import opened


def results(warehouse: Warehouse, kind: str) -> int:
    found = json.loads((warehouse.target / "run_results.json").read_text())["results"]
    return sum(result["unique_id"].startswith(f"{kind}.") for result in found)


def test_a_published_file_says_what_it_is_of(warehouse: Warehouse) -> None:
    ((built, dbt, engine, seeds, models, data_tests, unit_tests, sources),) = warehouse.query(
        """
        select
            built_at_utc, dbt_version, duckdb_version, seeds_loaded, models_built, data_tests_passed, unit_tests_passed,
            sources
        from meta.build
        """
    )
    published = datetime.fromtimestamp(warehouse.database.stat().st_mtime, timezone.utc).replace(tzinfo=None)
    assert published - timedelta(minutes=1) < built <= published
    assert dbt.startswith("1.12.")
    assert engine == duckdb.__version__
    kinds = ("seed", "model", "test", "unit_test")
    assert (seeds, models, data_tests, unit_tests) == tuple(results(warehouse, kind) for kind in kinds)
    assert min(seeds, models, data_tests, unit_tests) > 0
    assert sources == "census_country 2023-01, census_country 2024-06, census_country 2024-12, nsf07329 2007-03"
    assert warehouse.query("select test_type, count(*) from meta.tests group by all order by all") == [
        ("data", data_tests),
        ("unit", unit_tests),
    ]
    assert warehouse.query("select test_type from meta.tests where test_name = 'every_discrepancy_is_on_record'") == [
        ("data",)
    ]


def git(folder: Path, *arguments: str) -> str:
    author = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    command = ["git", "-C", folder, *author, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def repository(folder: Path, *files: str) -> Path:
    """A repository with a commit of some files."""
    folder.mkdir(exist_ok=True, parents=True)
    git(folder, "init")
    for file in files:
        (folder / file).parent.mkdir(exist_ok=True, parents=True)
        (folder / file).write_text(file)
        git(folder, "add", file)
    git(folder, "commit", "--allow-empty", "--message", f"Begin {folder.name}")
    return folder


@pytest.mark.parametrize("place", [".", "a/project"])
def test_the_commit_is_that_of_the_project(tmp_path: Path, place: str) -> None:
    around = repository(tmp_path / "repository", f"{place}/dbt_project.yml", f"{place}/models/m.sql", "README.md")
    project, commit = around / place, git(around, "rev-parse", "HEAD")
    assert git_state(project) == (commit, False)
    # What a build writes is not in the commit, and changes nothing.
    (project / "export").mkdir()
    (project / "export" / "totals.csv").touch()
    assert git_state(project) == (commit, False)
    for changed in ("models/new.sql", "models/m.sql", "dbt_project.yml"):
        before = (project / changed).read_text() if (project / changed).exists() else None
        (project / changed).write_text("another")
        assert git_state(project) == (commit, True), changed
        (project / changed).write_text(before) if before else (project / changed).unlink()
    assert git_state(project) == (commit, False)


def test_a_change_around_the_project_is_none_of_the_project(tmp_path: Path) -> None:
    around = repository(tmp_path / "around", "project/dbt_project.yml", "README.md")
    (around / "README.md").write_text("another")
    assert git_state(around / "project") == (git(around, "rev-parse", "HEAD"), False)


@pytest.mark.parametrize("place", ["none", "ignored", "not added", "added, not committed", "no commit", "not ours"])
def test_a_commit_without_the_project_is_not_its_commit(tmp_path: Path, place: str) -> None:
    around = tmp_path / "around"
    project = around / "project"
    if place == "no commit":
        around.mkdir()
        git(around, "init")
    elif place != "none":
        repository(around, "README.md")
    project.mkdir(parents=True, exist_ok=True)
    (project / "dbt_project.yml").touch()
    if place == "ignored":
        (around / ".gitignore").write_text("project/")
    if place == "added, not committed":
        git(around, "add", "project")
    if place == "not ours":
        if os.geteuid() != 0:
            pytest.skip("only the superuser can give a repository away")
        git(around, "add", "project")
        git(around, "commit", "--message", "All")
        os.chown(around / ".git", 65534, 65534)
        os.chown(around, 65534, 65534)
    assert git_state(project) == (None, None)


def test_a_hook_of_another_repository_does_not_change_the_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = repository(tmp_path / "project", "dbt_project.yml")
    outside = tmp_path / "outside"
    outside.mkdir()
    other = repository(tmp_path / "other", "dbt_project.yml", "more.yml")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git" / "index"))
    assert (git_state(project)[1], git_state(outside)) == (False, (None, None))
    found, _ = git_state(project)
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name)
    assert found == git(project, "rev-parse", "HEAD") != git(other, "rev-parse", "HEAD")


def test_status_tells_it_in_lines(warehouse: Warehouse) -> None:
    outcome = warehouse.run("atp", "status")
    assert outcome.returncode == 0
    lines = outcome.stdout.splitlines()
    assert lines[0] == f"published  {warehouse.database}"
    assert (
        f"{results(warehouse, 'test')} data tests and {results(warehouse, 'unit_test')} unit tests passed" in lines[4]
    )
    assert any(line.startswith("source     nsf07329, vintage 2007-03, 2000 to 2006: InfoBrief") for line in lines)
    assert any(line.startswith("source     census_country, vintage 2024-06, 1989-01 to 2024-06: ") for line in lines)
    assert "rows           315 marts.trade_by_partner" in lines


def test_status_needs_a_file_that_was_published(small: Warehouse) -> None:
    assert small.run("atp", "status").returncode == 0
    assert small.run("dbt", "seed", "--select", "regions").returncode == 0
    outcome = small.run("atp", "status")
    assert outcome.returncode == 1
    assert outcome.stdout == f"atp: {small.database} has no build record (meta.build): build it with `make build`\n"
    small.database.unlink()
    outcome = small.run("atp", "sql", "select 1")
    assert outcome.returncode == 1
    assert (
        outcome.stdout
        == f"atp: {small.database} does not exist: run `make build` first, or name another file with --db\n"
    )


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        ("atp status > /dev/full", 1, "atp: cannot write the output: No space left on device\n"),
        ("atp status >&-", 0, ""),
        (
            r"atp sql $'select \'\xff\''",
            1,
            "atp: the argument \"select '\\udcff'\" is not UTF-8: write it in UTF-8\n",
        ),
    ],
)
def test_a_command_without_a_place_to_write_says_so(warehouse: Warehouse, command: str, code: int, said: str) -> None:
    outcome = subprocess.run(
        ["bash", "-c", command],
        cwd=warehouse.project,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=warehouse.environment(),
    )
    assert (outcome.returncode, outcome.stderr) == (code, said)


def test_a_file_of_a_newer_duckdb_is_called_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        # What DuckDB 1.5.6 says of a file that DuckDB 2.0.0 wrote.
        raise duckdb.IOException(
            "IO Error: Trying to read a database file with version number 69, but we can only read versions between 64 "
            "and 67. The database file was created with a newer version of DuckDB."
        )

    database = tmp_path / "x.duckdb"
    database.touch()
    monkeypatch.setattr(warehouse_module, "attach", refuse)
    with pytest.raises(AtpError, match=r"was written by a newer DuckDB than .*: move it away"), opened(database):
        raise AssertionError("it was opened")
