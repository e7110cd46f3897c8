"""`atp load lists` from files and from a server: what is kept, what is asked again, and what is refused."""

import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from bureau import Bureau, as_file, bureau, product_list, project, workbook

from atp_trade import AtpError
from atp_trade.load import lists
from atp_trade.load.lists import load_lists

THIS_YEAR = 2023
HEADER = ["Commodity", "DESCRIPTN", "abbreviatn", "unit_qy1", "sitc", "hitech"]


@pytest.fixture(autouse=True)
def this_year(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "this_year", lambda: THIS_YEAR)


def load(project: Path, content: bytes, name: str = "impatp22.txt", **options: object) -> list[str]:
    (project / name).write_bytes(content)
    return [*load_lists([Path(name)], **options)]


def versions(project: Path, place: str = "*/*") -> list[Path]:
    return sorted((project / "data" / "census_lists").glob(f"{place}/*.parquet"))


def rows(file: Path) -> list[tuple]:
    return duckdb.read_parquet(str(file.relative_to(Path.cwd())).replace("[", "[[]")).fetchall()


def concordance(count: int = 120) -> list[list[object]]:
    """All products: those of an area, and twice as many that are of none."""
    found = [[f"{8471000000 + n}", f"PRODUCT {n}, NESOI", "P", "NO", "75", "04"] for n in range(count)]
    none = [[f"0101{n:06}", "HORSES", "H", "NO", "00", area] for n in range(count) for area in ("00", "")]
    return [HEADER, *found, *[[*row[:1], *row[1:]] for row in none]]


def as_csv(table: list[list[object]]) -> bytes:
    quoted = (",".join(f'"{cell}"' for cell in row) for row in table)
    return as_file([*quoted])


@pytest.mark.parametrize(
    "content",
    [
        as_file(product_list()),
        as_file(product_list(width=164), "\r\n") + b"\r\n\x1a",
        as_file([line.rstrip() for line in product_list()]),
        workbook(concordance(), "Sheet1"),
        as_csv(concordance()),
    ],
    ids=["165 letters", "164 letters, CRLF, ^Z", "no blanks at the ends", "a concordance", "a concordance as CSV"],
)
def test_a_list_is_kept_the_same_in_each_layout(project: Path, content: bytes) -> None:
    assert load(project, content) == ["imports: 1 new (2022)"]
    (file,) = versions(project)
    assert file.parent == project / "data" / "census_lists" / "imports" / "2022"
    found = duckdb.read_parquet(str(file.relative_to(project)))
    assert found.columns == [
        *("product_code", "census_area_code", "product_name", "flow", "list_year", "source_id"),
        *("loaded_at_utc", "request"),
    ]
    assert [str(kind) for kind in found.types] == ["VARCHAR"] * 6 + ["TIMESTAMP", "VARCHAR"]
    kept = [(*row[:6], row[-1]) for row in found.fetchall()]
    about = ("imports", "2022", "census_lists", "file:impatp22.txt")
    assert kept == [(f"{8471000000 + n}", "04", f"PRODUCT {n}, NESOI", *about) for n in range(120)]
    # The same list is no new version, whatever its layout.
    assert load(project, as_file(product_list())) == ["imports: 1 as they were (2022)"]
    assert load(project, as_file(product_list(121))) == ["imports: 1 revised (2022)"]
    assert len(versions(project)) == 2


def test_a_product_without_a_name_has_none(project: Path) -> None:
    load(project, as_file([line[:13] for line in product_list()]))
    assert {row[2] for row in rows(versions(project)[0])} == {None}


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("impatp22.txt", "imports/2022"),
        ("EXPATP09.TXT", "exports/2009"),
        ("expconcord2019 (1).csv", "exports/2019"),
        ("ImpConcord98.xlsx", "imports/1998"),
    ],
)
def test_a_name_says_flow_and_year(project: Path, name: str, place: str) -> None:
    load(project, as_file(product_list()), name)
    assert len(versions(project, place)) == 1


def test_a_name_that_says_neither_needs_options(project: Path) -> None:
    with pytest.raises(AtpError, match=r"^list\.txt does not say by its name which list .*--flow and --year"):
        load(project, as_file(product_list()), "list.txt")
    load(project, as_file(product_list()), "list.txt", flow="exports", year=2021)
    assert len(versions(project, "exports/2021")) == 1


@pytest.mark.parametrize(
    ("names", "options", "sentence"),
    [
        (["impatp22.txt"], {"flow": "exports"}, "says imports by its name, and --flow says exports"),
        (["impatp22.txt"], {"year": 2021}, "says 2022 by its name, and --year says 2021"),
        (["impatp22.txt", "expatp22.txt"], {"year": 2022}, "are about one file"),
        (["impatp22.txt", "impconcord22.csv"], {}, r"impconcord22\.csv is a second list of imports 2022"),
        (["impatp24.txt"], {}, "there can be no list of 2024: name a year from 1989 to 2023"),
        (["impatp22.txt"], {"first": 2010}, "leave them out, or"),
        (["impatp22.txt"], {"dry_run": True}, "leave them out, or"),
        ([], {"flow": "imports"}, "name the file too"),
        ([], {"first": 2009}, "there can be no list of 2009: name a year from 2010 to 2023"),
        ([], {"first": 2020, "last": 2019}, "2020 is after 2019"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(project: Path, names: list, options: dict, sentence: str) -> None:
    for name in names:
        (project / name).write_bytes(as_file(product_list()))
    with pytest.raises(AtpError, match=sentence):
        [*load_lists([*map(Path, names)], **options)]
    assert versions(project) == []


def with_line(line: str, place: int = 7) -> bytes:
    """A list whose eighth line is another one."""
    found = product_list()
    found[place] = line
    return as_file(found)


def with_row(**values: str) -> bytes:
    table = [[*row] for row in concordance()]
    for name, value in values.items():
        table[7][HEADER.index(name)] = value
    return as_csv(table)


REFUSED = {
    "a line that is too short": (with_line("04 84710"), "line 8, is too short for a code"),
    "a blank line in the middle": (with_line(""), "line 8, is too short for a code"),
    "no blank after the area": (with_line("04X8471000007 A"), "line 8, has 'X' in column 3, where a blank belongs"),
    "no blank after the code": (with_line("04 8471000007A"), "line 8, has 'A' in column 14, where a blank belongs"),
    "a code of eleven digits": (with_line("04 84710000071 A"), "line 8, has '1' in column 14"),
    "a code of nine digits": (with_line("04 847100007 A"), "line 8, has no code of ten .*zeros may be lost"),
    "a code with letters": (with_line("04 84710000AB A"), "line 8, has no code of ten digits, but '84710000AB'"),
    "an unknown area": (with_line("11 8471000007 A"), "line 8, has an unknown area, '11'"),
    "no area": (with_line("00 8471000007 A"), "line 8, has an unknown area, '00'"),
    "a code in two areas": (
        with_line("05 8471000003 A"),
        "line 8, has 8471000003 in a second area, 05 after 04; it is in line 4 too",
    ),
    "a code twice": (with_line("04 8471000003 A"), "line 8, has 8471000003 again; it is in line 4 too"),
    "a file that is cut off": (as_file(product_list(99)), "has 99 products, and no list has fewer than 100"),
    "a web page": (b"<!DOCTYPE html><html><body>moved</body></html>", "is a web page, not a list"),
    "nothing": (b"\r\n", "is empty"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and so on", "is a workbook of the old kind"),
    "a broken workbook": (b"PK\x03\x04 and no more", "cannot be read as a workbook"),
    "a concordance without products": (as_csv([HEADER, *concordance()[121:]]), "has 0 products"),
    "a concordance without codes": (
        as_csv([["product", *row[1:]] if row == HEADER else row for row in concordance()]),
        "has not one column commodity in its first row",
    ),
    "a row that is too short": (as_csv([*concordance(), ["8471000007"]]), "row 362, has 1 of 6 values"),
    "a code in a sheet that lost its zeros": (with_row(Commodity="847100007"), "row 8, has no .*zeros may be lost"),
    "an unknown area in a sheet": (with_row(hitech="12"), "row 8, has an unknown area, '12'"),
}


@pytest.mark.parametrize(("content", "sentence"), REFUSED.values(), ids=REFUSED.keys())
def test_a_list_that_is_not_whole_is_refused_with_those_beside_it(project: Path, content: bytes, sentence: str) -> None:
    (project / "expatp22.txt").write_bytes(as_file(product_list()))
    (project / "impatp22.txt").write_bytes(content)
    with pytest.raises(AtpError, match=sentence) as refused:
        [*load_lists([Path("expatp22.txt"), Path("impatp22.txt")])]
    assert str(refused.value).startswith("impatp22.txt") and "\n" not in str(refused.value)
    assert versions(project) == []


def test_areas_in_a_sheet_get_their_zeros_back(project: Path) -> None:
    table = [[*row[:-1], int(row[-1])] if row[-1].isdigit() else row for row in concordance()]
    load(project, workbook(table, "Sheet1"), "impconcord22.xlsx")
    assert {row[1] for row in rows(versions(project)[0])} == {"04"}


def publish(bureau: Bureau, *years: int, flows: tuple[str, ...] = ("exp", "imp"), count: int = 120) -> None:
    for year in years:
        for flow in flows:
            bureau.files[f"/atp/{flow}atp{year % 100:02}.txt"] = as_file(product_list(count))


def test_published_lists_are_asked_for_once_but_for_those_that_may_change(project: Path, bureau: Bureau) -> None:
    publish(bureau, 2019, 2021, 2022)
    # No list of a whole year, and none yet of this one, are no fault.
    assert [*load_lists(first=2019)] == [
        f"{flow}: 3 new (2019, 2021 to 2022), not published yet: 2020, 2023" for flow in ("exports", "imports")
    ]
    assert {row[-1] for row in rows(versions(project, "imports/2019")[0])} == {
        bureau.address.replace("/data", "/atp/impatp19.txt")
    }
    publish(bureau, 2019, 2022, count=125)
    assert [*load_lists(first=2019)] == [
        f"{flow}: 1 revised (2022), not published yet: 2020, 2023" for flow in ("exports", "imports")
    ]
    assert [*load_lists(first=2019, last=2019, again=True)] == [
        f"{flow}: 1 revised (2019)" for flow in ("exports", "imports")
    ]
    assert [*load_lists(first=2019, last=2019)] == [f"{flow}: nothing was missing" for flow in ("exports", "imports")]


def test_a_list_that_is_missing_between_others_is_a_fault_and_the_others_are_kept(
    project: Path, bureau: Bureau
) -> None:
    publish(bureau, 2021, 2022)
    del bureau.files["/atp/impatp21.txt"]
    with pytest.raises(AtpError, match=r"^imports 2021: there is no list at .*/impatp21.txt, .*impconcord21, as a"):
        [*load_lists(first=2021)]
    assert len(versions(project)) == 3
    load(project, as_csv(concordance()), "impconcord21.csv")
    assert len([*load_lists(first=2021)]) == 2


def test_a_published_list_that_is_not_whole_stops_the_load(project: Path, bureau: Bureau) -> None:
    publish(bureau, 2020, 2021, 2022)
    bureau.files["/atp/impatp21.txt"] = as_file(product_list(50))
    with pytest.raises(AtpError, match=r"^http.*/impatp21.txt has 50 products"):
        [*load_lists(first=2020)]
    assert versions(project) == []
    bureau.files["/atp/impatp21.txt"] = b"<html>moved</html>"
    with pytest.raises(AtpError, match="imports 2021: the server answered with a web page in the place of data"):
        [*load_lists(first=2020)]
    assert versions(project) == []


def test_an_address_without_any_list_is_a_fault(project: Path, bureau: Bureau) -> None:
    with pytest.raises(AtpError, match=r"there is no list at .*: look whether CENSUS_LISTS_URL"):
        [*load_lists(first=2022)]


def test_a_dry_run_asks_nothing(project: Path, bureau: Bureau) -> None:
    load(project, as_file(product_list()), "impatp20.txt")
    address = bureau.address.replace("/data", "/atp")
    assert [*load_lists(first=2020, last=2021, dry_run=True)] == [
        f"exports: would ask {address}/expatpYY.txt for 2020 to 2021",
        f"imports: would ask {address}/impatpYY.txt for 2021",
    ]
    assert [*load_lists(first=2020, last=2020, dry_run=True)][
        1
    ] == "imports: nothing to ask for, 2020 to 2020 are there"
    assert bureau.asked == []


def test_made_up_trade_has_a_folder_of_its_own(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATP_TRADE_DATA", "synthetic")
    with pytest.raises(AtpError, match="ATP_TRADE_DATA is synthetic, the folder of made-up trade: unset it"):
        load(project, as_file(product_list()))
    # By another name too.
    (project / "link").symlink_to(project / "synthetic")
    monkeypatch.setenv("ATP_TRADE_DATA", "link")
    with pytest.raises(AtpError, match="the folder of made-up trade: unset it"):
        load(project, as_file(product_list()))
    monkeypatch.setenv("ATP_TRADE_DATA", "../elsewhere")
    with pytest.raises(AtpError, match="ATP_TRADE_DATA has no name of a folder in the project"):
        load(project, as_file(product_list()))
    monkeypatch.setenv("ATP_TRADE_DATA", "other data")
    load(project, as_file(product_list()))
    assert len([*(project / "other data").rglob("*.parquet")]) == 1 and not (project / "synthetic").exists()


def test_the_command_says_what_it_did(project: Path) -> None:
    (project / "impatp22.txt").write_bytes(as_file(product_list()))
    atp = [Path(sys.executable).with_name("atp"), "load", "lists"]
    outcome = subprocess.run([*atp, "impatp22.txt"], capture_output=True, text=True, check=False)
    assert (outcome.returncode, outcome.stdout) == (0, "imports: 1 new (2022)\n"), outcome.stderr
    outcome = subprocess.run([*atp, "nowhere.txt", "--year", "2022"], capture_output=True, text=True, check=False)
    assert outcome.returncode == 1
    assert re.fullmatch(r"atp: nowhere\.txt does not say by its name which list .*\n", outcome.stderr)
