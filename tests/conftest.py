"""What the tests share: the project, a build of it in a temporary folder, and copies that a test may break."""

import json
import os
import pty
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
import yaml
from history import write_goods, write_history, write_products
from surroundings import set_known_state

from atp_trade.dbt import left_out, read_results
from atp_trade.places import DATA, DATABASE, DBT_FOLDERS, folder_beside

PROJECT = Path(__file__).parents[1]
DBT_FILES = ("dbt_project.yml", ".env")
# A part of the project that stands by itself: these marts and what they are made from.
PART = ("marts.trade_by_partner", "marts.trade_totals", "marts.dim_source", "seeds.technologies")

# Of a mart, enough to tell its rows and their order.
KEPT_ROWS = 100
# Canada, Mexico, China, Japan, Germany, Ireland; Hong Kong, Vietnam and Greenland, which the report does not name.
LOADED_COUNTRIES = ["1220", "2010", "5700", "5880", "4280", "4190", "5820", "5520", "1010"]
# Puts a command under the permissions of files; the superuser may write anywhere unless this capability is taken away.
UNDER_PERMISSIONS = ["setpriv", "--bounding-set=-dac_override"] if os.geteuid() == 0 else []

set_known_state()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--kills", type=int, default=2, help="builds to kill at random moments")
    parser.addoption("--damages", type=int, default=8, help="blocks of a published file to damage")
    parser.addoption("--publishes", type=int, default=1, help="builds to publish under readers in a loop")
    parser.addoption("--whole-builds", action="store_true", help="kill and publish builds of all, not of a part")
    parser.addoption("--write-pages", action="store_true", help="write the pages that tests compare with the project")


@dataclass(frozen=True)
class Warehouse:
    """A project folder, and the database file that its build publishes."""

    project: Path
    database: Path

    @property
    def target(self) -> Path:
        """Where a build by `atp` leaves dbt's artefacts."""
        return folder_beside(self.database) / "target"

    def run(self, command: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command of this environment in the project's folder."""
        running = self.start(command, *arguments, **environment)
        output, _ = running.communicate()
        return subprocess.CompletedProcess(running.args, running.returncode, output)

    def start(self, command: str, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """Start a command of this environment in the project's folder; all it says is on its standard output."""
        return subprocess.Popen(
            [*self.program(command), *arguments],
            cwd=self.project,
            env={**os.environ, **environment},
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def program(self, command: str) -> list[str | Path]:
        """What to start for a command."""
        return [Path(sys.executable).with_name(command)]

    def environment(self) -> dict[str, str]:
        """The variables of a shell in which this environment is activated."""
        return {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}

    def query(self, sql: str) -> list[tuple]:
        """The rows of a query on the published file, as a reader gets them."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return connection.sql(sql).fetchall()


def copy_project(folder: Path, project: Path = PROJECT) -> Warehouse:
    """A copy of a project's dbt files in a new folder."""
    for name in (*DBT_FOLDERS, "profiles"):
        shutil.copytree(project / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in DBT_FILES:
        shutil.copy(project / name, folder / name)
    return Warehouse(folder, folder / DATABASE)


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The project, built, in a temporary folder; for reading.

    The build is a copy of the project's own, which is made first if it is not current.
    """
    project = Warehouse(PROJECT, PROJECT / DATABASE)
    if any((PROJECT / DATA).rglob("*.parquet")):
        # What somebody has loaded is no matter of the tests.
        project = copy_project(tmp_path_factory.mktemp("shipped") / "project")
    outcome = project.run("atp", "build")
    # The published file outlives a red build and one that was stopped, but their artefacts are not those of the file.
    has_results = (project.target / "run_results.json").exists()
    if outcome.returncode == 0 and (not has_results or left_out(project.target, read_results(project.target))):
        outcome = project.run("atp", "build", "--force")
    assert outcome.returncode == 0, outcome.stdout
    built = copy_project(tmp_path_factory.mktemp("built") / "project")
    shutil.copy2(project.database, built.database)
    shutil.copytree(project.target, built.target)
    return built


def with_history(copy: Warehouse) -> Warehouse:
    """A copied project with a made-up history in its raw store, which lacks a flow of a month in 2012.

    It has product trade of the same months, and lists.
    """
    write_history(copy.project, "2010-01", "2013-02", LOADED_COUNTRIES)
    shutil.rmtree(copy.project / "data" / "census_hitech" / "exports" / "2012-05")
    write_products(copy.project)
    write_goods(copy.project, {2024: 12, 2025: 3}, LOADED_COUNTRIES)
    return copy


@pytest.fixture(scope="session")
def loaded_warehouse(warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The project with a made-up history in its raw store, built; for reading. Both sources end in an open year."""
    loaded = with_history(without_unit_tests(copy_warehouse(warehouse, tmp_path_factory.mktemp("loaded"))))
    outcome = loaded.run("atp", "build")
    assert outcome.returncode == 0, outcome.stdout
    return loaded


def copy_warehouse(warehouse: Warehouse, folder: Path) -> Warehouse:
    """A copy of a built project below a folder, with that build already published and dbt's parse cache in place."""
    copied = copy_project(folder / "a copy's folder, Größe 1", warehouse.project)
    shutil.copy(warehouse.database, copied.database)
    copied.target.mkdir(parents=True)
    shutil.copy(warehouse.target / "partial_parse.msgpack", copied.target)
    return copied


@pytest.fixture(scope="session")
def short(warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published file with few rows of the long marts, for what reads all of them dozens of times."""
    folder = tmp_path_factory.mktemp("short")
    shutil.copy(warehouse.database, folder / "whole.duckdb")
    with duckdb.connect() as connection:
        connection.execute(f"attach '{folder / 'whole.duckdb'}' as whole")
        # In blocks as small as those of the file itself: profiles/profiles.yml.
        connection.execute(f"attach '{folder / 'short.duckdb'}' as short (block_size 16384, storage_version 'v1.2.0')")
        connection.execute("use whole")
        for (mart,) in connection.sql("select table_name from duckdb_tables() where schema_name = 'marts'").fetchall():
            if not mart.startswith("dim_"):
                connection.execute(f"delete from marts.{mart} where rowid >= {KEPT_ROWS}")
        connection.execute("copy from database whole to short")
    return folder / "short.duckdb"


@pytest.fixture
def copy(tmp_path: Path, warehouse: Warehouse) -> Warehouse:
    """A copy of the project to break."""
    return copy_warehouse(warehouse, tmp_path)


@pytest.fixture
def untried(copy: Warehouse) -> Warehouse:
    """A copy to break, without unit tests."""
    return without_unit_tests(copy)


def without_unit_tests(copy: Warehouse) -> Warehouse:
    """Leave out of a copy its unit tests, which look at no data and take a quarter of a build."""
    for file in (copy.project / "models").rglob("*__unit_tests.yml"):
        file.unlink()
    return copy


@pytest.fixture
def unbuilt(tmp_path: Path, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    """A copy of the project in the working folder that dbt has read, but not built."""
    copied = copy_warehouse(warehouse, tmp_path)
    monkeypatch.chdir(copied.project)
    copied.target.rename("target")
    # What dbt has read counts for the database's name of then alone.
    return Warehouse(copied.project, Path(os.path.relpath(copied.target.parent / DATABASE, copied.project)))


def cut_down(copy: Warehouse, manifest: dict) -> None:
    """Leave of a copied project the models of PART, what they are made from, and the tests of their keys.

    It builds in a third of the time. That its settings name what is gone is no error in it.
    """
    nodes = manifest["nodes"]
    kept = {name for name, node in nodes.items() if f"{node['schema']}.{node['name']}" in PART}
    above = set(kept)
    while above:
        kept |= above
        above = {parent for name in above for parent in nodes[name]["depends_on"].get("nodes", [])} - kept
        above &= nodes.keys()
    names = {nodes[name]["name"] for name in kept}
    for analysis in (copy.project / "analyses").rglob("*.sql"):
        analysis.unlink()
    for folder in ("models", "seeds"):
        for file in (copy.project / folder).rglob("*.*"):
            if file.suffix == ".yml":
                file.write_text(
                    yaml.safe_dump(described_alone(yaml.safe_load(file.read_text()), names), sort_keys=False)
                )
            elif file.suffix != ".md" and file.stem not in names:
                file.unlink()
    for file in (copy.project / "tests" / "dbt").rglob("*.sql"):
        if file.parent.name != "generic":
            file.unlink()
    settings = copy.project / "dbt_project.yml"
    settings.write_text(settings.read_text().replace("error: all", "error: []"))


def described_alone(described: dict, names: set[str]) -> dict:
    """Of a file of descriptions, those of some models and seeds, without what may need another one."""
    left = {"version": 2} | ({"sources": described["sources"]} if "sources" in described else {})
    for kind in ("models", "seeds"):
        if of_names := [entry for entry in described.get(kind, []) if entry["name"] in names]:
            left[kind] = of_names
        for entry in (part for model in of_names for part in (model, *model.get("columns", []))):
            entry["data_tests"] = [test for test in entry.get("data_tests", []) if "unique_key" in test]
            entry.pop("constraints", None)
            entry.pop("semantic_model", None)
    return left


@pytest.fixture(scope="session")
def built_part(warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A part of the project that stands by itself, built; for reading."""
    part = copy_warehouse(warehouse, tmp_path_factory.mktemp("part"))
    cut_down(part, json.loads((warehouse.target / "manifest.json").read_text()))
    outcome = part.run("atp", "build")
    assert outcome.returncode == 0, outcome.stdout
    return part


@pytest.fixture
def small(tmp_path: Path, request: pytest.FixtureRequest) -> Warehouse:
    """A copy whose builds are quick, for what does not depend on what is built: locks, kills, publishing."""
    whole = request.config.getoption("--whole-builds")
    return copy_warehouse(request.getfixturevalue("warehouse" if whole else "built_part"), tmp_path)


def on_a_terminal(
    command: Sequence[str | Path], environment: dict[str, str], folder: Path = PROJECT, *, errors: bool = False
) -> str:
    """What a command that ends well writes on a terminal, with what it says on standard error if asked."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=theirs, stderr=theirs if errors else None
    ) as running:
        os.close(theirs)
        shown = b""
        try:
            while chunk := os.read(ours, 65536):
                shown += chunk
        except OSError:
            # The other end is closed: all is read.
            pass
        os.close(ours)
    assert running.returncode == 0
    return shown.decode().replace("\r\n", "\n")


@contextmanager
def mounted_disk(folder: Path, size: str) -> Iterator[Path]:
    """A file system of memory, where this machine lets a user mount one."""
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("this machine does not let a user mount a file system")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 8 MB."""
    with mounted_disk(tmp_path / "small disk", "8m") as folder:
        yield folder
