"""The page is HTML as its standard has it."""

from pathlib import Path

import pytest
from validator import findings

pytest_plugins = ["browsing"]


def test_the_page_is_valid_html(site: Path) -> None:
    assert findings(site / "index.html") == []


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ("<ul><p>no item</p></ul>", "element-permitted-content"),
        ('<b id="audit"></b>', "no-dup-id"),
        ("</section>", "close-order"),
        ('<input type="words">', "attribute-allowed-values"),
    ],
)
def test_what_is_no_html_is_found(site: Path, tmp_path: Path, wrong: str, rule: str) -> None:
    text = (site / "index.html").read_text(encoding="utf-8")
    assert text.count("</main>") == 1
    page = tmp_path / "index.html"
    page.write_text(text.replace("</main>", f"{wrong}</main>"), encoding="utf-8")
    assert [found for found in findings(page) if f" {rule}: " in found]
