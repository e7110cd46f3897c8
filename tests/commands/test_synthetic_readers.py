"""Whatever reads a file with made-up trade says so; what is for data alone refuses it."""

import json
import os
import shutil
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest
from conftest import on_a_terminal

from atp_trade import AtpError
from atp_trade.ask import ask
from atp_trade.describe import describe
from atp_trade.outlets.export import export
from atp_trade.outlets.superset import CHARTS, write_bundle
from atp_trade.pages import audit, dictionary
from atp_trade.places import SYNTHETIC_DATABASE
from atp_trade.sql import sql
from atp_trade.status import status

ATP = Path(sys.executable).with_name("atp")
PREFIX = "SYNTHETIC, made-up trade: "
SENTENCE = "SYNTHETIC: this file has made-up trade, and is no data of anybody."


@pytest.fixture
def data(short: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A published file of data, in a project to work in; every command reads it."""
    (tmp_path / "dbt_project.yml").touch()
    monkeypatch.chdir(tmp_path)
    return Path(shutil.copy(short, tmp_path / "atp_trade.duckdb"))


@pytest.fixture
def synthetic(data: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A published file that says it is synthetic, beside that of data; it is the one that is read."""
    made_up = Path(shutil.copy(data, data.with_name(SYNTHETIC_DATABASE)))
    with duckdb.connect(str(made_up)) as connection:
        connection.execute("update meta.build set is_synthetic = true")
    monkeypatch.setenv("ATP_TRADE_DATA", "synthetic")
    return made_up


def test_status_says_it_first(synthetic: Path) -> None:
    assert [*status()][:2] == [("data", SENTENCE), ("published", str(synthetic))]


def test_status_of_data_says_nothing_of_it(data: Path) -> None:
    assert ("published", str(data)) == next(status())
    assert "SYNTHETIC" not in str([*status()])


VERBS = {
    "sql": ["sql", "select 1 as one"],
    "sql on a mart": ["sql", "from marts.trade_totals"],
    "ask": ["ask"],
    "ask a question": ["ask", "concentration"],
    "describe": ["describe"],
    "describe a relation": ["describe", "marts.trade_totals"],
}


@pytest.mark.parametrize("verb", VERBS)
def test_an_answer_on_a_terminal_ends_with_it(synthetic: Path, verb: str) -> None:
    def shown(database: Path) -> list[str]:
        environment = {**os.environ, "ATP_TRADE_DB": str(database)}
        return on_a_terminal([ATP, *VERBS[verb]], environment, synthetic.parent, errors=True).splitlines()

    lines = shown(synthetic)
    assert lines[-1] == SENTENCE
    assert lines[:-1] == shown(synthetic.with_name("atp_trade.duckdb"))


def test_a_pipe_gets_rows_and_nothing_else(synthetic: Path, capfd: pytest.CaptureFixture[str]) -> None:
    sql("select 1 as one", "csv")
    ask(None, as_sql=False, form="table")
    describe("marts.trade_totals")
    assert "SYNTHETIC" not in "".join(capfd.readouterr())


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_an_export_says_it_where_it_says_what_it_is(synthetic: Path, form: str) -> None:
    export(form, Path("out"))
    package = json.loads(Path("out", "datapackage.json").read_text())
    assert package["title"].startswith(PREFIX) and package["description"].startswith(PREFIX)
    assert package["build"]["is_synthetic"] is True


def test_an_export_of_data_does_not(data: Path) -> None:
    export("csv", Path("out"))
    assert "SYNTHETIC" not in json.dumps(
        {**json.loads(Path("out", "datapackage.json").read_text()), "resources": [], "notes": []}
    )


def bundle(database: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, Any]]:
    """What Superset would import."""
    monkeypatch.setenv("ATP_TRADE_DB", str(database))
    path = write_bundle(Path(f"{database.stem}.zip"))
    with zipfile.ZipFile(path) as archive:
        return {name: json.loads(archive.read(name)) for name in archive.namelist()}


def test_superset_gets_titles_that_say_it_and_charts_of_their_own(
    synthetic: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_up, real = bundle(synthetic, monkeypatch), bundle(data, monkeypatch)
    assert made_up.keys() == real.keys()
    titles = [
        file[name]
        for file in made_up.values()
        for name in ("database_name", "slice_name", "dashboard_title")
        if name in file
    ]
    assert len(titles) == len(CHARTS) + 2 and all(title.startswith(PREFIX) for title in titles)
    dashboard, other = (files["atp_trade/dashboards/atp_trade.yaml"] for files in (made_up, real))
    assert (dashboard["slug"], other["slug"]) == ("atp-trade-synthetic", "atp-trade")
    position = dashboard["position"]
    assert position["HEADER_ID"]["meta"]["text"] == dashboard["dashboard_title"]
    # Superset finds a chart of the dashboard, and its dataset and database, by their ids.
    charts = {file["uuid"]: file for name, file in made_up.items() if "/charts/" in name}
    datasets = {file["uuid"]: file for name, file in made_up.items() if "/datasets/" in name}
    (connection,) = (file for name, file in made_up.items() if "/databases/" in name)
    placed = [place["meta"] for key, place in position.items() if key.startswith("CHART-")]
    assert {meta["uuid"] for meta in placed} == {*charts} and len(charts) == len(CHARTS)
    assert all(charts[meta["uuid"]]["slice_name"] == meta["sliceName"] for meta in placed)
    assert {chart["dataset_uuid"] for chart in charts.values()} <= {*datasets}
    assert {dataset["database_uuid"] for dataset in datasets.values()} == {connection["uuid"]}
    # And none of these is an id of the charts of data, which a bundle would replace.
    ids = [{file["uuid"] for file in files.values() if "uuid" in file} for files in (made_up, real)]
    assert len(ids[0]) == len(ids[1]) and not ids[0] & ids[1]
    assert "SYNTHETIC" not in json.dumps([file for name, file in real.items() if "/datasets/" not in name])


@pytest.fixture
def postgres(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A stand-in for a PostgreSQL database with one schema, which has a comment, or none."""
    module = pytest.importorskip("atp_trade.outlets.mirror", reason="needs PostgreSQL's client")
    found = SimpleNamespace(comment=None, module=module)

    class Connection:
        info = SimpleNamespace(dbname="d", host="h", port=1, user="u")
        broken = False

        @contextmanager
        def transaction(self) -> Iterator[None]:
            yield

        def execute(self, query: Any, parameters: Any = None) -> Any:
            if "obj_description" in str(query):
                rows = [] if found.comment is None else [(found.comment,)]
                return SimpleNamespace(fetchone=lambda: rows[0] if rows else None)
            if "pg_tables" in str(query):
                return [(name,) for name in parameters[1]]
            return []

    @contextmanager
    def connected(_: str) -> Iterator[Connection]:
        yield Connection()

    def execute(_: Any, statement: str, *names: Any) -> None:
        if statement.startswith("comment on schema"):
            found.comment = names[-1].as_string(None).strip("'")

    monkeypatch.setattr(module, "connected", connected)
    monkeypatch.setattr(module, "execute", execute)
    for name in ("wait_for_other_mirrors", "run_all", "copy_table", "lock", "drop"):
        monkeypatch.setattr(module, name, lambda *_: None)
    return found


def test_a_mirror_says_it_and_never_takes_the_place_of_one_of_data(
    synthetic: Path, data: Path, postgres: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mirror(database: Path) -> str:
        monkeypatch.setenv("ATP_TRADE_DB", str(database))
        return postgres.module.mirror("postgresql://h/d", "marts")

    # Synthetic, again, data over it, and data again.
    for database in (synthetic, synthetic, data, data):
        assert "marts in schema marts" in mirror(database)
        assert postgres.comment.startswith(PREFIX) == (database == synthetic)
        comment = postgres.comment.removeprefix(PREFIX)
        assert comment.startswith(postgres.module.MARK) and "trade_totals" in comment
    before = postgres.comment
    with pytest.raises(AtpError, match="its schema marts mirrors data, and synthetic trade never takes their place"):
        mirror(synthetic)
    assert postgres.comment == before


def test_the_page_says_it_on_top_in_its_title_and_in_every_picture(
    synthetic: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = pytest.importorskip("atp_trade.pages.web.site", reason="needs what draws the page")
    monkeypatch.setattr(site.downloads, "png", lambda _: b"")

    def page(database: Path, folder: str) -> tuple[str, list[str]]:
        monkeypatch.setenv("ATP_TRADE_DB", str(database))
        index = site.write_site(Path(folder))
        return index.read_text(), [path.read_text() for path in (index.parent / "data").glob("*.svg")]

    text, pictures = page(synthetic, "made up")
    title, heading = f"<title>{PREFIX}", f'<p class="synthetic">{SENTENCE}</p>'
    assert title in text and heading in text and f'property="og:title" content="{PREFIX}' in text
    assert f'"name": "{PREFIX}' in text
    assert len(pictures) > 5 and all(f"{PREFIX}Source: " in " ".join(picture.split()) for picture in pictures)
    text, pictures = page(data, "of data")
    assert "SYNTHETIC" not in text and "SYNTHETIC" not in "".join(pictures)


@pytest.mark.parametrize("write", [audit.write_audit_page, audit.write_counts, dictionary.write_dictionary])
def test_the_projects_own_pages_are_not_written_from_it(synthetic: Path, write: Any) -> None:
    (synthetic.parent / "README.md").write_text(f"{audit.COUNTS_BEGIN}0\n{audit.COUNTS_END}")
    before = {path: path.read_bytes() for path in synthetic.parent.rglob("*.md")}
    with pytest.raises(AtpError) as refused:
        write()
    assert str(refused.value) == (
        f"{synthetic} has synthetic trade, which is made up and not for the project's pages: name another file"
    )
    assert {path: path.read_bytes() for path in synthetic.parent.rglob("*.md")} == before
