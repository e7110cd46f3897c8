"""The pages that people read: each command block runs as it stands, and prints what the page shows."""

import re
import subprocess
from pathlib import Path

import pytest
from blocks import Block, all_blocks, blocks, desk, run_block
from conftest import PROJECT, Warehouse

# A block of make's targets is not run here: they install, and build and test everything. CI runs them.
MAKE = re.compile(r"(make [\w-]+ *(#.*)?\n)+")
IN_CI = {"build", "test", "report"}


def name(block: Block) -> str:
    return f"{block.page}:{block.line}"


@pytest.fixture(scope="module")
def home(warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return desk(warehouse, tmp_path_factory.mktemp("desk"))


def test_every_block_is_run_by_an_area_that_is_there() -> None:
    found = all_blocks()
    pages = {"README.md", "docs/connect.md", "docs/load.md", "docs/metrics.md", "docs/mirror.md", "docs/scale.md"}
    assert {block.page for block in found} >= pages
    for block in found:
        assert (PROJECT / "tests" / block.area).is_dir(), name(block)
        # What an area runs, its tests get from `blocks`; connect.md and Superset's commands have tests of their own.
        tests = "".join(path.read_text() for path in (PROJECT / "tests" / block.area).glob("test_*.py"))
        assert "blocks(" in tests or block.page == "docs/connect.md", name(block)


@pytest.mark.parametrize("block", blocks("docs"), ids=name)
def test_a_block_runs_as_it_stands(home: Path, block: Block) -> None:
    if MAKE.fullmatch(block.code):
        targets = {*re.findall(r"^make ([\w-]+)", block.code, re.MULTILINE)}
        assert targets <= IN_CI
        subprocess.run(["make", "--dry-run", *targets], cwd=PROJECT, capture_output=True, check=True)
    else:
        assert run_block(block, home)


def test_the_readme_shows_what_its_queries_answer() -> None:
    shown = [block for block in blocks("docs") if block.page == "README.md" and block.output]
    assert len(shown) >= 4
