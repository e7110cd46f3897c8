"""The audit's part of the page: every statement with its verdict, what is wrong first, and the rest folded away."""

import re
from collections.abc import Callable
from decimal import Decimal

import duckdb
import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import Warehouse
from playwright.sync_api import Page
from views import SIZES, WCAG

from atp_trade.pages.claim_words import Vocabulary
from atp_trade.warehouse import as_dicts

pytest_plugins = ["browsing"]

MINUS = "\N{MINUS SIGN}"
GROUPS = "case stated_by when 'report' then verdict else 'own_checks' end"
# What a reader should know first, asked another way than the page asks.
WRONG = """
    verdict not in ('confirmed', 'confirmed_on_later_data')
    and (stated_by = 'report' or verdict = 'contradicted')
    and (verdict <> 'not_checkable' or other_reading_holds = false)
"""
FOLDED = f"({WRONG}) is not true"


def items(warehouse: Warehouse) -> list[tuple[str, int]]:
    """How many statements a reader gets by choosing a verdict, or our own checks."""
    return warehouse.query(f"select {GROUPS} as chosen, count(*) from audit.claims group by chosen order by chosen")


def visible(page: Page) -> int:
    """How many statements are shown, in open folds and outside them."""
    return page.locator(".statements li[id^=claim-]:visible").count()


def test_every_statement_stands_once_with_its_verdict_and_its_sense(warehouse: Warehouse, open_view: Callable) -> None:
    page = open_view(script=False).page
    shown = page.eval_on_selector_all(
        ".statements li[id^=claim-]",
        """all => all.map(one => [one.id.slice(6), one.dataset.verdict, one.className,
            one.querySelector('.verdict').textContent.split(',')[0], one.textContent])""",
    )
    found = warehouse.query(
        f"""
        select claim_id, {GROUPS}, verdict, split_part(phrase, ',', 1), statement
        from audit.claims inner join seeds.verdicts using (verdict) where subject = 'claims'
        """
    )
    assert sorted(tuple(row[:4]) for row in shown) == sorted(row[:4] for row in found)
    texts = {claim_id: text for claim_id, *_, text in shown}
    assert [claim_id for claim_id, *_, statement in found if statement not in texts[claim_id]] == []


def test_what_is_wrong_comes_first_with_what_the_data_say(warehouse: Warehouse, open_view: Callable) -> None:
    page = open_view().page
    ids = page.eval_on_selector_all(".wrong li", "all => all.map(one => one.id)")
    found = [f"claim-{claim_id}" for (claim_id,) in warehouse.query(f"select claim_id from audit.claims where {WRONG}")]
    assert sorted(ids) == sorted([*found, "largest-difference"])
    assert 10 <= len(ids) <= 16
    assert page.locator(".statements li").first.evaluate("one => one.closest('ul').matches('.wrong')")
    for row in page.locator(".wrong li").all():
        report, data = row.locator(".said").all_inner_texts()
        assert (
            report.startswith("The report: ") and data.startswith("The data: ") and len(data) > len("The data: ") + 20
        )
    falls = page.locator("#claim-the_deficit_was_smaller_in_2006_than_in_2005").inner_text()
    assert (
        "The data: A fall of the balance by 0.8 billion dollars in the later series; a rise of the balance by 6.1"
        in falls
    )


def test_the_largest_difference_is_that_of_the_database(warehouse: Warehouse, open_view: Callable) -> None:
    ((year, report, later, apart),) = warehouse.query(
        """
        select data_year, report_usd_millions, later_usd_millions, abs(difference_usd_millions)
        from audit.differences where metric = 'balance_usd_millions'
        qualify row_number() over (order by abs(difference_usd_millions) desc) = 1
        """
    )
    row = open_view(script=False).page.locator("#largest-difference").inner_text()

    def billions(millions: Decimal) -> str:
        return f"{abs(millions) / 1000:.1f}"

    assert f"In {year} the balance was a surplus of {billions(report)} billion dollars." in row
    assert f"a surplus of {billions(later)} billion dollars in the later series" in row.replace(
        "A surplus", "a surplus"
    )
    assert f"{billions(apart)} billion apart" in row


def test_the_rest_folds_away_by_section_with_its_counts(warehouse: Warehouse, look: Callable) -> None:
    page = look(script=False).page
    summaries = page.locator("#claims .part summary").all_inner_texts()
    counts = warehouse.query(
        f"""
        select
            coalesce(title, 'Checks of our own'),
            string_agg(items || ' ' || lower(phrase), '; ' order by verdict_order)
        from (
            select if(stated_by = 'report', section, 'own') as fold, verdict, count(*) as items
            from audit.claims where {FOLDED} group by all
        )
        inner join seeds.verdicts using (verdict)
        left join seeds.sections on section = fold
        where subject = 'claims' group by fold, title, section_order order by section_order nulls last
        """
    )
    assert summaries == [f"{title}: {items}" for title, items in counts]
    ((folded,),) = warehouse.query(f"select count(*) from audit.claims where {FOLDED}")
    assert page.locator("#claims details li").count() == folded
    assert page.locator("#claims .statements li:visible").count() == 0
    page.locator("#claims .part summary").first.click()
    first = page.locator("#claims details").first.locator("li")
    assert page.locator("#claims .statements li:visible").count() == first.count() > 0


def test_discrepancies_fold_away_by_their_reason(warehouse: Warehouse, open_view: Callable) -> None:
    section = open_view(script=False).page.locator("#discrepancies")
    found = warehouse.query("select reason, count(*) from seeds.known_discrepancies group by reason")
    summaries = section.locator("details:not(.method) summary").all_inner_texts()
    assert sorted(re.sub(r"numbers?$", "", said).strip() for said in summaries) == sorted(
        f"{reason} {count}" for reason, count in found
    )
    assert section.locator("details li:visible").count() == 0
    lines = section.locator("details li").all_text_contents()
    rows = warehouse.query(
        "select row_label, data_year, published_usd_millions, recomputed_usd_millions from seeds.known_discrepancies"
    )
    assert len(lines) == len(rows)
    for label, year, published, recomputed in rows:
        end = f"{label}, {year}: printed {published:,}, recomputed {recomputed:,}".replace("-", MINUS)
        assert len([line for line in lines if line.endswith(end)]) >= 1, end


@pytest.mark.parametrize("script", [True, False], ids=["with_script", "without_script"])
def test_a_verdict_chooses_its_statements(warehouse: Warehouse, look: Callable, script: bool) -> None:
    page = look(script=script).page
    assert page.locator("[name=verdict]").count() == len(items(warehouse)) + 1
    for verdict, count in items(warehouse):
        tile = page.locator(f'.tile:has(input[value="{verdict}"])')
        assert tile.locator("b").inner_text() == str(count)
        tile.locator("input").check()
        if not script:
            closed = page.locator("#claims .part:visible:not([open]) summary")
            while closed.count():
                closed.first.click()
        assert visible(page) == count
        # No fold is left without a statement.
        assert page.locator("#claims .part:visible").count() == page.locator("#claims .part:has(li:visible)").count()
    ((everything,),) = warehouse.query("select count(*) from audit.claims")
    assert page.locator(".tile b").first.inner_text() == str(everything)


def test_a_word_is_found_within_a_verdict_and_counted(warehouse: Warehouse, look: Callable) -> None:
    page = look().page
    find, found = page.locator("#audit-summary [name=find]"), page.locator("#audit-summary .found")
    ((everything,),) = warehouse.query("select count(*) from audit.claims")
    find.fill("Malaysia")
    ((named,),) = warehouse.query("select count(*) from audit.claims where contains(statement, 'Malaysia')")
    assert 0 < named <= visible(page) < everything
    assert all("malaysia" in text.lower() for text in page.locator(".statements li:visible").all_inner_texts())
    assert found.inner_text() == f"{visible(page)} of {everything}"
    with_malaysia = visible(page)
    page.locator('.tile input[value="not_checkable"]').check()
    assert visible(page) < with_malaysia
    assert found.inner_text() == f"{visible(page)} of {everything}"
    page.locator('.tile input[value=""]').check()
    find.fill("")
    assert found.inner_text() == ""
    assert page.locator("#claims .part[open]").count() == 0
    assert page.locator("#claims .part:visible").count() == page.locator("#claims .part").count()


def test_an_address_with_a_statement_opens_its_fold(look: Callable) -> None:
    page = look().page
    claim = page.locator("#claim-asia_buys_about_40_pct")
    assert not claim.is_visible()
    page.evaluate("location.hash = '#claim-asia_buys_about_40_pct'")
    claim.wait_for(state="visible")
    assert page.locator("#claims .part[open]").count() == 1
    # Also where a choice has hidden it.
    page.locator('.tile input[value="not_checkable"]').check()
    page.locator("#audit-summary [name=find]").fill("Airbus")
    page.evaluate("location.hash = '#claim-japan_is_the_third_largest_supplier'")
    page.locator("#claim-japan_is_the_third_largest_supplier").wait_for(state="visible")
    assert page.locator('.tile input[value=""]').is_checked()
    # And from the start.
    other = page.context.new_page()
    other.goto(page.url.split("#")[0] + "#claim-annual_deficits_continue")
    claim = other.locator("#claim-annual_deficits_continue")
    claim.wait_for(state="visible")
    other.wait_for_function("() => scrollY > 0")
    assert 0 <= claim.bounding_box()["y"] < SIZES["desktop"][1]


def test_every_statement_has_a_link_of_its_own_that_a_finger_can_hit(look: Callable) -> None:
    page = look("phone").page
    page.evaluate("document.querySelectorAll('.audit details').forEach(one => one.open = true)")
    links = page.eval_on_selector_all(
        ".statements li",
        """all => all.map(one => {
            const link = one.querySelector('.own-link'), box = link.getBoundingClientRect();
            return [one.id, link.getAttribute('href'), box.width, box.height];
        })""",
    )
    for anchor, address, width, height in links:
        assert address == f"#{anchor}"
        assert min(width, height) >= 24, anchor
    small = page.eval_on_selector_all(
        ".fallen a, .audit summary, .tile input",
        """all => all.map(one => one.getBoundingClientRect())
            .filter(box => Math.min(box.width, box.height) < 24).length""",
    )
    assert small == 0


def test_forced_colours_show_which_verdict_is_chosen(look: Callable) -> None:
    page = look().page
    page.emulate_media(forced_colors="active")
    page.locator('.tile input[value="not_checkable"]').check()
    tiles = page.eval_on_selector_all(
        ".tile",
        """all => all.map(one => {
            const box = getComputedStyle(one.querySelector('span'));
            return [one.querySelector('input').value, box.borderBottomWidth, box.outlineStyle];
        })""",
    )
    assert [value for value, *_ in tiles if value == "not_checkable"] == ["not_checkable"]
    for value, border, outline in tiles:
        chosen = value == "not_checkable"
        assert (border, outline) == (("4px", "solid") if chosen else ("1px", "none"))
    signs = page.eval_on_selector_all(
        ".tile[class*=' ']", "all => all.map(one => getComputedStyle(one.querySelector('b'), '::before').content)"
    )
    assert len(signs) == len(set(signs)) >= 5
    assert '""' not in signs and "none" not in signs


def test_only_what_is_not_confirmed_is_printed(warehouse: Warehouse, look: Callable) -> None:
    page = look().page
    page.emulate_media(media="print")
    ((printed,),) = warehouse.query(
        "select count(*) from audit.claims where not starts_with(verdict, 'confirmed') "
        "or verdict = 'confirmed_in_another_reading'"
    )
    assert visible(page) == printed
    assert page.locator("#claims .part:visible:not(:has(li:visible))").count() == 0
    assert page.locator("#claims .print-only").is_visible()
    assert page.locator("#discrepancies details li:visible, .own-link:visible").count() == 0


@pytest.mark.parametrize("script", [True, False], ids=["with_script", "without_script"])
def test_nothing_of_the_audit_scrolls_sideways(look: Callable, script: bool) -> None:
    page = look("small_phone", script=script).page
    for summary in page.locator(".audit summary").all():
        summary.click()
    for size in ("small_phone", "phone", "tablet"):
        width, height = SIZES[size]
        page.set_viewport_size({"width": width, "height": height})
        wide = page.evaluate(
            """() => [...document.querySelectorAll('.audit *')].filter(one => {
                const box = one.getBoundingClientRect();
                return !one.matches('.visually-hidden') && box.width && (box.right > innerWidth + 1 || box.left < -1);
            }).map(one => one.outerHTML.slice(0, 80))"""
        )
        assert wide == []
        beside = page.evaluate(
            """() => [...document.querySelectorAll('.audit table')].map(one => one.getBoundingClientRect().right
                - one.closest('.exhibit').querySelector('.foot').getBoundingClientRect().right)"""
        )
        assert max(beside) <= 1
        assert page.locator(".audit .scroll").count() == 0


def test_the_differences_have_their_years_side_by_side(warehouse: Warehouse, open_view: Callable) -> None:
    page = open_view(script=False).page
    table = page.locator("#differences table")
    shown = table.evaluate(
        """one => [...one.tBodies].flatMap(body => [...body.rows])
            .map(row => [...row.cells].map(cell => cell.textContent))"""
    )
    found = []
    for total in ("Exports", "Imports", "Balance"):
        for column, series in (("report", "the report"), ("later", "later"), ("difference", "difference")):
            rows = warehouse.query(
                f"select {column}_usd_millions from audit.differences "
                f"where metric = '{total.lower()}_usd_millions' order by data_year"
            )
            numbers = [f"{value:,}".replace("-", MINUS) for (value,) in rows]
            found.append([f"{total}, {series}", *numbers])
    assert shown == found and len(shown) == 9
    years = warehouse.query("select distinct data_year from audit.differences order by data_year")
    assert table.locator("thead th").all_inner_texts() == ["Total", *(str(year) for (year,) in years)]
    fallen = warehouse.query(
        "select '#claim-' || claim_id from audit.claims where verdict = 'fails_on_later_data' and stated_by = 'report'"
    )
    links = page.eval_on_selector_all(".fallen a", "all => all.map(one => one.getAttribute('href'))")
    assert sorted(links) == sorted(link for (link,) in fallen)


def test_what_would_not_hold_of_the_latest_year_is_named(warehouse: Warehouse, open_view: Callable) -> None:
    section = open_view(script=False).page.locator("#latest-year")
    counts = warehouse.query(
        "select count(*) from audit.claims_of_latest_year where stated_by = 'report' group by verdict"
    )
    assert sorted(section.locator("h4 + p b").all_inner_texts()) == sorted(str(count) for (count,) in counts)
    for verdict, shown in (("would_not_hold", "p + .latest-list"), ("would_hold", "details .latest-list")):
        found = warehouse.query(
            f"select statement from audit.claims_of_latest_year where stated_by = 'report' and verdict = '{verdict}'"
        )
        listed = section.locator(f"{shown} li").evaluate_all("all => all.map(one => one.firstChild.textContent.trim())")
        assert sorted(listed) == sorted(statement for (statement,) in found) != []
    numbers = section.locator("li", has_text="was smaller in 2006").inner_text()
    assert "Then: a rise of the balance by 6.1 billion dollars. 2023 to 2024: a fall of the balance by 80.7" in numbers


def test_the_audit_in_one_sentence_links_to_what_it_counts(warehouse: Warehouse, open_view: Callable) -> None:
    page = open_view(script=False).page
    sentence = page.locator("#audit + p")
    counts = dict(
        warehouse.query("select verdict, sum(items) from audit.summary where subject = 'claims' group by verdict")
    )
    text = re.search(r"Of the report.s (\d+) statements,.*", sentence.inner_text())
    assert text and int(text[1]) == sum(counts.values())
    assert len(text[0].split()) <= 45
    links = {
        link.get_attribute("href").removeprefix("#audit-summary?verdict="): link.inner_text()
        for link in sentence.locator("a").all()
    }
    assert {verdict: int(words.split()[0]) for verdict, words in links.items()} == {
        verdict: count for verdict, count in counts.items() if count
    }
    for link in sentence.locator("a").all():
        anchor = link.get_attribute("href")[1:]
        assert page.locator(f'[id="{anchor}"] input').get_attribute("value") == anchor.rpartition("=")[2]
    ((years,),) = warehouse.query(
        """
        select string_agg(distinct last_year::varchar, ' and ' order by last_year::varchar) from audit.claims
        where verdict = 'fails_on_later_data' and stated_by = 'report'
        """
    )
    assert f"(the balance of {years})" in text[0]


def test_every_condition_is_a_sentence_for_any_operator(warehouse: Warehouse) -> None:
    with duckdb.connect(str(warehouse.database), read_only=True) as connection:
        words = Vocabulary(connection)
        claims = as_dicts(connection.sql("select * from audit.claims where verdict <> 'not_checkable'"))
    for claim in claims:
        numeric = claim["published_unit"] != "members"
        for operator in ("equals", "over", "under", "at_least", "at_most") if numeric else ("is", "are"):
            asked = {**claim, "operator": operator}
            for said in (words.condition(asked), words.result(asked)):
                assert said and not re.search(r"[{}_]|None|  | $|million| (over|under) ", said), said
                assert not re.search(r"-\d", said) or operator in ("at_least", "at_most", "over", "under"), said
            assert (
                "rounds to" in words.condition(claim)
                or words.decimals(claim) is None
                or "rounded" in words.condition(claim)
            )


def test_axe_finds_nothing_in_the_open_audit(look: Callable) -> None:
    page = look("phone").page
    page.evaluate(
        """() => {
            document.querySelectorAll('main > :not(.audit)').forEach(one => one.remove());
            document.querySelectorAll('.audit details').forEach(one => one.open = true);
            document.querySelectorAll('.statements li:nth-child(n+6)').forEach(one => one.remove());
        }"""
    )
    found = Axe().run(page, options={"runOnly": [*WCAG, "best-practice"], "resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()


def test_the_audit_is_light(open_view: Callable) -> None:
    elements, size = open_view(script=False).page.evaluate(
        "() => { const audit = document.querySelector('.audit');"
        " return [audit.querySelectorAll('*').length, audit.outerHTML.length]; }"
    )
    assert elements <= 1_450 and size <= 125_000
