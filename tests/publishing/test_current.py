"""`atp build` does nothing if the published file is what it would make, and builds after any change that counts."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from conftest import PROJECT, Warehouse
from stand_in import content, dbt, make, project

from atp_trade import AtpError, fingerprint
from atp_trade import build as build_module
from atp_trade.build import build
from atp_trade.dbt import run_dbt
from atp_trade.places import DATABASE
from atp_trade.publish import OWN_TABLE

NOBODY = 65534
PROFILE = "path: \"{{ env_var('ATP_TRADE_DB', 'x') }}\"\nthreads: {{ env_var( 'ATP_THREADS' ) }}\n"
# A file of each kind that dbt reads, or that says how.
FILES = {
    ".dbtignore": "",
    ".env": "DBT_PROFILES_DIR=profiles\n",
    "analyses/question.sql": "-- What?\nselect 1\n",
    "data/census/2026-09.parquet": "PAR1",
    "dbt_packages/more/macros/more.sql": "",
    "functions/f.sql": "",
    "macros/ratio.sql": "",
    "models/marts/_marts.yml": "description: one",
    "models/marts/totals.sql": "select 1",
    "packages.yml": "packages: []\n",
    "profiles/profiles.yml": PROFILE,
    "seeds/figures.csv": "a\n1\n",
    "selectors.yml": "selectors: []\n",
    "snapshots/s.sql": "",
    "tests/dbt/totals_add_up.sql": "select 1",
}


@pytest.fixture
def built(project: Path, dbt: list[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a file of each kind, built and current."""
    for name, text in FILES.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text)
    monkeypatch.delenv("ATP_THREADS", raising=False)
    assert build().startswith("published ")
    assert is_current()
    return project


class StartedError(Exception):
    """A build has got to dbt."""


def is_current() -> bool:
    """Whether a build has nothing to do, and says so; one that has something to do is stopped before it does it."""

    def run_dbt(*_: Any) -> None:
        raise StartedError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build_module, "run_dbt", run_dbt)
        try:
            said = build()
        except StartedError:
            return False
    assert " is current: " in said
    return True


def test_a_current_file_is_left_as_it_is_and_its_build_named(built: Path, dbt: list[Path]) -> None:
    published = built / "atp_trade.duckdb"
    before = (published.read_bytes(), published.stat())
    with duckdb.connect(str(published), read_only=True) as connection:
        at, made_from = connection.sql("select built_at_utc, made_from from meta.build").fetchone()
    assert build() == (
        f"{published} is current: built from exactly these files, {at} UTC, with 1 data tests and 1 unit tests passed; "
        "--force builds again"
    )
    assert made_from == fingerprint.fingerprint(built)
    assert (published.read_bytes(), published.stat()) == before
    assert len(dbt) == 1
    assert build(force=True) == f"published {published}"
    assert len(dbt) == 2


def test_a_file_that_is_changed_renamed_or_removed_is_built(built: Path) -> None:
    for name in ("dbt_project.yml", *FILES):
        file = built / name
        text = file.read_text()
        file.write_text(text + "\n")
        assert not is_current(), name
        file.write_text(text)
        assert is_current(), name
        if name != "dbt_project.yml":
            moved = file.rename(file.with_name(f"other{file.suffix}"))
            assert not is_current(), name
            moved.unlink()
            assert not is_current(), name
            file.write_text(text)
    assert is_current()


def test_a_new_file_is_built_also_an_empty_one(built: Path) -> None:
    for name in ("models/more/new.sql", "macros/new.sql", "seeds/new.csv", "new.yml", "snapshots/new"):
        file = built / name
        file.parent.mkdir(exist_ok=True)
        file.write_text("a\n1\n" if name.endswith(".csv") else "")
        assert not is_current(), name
        file.unlink()
        assert is_current(), name


def test_what_a_link_leads_to_is_built(built: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "model.sql").write_text("select 1")
    (built / "models" / "linked").symlink_to(elsewhere)
    build()
    assert is_current()
    (elsewhere / "model.sql").write_text("select 2")
    assert not is_current()


def test_a_variable_that_a_setting_reads_is_built(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ATP_THREADS", "DBT_ENV_SECRET_TOKEN"):
        for value in ("1", ""):
            monkeypatch.setenv(name, value)
            assert not is_current()
        monkeypatch.delenv(name)
        assert is_current()
    monkeypatch.setenv("NOBODY_READS_THIS", "1")
    assert is_current()


def test_another_version_of_what_builds_is_built(built: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    known = {name.partition("-")[0].replace("_", "-") for name in fingerprint.installed()}
    assert known == {*fingerprint.PACKAGES}
    monkeypatch.setattr(sys, "path", [str(tmp_path / "packages"), *sys.path])
    for name in ("dbt_core", "dbt_duckdb", "duckdb", "atp_trade", "Jinja2"):
        (tmp_path / "packages" / f"{name}-99.dist-info").mkdir(parents=True)
        assert not is_current()
        (tmp_path / "packages" / f"{name}-99.dist-info").rmdir()
    (tmp_path / "packages" / "polars-99.dist-info").mkdir()
    assert is_current()
    monkeypatch.setattr(sys, "version", "3.99")
    assert not is_current()


def test_other_code_of_this_package_is_built_but_for_what_only_reads(
    built: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    package = Path(shutil.copytree(Path(fingerprint.__file__).parent, tmp_path / "package"))
    monkeypatch.setattr(fingerprint, "__file__", str(package / "fingerprint.py"))
    assert is_current()
    for name in ("build.py", "meta.py", "new.py"):
        text = (package / name).read_text() if (package / name).exists() else None
        (package / name).write_text(f"{text or ''}\n")
        assert not is_current()
        if text is None:
            (package / name).unlink()
        else:
            (package / name).write_text(text)
    (package / "pages" / "audit.py").write_text("\n")
    (package / "outlets" / "export.py").write_text("\n")
    assert is_current()


def flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)


def change_a_row(file: Path) -> None:
    with duckdb.connect(str(file)) as connection:
        connection.execute(f"update {OWN_TABLE} set content = 'changed'")


def replace_with_an_older_one(file: Path) -> None:
    file.unlink()
    make(file, "old")


@pytest.mark.parametrize(
    "harm",
    [
        flip,
        change_a_row,
        replace_with_an_older_one,
        Path.unlink,
        lambda file: file.with_name(file.name + ".wal").touch(),
        lambda file: file.with_name(file.name + ".wal.recovery").symlink_to("nothing"),
    ],
    ids=["one bit", "a row", "an older file", "no file", "a log", "a link for a log"],
)
def test_a_published_file_that_is_not_as_it_was_left_is_built(built: Path, harm: Callable[[Path], Any]) -> None:
    harm(built / "atp_trade.duckdb")
    assert not is_current()
    assert build().startswith("published ")
    assert is_current()
    assert content(built / "atp_trade.duckdb") == "new"


@pytest.mark.parametrize(
    ("write", "sentence"),
    [
        (lambda file: file.write_bytes(b"no database"), "is not a DuckDB database"),
        (lambda file: file.write_bytes(b""), "is not a DuckDB database"),
        (lambda file: (file.unlink(), duckdb.connect(str(file)).execute("create table x (y int)").close()), "holds"),
    ],
    ids=["a text", "nothing", "another database"],
)
def test_what_is_not_our_file_is_never_current(
    built: Path, dbt: list[Path], write: Callable[[Path], Any], sentence: str
) -> None:
    write(built / "atp_trade.duckdb")
    try:
        assert not is_current()
    except AtpError as error:
        assert sentence in str(error)
        assert len(dbt) == 1


def test_a_record_that_no_build_wrote_counts_for_nothing(built: Path) -> None:
    file = built / ".atp_trade.duckdb.build" / fingerprint.RECORD
    good = file.read_bytes()
    record = json.loads(good)
    changes = ({"made_from": None}, {"made_from": "0"}, {"database": "0"}, {"more": 1})
    for text in (
        *("", "{}", "[]", "null", "[" * 100_000, "\udcff", json.dumps(record)[:-1]),
        *(json.dumps({**record, **change}) for change in changes),
    ):
        file.write_bytes(text.encode(errors="surrogateescape"))
        assert not is_current(), text[:80]
    file.unlink()
    assert not is_current()
    file.write_bytes(good)
    assert is_current()


@pytest.mark.parametrize("name", ["", fingerprint.RECORD])
def test_a_record_behind_a_link_or_of_another_user_counts_for_nothing(built: Path, tmp_path: Path, name: str) -> None:
    kept = built / ".atp_trade.duckdb.build" / name
    project, published = built, built / "atp_trade.duckdb"
    if os.geteuid() == 0:
        os.chown(kept, NOBODY, -1)
        assert fingerprint.current(project, published) is None
        os.chown(kept, 0, -1)
    assert fingerprint.current(project, published)
    kept.rename(tmp_path / "moved")
    kept.symlink_to(tmp_path / "moved")
    assert fingerprint.current(project, published) is None


def test_files_that_change_while_they_are_built_are_built_again(
    built: Path, dbt: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    green = build_module.run_dbt

    def run_dbt(*arguments: Any) -> tuple:
        (built / "macros" / f"new {len(dbt)}.sql").touch()
        return green(*arguments)

    monkeypatch.setattr(build_module, "run_dbt", run_dbt)
    assert build(force=True) == f"published {built / 'atp_trade.duckdb'}; files changed meanwhile: build again"
    with duckdb.connect(str(built / "atp_trade.duckdb"), read_only=True) as connection:
        assert connection.sql("select made_from from meta.build").fetchone() == (None,)
    monkeypatch.setattr(build_module, "run_dbt", green)
    assert not is_current()
    assert build() == f"published {built / 'atp_trade.duckdb'}"
    assert is_current()


def test_what_is_changed_and_changed_back_while_it_is_built_is_built_again(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    green, seed = build_module.run_dbt, built / "seeds" / "figures.csv"

    def run_dbt(*arguments: Any) -> tuple:
        text = seed.read_text()
        seed.write_text("a\n2\n")
        seed.write_text(text)
        return green(*arguments)

    monkeypatch.setattr(build_module, "run_dbt", run_dbt)
    assert build(force=True) == f"published {built / 'atp_trade.duckdb'}; files changed meanwhile: build again"
    assert not is_current()


def test_what_cannot_be_read_is_built_each_time(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (built / "models" / "closed.txt").touch()

    def read_bytes(file: Path, read: Callable[[Path], bytes] = Path.read_bytes) -> bytes:
        if file.name == "closed.txt":
            raise PermissionError(13, "closed", str(file))
        return read(file)

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    assert not is_current()
    assert build().startswith("published ")
    assert not is_current()


def test_a_commit_of_what_was_built_with_changes_is_built(built: Path) -> None:
    def git(*arguments: str) -> None:
        name = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        subprocess.run(["git", "-C", built, *name, *arguments], check=True, capture_output=True)

    git("init")
    (built / ".gitignore").write_text("*.duckdb\n.*.build/\n")
    git("add", ".")
    git("commit", "-m", "first")
    (built / "models" / "marts" / "totals.sql").write_text("select 2")
    build()
    assert is_current()
    git("commit", "-am", "second")
    # The file names a commit with changes, and there are none.
    assert not is_current()
    build()
    (built / "README.md").touch()
    git("add", ".")
    git("commit", "-m", "nothing that is built")
    assert is_current()


def test_a_look_at_a_current_file_does_not_load_what_builds(copy: Warehouse) -> None:
    """That is most of the time it takes."""
    record = {
        "made_from": fingerprint.fingerprint(copy.project),
        "database": fingerprint.digest(copy.database),
        "built_at_utc": "2026-11-26 00:00:00",
        "data_tests_passed": 1,
        "unit_tests_passed": 1,
        "has_uncommitted_changes": False,
    }
    (copy.target.parent / fingerprint.RECORD).write_text(json.dumps(record))
    code = """
import sys
from atp_trade.__main__ import main
sys.argv[1:] = ["build"]
main()
print(sorted({"duckdb", "rich", "dbt", "yaml"} & {*sys.modules}))
"""
    outcome = subprocess.run(
        [sys.executable, "-c", code], cwd=copy.project, capture_output=True, text=True, env=copy.environment()
    )
    assert outcome.stdout.splitlines()[1:] == ["[]"], outcome
    assert outcome.stdout.startswith(f"{copy.database} is current: ")


def test_what_counts_is_what_the_project_has() -> None:
    """A folder or a setting that is in the project but in no list would escape."""
    assert {file.relative_to(PROJECT).parts[0] for file in fingerprint.inputs(PROJECT)} >= {
        *("dbt_project.yml", ".env", "analyses", "macros", "models", "profiles", "seeds", "tests")
    }


@pytest.mark.parametrize(
    "damage",
    [
        {"built_at_utc": "\x1b]0;pwned\x07"},
        {"data_tests_passed": {"a": 1}},
        {"has_uncommitted_changes": []},
        {"database": "0" * 20_000},
    ],
)
def test_a_record_of_other_types_or_size_is_none(built: Path, damage: dict[str, Any]) -> None:
    record = built / f".{DATABASE}.build" / fingerprint.RECORD
    record.write_text(json.dumps(json.loads(record.read_text()) | damage))
    assert not is_current()


def test_a_pipe_in_the_files_place_is_not_waited_for(built: Path) -> None:
    (built / DATABASE).unlink()
    os.mkfifo(built / DATABASE)
    assert fingerprint.current(built, built / DATABASE) is None


def test_where_a_build_runs_is_the_same(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """DuckDB asks the time zone what day it is, so dbt has one of its own."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert is_current()

    class Started(Exception):
        pass

    def start(*_: Any, env: dict[str, str], **__: Any) -> None:
        raise Started(env["TZ"])

    monkeypatch.setattr(subprocess, "Popen", start)
    with pytest.raises(Started, match=r"^UTC$"):
        run_dbt(built, ["parse"], 0, built / "target", built / "logs", {})


def test_a_folder_named_like_a_file_counts(built: Path) -> None:
    (built / "models" / "x.sql").mkdir()
    assert fingerprint.current(built, built / DATABASE) is None


def test_what_is_changed_and_changed_back_was_written(built: Path) -> None:
    before = fingerprint.touched(built)
    assert fingerprint.touched(built) == before
    seed = built / "seeds" / "figures.csv"
    text = seed.read_text()
    seed.write_text("a\n2\n")
    seed.write_text(text)
    assert fingerprint.touched(built) != before
