"""Exports: the files contain what the marts contain, described; whole or not at all; the same bytes for one build."""

import hashlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest
from conftest import UNDER_PERMISSIONS, Warehouse
from jsonschema import Draft7Validator

from atp_trade.outlets import export as export_module
from atp_trade.outlets.export import NAMES, Format, export
from atp_trade.warehouse import Relation, literal, relations

FORMATS = [form.value for form in Format]
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
STANDARD = Draft7Validator(json.loads((Path(__file__).parent / "standards" / "data-package-2.0.json").read_text()))
# DataCite's words for what a contributor does, which the standard recommends.
ROLES = (
    *("ContactPerson", "DataCollector", "DataCurator", "DataManager", "Distributor", "Editor", "HostingInstitution"),
    *("Producer", "ProjectLeader", "ProjectManager", "ProjectMember", "RegistrationAgency", "RegistrationAuthority"),
    *("RelatedPerson", "Researcher", "ResearchGroup", "RightsHolder", "Sponsor", "Supervisor", "WorkPackageLeader"),
)


@pytest.fixture(scope="module")
def exports(warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an export of each format, named by it."""
    folder = tmp_path_factory.mktemp("exports") / "Größe, it's 1"
    for form in FORMATS:
        outcome = warehouse.run("atp", "export", "--format", form, str(folder / form))
        assert outcome.returncode == 0, outcome.stdout
        assert is_said(outcome.stdout, form, folder / form)
    return folder


@pytest.fixture(scope="module")
def short_exports(warehouse: Warehouse, short: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with few rows, for what reads a file anew for each mart."""
    folder = tmp_path_factory.mktemp("short exports")
    for form in FORMATS:
        outcome = warehouse.run("atp", "export", "--format", form, str(folder / form), ATP_TRADE_DB=str(short))
        assert outcome.returncode == 0, outcome.stdout
    return folder


def is_said(output: str, form: str, folder: Path) -> bool:
    """Whether an export says what it wrote, and where."""
    said = rf"exported \d+ marts as {re.escape(NAMES[Format(form)])} to {re.escape(str(folder))}\n"
    return re.fullmatch(said, output) is not None


def marts(warehouse: Warehouse) -> list[tuple[Relation, list[tuple]]]:
    """Each mart with its rows in the order of its key."""
    with duckdb.connect(str(warehouse.database), read_only=True) as connection:
        return [
            (mart, connection.sql(f"from {mart.qualified_name} order by {mart.row_order}").fetchall())
            for mart in relations(connection, "marts")
        ]


def package_of(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))


def content(folder: Path) -> dict[str, bytes]:
    """The bytes of each file of a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def validate(folder: Path) -> subprocess.CompletedProcess[str]:
    """What `frictionless validate` says of an export."""
    return subprocess.run(
        [Path(sys.executable).with_name("frictionless"), "validate", "--json", "datapackage.json"],
        cwd=folder,
        text=True,
        capture_output=True,
        check=False,
    )


def complaint(folder: Path) -> str:
    """What it says of an export that it finds invalid."""
    outcome = validate(folder)
    assert outcome.returncode == 1
    return outcome.stdout


def in_a_cell(value: Any) -> Any:
    """A value as a workbook keeps it: numbers have 16 significant digits and no type, a day is its midnight."""
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    return float(f"{value:.16G}") if isinstance(value, float | Decimal) else value


def test_parquet_has_the_rows_the_order_and_the_types_of_the_marts(warehouse: Warehouse, exports: Path) -> None:
    for mart, rows in marts(warehouse):
        found = duckdb.read_parquet(str(exports / "parquet" / f"{mart.name}.parquet"))
        assert list(zip(found.columns, map(str, found.types), strict=True)) == [
            (column.name, column.type) for column in mart.columns
        ]
        assert found.fetchall() == rows


def test_csv_has_the_rows_and_the_order_of_the_marts_exactly(warehouse: Warehouse, exports: Path) -> None:
    for mart, rows in marts(warehouse):
        path = exports / "csv" / f"{mart.name}.csv"
        columns = {column.name: column.type for column in mart.columns}
        assert duckdb.read_csv(str(path), header=True, dtype=columns, allow_quoted_nulls=False).fetchall() == rows
        assert path.read_text(encoding="utf-8").splitlines()[0] == ",".join(columns)
        assert all(value != "" for row in rows for value in row), f"{mart.name} has an empty text"


def test_a_workbook_has_numbers_as_numbers_and_bold_headers_that_stay(warehouse: Warehouse, exports: Path) -> None:
    book = openpyxl.load_workbook(exports / "xlsx" / "atp-trade.xlsx")
    assert book.sheetnames == ["about", *(mart.name for mart, _ in marts(warehouse))]
    for mart, rows in marts(warehouse):
        sheet = book[mart.name]
        header, *found = sheet.iter_rows(values_only=True)
        assert header == tuple(column.name for column in mart.columns)
        assert found == [tuple(map(in_a_cell, row)) for row in rows]
        for row, cells in zip(rows, found, strict=True):
            assert [isinstance(value, bool) for value in row] == [isinstance(cell, bool) for cell in cells]
        assert sheet.freeze_panes == "A2"
        assert all(cell.font.bold for cell in sheet[1])


def test_a_workbook_says_what_it_is(warehouse: Warehouse, exports: Path) -> None:
    package = package_of(exports / "xlsx")
    about = list(openpyxl.load_workbook(exports / "xlsx" / "atp-trade.xlsx")["about"].iter_rows(values_only=True))
    found = {(row[0], row[1], row[5]) for row in about}
    assert {("package", "title", package["title"]), ("source", "title", package["sources"][0]["title"])} <= found
    assert {("build", name, value) for name, value in package["build"].items()} <= found
    for mart, _ in marts(warehouse):
        for column in mart.columns:
            (row,) = [row for row in about if row[:2] == (mart.name, column.name)]
            assert (row[3], row[5]) == (column.unit, column.comment)


@pytest.mark.parametrize("form", FORMATS)
def test_frictionless_finds_an_export_valid(exports: Path, short_exports: Path, form: str) -> None:
    """Every row of the CSV files, and the first rows of each mart in the formats that it takes long over."""
    export = (exports if form == "csv" else short_exports) / form
    outcome = validate(export)
    assert outcome.returncode == 0, outcome.stdout
    assert len(json.loads(outcome.stdout)["tasks"]) == len(package_of(export)["resources"])


def breaches(package: dict[str, Any]) -> list[str]:
    """Where a descriptor breaks the profile of Data Package 2.0."""
    return [error.json_path for error in STANDARD.iter_errors(package)]


@pytest.mark.parametrize("form", FORMATS)
def test_the_package_keeps_to_the_profile_that_it_names(exports: Path, form: str) -> None:
    package = package_of(exports / form)
    assert package["$schema"] == PROFILE
    assert breaches(package) == []


@pytest.mark.parametrize("form", FORMATS)
def test_a_package_with_a_mart_without_keys_keeps_to_the_profile(copy: Warehouse, form: str) -> None:
    with duckdb.connect(str(copy.database)) as connection:
        connection.execute("create table marts.notes (note varchar)")
        connection.execute("insert into marts.notes values ('x')")
    assert copy.run("atp", "export", "out", "--format", form).returncode == 0
    package = package_of(copy.project / "out")
    (notes,) = [resource for resource in package["resources"] if resource["name"] == "notes"]
    assert notes["schema"]["fields"] == [{"name": "note", "type": "string", "description": ""}]
    assert breaches(package) == []


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("$.resources", []),
        ("$.keywords", []),
        ("$.contributors", []),
        ("$.created", 2006),
        ("$.version", 1),
        ("$.contributors[0].roles", []),
        ("$.licenses[0]", {"title": "Public domain"}),
        ("$.licenses[0].name", "public domain"),
        ("$.sources[0].path", "/home/me/country.xlsx"),
        ("$.resources[0]", {"name": "nowhere"}),
        ("$.resources[0].type", "sheet"),
        ("$.resources[0].path", "../dim_partner.csv"),
        ("$.resources[0].mediatype", "csv"),
        ("$.resources[0].bytes", "12"),
        ("$.resources[0].hash", "sha256"),
        ("$.resources[0].dialect.lineTerminator", 10),
        ("$.resources[0].schema.fields", []),
        ("$.resources[0].schema.fields[0]", {"type": "string"}),
        ("$.resources[0].schema.fields[0]", {"name": "x", "type": "decimal"}),
        ("$.resources[0].schema.fields[0]", {"name": "x", "type": "string", "constraints": {"required": "yes"}}),
        ("$.resources[0].schema.primaryKey", []),
        ("$.resources[dim_partner].schema.foreignKeys", []),
        ("$.resources[dim_partner].schema.foreignKeys[0]", {"fields": ["region_id"]}),
        ("$.resources[0].schema.missingValues", "nan"),
    ],
)
def test_the_profile_finds_what_breaks_it(exports: Path, place: str, value: Any) -> None:
    package = package_of(exports / "csv")
    # A resource with a name is where the package has it.
    names = [resource["name"] for resource in package["resources"]]
    place = re.sub(r"resources\[(\D\w*)\]", lambda found: f"resources[{names.index(found[1])}]", place)
    *way, last = [int(step) if step.isdecimal() else step for step in re.findall(r"[$\w]+", place)[1:]]
    at = package
    for step in way:
        at = at[step]
    at[last] = value
    assert breaches(package) == [place]


@pytest.mark.parametrize("form", FORMATS)
def test_the_package_keeps_to_what_the_standard_says_in_words(exports: Path, form: str) -> None:
    package = package_of(exports / form)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", package["created"])
    assert re.fullmatch(r"\d+\.\d+\.\d+", package["version"])
    # A licence identifier of the Open Definition's list: other licences, public domain.
    assert [licence["name"] for licence in package["licenses"]] == ["other-pd"]
    assert {role for contributor in package["contributors"] for role in contributor["roles"]} <= {*ROLES}
    fields = {
        resource["name"]: [field["name"] for field in resource["schema"]["fields"]] for resource in package["resources"]
    }
    assert len(fields) == len(package["resources"])
    for resource in package["resources"]:
        schema, names = resource["schema"], fields[resource["name"]]
        assert len(set(names)) == len(names)
        assert all(re.fullmatch(r"[a-z0-9._-]+", name) for name in (package["name"], resource["name"]))
        assert (exports / form / resource["path"]).is_file()
        assert "/" not in resource["path"]
        assert re.fullmatch(r"sha256:[0-9a-f]{64}", resource["hash"])
        assert len(set(schema["missingValues"])) == len(schema["missingValues"])
        assert set(schema.get("primaryKey", [])) <= set(names)
        for key in schema.get("foreignKeys", ()):
            other = key["reference"]["resource"]
            assert other != resource["name"]
            assert set(key["fields"]) <= set(names)
            assert set(key["reference"]["fields"]) <= set(fields[other])
            assert len(key["fields"]) == len(key["reference"]["fields"])


def part_of(export: Path, folder: Path, *names: str) -> Path:
    """A copy of an export to break, with some of its marts."""
    package = package_of(export)
    package["resources"] = [resource for resource in package["resources"] if resource["name"] in names]
    folder.mkdir()
    for path in {resource["path"] for resource in package["resources"]}:
        shutil.copy(export / path, folder)
    (folder / "datapackage.json").write_text(json.dumps(package))
    return folder


@pytest.mark.parametrize(("year", "error"), [("1999", "hash-count"), ("199x", "type-error")])
def test_frictionless_finds_a_changed_digit(exports: Path, tmp_path: Path, year: str, error: str) -> None:
    broken = part_of(exports / "csv", tmp_path / "broken", "trade_totals", "dim_source")
    totals = broken / "trade_totals.csv"
    totals.write_text(totals.read_text().replace("2006,", f"{year},", 1))
    assert f'"{error}"' in complaint(broken)


def test_frictionless_finds_a_changed_cell_of_a_workbook(exports: Path, tmp_path: Path) -> None:
    broken = part_of(exports / "xlsx", tmp_path / "broken", "trade_totals", "dim_source")
    book = openpyxl.load_workbook(broken / "atp-trade.xlsx")
    book["trade_totals"]["A2"] = 1999
    book.save(broken / "atp-trade.xlsx")
    assert '"hash-count"' in complaint(broken)


def test_frictionless_finds_a_region_that_a_parquet_file_has_lost(exports: Path, tmp_path: Path) -> None:
    """It reads Parquet without counting bytes or checking the hash, but does check types and keys."""
    broken = part_of(exports / "parquet", tmp_path / "broken", "trade_by_region", "dim_region", "dim_source")
    regions = duckdb.read_parquet(str(exports / "parquet" / "dim_region.parquet"))
    regions.filter("region_id <> 'rest_of_world'").write_parquet(str(broken / "dim_region.parquet"))
    assert '"foreign-key"' in complaint(broken)


@pytest.mark.parametrize("form", FORMATS)
def test_the_package_describes_every_mart_and_column(warehouse: Warehouse, exports: Path, form: str) -> None:
    package = package_of(exports / form)
    resources = {resource["name"]: resource for resource in package["resources"]}
    assert list(resources) == [mart.name for mart, _ in marts(warehouse)]
    for mart, _ in marts(warehouse):
        resource = resources[mart.name]
        data = (exports / form / resource["path"]).read_bytes()
        assert resource["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
        assert resource.get("bytes", len(data)) == len(data)
        assert resource["description"] == mart.comment != ""
        assert resource["description"].startswith(resource["title"])
        assert resource["schema"].get("primaryKey", []) == list(mart.primary_key)
        # The rows of these can be more than an index is for.
        assert (mart.primary_key == ()) is (mart.name in ("trade_by_product", "top_products"))
        fields = resource["schema"]["fields"]
        assert [field["name"] for field in fields] == [column.name for column in mart.columns]
        for field, column in zip(fields, mart.columns, strict=True):
            assert field["description"] == column.comment != ""
            assert field.get("unit") == column.unit
            assert field.get("constraints", {}).get("required", False) is not column.is_nullable


def test_the_package_says_of_which_build_and_sources_it_is(warehouse: Warehouse, exports: Path) -> None:
    package = package_of(exports / "parquet")
    ((built_at, commit, version),) = warehouse.query("select built_at_utc, git_commit, atp_version from meta.build")
    assert package["created"] == package["build"]["built_at_utc"] == f"{built_at:%Y-%m-%dT%H:%M:%S}Z"
    assert (package["build"]["git_commit"], package["version"]) == (commit, version)
    assert [(source["title"], source["path"], source["version"]) for source in package["sources"]] == warehouse.query(
        "select source_name, address, vintage from marts.dim_source order by source_id"
    )
    path = str(exports / "parquet" / "trade_totals.parquet")
    metadata = dict(duckdb.execute("select key, value from parquet_kv_metadata(?)", [path]).fetchall())
    assert json.loads(metadata[b"build"]) == package["build"]


def test_foreign_keys_are_those_that_hold(exports: Path) -> None:
    keys = {
        (resource["name"], key["reference"]["resource"])
        for resource in package_of(exports / "parquet")["resources"]
        for key in resource["schema"].get("foreignKeys", ())
    }
    assert {("trade_by_partner", name) for name in ("dim_partner", "dim_region", "dim_source")} <= keys
    assert ("dim_partner", "dim_region") in keys
    # Figures 3 and 4 have a bar for all technologies, which is no member of the dimension.
    assert ("top_partners_by_technology", "dim_technology") not in keys


@pytest.mark.parametrize("form", FORMATS)
def test_two_exports_of_a_build_are_equal_byte_by_byte(
    warehouse: Warehouse, exports: Path, tmp_path: Path, form: str
) -> None:
    for _ in range(2):
        outcome = warehouse.run("atp", "export", str(tmp_path / "again"), "--format", form)
        assert outcome.returncode == 0, outcome.stdout
        assert content(tmp_path / "again") == content(exports / form)
    assert [path.name for path in tmp_path.iterdir()] == ["again"]


def test_an_export_goes_into_the_project_unless_a_folder_is_named(copy: Warehouse, exports: Path) -> None:
    outcome = copy.run("atp", "export")
    assert is_said(outcome.stdout, "parquet", copy.project / "export" / "parquet")
    assert content(copy.project / "export" / "parquet") == content(exports / "parquet")


def test_another_format_takes_the_place_of_the_first(copy: Warehouse, exports: Path) -> None:
    for form in ("xlsx", "csv"):
        assert copy.run("atp", "export", "out", "--format", form).returncode == 0
    assert content(copy.project / "out") == content(exports / "csv")


@pytest.mark.parametrize("form", FORMATS)
def test_texts_stay_as_they_are(copy: Warehouse, form: str) -> None:
    """A formula, a link, quotes and line ends are text, and an empty text is not NULL, but for a workbook's cell."""
    texts = ["=1+1", "{=1+1}", "https://x.y/z", 'a "b", c\nd', "", "NULL", "01", "é\u2028"]
    with duckdb.connect(str(copy.database)) as connection:
        ((name, columns),) = connection.sql(
            "select table_name, list(column_name order by column_index) from duckdb_columns() "
            "where table_name = 'dim_source' group by all"
        ).fetchall()
        row = dict.fromkeys(columns, "text")
        for number, text in enumerate(texts):
            row |= {"source_id": f"z{number}", "vintage_note": text, "address": None}
            connection.execute(f"insert into marts.{name} values ({', '.join('?' * len(row))})", list(row.values()))
    outcome = copy.run("atp", "export", "out", "--format", form)
    assert outcome.returncode == 0, outcome.stdout
    out = copy.project / "out"
    if form == "xlsx":
        header, *rows = openpyxl.load_workbook(out / "atp-trade.xlsx")["dim_source"].iter_rows()
        at = [cell.value for cell in header].index("vintage_note")
        rows = rows[-len(texts) :]
        found = [row[at].value for row in rows]
        assert {row[at].data_type for row in rows if row[at].value is not None} == {"s"}
        texts[4] = None
    else:
        path = str(out / f"dim_source.{form}")
        read = (
            duckdb.read_parquet(path)
            if form == "parquet"
            else duckdb.read_csv(
                path, all_varchar=True, header=True, allow_quoted_nulls=False, quotechar='"', delimiter=","
            )
        )
        rows = read.filter("source_id like 'z%'").order("source_id").select("vintage_note", "address").fetchall()
        found = [note for note, _ in rows]
        assert {address for _, address in rows} == {None}
    assert found == texts


@pytest.mark.parametrize(
    ("folder", "sentence"),
    [
        ("dbt_project.yml", "dbt_project.yml holds something else: move it away, or name another folder"),
        ("dbt_project.yml/below", "cannot write .*: Not a directory|cannot write .*: File exists"),
        (".", "the working folder is not for an export: name a folder in it"),
        ("mixed", "holds something else: move it away"),
        ("seeds", "dbt reads that folder; name another one"),
        ("models/marts/export", "dbt reads that folder; name another one"),
        ("link", "dbt reads that folder; name another one"),
        ("x" * 300, r"cannot be used \(File name too long\): name another path"),
    ],
)
def test_an_export_touches_nothing_else(copy: Warehouse, folder: str, sentence: str) -> None:
    (copy.project / "link").symlink_to("tests/dbt")
    assert copy.run("atp", "export", "mixed", "--format", "csv").returncode == 0
    (copy.project / "mixed" / "notes.txt").write_text("precious")
    before = {path: path.read_bytes() for path in copy.project.rglob("*") if path.is_file()}
    outcome = copy.run("atp", "export", folder, "--format", "csv")
    assert outcome.returncode == 1
    assert re.fullmatch(rf"atp: .*({sentence}).*\n", outcome.stdout)
    assert {path: path.read_bytes() for path in copy.project.rglob("*") if path.is_file()} == before


def test_a_file_that_is_missing_or_does_not_say_its_build_is_one_sentence(copy: Warehouse) -> None:
    with duckdb.connect(str(copy.database)) as connection:
        connection.execute("drop table meta.build")
    outcome = copy.run("atp", "export")
    assert outcome.stdout == f"atp: {copy.database} has no build record (meta.build): build it with `make build`\n"
    copy.database.unlink()
    outcome = copy.run("atp", "export")
    assert (
        outcome.stdout
        == f"atp: {copy.database} does not exist: run `make build` first, or name another file with --db\n"
    )
    assert outcome.returncode == 1
    assert not (copy.project / "export").exists()


def test_an_export_is_of_one_build_even_if_another_is_published_meanwhile(
    copy: Warehouse, exports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other.duckdb"
    shutil.copy(copy.database, other)
    with duckdb.connect(str(other)) as connection:
        connection.execute("update meta.build set git_commit = 'another'")
        connection.execute("update marts.trade_totals set exports_usd_millions = 0")
    copy_rows = export_module.copy_rows

    def publish_and_copy_rows(*arguments: Any) -> None:
        if other.exists():
            other.replace(copy.database)
        copy_rows(*arguments)

    monkeypatch.setattr(export_module, "copy_rows", publish_and_copy_rows)
    monkeypatch.chdir(copy.project)
    export(Format.csv, tmp_path / "out")
    assert content(tmp_path / "out") == content(exports / "csv")
    export(Format.csv, tmp_path / "out")
    assert package_of(tmp_path / "out")["build"]["git_commit"] == "another"


def test_an_export_killed_at_any_moment_leaves_the_old_one(copy: Warehouse, exports: Path, request) -> None:
    command = [Path(sys.executable).with_name("atp"), "export", "out"]
    started = time.monotonic()
    subprocess.run(command, cwd=copy.project, check=True, capture_output=True)
    seconds = time.monotonic() - started
    for kill in range(request.config.getoption("--kills")):
        running = subprocess.Popen(command, cwd=copy.project, stdout=subprocess.DEVNULL)
        time.sleep(random.Random(kill).uniform(0, seconds))
        running.kill()
        running.wait()
        # In the instant between the two renames the old export is beside its place, and the next call puts it back.
        (whole,) = [path for path in copy.project.glob("*out*") if path.name == "out"] or copy.project.glob(
            ".out.*.old"
        )
        assert content(whole) == content(exports / "parquet")
    subprocess.run(command, cwd=copy.project, check=True, capture_output=True)
    assert [path.name for path in copy.project.glob("*out*")] == ["out"]


def test_ctrl_c_leaves_the_old_export_and_nothing_beside_it(
    copy: Warehouse, tmp_path: Path, exports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(copy.project)
    export(Format.parquet, tmp_path / "out" / "x")
    monkeypatch.setattr(export_module, "copy_rows", lambda *_: os.kill(os.getpid(), signal.SIGINT))
    with pytest.raises(KeyboardInterrupt):
        export(Format.parquet, tmp_path / "out" / "x")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["x"]
    assert content(tmp_path / "out" / "x") == content(exports / "parquet")


def test_two_exports_at_once_both_succeed(copy: Warehouse, exports: Path) -> None:
    command = [Path(sys.executable).with_name("atp"), "export", "out", "--format", "csv"]
    running = [subprocess.Popen(command, cwd=copy.project, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    assert [(process.communicate()[1], process.returncode) for process in running] == [("", 0)] * 2
    assert content(copy.project / "out") == content(exports / "csv")
    assert [path.name for path in copy.project.glob("*out*")] == ["out"]


@pytest.mark.parametrize("form", FORMATS)
def test_a_full_disk_is_one_sentence_and_the_old_export_is_as_it_was(
    warehouse: Warehouse, exports: Path, small_disk: Path, form: str
) -> None:
    folder = small_disk / "out"
    assert warehouse.run("atp", "export", str(folder), "--format", "csv").returncode == 0
    with (small_disk / "filler").open("wb") as filler:
        filler.write(b"x" * (shutil.disk_usage(small_disk).free - 100_000))
    outcome = warehouse.run("atp", "export", str(folder), "--format", form)
    assert outcome.returncode == 1
    assert re.fullmatch(rf"atp: cannot (export to|write) {folder}: No space left on device\n", outcome.stdout)
    assert content(folder) == content(exports / "csv")
    assert {path.name for path in small_disk.iterdir()} == {"out", "filler"}


def test_a_read_only_disk_is_one_sentence(warehouse: Warehouse, exports: Path, small_disk: Path) -> None:
    folder = small_disk / "out"
    assert warehouse.run("atp", "export", str(folder), "--format", "csv").returncode == 0
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    outcome = warehouse.run("atp", "export", str(folder))
    assert (outcome.returncode, outcome.stdout) == (1, f"atp: cannot write {folder}: Read-only file system\n")
    assert content(folder) == content(exports / "csv")


def test_a_folder_without_permission_is_one_sentence(warehouse: Warehouse, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    outcome = subprocess.run(
        [*UNDER_PERMISSIONS, Path(sys.executable).with_name("atp"), "export", tmp_path / "out"],
        cwd=warehouse.project,
        text=True,
        capture_output=True,
        check=False,
    )
    tmp_path.chmod(0o700)
    assert (outcome.returncode, outcome.stderr) == (1, f"atp: cannot write {tmp_path / 'out'}: Permission denied\n")


@pytest.mark.parametrize("form", FORMATS)
def test_a_number_that_is_none_is_exported_as_the_format_writes_it(copy: Warehouse, form: str) -> None:
    """No build publishes NaN or infinity; a file that was changed by hand may have them."""
    numbers = "unnest(['NaN', 'Infinity', '-Infinity', '1.5']::double[]) as d"
    with duckdb.connect(str(copy.database)) as connection:
        connection.execute(f"create table marts.odd as select {numbers}")
    outcome = copy.run("atp", "export", "--format", form)
    assert outcome.returncode == 0, outcome.stdout
    folder = copy.project / "export" / form
    if form == "xlsx":
        # Excel shows #NUM! and #DIV/0!.
        sheet = openpyxl.load_workbook(folder / "atp-trade.xlsx")["odd"]
        rows = {str(value) for (value,) in sheet.iter_rows(min_row=2, values_only=True)}
        assert rows == {"1.5", "=#NUM!", "=1/0", "=-1/0"}
    else:
        file = literal(str(folder / f"odd.{form}"))
        rows = duckdb.sql(f"select d::varchar from {file} order by d::double").fetchall()
        assert rows == [("-inf",), ("1.5",), ("inf",), ("nan",)]
