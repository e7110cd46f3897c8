"""The page's files: index.html and the downloads. Python only carries what SQL computed."""

from __future__ import annotations

import base64
import hashlib
import json
import string
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb
import jinja2
from markupsafe import Markup

from atp_trade.files import path_to_write, whole_folder
from atp_trade.notes import all_notes
from atp_trade.pages.claim_words import Vocabulary
from atp_trade.pages.web import audit, charts, tables, words
from atp_trade.pages.web.exhibit import NARROW, WIDE, Exhibit, Figure, Layout, Row, Table
from atp_trade.pages.web.svg import svg
from atp_trade.places import file_to_read
from atp_trade.warehouse import PUBLIC_SCHEMAS, Column, Relation, as_dicts, literal, published, relations

FOLDER = Path("site")
MARKER = "build.json"
MADE_BY = "atp report"
CELL = Layout("small", 192)
HERE = Path(__file__).parent
# What is put together to the page's one style sheet and its one script, in this order.
STYLES = ("page", "charts", "tables", "audit", "print")
SCRIPTS = ("page", "pointing", "tables", "explorer", "claims")
LICENCE = "Public domain: works of the U.S. government"

TREND_WIDTH, TREND_HEIGHT = 84, 22


def write_site(folder: Path | None) -> Path:
    """Write the page; the path of its index.html."""
    folder = path_to_write(folder, FOLDER)
    with published(file_to_read()) as (connection, build):
        report = Report(connection, build)
        page = report.page()
        with whole_folder(folder, is_ours) as beside:
            (beside / "data").mkdir()
            (beside / "index.html").write_text(page, encoding="utf-8")
            for exhibit in report.exhibits:
                report.write_downloads(exhibit, beside / "data")
            write_json(beside / MARKER, {"made_by": MADE_BY, **report.build, "files": files_in(beside)})
    return folder / "index.html"


def is_ours(folder: Path) -> bool:
    """Whether a folder is a page that we wrote, with nothing in it from anybody else."""
    try:
        marker = json.loads((folder / MARKER).read_text(encoding="utf-8"))
        return marker["made_by"] == MADE_BY and {*files_in(folder)} <= {MARKER, *marker["files"]}
    except (OSError, ValueError, KeyError, TypeError):
        return False


def files_in(folder: Path) -> list[str]:
    """The files below a folder, in order."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())


def write_json(path: Path, content: Any) -> None:
    """A JSON file for people to read too."""
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False, default=str) + "\n", encoding="utf-8")


class Sentence(string.Formatter):
    """Titles with numbers as people write them: `{balance}` with its minus sign, `{name:lower}` within a sentence."""

    def format_field(self, value: Any, format_spec: str) -> str:
        """One value of the sentence."""
        if format_spec == "lower":
            return str(value)[:1].lower() + str(value)[1:]
        if isinstance(value, Decimal):
            return words.number(value, max(0, -int(value.as_tuple().exponent)))
        return super().format_field(value, format_spec)


class Report:
    """What the page needs of the published file. duckdb.Error where the file does not have it.

    `exhibits` are those that every page has, and those of what is loaded.
    """

    exhibits: tuple[Exhibit, ...] = (
        *charts.REPORT,
        *charts.LATER,
        *charts.BEYOND,
        charts.MULTIPLES,
        *tables.TABLES,
        *audit.EXHIBITS,
    )

    def __init__(self, connection: duckdb.DuckDBPyConnection, build: Row) -> None:
        """Read what all parts of the page need."""
        self.connection = connection
        self.build = build
        (self.headlines,) = self.rows("select * from page.headlines cross join page.later_headlines")
        # Of a source with several vintages, the latest.
        self.sources = {row["source_id"]: row for row in self.rows("select * from marts.dim_source order by vintage")}
        self.notes = all_notes(connection)
        self.words = Vocabulary(connection)
        self.loaded = charts.LOADED if self.headlines["latest_source_id"] else ()
        self.exhibits = (*self.exhibits, *self.loaded)
        # All of it before the first drawing, so that what is missing shows at once.
        self.found = {exhibit.name: self.rows(exhibit.sql) for exhibit in self.exhibits}

    def rows(self, sql: str) -> list[Row]:
        """The rows of a query."""
        return as_dicts(self.connection.sql(sql))

    @cached_property
    def relations(self) -> dict[str, Relation]:
        """What the file says of its relations, by schema and name."""
        found = relations(self.connection, *PUBLIC_SCHEMAS, "seeds")
        return {f"{relation.schema}.{relation.name}": relation for relation in found}

    def sentences(self, exhibit: Exhibit) -> dict[str, str]:
        """The exhibit's title, subtitle and note with their numbers and names."""
        known = {**self.headlines, **self.words.exhibits.get(exhibit.file_name, {})}
        return {name: Sentence().format(getattr(exhibit, name), **known) for name in ("title", "subtitle", "note")}

    def told_by(self, exhibit: Exhibit) -> list[Row]:
        """The sources of the exhibit's numbers."""
        return [self.sources[self.headlines[column]] for column in exhibit.told_by]

    @property
    def build_name(self) -> str:
        """The build in short: commit and day."""
        commit = (self.build["git_commit"] or "unknown")[:7] + (
            " with changes" if self.build["has_uncommitted_changes"] else ""
        )
        return f"{commit} of {self.build['built_at_utc']:%Y-%m-%d}"

    def page(self) -> str:
        """index.html."""
        environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters.update(
            number=words.number,
            cell=words.cell,
            month=words.month,
            heading=words.heading,
            words=words.words,
            minus=minus,
            trend=trend,
        )
        style = "".join(text_of("style", f"{name}.css") for name in STYLES)
        script = in_blocks(text_of("script", f"{name}.js") for name in SCRIPTS)
        return environment.get_template("page.html").render(
            report=self,
            style=Markup(style),
            script=Markup(script),
            style_hash=content_hash(style),
            script_hash=content_hash(script),
            report_figures=[self.figure(figure) for figure in charts.REPORT],
            later_figures=[self.figure(figure) for figure in charts.LATER],
            loaded_figures=[self.figure(figure) for figure in self.loaded],
            beyond_figures=[self.figure(figure) for figure in charts.BEYOND],
            multiples=self.multiples(charts.MULTIPLES),
            tables=[self.table(table) for table in tables.TABLES],
            audit=audit.parts(self),
        )

    def shown(self, exhibit: Exhibit) -> dict[str, Any]:
        """What all exhibits have: the words around them, their rows, and where these come from."""
        return {
            "exhibit": exhibit,
            **self.sentences(exhibit),
            "rows": self.found[exhibit.name],
            "sources": self.told_by(exhibit),
        }

    def figure(self, figure: Figure) -> dict[str, Any]:
        """A figure drawn for desk and phone, once for each choice."""
        shown = self.shown(figure)
        drawings = []
        for value, label in figure.choices_in(shown["rows"]).items():
            some = [row for row in shown["rows"] if not value or str(row[figure.choice]) == value]
            drawings.append(
                {
                    "value": value,
                    "label": label,
                    "svgs": [
                        self.drawing(
                            figure,
                            some,
                            layout,
                            "-".join(filter(None, (figure.anchor, value, layout.name))),
                            f"{figure.anchor}-heading",
                        )
                        for layout in (WIDE, NARROW)
                    ],
                }
            )
        return {**shown, "drawings": drawings}

    def drawing(self, figure: Figure, rows: list[Row], layout: Layout, name: str, heading: str) -> Markup:
        """One drawing as SVG, named by a heading of the page."""
        description = f"{figure.draws} The numbers are in the table below."
        return Markup(svg(figure.draw(rows, layout), name, heading, description, layout.name))

    def multiples(self, figure: Figure) -> dict[str, Any]:
        """A small drawing for each member, with its numbers of the last year."""
        shown = self.shown(figure)
        cells = []
        for member, some in groupby(shown["rows"], key=lambda row: (row["breakdown"], row["member_id"])):
            rows = list(some)
            name = "-".join((figure.anchor, *member)).lower()
            drawn = self.drawing(figure, rows, CELL, f"{name}-desc", name)
            cells.append({"id": name, "svg": drawn, "last": rows[-1]})
        return {**shown, "cells": cells}

    def table(self, table: Table) -> dict[str, Any]:
        """A table in groups of rows, and its columns of numbers."""
        shown = self.shown(table)
        return {
            **shown,
            "years": [name for name in shown["rows"][0] if name[0] == "y" and name[1:].isdigit()],
            "groups": [(name, list(rows)) for name, rows in groupby(shown["rows"], key=lambda row: row[table.group])],
        }

    def write_downloads(self, exhibit: Exhibit, folder: Path) -> None:
        """The exhibit's numbers, what they are, and the query that gives them."""
        path = folder / exhibit.file_name
        target = literal(str(path.with_suffix(".csv")))
        self.connection.execute(f"copy ({exhibit.sql}) to {target} (format csv, header)")
        path.with_suffix(".sql").write_text(f"{exhibit.sql};\n", encoding="utf-8")
        described = {column.name: column for column in self.relations[exhibit.relation].columns}
        write_json(
            path.with_suffix(".json"),
            {
                "name": exhibit.name,
                **{name: text or None for name, text in self.sentences(exhibit).items()},
                "unit": exhibit.unit,
                "relation": exhibit.relation,
                "description": self.relations[exhibit.relation].comment,
                "made_of": list(exhibit.made_of),
                "sources": self.told_by(exhibit),
                "columns": [
                    {"name": name, "type": str(kind), **about(described.get(name))}
                    for name, kind in self.columns(exhibit)
                ],
                "sql": exhibit.sql,
                "build": self.build,
                "licence": LICENCE,
            },
        )

    def columns(self, exhibit: Exhibit) -> Iterable[tuple[str, Any]]:
        """Names and types of the exhibit's columns."""
        found = self.connection.sql(exhibit.sql)
        return zip(found.columns, found.types, strict=True)


def about(column: Column | None) -> dict[str, Any]:
    """Unit and description of a column; of one that the query makes, neither."""
    return {"unit": column.unit, "description": column.comment} if column else {}


def text_of(*path: str) -> str:
    """A file of the page's own."""
    return HERE.joinpath(*path).read_text(encoding="utf-8")


def in_blocks(parts: Iterable[str]) -> str:
    """One script, in which the first part is seen by all others, and each of these by itself alone."""
    first, *others = parts
    blocks = "".join("{\n" + part + "}\n" for part in others)
    return f'(() => {{\n"use strict";\n{first}{blocks}}})();\n'


def content_hash(text: str) -> str:
    """The hash by which the page's security policy knows its own style and script."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def minus(text: str) -> str:
    """A text with real minus signs before its numbers."""
    return f" {text}".replace(" -", f" {words.MINUS}")[1:] if text else text


def trend(row: Row, years: Sequence[str]) -> Markup:
    """A row's years as a line from left to right, with zero as a thin line where the row crosses it."""
    known = [(position, float(row[year])) for position, year in enumerate(years) if row[year] is not None]
    if not known:
        return Markup("")
    low, high = min(value for _, value in known), max(value for _, value in known)
    step = (TREND_WIDTH - 8) / max(len(years) - 1, 1)

    def place(position: float, value: float) -> str:
        share = (value - low) / (high - low) if high > low else 0.5
        return f"{4 + position * step:.1f},{TREND_HEIGHT - 4 - share * (TREND_HEIGHT - 8):.1f}"

    line = " ".join(place(position, value) for position, value in known)
    x, y = place(*known[-1]).split(",")
    _, zero = place(0, 0.0).split(",")
    crossing = f'<path d="M0 {zero}H{TREND_WIDTH}"/>' if low < 0 < high else ""
    return Markup(
        f'<svg class="trend" viewBox="0 0 {TREND_WIDTH} {TREND_HEIGHT}" aria-hidden="true" focusable="false">{crossing}'
        f'<polyline points="{line}"/><circle cx="{x}" cy="{y}" r="2.5"/></svg>'
    )
