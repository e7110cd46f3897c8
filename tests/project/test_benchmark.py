"""The benchmark's two ways to the warehouse make the same, it notices if not, and its page shows what it measures."""

import importlib.util
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import pytest
from conftest import PROJECT, Warehouse

SCRIPT = PROJECT / "benchmarks" / "build.py"
PAGE = PROJECT / "docs" / "benchmarks.md"
# A model that no test of dbt looks at: one that is changed gets as far as the comparison.
MODEL = "model.atp_trade.time_spine_daily"
RELATION = "metrics.time_spine_daily"


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    specification = importlib.util.spec_from_file_location("benchmark", SCRIPT)
    module = importlib.util.module_from_spec(specification)
    with pytest.MonkeyPatch.context() as patch:
        # As if it was run: it finds the modules beside it.
        patch.syspath_prepend(SCRIPT.parent)
        specification.loader.exec_module(module)
    return module


# The fixture has built the project, so that the script has only to look at it.
@pytest.mark.usefixtures("warehouse")
def test_plain_duckdb_makes_what_is_published() -> None:
    outcome = run("--short")
    assert outcome.returncode == 0, outcome.stderr
    assert re.fullmatch(r"plain DuckDB makes what atp build published, in [\d.]+ s .*\n", outcome.stdout)


def test_the_benchmark_fails_if_plain_duckdb_makes_something_else(
    benchmark: ModuleType, warehouse: Warehouse, tmp_path: Path
) -> None:
    built = benchmark.Copy(tmp_path)
    built.target.mkdir(parents=True)
    shutil.copy(warehouse.database, built.database)
    (tmp_path / "seeds").symlink_to(warehouse.project / "seeds")
    manifest = json.loads((warehouse.target / "manifest.json").read_text())
    manifest["nodes"][MODEL]["compiled_code"] += "\nlimit 6"
    (built.target / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(SystemExit, match=f"^the plain script and the warehouse differ: {RELATION} has "):
        benchmark.compare_with_plain(built)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--rounds", "0"], "--rounds 0 measures nothing: give 1 or more"),
        (["--rounds", "many"], "argument --rounds: invalid int value: 'many'"),
        (["--short", "--write"], "--short has no rounds and nothing to write: leave out --rounds and --write"),
        (["--short", "--rounds", "1"], "--short has no rounds and nothing to write: leave out --rounds and --write"),
    ],
)
def test_a_bad_argument_gets_a_sentence(arguments: list[str], sentence: str) -> None:
    outcome = run(*arguments)
    assert (outcome.returncode, outcome.stdout, outcome.stderr) == (2, "", f"build.py: {sentence}\n")


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, SCRIPT, *arguments], capture_output=True, text=True, check=False)


def made_up(benchmark: ModuleType) -> Any:
    """Two rounds in which each step takes twice as long as the one before, and twice that on the clock."""
    return benchmark.Measured(
        {
            step.name: [benchmark.Seconds(factor * 2**place, 2 * factor * 2**place) for factor in (1, 3)]
            for place, step in enumerate(benchmark.STEPS)
        }
    )


def test_a_step_is_divided_by_its_base_in_the_same_round(benchmark: ModuleType) -> None:
    measured = made_up(benchmark)
    rows = {name: rest for name, _, *rest in benchmark.step_rows(measured)}
    assert rows["full build, warm"] == ["4.00", "2.00 to 6.00", "8.00", "0.12", "plain DuckDB"]
    assert rows["plain DuckDB"] == ["32.0", "16.0 to 48.0", "64.0", "1", "plain DuckDB"]
    assert [row[1:] for row in benchmark.goal_rows(measured)] == [
        ("4.00", "4.00 to 4.00", "4.00", "no"),
        ("0.12", "0.12 to 0.12", "0.12", "yes"),
        ("0.50", "0.50 to 0.50", "0.50", "yes"),
    ]


def test_the_report_fits_a_terminal(benchmark: ModuleType) -> None:
    lines = benchmark.report(made_up(benchmark)).splitlines()
    assert all(len(line) <= 80 for line in lines)
    for step in benchmark.STEPS:
        assert any(line.startswith(step.name) and line.endswith(step.base) for line in lines)
    for goal in benchmark.GOALS:
        assert any(line.startswith(goal.sentence) for line in lines)


def test_the_page_has_the_steps_and_goals_of_the_benchmark(benchmark: ModuleType) -> None:
    page = PAGE.read_text()
    written = benchmark.NUMBERS.put(page, benchmark.page_numbers(made_up(benchmark)))
    assert without_numbers(written) == without_numbers(page)
    with pytest.raises(SystemExit, match="restore it"):
        benchmark.NUMBERS.put(page.replace("<!-- The end of the numbers -->", ""), "")


def without_numbers(page: str) -> str:
    """A page without what differs from run to run: date, machine, times, ratios, and whether a goal is met."""
    page = re.sub(r"^\d{4}-\d\d-\d\d: medians of \d+ rounds on .*\.$", "DATE", page, flags=re.MULTILINE)
    return re.sub(r"(?<=\| )(yes|no|[\d.]+( %)?( to [\d.]+( %)?)?)(?= \|)", "FOUND", page)


def changed(benchmark: ModuleType, warehouse: Warehouse, folder: Path, sql: str, *without: str) -> list[str]:
    """What the benchmark says of the warehouse and a copy with a change."""
    other = folder / "a copy's file.duckdb"
    other.write_bytes(warehouse.database.read_bytes())
    with duckdb.connect(str(other)) as connection:
        connection.execute(sql or "select 1")
    return benchmark.differences(warehouse.database, other, without)


# A change of one kind each, and what is said of it; a look at all relations tells them apart.
CHANGES = {
    "drop table metrics.time_spine_daily": "metrics.time_spine_daily is in one of them only",
    "create table marts.more as select 1 as one": "marts.more is in one of them only",
    "update page.concentration set lowest_hhi = lowest_hhi + 1e-9 where data_year = 2003": (
        "page.concentration has 8 row(s) that the other lacks"
    ),
    "insert into staging.stg_nsf07329__cells from staging.stg_nsf07329__cells limit 1": (
        "staging.stg_nsf07329__cells has 1 row(s) that the other lacks"
    ),
    "alter table seeds.regions alter column report_order type bigint": (
        "seeds.regions has other columns: ['report_order BIGINT', 'report_order INTEGER']"
    ),
    "alter table seeds.technologies rename column technology_name to name": (
        "seeds.technologies has other columns: ['name VARCHAR', 'technology_name VARCHAR']"
    ),
}


@pytest.mark.parametrize("changes", [{}, CHANGES], ids=["nothing", "everything"])
def test_the_benchmark_sees_that_its_two_ways_part(
    benchmark: ModuleType, warehouse: Warehouse, tmp_path: Path, changes: dict[str, str]
) -> None:
    assert changed(benchmark, warehouse, tmp_path, ";".join(changes)) == sorted(changes.values())


@pytest.mark.parametrize(
    ("without", "sentences"),
    [((), ["meta.tests is in one of them only"]), (("meta",), []), (("marts",), ["meta.tests is in one of them only"])],
)
def test_only_what_is_named_is_left_out(
    benchmark: ModuleType, warehouse: Warehouse, tmp_path: Path, without: tuple[str, ...], sentences: list[str]
) -> None:
    assert changed(benchmark, warehouse, tmp_path, "drop table meta.tests", *without) == sentences
