"""The story: what the first screen says, the sentences between the figures, and the way through the page."""

from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise

import pytest
from conftest import Warehouse
from playwright.sync_api import Page
from views import PICTURES, SIZES

from atp_trade.pages.web.site import Report

pytest_plugins = ["browsing"]

ATP = "product_type = 'advanced_technology_products' and technology_id = 'all' and partner_id = 'all'"


def plain(text: str) -> str:
    """A text in one line, with the apostrophe of a keyboard."""
    return " ".join(text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").split())


def story(page: Page, section: str) -> str:
    """The sentences of a section outside its figures, in one line."""
    return plain(" ".join(page.locator(f"section[aria-labelledby={section}] > .story").all_inner_texts()))


def billions(amount: Decimal, digits: int = 1) -> str:
    """Millions of dollars as the page says billions."""
    return f"{round(amount / 1000, digits):,}".replace("-", "\N{MINUS SIGN}")


def balances(warehouse: Warehouse) -> dict[int, Decimal]:
    """The report's balance by year, millions of dollars."""
    return dict(warehouse.query("select data_year, balance_usd_millions from marts.trade_totals"))


def later_balances(warehouse: Warehouse) -> dict[int, Decimal]:
    """The balance of each whole year by the source that continues the report, millions of dollars."""
    return dict(
        warehouse.query(
            f"""
            select data_year, sum(exports_usd_millions - imports_usd_millions) from core.trade_months
            where source_id = 'census_country' and vintage = '2024-12' and {ATP} group by data_year
            """
        )
    )


@pytest.mark.parametrize("size", SIZES)
def test_the_first_screen_says_what_happened_what_it_is_and_what_is_wrong(
    warehouse: Warehouse, look: Callable, size: str
) -> None:
    page = look(size, script=False).page
    page.screenshot(path=PICTURES / f"first_screen_{size}.png")
    report, later = balances(warehouse), later_balances(warehouse)
    assert page.locator("h1").inner_text() == (
        f"From a surplus of {report[2000] / 1000:.0f} billion dollars in 2000 to a deficit of "
        f"{-report[2006] / 1000:.0f} in 2006, and {-later[2024] / 1000:.0f} in 2024"
    )
    # Two sources in one headline: whose is which is said at once.
    assert plain(page.locator(".whose").inner_text()) == (
        "2000 and 2006 as the report has them, 2024 as the Census Bureau does, whose own numbers for the other two are "
        f"+{billions(later[2000])} and {billions(later[2006])}."
    )
    ((products,),) = warehouse.query(
        "select count(*) from marts.product_lists where flow = 'imports' "
        "and list_year = (select max(list_year) from marts.product_lists)"
    )
    assert f"{products} products on the Census Bureau's" in plain(page.locator(".lede").first.inner_text())
    counts = warehouse.query("select sum(items)::int from audit.summary where subject = 'claims'")
    assert str(counts[0][0]) in page.locator(".audit-line").inner_text()
    assert page.locator(".audit-line a").count() >= 4
    # All that is on the first screen, but for the key numbers on the smallest phones.
    shown = page.locator(".audit-line" if "phone" in size else ".key-figures").bounding_box()
    # On the smallest phones the audit begins on the first screen.
    assert shown["y"] + (24 if size == "small_phone" else shown["height"]) <= SIZES[size][1]


def test_the_key_numbers_are_those_of_both_sources(warehouse: Warehouse, open_view: Callable) -> None:
    page = open_view(script=False).page
    report, later = balances(warehouse), later_balances(warehouse)
    shown = [plain(text) for text in page.locator(".key-figures > div").all_inner_texts()]
    assert len(shown) == 4
    for text, (year, first, second) in zip(
        shown, [(2000, report, later), (2006, report, later), (2024, later, {})], strict=False
    ):
        sign = "+" if first[year] > 0 else ""
        assert text.startswith(f"Balance in {year} {sign}{billions(first[year])} billion dollars")
        assert not second or billions(second[year]) in text
    assert min(later, key=later.get) == 2024 and "the largest deficit in its series, which begins in 1989" in shown[2]
    ((china,),) = warehouse.query(
        "select balance_usd_millions from marts.trade_by_partner where data_year = 2006 and partner_id = 'CHN'"
    )
    others = report[2006] - china
    assert shown[3] == (
        f"Balance with China in 2006 {billions(china)} billion dollars in the report; with all others together "
        f"+{billions(others)}"
    )


def test_the_story_of_the_balance_is_that_of_the_marts(warehouse: Warehouse, open_view: Callable) -> None:
    text = story(open_view(script=False).page, "balance")
    report, later = balances(warehouse), later_balances(warehouse)
    assert f"its balance, exports less imports, was a surplus of {billions(report[2000])} billion dollars." in text
    first_deficit = min(year for year, balance in report.items() if balance < 0)
    assert all(balance < 0 for year, balance in report.items() if year >= first_deficit)
    assert f"From {first_deficit} it was a deficit in every year, in 2006 one of {billions(-report[2006])}" in text
    assert f"have a surplus of {billions(later[2000])} billion for that year" in text
    assert "For 2001 both agree within half a billion; from then to 2006 the report's balance fell by " in text
    assert abs(report[2001] - later[2001]) < 500
    assert f"fell by {billions(report[2001] - report[2006])} billion dollars." in text
    assert f"In 2024 it was {billions(-later[2024])} billion dollars, the largest of any year since 1989" in text


def test_it_says_the_latest_month_the_record_and_the_turn(warehouse: Warehouse, open_view: Callable) -> None:
    text = story(open_view(script=False).page, "balance")
    months = warehouse.query(
        f"""
        select make_date(data_year, data_month, 1), balance_usd_millions from core.trade_months
        where source_id = 'census_country' and vintage = '2024-12' and {ATP} order by 1
        """
    )
    windows = [
        (months[at][0], sum(balance for _, balance in months[at - 11 : at + 1])) for at in range(11, len(months))
    ]
    month, of_month = months[-1]
    assert (
        f"In {month:%B %Y}, the latest month here, the balance is {billions(of_month)} billion, and over the twelve "
        f"months to then {billions(windows[-1][1])} billion." in text
    )
    turned = [later for (_, earlier), (later, now) in pairwise(windows) if (earlier < 0) != (now < 0)]
    assert f"The sum of twelve months last turned from surplus to deficit in {turned[-1]:%B %Y}." in text
    record, of_record = min(months, key=lambda month: month[1])
    assert f"The month with the largest deficit is {record:%B %Y}, with {billions(-of_record)} billion." in text


def test_it_says_what_was_revised_and_what_the_lists_changed(warehouse: Warehouse, open_view: Callable) -> None:
    text = story(open_view(script=False).page, "balance")
    pairs = warehouse.query(
        f"""
        select make_date(data_year, data_month, 1), earlier.balance_usd_millions, later.balance_usd_millions,
            earlier.exports_usd_millions <> later.exports_usd_millions
            or earlier.imports_usd_millions <> later.imports_usd_millions
        from core.trade_months as earlier inner join core.trade_months as later
            using (source_id, data_year, data_month, product_type, technology_id, partner_id)
        where source_id = 'census_country' and earlier.vintage = '2023-01' and later.vintage = '2024-06' and {ATP}
        """
    )
    revised = [month for month, *_, is_revised in pairs if is_revised]
    most, before, after, _ = max(pairs, key=lambda pair: abs(pair[2] - pair[1]))
    assert (
        f"state of 2024-06 has other numbers than that of 2023-01 for {len(revised)} of {len(pairs)} months, all "
        f"since {min(revised):%B %Y}; most for {most:%B %Y}, where the balance differs by "
        f"{round(abs(after - before), 1)} million dollars." in text
    )
    lists = {
        year: {
            code
            for (code,) in warehouse.query(
                f"select product_code from marts.product_lists where flow = 'imports' and list_year = {year}"
            )
        }
        for year in (2021, 2022)
    }
    assert (
        f"of the {len(lists[2022])} products on the list for imports of 2022, {len(lists[2022] - lists[2021])} are not "
        f"on that of 2021, and {len(lists[2021] - lists[2022])} of that one are gone." in text
    )


def test_the_story_of_areas_and_partners_is_that_of_the_marts(warehouse: Warehouse, open_view: Callable) -> None:
    page = open_view(script=False).page
    areas = dict(
        warehouse.query(
            "select technology_name, balance_usd_millions from marts.trade_by_technology where data_year = 2006"
        )
    )
    best, worst = max(areas, key=areas.get), min(areas, key=areas.get)
    text = story(page, "areas")
    assert f"Of these, {sum(one > 0 for one in areas.values())} ran a surplus in 2006, the largest in" in text
    assert f"{best[0].lower()}{best[1:]}: {billions(areas[best])} billion dollars." in text
    assert f"{worst} alone had a deficit of {billions(-areas[worst])} billion, more than that of all areas" in text
    assert areas[worst] < balances(warehouse)[2006]
    text = story(page, "partners")
    ((china,),) = warehouse.query(
        "select balance_usd_millions from marts.trade_by_partner where data_year = 2006 and partner_id = 'CHN'"
    )
    others = balances(warehouse)[2006] - china
    assert others > 0
    assert f"the deficit with China was {billions(-china)} billion. Without it, the balance with all other" in text
    assert f"was a surplus of {billions(others)} billion" in text


def test_every_figure_follows_a_sentence_that_says_what_to_see(open_view: Callable) -> None:
    page = open_view(script=False).page
    figures = page.locator("figure.exhibit")
    assert figures.count() == 10
    for figure in figures.all():
        before = figure.evaluate("one => [one.previousElementSibling.className, one.previousElementSibling.innerText]")
        assert before[0] == "see" and len(before[1].split()) >= 8


def test_the_areas_are_defined_where_they_are_first_named(warehouse: Warehouse, open_view: Callable) -> None:
    page = open_view(script=False).page
    terms = page.locator(".areas dt").all_inner_texts()
    found = warehouse.query(
        "select technology_name, definition from marts.dim_technology where report_order > 0 order by report_order"
    )
    assert terms == [name for name, _ in found] and len(terms) == 11
    assert page.locator(".areas dd").all_inner_texts() == [definition for _, definition in found]
    before = page.evaluate(
        """names => {
            const list = document.querySelector('.areas');
            return [...document.querySelectorAll('main .exhibit')].filter(one =>
                one.compareDocumentPosition(list) & Node.DOCUMENT_POSITION_FOLLOWING
                && names.some(name => one.innerText.includes(name))
            ).map(one => one.id);
        }""",
        [name for name, _ in found],
    )
    assert before == []


def test_the_contents_have_every_exhibit_and_every_section(open_view: Callable) -> None:
    page = open_view(script=False).page
    wanted = page.locator("main h2").evaluate_all("all => all.map(one => one.id)")
    assert wanted == ["balance", "areas", "partners", "audit", "tables", "take-away", "sources"]
    links = page.locator(".all-exhibits a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    assert all(exhibit.topic for exhibit in Report.exhibits)
    assert sorted(links) == sorted(f"#{one}" for one in [*wanted, *(exhibit.anchor for exhibit in Report.exhibits)])
    order = page.evaluate("links => links.map(link => document.querySelector(link).getBoundingClientRect().top)", links)
    assert order == sorted(order)


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_contents_stay_and_hide_no_heading(look: Callable, size: str) -> None:
    page = look(size).page
    page.locator(".all-exhibits summary").click()
    page.locator(".all-exhibits a[href='#chart-a']").click()
    # What was open closes, since the reader has chosen.
    assert not page.locator(".all-exhibits ul").is_visible()
    page.wait_for_function("() => document.querySelector('#chart-a').getBoundingClientRect().top < 200")
    bar, exhibit = page.locator(".contents").bounding_box(), page.locator("#chart-a").bounding_box()
    assert bar["y"] == 0 and exhibit["y"] >= bar["height"] - 1
    page.screenshot(path=PICTURES / f"contents_{size}.png")


def test_what_is_clicked_is_large_enough(look: Callable) -> None:
    page = look("phone").page
    page.locator(".all-exhibits summary").click()
    small = page.evaluate(
        """() => [...document.querySelectorAll(
            'a:not(p a, li:not(.all-exhibits li) a, dd a, span a, th a), .downloads a, summary, button, select, '
            + '.controls input[type=search], label, .tile'
        )].filter(one => one.getClientRects().length).filter(one => {
            const box = one.getBoundingClientRect();
            return box.width < 24 || box.height < 23.5;
        }).map(one => one.outerHTML.slice(0, 120))"""
    )
    assert small == []


def test_the_source_is_named_and_the_method_folded(open_view: Callable) -> None:
    page = open_view(script=False).page
    for exhibit in page.locator(".exhibit").all():
        method = exhibit.locator(".method")
        assert method.count() == 1
        assert method.get_attribute("open") is None
        assert "Source: " in exhibit.locator(".downloads").inner_text()
        assert exhibit.get_attribute("data-relation") in method.text_content()
