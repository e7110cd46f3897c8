"""How the page is looked at, where the pictures go, and how to write it without them."""

from dataclasses import dataclass, field

from conftest import PROJECT
from playwright.sync_api import Locator, Page

# Screenshots and the PDF, to look at.
PICTURES = PROJECT / "build" / "page"
# What axe looks for, beside its own best practice.
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
SIZES = {"phone": (390, 844), "small_phone": (320, 640), "tablet": (768, 1024), "desktop": (1280, 900)}
# `atp` with empty pictures, which take four of the five seconds of a report: for tests of what is beside them.
WITHOUT_PICTURES = """
from atp_trade.cli import main
from atp_trade.pages.web import downloads
downloads.png = lambda drawn: b""
main()
"""


@dataclass
class View:
    """A page in the browser, and what went wrong on it."""

    page: Page
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


def settle(page: Page) -> None:
    """Wait until the page knows that it was scrolled, which hides the tip."""
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def bring_into_view(page: Page, one: Locator) -> None:
    """Scroll to an element, and wait until the page knows it."""
    one.scroll_into_view_if_needed()
    settle(page)
