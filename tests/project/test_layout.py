"""Each folder of tests is what its name says: dbt's apart from pytest's, and every area is run by somebody."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml
from conftest import PROJECT

from atp_trade.places import DBT_FOLDERS

TESTS = PROJECT / "tests"
AREAS = {path.parent for path in TESTS.rglob("test_*.py")}


def test_dbt_reads_the_folders_that_atp_counts_as_its_own() -> None:
    settings = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())
    read = [path for name, paths in settings.items() if name.endswith("-paths") for path in paths]
    assert {*read} == {*DBT_FOLDERS}
    assert {path.relative_to(TESTS).parts[0] for path in TESTS.rglob("*.sql")} == {"dbt"}
    assert not [*(TESTS / "dbt").rglob("*.py")]


def test_every_area_is_run_by_make_test_or_has_a_target_in_ci(pytestconfig: pytest.Config) -> None:
    targets = [leg["target"] for leg in json.loads((PROJECT / ".ci" / "targets.json").read_text())["include"]]
    by_themselves = {name.removeprefix("test-") for name in targets} - {"test", "duckdb-2"}
    with_make_test = {Path(path).name for path in pytestconfig.getini("testpaths")}
    assert not by_themselves & with_make_test
    assert {TESTS / name for name in by_themselves | with_make_test} == AREAS


def test_areas_can_be_collected_together() -> None:
    """pytest imports a file by its name alone, as a module beside those of all other areas."""
    names = Counter(path.name for path in TESTS.rglob("*.py"))
    assert [name for name, count in names.items() if count > 1] == []


def test_the_pages_name_files_that_are_there() -> None:
    # The changelog names what is gone, too.
    for page in [*PROJECT.glob("*.md"), *(PROJECT / "docs").glob("*.md")]:
        if page.name == "CHANGELOG.md":
            continue
        for named in re.findall(
            r"`((?:tests|seeds|models|macros|src|docs|scripts|benchmarks)/[\w/.*-]+)`", page.read_text()
        ):
            assert [*PROJECT.glob(named)], f"{page.name}: {named}"
