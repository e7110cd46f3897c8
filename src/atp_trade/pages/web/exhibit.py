"""What the page shows: figures and tables, each one `select` from one relation of the published file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]

# Told by the report, and by the source that continues it.
BOTH = ("source_id", "later_source_id")


@dataclass(frozen=True, kw_only=True)
class Exhibit:
    """A figure or table with an anchor, a footer and downloads of its own.

    Title, subtitle and note are sentences that take their numbers from the headlines (`site.HEADLINES`), as in
    "{partners} partners", and, of a table or figure of the report, from its row of `seeds.exhibits`, as in "{title},
    {first_year}". `made_of` are relations behind the exhibit's own, `told_by` who the numbers are from: columns of the
    headlines with keys of `marts.dim_source`. Tests check both against the database.
    """

    name: str
    title: str
    subtitle: str
    unit: str
    relation: str
    made_of: tuple[str, ...]
    told_by: tuple[str, ...] = ("source_id",)
    sql: str
    note: str = ""
    # What it is about in two or three words, for the contents; none where the name says it.
    topic: str = ""
    # What the columns are that the query makes, and its relation does not have.
    columns: Mapping[str, str] = field(default_factory=dict)

    @property
    def file_name(self) -> str:
        """The stem of its files, as in figure_1."""
        return self.name.lower().replace(" ", "_")

    @property
    def anchor(self) -> str:
        """Its place in the page's address, as in figure-1."""
        return self.file_name.replace("_", "-")


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """How a figure's rows stand in the table below it, each number once.

    `row` is the column of the query that names the table's rows, `group` the one that parts them, if any. `column`
    names the table's columns, and each cell has the `values`; without it, the `values` are the columns. `names` says
    what these have in the words of the figure. `unit` is the figure's own unless the table shows something else, and
    `note` follows it.
    """

    row: str
    values: tuple[str, ...]
    column: str = ""
    group: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Figure(Exhibit):
    """An exhibit that is drawn.

    `draw` makes the drawing's elements of rows. It gets the headlines that are named in `marks`, such as those whom the
    title is about. `draws` says what is drawn, for those who do not see it. `numbers` is the table beneath it, if it
    has one.

    Where a reader has a choice, `choice` is the column to choose by and `choices` its values with their labels, or
    empty if the values are their own labels: each is drawn, the first is shown.
    """

    draw: Callable[..., Any]
    draws: str
    marks: tuple[str, ...] = ()
    choice: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    numbers: Numbers | None = None

    def choices_in(self, rows: list[Row]) -> Mapping[str, str]:
        """The choices that a reader has, in order; one without a name where there is none."""
        if not self.choice:
            return {"": ""}
        return self.choices or {str(row[self.choice]): str(row[self.choice]) for row in rows}

    def rows_of(self, choice: str, rows: list[Row]) -> list[Row]:
        """The rows of a choice; all of them where there is none."""
        return [row for row in rows if not choice or str(row[self.choice]) == choice]


@dataclass(frozen=True, kw_only=True)
class Templated(Figure):
    """A figure that is drawn once for every width, by a template of the page, from what `draw` makes of the rows.

    `picture` is the template of the same drawing as a file of its own, for a desk; many small drawings have none.
    `key` says which flow is what. Where each choice has a title of its own, `titles` gives it for the choice and its
    rows, in place of `title`, which then is true of all of them. The choice that is shown first is the first one, or
    the last one.
    """

    template: str
    picture: str = ""
    key: Mapping[str, str] = field(default_factory=dict)
    titles: Callable[[str, list[Row]], str] | None = None
    is_last_shown_first: bool = False


@dataclass(frozen=True, kw_only=True)
class Table(Exhibit):
    """An exhibit that is a table of years, with one row per `label`.

    `group` is the column that parts its rows, where each part is ordered by itself. `flow` is what the numbers are:
    exports, imports or balance; without it, the groups are that. `orders` are the orders that a reader can choose.
    """

    label: str
    group: str = ""
    flow: str = ""
    orders: Mapping[str, str]
