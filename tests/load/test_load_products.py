"""`atp load products` from the API and from files: what is asked, kept and asked again, and what is refused."""

import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from bureau import KEY, Bureau, Fault, Handler, as_file, bureau, clock, product_list, project, trade
from conftest import PROJECT

from atp_trade import AtpError
from atp_trade.load.lists import load_lists
from atp_trade.load.products import load_products
from atp_trade.load.trade import COLUMNS

MONTHS = ("2010-01", "2010-02", "2010-03")
CHAPTERS = ("84", "90")
TYPES = ["VARCHAR", "VARCHAR", "BIGINT", "BIGINT", "VARCHAR", "VARCHAR", "INTEGER", "INTEGER", "VARCHAR"]
ATP = Path(sys.executable).with_name("atp")


@pytest.fixture
def listed(project: Path) -> Path:
    """A project with lists of two chapters, one of which an older list alone has, and one of them shipped."""
    for flow in ("imp", "exp"):
        (project / f"{flow}atp22.txt").write_bytes(as_file(product_list()))
    [*load_lists([Path("impatp22.txt"), Path("expatp22.txt")])]
    seeds = project / "seeds" / "census"
    seeds.mkdir(parents=True)
    (seeds / "census_atp_products.csv").write_text(
        "flow,list_year,product_code,census_area_code\nexports,2017,9030100000,10\nimports,2017,9030100000,10\n"
    )
    return project


@pytest.fixture
def trading(bureau: Bureau) -> Bureau:
    """A server with product trade of three months; chapter 90 has none in the first, and 62 is on no list."""
    for flow in ("exports", "imports"):
        for month in MONTHS:
            bureau.trade[flow, month] = trade(flow, month, ("84", "62") if month == MONTHS[0] else (*CHAPTERS, "62"))
    return bureau


def kept(project: Path) -> dict[tuple[str, str], list[tuple]]:
    """The rows of each flow and month, without when and what was asked; each has one version, and nothing is left."""
    found = {}
    for file in sorted((project / "data" / "census_hs").rglob("*.parquet")):
        flow, year, month, _ = file.relative_to(project / "data" / "census_hs").parts
        relation = duckdb.read_parquet(str(file.relative_to(project)))
        assert relation.columns == [*COLUMNS, "loaded_at_utc", "request"]
        assert [*map(str, relation.types)] == [*TYPES, "TIMESTAMP", "VARCHAR"]
        assert (flow, month) not in found and month.startswith(year)
        found[flow, month] = [row[:-2] for row in relation.fetchall()]
    assert not [*(project / "data").rglob("*.unfinished")]
    return found


def expected(flow: str, month: str, rows: list[tuple]) -> list[tuple]:
    """What is to be kept of a server's rows."""
    about = (flow, int(month[:4]), int(month[5:]), "census_hs")
    return sorted(
        (code, country, value, int(quantity) if unit == "NO" else None, unit if unit == "NO" else None, *about)
        for code, country, value, quantity, unit in rows
        if code[:2] in CHAPTERS
    )


def asked(bureau: Bureau, flow: str = "exports") -> list[str]:
    found = sorted(what for of_flow, what in bureau.asked if of_flow == flow)
    bureau.asked.clear()
    return found


def test_the_chapters_of_the_lists_become_one_file_for_each_month(listed: Path, trading: Bureau) -> None:
    said = [*load_products(first="2010-01", last="2010-03")]
    assert said == [f"{flow}, to 2010-03: 3 new (2010-01 to 2010-03)" for flow in ("exports", "imports")]
    assert sorted(trading.asked) == [
        (flow, f"{month} {chapter}") for flow in ("exports", "imports") for month in MONTHS for chapter in CHAPTERS
    ]
    assert kept(listed) == {key: expected(*key, rows) for key, rows in trading.trade.items()}
    files = "data/census_hs/imports/2010/2010-02/*.parquet"
    ((request,),) = duckdb.sql(f"select distinct request from '{files}'").fetchall()
    assert request == (
        f"{trading.address}/timeseries/intltrade/imports/hs"
        "?get=I_COMMODITY,CTY_CODE,GEN_VAL_MO,GEN_QY1_MO,UNIT_QY1,SUMMARY_LVL&COMM_LVL=HS10&SUMMARY_LVL=DET"
        "&time=2010-02&I_COMMODITY=84*&I_COMMODITY=90*"
    )
    assert [name for name in listed.rglob("*") if name.is_file() and KEY.encode() in name.read_bytes()] == []


@pytest.mark.parametrize("place", ["census_hs/exports/2010/2010-01", "census_lists/exports/2022"])
def test_the_columns_of_a_file_are_those_that_the_page_has(listed: Path, trading: Bureau, place: str) -> None:
    [*load_products(last="2010-01", flow="exports")]
    found = duckdb.read_parquet(f"data/{place}/*.parquet")
    page = (PROJECT / "docs" / "load.md").read_text().partition(f"The columns of `{place.partition('/')[0]}`")[2]
    words = {"VARCHAR": "text"}
    for name, kind in zip(found.columns, map(str, found.types), strict=True):
        named = rf"^\|.*`{name}`.* \| {words.get(kind, kind.lower())} \|"
        assert re.search(named, page.partition("\n## ")[0], re.MULTILINE), name


def test_a_second_load_asks_for_nothing_and_the_newest_month_is_found(listed: Path, trading: Bureau, clock) -> None:
    clock("2010-05")
    said = [*load_products(flow="exports")]
    assert said == ["exports, to 2010-03: 3 new (2010-01 to 2010-03), not published yet: 2010-04 to 2010-05"]
    clock("2010-03")
    asked(trading)
    assert [*load_products(flow="exports")] == ["exports, to 2010-03: nothing was missing"]
    assert asked(trading) == []


def test_a_revision_is_a_new_version_and_the_same_is_none(listed: Path, trading: Bureau) -> None:
    [*load_products(first="2010-01", last="2010-03", flow="exports")]
    trading.trade["exports", "2010-02"] = trade("exports", "2010-02", CHAPTERS, added=5)
    trading.trade["exports", "2010-01"].reverse()
    assert [*load_products(first="2010-01", last="2010-03", flow="exports", again=True)] == [
        "exports, to 2010-03: 1 revised (2010-02), 2 as they were (2010-01, 2010-03)"
    ]
    _, newest = sorted((listed / "data" / "census_hs" / "exports" / "2010" / "2010-02").glob("*"))
    rows = duckdb.read_parquet(str(newest.relative_to(listed))).fetchall()
    assert [row[:-2] for row in rows] == expected("exports", "2010-02", trading.trade["exports", "2010-02"])


def test_a_chapter_that_a_new_list_adds_is_asked_for_in_months_that_are_there(listed: Path, trading: Bureau) -> None:
    [*load_products(first="2010-01", last="2010-02", flow="exports")]
    asked(trading)
    (listed / "expatp21.txt").write_bytes(as_file(product_list(first=6200000000)))
    [*load_lists([Path("expatp21.txt")])]
    said = [*load_products(first="2010-01", last="2010-02", flow="exports", dry_run=True)]
    assert said == [
        f"exports: would ask {trading.address}/timeseries/intltrade/exports/hs for up to 2 months, in 3 chapters each "
        "(62, 84, 90): 2010-01 to 2010-02 (again: they may have been revised, or lack a chapter, or --again)"
    ]
    assert asked(trading) == []
    assert [*load_products(first="2010-01", last="2010-02", flow="exports")] == [
        "exports, to 2010-02: 2 revised (2010-01 to 2010-02)"
    ]
    assert [*load_products(first="2010-01", last="2010-02", flow="exports")] == [
        "exports, to 2010-02: nothing was missing"
    ]


def test_without_a_list_there_is_nothing_to_ask_for(project: Path, bureau: Bureau) -> None:
    with pytest.raises(AtpError, match=r"there is no list of exports, .* atp load lists"):
        [*load_products()]
    assert bureau.asked == []


def edited(column: str, value: object, row: int = 3) -> Fault:
    """The right answer with another value in one row."""

    def answer(handler: Handler, table: list[list]) -> None:
        places = [place for place, name in enumerate(table[0]) if name == column]
        for place in places:
            table[row][place] = value
        handler.send(200, json.dumps(table).encode())

    return answer


WRONG = {
    "a code without its zeros": (edited("E_COMMODITY", "847100001"), "row 3 has no product of chapter 84, E_COMMODITY"),
    "a code of another chapter": (edited("E_COMMODITY", "8571000010"), "row 3 has no product of chapter 84"),
    "an unknown country": (edited("CTY_CODE", "12"), "row 3 has an unknown country, CTY_CODE '12'"),
    "less than nothing": (edited("ALL_VAL_MO", "-1"), "row 3 has no whole number of dollars, ALL_VAL_MO '-1'"),
    "a part of a unit": (edited("QTY_1_MO", "1.5"), "row 3 has no whole quantity, QTY_1_MO '1.5'"),
    "a unit that is none": (edited("UNIT_QY1", "N\tO"), "row 3 has an unknown unit, UNIT_QY1"),
    "products of six digits": (edited("COMM_LVL", "HS6"), "row 3 has another level of products, COMM_LVL 'HS6'"),
    "groups": (edited("SUMMARY_LVL", "CGP"), "row 3 has another level of countries, SUMMARY_LVL 'CGP'"),
    "another month": (edited("time", "2010-03"), "row 3 has another month than 2010-02"),
    "a product and country twice": (edited("CTY_CODE", "2010", row=4), "2 rows are about the same, E_COMMODITY 84"),
    "a total that is none": (edited("ALL_VAL_MO", "7", row=1), "add up to"),
}


@pytest.mark.parametrize(("fault", "sentence"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_answer_is_refused_with_its_month_and_the_next_load_goes_on(
    listed: Path, trading: Bureau, fault: Fault, sentence: str
) -> None:
    trading.goes_wrong("exports", "2010-02 84", fault)
    with pytest.raises(AtpError) as failed:
        [*load_products(first="2010-01", last="2010-03", flow="exports")]
    first, second = str(failed.value).split("\n")
    assert first == "1 month was not loaded; what was there of them is as it was"
    assert second.startswith("exports 2010-02, chapter 84: ") and sentence in second
    assert {month for _, month in kept(listed)} == {"2010-01", "2010-03"}
    asked(trading)
    assert [*load_products(first="2010-01", last="2010-03", flow="exports")] == ["exports, to 2010-03: 1 new (2010-02)"]
    assert asked(trading) == ["2010-02 84", "2010-02 90"]


def test_an_answer_that_is_cut_off_is_asked_for_again(listed: Path, trading: Bureau) -> None:
    trading.goes_wrong(
        "exports", "2010-02 90", lambda handler, table: handler.send(200, json.dumps(table)[:-9].encode())
    )
    [*load_products(first="2010-01", last="2010-03", flow="exports")]
    assert asked(trading).count("2010-02 90") == 2
    assert len(kept(listed)) == 3


def test_a_load_that_is_stopped_keeps_whole_months_alone(listed: Path, trading: Bureau) -> None:
    trading.seconds = 0.05
    trading.newest = "2011-12"
    for year in (2010, 2011):
        for number in range(1, 13):
            month = f"{year}-{number:02}"
            trading.trade["exports", month] = trade("exports", month, CHAPTERS)
    for stop, count in ((signal.SIGKILL, 9), (signal.SIGTERM, 12)):
        asked(trading)
        running = subprocess.Popen(
            [ATP, "load", "products", "--to", "2011-12", "--flow", "exports"],
            cwd=listed,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        while len(trading.asked) < count and running.poll() is None:
            pass
        running.send_signal(stop)
        output, _ = running.communicate()
        assert running.returncode in (1, -signal.SIGKILL), output
    assert "interrupted; " in output
    before = kept(listed)
    assert 0 < len(before) < 24
    [*load_products(last="2011-12", flow="exports")]
    after = kept(listed)
    assert len(after) == 24 and {key: after[key] for key in before} == before
    assert all(after[key] == expected(*key, trading.trade[key]) for key in after)


HEADER = "flow,month,product_code,country_code,value_usd,quantity,quantity_unit"
LINES = [
    "imports,2010-02,8471000001,5700,100,3,NO",
    "imports,2010-02,8471000001,1220,0,,",
    "exports,2010-01,8471000002,1220,250,9,X",
    "imports,2010-01,0101210010,1220,7,8, KG ",
]
ROWS = {
    ("exports", "2010-01"): [("8471000002", "1220", 250, None, None, "exports", 2010, 1, "census_hs")],
    ("imports", "2010-01"): [("0101210010", "1220", 7, 8, "KG", "imports", 2010, 1, "census_hs")],
    ("imports", "2010-02"): [
        ("8471000001", "1220", 0, None, None, "imports", 2010, 2, "census_hs"),
        ("8471000001", "5700", 100, 3, "NO", "imports", 2010, 2, "census_hs"),
    ],
}


def write_csv(project: Path, lines: list[str], name: str = "trade [1].csv", header: str = HEADER) -> Path:
    (project / name).write_bytes(as_file([header, *lines]))
    return Path(name)


def write_parquet(project: Path, lines: list[str], name: str = "trade [1].parquet", select: str = "*") -> Path:
    """The lines as Parquet, whose numbers are numbers unless `select` changes that."""
    source = write_csv(project, lines, "source.csv")
    duckdb.sql(
        f"select {select} from (select * replace (value_usd::bigint as value_usd, quantity::bigint as quantity) "
        f"from read_csv('{source}', all_varchar = true))"
    ).write_parquet(name)
    return Path(name)


@pytest.mark.parametrize("write", [write_csv, write_parquet])
def test_a_file_becomes_a_file_for_each_month(project: Path, clock, write) -> None:
    clock("2010-03")
    file = write(project, LINES)
    assert [*load_products([file])] == ["exports: 1 new (2010-01)", "imports: 2 new (2010-01 to 2010-02)"]
    assert kept(project) == ROWS
    requests = duckdb.sql("select distinct request from 'data/census_hs/*/*/*/*.parquet'").fetchall()
    assert requests == [(f"file:{file}",)]
    # The same rows, in whatever order and format, are no new version; another value is one.
    same = write_csv(project, LINES[::-1], "same.csv")
    assert [*load_products([same])] == [
        "exports: 1 as they were (2010-01)",
        "imports: 2 as they were (2010-01 to 2010-02)",
    ]
    changed = write_csv(project, [LINES[2].replace("250", "251")], "changed.csv")
    assert [*load_products([changed])] == ["exports: 1 revised (2010-01)"]


def test_columns_may_come_in_any_order_and_some_may_be_missing(project: Path) -> None:
    lines = ["1220,5,8471000001,2010-01,exports,census_hs"]
    header = "country_code,value_usd,product_code,month,flow,source_id"
    # As some programs begin a file.
    file = write_csv(project, lines, header="\xef\xbb\xbf" + header)
    [*load_products([file])]
    assert kept(project) == {
        ("exports", "2010-01"): [("8471000001", "1220", 5, None, None, "exports", 2010, 1, "census_hs")]
    }


def test_many_files_are_one_load(project: Path) -> None:
    files = [write_csv(project, LINES[:1], "a.csv"), write_parquet(project, LINES[1:], "b.parquet")]
    [*load_products(files)]
    assert kept(project) == ROWS
    ((request,),) = duckdb.sql(
        "select distinct request from 'data/census_hs/imports/2010/2010-02/*.parquet'"
    ).fetchall()
    assert request == "file:a.csv, b.parquet"


# What is wrong with a line, and what is said of it.
LINES_REFUSED = {
    "less than nothing": ("imports,2010-02,8471000009,5700,-1,3,NO", "no whole number of dollars, 0 or more, but '-1'"),
    "no value": ("imports,2010-02,8471000009,5700,,3,NO", "no whole number of dollars, 0 or more, but nothing"),
    "a quantity below nothing": ("imports,2010-02,8471000009,5700,1,-3,NO", "no whole quantity, 0 or more, but '-3'"),
    "a code without its zero": ("imports,2010-02,101210010,5700,1,3,NO", "of 9 digits, '101210010': zeros may be lost"),
    "a code with letters": (
        "imports,2010-02,84710000AB,5700,1,3,NO",
        "no product code of ten digits, but '847",
    ),
    "no code": ("imports,2010-02,,5700,1,3,NO", "no product code of ten digits, but nothing"),
    "a group": ("imports,2010-02,8471000009,0003,1,3,NO", "no country, but '0003': leave out groups and totals"),
    "a continent": ("imports,2010-02,8471000009,5XXX,1,3,NO", "no country, but '5XXX'"),
    "a total": ("imports,2010-02,8471000009,-,1,3,NO", "no country, but '-'"),
    "a country without its zeros": ("imports,2010-02,8471000009,3,1,3,NO", "but '3': zeros may be lost"),
    "an unknown flow": ("import,2010-02,8471000009,5700,1,3,NO", "an unknown flow, 'import'"),
    "no flow": (",2010-02,8471000009,5700,1,3,NO", "an unknown flow, nothing"),
    "no month": ("imports,2010-2,8471000009,5700,1,3,NO", "no month, but '2010-2': write it as 2010-01"),
    "a month too early": ("imports,2009-12,8471000009,5700,1,3,NO", "the month 2009-12: the months are 2010-01 to"),
    "a month that is not over": ("imports,2010-04,8471000009,5700,1,3,NO", "the month 2010-04: the months are"),
    "a row twice": (LINES[1], "has 8471000001 of 1220 in imports 2010-02 again; trade [1].csv, line 3 has it too"),
}


@pytest.mark.parametrize(("line", "sentence"), LINES_REFUSED.values(), ids=LINES_REFUSED.keys())
def test_a_row_that_cannot_be_meant_is_named_and_nothing_is_loaded(
    project: Path, clock, line: str, sentence: str
) -> None:
    clock("2010-03")
    before = write_csv(project, ["exports,2010-01,8471000007,1220,1,,"], "before.csv")
    # The header is line 1, and a blank line counts.
    file = write_csv(project, [*LINES, "", line])
    with pytest.raises(AtpError, match=re.escape(sentence)) as refused:
        [*load_products([before, file])]
    assert str(refused.value).startswith("trade [1].csv, line 7, has ")
    assert kept(project) == {}


@pytest.mark.parametrize("name", ["less than nothing", "a code without its zero", "a group", "a row twice"])
def test_a_row_of_a_parquet_file_is_named_too(project: Path, name: str) -> None:
    line, sentence = LINES_REFUSED[name]
    file = write_parquet(project, [*LINES, line])
    with pytest.raises(AtpError, match=re.escape(sentence.partition(";")[0])) as refused:
        [*load_products([file])]
    assert str(refused.value).startswith("trade [1].parquet, row 5, has ")
    assert kept(project) == {}


def test_a_line_is_counted_after_names_that_take_two(project: Path) -> None:
    lines = [LINES[0].replace(",NO", ',"N\nO"'), "imports,2010-02,8471000009,5700,1.5,,"]
    with pytest.raises(AtpError, match=r"line 4, has no whole number of dollars, 0 or more, but '1\.5'"):
        [*load_products([write_csv(project, lines)])]


CSV_REFUSED = {
    "a missing column": ([HEADER.replace("month", "year"), *LINES], "lacks the column month"),
    "an unknown column": ([f"{HEADER},name", *LINES], "has an unknown column 'name': remove it"),
    "a column twice": ([f"{HEADER},flow", *LINES], "has the column 'flow' twice"),
    "a quantity of what": (
        ["flow,month,product_code,country_code,value_usd,quantity"],
        "has quantity without",
    ),
    "a line that is too short": ([HEADER, *LINES, "imports,2010-01"], "line 6, has 2 of 7 values"),
    "a line that is too long": ([HEADER, *LINES, f"{LINES[0]},1"], "line 6, has 8 of 7 values"),
    "no rows": ([HEADER], "there are no rows to load"),
    "nothing": ([], "trade.csv is empty: name a file"),
    "a quote that is not closed": (
        [HEADER, *LINES, f'"{LINES[0]}', LINES[1]],
        "line 6, has a quote that is not closed",
    ),
    "a quote that is not closed in a last line": ([HEADER, f'{LINES[0][:-2]}"NO'], "line 2, has a quote that is"),
    "lines that end in two ways": ([f"{HEADER}\r", *LINES], "has lines that end in two ways"),
    "a workbook": (["PK\x03\x04 and so on"], "is a workbook: save it as CSV or Parquet"),
    "a long value before another fault": (
        [HEADER, LINES[0].replace("NO", "N" * 200_000), LINES[1].replace("1220", "57")],
        "line 3, has no country code of four digits",
    ),
    "a web page": (["<html>moved</html>"], "lacks the column flow"),
    "a picture": (["\x89PNG\xff"], "is neither Parquet nor a CSV file in UTF-8"),
    "what is made up": (
        [f"{HEADER},source_id", f"{LINES[0]},synthetic"],
        "line 2, is made up: synthetic trade has",
    ),
    "another source": (
        [f"{HEADER},source_id", f"{LINES[0]},mine"],
        "line 2, has the source_id 'mine': write",
    ),
}


@pytest.mark.parametrize(("lines", "sentence"), CSV_REFUSED.values(), ids=CSV_REFUSED.keys())
def test_a_csv_file_that_is_not_whole_is_refused(project: Path, lines: list[str], sentence: str) -> None:
    (project / "trade.csv").write_bytes(as_file(lines))
    with pytest.raises(AtpError, match=re.escape(sentence)) as refused:
        [*load_products([Path("trade.csv")])]
    assert "\n" not in str(refused.value)
    assert kept(project) == {}


PARQUET_REFUSED = {
    "a code as a number": (
        "* replace (product_code::bigint as product_code)",
        "product_code as BIGINT: .*zeros",
    ),
    "a country as a number": ("* replace (country_code::int as country_code)", "country_code as INTEGER: .*zeros may"),
    "a value with a fraction": (
        "* replace (value_usd + 0.5 as value_usd)",
        r"value_usd as DECIMAL\(.*whole numbers",
    ),
    "a value as text": ("* replace (value_usd::varchar as value_usd)", "has value_usd as VARCHAR: write whole numbers"),
    "a month as a date": ("* replace (date '2010-01-01' as month)", "has month as DATE: write it as text"),
    "a missing column": ("* exclude (flow)", "lacks the column flow"),
    "an unknown column": ("*, 1 as year", "has an unknown column 'year'"),
    "what is made up": ("*, 'synthetic' as source_id, 1 as data_year", "is made up: synthetic trade has a data folder"),
}


@pytest.mark.parametrize(("select", "sentence"), PARQUET_REFUSED.values(), ids=PARQUET_REFUSED.keys())
def test_a_parquet_file_that_is_not_whole_is_refused(project: Path, select: str, sentence: str) -> None:
    file = write_parquet(project, LINES, select=select)
    with pytest.raises(AtpError, match=sentence) as refused:
        [*load_products([file])]
    assert str(refused.value).startswith("trade [1].parquet ")
    assert kept(project) == {}


def test_a_parquet_file_that_is_cut_off_is_named(project: Path) -> None:
    file = write_parquet(project, LINES)
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(AtpError, match=r"^trade \[1\]\.parquet cannot be read .*: correct it, or write it again"):
        [*load_products([file])]
    with pytest.raises(AtpError, match=r"^nowhere\.csv cannot be read: No such file or directory: name another file"):
        [*load_products([Path("nowhere.csv")])]


def test_options_of_the_api_are_not_for_files(project: Path) -> None:
    file = write_csv(project, LINES)
    for options in ({"first": "2010-01"}, {"last": "2010-01"}, {"flow": "exports"}, {"dry_run": True}, {"again": True}):
        with pytest.raises(AtpError, match="are about the Bureau's API: leave them out, or the files"):
            [*load_products([file], **options)]


@pytest.fixture
def large(project: Path) -> Path:
    """Twelve months of each flow, mixed, with so many rows that a load of them takes a while."""
    duckdb.sql(
        "select if(i % 2 = 0, 'exports', 'imports') as flow, format('2010-{:02d}', 1 + i // 2 % 12) as month, "
        "(8400000000 + i // 24)::varchar as product_code, '1220' as country_code, i as value_usd "
        "from range(600000) t(i)"
    ).write_parquet("large.parquet")
    return Path("large.parquet")


@pytest.mark.parametrize("stop", [signal.SIGKILL, signal.SIGTERM])
def test_a_load_of_files_that_is_stopped_leaves_nothing_half_loaded(project: Path, large: Path, stop) -> None:
    running = subprocess.Popen(
        [ATP, "load", "products", large], cwd=project, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    while not [*project.glob("data/census_hs/*/*/*/.*.unfinished")] and running.poll() is None:
        pass
    running.send_signal(stop)
    output, _ = running.communicate()
    assert not [*project.glob("data/census_hs/*/*/*/[!.]*")]
    if stop == signal.SIGTERM:
        assert running.returncode == 1
        assert output.splitlines()[-1] == "atp: interrupted; nothing was loaded"
        assert not [*(project / "data").rglob("*.unfinished")]
    [*load_products([write_csv(project, LINES)])]
    assert kept(project) == ROWS


def test_a_large_file_needs_little_memory_and_is_kept_whole(project: Path, large: Path, monkeypatch) -> None:
    from atp_trade.load import product_files

    monkeypatch.setattr(product_files, "MEMORY", "100MB")
    assert len([*load_products([large])]) == 2
    ((rows, total, places),) = duckdb.sql(
        "select count(*), sum(value_usd), count(distinct (flow, data_month)) from 'data/census_hs/*/*/*/*.parquet'"
    ).fetchall()
    assert (rows, total, places) == (600000, sum(range(600000)), 24)
    ((unordered,),) = duckdb.sql(
        "select count(*) from (select product_code < lag(product_code) over () as falls from "
        "'data/census_hs/exports/2010/2010-01/*.parquet') where falls"
    ).fetchall()
    assert unordered == 0
