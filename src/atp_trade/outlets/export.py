"""The public marts as a folder of files for any tool: Parquet, CSV or a workbook, described by a datapackage.json.

Two exports of one build are equal byte for byte: rows are in the order of their keys, and times are the build's.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import datetime
from enum import Enum
from io import BytesIO
from pathlib import Path
from typing import Any

import duckdb

from atp_trade import AtpError
from atp_trade.files import path_to_write, whole_folder
from atp_trade.notes import all_notes, notes_on
from atp_trade.places import file_to_read
from atp_trade.warehouse import Column, Relation, first_sentence, foreign_keys, literal, published, relations

SCHEMA = "marts"
NAME = "atp-trade"
DESCRIPTOR = "datapackage.json"
WORKBOOK = f"{NAME}.xlsx"


class Format(str, Enum):
    """The form of the files."""

    parquet = "parquet"
    csv = "csv"
    xlsx = "xlsx"


NAMES = {Format.parquet: "Parquet", Format.csv: "CSV", Format.xlsx: "a workbook (XLSX)"}
MEDIA_TYPES = {
    Format.parquet: "application/vnd.apache.parquet",
    Format.csv: "text/csv",
    Format.xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# Types of Frictionless' Table Schema, by DuckDB's; a DECIMAL's digits are left out.
FIELD_TYPES = {
    "BIGINT": "integer",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "DECIMAL": "number",
    "DOUBLE": "number",
    "INTEGER": "integer",
    "TIMESTAMP": "datetime",
    "VARCHAR": "string",
}
# Wide enough for a name or a number, but not so wide that one sentence fills the screen.
MOST_PIXELS = 480


def export(form: str, folder: Path | None = None) -> str:
    """Write the public marts into a folder, `export/<format>` in the project if none is named; what was written where.

    AtpError if it cannot be written, or contains anything but an export; the folder then stays as it was.
    """
    form = Format(form)
    target = path_to_write(folder, Path("export", form.value))
    with published(file_to_read()) as (connection, build), whole_folder(target, is_export) as beside:
        marts = write_export(connection, build, form, beside)
    return f"exported {marts} marts as {NAMES[form]} to {target}"


def is_export(folder: Path) -> bool:
    """Whether a folder has an export in it, and nothing else."""
    try:
        package = json.loads((folder / DESCRIPTOR).read_text(encoding="utf-8"))
        ours = {DESCRIPTOR, *(resource["path"] for resource in package["resources"])}
        return package["name"] == NAME and {path.name for path in folder.iterdir()} <= ours
    except (OSError, ValueError, TypeError, KeyError):
        return False


def write_export(connection: duckdb.DuckDBPyConnection, build: dict[str, Any], form: Format, folder: Path) -> int:
    """Fill an empty folder with the files of a format and their descriptor; the number of marts."""
    # With one thread, how rows fall into a Parquet file's groups does not depend on the machine.
    connection.execute("set threads = 1")
    marts = relations(connection, SCHEMA)
    for mart in marts:
        # As a file, and as a sheet of a workbook, which takes no longer ones.
        if not re.fullmatch(r"\w{1,31}", mart.name):
            raise AtpError(f"the relation {mart.name!r} cannot be a file or sheet of its name: give it another name")
    package = describe(connection, build, marts)
    if form is Format.xlsx:
        (folder / WORKBOOK).write_bytes(workbook(connection, package, marts))
    for mart, resource in zip(marts, package["resources"], strict=True):
        path = folder / (WORKBOOK if form is Format.xlsx else f"{mart.name}.{form.value}")
        if form is not Format.xlsx:
            copy_rows(connection, mart, path, copy_options(form, resource, package))
        content = path.read_bytes()
        resource |= {
            "path": path.name,
            "format": form.value,
            "mediatype": MEDIA_TYPES[form],
            "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        }
        if form is Format.parquet:
            # Frictionless reads Parquet through pandas: a NULL comes out as nan, and the bytes are not counted.
            resource["schema"]["missingValues"].append("nan")
        else:
            resource["bytes"] = len(content)
        if form is Format.csv:
            resource |= {"encoding": "utf-8", "dialect": {"lineTerminator": "\n"}}
        if form is Format.xlsx:
            # The specification's name for the sheet, and Frictionless' own.
            resource["dialect"] = {"sheetName": mart.name, "excel": {"sheet": mart.name}}
    (folder / DESCRIPTOR).write_text(json.dumps(package, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return len(marts)


def describe(connection: duckdb.DuckDBPyConnection, build: dict[str, Any], marts: list[Relation]) -> dict[str, Any]:
    """The Data Package: what the data are, from which build and sources, and the schema of each mart."""
    built_at = f"{build['built_at_utc'].isoformat()}Z"
    sources = connection.execute(
        "select source_name, address, vintage, publisher, vintage_note from marts.dim_source "
        "order by source_id, vintage"
    ).fetchall()
    applying: dict[str, list[str]] = {}
    for note in notes_on(connection, [f"{mart.schema}.{mart.name}" for mart in marts]):
        applying.setdefault(note["relation_name"], []).append(note["note_id"])
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": NAME,
        "title": "U.S. trade in advanced technology products",
        "description": "Exports, imports, balances, shares, ranks and growth by technology area, partner and region, "
        "after NSF InfoBrief 07-329 and the Census Bureau's later series. Source and vintage are in every row of "
        "values and are never spliced.",
        "version": build["atp_version"],
        "created": built_at,
        "licenses": [{"name": "other-pd", "title": "Public domain: U.S. government works"}],
        "sources": [
            given(title=title, path=address, version=vintage, publisher=publisher, description=note)
            for title, address, vintage, publisher, note in sources
        ],
        "contributors": [{"title": "ATP Trade Warehouse", "roles": ["DataCurator", "Distributor"]}],
        "keywords": ["international trade", "advanced technology products", "trade balance", "United States"],
        "build": {**build, "built_at_utc": built_at},
        # Ours: the standard has no place for notes. Each resource names those that apply to it.
        "notes": [
            given(
                name=note["note_id"],
                title=note["title"],
                kind=note["kind"],
                description=note["sentence"],
                reference=note["reference_title"],
                path=note["reference_address"],
            )
            for note in all_notes(connection)
        ],
        "resources": [
            given(
                name=mart.name,
                type="table",
                title=first_sentence(mart.comment),
                description=mart.comment,
                notes=applying.get(f"{mart.schema}.{mart.name}"),
                schema=given(
                    fields=[field(column) for column in mart.columns],
                    primaryKey=list(mart.primary_key) or None,
                    foreignKeys=[
                        {"fields": list(names), "reference": {"resource": dimension.name, "fields": list(names)}}
                        for dimension, names in foreign_keys(connection, mart, marts)
                    ],
                    missingValues=[""],
                ),
            )
            for mart in marts
        ],
    }


def field(column: Column) -> dict[str, Any]:
    """A column in the words of Table Schema, with its unit beside them."""
    return given(
        name=column.name,
        type=FIELD_TYPES.get(column.type.partition("(")[0], "any"),
        description=column.comment,
        unit=column.unit,
        constraints=None if column.is_nullable else {"required": True},
    )


def given(**properties: Any) -> dict[str, Any]:
    """Properties that have a value. The standard leaves out a property without one: a list may not be empty."""
    return {name: value for name, value in properties.items() if value not in (None, [])}


def copy_options(form: Format, resource: dict[str, Any], package: dict[str, Any]) -> str:
    """How DuckDB writes a file; a Parquet file says itself what it is, since it may travel alone."""
    if form is Format.csv:
        return "format csv, header"
    facts = {
        "description": resource["description"],
        **{name: json.dumps(package[name], ensure_ascii=False) for name in ("build", "sources", "licenses")},
        "schema": json.dumps(resource["schema"], ensure_ascii=False),
    }
    metadata = ", ".join(f"{name}: {literal(text)}" for name, text in facts.items())
    return f"format parquet, compression zstd, kv_metadata {{{metadata}}}"


def copy_rows(connection: duckdb.DuckDBPyConnection, mart: Relation, path: Path, options: str) -> None:
    """Write a mart's rows, in the order of its key, to a file."""
    connection.execute(f"copy ({ordered(mart)}) to {literal(str(path))} ({options})")


def ordered(mart: Relation) -> str:
    """The query for a mart's rows in the order of its key."""
    return f"from {mart.qualified_name} order by {mart.row_order}"


def workbook(connection: duckdb.DuckDBPyConnection, package: dict[str, Any], marts: list[Relation]) -> bytes:
    """A workbook with a sheet that says what it is, and one sheet per mart; numbers have 16 significant digits."""
    from xlsxwriter import Workbook

    content = BytesIO()
    options = {
        "in_memory": True,
        # A text stays a text, whatever it begins with.
        "strings_to_formulas": False,
        "strings_to_urls": False,
        # What no cell can have, NaN and infinity, shows as Excel's own errors, #NUM! and #DIV/0!.
        "nan_inf_to_errors": True,
        # A day is a number in a workbook: its format shows it as a day.
        "default_date_format": "yyyy-mm-dd",
    }
    with Workbook(content, options) as book:
        book.set_properties({"title": package["title"], "created": datetime.fromisoformat(package["created"][:-1])})
        bold = book.add_format({"bold": True})
        tables = {"about": about_rows(package), **{mart.name: mart_rows(connection, mart) for mart in marts}}
        for name, rows in tables.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row, bold if number == 0 else None)
            sheet.freeze_panes(1, 0)
            sheet.autofit(MOST_PIXELS)
    return content.getvalue()


def mart_rows(connection: duckdb.DuckDBPyConnection, mart: Relation) -> Iterator[tuple]:
    """The names of a mart's columns, then its rows in the order of its key."""
    yield tuple(column.name for column in mart.columns)
    yield from connection.execute(ordered(mart)).fetchall()


def about_rows(package: dict[str, Any]) -> Iterator[tuple]:
    """What the workbook is, as one table: the package, the build, the sources, and every column of every sheet."""
    nothing = (None, None, None)
    yield "part", "name", "type", "unit", "key", "text"
    yield from (("package", name, *nothing, package[name]) for name in ("title", "description"))
    yield from (("package", "licence", *nothing, licence["title"]) for licence in package["licenses"])
    yield from (("build", name, *nothing, value) for name, value in package["build"].items())
    for source in package["sources"]:
        yield from (("source", name, *nothing, value) for name, value in source.items())
    for resource in package["resources"]:
        schema = resource["schema"]
        yield resource["name"], None, *nothing, resource["description"]
        for column in schema["fields"]:
            key = "key" if column["name"] in schema.get("primaryKey", ()) else None
            yield resource["name"], column["name"], column["type"], column.get("unit"), key, column["description"]
