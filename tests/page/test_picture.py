"""The README's picture shows the page as it is: a digest of the page's content beside it says of which page it is."""

import hashlib
import re
from pathlib import Path

import pytest
from conftest import PROJECT
from playwright.sync_api import Browser

pytest_plugins = ["browsing"]

PICTURE = PROJECT / "docs" / "page.png"
README = PROJECT / "README.md"
SIZE = (1280, 900)
NOTE = re.compile(r"(The picture shows the page whose content has the digest )([0-9a-f]+)")


def digest(site: Path) -> str:
    """The page's content in short, without what changes from build to build."""
    content = (site / "index.html").read_text(encoding="utf-8")
    for changing in (r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?)?", r"[0-9a-f]{7,40} of "):
        content = re.sub(changing, "", content)
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def test_the_picture_in_the_readme_is_of_the_page_as_it_is(
    site: Path, browser: Browser, request: pytest.FixtureRequest
) -> None:
    wanted = digest(site)
    if request.config.getoption("--write-pages"):
        page = browser.new_page(viewport={"width": SIZE[0], "height": SIZE[1]})
        page.goto((site / "index.html").as_uri())
        page.screenshot(path=PICTURE)
        page.close()
        README.write_text(NOTE.sub(rf"\g<1>{wanted}", README.read_text()))
    assert NOTE.search(README.read_text())[2] == wanted, "run pytest --write-pages tests/page/test_picture.py"
    assert f"]({PICTURE.relative_to(PROJECT)})" in README.read_text()
    width, height = (int.from_bytes(PICTURE.read_bytes()[place : place + 4]) for place in (16, 20))
    assert (width, height) == SIZE
