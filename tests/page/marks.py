"""The marks of a drawing: that there is one for each row of its relation, and that it stands where its value says."""

from collections import defaultdict
from decimal import Decimal

import duckdb
from conftest import Warehouse
from playwright.sync_api import Page

from atp_trade.pages.web import charts
from atp_trade.pages.web.charts import figure_1
from atp_trade.pages.web.exhibit import Exhibit, Figure

# Bars from zero, and bars of shares.
BALANCES = (charts.figure_2.FIGURE, charts.later_members.AREAS)
SHARES = (
    *(charts.top_three.MARKETS, charts.top_three.SUPPLIERS),
    *(charts.later_members.MARKETS, charts.later_members.SUPPLIERS),
)
# What a screen can show; the drawings have two decimals.
PIXEL = 0.6

# Marks with a value of their own, and the vertices of lines over the years.
MARKS = """
drawing => {
    const charts = [...drawing.querySelectorAll('.chart')], panelOf = mark => charts.indexOf(mark.closest('.chart'));
    return [...[...drawing.querySelectorAll('[data-value]')].map(mark => {
        const box = mark.getBBox(), at = mark.getScreenCTM();
        return {
            value: mark.dataset.value, label: mark.dataset.label, series: mark.dataset.series || '', tag: mark.tagName,
            panel: panelOf(mark),
            left: at.a * box.x + at.e, right: at.a * (box.x + box.width) + at.e,
            top: at.d * box.y + at.f, bottom: at.d * (box.y + box.height) + at.f,
        };
    }),
    ...[...drawing.querySelectorAll('[data-years]')].flatMap(line => {
        const at = line.getScreenCTM(), steps = line.getAttribute('d').match(/[MLC][^MLC]*/g);
        const values = line.dataset.values.split(' '), years = line.dataset.years.split(' ');
        if (steps.length !== years.length || values.length !== years.length) throw new Error(line.outerHTML);
        return steps.map((step, vertex) => {
            const [x, y] = step.match(/-?[\\d.]+/g).slice(-2).map(Number);
            const across = at.a * x + at.e, down = at.d * y + at.f;
            return {
                value: values[vertex], year: Number(years[vertex]), label: '', series: line.dataset.series,
                tag: line.tagName, panel: panelOf(line), left: across, right: across, top: down, bottom: down,
            };
        });
    })];
}
"""


def rows(warehouse: Warehouse, exhibit: Exhibit) -> list[dict]:
    """What the exhibit's query gives, as the tests ask it themselves."""
    with duckdb.connect(str(warehouse.database), read_only=True) as connection:
        found = connection.sql(exhibit.sql)
        return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


def close_to_a_line(points: list[tuple[float, float]], pixels_a_unit: float) -> None:
    """Assert that (value, position) pairs stand on one straight line, which is a linear scale."""
    (low, start), (high, end) = min(points), max(points)
    assert abs(end - start) > 20
    for value, position in points:
        expected = start + (value - low) / (high - low) * (end - start)
        assert abs(position - expected) < PIXEL * pixels_a_unit, (value, position, expected)


def marks_are_rows(warehouse: Warehouse, page: Page, figure: Figure) -> None:
    """Assert that the marks of a figure are the rows of its relation."""
    found = rows(warehouse, figure)
    assert not figure.choice
    marks = page.eval_on_selector(f"#{figure.anchor} .drawing", MARKS)
    assert sorted(Decimal(mark["value"]) for mark in marks) == sorted(
        Decimal(str(value)) for value in expected_values(figure, found)
    )
    stand_where_their_values_say(figure, marks)


def expected_values(figure: Figure, some: list[dict]) -> list[Decimal]:
    """The numbers that a drawing of these rows must have a mark for."""
    if figure is charts.figure_1.FIGURE:
        columns = (figure_1.REPORT, figure_1.LATER, figure_1.OTHER, figure_1.TOTAL)
        last = max(row["data_year"] for row in some if row[figure_1.REPORT] is not None)
        # Once to the last year there is, and once to the report's.
        again = [row[figure_1.LATER] for row in some if row["data_year"] <= last]
        return again + [row[column] for row in some for column in columns if row[column] is not None]
    if figure is charts.later_totals.FIGURE:
        return [row[column] for row in some for column in charts.later_totals.SERIES]
    if figure is charts.later_members.PARTNERS:
        return [row[f"{flow}_usd_millions"] for row in some for flow in ("exports", "imports")]
    if figure in BALANCES:
        return [row["balance_usd_millions"] for row in some]
    if figure in SHARES:
        return [row["share_pct"] for row in some]
    return [row["concentration_hhi"] for row in some]


def stand_where_their_values_say(figure: Figure, marks: list[dict]) -> None:
    """Assert that marks are as long, or stand as high, as their values: the drawing, not what it says of itself."""
    if figure in (*BALANCES, *SHARES):
        longest = max(marks, key=lambda mark: abs(Decimal(mark["value"])))
        scale = (longest["right"] - longest["left"]) / abs(float(longest["value"]))
        for mark in marks:
            assert abs(mark["right"] - mark["left"] - scale * abs(float(mark["value"]))) < PIXEL, mark
        positive = {round(mark["left"]) for mark in marks if float(mark["value"]) > 5000}
        negative = {round(mark["right"]) for mark in marks if float(mark["value"]) < -5000}
        if negative:
            assert positive == negative and len(positive) == 1
        return
    panels = defaultdict(list)
    for mark in marks:
        # Those of partners go from left to right.
        ends = ("left", "right") if figure is charts.later_members.PARTNERS else ("top", "bottom")
        panels[mark["panel"]].append((float(mark["value"]), sum(mark[end] for end in ends) / 2))
    for points in panels.values():
        close_to_a_line(points, 1)
