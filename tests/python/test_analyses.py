"""Every worked question compiles, runs on the published file and answers with rows."""

import duckdb
import pytest
from conftest import PROJECT, Warehouse

ANALYSES = sorted(path.stem for path in (PROJECT / "analyses").glob("*.sql"))


@pytest.fixture(scope="module")
def compiled(warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    target = tmp_path_factory.mktemp("compiled")
    outcome = warehouse.run("dbt", "--quiet", "compile", "--select", "path:analyses", DBT_TARGET_PATH=str(target))
    assert outcome.returncode == 0, outcome.stdout
    return {path.stem: path.read_text() for path in target.glob("compiled/atp_trade/analyses/*.sql")}


def test_there_are_at_least_eight() -> None:
    assert len(ANALYSES) >= 8


@pytest.mark.parametrize("analysis", ANALYSES)
def test_an_analysis_answers(warehouse: Warehouse, compiled: dict[str, str], analysis: str) -> None:
    with duckdb.connect(str(warehouse.database), read_only=True) as connection:
        answer = connection.sql(compiled[analysis])
        assert answer.fetchall()
    opening = (PROJECT / "analyses" / f"{analysis}.sql").read_text().splitlines()[0]
    assert opening.startswith("-- ")
    assert opening.endswith("?")
