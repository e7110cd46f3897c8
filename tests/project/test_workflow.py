"""What CI runs on GitHub is checked by zizmor, which knows how a workflow gives away more than it should."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import PROJECT

WORKFLOWS = PROJECT / ".github"
ZIZMOR = Path(sys.executable).with_name("zizmor")

pytestmark = pytest.mark.skipif(sys.version_info < (3, 11), reason="zizmor is published for Python 3.11 and newer")


def findings(folder: Path) -> set[str]:
    """What zizmor finds, by the names of its audits; also what only smells, and what somebody silenced."""
    outcome = subprocess.run(
        [ZIZMOR, "--offline", "--no-online-audits", "--no-config", "--persona", "pedantic", "--format", "json", folder],
        env={name: value for name, value in os.environ.items() if not name.startswith(("ZIZMOR_", "GH_", "GITHUB_"))},
        text=True,
        capture_output=True,
        check=False,
    )
    # 11 to 14 say how grave the worst finding is; others say that nothing was audited.
    assert outcome.returncode in (0, 11, 12, 13, 14), outcome.stderr
    found = {finding["ident"] for finding in json.loads(outcome.stdout)}
    assert (outcome.returncode == 0) == (not found)
    return found


def test_the_workflows_give_zizmor_nothing_to_find() -> None:
    assert findings(WORKFLOWS) == set()
    assert all("zizmor: ignore" not in path.read_text() for path in WORKFLOWS.rglob("*.y*ml"))


@pytest.mark.parametrize(
    ("pattern", "worse", "audit"),
    [
        (r" *with:\n *persist-credentials: false\n", "", "artipacked"),
        (r"@[0-9a-f]{40} # (v\d+)\.\S+", r"@\1", "unpinned-uses"),
        (r"permissions: \{\}", "permissions: write-all", "excessive-permissions"),
        (r"contents: read", "contents: write", "undocumented-permissions"),
        (r"concurrency:\n(  .*\n)+", "", "concurrency-limits"),
        (r'make "\$TARGET"', "make ${{ matrix.target }}", "template-injection"),
    ],
)
def test_a_workflow_that_gives_more_away_is_found(tmp_path: Path, pattern: str, worse: str, audit: str) -> None:
    shutil.copytree(WORKFLOWS, tmp_path / ".github")
    workflow = tmp_path / ".github" / "workflows" / "ci.yml"
    text, count = re.subn(pattern, worse, workflow.read_text())
    assert count > 0
    workflow.write_text(text)
    assert audit in findings(tmp_path / ".github")


def test_every_action_is_named_by_a_commit_and_its_version() -> None:
    """zizmor takes any commit, and the version beside it for a comment."""
    used = re.findall(r"uses: (.*)", "\n".join(path.read_text() for path in WORKFLOWS.rglob("*.y*ml")))
    # One workflow of ours uses another, as it is in the same commit.
    used.remove("$/.github/workflows/ci.yml")
    assert used
    versions = {}
    for action in used:
        assert (named := re.fullmatch(r"(\S+)@([0-9a-f]{40}) # (v\d+\.\d+\.\d+)", action)), action
        assert versions.setdefault(named[1], named.groups()) == named.groups()
