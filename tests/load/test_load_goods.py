"""`atp load goods` from files and from a server: what is kept, and what is refused."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from bureau import Bureau, bureau, clock, project, workbook

from atp_trade import AtpError
from atp_trade.load.goods import COLUMNS, load_goods

PATH = "/balance/country.xlsx"


def made_up(years: tuple[int, ...] = (2023, 2024), months: int = 6) -> list[list]:
    """The sheet with two years, the last one up to a month: 0 stands for what is not published yet."""
    rows: list[list] = [COLUMNS]
    for code, name in {"0007": "Advanced Technology Products", "0015": "World", "1220": "Canada"}.items():
        for year in years:
            known = months if year == max(years) else 12
            values = [round(int(code) + year + number / 70, 6) if number <= known else 0 for number in range(1, 13)]
            rows.append([str(year), code, name, *[*values, round(sum(values), 6)] * 2])
    return rows


def as_csv(rows: list[list]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def load(project: Path, content: bytes, name: str = "country.xlsx") -> list[str]:
    (project / name).write_bytes(content)
    return [*load_goods(Path(name))]


def loaded(project: Path) -> list[Path]:
    return sorted((project / "data" / "census_country").glob("*"))


@pytest.mark.parametrize(("write", "name"), [(workbook, "country.xlsx"), (as_csv, "country.csv")])
def test_a_copy_is_kept_as_it_came(project: Path, clock, write: Callable, name: str) -> None:
    clock("2024-07")
    said = load(project, write(made_up()), name)
    (file,) = loaded(project)
    assert said == [f"loaded {name} into data/census_country/{file.name}: 6 rows, 2023 to 2024"]
    kept = duckdb.read_parquet(str(file.relative_to(project)))
    assert kept.columns == [*COLUMNS, "loaded_at_utc", "request"]
    assert {str(kind) for kind in kept.types} == {"VARCHAR", "TIMESTAMP"}
    rows = kept.fetchall()
    assert {row[-1] for row in rows} == {f"file:{name}"}
    # Every number to its last digit; months that are not published are 0, as in the file.
    assert [[*row[:-2]] for row in rows] == [[*map(str, row)] for row in made_up()[1:]]
    assert rows[1][COLUMNS.index("IJUL")] == "0"


def test_the_same_copy_again_is_nothing_new_and_an_older_one_neither(project: Path, clock) -> None:
    clock("2024-07")
    load(project, workbook(made_up(months=5)), "may.xlsx")
    load(project, workbook(made_up()), "june.xlsx")
    before = loaded(project)
    assert len(before) == 2
    (said,) = load(project, as_csv(made_up(months=5)), "again.csv")
    assert said.startswith(f"nothing new: again.csv has the rows of data/census_country/{before[0].name}")
    assert loaded(project) == before


def test_it_comes_from_the_address_if_no_file_is_named(
    project: Path, bureau: Bureau, clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock("2024-07")
    bureau.files[PATH] = workbook(made_up())
    address = bureau.address.replace("/data", PATH)
    monkeypatch.setenv("CENSUS_GOODS_URL", address)
    assert "6 rows, 2023 to 2024" in [*load_goods(None)][-1]
    (file,) = loaded(project)
    ((request,),) = duckdb.sql(f"select distinct request from '{file.relative_to(project)}'").fetchall()
    assert request == address
    bureau.files[PATH] = b"<html>moved</html>"
    with pytest.raises(AtpError, match=r"web page in the place of data .moved., 6 times: load again later"):
        [*load_goods(None)]
    assert loaded(project) == [file]


def test_codes_that_lost_their_zeros_get_them_back(project: Path, clock) -> None:
    clock("2024-07")
    rows = [[*row[:1], int(row[1]), *row[2:]] if index else row for index, row in enumerate(made_up())]
    assert load(project, workbook(rows))[0] == "4 codes had lost their zeros, which are back"
    (said,) = load(project, workbook(made_up()), "right.xlsx")
    assert said.startswith("nothing new")


def test_columns_may_be_in_any_order_and_rows_may_be_blank(project: Path, clock) -> None:
    clock("2024-07")
    load(project, workbook(made_up()))
    shuffled = [[*reversed(row)] for row in made_up()]
    (said,) = load(project, workbook([*shuffled, [None] * 5, []]), "shuffled.xlsx")
    assert said.startswith("nothing new")


def changed(row: int, column: str, value: object) -> list[list]:
    rows = [[*cells] for cells in made_up()]
    rows[row][COLUMNS.index(column)] = value
    return rows


REFUSED = {
    "another sheet": (workbook(made_up(), "Sheet1"), r"has no sheet country, but 'Sheet1'"),
    "a moved header": (
        workbook([["U.S. trade in goods"], [], *made_up()]),
        r"no header year, CTY_CODE, \.\.\. in its first row; it is in row 3: remove the rows above it",
    ),
    "no header": (workbook(made_up()[1:]), r"has no header year, CTY_CODE, .* get the file again from https"),
    "a missing column": (workbook([row[:-1] for row in made_up()]), "lacks the column EYR"),
    "an unknown column": (workbook([[*row, "x"] for row in made_up()]), "has an unknown column 'x'"),
    "a column twice": (workbook([[*row, row[0]] for row in made_up()]), "has the column year twice"),
    "text for a number": (workbook(changed(2, "IMAR", "n/a")), "row 3, has no number in IMAR, but 'n/a'"),
    "a number with a comma": (as_csv(changed(2, "IMAR", "1,234.5")), "row 3, has no number in IMAR, but '1,234.5'"),
    "nothing for a number": (workbook(changed(2, "EYR", None)), "row 3, has no number in EYR, but ''"),
    "a year that is none": (workbook(changed(2, "year", "24")), "row 3, has no year, but '24'"),
    "a code that is none": (
        workbook(changed(2, "CTY_CODE", "12200")),
        "row 3, has no code of four digits, but '12200'",
    ),
    "a month in the future": (
        workbook(changed(2, "EDEC", 5.5)),
        "row 3, has a number in EDEC of 2024, a month that is",
    ),
    "a row twice": (workbook([*made_up(), made_up()[-1]]), "has two rows for 1220 in 2024"),
    "a row that is too short": (as_csv([*made_up()[:-1], made_up()[-1][:5]]), "row 7, has not 29 values"),
    "no row of ATP": (workbook([made_up()[0], *made_up()[3:]]), "has no row of code 0007, advanced technology"),
    "no row of the world": (
        workbook([row for row in made_up() if row[1] != "0015"]),
        "has no row of code 0015, the world: get it again",
    ),
    "no workbook": (b"PK\x03\x04 and no more", "cannot be read as a workbook"),
    "a workbook that is cut off": (workbook(made_up())[:-500], "cannot be read as a workbook"),
    "a picture": (b"\x89PNG\r\n\x1a\n\xff", "is neither a workbook"),
    "a web page": (b"<html><body>moved</body></html>", "has no header year, CTY_CODE"),
    "nothing": (b"", "is empty"),
}


@pytest.mark.parametrize(("content", "sentence"), REFUSED.values(), ids=REFUSED.keys())
def test_a_copy_that_is_not_whole_is_refused(project: Path, clock, content: bytes, sentence: str) -> None:
    clock("2024-07")
    with pytest.raises(AtpError, match=sentence) as refused:
        load(project, content)
    assert re.match(r"country\.xlsx\b", str(refused.value)) and "\n" not in str(refused.value)
    assert loaded(project) == []


def test_a_file_that_is_not_there_is_named(project: Path) -> None:
    with pytest.raises(AtpError, match=r"nowhere\.xlsx cannot be read: No such file"):
        [*load_goods(Path("nowhere.xlsx"))]
