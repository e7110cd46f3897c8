"""What the tests of the page share: the page of a fresh build, and a browser that records what it should not see."""

import os
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import duckdb
import pytest
from conftest import Warehouse
from playwright.sync_api import Browser, Playwright, sync_playwright
from views import PICTURES, SIZES, View

OPTIONS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def site(warehouse: Warehouse) -> Path:
    """The page, written from a fresh build."""
    # As if it were built from a commit, wherever the project is: the page has room for one.
    with duckdb.connect(str(warehouse.database)) as connection:
        connection.execute(
            "update meta.build set git_commit = repeat('0123456789', 4), has_uncommitted_changes = false"
        )
    outcome = warehouse.run("atp", "report")
    assert outcome.returncode == 0, outcome.stdout
    PICTURES.mkdir(parents=True, exist_ok=True)
    return warehouse.project / "site"


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's program. Without one the tests are skipped, but not in CI."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        message = "no Chromium on this machine: install it (Debian: chromium), or name it in CHROMIUM"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return found


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright, chromium: str) -> Iterator[Browser]:
    running = playwright.chromium.launch(executable_path=chromium, args=OPTIONS)
    yield running
    running.close()


def opener(browser: Browser, site: Path) -> Iterator[Callable[..., View]]:
    """Open the page at a size, light or dark, with or without JavaScript. What goes wrong on it fails at the end."""
    opened: list[View] = []

    def at(size: str = "desktop", scheme: str = "light", script: bool = True, folder: Path = site) -> View:
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, java_script_enabled=script
        )
        view = View(context.new_page())
        opened.append(view)
        view.page.on("console", lambda said: said.type in ("error", "warning") and view.errors.append(said.text))
        view.page.on("pageerror", lambda error: view.errors.append(str(error)))
        view.page.on("request", lambda request: view.requests.append(request.url))
        view.page.goto((folder / "index.html").as_uri())
        # As if the reader had seen all of it: what is not on screen is not laid out, and has no text to read.
        view.page.evaluate(
            "() => document.querySelectorAll('.exhibit').forEach(one => one.style.contentVisibility = 'visible')"
        )
        return view

    yield at
    for view in opened:
        view.page.context.close()
        assert view.errors == []
        assert [address for address in view.requests if not address.startswith(("file:", "data:"))] == []


@pytest.fixture
def look(browser: Browser, site: Path) -> Iterator[Callable[..., View]]:
    """A page of the test's own."""
    yield from opener(browser, site)


@pytest.fixture(scope="module")
def open_view(browser: Browser, site: Path) -> Iterator[Callable[..., View]]:
    """A page that tests share, to read, or to choose on where the test chooses all that it looks at.

    What was opened once with the same options is not opened again, which takes up to half a second.
    """
    yield from map(cache, opener(browser, site))
