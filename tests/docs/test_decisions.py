"""Each decision has a number of its own, and whoever points at one points at one that is there."""

import re

from conftest import PROJECT

PAGE = PROJECT / "DECISIONS.md"
POINTER = re.compile(r"\b((?:D\d+(?:, | and )?)+) in \[?DECISIONS\.md")
FOLDERS = ("docs", "macros", "models", "profiles", "scripts", "seeds", "src", "tests")
CODE = (".md", ".py", ".sql", ".yml")


def decisions() -> list[int]:
    return [int(number) for number in re.findall(r"^### D(\d+) \w", PAGE.read_text(), re.MULTILINE)]


def test_numbers_of_decisions_rise() -> None:
    assert decisions()
    assert decisions() == sorted({*decisions()})
    assert len(decisions()) == PAGE.read_text().count("\n### ")


def test_pointers_find_their_decision() -> None:
    files = [path for folder in FOLDERS for path in (PROJECT / folder).rglob("*") if path.suffix in CODE]
    texts = [path.read_text() for path in (*files, *PROJECT.glob("*.md"), *PROJECT.glob("*.yml"))]
    found = [pointer for text in texts for pointer in POINTER.findall(text)]
    assert len(found) > 10
    assert {int(number) for pointer in found for number in re.findall(r"\d+", pointer)} <= {*decisions()}
