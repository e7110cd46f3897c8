"""Node's packages that tests run, as their lock files have them."""

import atexit
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import pytest

LACKING = "Node.js and npm cannot be found"


def has_node() -> bool:
    """Whether this machine has Node. CI has to have it: there, what is missing fails."""
    found = all(map(shutil.which, ("node", "npm")))
    if not found and os.environ.get("CI") == "true":
        pytest.fail(f"{LACKING}, and CI has to test what needs them")
    return found


def skip_without_node() -> None:
    """Skip a test that this machine cannot run."""
    if not has_node():
        pytest.skip(f"{LACKING}: what needs them was not tested")


@cache
def with_packages(source: Path) -> Path:
    """A copy of a folder with the packages that its lock file names.

    Outside the project, where linters and searches would go through it.
    """
    folder = Path(tempfile.mkdtemp(prefix="atp-node-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    shutil.copytree(source, folder, dirs_exist_ok=True)
    npm = subprocess.run(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert npm.returncode == 0, npm.stdout
    return folder
