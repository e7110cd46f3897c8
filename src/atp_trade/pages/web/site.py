"""The page's files: index.html and the downloads. Python only carries what SQL computed."""

from __future__ import annotations

import base64
import hashlib
import json
import re
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
from atp_trade.pages.claim_words import Vocabulary, rows_of
from atp_trade.pages.web import audit, charts, downloads, tables, words
from atp_trade.pages.web.charts.fluid import html, percent
from atp_trade.pages.web.citing import NOWHERE, Places, citation, dataset
from atp_trade.pages.web.downloads import write_json
from atp_trade.pages.web.exhibit import Exhibit, Figure, Row, Table, Templated
from atp_trade.places import file_to_read
from atp_trade.warehouse import (
    PUBLIC_SCHEMAS,
    SYNTHETIC_PREFIX,
    SYNTHETIC_SENTENCE,
    Relation,
    as_dicts,
    published,
    relations,
)

FOLDER = Path("site")
MARKER = "build.json"
# The page's sections that tell the story, and what each has to show, in order; then those of the other parts.
STORY = {
    "balance": ("What happened", ("Figure 1", "Update 1")),
    "areas": ("In which technologies", ("Figure 2", "Chart B", "Update 2")),
    "partners": (
        "With whom",
        ("Figure 3", "Figure 4", "Chart A", "Chart C", "Chart D", "Chart E", "Update 3", "Update 4", "Update 5"),
    ),
}
# What sentences take their numbers and names from: one row each.
HEADLINES = ("page.headlines", "page.later_headlines", "page.latest_headlines")
MADE_BY = "atp report"
HERE = Path(__file__).parent
# What is put together to the page's one style sheet and its one script, in this order.
STYLES = ("page", "charts", "explorer", "tables", "audit", "print")
SCRIPTS = ("page", "explorer", "pointing", "tables", "claims", "address")

TREND_WIDTH, TREND_HEIGHT = 72, 20


def write_site(folder: Path | None, places: Places = NOWHERE) -> Path:
    """Write the page; the path of its index.html."""
    folder, database = path_to_write(folder, FOLDER), file_to_read()
    with published(database) as (connection, build):
        report = Report(connection, build, places)
        page = report.page()
        with whole_folder(folder, is_ours) as beside:
            (beside / "index.html").write_text(page, encoding="utf-8")
            downloads.write(report, database, beside / "data")
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
    """The files below a folder, in order, with links and empty folders."""
    found = (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir() or not any(path.iterdir()))
    return sorted(path.relative_to(folder).as_posix() for path in found)


class Headlines(dict[str, Any]):
    """The numbers and names that sentences are made with. duckdb.BinderException where one is not in the file."""

    def __missing__(self, name: str) -> Any:
        """A name that a sentence has, and the file does not."""
        raise duckdb.BinderException(f"{' and '.join(HEADLINES)} lack {name}")


class Sentence(string.Formatter):
    """Titles with numbers as people write them: `{balance}` with its minus sign, `{name:lower}` within a sentence."""

    def format_field(self, value: Any, format_spec: str) -> str:
        """One value of the sentence."""
        if format_spec == "lower":
            return words.within(str(value))
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

    def __init__(self, connection: duckdb.DuckDBPyConnection, build: Row, places: Places = NOWHERE) -> None:
        """Read what all parts of the page need."""
        self.connection = connection
        self.build = build
        self.places = places
        found = self.rows(f"select * from {' cross join '.join(HEADLINES)}")
        self.headlines = Headlines(*found[:1])
        # Without them there is nothing to say.
        if self.headlines["later_last_year"] is None or self.headlines["last_data_year"] is None:
            raise duckdb.BinderException(f"{' and '.join(HEADLINES)} have no years")
        # Of a source with several vintages, the latest.
        self.sources = {row["source_id"]: row for row in rows_of(connection, "marts.dim_source", "vintage")}
        self.notes = all_notes(connection)
        self.words = Vocabulary(connection)
        self.loaded = charts.LOADED if self.headlines["latest_source_id"] else ()
        self.exhibits = (*self.exhibits, *self.loaded)
        # All of it before the first drawing, so that what is missing shows at once.
        self.found = {exhibit.name: self.rows(exhibit.sql) for exhibit in self.exhibits}
        for exhibit in self.exhibits:
            if not self.found[exhibit.name]:
                raise duckdb.BinderException(f"{exhibit.relation} has no rows")

    def rows(self, sql: str) -> list[Row]:
        """The rows of a query."""
        return as_dicts(self.connection.sql(sql))

    @cached_property
    def relations(self) -> dict[str, Relation]:
        """What the file says of its relations, by schema and name."""
        found = relations(self.connection, *PUBLIC_SCHEMAS, "seeds")
        return {f"{relation.schema}.{relation.name}": relation for relation in found}

    def sentences(self, exhibit: Exhibit, chosen: list[Row] | None = None) -> dict[str, str]:
        """The exhibit's title, subtitle and note with their numbers and names; the title of a choice, if it has one."""
        found = {name: self.sentence(getattr(exhibit, name), exhibit) for name in ("title", "subtitle", "note")}
        if chosen and isinstance(exhibit, Templated) and exhibit.titles:
            found["title"] = self.sentence(exhibit.titles(str(chosen[0][exhibit.choice]), chosen), exhibit)
        return found

    def sentence(self, text: str, exhibit: Exhibit) -> str:
        """A sentence of the exhibit with its numbers and names."""
        return Sentence().vformat(text, (), Headlines(self.headlines | self.words.exhibits.get(exhibit.file_name, {})))

    def told_by(self, exhibit: Exhibit) -> list[Row]:
        """The sources of the exhibit's numbers."""
        return [self.sources[self.headlines[column]] for column in exhibit.told_by]

    def source_line(self, exhibit: Exhibit) -> str:
        """Who the exhibit's numbers are from, as a picture of it says."""
        # Of the name, what says which publication it is.
        told = "; ".join(
            f"{source['publisher']}, {re.split(r'[:(]', source['source_name'])[0].strip()}, {source['vintage']}"
            for source in self.told_by(exhibit)
        )
        line = f"Source: {told}. ATP Trade Warehouse, build {self.build_name}. {self.places.cited or ''}".rstrip()
        return self.mark + line

    @property
    def mark(self) -> str:
        """What titles begin with if values are made up; else nothing."""
        return SYNTHETIC_PREFIX if self.build["is_synthetic"] else ""

    @property
    def build_name(self) -> str:
        """The build in short: commit and day."""
        commit = (self.build["git_commit"] or "unknown")[:7] + (
            " with changes" if self.build["has_uncommitted_changes"] else ""
        )
        return f"{commit} of {self.build['built_at_utc']:%Y-%m-%d}"

    @cached_property
    def templates(self) -> jinja2.Environment:
        """What the page is written with."""
        environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters.update(
            number=words.number,
            billions=words.billions,
            in_short=words.in_short,
            percent=percent,
            amount=words.amount,
            balance=words.balance,
            signed=words.signed,
            within=words.within,
            cell=words.cell,
            month=words.month,
            heading=words.heading,
            words=words.words,
            minus=minus,
            trend=trend,
            spread=lambda shown: tables.spread(shown["exhibit"], shown["rows"]),
        )
        return environment

    def page(self) -> str:
        """index.html."""
        style = "".join(text_of("style", f"{name}.css") for name in STYLES)
        script = in_blocks(text_of("script", f"{name}.js") for name in SCRIPTS)
        return self.templates.get_template("page.html").render(
            report=self,
            style=Markup(style),
            script=Markup(script),
            style_hash=content_hash(style),
            script_hash=content_hash(script),
            places=self.places,
            banner=SYNTHETIC_SENTENCE if self.mark else "",
            contents=self.contents(),
            citation=citation(self),
            dataset=Markup(json.dumps(dataset(self), ensure_ascii=False).replace("<", "\\u003c")),
            areas=self.rows(
                "select technology_name, definition from marts.dim_technology where report_order > 0 "
                "order by report_order"
            ),
            figures={figure.name: self.figure(figure) for figure in self.figures},
            multiples=self.multiples(charts.MULTIPLES),
            tables=[self.table(table) for table in tables.TABLES],
            audit=audit.parts(self),
        )

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The figures that this page has, without the small multiples."""
        return (*charts.REPORT, *charts.LATER, *self.loaded, *charts.BEYOND)

    def contents(self) -> list[tuple[str, str, list[Exhibit]]]:
        """The sections: anchor, name and exhibits."""
        known = {exhibit.name: exhibit for exhibit in self.exhibits}
        story = [
            (anchor, name, [known[one] for one in names if one in known]) for anchor, (name, names) in STORY.items()
        ]
        return [
            *story,
            ("audit", "Does it hold?", list(audit.EXHIBITS)),
            ("tables", "The tables", list(tables.TABLES)),
            ("take-away", "Take it away", []),
            ("sources", "Sources", []),
        ]

    def shown(self, exhibit: Exhibit) -> dict[str, Any]:
        """What all exhibits have: the words around them, their rows, and where these come from."""
        return {
            "exhibit": exhibit,
            **self.sentences(exhibit),
            "rows": self.found[exhibit.name],
            "sources": self.told_by(exhibit),
            "pictures": [name for name, _ in downloads.pictures(exhibit, self.found[exhibit.name])],
        }

    def figure(self, figure: Figure) -> dict[str, Any]:
        """A figure and its drawings, for each choice if it has one."""
        if isinstance(figure, Templated):
            return self.templated(figure)
        shown = self.shown(figure)
        drawn = [
            Markup(html(one, f"{figure.anchor}-{at}", f"{figure.anchor}-heading", f"{shown['title']}. {figure.draws}"))
            for at, one in enumerate(self.draw(figure, shown["rows"]), 1)
        ]
        return {**shown, "drawings": [{"value": "", "label": "", "drawn": drawn}]}

    def draw(self, figure: Figure, rows: list[Row]) -> Any:
        """What a figure draws of rows, with the headlines that it marks; of a template, its picture."""
        if isinstance(figure, Templated):
            label = figure.choices_in(rows)[str(rows[0][figure.choice]) if figure.choice else ""]
            return self.templates.get_template(figure.picture).render(drawing=figure.draw(rows), label=label)
        return figure.draw(rows, **{column: self.headlines[column] for column in figure.marks})

    def templated(self, figure: Templated) -> dict[str, Any]:
        """A figure drawn once for each choice, by its template."""
        shown = self.shown(figure)
        template = self.templates.get_template(figure.template)
        drawings, titles = [], {}
        for value, label in figure.choices_in(shown["rows"]).items():
            some = figure.rows_of(value, shown["rows"])
            if figure.titles:
                titles[value] = self.sentences(figure, some)["title"]
            drawn = template.render(
                drawing=figure.draw(some),
                id=f"{figure.anchor}-{value or 'desc'}",
                heading=f"{figure.anchor}-heading",
                description=f"{titles.get(value, shown['title'])}. {label and f'{label}: '}{figure.draws}",
            )
            drawings.append({"value": value, "label": label, "drawn": [Markup(drawn)]})
        chosen = drawings[-1 if figure.is_last_shown_first else 0]["value"]
        return {**shown, "drawings": drawings, "titles": titles, "chosen": chosen}

    def multiples(self, figure: Templated) -> dict[str, Any]:
        """A small drawing for each member."""
        shown = self.shown(figure)
        return {**shown, "cells": figure.draw(shown["rows"])}

    def table(self, table: Table) -> dict[str, Any]:
        """A table in groups of rows, its columns of years, and the orders that it can be put into."""
        shown = self.shown(table)
        years = [name for name in shown["rows"][0] if name[0] == "y" and name[1:].isdigit()]
        ends = {"first_year": words.heading(years[0]), "last_year": words.heading(years[-1])}
        return {
            **shown,
            **ends,
            "years": years,
            "orders": {order: label.format(**ends) for order, label in table.orders.items()},
            "groups": [
                (name, list(rows)) for name, rows in groupby(shown["rows"], key=lambda row: row.get(table.group))
            ],
        }


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
    """A row's years as a line from left to right, on a scale of its own, with a dot at the last one."""
    known = [(position, float(row[year])) for position, year in enumerate(years) if row[year] is not None]
    if not known:
        return Markup("")
    low, high = min(value for _, value in known), max(value for _, value in known)
    step = (TREND_WIDTH - 8) / max(len(years) - 1, 1)

    def place(position: float, value: float) -> str:
        share = (value - low) / (high - low) if high > low else 0.5
        return f"{4 + position * step:.0f} {TREND_HEIGHT - 4 - share * (TREND_HEIGHT - 8):.1f}"

    # The dot is a circle of the line's own stroke, so that a row's trend is one path.
    line = "L".join(place(position, value) for position, value in known)
    return Markup(
        f'<svg viewBox="0 0 {TREND_WIDTH} {TREND_HEIGHT}" aria-hidden="true">'
        f'<path d="M{line}m0-1a1 1 0 1 1-.1 0"/></svg>'
    )
