"""docs/connect.md: its sections by title, and the code in each."""

import re

from conftest import PROJECT

PAGE = (PROJECT / "docs" / "connect.md").read_text()
SECTIONS = {section.splitlines()[0]: section for section in PAGE.split("\n## ")[1:]}
BLOCKS = [
    (title, language, code)
    for title, section in SECTIONS.items()
    for language, code in re.findall(r"^```(\w+)\n(.*?)^```$", section, re.S | re.M)
]
EXPORT = "Codes in an export"
ASSISTANT = "AI assistants"


def blocks_of(title: str) -> list[str]:
    """The code of a section."""
    return [code for section, _, code in BLOCKS if section == title]
