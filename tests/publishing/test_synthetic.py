"""Made-up trade is built into a file of its own that says so, and never takes the place of data."""

import os
from pathlib import Path

import duckdb
import pytest
from stand_in import content, dbt, make, project

from atp_trade import AtpError
from atp_trade import build as build_module
from atp_trade.build import build
from atp_trade.fingerprint import fingerprint
from atp_trade.places import DATABASE, SYNTHETIC_DATABASE
from atp_trade.publish import check_not_mistaken
from atp_trade.warehouse import SYNTHETIC_PREFIX, is_synthetic, opened

PREFIX = "SYNTHETIC, made-up trade: "


def insert_made_up(database: Path) -> None:
    """What the models make of synthetic files: a source, and rows that name it; other relations do not."""
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            """
            insert into marts.dim_source values ('synthetic', '2024-12');
            comment on table marts.dim_source is 'Sources.';
            create schema core;
            create table core.trade as select 'synthetic' as source_id, 1 as usd;
            create table core.report as select 'nsf07329' as source_id, 1 as usd;
            create table core.areas as select '01' as area;
            create table marts.product_lists as select '9900000000' as product_code;
            create schema audit;
            create table audit.checked as select 'census_country' as report_source_id, 'synthetic' as later_source_id;
            comment on table audit.checked is 'It''s checked.';
            create table seeds.sources as select 'synthetic' as source_id
            """
        )


@pytest.fixture
def made_up(dbt: list[Path], monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """A stand-in for dbt that reads made-up trade, wherever that lies; the side files that it was to build."""
    run = build_module.run_dbt

    def run_dbt(*arguments: object) -> tuple:
        outcome = run(*arguments)
        insert_made_up(dbt[-1])
        return outcome

    monkeypatch.setattr(build_module, "run_dbt", run_dbt)
    return dbt


@pytest.fixture
def synthetic(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that `atp build --synthetic` publishes, for a project with synthetic trade."""
    (project / "synthetic").mkdir()
    monkeypatch.setenv("ATP_TRADE_DATA", "synthetic")
    return project / SYNTHETIC_DATABASE


def refusal() -> str:
    with pytest.raises(AtpError) as refused:
        build()
    return str(refused.value)


def in_place_of_data(published: Path) -> str:
    return (
        f"{published} has data, and synthetic trade never takes their place: build it with `atp build --synthetic` "
        "into a file of its own"
    )


def test_it_is_published_into_a_file_of_its_own_that_says_so(
    project: Path, made_up: list[Path], synthetic: Path
) -> None:
    assert build() == f"published {synthetic}"
    assert content(project / DATABASE) == "old"
    with opened(synthetic) as connection:
        assert is_synthetic(connection)
        assert connection.sql("select is_synthetic from meta.build").fetchall() == [(True,)]
        comments = dict(
            connection.sql("select schema_name || '.' || table_name, comment from duckdb_tables()").fetchall()
        )
    assert comments["marts.dim_source"] == f"{PREFIX}Sources." == f"{SYNTHETIC_PREFIX}Sources."
    assert comments["core.trade"] == comments["marts.product_lists"] == PREFIX
    assert comments["audit.checked"] == f"{PREFIX}It's checked."
    assert [comments[name] for name in ("core.report", "core.areas", "seeds.sources")] == [None] * 3
    # And again.
    assert build(force=True) == f"published {synthetic}"
    assert " is current: " in build()


def test_what_is_built_from_data_says_so(project: Path, dbt: list[Path]) -> None:
    build()
    with opened(project / DATABASE) as connection:
        assert connection.sql("select is_synthetic from meta.build").fetchall() == [(False,)]
        assert not is_synthetic(connection)


def test_synthetic_files_among_the_data_never_take_the_place_of_data(project: Path, made_up: list[Path]) -> None:
    """Somebody has copied them into the folder data: what counts is what was built, not where it was read from."""
    published = project / DATABASE
    before = (published.read_bytes(), published.stat().st_ino)
    for force in (False, True):
        with pytest.raises(AtpError) as refused:
            build(force=force)
        assert str(refused.value) == in_place_of_data(published)
        assert (published.read_bytes(), published.stat().st_ino) == before
    assert len(made_up) == 2
    assert {path.name for path in (project / f".{DATABASE}.build").iterdir()} == {"lock", "target", "logs"}
    published.unlink()
    # Where there is nothing to be mistaken for, the file says what it is.
    assert build() == f"published {published}"
    with opened(published) as connection:
        assert is_synthetic(connection)


def test_made_up_lists_alone_are_found_too(project: Path, dbt: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Trade is real then, but what counts as advanced technology is not."""
    run = build_module.run_dbt

    def run_dbt(*arguments: object) -> tuple:
        outcome = run(*arguments)
        with duckdb.connect(str(dbt[-1])) as connection:
            connection.execute("create schema staging")
            connection.execute("create table staging.lists as select 'synthetic' as source_id, '99' as product_code")
        return outcome

    monkeypatch.setattr(build_module, "run_dbt", run_dbt)
    assert refusal() == in_place_of_data(project / DATABASE)
    assert content(project / DATABASE) == "old"


@pytest.mark.parametrize("made_by", ["a build", "dbt by hand", "a build before this column"])
def test_a_file_of_data_that_is_named_is_refused_before_anything_is_built(
    project: Path, made_up: list[Path], synthetic: Path, monkeypatch: pytest.MonkeyPatch, made_by: str
) -> None:
    with duckdb.connect(str(project / DATABASE)) as connection:
        if made_by != "dbt by hand":
            connection.execute("create schema meta")
            column = "is_synthetic" if made_by == "a build" else "is_something_else"
            connection.execute(f"create table meta.build as select false as {column}")
    monkeypatch.setenv("ATP_TRADE_DB", DATABASE)
    assert refusal() == in_place_of_data(project / DATABASE)
    assert (made_up, content(project / DATABASE)) == ([], "old")


def test_data_take_the_place_of_synthetic_trade_and_it_of_nothing(
    project: Path, dbt: list[Path], synthetic: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(synthetic, "made up")
    insert_made_up(synthetic)
    with duckdb.connect(str(synthetic)) as connection:
        connection.execute("create schema meta; create table meta.build as select true as is_synthetic")
    monkeypatch.delenv("ATP_TRADE_DATA")
    monkeypatch.setenv("ATP_TRADE_DB", str(synthetic))
    assert build() == f"published {synthetic}"
    assert content(synthetic) == "new"
    empty = project / "empty.duckdb"
    duckdb.connect(str(empty)).close()
    for published in (empty, project / "nothing.duckdb"):
        check_not_mistaken(published, made_up=True)
    with pytest.raises(AtpError, match="never takes their place"):
        check_not_mistaken(synthetic, made_up=True)
    check_not_mistaken(synthetic, made_up=False)


def test_without_synthetic_trade_there_is_nothing_to_build(project: Path, made_up: list[Path], synthetic: Path) -> None:
    (project / "synthetic").rmdir()
    sentence = f"there is no {project / 'synthetic'}: make trade up with `atp synthesize --rows 1_000_000` first"
    assert (refusal(), made_up, synthetic.exists()) == (sentence, [], False)


@pytest.mark.parametrize("name", ["data/more", "/data", "..", ".", "../data", ".git", "da*ta", "[x]", " ", "a{{ 1 }}"])
def test_a_folder_of_data_that_is_not_in_the_project_is_refused(
    project: Path, dbt: list[Path], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("ATP_TRADE_DATA", name)
    assert refusal() == f"ATP_TRADE_DATA has no name of a folder in the project, but {name!r}: correct it"
    assert dbt == []


def test_a_folder_of_the_project_is_none_for_data(
    project: Path, dbt: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATP_TRADE_DATA", "models")
    assert refusal() == "ATP_TRADE_DATA is models, a folder of the project itself: name another one"
    assert dbt == []


def test_what_is_built_depends_on_the_folder_of_data(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = set()
    for folder in ("data", "other"):
        (project / folder / "census_lists").mkdir(parents=True)
        (project / folder / "census_lists" / "list.parquet").write_text(folder)
        monkeypatch.setenv("ATP_TRADE_DATA", folder)
        known |= {fingerprint(project)}
    (project / "other" / "census_lists" / "list.parquet").write_text("revised")
    assert None not in known and len(known) == 2 and fingerprint(project) not in known


def test_product_trade_counts_by_its_files_and_not_by_what_is_in_them(project: Path) -> None:
    """It may be gigabytes."""
    file = project / "data" / "census_hs" / "exports" / "2024" / "2024-01" / "1.parquet"
    file.parent.mkdir(parents=True)
    file.write_text("one")
    before, state = fingerprint(project), file.stat()
    file.write_text("two")
    os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert fingerprint(project) == before
    os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns + 1))
    assert fingerprint(project) != before
    file.write_text("four")
    os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert fingerprint(project) != before
    file.rename(file.with_name("2.parquet"))
    assert fingerprint(project) != before
