"""Since the report: what the page shows of the years after it, without anything loaded and with."""

import json
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import Warehouse, copy_warehouse, without_unit_tests
from history import write_history
from marks import marks_are_rows, rows
from playwright.sync_api import Page
from readable import numbers_are_rows
from validator import findings
from views import PICTURES, SIZES, WCAG

from atp_trade.pages.web import charts
from atp_trade.pages.web.exhibit import Figure

pytest_plugins = ["browsing"]

TOTALS = charts.later_totals.FIGURE
ATP = "product_type = 'advanced_technology_products' and technology_id = 'all' and partner_id = 'all'"
COUNTRIES = [*("5700", "2010", "1220", "5880", "4280", "5830", "5800", "4190", "5570", "5590"), "4120", "4279", "5520"]


def billions(amount: Decimal) -> str:
    """Millions of dollars as the page says billions."""
    return f"{round(amount / 1000, 1):,}".replace("-", "\N{MINUS SIGN}")


def test_the_years_are_the_sums_of_their_months(warehouse: Warehouse) -> None:
    months = warehouse.query(
        f"""
        select data_year, sum(exports_usd_millions), sum(imports_usd_millions) from core.trade_months
        where source_id = 'census_country' and vintage = '2024-12' and {ATP}
        group by data_year having count(*) = 12 order by data_year desc
        """
    )
    assert [(years := [row["data_year"] for row in rows(warehouse, TOTALS)])[0], years[-1]] == [2024, 1989]
    assert [tuple(row.values()) for row in rows(warehouse, TOTALS)] == [
        (year, round(exports, 1), round(imports, 1), round(exports - imports, 1)) for year, exports, imports in months
    ]


def test_its_title_compares_within_one_source(warehouse: Warehouse, open_view: Callable) -> None:
    found = {row["data_year"]: row for row in rows(warehouse, TOTALS)}
    first, last = found[2006], found[2024]
    title = open_view().page.locator("#update-1 h3").inner_text()
    assert title.split(": ")[0] == (
        f"From a balance of {billions(first['balance_usd_millions'])} billion dollars in 2006 to "
        f"{billions(last['balance_usd_millions'])} billion in 2024"
    )
    for flow in ("exports", "imports"):
        ends = [billions(year[f"{flow}_usd_millions"]) for year in (first, last)]
        assert re.search(rf"{flow} (went )?from {ends[0]} to {ends[1]}", title)


def test_without_a_later_year_of_areas_it_says_how_to_load_one(open_view: Callable, site: Path) -> None:
    page = open_view(script=False).page
    text = plain(page.locator("section[aria-labelledby=partners] > .story").all_inner_texts())
    assert "By area and partner, this page has no year after 2006" in text and "The project can load areas" in text
    assert page.locator("figure[id^=update-]").evaluate_all("all => all.map(one => one.id)") == ["update-1"]
    assert {file.stem for file in (site / "data").glob("update_*")} == {"update_1"}


def plain(texts: list[str]) -> str:
    """Texts in one line."""
    return " ".join(" ".join(texts).split())


@pytest.fixture(scope="module")
def loaded(warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A project with a made-up history to March 2012, and its page."""
    copy = without_unit_tests(copy_warehouse(warehouse, tmp_path_factory.mktemp("loaded")))
    write_history(copy.project, "2010-01", "2012-03", COUNTRIES)
    for verb in ("build", "report"):
        outcome = copy.run("atp", verb)
        assert outcome.returncode == 0, outcome.stdout
    return copy


@pytest.fixture(scope="module")
def loaded_page(loaded: Warehouse, open_view: Callable) -> Iterator[Page]:
    yield open_view(folder=loaded.project / "site").page


def test_a_page_with_what_is_loaded_is_valid_html(loaded: Warehouse) -> None:
    assert findings(loaded.project / "site" / "index.html") == []


@pytest.mark.parametrize("figure", [TOTALS, *charts.LOADED], ids=lambda figure: figure.file_name)
def test_the_marks_of_what_is_loaded_are_the_rows_of_its_relation(
    loaded: Warehouse, loaded_page: Page, figure: Figure
) -> None:
    assert rows(loaded, figure)
    marks_are_rows(loaded, loaded_page, figure)


def test_the_areas_are_those_of_the_last_full_year_beside_the_reports(loaded: Warehouse) -> None:
    shown = {
        (row["technology_name"], row["data_year"]): row["balance_usd_millions"]
        for row in rows(loaded, charts.later_members.AREAS)
    }
    found = loaded.query(
        "select technology_name, data_year, balance_usd_millions from marts.trade_by_census_area "
        "inner join marts.dim_technology using (census_area_code) where data_year in (2006, 2011)"
    )
    assert len(found) == 20
    assert shown == {(name, year): balance for name, year, balance in found}


@pytest.mark.parametrize("flow", ["exports", "imports"])
def test_the_largest_markets_and_suppliers_are_those_of_the_mart(loaded: Warehouse, flow: str) -> None:
    figure = charts.later_members.MARKETS if flow == "exports" else charts.later_members.SUPPLIERS
    found = loaded.query(
        f"""
        select coalesce(dim_technology.technology_name, 'All technologies'), partner_rank, partner_name, share_pct
        from marts.top_partners_by_technology left join marts.dim_technology using (technology_id)
        where data_year = 2011 and flow = '{flow}'
        """
    )
    assert len(found) == 33
    shown = [(row["technology_name"], *[*row.values()][2:]) for row in rows(loaded, figure)]
    assert shown[0][0] == "All technologies"
    assert sorted((area, place, partner, round(Decimal(share), 1)) for area, place, partner, share in shown) == sorted(
        found
    )


def test_the_titles_of_what_is_loaded_say_what_the_marts_have(loaded: Warehouse, loaded_page: Page) -> None:
    def title(anchor: str) -> str:
        return loaded_page.locator(f"#{anchor} h3").inner_text()

    areas = loaded.query(
        """
        select data_year, technology_name, balance_usd_millions from marts.trade_by_census_area
        inner join marts.dim_technology using (census_area_code) where data_year in (2006, 2011)
        order by balance_usd_millions
        """
    )
    surplus = {year: sum(balance > 0 for one, _, balance in areas if one == year) for year in (2006, 2011)}
    _, name, balance = next(area for area in areas if area[0] == 2011)
    assert title("update-2") == (
        f"{surplus[2011]} of the Census Bureau's 10 areas ran a surplus in 2011, and {surplus[2006]} in 2006; "
        f"the lowest balance, {billions(balance)} billion dollars, is that of {name[0].lower()}{name[1:]}"
    )
    for anchor, flow in (("update-3", "export"), ("update-4", "import")):
        ((partner, share),) = loaded.query(
            f"select partner_name, {flow}_share_pct from marts.trade_by_partner "
            f"where data_year = 2011 and {flow}_rank = 1"
        )
        ((count,),) = loaded.query(
            f"select count(*) from marts.trade_by_technology_and_partner "
            f"where data_year = 2011 and {flow}_rank <= 3 and partner_name = '{partner}'"
        )
        assert title(anchor).startswith(partner) and f"{share:.1f}%" in title(anchor)
        assert title(anchor).endswith(f" in {count} of 10 areas")
    ((partner, both),) = loaded.query(
        "select partner_name, total_trade_usd_millions from marts.trade_by_partner where data_year = 2011 "
        "order by total_trade_usd_millions desc limit 1"
    )
    assert title("update-5") == (
        f"{partner} was the largest partner in 2011, with {billions(both)} billion dollars both ways; that of 2006 "
        "was China"
    )


def test_it_says_how_far_what_is_loaded_goes(loaded: Warehouse, loaded_page: Page) -> None:
    ((balance,),) = loaded.query(
        f"""
        select balance_usd_millions from marts.trade_windows
        where source_id = 'census_hitech' and window_type = 'twelve_months' and window_end = '2012-03-31' and {ATP}
        """
    )
    text = plain(loaded_page.locator("section[aria-labelledby=partners] > .story").all_inner_texts())
    assert f"over the twelve months to March 2012 is {billions(balance)} billion dollars, and 2011 is its last" in text
    assert "The project can load" not in text
    # What the Bureau's totals say is what they said before.
    assert "In December 2024, the latest month" in loaded_page.locator("body").inner_text()
    assert loaded_page.locator("figure[id^=update-]").count() == 5


def test_what_is_loaded_is_a_whole_exhibit(loaded: Warehouse, loaded_page: Page, look: Callable) -> None:
    data = loaded.project / "site" / "data"
    for figure in charts.LOADED:
        metadata = json.loads((data / f"{figure.file_name}.json").read_text(encoding="utf-8"))
        sources = [(source["source_id"], source["vintage"]) for source in metadata["sources"]]
        assert sources[-1] == ("census_hitech", "2012-03")
        assert (sources[0] == ("nsf07329", "2007-03")) == (figure is charts.later_members.AREAS)
        assert loaded.query((data / f"{figure.file_name}.sql").read_text(encoding="utf-8"))
        assert (data / f"{figure.file_name}.csv").stat().st_size > 100
        exhibit = loaded_page.locator(f"#{figure.anchor}")
        assert exhibit.get_attribute("data-vintages").split()[-1] == "2012-03"
        if figure.numbers:
            numbers_are_rows(loaded_page, figure, rows(loaded, figure))
        for kind in ("svg", "png"):
            assert (data / f"{figure.file_name}.{kind}").stat().st_size > 1000
    page = look("phone", "dark", folder=loaded.project / "site").page
    for figure in charts.LOADED:
        page.locator(f"#{figure.anchor}").screenshot(path=PICTURES / f"{figure.file_name}_phone_dark.png")
    for width, height in SIZES.values():
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    page.evaluate("() => document.querySelectorAll('.exhibit:not([id^=update-])').forEach(one => one.remove())")
    found = Axe().run(page, options={"runOnly": [*WCAG], "resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()


def test_a_partner_with_more_than_the_widest_share_stays_in_the_drawing(loaded: Warehouse) -> None:
    """As if one supplier had nearly all of an area: its bar is as long as there is room."""
    found = rows(loaded, charts.later_members.SUPPLIERS)
    found[3]["share_pct"] = 97.0
    (table,) = charts.later_members.SUPPLIERS.draw(found)
    widths = [float(bar.get("width").rstrip("%")) for bar in table.iter("rect")]
    assert widths[3] == max(widths) == 100
    with duckdb.connect(str(loaded.database), read_only=True) as connection:
        assert connection.sql("select max(import_share_pct) < 97 from page.later_members").fetchone() == (True,)
