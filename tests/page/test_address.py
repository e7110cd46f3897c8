"""Every choice is in the page's address: it can be sent, and the back button goes back through the choices."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

pytest_plugins = ["browsing"]


def fragment(page: Page) -> str:
    """What the address says after the file."""
    return page.url.partition("#")[2]


def go(page: Page, site: Path, place: str) -> None:
    """Open the page at a place, as from a message."""
    page.goto("about:blank")
    page.goto(f"{(site / 'index.html').as_uri()}#{place}")


CHOICES = """() => [...document.querySelectorAll('.exhibit :is(input, select)[name]')].map(one => [
    one.closest('.exhibit').id, one.name, ['radio', 'checkbox'].includes(one.type) ? one.checked : one.value
])"""


def choose_another(page: Page, control: str) -> None:
    """Give a control another value than its first."""
    page.evaluate(
        """at => {
            const one = document.querySelectorAll('.exhibit :is(input, select)[name]')[at];
            const buttons = [...one.closest('.exhibit').querySelectorAll(`input[type=radio][name="${one.name}"]`)];
            if (one.type === 'radio' || one.type === 'checkbox') (one.checked && buttons[0] || one).click();
            else {
                one.value = one.options ? one.options[one.options.length - 1].value : 'an';
                for (const kind of ['input', 'change']) one.dispatchEvent(new Event(kind, {bubbles: true}));
            }
        }""",
        control,
    )


def test_every_control_is_in_the_address_and_comes_back_from_it(look: Callable, site: Path) -> None:
    page = look().page
    before = page.evaluate(CHOICES)
    # One control of each kind in each exhibit: its last radio button, or the first, each select, box and field.
    last = {(home, name): at for at, (home, name, _) in enumerate(before)}
    assert len(last) > 10
    addresses = {fragment(page)}
    # Each is chosen on the page that came back with those before it.
    for at in last.values():
        choose_another(page, at)
        chosen, address = page.evaluate(CHOICES), fragment(page)
        assert chosen != before and "?" in address and address not in addresses, before[at]
        go(page, site, address)
        assert page.evaluate(CHOICES) == chosen, address
        before = chosen
        addresses.add(address)


def test_the_address_of_a_choice_is_short_and_says_what_it_is(look: Callable) -> None:
    page = look().page
    page.locator("#chart-b .choice label", has_text="Imports").locator("input").check()
    assert fragment(page) == "chart-b?flow=imports"
    page.locator("#chart-a .choice label", has_text="Suppliers").locator("input").check()
    assert fragment(page) == "chart-a?chart-b.flow=imports&flow=imports"
    page.locator("#chart-b .choice label", has_text="Exports").locator("input").check()
    page.locator("#chart-a .choice label", has_text="Export markets").locator("input").check()
    assert fragment(page) == "chart-a"


def test_the_back_button_goes_back_through_the_choices(look: Callable) -> None:
    page = look().page

    def shown() -> str:
        return page.locator("#chart-b .choice input:checked").get_attribute("value")

    for choice in ("Imports", "Balance"):
        page.locator("#chart-b .choice label", has_text=choice).locator("input").check()
    assert shown() == "balance"
    page.go_back()
    assert shown() == "imports"
    page.go_back()
    assert shown() == "exports"
    page.go_forward()
    assert shown() == "imports"


def test_typing_a_word_is_one_step_back(look: Callable) -> None:
    page = look().page
    before = page.evaluate("() => history.length")
    page.locator("#table-2 [name$=find]").press_sequentially("land")
    assert fragment(page) == "table-2?find=land"
    assert page.evaluate("() => history.length") == before + 1


def test_a_word_does_not_take_the_place_of_the_choice_before_it(look: Callable) -> None:
    page = look().page
    page.locator("#chart-c .choice label", has_text="2003").locator("input").check()
    page.locator("#table-2 [name$=find]").press_sequentially("chi")
    assert fragment(page) == "table-2?chart-c.data_year=2003&find=chi"
    page.go_back()
    assert fragment(page) == "chart-c?data_year=2003"
    assert page.locator("#table-2 [name$=find]").input_value() == ""


@pytest.mark.parametrize("choice", ["verdict=not_checkable", "find=zzzz"])
def test_a_statement_shows_whatever_is_chosen(look: Callable, site: Path, choice: str) -> None:
    page = look().page
    claim = "claim-the_deficit_was_largest_in_2005"
    go(page, site, f"{claim}?audit-summary.{choice}")
    page.locator(f"#{claim}").wait_for(state="visible")
    page.goto("about:blank")
    go(page, site, f"audit-summary?{choice}")
    page.evaluate(f"() => document.querySelector('a[href=\"#{claim}\"]').click()")
    page.locator(f"#{claim}").wait_for(state="visible")
    assert fragment(page).startswith(claim)


def test_a_link_that_chooses_shows_all_of_what_it_chose(look: Callable) -> None:
    page = look().page
    page.locator("#audit-summary [name=find]").fill("zzz")
    page.locator(".audit-line a").last.click()
    assert fragment(page) == "audit-summary?verdict=not_checkable"
    assert page.locator(".statements li[data-verdict=not_checkable]:visible").count() > 10


def test_an_address_leads_to_its_place(look: Callable, site: Path) -> None:
    page = look().page
    go(page, site, "chart-b?flow=balance")
    page.wait_for_function("() => Math.abs(document.querySelector('#chart-b').getBoundingClientRect().top) < 200")
    assert page.locator("#chart-b .drawing:visible").first.get_attribute("data-choice") == "balance"


ALL_LAID_OUT = """() => [...document.querySelectorAll('.exhibit')].every(
    one => getComputedStyle(one).contentVisibility === 'visible'
)"""


@pytest.mark.parametrize("place", ["top", "chart-b?flow=balance", "differences", "table-3"])
def test_all_of_the_page_is_laid_out_and_the_place_stays(look: Callable, site: Path, place: str) -> None:
    page = look().page
    go(page, site, place)
    page.wait_for_function(ALL_LAID_OUT)
    page.wait_for_timeout(200)
    bar, box = page.locator(".contents").bounding_box(), page.locator(f"#{place.split('?')[0]}").bounding_box()
    assert box["y"] == 0 if place == "top" else bar["height"] - 1 <= box["y"] <= bar["height"] + 40


# What the reader sees at a third of the window.
SEEN = """() => {
    const at = document.elementFromPoint(640, 300).closest('tr, li, p, figure, section');
    return at.id || at.innerText;
}"""


def test_a_reader_who_comes_back_is_where_they_were(look: Callable, site: Path) -> None:
    page = look().page
    go(page, site, "")
    page.wait_for_function(ALL_LAID_OUT)
    page.evaluate("() => scrollTo(0, 15000)")
    page.wait_for_timeout(300)
    seen = page.evaluate(SEEN)
    page.reload()
    page.wait_for_function(ALL_LAID_OUT)
    page.wait_for_timeout(300)
    assert (page.evaluate("() => scrollY"), page.evaluate(SEEN)) == (15000, seen)
    # As when the browser had kept the page.
    page.evaluate("() => { location.hash = '#chart-c'; }")
    page.wait_for_function("() => Math.abs(document.querySelector('#chart-c').getBoundingClientRect().top) < 200")
    page.evaluate("() => scrollTo(0, 15000)")
    page.evaluate("() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    assert page.evaluate("() => scrollY") == 15000


def test_a_word_and_another_choice_are_two_steps_back(look: Callable) -> None:
    page = look().page
    page.locator("#table-2 [name=find]").press_sequentially("ca")
    page.locator("#table-4 [name=order]").select_option("largest")
    page.locator("#table-2 [name=find]").press_sequentially("n")
    assert fragment(page) == "table-2?find=can&table-4.order=largest"
    for address in ("table-4?table-2.find=ca&order=largest", "table-2?find=ca", ""):
        page.go_back()
        page.wait_for_function("wanted => location.hash.slice(1) === wanted", arg=address)
        assert page.locator("#table-4 [name=order]").input_value() == ("largest" if "order" in address else "")


def test_a_word_may_have_a_question_mark(look: Callable, site: Path) -> None:
    page = look().page
    go(page, site, "table-2?find=a?b")
    assert page.locator("#table-2 [name=find]").input_value() == "a?b"


@pytest.mark.parametrize(
    "place",
    [
        "chart-b?flow=nonsense",
        "nowhere?flow=imports",
        "chart-b?nothing=1&flow",
        "?",
        "%E0%A4%A",
        "chart-b?flow=<script>alert(1)</script>",
        "table-2?order=__proto__",
    ],
)
def test_an_address_that_makes_no_sense_changes_nothing(open_view: Callable, site: Path, place: str) -> None:
    page = open_view().page
    first = page.evaluate(CHOICES)
    go(page, site, place)
    assert page.evaluate(CHOICES) == first


def test_a_link_to_another_place_keeps_the_choices(look: Callable) -> None:
    page = look().page
    page.locator("#chart-c .choice label", has_text="2003").locator("input").check()
    page.locator(".contents a[href='#tables']").first.click()
    assert fragment(page) == "tables?chart-c.data_year=2003"
    page.wait_for_function("() => Math.abs(document.querySelector('#tables').getBoundingClientRect().top) < 200")
    page.locator(".audit-line a").first.click()
    assert fragment(page) == "audit-summary?chart-c.data_year=2003&verdict=confirmed"
    assert page.locator("#chart-c .drawing:visible").get_attribute("data-choice") == "2003"
    page.go_back()
    assert page.locator("#audit-summary [name=verdict]:checked").get_attribute("value") == ""


def test_the_skip_link_leads_into_the_story(look: Callable) -> None:
    page = look().page
    page.locator("#chart-c .choice label", has_text="2003").locator("input").check()
    page.locator(".skip").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "main"
