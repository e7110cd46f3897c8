"""What the lock files name is hashed, of one version in each environment, and complete."""

import json
import re
import subprocess
from collections.abc import Iterator
from importlib.metadata import distributions

import pytest
from conftest import PROJECT
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LOCKS = sorted((PROJECT / "requirements").glob("*"))
STANZA = re.compile(
    r"^([\w.-]+)==(\S+)(?: ; (.*))? \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)((?:    # .*\n)+)", re.M
)
# The locks of each environment, as make sets it up.
ENVIRONMENTS = ("run", "dev", "outlets", "clients", "spark", "build-spark")
# Left out on purpose: D1 in DECISIONS.md.
LEFT_OUT = {"dbt-core-experimental-parser"}


def locks_of(environment: str) -> list[str]:
    """The lock files that make names for an environment."""
    told = subprocess.run(
        ["make", "--dry-run", f"setup-{environment}"], cwd=PROJECT, text=True, capture_output=True, check=True
    )
    return re.findall(r"requirements/\S+", told.stdout)


def pinned(locks: list[str], python: str) -> Iterator[tuple[str, str]]:
    """What the locks name for a Python on Linux."""
    machine = {"python_version": python, "python_full_version": f"{python}.5", "sys_platform": "linux"}
    for lock in locks:
        for name, version, marker, *_ in STANZA.findall((PROJECT / lock).read_text()):
            if not marker or Requirement(f"{name} ; {marker}").marker.evaluate(machine):
                yield name, version


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_has_hashes_for_everything_and_no_address(lock) -> None:
    text = lock.read_text()
    assert STANZA.sub("", text) == ""
    assert "://" not in text


@pytest.mark.parametrize("area", ["clients", "page"])
def test_a_lock_of_npm_has_hashes_for_everything_and_no_address(area: str) -> None:
    folder = PROJECT / "tests" / area / "node"
    text = (folder / "package-lock.json").read_text()
    ours, *packages = json.loads(text)["packages"].values()
    assert "://" not in text
    assert len(packages) > 10
    assert [package for package in packages if not package["integrity"].startswith("sha512-")] == []
    wanted = json.loads((folder / "package.json").read_text())["dependencies"]
    assert ours["dependencies"] == wanted
    assert all(re.fullmatch(r"[\d.]+(-r\.\d+)?", version) for version in wanted.values())


def test_every_lock_is_of_an_environment() -> None:
    used = {lock for name in (*ENVIRONMENTS, "superset") for lock in locks_of(name)}
    assert {f"requirements/{lock.name}" for lock in LOCKS} == {*used, "requirements/duckdb-2.txt"}


@pytest.mark.parametrize("environment", ENVIRONMENTS)
@pytest.mark.parametrize("python", ["3.10", "3.11", "3.12", "3.13", "3.14"])
def test_the_locks_of_an_environment_name_one_version_of_each_package(environment: str, python: str) -> None:
    found = dict[str, set[str]]()
    for name, version in pinned(locks_of(environment), python):
        found.setdefault(name, set()).add(version)
    assert len(found) > 50
    assert {name: versions for name, versions in found.items() if len(versions) > 1} == {}


def test_everything_that_is_installed_has_what_it_needs() -> None:
    """A lock leaves out what the ones before it have, and pip installs without looking at what packages need."""
    installed = {canonicalize_name(found.metadata["Name"]): found for found in distributions()}
    lacking = []
    for name, found in installed.items():
        for needed in map(Requirement, found.requires or []):
            is_applicable = needed.marker is None or needed.marker.evaluate({"extra": ""})
            if not is_applicable or needed.name in LEFT_OUT:
                continue
            other = installed.get(canonicalize_name(needed.name))
            if other is None or not needed.specifier.contains(other.version, prereleases=True):
                lacking.append(f"{name} needs {needed}")
    assert lacking == []
