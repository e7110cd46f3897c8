"""docs/connect.md: its commands run as they stand, and open the file read-only."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from clients import node_folder
from conftest import Warehouse
from connect_page import ASSISTANT, BLOCKS, EXPORT
from npm import skip_without_node

# make test-superset runs these, test_codes.py and test_assistant.py the others'.
ELSEWHERE = ("Apache Superset", EXPORT, ASSISTANT)
EXAMPLES = [block for block in BLOCKS if block[0] not in ELSEWHERE]
PROGRAMS = {
    "sh": ["sh", "-e", "-c"],
    "python": [sys.executable, "-c"],
    "js": ["node", "--input-type=module", "--eval"],
}


def test_the_page_has_an_example_of_each_client() -> None:
    tested = ["DuckDB command line", "Python", "pandas and polars", "SQLAlchemy", "ADBC", "Node.js"]
    assert list(dict.fromkeys(title for title, *_ in EXAMPLES)) == tested
    assert {title for title, *_ in BLOCKS} == {*tested, *ELSEWHERE}


@pytest.mark.parametrize(("title", "language", "code"), EXAMPLES, ids=[title for title, *_ in EXAMPLES])
def test_an_example_runs_as_it_stands(
    warehouse: Warehouse, tmp_path: Path, title: str, language: str, code: str
) -> None:
    if language == "js":
        skip_without_node()
    desk = tmp_path / "Größe 1, a user's desk"
    desk.mkdir()
    if language == "js":
        (desk / "node_modules").symlink_to(node_folder() / "node_modules")
    database = Path(shutil.copy(warehouse.database, desk))
    outcome = subprocess.run(
        [*PROGRAMS[language], code],
        cwd=desk,
        env={**os.environ, "PATH": warehouse.environment()["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stderr
    assert "China" in outcome.stdout
    assert "24166.6" in outcome.stdout
    assert re.search("read_?only", code, re.I)
    assert database.read_bytes() == warehouse.database.read_bytes()
