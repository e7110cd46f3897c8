"""Drawings that fit any width, so that phone and desk share one: places across are in percent, the rest in pixels.

Places across go from 0 to 1 between the margins, which the style sheet gives to the class of the drawing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any
from xml.etree import ElementTree

from atp_trade.pages.web.charts import theme
from atp_trade.pages.web.words import number

Element = ElementTree.Element
Point = tuple[int, Decimal]

# Across a plot, whose coordinates are stretched to the width that it has.
ACROSS = 1000
STEPS = (1, 2, 2.5, 5, 10, 20)
MOST_STEPS = 7
# Above a plot: its title, and its subtitle.
TITLE_BASELINE, SUBTITLE_BASELINE, HEAD = 13, 30, 46
AXIS = 24
# Beside a plot, at the left and the right, by kind of drawing, and where the names of bars are: as in the style sheet
# for desks.
MARGINS = {"lines": (48, 92), "bars": (248, 48), "long-names": (324, 48)}
NAMES_LEFT, NAMES_DOWN = 52, 22
# From the middle of a line of text to its baseline.
TO_BASELINE = 4


@dataclass(frozen=True)
class Scale:
    """From gridline to gridline."""

    low: float
    high: float
    step: float

    @classmethod
    def of(cls, values: Iterable[Any]) -> Scale:
        """The scale that has zero and all the values."""
        low, high = min(0.0, *map(float, values := list(values))), max(0.0, *map(float, values))
        # Where there is nothing but zero, any scale will do.
        high = high if high > low else 1.0
        size = 10 ** math.floor(math.log10((high - low) / MOST_STEPS))
        step = next(
            size * step for step in STEPS if math.ceil(high / size / step) - math.floor(low / size / step) <= MOST_STEPS
        )
        return cls(math.floor(low / step) * step, math.ceil(high / step) * step, step)

    def place(self, value: Any) -> float:
        """Where a value is between the ends, from 0 to 1."""
        return (float(value) - self.low) / (self.high - self.low)

    @property
    def ticks(self) -> list[float]:
        """The values of the gridlines."""
        return [self.low + at * self.step for at in range(round((self.high - self.low) / self.step) + 1)]

    def in_billions(self, value: Any) -> str:
        """A tick of millions in billions."""
        return number(value / 1000, 0 if self.step % 1000 == 0 else 1)


def add(parent: Element | None, tag: str, text: str = "", **attributes: Any) -> Element:
    """A new element, in a parent if it has one. Of an SVG element the page knows by its name that it is one."""
    said = {name.rstrip("_").replace("_", "-"): str(value) for name, value in attributes.items() if value != ""}
    made = ElementTree.Element(tag, said)
    made.text = text or None
    if parent is not None:
        parent.append(made)
    return made


def carried(data: Mapping[str, str]) -> dict[str, str]:
    """What a mark carries to the page, as its data attributes."""
    return {f"data_{name}": text for name, text in data.items()}


def drawing(kind: str, height: int) -> Element:
    """An empty drawing."""
    return add(None, "svg", class_=f"chart fluid {kind}", height=height, fill=theme.MUTED, font_size=12)


def plot(parent: Element, top: int, height: int) -> Element:
    """The space in which coordinates are stretched to the width."""
    return add(
        parent,
        "svg",
        class_="plot",
        fill="none",
        y=top,
        width="100%",
        height=height,
        viewBox=f"0 0 {ACROSS} {height}",
        preserveAspectRatio="none",
    )


def grid(space: Element, lines: str, zero: str) -> None:
    """The gridlines, and that of zero above them."""
    add(space, "path", d=lines, stroke=theme.RULE, stroke_width=1)
    add(space, "path", d=zero, stroke=theme.MUTED, stroke_width=1.2)


def percent(share: float) -> str:
    """A place across."""
    return f"{100 * share:.2f}".rstrip("0").rstrip(".") + "%"


def title(parent: Element, text: str, subtitle: str) -> None:
    """The heading of a drawing that is one of several in its figure."""
    add(parent, "text", text, class_="head", y=TITLE_BASELINE, fill=theme.INK, font_weight="bold", font_size=13)
    add(parent, "text", subtitle, class_="head", y=SUBTITLE_BASELINE)


@dataclass(frozen=True)
class Label:
    """A text beside a point of a line, so many pixels off."""

    text: str
    year: int
    value: Decimal
    right: int = 8
    down: int = 0
    align: str = "start"
    is_name: bool = False


@dataclass(frozen=True)
class Line:
    """A line over the years, and the texts beside it. What it `says` at each point is for the tip."""

    name: str
    color: str
    points: Sequence[Point]
    labels: Sequence[Label] = ()
    is_dashed: bool = False
    says: Sequence[str] = ()

    def ending(self, text: str) -> Line:
        """The line with its name and a text at its last point, one below the other."""
        year, value = self.points[-1]
        name = Label(self.name, year, value, down=-7, is_name=True)
        return replace(self, labels=[name, Label(text, year, value, down=7)])


@dataclass(frozen=True)
class Lines:
    """A drawing of lines. `between` are two lines with a shaded gap, `band` is a shaded span of years with its name."""

    lines: Sequence[Line]
    heading: tuple[str, str] | None = None
    height: int = 260
    unit: str = theme.BILLION_DOLLARS
    written: Callable[[Scale, float], str] = Scale.in_billions
    between: tuple[int, int] | None = None
    band: tuple[int, int, str] | None = None
    kind: str = "lines"

    @cached_property
    def years(self) -> list[int]:
        """All years that a line has."""
        return sorted({year for line in self.lines for year, _ in line.points})

    @cached_property
    def scale(self) -> Scale:
        """The scale of all lines."""
        return Scale.of(value for line in self.lines for _, value in line.points)

    @property
    def top(self) -> int:
        """Where the plot begins."""
        return HEAD if self.heading else TO_BASELINE + 2

    def x(self, year: int) -> float:
        """Where a year is, from 0 to 1."""
        return (year - self.years[0]) / (self.years[-1] - self.years[0])

    def y(self, value: Any) -> float:
        """How far below the top of the plot a value is, in pixels."""
        return round(self.height * (1 - self.scale.place(value)), 2)

    @property
    def ticks(self) -> list[int]:
        """The years on the axis: the first, the last, and round ones between that are far enough from both."""
        first, last = self.years[0], self.years[-1]
        every = next(step for step in (1, 2, 5, 10, 20) if last - first <= 5 * step)
        between = [year for year in self.years if year % every == 0 and min(year - first, last - year) >= 0.7 * every]
        return [first, *between, last]

    def path(self, points: Iterable[Point]) -> str:
        """A line through points."""
        return "M" + " L".join(f"{ACROSS * self.x(year):.5g},{self.y(value):g}" for year, value in points)

    def draw(self) -> Element:
        """The drawing."""
        whole = drawing(self.kind, self.top + self.height + AXIS)
        if self.heading:
            title(whole, *self.heading)
        space = plot(whole, self.top, self.height)
        if self.band:
            first, last = (f"{ACROSS * self.x(year):.5g}" for year in self.band[:2])
            add(space, "path", fill=theme.TINT, d=f"M{first} 0H{last}V{self.height}H{first}z")
        grid(space, "".join(f"M0 {self.y(tick):g}H{ACROSS}" for tick in self.scale.ticks), f"M0 {self.y(0):g}H{ACROSS}")
        if self.between:
            one, other = (dict(self.lines[at].points) for at in self.between)
            both = sorted({*one} & {*other})
            around = [(year, one[year]) for year in both] + [(year, other[year]) for year in reversed(both)]
            add(space, "path", fill=theme.RULE, d=f"{self.path(around)}z")
        for line in self.lines:
            add(
                space,
                "path",
                d=self.path(line.points),
                stroke=line.color,
                stroke_width=2.5,
                **({"stroke_dasharray": "6 4"} if line.is_dashed else {}),
                **carried(theme.carried_by_line(line.name, line.points, self.unit, line.says)),
            )
        self.write(whole)
        return whole

    def write(self, whole: Element) -> None:
        """The texts: axes, the band's name, and those beside the lines."""
        for tick in self.scale.ticks:
            y = self.top + self.y(tick) + TO_BASELINE
            add(whole, "text", self.written(self.scale, tick), dx=-8, y=f"{y:g}", text_anchor="end")
        for year in self.ticks:
            at = percent(self.x(year))
            add(whole, "text", str(year), x=at, y=self.top + self.height + 18, text_anchor="middle")
        if self.band:
            first, last, text = self.band
            add(
                whole,
                "text",
                text,
                x=percent((self.x(first) + self.x(last)) / 2),
                y=self.top + 14,
                text_anchor="middle",
            )
        for line in self.lines:
            for label in line.labels:
                add(
                    whole,
                    "text",
                    label.text,
                    x=percent(self.x(label.year)),
                    dx=label.right,
                    y=f"{self.top + self.y(label.value) + TO_BASELINE + label.down:g}",
                    fill=line.color,
                    font_weight="bold" if label.is_name else "",
                    text_anchor="" if label.align == "start" else label.align,
                    data_series=line.name,
                )


def html(root: Element, name: str, heading: str, description: str) -> str:
    """A drawing as part of the page, named by an element with the id `heading`; `name` is its description's id."""
    if root.tag == "svg":
        root.attrib.update({"role": "img", "aria-labelledby": heading, "aria-describedby": name})
        said = ElementTree.Element("desc", {"id": name})
    else:
        root.attrib["aria-labelledby"] = heading
        said = ElementTree.Element("caption", {"class": "visually-hidden"})
    said.text = description
    root.insert(0, said)
    return ElementTree.tostring(root, encoding="unicode")
