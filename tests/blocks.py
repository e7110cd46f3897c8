"""The command blocks of the pages that people read: each is run where its program is installed."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from conftest import PROJECT, Warehouse

PAGES = sorted([*PROJECT.glob("*.md"), *(PROJECT / "docs").glob("*.md")])
# Blocks to look at: outputs, and drawings, which tests/docs/test_lineage.py compares with the project.
SHOWN = ("text", "mermaid")
# Where the blocks with one of these words are run; all others are run by tests/docs.
AREAS = {
    "atp load": "load",
    "mf ": "metrics",
    "duckdb -readonly": "clients",
    "superset import": "superset",
    "make mirror": "mirror",
    "make build-spark": "spark",
    "build/spark": "spark",
}


@dataclass(frozen=True)
class Block:
    """Commands of a page, or a program, and the output that the page shows below, if it does."""

    page: str
    line: int
    language: str
    code: str
    output: str | None

    @property
    def area(self) -> str:
        """The folder of tests that runs it."""
        if self.page == "docs/connect.md":
            return "clients" if self.language != "sh" or "superset" not in self.code else "superset"
        if self.page == "docs/mirror.md":
            return "mirror"
        return next((area for word, area in AREAS.items() if word in self.code), "docs")


def blocks(area: str) -> list[Block]:
    """The blocks of all pages that an area runs."""
    return [block for block in all_blocks() if block.area == area]


def all_blocks() -> list[Block]:
    """Every block of every page that is something to run."""
    found = []
    for page in PAGES:
        text = page.read_text()
        for match in re.finditer(r"^( *)```(\w+)\n(.*?)^\1```$(?:\n\n\1```text\n(.*?)^\1```$)?", text, re.S | re.M):
            _, language, code, output = match.groups()
            if language not in SHOWN:
                line = text.count("\n", 0, match.start()) + 1
                found.append(Block(page.relative_to(PROJECT).as_posix(), line, language, code, output))
    return found


def desk(warehouse: Warehouse, folder: Path) -> Path:
    """The project as its user has it after `make build`, in a folder whose name has spaces and letters of any kind."""
    home = folder / "Größe 1, a user's desk"
    shutil.copytree(warehouse.project, home, ignore=shutil.ignore_patterns("*.wal"), symlinks=True)
    (home / ".venv").symlink_to(Path(sys.executable).parents[1])
    shutil.copy(PROJECT / "Makefile", home)
    return home


def run_block(block: Block, home: Path) -> str:
    """The output of a block; AssertionError if one of its commands fails, or it is not what the page shows."""
    program = {"sh": ["bash", "-euo", "pipefail", "-c"], "python": [sys.executable, "-c"]}[block.language]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    outcome = subprocess.run(
        [*program, block.code], cwd=home, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )
    assert outcome.returncode == 0, outcome.stderr
    if block.output is not None:
        assert shown(outcome.stdout) == shown(block.output)
    return outcome.stdout


def shown(output: str) -> list[str]:
    """The lines of an output as a page shows them: without empty ones, and without spaces at their ends."""
    return [line.rstrip() for line in output.splitlines() if line.strip()]
