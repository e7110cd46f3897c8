"""What `atp report` writes, and what it leaves alone when it cannot."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from conftest import Warehouse, mounted_disk
from markupsafe import escape
from views import WITHOUT_PICTURES

pytest_plugins = ["browsing"]


@pytest.fixture
def elsewhere(tmp_path: Path, warehouse: Warehouse, site: Path) -> Warehouse:
    """A copy of the database in a folder of its own, with a page beside it that was written before."""
    database = tmp_path / "a folder, Größe 1, it's" / "atp_trade.duckdb"
    database.parent.mkdir()
    shutil.copy(warehouse.database, database)
    shutil.copytree(site, database.parent / "page")
    return Warehouse(warehouse.project, database)


def report(warehouse: Warehouse, folder: Path | None = None, *, pictures: bool = True) -> tuple[int, str]:
    """Write the page beside the database; exit code and output."""
    target = folder or warehouse.database.parent / "page"
    atp = ("atp",) if pictures else ("python", "-c", WITHOUT_PICTURES)
    outcome = warehouse.run(*atp, "report", "--to", str(target), ATP_TRADE_DB=str(warehouse.database))
    return outcome.returncode, outcome.stdout


def contents(folder: Path) -> dict[Path, bytes]:
    """The files of a folder."""
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_page_has_the_notes_that_apply(warehouse: Warehouse, site: Path) -> None:
    _, _, sources = (site / "index.html").read_text(encoding="utf-8").partition('<h2 id="sources">')
    notes = warehouse.query(
        "select distinct title, sentence from marts.data_notes inner join meta.notes using (note_id)"
    )
    assert len(notes) > 10
    for title, sentence in notes:
        assert str(escape(title[1:])) in sources
        assert str(escape(sentence)) in sources


def change(sql: str) -> Callable[[Path], None]:
    def in_the_file(database: Path) -> None:
        with duckdb.connect(str(database)) as connection:
            connection.execute(sql)

    return in_the_file


def drop(relation: str) -> Callable[[Path], None]:
    return change(f"drop table {relation}")


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (Path.unlink, "does not exist: run `make build` first, or name another file with --db"),
        (lambda database: database.write_text("not a database"), "is not a DuckDB database"),
        (drop("page.rankings"), "rankings does not exist"),
        (drop("marts.dim_source"), "dim_source does not exist"),
        (drop("audit.claims"), "claims does not exist"),
        (drop("meta.build"), "has no build record (meta.build): build it with `make build`"),
        (change("alter table page.headlines drop column largest_market_name"), "lack largest_market_name"),
        (change("alter table page.later_headlines drop column record_month_end"), "lack record_month_end"),
        (change("delete from page.later_headlines"), "is not of this version of the project"),
    ],
    ids=[
        *("no_file", "no_database", "an_old_one", "a_mart_missing", "no_audit", "no_build"),
        *("a_number_missing", "a_month_missing", "no_later_years"),
    ],
)
def test_without_a_whole_database_the_old_page_stays(
    elsewhere: Warehouse, spoil: Callable[[Path], None], sentence: str
) -> None:
    page = elsewhere.database.parent / "page"
    before = (page / "index.html").read_bytes()
    spoil(elsewhere.database)
    code, output = report(elsewhere)
    assert code == 1
    assert output.startswith("atp: ") and sentence in output and output.count("\n") == 1
    assert (page / "index.html").read_bytes() == before
    assert [path.name for path in page.parent.iterdir() if "unfinished" in path.name] == []


def test_an_old_page_is_replaced_by_the_same_for_the_same_database(elsewhere: Warehouse, site: Path) -> None:
    page = elsewhere.database.parent / "page"
    (page / "index.html").write_text("old")
    (page / "data" / "claims.csv").unlink()
    code, output = report(elsewhere)
    assert (code, output) == (0, f"wrote {page / 'index.html'}\n")
    assert contents(page) == contents(site)


def test_a_folder_with_other_things_is_left_alone(elsewhere: Warehouse, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "build.json").write_text("[1]")
    code, output = report(elsewhere, other)
    assert code == 1
    assert output == f"atp: {other} holds something else: move it away, or name another folder\n"
    assert [path.name for path in other.iterdir()] == ["build.json"]


@pytest.mark.parametrize("make", [lambda path: path.symlink_to("/etc"), Path.mkdir], ids=["a_link", "an_empty_folder"])
def test_a_page_with_somebody_elses_link_or_folder_is_left_alone(elsewhere: Warehouse, make: Callable) -> None:
    page = elsewhere.database.parent / "page"
    make(page / "archive")
    code, output = report(elsewhere)
    assert (code, output) == (1, f"atp: {page} holds something else: move it away, or name another folder\n")
    assert (page / "archive").is_dir()


def test_numbers_that_are_otherwise_are_told_otherwise(elsewhere: Warehouse) -> None:
    change(
        """
        update page.later_headlines
        set later_last_year_balance_usd_billions = 298.9, later_last_year_deficit_rank = null;
        update page.partners_and_regions
        set exports_usd_millions = 0, imports_usd_millions = 0, balance_usd_millions = 0
        where member_name = 'Japan';
        update page.rankings set member_name = 'Life {x} science' where member_name = 'Life science';
        """
    )(elsewhere.database)
    code, output = report(elsewhere, pictures=False)
    assert code == 0, output
    text = (elsewhere.database.parent / "page" / "index.html").read_text(encoding="utf-8")
    assert "to a deficit of 38 in 2006, and a surplus of 299 in 2024" in text
    assert "the deficit did not" not in text and "In 2024 the balance was a surplus of 298.9 billion dollars" in text
    assert "life {x} science" in text


def test_a_page_with_somebody_elses_file_is_left_alone(elsewhere: Warehouse) -> None:
    page = elsewhere.database.parent / "page"
    (page / "CNAME").write_text("trade.example.org")
    before = contents(page)
    code, output = report(elsewhere)
    assert (code, output) == (1, f"atp: {page} holds something else: move it away, or name another folder\n")
    assert contents(page) == before


def test_a_killed_report_leaves_the_page_of_before(elsewhere: Warehouse) -> None:
    page = elsewhere.database.parent / "page"
    before = contents(page)
    running = elsewhere.start("atp", "report", "--to", str(page), ATP_TRADE_DB=str(elsewhere.database))
    while running.poll() is None and not list(page.parent.glob(".page.*.unfinished/index.html")):
        time.sleep(0.005)
    running.kill()
    running.communicate()
    assert contents(page) == before
    assert report(elsewhere, pictures=False)[0] == 0
    assert [path.name for path in page.parent.iterdir() if "unfinished" in path.name] == []


def test_without_what_draws_the_charts_it_says_what_to_run(elsewhere: Warehouse) -> None:
    without = "import sys; sys.modules['vl_convert'] = None; from atp_trade.cli import main; main()"
    outcome = elsewhere.run("python", "-c", without, "report")
    assert outcome.returncode == 1
    assert outcome.stdout == "atp: the page needs vl_convert, which is not installed: run `make report`\n"


def test_a_folder_that_dbt_reads_is_refused(elsewhere: Warehouse) -> None:
    code, output = report(elsewhere, elsewhere.project / "models" / "page")
    assert code == 1
    assert "dbt reads that folder" in output


def test_a_disk_that_fills_up_is_one_sentence_and_the_old_page_stays(
    warehouse: Warehouse, site: Path, tmp_path: Path
) -> None:
    # Room for one page with its downloads, and not for two.
    with mounted_disk(tmp_path / "small disk", "24m") as disk:
        page = disk / "page"
        shutil.copytree(site, page)
        for left in (100_000, 700_000, 8_000_000):
            filler = disk / "filler"
            filler.unlink(missing_ok=True)
            filler.write_bytes(bytes(max(0, shutil.disk_usage(disk).free - left)))
            # Full while the files before the database are written, with their pictures; and in the database.
            code, output = report(warehouse, page, pictures=left == 700_000)
            assert (code, output) == (1, f"atp: cannot write {page}: No space left on device\n")
            assert contents(page) == contents(site)
            assert {path.name for path in disk.iterdir()} == {"page", "filler"}
