"""CI on GitHub and .ci/run do what one list says, .ci/targets.json."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from conftest import PROJECT

TARGETS = ".ci/targets.json"
LEGS = json.loads((PROJECT / TARGETS).read_text())["include"]
WORKFLOW = yaml.safe_load((PROJECT / ".github" / "workflows" / "ci.yml").read_text())
# In the place of make and of Debian's package manager: notes how it was called.
NOTES = '#!/bin/sh\necho "$(basename "$0") $*" >> "$CALLS"\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with .ci alone, and a list that has another target than ours."""
    shutil.copytree(PROJECT / ".ci", tmp_path / "project" / ".ci")
    more = [{"target": "test-more", "python": "3.10", "in_ci_run": True}, {"target": "test-less", "python": "3.10"}]
    (tmp_path / "project" / TARGETS).write_text(json.dumps({"include": [*LEGS, *more]}))
    return tmp_path / "project"


def run(project: Path) -> tuple[subprocess.CompletedProcess[str], list[list[str]]]:
    """.ci/run in a folder, and how it called make."""
    programs = project / "programs"
    programs.mkdir()
    for name in ("make", "apt-get"):
        (programs / name).write_text(NOTES)
        (programs / name).chmod(0o755)
    for name in ("bash", "basename", "dirname", "id", "rm", "sh"):
        (programs / name).symlink_to(shutil.which(name))
    calls = project / "calls"
    calls.touch()
    variables = {"PATH": str(programs), "PYTHON": sys.executable, "CALLS": str(calls)}
    outcome = subprocess.run([project / ".ci" / "run"], env=variables, text=True, capture_output=True, check=False)
    return outcome, [line.split() for line in calls.read_text().splitlines() if line.startswith("make ")]


def test_ci_run_makes_what_the_list_marks_for_it(project: Path) -> None:
    outcome, made = run(project)
    assert outcome.returncode == 0, outcome.stderr
    ours = [leg["target"] for leg in LEGS if leg.get("in_ci_run")]
    assert ours[0] == "test" and len(ours) > 1
    first, second = ([word for word in call[1:] if not word.startswith("-")] for call in made)
    assert first == ["setup-clients", "lint", "build"]
    assert second == [*ours, "test-more"]
    # What is left out in the second call is what the first one made.
    assert {word.partition("=")[2] for word in made[1] if word.startswith("--old-file")} == {"lint", "build"}


@pytest.mark.parametrize("content", ["", "{}", '{"include": []}', '{"include": ['])
def test_ci_run_is_red_without_targets(project: Path, content: str) -> None:
    (project / TARGETS).write_text(content)
    outcome, made = run(project)
    assert (outcome.returncode, made) == (1, [])


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
    conditions = [step["if"] for step in WORKFLOW["jobs"]["test"]["steps"] if "if" in step]
    named = re.findall(r"matrix\.target == '([\w-]+)'", " ".join(conditions))
    assert len(named) >= 5
    assert {*named} <= {leg["target"] for leg in LEGS}


def test_a_leg_has_a_target_of_make_and_only_one_of_each_is_for_ci_run() -> None:
    for target in {leg["target"] for leg in LEGS}:
        subprocess.run(["make", "--dry-run", target], cwd=PROJECT, capture_output=True, check=True)
    ours = [leg["target"] for leg in LEGS if leg.get("in_ci_run")]
    assert len(ours) == len({*ours})
    # Two need a Python of their own; two take minutes, which a quarter of an hour does not have.
    left_out = {"test-superset", "test-duckdb-2", "test-spark", "test-mutation"}
    assert {leg["target"] for leg in LEGS} - {*ours} == left_out
    assert all(re.fullmatch(r"3\.1[0-9]", leg["python"]) for leg in LEGS)


def test_an_area_that_is_not_there_is_one_sentence() -> None:
    outcome = subprocess.run(["make", "test-nowhere"], cwd=PROJECT, text=True, capture_output=True, check=False)
    assert outcome.returncode == 2
    assert "there is no area nowhere, and no folder tests/nowhere with tests" in outcome.stderr
