"""What the Markdown pages of `docs/` share: how they are written, and their tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from atp_trade.files import whole_file
from atp_trade.places import project_folder


def write_page(page: Path, text: Callable[[], str]) -> Path:
    """Write a page of the project; its path. AtpError outside a project, before the text is made."""
    path = project_folder() / page
    content = text()
    with whole_file(path) as unfinished:
        unfinished.write_text(content, encoding="utf-8")
    return path


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A Markdown table; numbers are aligned to the right."""
    rows = [list(row) for row in rows]
    numeric = [bool(rows) and all(isinstance(row[i], (int, Decimal)) for row in rows) for i in range(len(columns))]
    lines = [columns, ["---:" if right else "---" for right in numeric], *rows]
    return "\n".join("| " + " | ".join(cell(value) for value in line) + " |" for line in lines)


def cell(value: Any) -> str:
    """A value in a table: years and counts as they are, dollars with thousands separators."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:,}"
    return text(str(value)).replace("|", "\\|")


def text(value: str) -> str:
    """Words from the database in one line, which cannot begin a tag or a comment."""
    return " ".join(value.replace("<", "&lt;").split())
