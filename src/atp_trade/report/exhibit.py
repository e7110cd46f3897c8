"""What the page shows: figures and tables, each one `select` from one relation of the `report` schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Exhibit:
    """A figure or table with an anchor, a footer and downloads of its own.

    The title is a sentence that takes its numbers from `report.headlines`, as in "{partners} partners". The marts are
    what the relation is made of, the sources keys of `marts.dim_source`; both are held to the database by tests.
    """

    name: str
    title: str
    subtitle: str
    unit: str
    relation: str
    marts: tuple[str, ...]
    sources: tuple[str, ...] = ("nsf07329",)
    sql: str
    note: str = ""

    @property
    def file_name(self) -> str:
        """The stem of its files, as in figure_1."""
        return self.name.lower().replace(" ", "_")

    @property
    def anchor(self) -> str:
        """Its place in the page's address, as in figure-1."""
        return self.file_name.replace("_", "-")


@dataclass(frozen=True)
class Layout:
    """The space that a drawing has, in pixels at its natural size."""

    name: str
    width: int

    @property
    def is_wide(self) -> bool:
        """Whether it is the layout of a desk rather than a phone."""
        return self.name == "wide"


WIDE = Layout("wide", 880)
NARROW = Layout("narrow", 340)


@dataclass(frozen=True, kw_only=True)
class Figure(Exhibit):
    """An exhibit that is drawn.

    `draw` makes an Altair chart of rows for a layout. Where a reader has a choice, `choice` is the column to choose by
    and `choices` its values with their labels: each is drawn, the first is shown. `draws` says what is drawn, for those
    who do not see it.
    """

    draw: Callable[[list[Row], Layout], Any]
    draws: str
    choice: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Table(Exhibit):
    """An exhibit that stands as a table, with groups of rows: `group` is the column that names them."""

    label: str
    group: str
