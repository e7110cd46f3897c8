"""What a build does around dbt: the folder that it works in, the name and the rights of what it publishes."""

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from stand_in import STATUSES, content, dbt, make, node, project, write_records

from atp_trade import AtpError
from atp_trade import build as build_module
from atp_trade.build import build
from atp_trade.dbt import left_out, read_results
from atp_trade.publish import OWN_TABLE, publish, published_file
from atp_trade.warehouse import RESERVED_NAMES

NOBODY = 65534
# What a build leaves in its folder.
LEFT = {"lock", "target", "logs", "published.json"}


def everything(folder: Path) -> dict[str, bytes | str | None]:
    """What is below a folder: bytes of files, targets of links, None for the rest."""
    return {
        str(path.relative_to(folder)): str(path.readlink())
        if path.is_symlink()
        else (path.read_bytes() if path.is_file() else None)
        for path in folder.rglob("*")
    }


def test_a_build_publishes_and_leaves_its_logs_in_the_hidden_folder(project: Path, dbt: list[Path]) -> None:
    published = project / "atp_trade.duckdb"
    for _ in range(2):
        assert build(force=True) == f"published {published}"
        assert content(published) == "new"
        folder = project / ".atp_trade.duckdb.build"
        assert dbt[-1] == folder / "atp_trade.duckdb"
        assert {path.name for path in folder.iterdir()} == LEFT
        assert (stat.S_IMODE(folder.stat().st_mode), (folder / "logs" / "dbt.log").read_text()) == (0o700, "log")


# Where a link may be, and what it leads to.
LINKS = [
    ("", "theirs"),
    ("", "."),
    ("", "nothing"),
    ("lock", "theirs/file"),
    ("lock", "nothing"),
    ("target", "theirs"),
    ("target/run_results.json", "theirs/file"),
    ("target/compiled/models", "theirs"),
    ("logs", "theirs"),
    ("logs/dbt.log", "theirs/file"),
    ("logs/dbt.log", "nothing"),
    ("atp_trade.duckdb", "theirs/file"),
    ("atp_trade.duckdb", "atp_trade.duckdb"),
    ("atp_trade.duckdb.wal", "theirs/file"),
    ("atp_trade.duckdb.wal.checkpoint", "nothing"),
    ("atp_trade.duckdb.tmp", "theirs"),
]


@pytest.mark.parametrize(("name", "target"), LINKS)
def test_a_link_where_a_build_writes_and_removes_is_refused(
    project: Path, dbt: list[Path], name: str, target: str
) -> None:
    (project / "theirs").mkdir()
    for precious in ("file", "atp_trade.duckdb", "lock"):
        (project / "theirs" / precious).write_text("precious")
    link = project / ".atp_trade.duckdb.build" / name
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(project / target)
    before = everything(project)
    with pytest.raises(AtpError) as refused:
        build()
    assert str(refused.value) == (
        f"cannot build in {link}: it is a link, another user's, or not what a build makes: move it away"
    )
    after = everything(project)
    assert (before, dbt) == ({name: after[name] for name in before}, [])
    assert {*after} - {*before} <= {".atp_trade.duckdb.build/lock"}


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("", lambda path: path.write_text("precious")),
        ("", os.mkfifo),
        ("lock", Path.mkdir),
        ("lock", os.mkfifo),
        ("logs/dbt.log", os.mkfifo),
    ],
)
def test_what_no_build_makes_is_refused_in_its_folder(
    project: Path, dbt: list[Path], name: str, place: Callable[[Path], Any]
) -> None:
    path = project / ".atp_trade.duckdb.build" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    place(path)
    with pytest.raises(AtpError, match="not what a build makes: move it away"):
        build()
    assert (dbt, content(project / "atp_trade.duckdb")) == ([], "old")


@pytest.mark.skipif(os.geteuid() != 0, reason="needs the superuser, to give something away")
@pytest.mark.parametrize("name", ["", "lock", "target", "target/run_results.json"])
def test_another_users_folder_or_file_is_refused(project: Path, dbt: list[Path], name: str) -> None:
    build()
    os.chown(project / ".atp_trade.duckdb.build" / name, NOBODY, -1)
    with pytest.raises(AtpError, match="another user's, or not what a build makes: move it away"):
        build()
    assert len(dbt) == 1


@pytest.mark.parametrize("log", ["wal", "wal.checkpoint", "wal.recovery"])
def test_no_log_of_a_dead_writer_is_left_beside_the_published_file(project: Path, dbt: list[Path], log: str) -> None:
    for folder in (project, project / ".atp_trade.duckdb.build"):
        folder.mkdir(exist_ok=True)
    beside = project / f"atp_trade.duckdb.{log}"
    with duckdb.connect(str(project / "atp_trade.duckdb")) as connection:
        connection.execute("checkpoint")
    beside.touch()
    (project / ".atp_trade.duckdb.build" / beside.name).touch()
    build()
    assert not beside.exists() and {path.name for path in dbt[0].parent.iterdir()} == {
        "lock",
        "target",
        "logs",
        "published.json",
    }


# A group that a file may be given to here: any for the superuser, else one more that the user is in.
OTHER_GROUP = 33 if os.geteuid() == 0 else next((group for group in os.getgroups() if group != os.getegid()), None)


@pytest.mark.skipif(OTHER_GROUP is None, reason="this user is in no second group")
@pytest.mark.parametrize("mode", [0o640, 0o444, 0o664])
def test_the_published_file_keeps_its_group_and_mode(project: Path, dbt: list[Path], mode: int) -> None:
    published = project / "atp_trade.duckdb"
    os.chown(published, -1, OTHER_GROUP)
    published.chmod(mode)
    build()
    found = published.stat()
    assert (found.st_gid, stat.S_IMODE(found.st_mode), content(published)) == (OTHER_GROUP, mode, "new")
    assert len(dbt) == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="needs the superuser, to build for somebody else")
def test_the_published_file_stays_its_owners(project: Path, dbt: list[Path]) -> None:
    os.chown(project / "atp_trade.duckdb", NOBODY, 33)
    build()
    found = (project / "atp_trade.duckdb").stat()
    assert (found.st_uid, found.st_gid, len(dbt)) == (NOBODY, 33, 1)


@pytest.mark.parametrize("right", ["owner", "group", "mode"])
def test_rights_that_cannot_be_kept_are_refused_before_dbt_begins(
    project: Path, dbt: list[Path], monkeypatch: pytest.MonkeyPatch, right: str
) -> None:
    """As for a user who is not the owner, is not in the group, or works on a disk that knows no modes."""
    published = project / "atp_trade.duckdb"
    if right == "mode":
        published.chmod(0o640)
        monkeypatch.setattr(Path, "chmod", lambda *_: None)
    else:
        if os.geteuid() != 0:
            pytest.skip("needs the superuser, to give the file away")
        os.chown(published, *((NOBODY, -1) if right == "owner" else (-1, NOBODY)))

        def chown(*_: Any) -> None:
            raise PermissionError(1, "Operation not permitted")

        monkeypatch.setattr(os, "chown", chown)
    before = published.read_bytes()
    with pytest.raises(AtpError, match=f"cannot replace {published} and keep its owner, group and mode .*: do it as"):
        build()
    assert (dbt, published.read_bytes()) == ([], before)
    assert [path.name for path in (project / ".atp_trade.duckdb.build").iterdir()] == ["lock"]


def test_rights_that_are_lost_while_dbt_runs_are_refused_before_the_rename(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published, side_file = project / "atp_trade.duckdb", tmp_path / "atp_trade.duckdb"
    make(side_file, "new")
    published.chmod(0o640)
    before = published.read_bytes()
    monkeypatch.setattr(Path, "chmod", lambda *_: None)
    with pytest.raises(AtpError, match="and keep its owner, group and mode"):
        publish(side_file, published)
    assert published.read_bytes() == before


HIDING = [
    *(f"{name}.duckdb" for name in RESERVED_NAMES),
    *("marts.v2.duckdb", "printed.2026-11.duckdb", "AUDIT.duckdb", "Main.db", "meta", ".marts.duckdb", "..seeds.x"),
]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        *((name, "and not main, system, temp") for name in HIDING),
        *((name, "with no space at an end") for name in (" x.duckdb", "x .duckdb", "...x ", "....", " ")),
        *((name, "name the file with letters, digits") for name in ("it's.duckdb", "a;b.db", "a#b", "a?b", "a\nb")),
        ("x" * 201, "name the file with at most 200 bytes"),
        ("ö" * 101, "name the file with at most 200 bytes"),
        ("C#/x.duckdb", "name a folder without '#'"),
        ("what?/x.duckdb", r"name a folder without '\?'"),
        ("md:a/x.duckdb", "name a folder without 'md:'"),
    ],
)
def test_a_name_under_which_nothing_can_be_built_is_refused_before_anything_is_done(
    project: Path, dbt: list[Path], monkeypatch: pytest.MonkeyPatch, name: str, sentence: str
) -> None:
    path = project / name
    path.parent.mkdir(exist_ok=True)
    monkeypatch.setenv("ATP_TRADE_DB", str(path))
    before = everything(project)
    with pytest.raises(AtpError, match=sentence) as refused:
        build()
    assert str(refused.value).startswith(f"cannot publish to {path}: ")
    assert (dbt, everything(project)) == ([], before)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "x.duckdb",
            ".duckdb",
            "..x",
            "x",
            "a b.duckdb",
            "select.duckdb",
            "2026.duckdb",
            "9-x.v1.duckdb",
            "-x.duckdb",
        ),
        *("Größe.duckdb", "memory.duckdb", "x.marts.duckdb", "martsx.duckdb", "a;b/x.duckdb", " a /x"),
        "x" * 200,
    ],
)
def test_a_name_of_any_other_kind_is_published_and_read(
    project: Path, dbt: list[Path], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    path = project / name
    path.parent.mkdir(exist_ok=True)
    monkeypatch.setenv("ATP_TRADE_DB", str(path))
    assert build() == f"published {published_file(project)}" == f"published {path}"
    assert content(path) == "new"
    # As DuckDB and dbt call it, so that dbt's own SQL finds it.
    with duckdb.connect(str(path), read_only=True) as connection:
        assert connection.sql(f"from {OWN_TABLE}").fetchall() == [("new",)]


def test_a_project_may_be_in_a_folder_whose_name_dbt_would_misread(
    tmp_path: Path, dbt: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What dbt is given is the path from the project on."""
    project = tmp_path / "md:C# 1"
    project.mkdir()
    (project / "dbt_project.yml").touch()
    monkeypatch.chdir(project)
    assert build() == f"published {project / 'atp_trade.duckdb'}"
    assert len(dbt) == 1


def test_a_project_in_a_folder_whose_name_duckdb_misreads_is_refused(
    tmp_path: Path, dbt: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """DuckDB takes what follows a question mark for settings, and would look for its log elsewhere."""
    project = tmp_path / "what?"
    project.mkdir()
    (project / "dbt_project.yml").touch()
    monkeypatch.chdir(project)
    with pytest.raises(AtpError, match=r"name a folder without '\?' in ATP_TRADE_DB"):
        build()
    assert dbt == []


@pytest.mark.parametrize("name", STATUSES)
@pytest.mark.parametrize("status", [None, "skipped", "warn", "error", "no-op"])
def test_what_dbt_left_out_or_did_not_pass_is_not_published_though_dbt_is_green(
    project: Path, dbt: list[Path], monkeypatch: pytest.MonkeyPatch, name: str, status: str | None
) -> None:
    green = build_module.run_dbt

    def run_dbt(*arguments: Any) -> tuple:
        outcome = green(*arguments)
        statuses = {**STATUSES, name: status}
        write_records(arguments[3], {node: each for node, each in statuses.items() if each is not None})
        return outcome

    monkeypatch.setattr(build_module, "run_dbt", run_dbt)
    with pytest.raises(AtpError) as refused:
        build()
    assert str(refused.value) == (
        f"{project / 'atp_trade.duckdb'} is as it was: 1 of 4 seeds, models and tests did not run and pass, such as "
        f"{node(name)['name']}: remove what leaves them out (a default in selectors.yml, a variable in .env, a "
        "flag, a setting), and build again"
    )
    assert (content(project / "atp_trade.duckdb"), len(dbt)) == ("old", 1)


@pytest.mark.parametrize(
    ("disabled", "missing"),
    [
        (("test.atp.totals_add_up.0",), "totals_add_up"),
        (("unit_test.atp.totals.a_year_without_trade",), "a_year_without_trade"),
        # A model that is not there has no tests.
        (("model.atp.totals", "test.atp.totals_add_up.0", "unit_test.atp.totals.a_year_without_trade"), None),
    ],
)
def test_a_test_that_is_disabled_counts_as_long_as_there_is_something_to_test(
    tmp_path: Path, disabled: tuple[str, ...], missing: str | None
) -> None:
    write_records(tmp_path, {name: status for name, status in STATUSES.items() if name not in disabled}, disabled)
    sentence = left_out(tmp_path, read_results(tmp_path))
    if missing is None:
        assert sentence is None
    else:
        assert f"1 of 4 seeds, models and tests did not run and pass, such as {missing}: " in sentence


def test_a_record_of_an_earlier_run_proves_nothing(
    project: Path, dbt: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    build()
    monkeypatch.setattr(build_module, "run_dbt", lambda *_: (0, []))
    with pytest.raises(FileNotFoundError, match=r"run_results\.json"):
        build(force=True)
    assert len(dbt) == 1
