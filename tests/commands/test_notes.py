"""The notes that travel with the data: which rows and relations they apply to, and where a reader meets them."""

import csv
import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from conftest import PROJECT, Warehouse, on_a_terminal

from atp_trade.notes import in_short, notes_that_apply
from atp_trade.warehouse import opened

with (PROJECT / "seeds" / "reference" / "notes.csv").open(newline="") as file:
    NOTES = list(csv.DictReader(file))
MEMBERS = ("product_type", "technology_id", "region_id", "partner_id")
TITLES = {note["note_id"]: note["title"] for note in NOTES}


def applies(note: dict[str, str], row: dict) -> bool:
    """Whether a note is on a row of the fact, but for its years."""
    return all(note[name] in ("all", row[name]) for name in ("source_id", *MEMBERS))


def fact(warehouse: Warehouse) -> list[dict]:
    """The fact with what core.comparability says of it."""
    columns = ("source_id", "vintage", "data_year", *MEMBERS, "is_break", "is_comparable_with_previous")
    rows = warehouse.query(f"select {', '.join(columns)} from core.comparability")
    return [dict(zip(columns, row, strict=True)) for row in rows]


def terminal(warehouse: Warehouse, *arguments: str) -> str:
    """Both streams of a command on a terminal."""
    command = [Path(sys.executable).with_name("atp"), *arguments]
    return on_a_terminal(command, {**os.environ, "COLUMNS": "200"}, warehouse.project, errors=True)


def test_each_row_of_the_fact_is_compared_once_and_as_the_notes_say(warehouse: Warehouse) -> None:
    rows = fact(warehouse)
    ((count,),) = warehouse.query("select count(*) from core.trade")
    assert len(rows) == count
    years = {}
    for row in rows:
        years.setdefault((row["source_id"], row["vintage"]), set()).add(row["data_year"])
    for row in rows:
        at_break = any(
            note["is_break"] == "true" and int(note["valid_from"]) == row["data_year"] and applies(note, row)
            for note in NOTES
        )
        # Every member of these sources has every year of its source.
        has_year_before = row["data_year"] - 1 in years[row["source_id"], row["vintage"]]
        assert row["is_break"] == at_break, row
        assert row["is_comparable_with_previous"] == (has_year_before and not at_break), row


def test_the_breaks_of_the_marts_are_those_that_are_known(warehouse: Warehouse) -> None:
    assert warehouse.query("select data_year, technology_id from marts.trade_by_technology where is_break") == [
        (2002, "computer_software")
    ]
    for mart, rows in {
        "trade_totals": 1,
        "trade_by_technology": 11,
        "trade_by_region": 6,
        "trade_by_partner": 45,
    }.items():
        assert warehouse.query(
            f"select count(*), min(data_year), max(data_year) from marts.{mart} "
            "where not is_comparable_with_previous and not is_break"
        ) == [(rows, 2000, 2000)]
    assert warehouse.query(
        """
        select source_id, min(data_year), count(*) from marts.merchandise_trade
        where not is_comparable_with_previous group by all order by all
        """
    ) == [("census_country", 1989, 6), ("nsf07329", 2000, 1)]


def test_the_numbers_in_the_notes_are_those_of_the_warehouse(warehouse: Warehouse) -> None:
    sentences = {note["note_id"]: note["sentence"] for note in NOTES}
    software = warehouse.query(
        """
        select exports_usd_millions, imports_usd_millions from marts.trade_by_technology
        where technology_id = 'computer_software' and data_year in (2001, 2002) order by data_year
        """
    )
    for row in software:
        for number in row:
            assert f"{number:,}" in sentences["software_in_2002"]
    ((imports,),) = warehouse.query(
        "select difference_usd_millions from audit.differences where data_year = 2000 and metric like 'imports%'"
    )
    assert f"{round(imports / 1000, 1)} billion dollars higher" in sentences["doubt_about_2000"]
    assert isinstance(imports, Decimal)
    assert warehouse.query(
        "select partner_id, region_id from marts.dim_partner where partner_id in ('HKG', 'VNM') order by partner_id"
    ) == [("HKG", "rest_of_world"), ("VNM", "rest_of_world")]
    # Whole millions from 1996 to 2008.
    series = warehouse.query(
        """
        select data_year, exports_usd_millions from marts.merchandise_trade
        where source_id = 'census_country' and product_type = 'advanced_technology_products'
        """
    )
    assert all(value == int(value) for year, value in series if 1996 <= year <= 2008)
    assert any(value != int(value) for year, value in series if year < 1996)
    assert all(value != int(value) for year, value in series if year > 2008)


def test_what_is_not_verified_is_a_caution_and_every_fact_has_a_reference() -> None:
    for note in NOTES:
        if any(word in note["sentence"] for word in ("verified", "possible", "not known")):
            assert note["kind"] == "caution", note["note_id"]
        assert note["reference_title"], note["note_id"]
        assert note["sentence"].endswith(".")
        assert len(note["title"]) <= 40


def test_a_note_is_on_the_relations_that_have_its_source_members_and_years(warehouse: Warehouse) -> None:
    found = {}
    for relation, note in warehouse.query("select relation_name, note_id from meta.notes"):
        found.setdefault(relation, set()).add(note)
    rows = fact(warehouse)
    atp = "advanced_technology_products"
    slices = {
        "marts.trade_totals": lambda row: all(row[name] == "all" for name in MEMBERS[1:]),
        "marts.trade_by_technology": lambda row: row["technology_id"] != "all",
        "marts.trade_by_region": lambda row: row["region_id"] != "all" and row["partner_id"] == "all",
        "marts.trade_by_partner": lambda row: row["partner_id"] != "all",
    }
    for relation, is_in in slices.items():
        # Marts by partner have the region as a column, those by technology no partner.
        expected = {
            note["note_id"]
            for note in NOTES
            for row in rows
            if row["source_id"] == "nsf07329" and row["product_type"] == atp and is_in(row) and applies(note, row)
            if int(note["valid_from"] or 0) <= row["data_year"] <= int(note["valid_to"] or 9999)
        }
        assert found[relation] == expected, relation
    assert "software_in_2002" in found["marts.trade_by_technology"]
    assert "software_in_2002" not in found["marts.trade_totals"]
    assert {"hub_netherlands", "exports_to_canada"} <= found["marts.trade_by_partner"]
    assert "hub_netherlands" not in found["marts.trade_by_region"]
    assert "whole_millions" in found["marts.merchandise_trade"]
    # The report ends before 2010, the Census Bureau's series does not.
    of_2010 = {relation for relation, notes in found.items() if "low_value_shipments" in notes}
    assert of_2010 == {
        *("marts.merchandise_trade", "marts.merchandise_trade_balance", "marts.trade_windows", "marts.trade_revisions"),
        *("page.later_totals", "audit.claim_observations", "audit.claims_of_latest_year"),
    }
    assert "marts.dim_partner" not in found


def test_a_break_of_2010_is_on_a_series_that_reaches_it_alone(warehouse: Warehouse, tmp_path: Path) -> None:
    with opened(warehouse.database) as connection:
        connection.execute("attach ':memory:' as longer")
        connection.execute("create schema longer.marts")
        for name in ("data_notes", "merchandise_trade"):
            connection.execute(f"create table longer.marts.{name} as from marts.{name}")
        connection.execute("use longer")
        connection.execute("delete from marts.merchandise_trade where data_year > 2006")
        assert ("marts.merchandise_trade", "low_value_shipments") not in notes_that_apply(connection)
        connection.execute(
            "insert into marts.merchandise_trade from (select * replace (data_year + 10 as data_year) "
            "from marts.merchandise_trade where source_id = 'census_country' and data_year = 2000)"
        )
        assert ("marts.merchandise_trade", "low_value_shipments") in notes_that_apply(connection)
        connection.execute("drop table marts.data_notes")
        assert notes_that_apply(connection) == []


@pytest.mark.parametrize(
    ("relation", "number"), [("trade_by_technology", "computer software"), ("merchandise_trade", "26.4")]
)
def test_describe_lists_the_notes_on_a_relation(warehouse: Warehouse, relation: str, number: str) -> None:
    *_, notes = warehouse.run("atp", "describe", relation).stdout.split("\n\n")
    heading, *lines = notes.splitlines()
    assert heading == "Notes on these numbers (marts.data_notes has the addresses):"
    expected = [
        TITLES[note]
        for (note,) in warehouse.query(f"select note_id from meta.notes where relation_name = 'marts.{relation}'")
    ]
    assert sorted(line.split("  ")[0] for line in lines) == sorted(expected)
    assert number in notes


def test_describe_of_what_has_no_notes_has_no_heading(warehouse: Warehouse) -> None:
    for name in ("dim_partner", "coverage_ratio", "seeds.notes"):
        assert "Notes on these numbers" not in warehouse.run("atp", "describe", name).stdout


def test_a_person_is_reminded_below_the_answer_and_a_program_never(warehouse: Warehouse) -> None:
    query = "select data_year from marts.trade_by_technology where technology_id = 'weapons' order by all limit 1"
    *answer, first, second = terminal(warehouse, "sql", query).splitlines()
    assert answer == ["data_year", "---------", "     2000"]
    assert first.startswith("Before you conclude: ")
    assert first.endswith(".")
    assert TITLES["software_in_2002"] in first
    assert second.startswith("`atp describe marts.trade_by_technology` lists ")
    for form in ("table", "csv", "json"):
        outcome = subprocess.run(
            [Path(sys.executable).with_name("atp"), "sql", query, "--format", form],
            cwd=warehouse.project,
            capture_output=True,
            text=True,
            check=True,
        )
        assert outcome.stderr == ""
        assert "conclude" not in outcome.stdout


@pytest.mark.parametrize(
    "query",
    [
        "pivot (select technology_id, data_year, exports_usd_millions from trade_by_technology) on data_year "
        "using max(exports_usd_millions)",
        'from "marts"."trade_by_technology" limit 1',
        "FROM MARTS.TRADE_BY_TECHNOLOGY limit 1",
    ],
)
def test_a_reminder_comes_with_every_way_to_ask(warehouse: Warehouse, query: str) -> None:
    assert "Before you conclude: " in terminal(warehouse, "sql", query)


@pytest.mark.parametrize("query", ["select 1", "from marts.dim_partner limit 1", "select 'trade_totals' as name"])
def test_there_is_no_reminder_where_no_note_applies(warehouse: Warehouse, query: str) -> None:
    assert "conclude" not in terminal(warehouse, "sql", query)


def test_a_question_is_answered_with_its_reminder(warehouse: Warehouse) -> None:
    assert "Before you conclude: " in terminal(warehouse, "ask", "balance_by_technology")


def test_a_file_without_notes_is_asked_all_the_same(warehouse: Warehouse, tmp_path: Path) -> None:
    database = tmp_path / "old.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute("create schema marts")
        connection.execute("create table marts.trade_totals as select 2000 as data_year, 'nsf07329' as source_id")
    shown = terminal(warehouse, "sql", "--db", str(database), "from marts.trade_totals")
    assert "2000" in shown
    assert "conclude" not in shown
    assert "Notes" not in terminal(warehouse, "describe", "--db", str(database), "trade_totals")


def test_a_reminder_names_three_at_most_and_counts_the_others() -> None:
    notes = [
        {"relation_name": relation, "note_id": number, "title": f"t{number}", "kind": "caution", "is_break": False}
        for relation, numbers in {"marts.a": range(2), "marts.b": range(5)}.items()
        for number in numbers
    ]
    assert list(in_short(notes, 3)) == [
        "Before you conclude: t0, t1, t2 and 2 more.",
        "`atp describe marts.b` lists 5 notes.",
    ]
    assert list(in_short(notes[:1], 3)) == ["Before you conclude: t0.", "`atp describe marts.a` has the note."]
    assert list(in_short([{**notes[0], "kind": "definition"}], 3)) == []


def test_an_export_carries_the_notes(warehouse: Warehouse, tmp_path: Path) -> None:
    assert warehouse.run("atp", "export", str(tmp_path / "out"), "--format", "csv").returncode == 0
    package = json.loads((tmp_path / "out" / "datapackage.json").read_text(encoding="utf-8"))
    on_marts = warehouse.query("select relation_name, note_id from meta.notes where relation_name like 'marts.%'")
    assert {note["name"] for note in package["notes"]} >= {note for _, note in on_marts}
    by_name = {note["note_id"]: note for note in NOTES}
    for note in package["notes"]:
        assert note["description"] == by_name[note["name"]]["sentence"]
        assert note["reference"] == by_name[note["name"]]["reference_title"]
    assert {
        (f"marts.{resource['name']}", note) for resource in package["resources"] for note in resource.get("notes", ())
    } == set(on_marts)
    with (tmp_path / "out" / "data_notes.csv").open(newline="", encoding="utf-8") as exported:
        assert {row["note_id"] for row in csv.DictReader(exported)} == {*by_name}


def test_every_source_says_what_it_counts(warehouse: Warehouse) -> None:
    columns = "basis, flow_definition, valuation, seasonal_adjustment, classification, revision_policy"
    for row in warehouse.query(f"select {columns} from marts.dim_source"):
        assert all(row)
    ((report,),) = warehouse.query("select classification from marts.dim_source where source_id = 'nsf07329'")
    ((areas,),) = warehouse.query("select count(*) from marts.dim_technology where is_in_report")
    assert areas == 11
    assert report.startswith("Eleven technology areas")
