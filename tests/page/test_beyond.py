"""Charts A, B, C and E: ranks, the largest partners, and the explorer of partners and groups."""

import re
from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from conftest import Warehouse
from marks import MARKS, close_to_a_line, rows
from playwright.sync_api import Page
from views import SIZES, bring_into_view

from atp_trade.pages.web import charts
from atp_trade.pages.web.charts import ranks
from atp_trade.pages.web.exhibit import Templated

pytest_plugins = ["browsing"]

RANKS = (charts.partner_ranks.FIGURE, charts.technology_ranks.FIGURE)
PAIRS = charts.largest_partners.FIGURE
EXPLORER = charts.MULTIPLES
DRAWN = (*RANKS, PAIRS)
FLOWS = ("exports", "imports", "balance")
# The drawings, without the tables of their numbers, which have their own tests.
MOST_ELEMENTS = {"chart-a": 200, "chart-b": 250, "chart-c": 510, "chart-e": 700}
SVG = "{http://www.w3.org/2000/svg}"
# A small drawing is 400 high, in whole numbers.
STEP = 1 / 400
TEXT_SIZES = """
all => all.map(one => parseFloat(getComputedStyle(one).fontSize) * (one.getScreenCTM ? one.getScreenCTM().a : 1))
"""
SCRIPT = pytest.mark.parametrize("script", [True, False], ids=["with_script", "without_script"])


def name_of(one: Templated) -> str:
    return one.file_name


def choose(page: Page, figure: Templated, choice: str) -> None:
    page.locator(f'#{figure.anchor} .choice input[value="{choice}"]').check()


def by_choice(warehouse: Warehouse, figure: Templated) -> dict[str, list[dict]]:
    """The figure's rows for each choice."""
    found = rows(warehouse, figure)
    return {choice: [row for row in found if str(row[figure.choice]) == choice] for choice in figure.choices_in(found)}


@pytest.mark.parametrize("size", ["desktop", "small_phone"])
@pytest.mark.parametrize("figure", RANKS, ids=name_of)
def test_a_line_of_ranks_is_the_rows_of_its_member(
    warehouse: Warehouse, open_view: Callable, figure: Templated, size: str
) -> None:
    page = open_view(size).page
    for choice, some in by_choice(warehouse, figure).items():
        choose(page, figure, choice)
        marks = page.locator(f'#{figure.anchor} .drawing[data-choice="{choice}"]').evaluate(MARKS)
        assert sorted((mark["series"], mark["year"], int(mark["value"])) for mark in marks) == sorted(
            (row["member_name"], row["data_year"], row["member_rank"]) for row in some
        )
        close_to_a_line([(float(mark["value"]), mark["top"]) for mark in marks], 1)
        close_to_a_line([(float(mark["year"]), mark["left"]) for mark in marks], 1)


@pytest.mark.parametrize("figure", RANKS, ids=name_of)
def test_names_and_ranks_stand_at_the_ends_of_their_lines(
    warehouse: Warehouse, open_view: Callable, figure: Templated
) -> None:
    page = open_view().page
    for choice, some in by_choice(warehouse, figure).items():
        choose(page, figure, choice)
        drawing = page.locator(f'#{figure.anchor} .drawing[data-choice="{choice}"]')
        marks = drawing.evaluate(MARKS)
        for at_end, year in (("first", 2000), ("last", 2006)):
            shown = drawing.locator(f".{at_end} li[data-series]").evaluate_all(
                """all => all.map(one => {
                    const box = one.getBoundingClientRect();
                    return [one.dataset.series, one.value, (box.top + box.bottom) / 2];
                })"""
            )
            assert [(name, rank) for name, rank, _ in shown] == sorted(
                ((row["member_name"], row["member_rank"]) for row in some if row["data_year"] == year),
                key=lambda end: end[1],
            )
            for name, _, middle in shown:
                (end,) = (mark for mark in marks if (mark["series"], mark["year"]) == (name, year))
                assert abs(end["top"] - middle) < 1
        moves = {row["member_name"]: ranks.move(row).strip() for row in some if row["data_year"] == 2006}
        texts = {
            one.get_attribute("data-series"): one.inner_text() for one in drawing.locator(".last li[data-series]").all()
        }
        assert {name: text.removeprefix(name).strip() for name, text in texts.items()} == moves


def strong_lines(page: Page, figure: Templated, choice: str) -> dict[str, str]:
    """The lines that are wider than most, with their colour."""
    found = page.locator(f'#{figure.anchor} .drawing[data-choice="{choice}"] path[data-series]').evaluate_all(
        """all => all.map(one => [one, getComputedStyle(one)])
            .map(([one, style]) => [one.dataset.series, parseFloat(style.strokeWidth), style.stroke])"""
    )
    thin = min(width for _, width, _ in found)
    (pale,) = {colour for _, width, colour in found if width == thin}
    strong = {name: colour for name, width, colour in found if width > 2 * thin}
    assert pale not in strong.values()
    return strong


def colour(page: Page, name: str) -> str:
    """A colour of the page, as computed styles have it."""
    return page.evaluate(
        """name => {
            const one = document.createElement('i');
            one.style.color = `var(--${name})`;
            document.body.append(one);
            const found = getComputedStyle(one).color;
            one.remove();
            return found;
        }""",
        name,
    )


def test_the_partner_of_the_title_stands_out_with_its_ranks_in_discs(warehouse: Warehouse, open_view: Callable) -> None:
    page = open_view().page
    figure = charts.partner_ranks.FIGURE
    ((name,),) = warehouse.query("select largest_partner_name from page.headlines")
    assert page.locator("#chart-a h3").inner_text().startswith(name)
    for choice, some in by_choice(warehouse, figure).items():
        choose(page, figure, choice)
        assert strong_lines(page, figure, choice) == {name: colour(page, "rose")}
        discs = page.locator("#chart-a .drawing:visible svg g")
        assert discs.get_attribute("data-series") == name
        own = [row for row in some if row["member_name"] == name]
        assert discs.locator("text").all_text_contents() == [str(row["member_rank"]) for row in own]
        assert discs.locator("circle").count() == len(own)


def test_a_place_without_a_line_is_explained(warehouse: Warehouse, open_view: Callable) -> None:
    page = open_view().page
    for choice, some in by_choice(warehouse, charts.partner_ranks.FIGURE).items():
        choose(page, charts.partner_ranks.FIGURE, choice)
        lowest = max(row["member_rank"] for row in some)
        for at_end, year in (("first", 2000), ("last", 2006)):
            taken = {row["member_rank"] for row in some if row["data_year"] == year}
            missing = page.locator(f"#chart-a .drawing:visible .{at_end} li", has_text="not drawn")
            assert missing.evaluate_all("all => all.map(one => one.value)") == sorted({*range(1, lowest + 1)} - taken)
    assert "was never among the first ten" in page.locator("#chart-a .note").inner_text()
    assert "missing in other years" in page.locator("#chart-c .note").inner_text()


def test_after_a_shared_place_the_next_one_is_nobodys() -> None:
    found = ranks.ends(
        [
            {"member_name": name, "member_rank": rank, "stands_out": False, "ranks_lost": 0}
            for name, rank in (("Canada", 1), ("Japan", 2), ("Mexico", 2), ("France", 5))
        ],
        5,
    )
    assert [(end["rank"], end["text"]) for end in found] == [
        (1, "Canada"),
        (2, "Japan, Mexico"),
        (3, ""),
        (4, ranks.NOT_DRAWN),
        (5, "France"),
    ]


def test_what_titles_say_without_a_number_is_so(warehouse: Warehouse) -> None:
    assert warehouse.query(
        """
        select
            -- Chart E: one partner's deficit exceeds that of all trade.
            balance_usd_billions < 0 and largest_partner_deficit_usd_billions > -balance_usd_billions,
            -- Chart C: the largest partner was not the largest before.
            largest_partner_name <> first_year_largest_partner_name
        from page.headlines
        """
    ) == [(True, True)]


TITLES = {
    "exports": r"^(.+) is the largest export in 2006",
    "imports": r"^(.+) is the largest import in 2006",
    "balance": r"^(.+) has the largest surplus in 2006, (.+) the largest deficit",
}
# Of each flow: the largest areas in the order of its title, and the areas that rose or fell most, from the marts alone.
LARGEST = """
    select technology_name from marts.trade_by_technology
    where source_id = (select source_id from page.headlines) and data_year = 2006
    order by {flow}_usd_millions desc
"""
MOVED = """
    with moved as (
        select technology_name, max_by({rank}, data_year) - min_by({rank}, data_year) as lost
        from marts.trade_by_technology
        where source_id = (select source_id from page.headlines) and data_year in (2000, 2006)
        group by technology_name
    )
    select technology_name, lost from moved
    where abs(lost) > 1 and lost in (select min(lost) from moved union all select max(lost) from moved)
    order by technology_name
"""


@SCRIPT
def test_a_title_follows_the_choice_and_is_so(warehouse: Warehouse, open_view: Callable, script: bool) -> None:
    page = open_view(script=script).page
    figure = charts.technology_ranks.FIGURE
    assert page.locator("#chart-b h3").count() == page.locator("#chart-b-heading").count() == 1
    seen = set()
    for flow in FLOWS:
        choose(page, figure, flow)
        title = page.locator("#chart-b-heading").inner_text()
        seen.add(title)
        assert title == page.locator("#chart-b-heading > :visible").inner_text()
        largest = [name for (name,) in warehouse.query(LARGEST.format(flow=flow))]
        said = re.search(TITLES[flow], title)
        assert said
        expected = [largest[0], largest[-1].lower()] if flow == "balance" else [largest[0]]
        assert list(said.groups()) == expected
        moved = warehouse.query(
            MOVED.format(rank={"exports": "export_rank", "imports": "import_rank"}.get(flow, "balance_rank"))
        )
        for word, names in (
            ("gained", [name.lower() for name, lost in moved if lost < 0]),
            ("lost", [name.lower() for name, lost in moved if lost > 0]),
        ):
            assert (f"{' and '.join(names)} {word} most ranks" in title) == bool(names), title
            assert f" {word} " not in title or names
        strong = strong_lines(page, figure, flow)
        assert strong == {name: colour(page, "rose" if lost < 0 else "fell") for name, lost in moved}
        assert title in page.locator("#chart-b .drawing:visible desc").text_content()
    assert len(seen) == 3


@SCRIPT
def test_the_title_of_partners_is_of_the_chosen_year_or_flow(
    warehouse: Warehouse, open_view: Callable, script: bool
) -> None:
    page = open_view(script=script).page
    source = "source_id = (select source_id from page.headlines)"
    for year in range(2000, 2007):
        choose(page, PAIRS, str(year))
        (first, trade), (second, _) = warehouse.query(
            f"""
            select partner_name, total_trade_usd_millions from marts.trade_by_partner
            where {source} and data_year = {year} and partner_id <> 'OTHER'
            order by total_trade_usd_millions desc limit 2
            """
        )
        assert page.locator("#chart-c-heading").inner_text() == (
            f"{first} is the largest partner in technology trade in {year}, with {trade / 1000:.1f} billion dollars "
            f"both ways, ahead of {second}"
        )
    for flow, among in (("exports", "export markets"), ("imports", "suppliers")):
        choose(page, charts.partner_ranks.FIGURE, flow)
        ranks = warehouse.query(
            f"""
            select {flow[:-1]}_rank from marts.trade_by_partner
            where {source} and data_year in (2000, 2006) and partner_id = 'CHN' order by data_year
            """
        )
        (first,), (last,) = ranks
        title = page.locator("#chart-a-heading").inner_text()
        assert title == f"China went from rank {first} to {last} among {among}"


@pytest.mark.parametrize("figure", DRAWN, ids=name_of)
def test_a_description_states_the_finding(open_view: Callable, figure: Templated) -> None:
    page = open_view().page
    titles = page.locator(f"#{figure.anchor}-heading").evaluate(
        "one => one.children.length ? [...one.children].map(each => each.textContent) : [one.textContent]"
    )
    found = page.locator(f"#{figure.anchor} .chart desc").all_text_contents()
    assert found
    for at, text in enumerate(found):
        assert text.startswith(titles[at % len(titles)])
        assert figure.draws in text


@SCRIPT
def test_years_run_forward_and_the_last_is_shown(look: Callable, script: bool) -> None:
    page = look(script=script).page
    years = page.locator("#chart-c .choice input").evaluate_all("all => all.map(one => one.value)")
    assert years == [str(year) for year in range(2000, 2007)]
    assert page.locator("#chart-c .choice input:checked").get_attribute("value") == "2006"
    assert page.locator("#chart-c .drawing:visible").get_attribute("data-choice") == "2006"


@pytest.mark.parametrize("size", ["desktop", "small_phone"])
def test_bars_are_the_rows_of_their_year_and_hide_none(warehouse: Warehouse, open_view: Callable, size: str) -> None:
    page = open_view(size).page
    scales = []
    for year, some in by_choice(warehouse, PAIRS).items():
        choose(page, PAIRS, year)
        drawing = page.locator("#chart-c .drawing:visible")
        marks = drawing.evaluate(MARKS)
        assert [Decimal(mark["value"]) for mark in marks] == [
            row[f"{flow}_usd_millions"] for row in some for flow in ("exports", "imports")
        ]
        assert len({round(mark["left"], 2) for mark in marks}) == 1
        scales += [(mark["right"] - mark["left"]) / float(mark["value"]) for mark in marks]
        # None covers another: each begins below the one before it.
        for upper, lower in pairwise(marks):
            assert upper["bottom"] < lower["top"]
        names = drawing.locator(".names li")
        assert names.evaluate_all("all => all.map(one => [one.value, one.textContent])") == [
            [row["trade_rank"], row["member_name"]] for row in some
        ]
        balances = [f"{row['balance_usd_millions'] / 1000:.1f}".replace("-", "\N{MINUS SIGN}") for row in some]
        assert [text.removeprefix("\N{MINUS SIGN}0.0") or "0.0" for text in balances] == (
            drawing.locator(".balances li").all_inner_texts()
        )
        for at, name in enumerate(names.all()):
            box = name.bounding_box()
            assert box and box["y"] <= marks[2 * at]["top"] and marks[2 * at + 1]["bottom"] <= box["y"] + box["height"]
    # One scale for all years.
    assert max(scales) - min(scales) < 1e-6


def test_a_colour_means_a_flow_and_nothing_else(open_view: Callable) -> None:
    page = open_view().page
    for flow, name in (("exports", "exports"), ("imports", "imports")):
        fills = page.locator(f'#chart-c rect[data-series="{flow.capitalize()}"]').evaluate_all(
            "all => all.map(one => getComputedStyle(one).fill)"
        )
        assert {*fills} == {colour(page, name)}
    for flow in FLOWS:
        strokes = page.locator(f'#chart-e path[data-series="{flow.capitalize()}"]').evaluate_all(
            "all => all.map(one => getComputedStyle(one).stroke)"
        )
        assert {*strokes} == {colour(page, flow)}


def cells(page: Page) -> list[str]:
    """The names of the small drawings that are shown, in their order."""
    return page.locator("#chart-e .cell:visible h4").all_inner_texts()


def names(warehouse: Warehouse, breakdown: str, order: str = "trade_rank") -> list[str]:
    """Partners or groups in an order."""
    return [
        name
        for (name,) in warehouse.query(
            f"""
            select member_name from page.partners_and_regions
            where breakdown = '{breakdown}' and data_year = 2006
            order by trade_rank is null, {order}, trade_rank
            """
        )
    ]


@SCRIPT
def test_twelve_partners_come_first_and_the_rest_on_demand(warehouse: Warehouse, look: Callable, script: bool) -> None:
    page = look(script=script).page
    partners, groups = names(warehouse, "partner"), names(warehouse, "region")
    assert len(partners) == 44 and len(groups) == 6
    assert cells(page) == partners[:12]
    choose(page, EXPLORER, "partners")
    assert cells(page) == partners
    choose(page, EXPLORER, "groups")
    assert cells(page) == groups
    assert "Rest of the world" not in partners and groups[-1] == "Rest of the world"


def test_the_explorer_on_a_phone_is_a_few_screens(look: Callable) -> None:
    page = look("phone").page
    box = page.locator("#chart-e").bounding_box()
    assert box and box["height"] <= 2500


def test_the_small_drawings_are_the_rows_of_their_relation(warehouse: Warehouse, look: Callable) -> None:
    page = look().page
    choose(page, EXPLORER, "partners")
    found = rows(warehouse, EXPLORER)
    shown = page.locator("#chart-e .partners .cell").all()
    choose(page, EXPLORER, "groups")
    groups = page.locator("#chart-e .groups .cell").all()
    assert len(shown) + len(groups) == len({(row["breakdown"], row["member_id"]) for row in found})
    for breakdown, some in (("partner", shown), ("region", groups)):
        choose(page, EXPLORER, "partners" if breakdown == "partner" else "groups")
        for cell in some:
            member = cell.locator("input").get_attribute("value")
            own = [row for row in found if (row["breakdown"], row["member_id"]) == (breakdown, member)]
            marks = cell.evaluate(MARKS)
            assert sorted((mark["series"], mark["year"], Decimal(mark["value"])) for mark in marks) == sorted(
                (flow.capitalize(), row["data_year"], row[f"{flow}_usd_millions"]) for row in own for flow in FLOWS
            )
            height = cell.locator("svg").evaluate("one => one.getBoundingClientRect().height")
            close_to_a_line([(float(mark["value"]), mark["top"]) for mark in marks], 2 * height * STEP)
            last = own[-1]
            said = []
            for flow in FLOWS:
                value = last[f"{flow}_usd_millions"]
                said.append(f"{flow.capitalize()} " + (f"{value / 1000:.{1 if abs(value) >= 100 else 2}f}"))
            text = cell.locator("p").inner_text().replace("\N{MINUS SIGN}", "-").splitlines()
            assert sorted(text) == sorted(said)


@SCRIPT
def test_a_common_scale_is_common(look: Callable, script: bool) -> None:
    page = look(script=script).page

    def scales() -> list[float]:
        """Pixels for a million dollars in each small drawing that is shown."""
        found = []
        for cell in page.locator("#chart-e .cell:visible").all():
            marks = cell.evaluate(MARKS)
            low, high = (pick(marks, key=lambda mark: float(mark["value"])) for pick in (min, max))
            found.append((low["top"] - high["top"]) / (float(high["value"]) - float(low["value"])))
        return found

    own = scales()
    assert max(own) > 2 * min(own)
    choose(page, EXPLORER, "common")
    common = scales()
    assert max(common) < 1.05 * min(common)
    # Zero is at one height in all of them.
    for cell in page.locator("#chart-e .cell:visible").all():
        zero, box = cell.locator(".zero").bounding_box(), cell.locator("svg").bounding_box()
        assert zero and box and abs((zero["y"] - box["y"]) / box["height"] - 80 / 140) < 0.02
        for mark in cell.evaluate(MARKS):
            assert box["y"] - 1 < mark["top"] < box["y"] + box["height"] + 1


ORDERS = {
    "exports": "exports_usd_millions desc",
    "imports": "imports_usd_millions desc",
    "surplus": "balance_usd_millions desc",
    "deficit": "balance_usd_millions",
    "name": "member_name",
}


def test_an_order_is_one_step_and_ranks_no_residual(warehouse: Warehouse, look: Callable) -> None:
    page = look().page
    for order, sql in ORDERS.items():
        page.locator("#chart-e [name=order]").select_option(order)
        choose(page, EXPLORER, "first")
        assert cells(page) == names(warehouse, "partner", sql)[:12], order
        choose(page, EXPLORER, "groups")
        shown = cells(page)
        assert shown == names(warehouse, "region", sql), order
        assert shown[-1] == "Rest of the world"
    page.locator("#chart-e [name=order]").select_option("")
    choose(page, EXPLORER, "partners")
    assert cells(page) == names(warehouse, "partner")


def test_partners_are_found_by_name_and_by_group(warehouse: Warehouse, look: Callable) -> None:
    page = look().page
    page.locator("#chart-e [name=find]").fill("an")
    expected = [name for name in names(warehouse, "partner") if "an" in name.lower()]
    assert len(expected) > 3
    assert cells(page) == expected
    assert page.locator("#chart-e .found").inner_text() == f"{len(expected)} found"
    # One that is not among the first twelve, and the drawing of one that is not found goes.
    page.locator("#chart-e [name=find]").fill("peru")
    assert cells(page) == ["Peru"]
    assert page.locator("#chart-e .panel h4").inner_text().startswith("Peru,")
    page.locator("#chart-e [name=find]").fill("nobody")
    assert page.locator("#chart-e .panel").is_hidden()
    assert page.locator("#chart-e .found").inner_text().startswith("no partner found")
    page.locator("#chart-e [name=find]").fill("")
    page.locator("#chart-e [name=group]").select_option("Europe (selected economies)")
    europe = warehouse.query(
        """
        select member_name from page.partners_and_regions
        where breakdown = 'partner' and data_year = 2006 and region_name = 'Europe (selected economies)'
        order by trade_rank
        """
    )
    assert len(europe) > 12
    assert cells(page) == [name for (name,) in europe]
    page.locator("#chart-e [name=group]").select_option("")
    assert len(cells(page)) == 12
    assert page.locator("#chart-e .found").inner_text() == ""
    assert page.locator("#chart-e .panel").is_visible()


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_chosen_one_is_large_with_its_numbers(warehouse: Warehouse, look: Callable, size: str) -> None:
    page = look(size).page
    panel = page.locator("#chart-e .panel")
    assert panel.locator("h4").inner_text().startswith(names(warehouse, "partner")[0] + ",")
    radio = page.get_by_role("radio", name="Ireland", exact=True)
    radio.scroll_into_view_if_needed()
    before = radio.bounding_box()
    radio.check()
    after, large = radio.bounding_box(), panel.bounding_box()
    assert before and after and large
    # What was pressed stays where it is, and the large drawing is below it.
    assert abs(before["y"] - after["y"]) < 4
    assert 0 <= large["y"] - (after["y"] + after["height"]) < 40
    shown = page.locator("#chart-e .panel tbody tr").evaluate_all(
        "all => all.map(row => [...row.cells].map(cell => cell.textContent))"
    )
    found = warehouse.query(
        """
        select data_year, exports_usd_millions, imports_usd_millions, balance_usd_millions
        from page.partners_and_regions where member_name = 'Ireland' order by data_year
        """
    )
    assert shown == [
        [str(year), *(f"{value:,}".replace("-", "\N{MINUS SIGN}") for value in values)] for year, *values in found
    ]
    # Lines stand at the height of their values between the gridlines, as these are labelled.
    chart = panel.locator(".chart")
    marks = chart.evaluate(MARKS)
    assert len(marks) == 21
    labels = chart.locator("text[text-anchor=end]").evaluate_all(
        """all => all.map(one => [one.textContent, one.getBoundingClientRect()])
            .map(([text, box]) => [text, (box.top + box.bottom) / 2])"""
    )
    ticks = [(1000 * float(text.replace("\N{MINUS SIGN}", "-")), middle) for text, middle in labels]
    close_to_a_line([(float(mark["value"]), mark["top"]) for mark in marks] + ticks, 4)
    years = chart.locator("text[text-anchor=middle]")
    assert years.all_text_contents() == [str(year) for year, *_ in found]
    # No label is outside of it.
    inside = chart.bounding_box()
    for text in chart.locator("text").all():
        box = text.bounding_box()
        assert (
            inside and box and inside["x"] - 1 <= box["x"] and box["x"] + box["width"] <= inside["x"] + inside["width"]
        )


def test_the_large_drawing_is_read_by_pointer_and_keys(warehouse: Warehouse, look: Callable) -> None:
    page = look().page
    drawing = page.locator("#chart-e .panel .drawing")
    bring_into_view(page, drawing)
    box = drawing.locator("path.key-imports").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] - 2, box["y"] + 4)
    ((imports,),) = warehouse.query(
        "select imports_usd_millions from page.partners_and_regions where member_name = 'China' and data_year = 2006"
    )
    tip = page.locator("#tip").inner_text()
    assert f"Imports: {imports / 1000:.1f} billion dollars" in tip and "Balance: \N{MINUS SIGN}49.3" in tip
    drawing.focus()
    drawing.press("End")
    assert page.locator("#said").inner_text() == "Balance, 2006: \N{MINUS SIGN}49.3 billion dollars"


def test_a_rank_is_read_by_pointer_and_keys(warehouse: Warehouse, look: Callable) -> None:
    page = look().page
    ((value,),) = warehouse.query(
        """
        select value_usd_millions from page.rankings
        where breakdown = 'partner' and flow = 'exports' and member_name = 'China' and data_year = 2006
        """
    )
    sentence = f"China, 2006: rank 1 by exports, {value / 1000:.1f} billion dollars"
    disc = page.locator("#chart-a .drawing:visible circle").last
    bring_into_view(page, disc)
    disc.hover(force=True)
    assert page.locator("#tip").inner_text() == sentence
    assert {one.get_attribute("data-series") for one in page.locator("#chart-a .drawing:visible .is-pick").all()} == {
        "China"
    }
    page.keyboard.press("Escape")
    drawing = page.locator("#chart-a .drawing:visible")
    drawing.focus()
    drawing.press("ArrowUp")
    drawing.press("End")
    assert page.locator("#said").inner_text() == sentence


@pytest.mark.parametrize("figure", DRAWN, ids=name_of)
def test_a_picture_says_what_was_chosen_and_shows_its_rows(warehouse: Warehouse, site: Path, figure: Templated) -> None:
    for choice, some in by_choice(warehouse, figure).items():
        drawn = ElementTree.parse(site / "data" / f"{figure.file_name}_{choice}.svg")
        texts = [text.text or "" for text in drawn.iter(f"{SVG}text")]
        assert figure.choices_in(some)[choice] in texts
        last = max(row["data_year"] for row in some)
        for row in some:
            if row["data_year"] == last:
                rank = row.get("member_rank") or row["trade_rank"]
                assert any(re.match(rf"{rank}\s+{re.escape(row['member_name'])}", text) for text in texts)
        shown = [
            one for tag in ("path", "rect") for one in drawn.iter(f"{SVG}{tag}") if one.get("fill") or one.get("stroke")
        ]
        assert len(shown) >= len({row["member_name"] for row in some})


def test_an_address_brings_back_what_was_chosen(look: Callable) -> None:
    page = look().page
    choose(page, EXPLORER, "partners")
    page.locator("#chart-e [name=order]").select_option("deficit")
    page.get_by_role("radio", name="Peru", exact=True).check()
    address = page.url
    assert "#chart-e?" in address and "order=deficit" in address
    page.goto("about:blank")
    page.goto(address)
    assert page.locator("#chart-e .panel h4").inner_text().startswith("Peru,")
    page.goto("about:blank")
    page.goto(address.partition("#")[0])
    assert page.locator("#chart-e .panel h4").text_content().startswith("China,")


def test_controls_have_names_that_are_theirs_alone(open_view: Callable) -> None:
    page = open_view().page
    for figure in (*DRAWN, EXPLORER):
        found = page.locator(f"#{figure.anchor} :is(input, select)").evaluate_all(
            "all => all.map(one => [one.name, one.type, one.value])"
        )
        assert all(name for name, *_ in found)
        assert len({(name, value) for name, _, value in found}) == len(found)
        for name in {name for name, *_ in found}:
            assert len({kind for other, kind, _ in found if other == name}) == 1
    everywhere = page.evaluate(
        """() => [...document.querySelectorAll('input[name=which], input[name=scale], input[name=member]')]
            .every(one => one.closest('#chart-e'))"""
    )
    assert everywhere


@pytest.mark.parametrize("size", [*SIZES])
def test_text_can_be_read_and_targets_hit_at_every_width(look: Callable, size: str) -> None:
    page = look(size).page
    for figure in DRAWN:
        for choice in page.locator(f"#{figure.anchor} .choice input").evaluate_all("all => all.map(one => one.value)"):
            choose(page, figure, choice)
            drawing = page.locator(f"#{figure.anchor} .drawing:visible")
            sizes = drawing.locator("text:visible, li:visible").evaluate_all(TEXT_SIZES)
            assert min(sizes) >= 11
            # A name stays in its row, and labels above the plot stay apart.
            assert (
                drawing.locator("li:visible").evaluate_all(
                    """all => all.filter(one => {
                    const range = document.createRange();
                    range.selectNodeContents(one);
                    const text = range.getBoundingClientRect(), box = one.getBoundingClientRect();
                    return text.height > box.height || text.left < box.left - 1 || text.right > box.right + 1;
                }).map(one => one.textContent)"""
                )
                == []
            )
            heads = drawing.locator("svg > text:visible").evaluate_all(
                "all => all.map(one => one.getBoundingClientRect()).map(box => [box.left, box.right])"
            )
            assert all(one[1] <= other[0] for one, other in pairwise(sorted(heads)))
    sizes = page.locator("#chart-e .panel text").evaluate_all(TEXT_SIZES)
    assert min(sizes) >= 11
    targets = page.locator(
        ":is(#chart-a, #chart-b, #chart-c, #chart-e) :is(.choice label, .cell > input, select):visible"
    )
    assert targets.count() > 20
    for one in targets.all():
        box = one.bounding_box()
        assert box and box["width"] >= 24 and box["height"] >= 24


@pytest.mark.parametrize("anchor", [*MOST_ELEMENTS])
def test_a_drawing_has_few_elements(open_view: Callable, anchor: str) -> None:
    count = open_view().page.evaluate(
        """anchor => [...document.querySelectorAll(`#${anchor} *`)].filter(one => !one.closest('details')).length""",
        anchor,
    )
    assert 0 < count <= MOST_ELEMENTS[anchor]


def test_what_is_chosen_shows_without_colours(look: Callable) -> None:
    page = look().page
    page.emulate_media(forced_colors="active")
    chosen, other = (
        page.locator(f"#chart-a .choice input{state} + span").first.evaluate(
            "one => getComputedStyle(one).outlineStyle"
        )
        for state in (":checked", ":not(:checked)")
    )
    assert chosen != other
    dashes = {
        flow: page.locator(f"#chart-e path.key-{flow}").first.evaluate("one => getComputedStyle(one).strokeDasharray")
        for flow in ("exports", "imports")
    }
    assert dashes["exports"] != dashes["imports"]
    borders = {
        state: page.locator(f"#chart-e .cell:has(> input{state})").first.evaluate(
            "one => getComputedStyle(one).borderTopWidth"
        )
        for state in (":checked", ":not(:checked)")
    }
    assert borders[":checked"] != borders[":not(:checked)"]
