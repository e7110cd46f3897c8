"""`atp synthesize` makes up trade by product: the same on every machine, in the shape of the real one, and marked."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from conftest import PROJECT, on_a_terminal

import atp_trade.synthesize as module
from atp_trade import AtpError
from atp_trade.load.raw import without_patterns
from atp_trade.synthesize import FLOWS, LEAST_USD, MARKER, PARTNERS, thresholds

TOTALS, CODES = Path("seeds/census/census_atp_by_month.csv"), Path("seeds/reference/partners.csv")
MONTHS = ("2010,1", "2010,2", "2021,12", "2022,1")
ROWS = 100_000
# Of what seed 1 makes for these months: rows, dollars and quantities of each flow and month, and a sum in which each
# row counts by its product and partner. Another number here is another recipe: give it another RECIPE.
DIGEST = """
    select flow, data_year, data_month, count(*), sum(value_usd)::bigint, sum(quantity)::bigint,
        (sum(value_usd % 10007 * (product_code::bigint % 100003) + country_code::int))::bigint
    from trade group by all order by all
"""
MADE_BY_SEED_1 = [
    ("exports", 2010, 1, 11847, 93740937426, 145697546, 2979654264497),
    ("exports", 2010, 2, 11780, 87388873088, 115445110, 2921798578205),
    ("exports", 2021, 12, 13156, 151514965531, 243007431, 3258374810338),
    ("exports", 2022, 1, 13201, 132078882130, 209023808, 3351136231289),
    ("imports", 2010, 1, 11835, 136512898580, 178359048, 2947979190965),
    ("imports", 2010, 2, 11795, 132283771597, 162670710, 2888545302085),
    ("imports", 2021, 12, 13130, 303098666416, 427243852, 3368191537490),
    ("imports", 2022, 1, 13229, 274968519862, 388310882, 3189387020165),
]
PRODUCT_COLUMNS = {
    "product_code": "VARCHAR",
    "country_code": "VARCHAR",
    "value_usd": "BIGINT",
    "quantity": "BIGINT",
    "quantity_unit": "VARCHAR",
    "flow": "VARCHAR",
    "data_year": "INTEGER",
    "data_month": "INTEGER",
    "source_id": "VARCHAR",
    "loaded_at_utc": "TIMESTAMP",
    "request": "VARCHAR",
}
LIST_COLUMNS = ("product_code", "census_area_code", "product_name", "flow", "list_year", "source_id")


def make_project(folder: Path) -> Path:
    """A project that has the totals of a few months, in a folder whose name means something to a pattern."""
    project = folder / "a project's folder [1], Größe *"
    for name in (TOTALS, CODES):
        (project / name).parent.mkdir(parents=True)
    (project / "dbt_project.yml").touch()
    shutil.copy(PROJECT / CODES, project / CODES)
    header, *lines = (PROJECT / TOTALS).read_text().splitlines()
    kept = [line for line in lines if line.partition(",")[2].startswith(tuple(f"{month}," for month in MONTHS))]
    (project / TOTALS).write_text("\n".join([header, *kept]) + "\n")
    return project


def synthesize(project: Path, rows: str = str(ROWS), seed: str = "1") -> list[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project)
        return [*module.synthesize(rows, seed)]


def database(project: Path) -> duckdb.DuckDBPyConnection:
    """What is in the synthetic folder: trade, lists, and trade with the area of its product in its year."""
    connection = duckdb.connect()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project / "synthetic")
        for name, files in {"trade": "census_hs/*/*/*/*.parquet", "lists": "census_lists/*/*/*.parquet"}.items():
            connection.execute(f"create table {name} as from read_parquet('{files}', filename = true)")
    connection.execute(
        """
        create table classified as
        select trade.*, census_area_code from trade left join lists
            on trade.flow = lists.flow and trade.data_year = lists.list_year::int
            and trade.product_code = lists.product_code
        """
    )
    return connection


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with synthetic trade; for reading."""
    project = make_project(tmp_path_factory.mktemp("made"))
    said = synthesize(project)
    marker = json.loads((project / "synthetic" / MARKER).read_text())
    assert said[0] == f"wrote {marker['rows']:,} rows of synthetic trade, and its lists, to {project / 'synthetic'}"
    assert "no data" in said[1]
    return project


@pytest.fixture(scope="module")
def found(made: Path) -> duckdb.DuckDBPyConnection:
    return database(made)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path)


def test_there_are_as_many_rows_as_were_asked_for(made: Path, found: duckdb.DuckDBPyConnection) -> None:
    ((rows,),) = found.sql("select count(*) from trade").fetchall()
    assert abs(rows - ROWS) <= ROWS // 100
    assert json.loads((made / "synthetic" / MARKER).read_text())["rows"] == rows


def test_the_content_is_the_one_that_is_known(found: duckdb.DuckDBPyConnection) -> None:
    assert found.sql(DIGEST).fetchall() == MADE_BY_SEED_1


def test_the_same_numbers_make_the_same_files_whatever_the_threads(
    made: Path, found: duckdb.DuckDBPyConnection, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = duckdb.connect
    monkeypatch.setattr(module.duckdb, "connect", lambda *, config: connect(config={**config, "threads": 1}))
    synthesize(project)
    monkeypatch.undo()
    both = [
        {path.relative_to(each) for path in (each / "synthetic").rglob("*") if path.is_file()}
        for each in (made, project)
    ]
    assert both[0] == both[1] and len(both[0]) == 2 * (len(MONTHS) + 3) + 1
    again = database(project)
    for name in ("trade", "lists"):
        assert again.table(name).fetchall() == found.table(name).fetchall()


def test_the_values_of_listed_products_add_up_to_the_shipped_totals(found: duckdb.DuckDBPyConnection) -> None:
    """To the dollar, and to the latest state of each month."""
    latest = found.sql(
        f"""
        unpivot (
            select data_year, data_month, max_by(exports_usd_millions, vintage) as exports,
                max_by(imports_usd_millions, vintage) as imports
            from read_csv('{PROJECT / TOTALS}', types = {{
                'vintage': 'varchar', 'exports_usd_millions': 'decimal(18, 6)', 'imports_usd_millions': 'decimal(18, 6)'
            }})
            group by all
        ) on exports, imports into name flow value usd_millions
        """
    )
    wrong = found.sql(
        """
        select flow, data_year, data_month, sum(value_usd) filter (census_area_code is not null) as usd,
            sum(value_usd) / usd as times, any_value(usd_millions) * 1000000 as wanted
        from classified left join latest using (flow, data_year, data_month)
        group by all having wanted is null or usd <> wanted or not times between 3 and 8
        """
    )
    assert latest.fetchall() and wrong.fetchall() == []


def test_rows_have_the_columns_types_and_order_of_the_raw_store(made: Path) -> None:
    for flow in FLOWS:
        files = sorted((made / "synthetic" / "census_hs" / flow).rglob("*.parquet"))
        assert [file.parts[-3:-1] for file in files] == [
            ("2010", "2010-01"),
            ("2010", "2010-02"),
            ("2021", "2021-12"),
            ("2022", "2022-01"),
        ]
        for file in files:
            with duckdb.connect() as connection:
                rows = connection.read_parquet(without_patterns(file))
                assert dict(zip(rows.columns, map(str, rows.types), strict=True)) == PRODUCT_COLUMNS
                keys = [row[:2] for row in rows.fetchall()]
            assert keys == sorted({*keys}) and keys


def test_lists_have_the_columns_of_the_raw_store(made: Path, found: duckdb.DuckDBPyConnection) -> None:
    assert [
        file.parts[-2] for file in sorted((made / "synthetic" / "census_lists" / "imports").rglob("*.parquet"))
    ] == [
        "2010",
        "2021",
        "2022",
    ]
    lists = found.table("lists")
    assert [*lists.columns[:-1]] == [*LIST_COLUMNS, "loaded_at_utc", "request"]
    assert {str(kind) for kind in lists.types} == {"VARCHAR", "TIMESTAMP"}
    assert found.sql("select count(distinct census_area_code) from lists").fetchall() == [(10,)]
    sizes = found.sql("select count(*) from lists group by flow, list_year").fetchall()
    assert len(sizes) == 6 and all(400 < size < 700 for (size,) in sizes)


def test_nothing_in_it_can_be_taken_for_data(found: duckdb.DuckDBPyConnection) -> None:
    for name in ("trade", "lists"):
        marks = found.sql(
            f"select distinct product_code[:2], length(product_code), source_id, request from {name}"
        ).fetchall()
        assert marks == [("99", 10, "synthetic", "made up by atp synthesize, seed 1")]
    assert found.sql("select 1 from lists where product_name <> 'SYNTHETIC PRODUCT ' || product_code").fetchall() == []


SHAPE = {
    "the codes of exports and imports differ": "select count(*) = 0 from (from trade where flow = 'exports') as one "
    "inner join (from trade where flow = 'imports') as other using (product_code)",
    "but they share subheadings": "select count(distinct product_code[:6]) < 0.75 * count(distinct product_code) "
    "from trade",
    "partners are countries of ours": f"select count(distinct country_code) = {PARTNERS} from trade",
    "few listed products carry many rows": "select avg((census_area_code is not null)::int) between 0.06 and 0.1 "
    "from classified",
    "no row is worth less than customs count": f"select min(value_usd) >= {LEAST_USD} from trade",
    "a few partners carry most": "with sums as (select sum(value_usd) as usd from trade group by country_code) "
    "select sum(usd) filter (place <= 20) > 0.6 * sum(usd) "
    "from (select usd, row_number() over (order by usd desc) as place from sums)",
    "a few products carry most": "with sums as (select sum(value_usd) as usd from trade group by product_code) "
    "select sum(usd) filter (place <= 0.1 * products) > 0.6 * sum(usd) "
    "from (select usd, row_number() over (order by usd desc) as place, count(*) over () as products from sums)",
    "about sixty percent have a quantity": "select count(quantity) / count(*) between 0.55 and 0.65 from trade",
    "a quantity has a unit": "select count(*) = 0 from trade where (quantity is null) <> (quantity_unit is null) "
    "or quantity < 1 or quantity_unit not in ('NO', 'KG')",
    "a pair that trades tends to go on": "with months as (select product_code, country_code, flow, data_month "
    "from trade where data_year = 2010) select count(*) > 1.5 * count(distinct (flow, product_code, country_code)) "
    "from months",
    "most pairs trade in no month": "select count(*) < 0.1 * count(distinct product_code) * "
    "count(distinct country_code) from trade where flow = 'imports' and data_year = 2022",
    "an area is a product's for good": "select max(areas) = 1 from (select count(distinct census_area_code) as areas "
    "from lists group by product_code)",
    "lists change with the tariff, and not all of them": "with kept as (select count(*) as kept from lists as one "
    "inner join lists as other using (flow, product_code) where one.list_year = '2021' and other.list_year = '2022'), "
    "old as (select count(*) as old from lists where list_year = '2021') "
    "select kept between 0.6 * old and 0.9 * old from kept, old",
    "codes come and go": "with codes as (select product_code, min(data_year) as first, max(data_year) as last "
    "from trade group by all) select count_if(first = last and last = 2010) > 100 and count_if(first > 2010) > 100 "
    "and count_if(first = 2010 and last = 2022) > 1000 from codes",
}


@pytest.mark.parametrize("sentence", SHAPE)
def test_it_has_the_shape_of_real_trade(found: duckdb.DuckDBPyConnection, sentence: str) -> None:
    assert found.sql(SHAPE[sentence]).fetchall() == [(True,)]


def test_the_same_again_is_there_already_and_another_seed_replaces_it(made: Path, project: Path) -> None:
    shutil.copytree(made / "synthetic", project / "synthetic")
    before = {path: path.stat().st_mtime_ns for path in project.rglob("*")}
    (said,) = synthesize(project, "100_000")
    rows = json.loads((project / "synthetic" / MARKER).read_text())["rows"]
    assert said == f"{project / 'synthetic'} has {rows:,} rows of synthetic trade from this seed already"
    assert {path: path.stat().st_mtime_ns for path in project.rglob("*")} == before
    synthesize(project, seed="2")
    other = database(project)
    assert other.sql("select distinct request from trade").fetchall() == [("made up by atp synthesize, seed 2",)]
    assert other.sql(DIGEST).fetchall() != MADE_BY_SEED_1
    assert [path.name for path in project.iterdir() if "unfinished" in path.name] == []


ARABIC = "\u0661" * 6
REFUSED = {
    "1e8": "--rows is '1e8': write a whole number in digits, such as 100_000_000",
    "": "--rows is '': write a whole number in digits, such as 100_000_000",
    "-100000": "--rows is '-100000': write a whole number in digits, such as 100_000_000",
    "1__000_000": "--rows is '1__000_000': write a whole number in digits, such as 100_000_000",
    ARABIC: f"--rows is '{ARABIC}': write a whole number in digits, such as 100_000_000",
    "99_999": "--rows is 99_999: choose a number from 100_000 to 200_000_000",
    "200_000_001": "--rows is 200_000_001: choose a number from 100_000 to 200_000_000",
    "9" * 5000: f"--rows is {'9' * 5000}: choose a number from 100_000 to 200_000_000",
}


@pytest.mark.parametrize("rows", REFUSED, ids=lambda rows: rows[:20] or "nothing")
def test_a_number_of_rows_that_is_none_is_refused(project: Path, rows: str) -> None:
    with pytest.raises(AtpError) as refused:
        synthesize(project, rows)
    assert str(refused.value) == REFUSED[rows]


def test_a_seed_that_is_none_is_refused(project: Path) -> None:
    with pytest.raises(AtpError, match=r"--seed is 4294967296: choose a number from 0 to 4_294_967_295"):
        synthesize(project, seed="4294967296")


def test_a_disk_without_room_is_refused_before_anything_is_written(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(9, 9, 500_000_000))
    with pytest.raises(AtpError, match=r"100,000,000 rows need about 520 MB, and 500 MB are free there"):
        synthesize(project, "100_000_000")
    assert not (project / "synthetic").exists()


def test_a_folder_that_is_not_ours_is_left_alone(project: Path) -> None:
    (project / "synthetic").mkdir()
    (project / "synthetic" / "precious").write_text("precious")
    with pytest.raises(AtpError, match="holds something else: move it away, or name another folder"):
        synthesize(project)
    assert [path.name for path in (project / "synthetic").iterdir()] == ["precious"]


BROKEN: dict[str, tuple[Path, Callable[[str], str], str]] = {
    "a text for a total": (TOTALS, lambda text: text + "2024-12,2022,1,many,1.0\n", ", has no month with its totals"),
    "no total": (TOTALS, lambda text: text + "2024-12,2022,1,0,1.0\n", ", has no month with its totals"),
    "infinite": (TOTALS, lambda text: text + "2024-12,2022,1,Infinity,1.0\n", ", has no month with its totals"),
    "a short line": (TOTALS, lambda text: text + "2024-12,2022\n", ", has no month with its totals"),
    "no months": (TOTALS, lambda text: text.splitlines()[0], "has no month from 2010 to 2024"),
    "no countries": (CODES, lambda text: text.splitlines()[0], "has 0 codes of countries, and 230 are needed"),
    "no text": (CODES, lambda _: "\udcff", "cannot be read"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_seed_that_is_broken_is_refused_with_its_line(project: Path, name: str) -> None:
    file, broken, sentence = BROKEN[name]
    text = (project / file).read_text()
    (project / file).write_text(broken(text), errors="surrogateescape")
    with pytest.raises(AtpError) as refused:
        synthesize(project)
    where = f", line {len(text.splitlines()) + 1}" if "line" in name or sentence.startswith(", has") else ""
    assert str(refused.value).startswith(f"{project / file}{where}") and sentence in str(refused.value)
    assert not (project / "synthetic").exists()


def start(project: Path) -> subprocess.Popen[str]:
    """`atp synthesize` at work, with some files written."""
    running = subprocess.Popen(
        [sys.executable, "-m", "atp_trade", "synthesize", "--rows", "2_000_000"],
        cwd=project,
        text=True,
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + 120
    while not [*project.glob(".synthetic.*.unfinished/census_hs/*/*/*/*.parquet")]:
        assert running.poll() is None and time.monotonic() < deadline
        time.sleep(0.05)
    return running


def test_ctrl_c_leaves_what_was_there(made: Path, project: Path) -> None:
    shutil.copytree(made / "synthetic", project / "synthetic")
    before = {path.name: path.stat().st_ino for path in project.iterdir()}
    with start(project) as running:
        running.send_signal(signal.SIGINT)
        said = running.communicate()[1]
    assert (running.returncode, said) == (1, f"atp: interrupted; {project / 'synthetic'} is as it was\n")
    assert {path.name: path.stat().st_ino for path in project.iterdir()} == before


def test_a_kill_leaves_no_half_folder_and_the_next_run_cleans_up(project: Path) -> None:
    with start(project) as running:
        running.kill()
        running.communicate()
    assert not (project / "synthetic").exists()
    assert len([*project.glob(".synthetic.*.unfinished")]) == 1
    synthesize(project)
    assert [*project.glob(".synthetic.*")] == [] and (project / "synthetic" / MARKER).is_file()


def test_a_terminal_is_shown_what_is_being_made_up(project: Path) -> None:
    command = [sys.executable, "-m", "atp_trade", "synthesize", "--rows", "100_000"]
    shown = on_a_terminal(command, {**os.environ, "CI": "", "COLUMNS": "120"}, project)
    assert f"8/{2 * len(MONTHS)}" in shown and "rows of synthetic trade, and its lists, to" in shown


def test_chances_add_up_to_what_is_wanted() -> None:
    counts = [(0, 64, 1000), (3, 640, 500), (5, 6400, 100)]
    chances = thresholds(counts, 400)
    assert len(chances) == 6 and chances[1] == chances[2] == chances[4] == 0
    # The likeliest are certain; the others are chosen in proportion to their weights.
    assert chances[5] == module.WORD and abs(chances[3] - 10 * chances[0]) < 1000
    expected = sum(chances[level] * number for level, _, number in counts) / module.WORD
    assert abs(expected - 400) < 0.01
    assert thresholds([], 400) == [0]
