"""`atp load atp` against a server that answers as the API does: what is asked, kept, and asked again."""

import json
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from blocks import Block, blocks, run_block
from bureau import KEY, REAL, Bureau, bureau, clock, project, workbook
from conftest import PROJECT

from atp_trade import AtpError
from atp_trade.load.api import may_be_revised
from atp_trade.load.atp import load_atp
from atp_trade.load.goods import COLUMNS
from atp_trade.load.months import last_complete_month, ranges

ATP = Path(sys.executable).with_name("atp")


def asked(bureau: Bureau, flow: str) -> list[str]:
    return sorted(month for of_flow, month in bureau.asked if of_flow == flow)


def stored(project: Path, sql: str) -> list[tuple]:
    """The rows of a query on all that is stored of both flows."""
    # From the working folder, as dbt reads it.
    assert Path.cwd() == project
    files = "data/census_hitech/*/*/*.parquet"
    return duckdb.sql(f"with raw as (from read_parquet('{files}', union_by_name = true)) {sql}").fetchall()


def files(project: Path) -> dict[str, bytes]:
    """Every file of the store with its content, hidden ones too."""
    found = sorted((project / "data").rglob("*"))
    return {str(path.relative_to(project)): path.read_bytes() for path in found if path.is_file()}


def test_a_first_load_asks_for_each_month_once_and_keeps_answers_as_they_came(project: Path, bureau: Bureau) -> None:
    said = [*load_atp("2010-01", "2010-03")]
    assert said == [f"{flow}, to 2010-03: 3 new (2010-01 to 2010-03)" for flow in ("exports", "imports")]
    assert asked(bureau, "exports") == asked(bureau, "imports") == ["2010-01", "2010-02", "2010-03"]
    # Totals, groups and what is no ATP are kept; every value is text.
    ((types,),) = stored(
        project, "select list(distinct typeof(ALL_VAL_MO) || typeof(CTY_CODE) || typeof(HITECH)) from raw"
    )
    assert types == ["VARCHARVARCHARVARCHAR"]
    kept = stored(project, "select distinct CTY_CODE from raw where HITECH = '-' and flow = 'exports' order by all")
    assert kept == [("-",), ("0020",), ("1220",), ("2010",), ("4280",), ("5700",), ("5XXX",)]
    ((request,),) = stored(project, "select distinct request from raw where flow = 'exports' and month = '2010-02'")
    assert request == (
        f"{bureau.address}/timeseries/intltrade/exports/hitech"
        "?get=CTY_CODE,CTY_NAME,HITECH,HITECH_DESC,ALL_VAL_MO,SUMMARY_LVL&time=2010-02"
    )


def test_the_columns_of_a_file_are_those_that_the_page_names(project: Path, bureau: Bureau) -> None:
    [*load_atp("2010-01", "2010-01", "imports")]
    (file,) = (project / "data").rglob("*.parquet")
    described = duckdb.read_parquet(str(file.relative_to(project)))
    page = (PROJECT / "docs" / "load.md").read_text()
    assert described.columns[4] == "GEN_VAL_MO"
    for name, kind in zip(described.columns, described.types, strict=True):
        words = {"VARCHAR": "text", "TIMESTAMP": "timestamp"}[str(kind)]
        assert re.search(rf"^\|.*`{name}`.* \| {words} \|", page, re.MULTILINE), name


def test_a_real_answer_is_kept_digit_by_digit(project: Path, bureau: Bureau) -> None:
    bureau.newest = "2017-12"
    [*load_atp("2017-01", "2017-12", "imports")]
    kept = stored(project, "select HITECH, GEN_VAL_MO, time from raw where CTY_CODE = '' order by all")
    real = [line.split(",") for line in REAL.read_text().splitlines()[1:]]
    assert kept == sorted((cells[2], cells[-2], cells[-1]) for cells in real)
    # Imports of ATP in 2017, as the total less what is no ATP: in millions of dollars.
    ((millions,),) = stored(
        project,
        """
        select round(sum(case when HITECH = '' then 1 when HITECH = '00' then -1 end * GEN_VAL_MO::bigint) / 1e6, 1)
        from raw where CTY_CODE = ''
        """,
    )
    assert millions == 464639.4


def test_a_second_load_asks_for_nothing_and_changes_no_file(project: Path, bureau: Bureau) -> None:
    [*load_atp("2010-01", "2010-03")]
    before, asked_before = files(project), len(bureau.asked)
    assert [*load_atp("2010-01", "2010-03")] == [
        f"{flow}, to 2010-03: nothing was missing" for flow in ("exports", "imports")
    ]
    assert len(bureau.asked) == asked_before
    assert files(project) == before


def test_the_newest_month_is_found_and_one_more_is_one_more_request(project: Path, bureau: Bureau, clock) -> None:
    clock("2010-05")
    said = [*load_atp(flow="exports")]
    assert said == ["exports, to 2010-03: 3 new (2010-01 to 2010-03), not published yet: 2010-04 to 2010-05"]
    bureau.asked.clear()
    bureau.newest = "2010-05"
    # The statistics of April bring the yearly revision too, and are found missing beside those of May.
    assert [*load_atp(flow="exports")] == [
        "exports, to 2010-05: 2 new (2010-04 to 2010-05), 3 as they were (2010-01 to 2010-03)"
    ]
    bureau.asked.clear()
    clock("2010-06")
    bureau.newest = "2010-06"
    assert [*load_atp(flow="exports")] == ["exports, to 2010-06: 1 new (2010-06)"]
    assert bureau.asked == [("exports", "2010-06")]


def test_the_yearly_revision_is_asked_for_once_and_becomes_new_versions(project: Path, bureau: Bureau, clock) -> None:
    bureau.first, bureau.newest = "2012-01", "2017-03"
    clock("2017-04")
    [*load_atp("2012-01", flow="exports")]
    bureau.asked.clear()
    # The statistics of April 2017 bring the revision, which reaches back to January 2014.
    bureau.newest = "2017-04"
    bureau.revised = {("exports", "2014-01"): 1000, ("exports", "2013-12"): 1000}
    first = files(project)
    assert [*load_atp("2012-01", flow="exports")] == [
        "exports, to 2017-04: 1 new (2017-04), 1 revised (2014-01), 38 as they were (2014-02 to 2017-03)"
    ]
    assert asked(bureau, "exports") == [
        f"{year}-{month:02}" for year in (2014, 2015, 2016) for month in range(1, 13)
    ] + [f"2017-{month:02}" for month in range(1, 5)]
    after = files(project)
    assert len([name for name in after if "/2014-01/" in name]) == 2
    assert {name: after[name] for name in first if name.endswith(".parquet")} == {
        name: content for name, content in first.items() if name.endswith(".parquet")
    }
    bureau.asked.clear()
    assert [*load_atp("2012-01", flow="exports")] == ["exports, to 2017-04: nothing was missing"]
    assert bureau.asked == []
    # What nobody has announced is found when it is asked for.
    (said,) = load_atp("2012-01", flow="exports", again=True)
    assert "1 revised (2013-12)" in said


def test_a_version_that_is_loaded_later_is_the_later_one_even_if_the_clock_went_back(
    project: Path, bureau: Bureau
) -> None:
    [*load_atp("2010-01", "2010-01", "exports")]
    (only,) = (project / "data").rglob("*.parquet")
    only.rename(only.with_name("20990101T000000000000Z.parquet"))
    bureau.revised[("exports", "2010-01")] = 5
    [*load_atp("2010-01", "2010-01", "exports", again=True)]
    names = sorted(path.name for path in only.parent.glob("*.parquet"))
    assert names == ["20990101T000000000000Z.parquet", "20990101T000000000001Z.parquet"]


def test_rows_in_another_order_are_no_new_version(project: Path, bureau: Bureau) -> None:
    [*load_atp("2010-01", "2010-01", "exports")]
    bureau.goes_wrong(
        "exports",
        "2010-01",
        lambda handler, table: handler.send(200, json.dumps([table[0], *table[:0:-1]]).encode()),
    )
    assert [*load_atp("2010-01", "2010-01", "exports", again=True)] == ["exports, to 2010-01: 1 as they were (2010-01)"]


def test_a_load_is_polite(project: Path, bureau: Bureau) -> None:
    bureau.newest, bureau.seconds = "2011-12", 0.01
    [*load_atp("2010-01", "2011-12")]
    assert 1 < bureau.most_at_once <= 4
    # A connection of its own for each request: no two come from the same port.
    assert len(bureau.connections) == len({*bureau.connections}) == 48


def test_a_dry_run_asks_nothing_needs_no_key_and_says_what_it_would_ask(
    project: Path, bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    [*load_atp("2010-02", "2010-02", "exports")]
    before, asked_before = files(project), len(bureau.asked)
    monkeypatch.delenv("CENSUS_API_KEY")
    said = [*load_atp("2010-01", "2010-03", dry_run=True)]
    address = f"{bureau.address}/timeseries/intltrade"
    assert said == [
        f"exports: would ask {address}/exports/hitech for up to 2 months: 2010-01, 2010-03 (missing)",
        f"imports: would ask {address}/imports/hitech for up to 3 months: 2010-01 to 2010-03 (missing)",
    ]
    assert len(bureau.asked) == asked_before
    assert files(project) == before


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        ("2009-12", None, "the API has no month before 2010-01"),
        ("2010-13", None, "2010-13 is no month"),
        ("2011-01", "2010-12", "2011-01 is after 2010-12"),
        ("2010-01", "2099-01", "2099-01 is not over yet"),
    ],
)
def test_a_range_that_cannot_be_is_refused(
    project: Path, bureau: Bureau, first: str, last: str | None, sentence: str
) -> None:
    with pytest.raises(AtpError, match=sentence):
        [*load_atp(first, last)]
    assert bureau.asked == []


def test_the_key_may_be_in_a_file_that_nobody_else_can_read(
    project: Path, bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CENSUS_API_KEY")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(project / "settings"))
    file = project / "settings" / "atp-trade" / "census_api_key"
    with pytest.raises(AtpError, match=re.escape(f"set CENSUS_API_KEY, or put it into {file}")):
        [*load_atp("2010-01", "2010-01")]
    file.parent.mkdir(parents=True)
    file.write_text(KEY + "\n")
    file.chmod(0o640)
    with pytest.raises(AtpError, match=re.escape(f"chmod 600 {file}")):
        [*load_atp("2010-01", "2010-01")]
    file.chmod(0o600)
    assert len([*load_atp("2010-01", "2010-01")]) == 2
    file.write_text("two words")
    with pytest.raises(AtpError, match="no key of letters and digits"):
        [*load_atp("2010-01", "2010-01")]


@pytest.mark.parametrize("address", ["ftp://host", "http://", "https://user:word@host/data", "https://host/data?key=1"])
def test_an_address_that_cannot_be_asked_is_refused(
    project: Path, bureau: Bureau, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("CENSUS_API_URL", address)
    with pytest.raises(AtpError, match="CENSUS_API_URL is not an address") as refused:
        [*load_atp("2010-01", "2010-01")]
    assert "word" not in str(refused.value)


def test_the_command_says_what_it_did_and_shows_the_key_nowhere(project: Path, bureau: Bureau) -> None:
    bureau.seconds = 0.3
    running = subprocess.Popen(
        [ATP, "load", "atp", "--to", "2010-03"],
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    while running.poll() is None and not bureau.asked:
        pass
    # What every user of the machine can see of a process.
    arguments = Path(f"/proc/{running.pid}/cmdline").read_bytes() if Path("/proc").is_dir() else b""
    output, _ = running.communicate()
    assert running.returncode == 0, output
    assert output.splitlines()[-2:] == [
        f"{flow}, to 2010-03: 3 new (2010-01 to 2010-03)" for flow in ("exports", "imports")
    ]
    assert KEY not in output and KEY.encode() not in arguments
    assert [name for name, content in files(project).items() if KEY.encode() in content] == []


def test_a_build_takes_new_data_for_a_reason_to_build(project: Path, bureau: Bureau) -> None:
    from atp_trade.fingerprint import fingerprint

    before = fingerprint(project)
    [*load_atp("2010-01", "2010-01", "exports")]
    after = fingerprint(project)
    assert None is not before != after
    # Notes and locks of loads are none.
    (project / "data" / "census_hitech" / "exports" / "asked.json").write_text("{}")
    assert fingerprint(project) == after


@pytest.mark.parametrize("block", blocks("load"), ids=lambda block: f"{block.page}:{block.line}")
def test_a_block_of_a_page_runs_as_it_stands(
    project: Path, bureau: Bureau, monkeypatch: pytest.MonkeyPatch, block: Block
) -> None:
    bureau.newest = last_complete_month()
    rows = [["2020", code, name, *range(1, 27)] for code, name in (("0007", "ATP"), ("0015", "World"))]
    bureau.files["/country.xlsx"] = workbook([COLUMNS, *rows])
    monkeypatch.setenv("CENSUS_GOODS_URL", bureau.address.replace("/data", "/country.xlsx"))
    (project / ".venv").symlink_to(Path(sys.executable).parents[1])
    said = run_block(block, project)
    assert "loaded country.xlsx into data/census_country/" in said
    assert "imports: would ask" in said or "imports, to 20" in said


def test_make_clean_leaves_what_was_loaded() -> None:
    told = subprocess.run(
        ["make", "--dry-run", "clean"], cwd=PROJECT, text=True, capture_output=True, check=True
    ).stdout
    assert "rm -rf target" in told
    assert not re.search(r"\bdata\b", told)


def test_only_a_revision_since_the_last_look_makes_a_month_worth_asking() -> None:
    assert not may_be_revised("2016-05", "2016-05", "2017-03")
    assert may_be_revised("2016-05", "2016-05", "2017-04")
    assert not may_be_revised("2016-05", "2017-04", "2018-03")
    assert may_be_revised("2014-01", "2016-12", "2017-04")
    assert not may_be_revised("2013-12", "2016-12", "2017-04")
    # A month that was not looked at for years has missed revisions that reached it.
    assert may_be_revised("2010-01", "2010-01", "2026-09")


def test_months_in_words() -> None:
    assert ranges(["2011-01", "2010-12", "2010-11", "2012-02"]) == "2010-11 to 2011-01, 2012-02"
    assert re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", last_complete_month())
