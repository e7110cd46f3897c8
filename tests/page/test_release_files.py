"""`make release-files` writes what a release has, from a commit with the tag of its version."""

import hashlib
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import duckdb
import pytest
from conftest import PROJECT, Warehouse

from atp_trade.fingerprint import git

VERSION = re.search(r'^version = "(.+)"$', (PROJECT / "pyproject.toml").read_text(), re.MULTILINE)[1]
NAMED = f"atp_trade-{VERSION}"
FORMATS = {"parquet": ".parquet", "csv": ".csv", "xlsx": ".xlsx"}
WHO = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.org", "-c", "core.hooksPath=/dev/null"]


@pytest.fixture(scope="module")
def released(warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a release of a copy of the project."""
    project = tmp_path_factory.mktemp("release") / "project"
    shutil.copytree(warehouse.project, project, ignore=shutil.ignore_patterns("site"))
    for name in ("scripts/release_files.py", "pyproject.toml", "CITATION.cff", ".gitignore"):
        (project / name).parent.mkdir(exist_ok=True)
        shutil.copy(PROJECT / name, project / name)
    (project / "CHANGELOG.md").write_text(f"# Changelog\n\n## {VERSION}\n\n- Something.\n")
    for arguments in (
        ["init", "--quiet"],
        ["add", "--all"],
        ["commit", "--quiet", "-m", "All"],
        ["tag", f"v{VERSION}"],
    ):
        subprocess.run(["git", "-C", project, *WHO, *arguments], check=True)
    with duckdb.connect(str(project / warehouse.database.name)) as connection:
        commit = git(project, "rev-parse", "HEAD")
        connection.execute("update meta.build set git_commit = ?, has_uncommitted_changes = false", [commit])
    # What an older release left is replaced.
    (project / "build" / "release").mkdir(parents=True)
    (project / "build" / "release" / "atp_trade-0.0.1.duckdb").touch()
    outcome = subprocess.run(
        [sys.executable, project / "scripts" / "release_files.py"], text=True, capture_output=True, check=False
    )
    assert (outcome.returncode, outcome.stdout) == (0, f"wrote {project / 'build' / 'release'}\n"), outcome.stderr
    return project / "build" / "release"


def test_each_file_has_the_version_in_its_name(released: Path) -> None:
    names = {f"{NAMED}.duckdb", f"{NAMED}-page.zip", "SHA256SUMS", *(f"{NAMED}-{form}.zip" for form in FORMATS)}
    assert {path.name for path in released.iterdir()} == names


def test_the_checksums_are_those_of_all_files(released: Path) -> None:
    sums = dict(reversed(line.split("  ")) for line in (released / "SHA256SUMS").read_text().splitlines())
    assert sums == {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in released.iterdir()
        if path.name != "SHA256SUMS"
    }
    subprocess.run(["sha256sum", "--check", "--quiet", "--strict", "SHA256SUMS"], cwd=released, check=True)


def test_the_database_is_the_published_one(released: Path) -> None:
    project = released.parents[1]
    assert (released / f"{NAMED}.duckdb").read_bytes() == (project / "atp_trade.duckdb").read_bytes()


@pytest.mark.parametrize("form", FORMATS)
def test_an_export_has_every_mart(released: Path, warehouse: Warehouse, form: str) -> None:
    marts = {name for (name,) in warehouse.query("select table_name from duckdb_tables() where schema_name = 'marts'")}
    with zipfile.ZipFile(released / f"{NAMED}-{form}.zip") as packed:
        assert packed.testzip() is None
        names = {Path(name).name for name in packed.namelist()}
        assert {Path(name).parts[0] for name in packed.namelist()} == {f"{NAMED}-{form}"}
    assert "datapackage.json" in names
    if form == "xlsx":
        assert names == {"datapackage.json", "atp-trade.xlsx"}
    else:
        assert names == {"datapackage.json", *(f"{mart}{FORMATS[form]}" for mart in marts)}


def test_the_page_is_the_folder_that_can_be_published(released: Path) -> None:
    site = released.parents[1] / "site"
    with zipfile.ZipFile(released / f"{NAMED}-page.zip") as packed:
        found = {name.partition("/")[2]: packed.read(name) for name in packed.namelist()}
    assert found == {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()}
    assert {"index.html", "build.json"} <= {*found}
