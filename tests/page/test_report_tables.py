"""The report's four tables and the tables of numbers: what they show, in which order, and that heads stay in view."""

import base64
import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from conftest import Warehouse
from marks import rows
from playwright.sync_api import Locator, Page
from readable import as_shown, numbers_are_rows
from views import SIZES

from atp_trade.pages.web import charts, tables
from atp_trade.pages.web.exhibit import Figure, Table

pytest_plugins = ["browsing"]

TABLES = pytest.mark.parametrize("table", tables.TABLES, ids=lambda table: table.file_name)
WITH_AND_WITHOUT_SCRIPT = pytest.mark.parametrize("script", [True, False], ids=["with_script", "without_script"])
YEARS = [str(year) for year in range(2000, 2007)]
FIGURES = [figure for figure in (*charts.REPORT, *charts.LATER, *charts.BEYOND) if figure.numbers]
SORTS = {
    "largest": "y2006 desc",
    "smallest": "y2006",
    "rise": "y2006 - y2000 desc",
    "fall": "y2006 - y2000",
}


@pytest.fixture(scope="module")
def page(open_view: Callable) -> Page:
    """The page, to read."""
    return open_view().page


def heads(page: Page, table: Table) -> list[str]:
    """The heads that are visible."""
    return page.locator(f"#{table.anchor} thead th:visible").all_inner_texts()


def names(page: Page, table: Table, kind: str = "") -> list[str]:
    """The names of the rows, of a kind or of all, in the order on the page."""
    return page.locator(f"#{table.anchor} tr:not(.block-head){kind} th[scope=row]").all_inner_texts()


@TABLES
def test_a_table_shows_the_numbers_of_its_relation_and_the_change(
    warehouse: Warehouse, page: Page, table: Table
) -> None:
    shown = page.eval_on_selector_all(
        f"#{table.anchor} tbody tr:not(.block-head)",
        "rows => rows.map(row => [...row.cells].map(cell => cell.textContent.trim()))",
    )
    expected = []
    for row in rows(warehouse, table):
        change = row["y2006"] - row["y2000"]
        sign = "+" if change > 0 else ""
        expected.append([row[table.label], *(as_shown(row[f"y{year}"]) for year in YEARS), f"{sign}{as_shown(change)}"])
    assert shown == expected
    unit = page.locator(f"#{table.anchor} caption").inner_text()
    assert unit.startswith("Millions of current U.S. dollars. Change is 2006 less 2000;")


@TABLES
def test_a_trend_is_one_path_that_goes_through_the_years(warehouse: Warehouse, page: Page, table: Table) -> None:
    paths = page.eval_on_selector_all(
        f"#{table.anchor} tbody td:last-child",
        "cells => cells.map(cell => [...cell.querySelectorAll('*')].map(one => one.getAttribute('d')))",
    )
    found = rows(warehouse, table)
    assert len(paths) == len(found)
    for (svg, path), row in zip(paths, found, strict=True):
        assert svg is None
        line, dot = re.fullmatch(r"M([\d. L]+)(m.+)", path).groups()
        points = [tuple(map(float, point.split())) for point in line.split("L")]
        values = [float(row[f"y{year}"]) for year in YEARS]
        assert [x for x, _ in points] == sorted({x for x, _ in points}) and len(points) == len(values) and dot
        low, high = min(values), max(values)
        for value, (_, y) in zip(values, points, strict=True):
            share = (value - low) / (high - low)
            top, bottom = min(y for _, y in points), max(y for _, y in points)
            assert abs(y - (bottom - share * (bottom - top))) < 0.11


@WITH_AND_WITHOUT_SCRIPT
def test_the_phone_shows_the_ends_and_the_change_and_all_years_on_demand(look: Callable, script: bool) -> None:
    for size in ("small_phone", "phone", "tablet", "desktop"):
        page = look(size, script=script).page
        for table in tables.TABLES:
            exhibit = page.locator(f"#{table.anchor}")
            first, change = heads(page, table)[0], "Change"
            demand = exhibit.get_by_label("All years")
            if size == "desktop":
                assert not demand.is_visible()
            else:
                assert heads(page, table) == [first, "2000", "2006", change]
                assert exhibit.locator("tbody tr:has(td)").last.locator("td:visible").count() == 3
                assert exhibit.locator("tbody svg:visible").count() == exhibit.locator("tbody tr:has(td)").count()
                assert exhibit.locator(".scroll").evaluate("box => box.scrollWidth <= box.clientWidth")
                demand.check()
            assert heads(page, table) == [first, *YEARS, change]
            assert page.evaluate("() => document.documentElement.scrollWidth") <= SIZES[size][0]


def box(found: Locator) -> dict[str, float]:
    """Where something stands in the window."""
    return found.evaluate(
        "one => { const {top, left, right, bottom} = one.getBoundingClientRect(); return {top, left, right, bottom} }"
    )


def under_the_bar(page: Page) -> float:
    """Where what sticks to the top of the window begins: below the contents, which have their height in rem."""
    return page.evaluate(
        """() => {
            const style = getComputedStyle(document.documentElement);
            return (parseFloat(style.getPropertyValue('--bar')) || 0) * parseFloat(style.fontSize);
        }"""
    )


@WITH_AND_WITHOUT_SCRIPT
@pytest.mark.parametrize("size", ["small_phone", "phone", "tablet", "desktop"])
def test_heads_stay_in_view_when_the_window_scrolls(look: Callable, size: str, script: bool) -> None:
    page = look(size, script=script).page
    for anchor in ("table-1", "table-4"):
        row = page.locator(f"#{anchor} tbody tr:has(td)").nth(25)
        row.evaluate("row => window.scrollBy(0, row.getBoundingClientRect().top - innerHeight / 2)")
        assert box(row)["top"] == pytest.approx(SIZES[size][1] / 2, abs=2)
        for head in page.locator(f"#{anchor} thead th:visible").all():
            assert box(head)["top"] == pytest.approx(under_the_bar(page), abs=1)


@WITH_AND_WITHOUT_SCRIPT
@pytest.mark.parametrize("size", ["phone", "tablet"])
def test_heads_and_names_stay_in_view_in_a_box_that_scrolls(look: Callable, size: str, script: bool) -> None:
    page = look(size, script=script).page
    page.locator("#table-2").get_by_label("All years").check()
    page.locator("#update-1 summary", has_text="as a table").click()
    for anchor, is_wide in (("table-2", True), ("update-1", False)):
        scroll = page.locator(f"#{anchor} .scroll")
        scroll.scroll_into_view_if_needed()
        assert box(scroll)["bottom"] - box(scroll)["top"] <= SIZES[size][1] - under_the_bar(page)
        scroll.evaluate("box => box.scrollTo(100, 200)")
        assert scroll.evaluate("box => [box.scrollTop, box.scrollLeft > 0]") == [200, is_wide]
        edges = box(scroll)
        for head in scroll.locator("thead th").all():
            assert box(head)["top"] == pytest.approx(edges["top"], abs=1)
        for name in (scroll.locator("thead th").first, scroll.locator("tbody th[scope=row]").nth(20)):
            assert box(name)["left"] == pytest.approx(edges["left"], abs=1)


def light_at(page: Page, x: float, y: float) -> int:
    """How light most pixels of a short upright line are, which can meet text and rules."""
    picture = page.screenshot(clip={"x": x, "y": y, "width": 1, "height": 60})
    return page.evaluate(
        """async address => {
            const picture = new Image();
            picture.src = address;
            await picture.decode();
            const canvas = Object.assign(document.createElement('canvas'), {width: 1, height: 60});
            const context = canvas.getContext('2d');
            context.drawImage(picture, 0, 0);
            const red = [...context.getImageData(0, 0, 1, 60).data].filter((_, at) => at % 4 === 0);
            return red.sort((one, other) => one - other)[30];
        }""",
        "data:image/png;base64," + base64.b64encode(picture).decode(),
    )


def test_a_box_that_scrolls_sideways_shows_it_at_the_edge_with_more_behind_it(look: Callable) -> None:
    page = look("phone").page
    page.locator("#table-2").get_by_label("All years").check()
    scroll = page.locator("#table-2 .scroll")
    scroll.evaluate("box => box.scrollIntoView()")

    def edge() -> int:
        return light_at(page, box(scroll)["right"] - 1, box(scroll)["top"] + 100)

    with_more = edge()
    scroll.evaluate("box => box.scrollTo(10000, 0)")
    at_the_end = edge()
    # White paper, and a shadow upon it.
    assert at_the_end == 255 and with_more < 220


@TABLES
@pytest.mark.parametrize("order", SORTS)
def test_an_order_is_that_of_the_database_and_the_rest_has_no_rank(
    warehouse: Warehouse, open_view: Callable, table: Table, order: str
) -> None:
    page = open_view().page
    page.locator(f"#{table.anchor} [name=order]").select_option(order)
    blocks = "block = 'Balance', block = 'Imports'," if table.group else ""
    found = warehouse.query(
        f"""
        select {table.label} from {table.relation}
        where row_kind = 'member'
        order by {blocks} {table.label} = 'All other countries', {SORTS[order]}
        """
    )
    assert names(page, table, ":is(.member, .residual)") == [name for (name,) in found]
    if table.group:
        ends = page.locator(f"#{table.anchor} tbody tr:last-child").evaluate_all(
            "rows => rows.map(row => row.className)"
        )
        assert ends == ["total"] * 3
    else:
        kinds = page.locator(f"#{table.anchor} tbody tr").evaluate_all("rows => rows.map(row => row.className)")
        assert kinds == [*["member"] * 44, "residual", *["group"] * 5, "total"]
        assert names(page, table)[44] == "All other countries"
    page.locator(f"#{table.anchor} [name=order]").select_option("")
    assert names(page, table) == [row[table.label] for row in rows(warehouse, table)]


@TABLES
def test_an_order_of_balances_is_named_by_the_deficit(page: Page, table: Table) -> None:
    options = page.locator(f"#{table.anchor} [name=order] option").all_text_contents()
    smallest = {
        "table_1": ["largest in 2006", "smallest, or largest deficit, in 2006"],
        "table_2": ["largest surplus in 2006", "largest deficit in 2006"],
    }.get(table.file_name, ["largest in 2006", "smallest in 2006"])
    assert options == ["as printed", *smallest, "largest rise since 2000", "largest fall since 2000", "name"]


def test_a_head_and_the_list_of_orders_are_one(look: Callable) -> None:
    page = look().page
    exhibit = page.locator("#table-3")
    order = exhibit.locator("[name=order]")

    def state() -> tuple[str, list[tuple[str, str]]]:
        sorted_heads = exhibit.locator("thead [aria-sort]").evaluate_all(
            "heads => heads.map(head => [head.textContent, head.getAttribute('aria-sort')])"
        )
        return order.input_value(), [tuple(head) for head in sorted_heads]

    for name, orders in (
        ("2006", [("largest", "descending"), ("smallest", "ascending")]),
        ("Change", [("rise", "descending"), ("fall", "ascending")]),
        ("Country or economy", [("name", "ascending")]),
    ):
        button = exhibit.get_by_role("button", name=name)
        for value, direction in orders:
            button.press("Enter")
            assert state() == (value, [(name, direction)])
        first = names(page, tables.TABLES[2])[0]
        button.click()
        assert state() == ("", [])
        order.select_option(orders[-1][0])
        assert state() == (orders[-1][0], [(name, orders[-1][1])])
        assert names(page, tables.TABLES[2])[0] == first
        order.select_option("")
    order.select_option("name")
    members = names(page, tables.TABLES[2], ".member")
    assert members == sorted(members) and len(members) == 44


def test_a_table_finds_rows(look: Callable) -> None:
    page = look().page
    page.locator("#table-2 [name=find]").fill("land")
    visible = page.locator("#table-2 tbody tr:visible th")
    assert set(visible.all_inner_texts()) == {"Thailand", "Finland", "Ireland", "Netherlands", "Poland", "Switzerland"}
    assert page.locator("#table-2 .found").inner_text() == "6 of 51 rows"


def test_notes_say_where_the_last_digit_differs(warehouse: Warehouse, page: Page) -> None:
    cells = """
        select block, technology_name, data_year, usd_millions from printed.table_1
        unpivot (usd_millions for data_year in (columns('^y[0-9]+$')))
    """
    differing = warehouse.query(
        f"""
        with cells as ({cells})
        select technology_name, data_year, max(usd_millions) filter (block = 'Balance') as printed,
            max(usd_millions) filter (block = 'Exports') - max(usd_millions) filter (block = 'Imports') as recomputed
        from cells group by all having abs(printed - recomputed) > 0
        """
    )
    assert len(differing) == 5
    assert {abs(printed - recomputed) for *_, printed, recomputed in differing} == {Decimal("0.1")}
    ((total,),) = warehouse.query("select y2006 from printed.table_2 where row_kind = 'total'")
    assert [recomputed for name, year, _, recomputed in differing if (name, year) == ("All technologies", "y2006")] == [
        total
    ]
    assert "In five cells they differ by 0.1 from exports less imports" in page.locator("#table-1 .note").inner_text()
    assert "The total of 2006 differs by 0.1 from that of Table 1" in page.locator("#table-2 .note").inner_text()


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.file_name)
def test_the_numbers_behind_a_figure_are_its_rows(warehouse: Warehouse, page: Page, figure: Figure) -> None:
    numbers_are_rows(page, figure, rows(warehouse, figure))


def test_numbers_are_within_the_screen_and_many_years_go_down(look: Callable) -> None:
    page = look().page
    page.locator("details:has(.spread)").evaluate_all("all => all.forEach(one => (one.open = true))")
    boxes = page.locator(".scroll:has(> .spread)").evaluate_all(
        "all => all.map(box => box.scrollWidth - box.clientWidth)"
    )
    assert len(boxes) == len(FIGURES) and max(boxes) == 0
    for anchor in ("figure-1", "update-1"):
        assert page.locator(f"#{anchor} .spread thead th").first.inner_text() == "Year"
    assert not charts.MULTIPLES.numbers and page.locator("#chart-e .spread").count() == 0


def test_what_is_pressed_is_large_enough(look: Callable) -> None:
    page = look("phone").page
    pressed = "thead button, .all-years, summary:has(+ .scroll), .controls:has([name=order]) :is(select, [type=search])"
    sizes = page.locator(f":is({pressed}):visible").evaluate_all(
        "all => all.map(one => [one.offsetWidth, one.offsetHeight, one.textContent])"
    )
    assert len(sizes) >= 3 * 4 + 3 * 4 + len(FIGURES)
    assert [size for size in sizes if min(size[:2]) < 24] == []


def test_without_colours_the_order_is_still_seen(look: Callable) -> None:
    page = look().page
    page.emulate_media(forced_colors="active")
    page.locator("#table-2 [name=order]").select_option("fall")
    marks = page.locator("#table-2 thead button").evaluate_all(
        """all => all.map(one => [
            getComputedStyle(one, '::after').content, getComputedStyle(one).textDecorationLine, one.textContent
        ])"""
    )
    assert marks == [
        ['"\N{UP DOWN ARROW}"', "none", "Country or economy"],
        ['"\N{UP DOWN ARROW}"', "none", "2006"],
        ['"\N{UPWARDS ARROW}"', "underline", "Change"],
    ]
    # A head hides what passes below it, and a line keeps its distance from the ground.
    ground, line = page.locator("#table-2").evaluate(
        """one => [
            getComputedStyle(one.querySelector('thead th')).backgroundColor,
            getComputedStyle(one.querySelector('path')).stroke,
        ]"""
    )
    assert ground != "rgba(0, 0, 0, 0)" and line != ground


def test_a_table_prints_whole_with_all_years_and_its_heads(look: Callable) -> None:
    page = look("phone").page
    page.emulate_media(media="print")
    for table in tables.TABLES:
        assert heads(page, table)[1:] == [*YEARS, "Change"]
    style = page.locator("#table-2").evaluate(
        """one => [
            getComputedStyle(one).breakInside, getComputedStyle(one.querySelector('.scroll')).overflow,
            getComputedStyle(one.querySelector('thead')).display, getComputedStyle(one.querySelector('th')).position,
        ]"""
    )
    assert style == ["avoid", "visible", "table-header-group", "static"]
    assert page.locator("caption:not(.visually-hidden):visible").all_inner_texts() == [
        page.locator(f"#{table.anchor} caption").inner_text() for table in tables.TABLES
    ]
