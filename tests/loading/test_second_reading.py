"""The second reading of the report and of its sources is whole and unchanged.

`test_bad_input.py` breaks seeds that it is held against, `tests/mutation/test_broken_reading.py` more of them.
"""

import csv
import hashlib
import re
from collections import Counter

import pytest
from conftest import PROJECT, Warehouse

FOLDER = PROJECT / "seeds" / "second_reading"
# A file of the second reading changes only when the original says so, and never along with the seed that it checks: who
# corrects one looks the number up, and puts the new digest here (`sha256sum seeds/second_reading/*.csv`).
DIGESTS = {
    "second_reading_census": "235a8be320131a5730dc0cfad769db4f7650cbb5658a40718a0a8972ec0bfebc",
    "second_reading_figures": "a2ef06f4e57b3734a8ff9f96449180d41c2be2f70cdda5584544803b2285784a",
    "second_reading_partners": "29841881cf488d401da27b03e4165bbad46f0d1210651a847efb208b19520fc9",
    "second_reading_sentences": "50304b2f3b6123ce88bc9b74e93033519b2fe756a699eb1937642f23f1b9d5e8",
    "second_reading_sources": "ddc7093aca50f9cd7a3d6f13f4c9f60604e2573ba8ac05e3dcb531cd324328a4",
    "second_reading_tables": "f73c0606bbfbfd7f06accd8437381b348d4cade4ba327b05c16401c4cf64267b",
    "second_reading_technologies": "b9c5e2662bbc052f4f6b2445d2c1a7bee7e37b6d29d17d85122a239e6d3d0aba",
}
# What is one row of each file, and how many there are.
KEYS = {
    "second_reading_census": (("vintage", "country_code", "flow", "data_year"), 2 * 2 * 36 + 2 * 35),
    "second_reading_figures": (("figure_number", "line_number"), 2 * 12),
    "second_reading_partners": (("iso_alpha_3",), 44),
    "second_reading_sentences": (("section_heading", "place"), 99),
    "second_reading_sources": (("source_id", "vintage"), 4),
    "second_reading_tables": (("table_number", "block", "line_number"), 3 * 12 + 3 * 51),
    "second_reading_technologies": (("row_label",), 12),
}
SHARE = r"(\D.*) (\d\d?\.\d)"


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_there_is_no_other_file() -> None:
    assert {path.stem for path in FOLDER.iterdir()} - {"_second_reading__seeds"} == {*DIGESTS} == {*KEYS}


@pytest.mark.parametrize("name", DIGESTS)
def test_a_file_is_as_it_was_read(name: str) -> None:
    found = hashlib.sha256((FOLDER / f"{name}.csv").read_bytes()).hexdigest()
    assert found == DIGESTS[name], f"{name}.csv has changed: look up in the original what it says"


@pytest.mark.parametrize("name", KEYS)
def test_every_row_is_there_and_loaded(warehouse: Warehouse, name: str) -> None:
    key, count = KEYS[name]
    read = rows(name)
    assert len({tuple(row[column] for column in key) for row in read}) == len(read) == count
    assert warehouse.query(f"select count(*) from seeds.{name}") == [(count,)]


def test_every_line_of_the_tables_has_seven_numbers_as_printed() -> None:
    lines = rows("second_reading_tables")
    for row in lines:
        numbers = row["printed_numbers"].split(" ")
        assert [bool(re.fullmatch(r"-?\d{1,3}(,\d{3})*\.\d", number)) for number in numbers] == [True] * 7, row
    blocks = Counter((row["table_number"], row["block"]) for row in lines)
    assert blocks == {
        **{("1", block): 12 for block in ("exports", "imports", "balance")},
        **{("2", "balance"): 51, ("3", "exports"): 51, ("4", "imports"): 51},
    }
    for block, count in blocks.items():
        numbers = [int(row["line_number"]) for row in lines if (row["table_number"], row["block"]) == block]
        assert numbers == [*range(1, count + 1)]


def test_every_line_of_the_figures_has_three_partners_with_a_share() -> None:
    lines = rows("second_reading_figures")
    assert [row for row in lines if not re.fullmatch(f"{SHARE} {SHARE} {SHARE}", row["printed_line"])] == []
    areas = {row["row_label"] for row in rows("second_reading_technologies")}
    for figure in ("3", "4"):
        of_figure = [row for row in lines if row["figure_number"] == figure]
        assert [row["line_number"] for row in of_figure] == [str(line) for line in range(1, 13)]
        assert {row["row_label"] for row in of_figure} == areas


def test_the_partners_are_those_of_the_tables_and_figures() -> None:
    partners = rows("second_reading_partners")
    headings = list(dict.fromkeys(row["region_heading"] for row in partners))
    listed = []
    for heading in headings:
        listed += [heading, *(row["table_label"] for row in partners if row["region_heading"] == heading)]
    table_2 = [row["row_label"] for row in rows("second_reading_tables") if row["table_number"] == "2"]
    assert table_2 == ["Total", *listed, "All other countries"]
    lines = [row["printed_line"] for row in rows("second_reading_figures")]
    in_figures = {label for line in lines for label in re.fullmatch(f"{SHARE} {SHARE} {SHARE}", line).groups()[::2]}
    assert {label for row in partners for label in row["figure_labels"].split("; ")} - {""} == in_figures


def test_the_census_series_has_every_year_of_both_codes() -> None:
    found: dict[tuple[str, str, str], set[int]] = {}
    for row in rows("second_reading_census"):
        found.setdefault((row["vintage"], row["country_code"], row["flow"]), set()).add(int(row["data_year"]))
    read = [("2023-01", "0007", 2023), ("2024-06", "0007", 2024), ("2024-06", "0015", 2024)]
    assert found == {
        (vintage, code, flow): {*range(1989, last + 1)}
        for vintage, code, last in read
        for flow in ("exports", "imports")
    }


def test_only_months_that_were_not_published_yet_are_empty() -> None:
    for row in rows("second_reading_census"):
        months = [value for column, value in row.items() if column.endswith("_usd_millions")]
        last_year, last_month = map(int, row["vintage"].split("-"))
        there = last_month if int(row["data_year"]) == last_year else 12
        assert [bool(value) for value in months] == [True] * there + [False] * (12 - there), row
