"""The build that the tests share is that of the files as they are, made once, and never a stale or damaged one."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import BUILT_FROM, PROJECT, key_of_build
from shared_build import digest, place


class Builder:
    """A project of one file, and how often it was built."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.builds = 0

    def get(self, key: str = "key", fails: bool = False) -> str:
        """What a pytest gets in a folder of its own."""
        folder = self.root / f"pytest {len(list(self.root.iterdir()))}"

        def make() -> None:
            self.builds += 1
            folder.mkdir()
            (folder / "database").write_text(f"build {self.builds}")
            assert not fails

        place(self.root / "kept", key, folder, make)
        return (folder / "database").read_text()


@pytest.fixture
def builder(tmp_path: Path) -> Builder:
    return Builder(tmp_path)


def test_a_build_is_made_once_and_each_gets_a_copy_of_its_own(builder: Builder, tmp_path: Path) -> None:
    assert [builder.get() for _ in range(3)] == ["build 1"] * 3
    for copy in tmp_path.glob("pytest */database"):
        copy.write_text("broken by a test")
    assert builder.get() == "build 1"


def test_another_key_is_another_build(builder: Builder) -> None:
    assert [builder.get(key) for key in ("one", "one", "two", "two", "one")] == [f"build {n}" for n in (1, 1, 2, 2, 3)]


@pytest.mark.parametrize(
    "damage",
    [
        lambda kept: (kept / "project" / "database").write_text("build 0"),
        lambda kept: (kept / "project" / "database").write_text(""),
        lambda kept: (kept / "project" / "database").unlink(),
        lambda kept: (kept / "project" / "more").write_text(""),
        lambda kept: shutil.rmtree(kept / "project"),
        lambda kept: (kept / "stamp").write_text(""),
        lambda kept: (kept / "stamp").unlink(),
    ],
    ids=["changed", "cut off", "a file missing", "a file more", "no build", "an empty stamp", "no stamp"],
)
def test_a_damaged_build_is_made_anew(builder: Builder, tmp_path: Path, damage) -> None:
    assert builder.get() == "build 1"
    damage(tmp_path / "kept")
    assert builder.get() == "build 2"
    assert builder.get() == "build 2"


def test_a_build_that_failed_is_not_kept(builder: Builder) -> None:
    assert builder.get("one") == "build 1"
    for key in ("one", "two"):
        with pytest.raises(AssertionError):
            builder.get("two", fails=True)
        assert not (builder.root / "kept" / "stamp").exists(), key
    assert builder.get("one") == "build 4"


def test_two_at_once_make_one_build(tmp_path: Path) -> None:
    code = f"""
import os, sys, time
from pathlib import Path
sys.path.insert(0, {str(PROJECT / "tests")!r})
from shared_build import place
root = Path({str(tmp_path)!r})
folder = root / str(os.getpid())
def make():
    with (root / "builds").open("a") as builds:
        builds.write("one\\n")
    folder.mkdir()
    (folder / "half").touch()
    time.sleep(0.3)
    (folder / "half").rename(folder / "whole")
place(root / "kept", "key", folder, make)
print([path.name for path in folder.iterdir()])
"""
    askers = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert [asker.communicate()[0] for asker in askers] == ["['whole']\n"] * 3
    assert (tmp_path / "builds").read_text() == "one\n"


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A copy of everything that a build is made of."""
    for name in BUILT_FROM:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if (PROJECT / name).is_dir():
            shutil.copytree(PROJECT / name, path)
        else:
            shutil.copy(PROJECT / name, path)
    return tmp_path


def test_whatever_a_build_is_made_of_changes_its_key(sources: Path) -> None:
    before = key_of_build(sources)
    assert key_of_build(PROJECT) == before
    for name in (
        "dbt_project.yml",
        ".env",
        "profiles/profiles.yml",
        "seeds/nsf07329/nsf07329_table_1.csv",
        "models/marts/trade_totals.sql",
        "macros/ratio.sql",
        "tests/dbt/generic/unique_key.sql",
        "src/atp_trade/build.py",
    ):
        content = (sources / name).read_bytes()
        (sources / name).write_bytes(content + b"\n")
        assert key_of_build(sources) != before, name
        (sources / name).write_bytes(content)
    assert key_of_build(sources) == before
    (sources / "models" / "new.sql").touch()
    assert key_of_build(sources) != before


def test_other_versions_change_the_key(sources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = key_of_build(sources)
    for package in ("duckdb", "dbt-core", "dbt-duckdb", "rich"):
        monkeypatch.setattr("shared_build.version", lambda name, other=package: "0" if name == other else "1")
        assert key_of_build(sources) != before
        before = key_of_build(sources)


def test_a_file_that_moves_or_lends_its_content_changes_a_digest(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("bc")
    before = digest(tmp_path, ["a"])
    (tmp_path / "a").rename(tmp_path / "ab")
    (tmp_path / "ab").write_text("c")
    assert digest(tmp_path, ["ab"]) != before
