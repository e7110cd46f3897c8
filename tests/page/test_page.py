"""The page in a real browser: what is drawn and shown is what the warehouse has, for every reader and every size."""

import csv
import io
import json
import re
from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import Warehouse
from marks import rows
from playwright.sync_api import Page
from views import PICTURES, SIZES, WCAG, WITHOUT_PICTURES

from atp_trade.pages.web import audit, charts
from atp_trade.pages.web.exhibit import Exhibit
from atp_trade.pages.web.site import HEADLINES, Report

pytest_plugins = ["browsing"]

FIGURES = (*charts.REPORT, *charts.LATER, *charts.BEYOND)
LARGEST_PAGE_BYTES, MOST_ELEMENTS, LARGEST_DOWNLOADS_BYTES = 900_000, 8_000, 3_500_000


@pytest.fixture(scope="module")
def page(open_view: Callable) -> Page:
    """The page, to read."""
    return open_view().page


@pytest.mark.parametrize("script", [True, False], ids=["with_script", "without_script"])
def test_a_choice_shows_its_drawing(warehouse: Warehouse, look: Callable, script: bool) -> None:
    page = look(script=script).page
    for figure in FIGURES:
        for choice, label in figure.choices_in(rows(warehouse, figure)).items():
            if not figure.choice:
                continue
            page.locator(f"#{figure.anchor} .choice label", has_text=label).locator("input").check()
            shown = page.locator(f"#{figure.anchor} .drawing:visible")
            assert [one.get_attribute("data-choice") for one in shown.all()] == [choice]


@pytest.mark.parametrize("exhibit", Report.exhibits, ids=lambda exhibit: exhibit.file_name)
def test_downloads_hold_the_numbers_and_say_what_they_are(
    warehouse: Warehouse, page: Page, site: Path, exhibit: Exhibit
) -> None:
    for kind in ("csv", "json", "sql"):
        address = f"data/{exhibit.file_name}.{kind}"
        assert page.locator(f'a[download][href="{address}"]').count() == 1
        assert (site / address).is_file()
    sql = (site / "data" / f"{exhibit.file_name}.sql").read_text(encoding="utf-8")
    found = warehouse.query(sql)
    text = (site / "data" / f"{exhibit.file_name}.csv").read_text(encoding="utf-8")
    header, *lines = csv.reader(io.StringIO(text))
    assert len(lines) == len(found)
    for line, row in zip(lines, found, strict=True):
        for cell, value in zip(line, row, strict=True):
            if isinstance(value, (Decimal, float, int)) and not isinstance(value, bool):
                assert Decimal(cell) == Decimal(str(value))
            else:
                assert cell == ("" if value is None else str(value).lower() if isinstance(value, bool) else value)
    metadata = json.loads((site / "data" / f"{exhibit.file_name}.json").read_text(encoding="utf-8"))
    assert [column["name"] for column in metadata["columns"]] == header
    assert metadata["sql"] == exhibit.sql and metadata["unit"] and metadata["title"]
    assert [(source["source_id"], source["vintage"]) for source in metadata["sources"]] == [
        *(
            (source, vintage)
            for wanted in exhibit.told_by
            for source, vintage in warehouse.query("select source_id, max(vintage) from marts.dim_source group by all")
            if [(source,)] == warehouse.query(f"select {wanted} from {' cross join '.join(HEADLINES)}")
        )
    ]
    assert [(metadata["build"]["git_commit"],)] == warehouse.query("select git_commit from meta.build")


def test_an_exhibit_is_made_of_what_it_names(warehouse: Warehouse) -> None:
    nodes = json.loads((warehouse.target / "manifest.json").read_text())["nodes"]
    relations = {f"{node['schema']}.{node['name']}": key for key, node in nodes.items()}

    def above(key: str) -> set[str]:
        parents = nodes.get(key, {}).get("depends_on", {}).get("nodes", [])
        return set(parents).union(*(above(parent) for parent in parents)) if parents else set()

    for exhibit in Report.exhibits:
        if exhibit in audit.EXHIBITS and exhibit.relation.startswith("seeds."):
            continue
        made_of = above(relations[exhibit.relation])
        assert {relations[part] for part in exhibit.made_of} <= made_of, exhibit.name
        assert re.findall(r"\b(?:from|join)\s+(\w+\.\w+)", exhibit.sql) == [exhibit.relation]


def test_every_exhibit_on_the_page_says_where_its_numbers_come_from(page: Page) -> None:
    found = page.eval_on_selector_all(
        ".exhibit",
        """all => all.map(
            one => [one.id, ...['relation', 'madeOf', 'vintages', 'build'].map(name => one.dataset[name])]
        )""",
    )
    assert {anchor: relation for anchor, relation, *_ in found} == {
        exhibit.anchor: exhibit.relation for exhibit in Report.exhibits
    }
    assert all(made_of and vintages and build for _, _, made_of, vintages, build in found)


@pytest.mark.parametrize("script", [True, False], ids=["with_script", "without_script"])
def test_nothing_is_wider_than_the_screen(look: Callable, script: bool) -> None:
    page = look(script=script).page
    for width, height in SIZES.values():
        page.set_viewport_size({"width": width, "height": height})
        wide, screen = page.evaluate(
            "() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert wide <= screen == width
        # And the large one of the explorer, which the script draws.
        assert page.locator(".drawing:visible:has(.chart:visible)").count() == len(FIGURES) + script


# Once with all that is on the page and an opened table; else the rows and drawings that are like the ones before them
# are left out, since axe takes long over each.
@pytest.mark.parametrize(
    ("size", "scheme", "all_of_it"),
    [("phone", "light", False), ("phone", "dark", False), ("desktop", "light", True), ("desktop", "dark", False)],
)
def test_axe_finds_nothing(look: Callable, size: str, scheme: str, all_of_it: bool) -> None:
    page = look(size, scheme).page
    page.screenshot(path=PICTURES / f"{size}_{scheme}.png", full_page=True)
    if all_of_it:
        page.evaluate("() => document.querySelectorAll('#figure-1 details').forEach(one => one.open = true)")
    else:
        page.evaluate(
            "() => document.querySelectorAll('.cell:nth-child(n+9), tr:nth-child(n+9)').forEach(one => one.remove())"
        )
    found = Axe().run(page, options={"runOnly": [*WCAG, "best-practice"], "resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()


def test_colours_can_be_told_from_the_ground(look: Callable) -> None:
    for scheme in ("light", "dark"):
        colours = look(scheme=scheme).page.evaluate(
            """() => Object.fromEntries(['paper', 'ground', 'ink', 'muted', 'link', 'good', 'bad', 'unsure',
                'exports', 'imports', 'balance', 'rose', 'fell', 'faint', 'ramp-1', 'ramp-2', 'ramp-3'
                ].map(name => [
                    name, getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim()
                ]))"""
        )
        for name, colour in colours.items():
            if name not in ("paper", "ground"):
                least = 4.5 if name in ("ink", "muted", "link", "good", "bad", "unsure") else 3
                # The names of series are bold text of their colour.
                least = 4.5 if name in ("exports", "imports", "balance", "rose", "fell", "faint") else least
                assert contrast(colour, colours["paper"]) >= least, (scheme, name)
        steps = [luminance(colours[f"ramp-{step}"]) for step in (1, 2, 3)]
        assert all(max(one, other) / min(one, other) > 1.5 for one, other in pairwise(steps))


def luminance(colour: str) -> float:
    """WCAG's relative luminance of a hexadecimal colour, plus what it adds for ambient light."""
    digits = colour.lstrip("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05


def contrast(one: str, other: str) -> float:
    """WCAG's contrast ratio."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return lighter / darker


def test_it_prints(look: Callable) -> None:
    page = look().page
    pdf = page.pdf(
        path=PICTURES / "report.pdf", prefer_css_page_size=True, print_background=True, tagged=True, outline=True
    )
    # For screen readers: headings, tables and the language.
    assert b"/StructTreeRoot" in pdf and b"/Lang" in pdf and b"/Outlines" in pdf
    pages = len(re.findall(rb"/Type\s*/Page\b", pdf))
    assert 15 <= pages <= 40
    page.emulate_media(media="print")
    shown = ".controls:visible, .contents:visible, .downloads a:visible, .exhibit:not(#claims) summary:visible"
    assert page.locator(shown).count() == 0
    assert page.locator("#chart-b .chart:visible").count() == 3


def test_the_page_is_light_and_its_first_paint_is_on_record(look: Callable, site: Path) -> None:
    assert (site / "index.html").stat().st_size < LARGEST_PAGE_BYTES
    sizes = {path.name: path.stat().st_size for path in (site / "data").iterdir()}
    # The ZIP has all the others in it, so it is what the downloads weigh when they are packed.
    zipped = sizes.pop("everything.zip")
    assert zipped < sum(sizes.values()) / 2
    assert sum(size for name, size in sizes.items() if not name.endswith(".duckdb")) < LARGEST_DOWNLOADS_BYTES
    page = look().page
    assert page.locator("*").count() < MOST_ELEMENTS
    page.wait_for_function("() => performance.getEntriesByName('first-contentful-paint').length")
    paint = page.evaluate("() => performance.getEntriesByName('first-contentful-paint')[0].startTime")
    (PICTURES / "first_paint.json").write_text(json.dumps({"first_contentful_paint_ms": paint}) + "\n")


def test_a_partner_named_like_markup_shows_as_text(warehouse: Warehouse, look: Callable, tmp_path: Path) -> None:
    name = "<script>document.title='taken'</script>\"'&</svg>"
    database = tmp_path / "atp_trade.duckdb"
    database.write_bytes(warehouse.database.read_bytes())
    with duckdb.connect(str(database)) as connection:
        for relation, column in (
            ("printed.table_2", "economy_name"),
            ("printed.figure_3", "name_1"),
            ("page.rankings", "member_name"),
            ("page.partners_and_regions", "member_name"),
            ("page.headlines", "largest_partner_name"),
        ):
            connection.execute(f"update {relation} set {column} = ? where {column} = 'China'", [name])
        connection.execute("update audit.claims set statement = ?, note = ?", [name, name])
    outcome = warehouse.run(
        *("python", "-c", WITHOUT_PICTURES, "report", "--to", str(tmp_path / "page")), ATP_TRADE_DB=str(database)
    )
    assert outcome.returncode == 0, outcome.stdout
    page = look(folder=tmp_path / "page").page
    assert page.title() != "taken"
    # The page's own, and what it says of itself to search engines.
    assert page.locator("script").count() == 2
    assert name in page.locator("#chart-a h3").inner_text()
    assert name in page.locator("#table-2").inner_text()
    assert name in page.locator("#chart-a .chart").first.inner_text()
    assert name in page.locator(".statements li").first.inner_text()
