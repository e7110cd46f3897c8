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
from marks import MARKS, close_to_a_line, marks_are_rows, rows, unfold
from playwright.sync_api import Page
from views import PICTURES, SIZES

from atp_trade.pages.web import audit, charts, tables
from atp_trade.pages.web.charts import small_multiples
from atp_trade.pages.web.exhibit import Exhibit, Figure, Table
from atp_trade.pages.web.site import Report

pytest_plugins = ["browsing"]

FIGURES = (*charts.REPORT, *charts.LATER, *charts.BEYOND)
LARGEST_SITE_BYTES = 1_700_000


@pytest.fixture(scope="module")
def unfolded(open_view: Callable) -> Page:
    """The page with every drawing laid out at its natural size, chosen or not, wide and narrow; to read."""
    return unfold(open_view().page)


@pytest.mark.parametrize("layout", ["wide", "narrow"])
@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.file_name)
def test_the_marks_of_a_figure_are_the_rows_of_its_relation(
    warehouse: Warehouse, unfolded: Page, figure: Figure, layout: str
) -> None:
    marks_are_rows(warehouse, unfolded, figure, layout)


def test_the_small_multiples_are_the_rows_of_their_relation(warehouse: Warehouse, unfolded: Page) -> None:
    found = rows(warehouse, small_multiples.FIGURE)
    cells = unfolded.query_selector_all("#chart-e .cell")
    assert [cell.get_attribute("data-member") for cell in cells] == list(
        dict.fromkeys(row["member_id"] for row in found)
    )
    for cell in cells:
        member = cell.get_attribute("data-member")
        some = [row for row in found if row["member_id"] == member]
        marks = cell.query_selector("svg").evaluate(MARKS)
        flows = ("exports_usd_millions", "imports_usd_millions", "balance_usd_millions")
        assert sorted(Decimal(mark["value"]) for mark in marks) == sorted(row[flow] for row in some for flow in flows)
        # Discs stand as high as their value, and bars end there.
        points = []
        for mark in marks:
            value = float(mark["value"])
            middle = (mark["top"] + mark["bottom"]) / 2
            end = mark["top"] if value > 0 else mark["bottom"]
            points.append((value, middle if mark["tag"] == "circle" else end))
        close_to_a_line(points, 2)


def test_what_titles_say_without_a_number_is_so(warehouse: Warehouse) -> None:
    assert warehouse.query(
        """
        select
            -- Figure 1: all other trade was in deficit throughout.
            (select max(later_all_other_products_usd_millions) < 0 from printed.figure_1),
            -- Chart E: one partner's deficit exceeds that of all trade.
            balance_usd_billions < 0 and largest_partner_deficit_usd_billions > -balance_usd_billions,
            -- Chart C: the largest partner was not the largest before.
            largest_partner_name <> first_year_largest_partner_name
        from page.headlines
        """
    ) == [(True, True, True)]


RISE_OR_FALL = {"rose": 1, "fell": -1, "is not shown to have changed": 0}


def test_a_title_tells_a_rise_or_fall_only_where_the_intervals_do_not_overlap(
    warehouse: Warehouse, unfolded: Page
) -> None:
    title = unfolded.locator("#chart-d h3").inner_text()
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
    note = unfolded.locator("#chart-d").inner_text()
    assert not re.search(r"(more|less) concentrated", note)


def test_the_title_follows_the_intervals(copy: Warehouse) -> None:
    """As if the bounds of 2006 were others: what is said is computed, not written."""
    concentration = copy.project / "models" / "marts" / "trade_concentration.sql"
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
    outcome = copy.run("dbt", "run", "--select", "trade_concentration", "concentration", "headlines")
    assert outcome.returncode == 0, outcome.stdout
    with duckdb.connect(str(copy.database), read_only=True) as connection:
        title = Report(connection, {}).sentences(charts.concentration.FIGURE)["title"]
    assert title.endswith("partners is not shown to have changed, and that of exports fell")


@pytest.mark.parametrize("table", tables.TABLES, ids=lambda table: table.file_name)
def test_a_table_shows_the_numbers_of_its_relation(warehouse: Warehouse, unfolded: Page, table: Table) -> None:
    shown = unfolded.eval_on_selector_all(
        f"#{table.anchor} tbody tr:not(.block-head)",
        "rows => rows.map(row => [...row.cells].slice(0, -1).map(cell => cell.textContent.trim()))",
    )
    printed = [
        [row[table.label], *(f"{row[f'y{year}']:,}".replace("-", "\N{MINUS SIGN}") for year in range(2000, 2007))]
        for row in rows(warehouse, table)
    ]
    assert shown == printed


@pytest.mark.parametrize("table", tables.TABLES[1:3], ids=lambda table: table.file_name)
def test_a_table_sorts_within_its_groups_and_through_all(warehouse: Warehouse, look: Callable, table: Table) -> None:
    page = look().page
    members = [row for row in rows(warehouse, table) if row["row_kind"] == "member"]

    def shown() -> list[str]:
        return page.eval_on_selector_all(
            f"#{table.anchor} tr.member", "rows => rows.map(row => row.cells[0].textContent.trim())"
        )

    def labels(some: list[dict]) -> list[str]:
        return [row["economy_name"] for row in some]

    head = page.locator(f"#{table.anchor} th[data-key=y2006]")
    head.get_by_role("button").click()
    groups = list(dict.fromkeys(row["row_group"] for row in members))
    falling = sorted(members, key=lambda row: (groups.index(row["row_group"]), -row["y2006"]))
    assert head.get_attribute("aria-sort") == "descending"
    assert shown() == labels(falling)
    page.locator(f"#{table.anchor} [name=grouped]").uncheck()
    assert shown() == labels(sorted(members, key=lambda row: -row["y2006"]))
    head.get_by_role("button").press("Enter")
    assert head.get_attribute("aria-sort") == "ascending"
    assert shown() == labels(sorted(members, key=lambda row: row["y2006"]))
    page.locator(f"#{table.anchor} [name=grouped]").check()
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") is None
    assert shown() == labels(members)


def test_a_table_finds_rows(look: Callable) -> None:
    page = look().page
    page.locator("#table-2 [name=find]").fill("land")
    visible = page.locator("#table-2 tr.member:visible th")
    assert set(visible.all_inner_texts()) == {"Thailand", "Finland", "Ireland", "Netherlands", "Poland", "Switzerland"}
    assert page.locator("#table-2 .found").inner_text() == "6 of 45 rows"


def test_small_multiples_are_found_ordered_and_grouped(warehouse: Warehouse, look: Callable) -> None:
    page = look().page
    page.locator("#chart-e [name=group]").select_option("*")
    page.locator("#chart-e [name=order]").select_option("deficit")
    found = warehouse.query(
        "select region_name from marts.trade_by_region where data_year = 2006 order by balance_usd_millions"
    )
    assert page.locator("#chart-e .cell:visible h4").all_inner_texts() == [name for (name,) in found]
    page.locator("#chart-e [name=group]").select_option("")
    page.locator("#chart-e [name=find]").fill("japan")
    assert page.locator("#chart-e .cell:visible").count() == 1


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


def test_pointing_at_a_mark_says_what_it_is(look: Callable) -> None:
    page = look().page
    mark = page.locator("#chart-a .drawing:visible svg.wide circle[data-label^='China, 2006']")
    mark.scroll_into_view_if_needed()
    mark.hover(force=True)
    assert page.locator("#tip").inner_text() == mark.get_attribute("data-label")
    assert page.locator("#chart-a svg.has-pick .is-pick").first.get_attribute("data-series") == "China"
    page.keyboard.press("Escape")


def test_the_arrow_keys_read_out_a_chart(look: Callable) -> None:
    page = look().page
    drawing = page.locator("#figure-2 .drawing")
    drawing.focus()
    drawing.press("ArrowRight")
    first = page.locator("#figure-2 svg.wide [data-label]").first.get_attribute("data-label")
    assert page.locator("#said").inner_text() == page.locator("#tip").inner_text() == first


@pytest.mark.parametrize("exhibit", Report.exhibits, ids=lambda exhibit: exhibit.file_name)
def test_downloads_hold_the_numbers_and_say_what_they_are(
    warehouse: Warehouse, unfolded: Page, site: Path, exhibit: Exhibit
) -> None:
    page = unfolded
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
            if [(source,)] == warehouse.query(f"select {wanted} from page.headlines cross join page.later_headlines")
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


def test_every_exhibit_on_the_page_says_where_its_numbers_come_from(unfolded: Page) -> None:
    found = unfolded.eval_on_selector_all(
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
        assert page.locator(".drawing:visible svg:visible").count() == len(FIGURES)


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
    options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    found = Axe().run(page, options=options)
    assert found.violations_count == 0, found.generate_report()


def test_colours_can_be_told_from_the_ground(look: Callable) -> None:
    for scheme in ("light", "dark"):
        colours = look(scheme=scheme).page.evaluate(
            """() => Object.fromEntries(['paper', 'ground', 'ink', 'muted', 'link', 'negative', 'good', 'bad', 'unsure',
                'exports', 'imports', 'balance', 'later', 'rose', 'fell', 'faint', 'ramp-1', 'ramp-2', 'ramp-3'
                ].map(name => [
                    name, getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim()
                ]))"""
        )
        for name, colour in colours.items():
            if name not in ("paper", "ground"):
                least = 4.5 if name in ("ink", "muted", "link", "negative", "good", "bad", "unsure") else 3
                # The names of series are bold text of their colour.
                least = 4.5 if name in ("exports", "imports", "balance", "later", "rose", "fell", "faint") else least
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
    pdf = page.pdf(path=PICTURES / "report.pdf", prefer_css_page_size=True, print_background=True)
    pages = len(re.findall(rb"/Type\s*/Page\b", pdf))
    assert 15 <= pages <= 40
    page.emulate_media(media="print")
    assert (
        page.locator(
            ".controls:visible, .contents:visible, .downloads:visible, .exhibit:not(#claims) summary:visible"
        ).count()
        == 0
    )
    assert page.locator("#chart-b svg.wide:visible").count() == 3


def test_the_page_is_small_and_its_first_paint_is_on_record(look: Callable, site: Path) -> None:
    assert sum(file.stat().st_size for file in site.rglob("*") if file.is_file()) < LARGEST_SITE_BYTES
    page = look().page
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
    outcome = warehouse.run("atp", "report", "--to", str(tmp_path / "page"), ATP_TRADE_DB=str(database))
    assert outcome.returncode == 0, outcome.stdout
    page = look(folder=tmp_path / "page").page
    assert page.title() != "taken"
    assert page.locator("script").count() == 1
    assert name in page.locator("#chart-a h3").inner_text()
    assert name in page.locator("#table-2").inner_text()
    assert name in page.locator("#chart-a svg.wide text").all_text_contents()
    assert name in page.locator(".statements li").first.inner_text()
