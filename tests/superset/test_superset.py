"""Apache Superset on the published file: all marts, a chart for each figure with its numbers, and no way to write."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from conftest import PROJECT, Warehouse, copy_warehouse
from server import USER, Superset, running

from atp_trade.outlets.superset import CHARTS, CONNECTION, DASHBOARD, SCHEMAS
from atp_trade.warehouse import relations

BUILT = "select cast(built_at_utc as varchar) as built_at_utc from meta.build"


@pytest.fixture(scope="module")
def placed(warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The published file below a path with spaces, a quote and letters beyond ASCII."""
    return copy_warehouse(warehouse, tmp_path_factory.mktemp("superset"))


@pytest.fixture(scope="module")
def superset(placed: Warehouse) -> Iterator[Superset]:
    """A Superset that has imported what `atp superset` writes."""
    outcome = placed.run("atp", "superset")
    assert outcome.stdout == f"wrote {placed.project / 'build' / 'atp_trade_superset.zip'}\n"
    with running() as server:
        server.import_bundle(placed.project / "build" / "atp_trade_superset.zip")
        yield server


def names(superset: Superset) -> dict[str, list[str]]:
    """What Superset has, by kind."""
    return {
        "database": sorted(database["database_name"] for database in superset.all("database")),
        "dataset": sorted(f"{dataset['schema']}.{dataset['table_name']}" for dataset in superset.all("dataset")),
        "chart": sorted(chart["slice_name"] for chart in superset.all("chart")),
        "dashboard": sorted(dashboard["dashboard_title"] for dashboard in superset.all("dashboard")),
    }


def test_marts_and_pages_are_datasets_with_descriptions(superset: Superset, placed: Warehouse) -> None:
    with duckdb.connect(str(placed.database), read_only=True) as connection:
        expected = relations(connection, *SCHEMAS)
    assert names(superset)["dataset"] == sorted(f"{relation.schema}.{relation.name}" for relation in expected)
    ids = {(dataset["schema"], dataset["table_name"]): dataset["id"] for dataset in superset.all("dataset")}
    for relation in expected:
        dataset = superset.call("GET", f"dataset/{ids[relation.schema, relation.name]}")["result"]
        assert dataset["description"] == relation.comment
        assert {column["column_name"]: column["description"] for column in dataset["columns"]} == {
            column.name: column.comment for column in relation.columns
        }


@pytest.mark.parametrize(
    ("figure", "query"),
    [
        ("figure_1", "select * from printed.figure_1 order by data_year"),
        ("figure_2", "select technology_name, y2004, y2005, y2006 from printed.figure_2 order by page_row"),
        *(
            (
                figure,
                f"""
                select technology_name, name_1, share_1_pct, name_2, share_2_pct, name_3, share_3_pct
                from printed.{figure} order by figure_row
                """,
            )
            for figure in ("figure_3", "figure_4")
        ),
    ],
)
def test_a_chart_has_the_numbers_of_its_figure(superset: Superset, placed: Warehouse, figure: str, query: str) -> None:
    # Superset answers in JSON with floats; a printed number is the float nearest to it on both sides.
    expected = [
        tuple(cell if isinstance(cell, str | None) else float(cell) for cell in row) for row in placed.query(query)
    ]
    assert superset.figure(figure) == expected


def test_the_dashboard_shows_the_four_figures(superset: Superset) -> None:
    charts = superset.call("GET", "dashboard/atp-trade/charts")["result"]
    assert sorted(chart["slice_name"] for chart in charts) == sorted(chart.title for chart in CHARTS)
    assert [chart.relation for chart in CHARTS] == ["figure_1", "figure_2", "figure_3", "figure_4"]


def test_every_dataset_can_be_asked(superset: Superset, placed: Warehouse) -> None:
    for dataset in superset.all("dataset"):
        content = {
            "datasource": {"id": dataset["id"], "type": "table"},
            "queries": [{"columns": [], "metrics": ["count"]}],
        }
        (result,) = superset.call("POST", "chart/data", json=content)["result"]
        ((rows,),) = placed.query(f"select count(*) from {dataset['schema']}.{dataset['table_name']}")
        assert result["data"] == [{"count": rows}]


def test_the_documented_commands_import_the_same_and_leave_one_copy(superset: Superset, placed: Warehouse) -> None:
    before = names(superset)
    assert before["database"] == [CONNECTION]
    assert before["dashboard"] == [DASHBOARD]
    page = (PROJECT / "docs" / "connect.md").read_text()
    section = page.split("## Apache Superset")[1].split("\n## ")[0]
    commands = section.split("```sh\n")[1].split("```")[0]
    path = f"{Path(sys.executable).parent}:{superset.environment['PATH']}"
    outcome = subprocess.run(
        ["sh", "-ec", commands],
        cwd=placed.project,
        env={**superset.environment, "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stdout
    assert commands.count(f"--username {USER}") == 2
    assert names(superset) == before


def test_nothing_can_be_written_even_where_superset_would_let_one(superset: Superset, placed: Warehouse) -> None:
    before = placed.database.read_bytes()
    (database,) = superset.all("database")
    superset.call("PUT", f"database/{database['id']}", json={"allow_dml": True})
    with pytest.raises(AssertionError, match="read-only mode"):
        superset.ask("delete from marts.trade_totals")
    superset.call("PUT", f"database/{database['id']}", json={"allow_dml": False})
    with pytest.raises(AssertionError, match="DML"):
        superset.ask("delete from marts.trade_totals")
    assert placed.database.read_bytes() == before


def test_a_build_does_not_disturb_and_is_seen_at_once(superset: Superset, placed: Warehouse) -> None:
    before, figure = superset.ask(BUILT), superset.figure("figure_1")
    assert before == placed.query(BUILT)
    build = placed.start("atp", "build")
    seen = []
    while build.poll() is None:
        seen += superset.ask(BUILT)
        assert superset.figure("figure_1") == figure
    assert build.returncode == 0, build.stdout.read()
    after = placed.query(BUILT)
    assert superset.ask(BUILT) == after != before
    assert superset.figure("figure_1") == figure
    assert set(before) <= set(seen) <= {*before, *after}
