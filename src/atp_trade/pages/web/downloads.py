"""What a reader can take away: each exhibit's numbers, query and drawings, the database, and all of it in one ZIP."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from atp_trade import AtpError
from atp_trade.pages.web.exhibit import Exhibit, Figure, Row, Templated
from atp_trade.pages.web.picture import picture, png
from atp_trade.warehouse import literal, published

if TYPE_CHECKING:
    from atp_trade.pages.web.site import Report

LICENCE = "Public domain: works of the U.S. government"
DATABASE = "atp_trade.duckdb"
EVERYTHING = "everything.zip"


def write(report: Report, database: Path, folder: Path) -> None:
    """All downloads, into a new folder. AtpError if the database was published anew in the meantime."""
    folder.mkdir()
    for exhibit in report.exhibits:
        write_numbers(report, exhibit, folder)
        for name, some in pictures(exhibit, report.found[exhibit.name]):
            drawing = report.draw(exhibit, some)
            drawn = picture(drawing, **report.sentences(exhibit, some), source=report.source_line(exhibit))
            (folder / f"{name}.svg").write_text(drawn, encoding="utf-8")
            (folder / f"{name}.png").write_bytes(png(drawn))
    copy_database(report, database, folder / DATABASE)
    pack(folder, report.build["built_at_utc"].timetuple()[:6])


def copy_database(report: Report, database: Path, copy: Path) -> None:
    """The published file as a download. AtpError if it is of another build than the page."""
    shutil.copyfile(database, copy)
    with published(copy) as (_, build):
        if build != report.build:
            raise AtpError(f"{database} was published anew while the page was written: run `atp report` again")


def write_numbers(report: Report, exhibit: Exhibit, folder: Path) -> None:
    """The exhibit's numbers, what they are, and the query that gives them."""
    path = folder / exhibit.file_name
    target = literal(str(path.with_suffix(".csv")))
    report.connection.execute(f"copy ({exhibit.sql}) to {target} (format csv, header)")
    path.with_suffix(".sql").write_text(f"{exhibit.sql};\n", encoding="utf-8")
    write_json(
        path.with_suffix(".json"),
        {
            "name": exhibit.name,
            **{name: text or None for name, text in report.sentences(exhibit).items()},
            "unit": exhibit.unit,
            "relation": exhibit.relation,
            "description": report.relations[exhibit.relation].comment,
            "made_of": list(exhibit.made_of),
            "sources": report.told_by(exhibit),
            "columns": list(columns(report, exhibit)),
            "sql": exhibit.sql,
            "build": report.build,
            "licence": LICENCE,
        },
    )


def columns(report: Report, exhibit: Exhibit) -> Iterator[dict[str, Any]]:
    """Name, type, unit and description of the exhibit's columns: its relation's, and those that its query makes."""
    described = {column.name: column for column in report.relations[exhibit.relation].columns}
    found = report.connection.sql(exhibit.sql)
    for name, kind in zip(found.columns, found.types, strict=True):
        known = described.get(name)
        about = exhibit.columns.get(name) or (known and known.comment)
        yield {"name": name, "type": str(kind), "unit": known and known.unit, "description": about}


def pictures(exhibit: Exhibit, rows: list[Row]) -> Iterator[tuple[str, list[Row]]]:
    """The drawings of an exhibit, one for each choice: name of the files without ending, and rows."""
    if not isinstance(exhibit, Figure) or (isinstance(exhibit, Templated) and not exhibit.picture):
        return
    for value in exhibit.choices_in(rows):
        yield "_".join(filter(None, (exhibit.file_name, value))), exhibit.rows_of(value, rows)


def pack(folder: Path, written_at: tuple[int, ...]) -> None:
    """All files of a folder in one ZIP in it; the same files give the same ZIP."""
    with zipfile.ZipFile(folder / EVERYTHING, "w", zipfile.ZIP_DEFLATED) as everything:
        for path in sorted(folder.iterdir()):
            if path.name != EVERYTHING:
                about = zipfile.ZipInfo(f"atp_trade/{path.name}", written_at)
                about.compress_type, about.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
                # In pieces: the database can be larger than memory.
                with path.open("rb") as source, everything.open(about, "w", force_zip64=True) as target:
                    shutil.copyfileobj(source, target)


def write_json(path: Path, content: Any) -> None:
    """A JSON file for people to read too."""
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False, default=str) + "\n", encoding="utf-8")
