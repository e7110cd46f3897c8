"""The report's figures and what came after: what is drawn, in which colours, and how drawings are pointed at."""

import re
from collections.abc import Callable
from decimal import Decimal

import duckdb
import pytest
from conftest import Warehouse
from marks import marks_are_rows, rows
from playwright.sync_api import Browser, Page
from views import SIZES, bring_into_view, settle

from atp_trade.pages.web import charts
from atp_trade.pages.web.charts import fluid
from atp_trade.pages.web.exhibit import Figure
from atp_trade.pages.web.site import Report
from atp_trade.places import DATABASE

pytest_plugins = ["browsing"]

FIGURES = (*charts.REPORT, *charts.LATER, charts.concentration.FIGURE)
LARGEST, SMALLEST = charts.top_three.MARKETS, charts.top_three.SUPPLIERS
# Widths of a window: those of the views, and one between them.
WIDTHS = (320, 390, 768, 1024, 1280)


@pytest.fixture(scope="module")
def page(open_view: Callable) -> Page:
    """The page, to read."""
    return open_view().page


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.file_name)
def test_the_marks_of_a_figure_are_the_rows_of_its_relation(warehouse: Warehouse, page: Page, figure: Figure) -> None:
    marks_are_rows(warehouse, page, figure)


def test_the_title_of_figure_1_is_so_by_both_sources(warehouse: Warehouse, page: Page) -> None:
    found = {row["data_year"]: row for row in rows(warehouse, charts.figure_1.FIGURE)}
    ((first,),) = warehouse.query("select first_year from seeds.exhibits where exhibit_id = 'figure_1'")
    assert (min(found), max(found)) == (first, 2024)
    later = {year: row["balance_usd_millions"] for year, row in found.items()}
    assert {year for year, balance in later.items() if balance < 0} == {*range(2002, 2025)}
    report = {year: row["report_balance_usd_millions"] for year, row in found.items()}
    assert {year for year, balance in report.items() if balance is not None and balance < 0} == {*range(2002, 2007)}
    # Of all goods there are no numbers for the last year.
    other = {year: row["all_other_products_balance_usd_millions"] for year, row in found.items()}
    assert [year for year, balance in other.items() if balance is None] == [2024]
    assert max(balance for balance in other.values() if balance is not None) < 0
    title = page.locator("#figure-1 h3").inner_text()
    assert f"from {first} until it fell into deficit in 2002" in title
    assert f"in 2024 is \N{MINUS SIGN}{-later[2024] / 1000:.1f} billion" in title


def test_figure_1_has_the_balances_of_the_marts(warehouse: Warehouse) -> None:
    found = {
        (row["data_year"], kind): row[column]
        for row in rows(warehouse, charts.figure_1.FIGURE)
        for kind, column in (
            ("advanced_technology_products", charts.figure_1.LATER),
            ("all_other_products", charts.figure_1.OTHER),
            ("total_merchandise", charts.figure_1.TOTAL),
        )
        if row[column] is not None
    }
    marts = warehouse.query(
        "select data_year, product_type, balance_usd_millions from marts.merchandise_trade "
        "where source_id = 'census_country' and data_year >= 1990"
    )
    assert len(marts) == len(found) == 35 + 34 + 34
    # That mart has the difference of rounded amounts, of technology the page rounds the difference.
    assert all(abs(found[year, kind] - balance) <= Decimal("0.1") for year, kind, balance in marts)


def colours(page: Page) -> dict[str, str]:
    """The colours of the page by name, as a browser writes them."""
    return page.evaluate(
        """() => {
            const probe = document.body.appendChild(document.createElement('i'));
            const names = ['exports', 'imports', 'balance', 'ink', 'faint', 'ramp-1', 'ramp-2', 'ramp-3'];
            return Object.fromEntries(names.map(name => {
                probe.style.color = `var(--${name})`;
                return [name, getComputedStyle(probe).color];
            }));
        }"""
    )


def test_a_colour_means_one_thing(page: Page) -> None:
    known = colours(page)
    # The ramp is of shades of the balance.
    meanings = [name for name in known if not name.startswith("ramp")]
    assert len({known[name] for name in meanings}) == len(meanings)
    drawn = page.eval_on_selector_all(
        ":is(#figure-1, #update-1, #chart-d) [data-years]",
        "all => all.map(one => [one.closest('.exhibit').id, one.dataset.series, getComputedStyle(one).stroke])",
    )
    roles = {
        **{"Imports": "imports", "Exports": "exports", "Balance": "balance", "Technology": "balance"},
        **{"Census Bureau, later": "balance", "The report": "balance", "All goods": "ink", "All other": "faint"},
    }
    assert {series for _, series, _ in drawn} == {*roles}
    assert [colour for *_, colour in drawn] == [known[roles[series]] for _, series, _ in drawn]
    for anchor, names in (
        ("figure-2", {"ramp-1", "ramp-2", "ramp-3"}),
        ("figure-3", {"exports"}),
        ("figure-4", {"imports"}),
    ):
        filled = page.eval_on_selector_all(
            f"#{anchor} [data-value]", "all => all.map(one => getComputedStyle(one).fill)"
        )
        assert {*filled} == {known[name] for name in names}


def test_the_partners_of_the_title_stand_out(warehouse: Warehouse, page: Page) -> None:
    for figure, names in ((LARGEST, {"China", "Japan"}), (SMALLEST, {"China", "Mexico"})):
        cells = page.locator(f"#{figure.anchor} td").evaluate_all(
            """all => all.map(one => [
                one.firstChild.textContent.trim(), Number(getComputedStyle(one).fontWeight),
                Number(getComputedStyle(one.querySelector('.bar')).opacity),
            ])"""
        )
        assert [name for name, *_ in cells] == [row["partner"] for row in rows(warehouse, figure)]
        assert all((weight >= 600, opacity == 1) == (name in names,) * 2 for name, weight, opacity in cells)
        title = page.locator(f"#{figure.anchor} h3").inner_text()
        assert all(name in title for name in names)


def test_areas_and_partners_have_one_spelling(warehouse: Warehouse, page: Page) -> None:
    areas = {
        "All technologies",
        *(name for (name,) in warehouse.query("select technology_name from marts.dim_technology")),
    }
    partners = {name for (name,) in warehouse.query("select partner_name from marts.dim_partner")}
    assert {*page.locator("#figure-2 .names text").all_text_contents()} <= areas
    for figure in (LARGEST, SMALLEST):
        table = page.locator(f"#{figure.anchor} .top-three tbody")
        assert {*table.locator("th").all_text_contents()} <= areas
        for cell in table.locator("td").evaluate_all("all => all.map(one => one.firstChild.textContent.trim())"):
            assert {*cell.split(" and ")} <= partners


def resized(open_view: Callable) -> Page:
    """A page for the tests that change its size."""
    return open_view("tablet").page


# What every drawing must be, those of other files too.
@pytest.mark.parametrize("width", WIDTHS)
def test_text_in_drawings_can_be_read(open_view: Callable, width: int) -> None:
    page = resized(open_view)
    page.set_viewport_size({"width": width, "height": 900})
    shown = page.evaluate(
        """() => [...document.querySelectorAll('svg text')].filter(one => one.getClientRects().length).map(one => [
            one.closest('[id]').id, one.textContent,
            parseFloat(getComputedStyle(one).fontSize) * Math.hypot(one.getScreenCTM().c, one.getScreenCTM().d),
        ])"""
    )
    assert len(shown) > 50
    assert [text for text in shown if text[-1] < 10.99] == []


@pytest.mark.parametrize("width", WIDTHS)
def test_texts_neither_collide_nor_leave_their_drawing(open_view: Callable, width: int) -> None:
    page = resized(open_view)
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate("() => { window.isShown = one => one.getClientRects().length > 0; }")
    wrong = page.evaluate(
        """() => [...document.querySelectorAll('.drawing .chart')].filter(isShown).flatMap(chart => {
            const whole = chart.getBoundingClientRect(), id = chart.closest('.exhibit').id;
            const texts = [...chart.querySelectorAll('text')].filter(one => isShown(one) && one.textContent);
            const boxes = texts.map(one => [one.textContent, one.getBoundingClientRect()]);
            const marks = [...chart.querySelectorAll('[data-value], [data-years]')];
            const out = [...boxes, ...marks.map(one => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])]
                .filter(([, box]) => box.left < whole.left - 1 || box.right > whole.right + 1
                    || box.top < whole.top - 1 || box.bottom > whole.bottom + 1)
                .map(([text]) => [id, 'outside', text]);
            // Lines of text may touch, not more.
            const meet = (one, other) => Math.min(one.right, other.right) - Math.max(one.left, other.left) > 1
                && Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 3;
            return out.concat(boxes.flatMap(([text, box], at) => boxes.slice(at + 1)
                .filter(([, other]) => meet(box, other)).map(([other]) => [id, text, other])));
        })"""
    )
    assert wrong == []


def test_zero_is_on_the_axis_of_figure_2_at_every_width(open_view: Callable) -> None:
    page = resized(open_view)
    for width, height in SIZES.values():
        page.set_viewport_size({"width": width, "height": height})
        zero = page.locator("#figure-2 svg > text", has_text=re.compile("^0$")).bounding_box()
        bars = [bar.bounding_box() for bar in page.locator("#figure-2 rect[data-series=Aerospace]").all()]
        assert len(bars) == 3
        assert all(abs(zero["x"] + zero["width"] / 2 - bar["x"]) < 1 for bar in bars)
        # The number is at the end of the latest bar, not on the others.
        number = page.locator("#figure-2 text[data-series=Aerospace]").bounding_box()
        assert number["x"] >= bars[-1]["x"] + bars[-1]["width"]


def test_nothing_is_drawn_beyond_the_last_gridline() -> None:
    for values in ((-1173, 39), (0.2, 0.9), (-93.2, 53.6), (12, 3533), (-5, -1)):
        scale = fluid.Scale.of(Decimal(str(value)) for value in values)
        assert scale.ticks[0] == scale.low <= min(values) and max(values) <= scale.high == pytest.approx(
            scale.ticks[-1]
        )
        assert 0 in scale.ticks or min(abs(tick) for tick in scale.ticks) < 1e-9
        assert 3 <= len(scale.ticks) <= fluid.MOST_STEPS + 1


def test_a_drawing_says_what_it_finds(page: Page) -> None:
    for figure in FIGURES:
        title = page.locator(f"#{figure.anchor} h3").inner_text()
        described = page.locator(f"#{figure.anchor} .drawing .chart").evaluate_all(
            "all => all.map(one => one.querySelector('desc, caption').textContent)"
        )
        assert described
        assert all(" ".join(text.split()).startswith(f"{title}. ") and figure.draws in text for text in described)


def test_pointing_reads_the_nearest_year_of_all_lines(warehouse: Warehouse, look: Callable) -> None:
    page = look().page
    found = {row["data_year"]: row for row in rows(warehouse, charts.later_totals.FIGURE)}
    bring_into_view(page, page.locator("#update-1 .plot"))
    # Far from each line, above the year 2010, nearest to that of imports.
    box = page.locator("#update-1 [data-series=Imports][data-years]").bounding_box()
    page.mouse.move(box["x"] + box["width"] * (2010 - 1989 + 0.3) / (2024 - 1989), box["y"] + 2)
    said = page.locator("#tip").inner_text().splitlines()
    assert said == [
        "2010",
        *(
            f"{name}: {found[2010][column] / 1000:.1f} billion dollars".replace("-", "\N{MINUS SIGN}")
            for column, (name, _) in charts.later_totals.SERIES.items()
        ),
    ]
    assert page.locator("#tip b").inner_text().startswith("Imports")
    assert page.locator("#update-1 .pointer").count() == 3
    assert page.locator("#update-1 .is-pick[data-years]").get_attribute("data-series") == "Imports"
    page.mouse.move(2, 2)
    assert page.locator("#tip").is_hidden() and page.locator(".pointer, .has-pick").count() == 0


def test_keys_go_by_year_and_by_series(warehouse: Warehouse, look: Callable) -> None:
    page = look().page
    drawing, said = page.locator("#figure-1 .drawing"), page.locator("#said")
    drawing.focus()
    found = {row["data_year"]: row for row in rows(warehouse, charts.figure_1.FIGURE)}

    def reads(series: str, year: int, column: str) -> None:
        amount = f"{found[year][column] / 1000:,.1f}".replace("-", "\N{MINUS SIGN}")
        assert said.inner_text() == f"{series}, {year}: {amount} billion dollars"
        assert page.locator("#tip b").inner_text() == f"{series}: {amount} billion dollars"

    for key, *expected in (
        ("ArrowRight", "Technology", 1990, charts.figure_1.LATER),
        ("ArrowRight", "Technology", 1991, charts.figure_1.LATER),
        ("ArrowLeft", "Technology", 1990, charts.figure_1.LATER),
        ("End", "Technology", 2024, charts.figure_1.LATER),
        # It has no such year: the nearest one.
        ("ArrowDown", "All other", 2023, charts.figure_1.OTHER),
        ("ArrowDown", "All goods", 2023, charts.figure_1.TOTAL),
        ("ArrowDown", "Census Bureau, later", 2006, charts.figure_1.LATER),
        ("ArrowDown", "The report", 2006, charts.figure_1.REPORT),
        ("Home", "The report", 2000, charts.figure_1.REPORT),
        ("ArrowUp", "Census Bureau, later", 2000, charts.figure_1.LATER),
    ):
        drawing.press(key)
        reads(*expected)
    drawing.press("Escape")
    assert page.locator("#tip").is_hidden()


def test_keys_go_from_bar_to_bar(look: Callable) -> None:
    page = look().page
    drawing = page.locator("#figure-2 .drawing")
    drawing.focus()
    labels = page.locator("#figure-2 [data-label]").evaluate_all("all => all.map(one => one.dataset.label)")
    for key, label in (("ArrowRight", labels[0]), ("ArrowDown", labels[1]), ("End", labels[-1]), ("Home", labels[0])):
        drawing.press(key)
        assert page.locator("#said").inner_text() == page.locator("#tip").inner_text() == label
    assert labels[0] == "Aerospace, 2004: 30.5 billion dollars"


def test_what_keys_read_is_in_the_window(look: Callable) -> None:
    page = look("small_phone").page
    # As at four times the size.
    page.set_viewport_size({"width": 320, "height": 256})
    bar = page.locator(".contents").bounding_box()["height"]
    for drawing in page.locator(".drawing[tabindex]:visible").all():
        drawing.focus()
        for key in ("End", "Home", "ArrowRight", "ArrowDown"):
            drawing.press(key)
            settle(page)
            tip = page.locator("#tip").bounding_box()
            assert tip and tip["y"] >= 0 and tip["y"] + tip["height"] <= 256, (drawing.inner_text()[:80], key, tip)
            marks = page.locator(".is-read:visible, .pointer").evaluate_all(
                "all => all.map(one => one.getBoundingClientRect().bottom)"
            )
            assert any(bar <= bottom <= 256 + 12 for bottom in marks), (key, marks)


def test_lines_differ_without_colour(browser: Browser, site: object) -> None:
    context = browser.new_context(forced_colors="active")
    page = context.new_page()
    page.goto((site / "index.html").as_uri())
    patterns: dict[str, set[str]] = {}
    for drawing in page.locator(":is(#figure-1, #update-1, #chart-d) .chart").all():
        lines = drawing.locator("[data-years]").evaluate_all(
            """all => all.map(one => [
                one.dataset.series, getComputedStyle(one).strokeDasharray, one.hasAttribute('stroke-dasharray')
            ])"""
        )
        assert len({(series, dashes) for series, dashes, _ in lines}) == len(lines) >= 2, lines
        for series, dashes, is_dashed_for_all in lines:
            if not is_dashed_for_all:
                patterns.setdefault(series, set()).add(dashes)
    # One series has one pattern wherever it is drawn, and those that are drawn together have each its own.
    assert all(len(found) == 1 for found in patterns.values()), patterns
    assert len(set().union(*(patterns[series] for series in ("Exports", "Imports", "Balance")))) == 3
    context.close()


def test_the_margins_of_pictures_are_those_of_the_page(page: Page) -> None:
    for anchor, kind in (("figure-1", "lines"), ("figure-2", "bars")):
        left, right = page.locator(f"#{anchor} .{kind}").first.evaluate(
            "one => [getComputedStyle(one).paddingLeft, getComputedStyle(one).paddingRight]"
        )
        assert (left, right) == tuple(f"{margin}px" for margin in fluid.MARGINS[kind])


def test_the_index_is_explained_by_equal_partners(warehouse: Warehouse, page: Page) -> None:
    assert warehouse.query(
        """
        select count(*) from page.concentration
        where abs(fewest_equal_members - 10000 / highest_hhi) > 1e-9
            or abs(most_equal_members - 10000 / lowest_hhi) > 1e-9
        """
    ) == [(0,)]
    shown = page.locator("#chart-d text[data-series]").all_text_contents()
    for breakdown, flow in (("partner", "imports"), ("partner", "exports"), ("technology", "imports")):
        ((fewest, most),) = warehouse.query(
            f"""
            select 10000 / highest_hhi, 10000 / lowest_hhi from marts.trade_concentration
            where breakdown = '{breakdown}' and flow = '{flow}' and data_year = 2006
            """
        )
        assert " to ".join(dict.fromkeys((f"{fewest:.1f}", f"{most:.1f}"))) in shown
    says = page.locator("#chart-d [data-says]").first.get_attribute("data-says").split("|")
    assert len(says) == 7 and re.fullmatch(r"Imports, at most, 2000: index 786, like 12\.7 equal partners", says[0])


RISE_OR_FALL = {"rose": 1, "fell": -1, "is not shown to have changed": 0}


def test_a_title_tells_a_rise_or_fall_only_where_the_intervals_do_not_overlap(warehouse: Warehouse, page: Page) -> None:
    title = page.locator("#chart-d h3").inner_text()
    said = re.search(
        r"^From 2000 to 2006, the concentration of imports on few partners (.+), and that of exports (.+)$", title
    )
    assert said
    for flow, words in zip(("imports", "exports"), said.groups(), strict=True):
        (first, last) = warehouse.query(
            f"""
            select lowest_hhi, highest_hhi from marts.trade_concentration
            where breakdown = 'partner' and flow = '{flow}' and data_year in (2000, 2006) order by data_year
            """
        )
        assert RISE_OR_FALL[words] == (last[0] > first[1]) - (last[1] < first[0])
    # No other sentence about it says more.
    note = page.locator("#chart-d").inner_text()
    assert not re.search(r"(more|less) concentrated", note)


def test_the_title_follows_the_intervals(unbuilt: Warehouse) -> None:
    """As if the bounds of 2006 were others: what is said is computed, not written."""
    (unbuilt.project / DATABASE).rename(unbuilt.database)
    concentration = unbuilt.project / "models" / "marts" / "trade_concentration.sql"
    text = concentration.read_text()
    # Those of 2000 are 547 to 568 for exports and about 786 for imports.
    made_up = {"lowest": {"exports": 400, "imports": 700}, "highest": {"exports": 500, "imports": 800}}
    bounds = []
    for bound, values in made_up.items():
        instead = " ".join(f"when data_year = 2006 and flow = '{flow}' then {value}" for flow, value in values.items())
        bounds.append(f"case {instead} else {bound}_hhi end as {bound}_hhi")
    place = "    from bounded\n"
    assert text.count(place) == 1
    text = text.replace(place, f"    from (select * replace ({', '.join(bounds)}) from bounded)\n")
    concentration.write_text(text)
    selected = ["--select", "trade_concentration", "concentration", "headlines"]
    outcome = unbuilt.run("dbt", "run", *selected, ATP_TRADE_DB=str(unbuilt.database))
    assert outcome.returncode == 0, outcome.stdout
    with duckdb.connect(str(unbuilt.database), read_only=True) as connection:
        title = Report(connection, {}).sentences(charts.concentration.FIGURE)["title"]
    assert title.endswith("partners is not shown to have changed, and that of exports fell")
