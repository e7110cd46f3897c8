"""CI on GitHub does what .ci/targets.json lists; .ci/run, on one machine, all of it that does not take too long."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from conftest import PROJECT

TARGETS = ".ci/targets.json"
LEGS = json.loads((PROJECT / TARGETS).read_text())["include"]
WORKFLOW = yaml.safe_load((PROJECT / ".github" / "workflows" / "ci.yml").read_text())
# Two need a Python of their own; two take minutes, which a quarter of an hour does not have.
NOT_IN_CI_RUN = {"test-superset", "test-duckdb-2", "test-spark", "test-mutation"}
# In the place of make and of Debian's package manager: notes how it was called.
NOTES = '#!/bin/sh\necho "$(basename "$0") $*" >> "$CALLS"\n[ "$(basename "$0")" != "$FAILING" ]\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with .ci alone."""
    shutil.copytree(PROJECT / ".ci", tmp_path / "project" / ".ci")
    return tmp_path / "project"


def run(project: Path, **variables: str) -> tuple[int, list[list[str]]]:
    """.ci/run in a folder: its exit code, and how it called make."""
    programs = project / "programs"
    programs.mkdir()
    for name in ("make", "apt-get"):
        (programs / name).write_text(NOTES)
        (programs / name).chmod(0o755)
    for name in ("bash", "basename", "dirname", "id", "sh"):
        (programs / name).symlink_to(shutil.which(name))
    calls = project / "calls"
    calls.touch()
    variables |= {"PATH": str(programs), "CALLS": str(calls)}
    outcome = subprocess.run([project / ".ci" / "run"], env=variables, capture_output=True, check=False)
    return outcome.returncode, [line.split()[1:] for line in calls.read_text().splitlines() if line.startswith("make ")]


def targets(call: list[str]) -> list[str]:
    """What a call asks make for."""
    return [word for word in call if not word.startswith("-")]


def test_ci_run_makes_the_readmes_test_command_and_the_areas_that_need_more(project: Path) -> None:
    code, calls = run(project)
    assert code == 0
    assert [targets(call) for call in calls[:-1]] == [["setup-dev"], ["setup-clients", "lint", "build"]]
    areas = targets(calls[-1])
    assert len(areas) == len({*areas})
    assert {*areas} == {leg["target"] for leg in LEGS} - NOT_IN_CI_RUN


def test_make_test_tests_what_pytest_does_when_no_area_is_named(pytestconfig: pytest.Config) -> None:
    told = subprocess.run(["make", "--dry-run", "test"], cwd=PROJECT, text=True, capture_output=True, check=True).stdout
    tested = re.findall(r"bin/pytest tests/(\w+) ", told)
    assert sorted(tested) == sorted(Path(folder).name for folder in pytestconfig.getini("testpaths"))
    assert "sqlfluff lint" in told and "atp build" in told


def test_ci_run_keeps_two_cores_busy_and_the_environment_as_it_is(project: Path) -> None:
    _, (_, preparing, testing) = run(project)
    assert "--jobs=2" in preparing and "--jobs=2" in testing

    def made_before(call: list[str]) -> set[str]:
        return {word.partition("=")[2] for word in call if word.startswith("--old-file")}

    # Lint has what it needs, and does not wait; the build does, since an installation takes `atp` away for a moment.
    assert made_before(preparing) == {"setup-dev"}
    assert made_before(testing) == {"lint", "build"}
    # All areas are tried even if one is red.
    assert "--keep-going" in testing


def test_ci_run_is_red_if_make_is(project: Path) -> None:
    code, calls = run(project, FAILING="make")
    assert (code, calls) == (1, [["setup-dev"]])


def test_every_area_of_ci_run_has_the_environment_that_is_set_up_for_all(project: Path) -> None:
    def made(target: str) -> tuple[str, set[str]]:
        told = subprocess.run(
            ["make", "--dry-run", f"setup-{target}"], cwd=PROJECT, text=True, capture_output=True, check=True
        ).stdout.split()
        return told[2], {*told[3:]}

    _, calls = run(project)
    folder, locks = made("clients")
    for area in targets(calls[-1]):
        # Of `make test`, those that it makes.
        needed = made(area.removeprefix("test-") if area != "test" else "dev")
        assert needed[0] == folder and needed[1] <= locks


def test_the_workflow_runs_the_whole_list(project: Path) -> None:
    listing, running = (WORKFLOW["jobs"][name] for name in ("targets", "test"))
    (step,) = [step for step in listing["steps"] if step.get("id") == "list"]
    output = project / "output"
    subprocess.run(
        ["bash", "-e", "-c", step["run"]], cwd=project, env={**os.environ, "GITHUB_OUTPUT": str(output)}, check=True
    )
    assert re.fullmatch(r"matrix=.*\n", output.read_text())
    assert json.loads(output.read_text().removeprefix("matrix=")) == json.loads((project / TARGETS).read_text())
    assert listing["outputs"] == {"matrix": "${{ steps.list.outputs.matrix }}"}
    assert running["needs"] == "targets"
    assert running["strategy"]["matrix"] == "${{ fromJSON(needs.targets.outputs.matrix) }}"
    assert [(step["run"], step["env"]) for step in running["steps"] if "env" in step] == [
        ('make "$TARGET"', {"TARGET": "${{ matrix.target }}"})
    ]
    assert {*WORKFLOW["jobs"]} == {"targets", "test"}


def test_steps_for_a_target_are_for_one_of_the_list() -> None:
    conditions = " ".join(step["if"] for step in WORKFLOW["jobs"]["test"]["steps"] if "if" in step)
    named = re.findall(r"'(test-[\w-]+)'|\"(test-[\w-]+)\"", conditions)
    assert len(named) >= 6
    assert {one or other for one, other in named} <= {leg["target"] for leg in LEGS}


def test_a_leg_has_a_target_of_make() -> None:
    for target in {leg["target"] for leg in LEGS}:
        subprocess.run(["make", "--dry-run", target], cwd=PROJECT, capture_output=True, check=True)
    assert {leg["target"] for leg in LEGS} >= {"test", *NOT_IN_CI_RUN}
    assert all(re.fullmatch(r"3\.1[0-9]", leg["python"]) for leg in LEGS)


def test_an_area_that_is_not_there_is_one_sentence() -> None:
    outcome = subprocess.run(["make", "test-nowhere"], cwd=PROJECT, text=True, capture_output=True, check=False)
    assert outcome.returncode == 2
    assert "there is no area nowhere, and no folder tests/nowhere with tests" in outcome.stderr
