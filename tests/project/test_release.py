"""What a release is: a tagged commit of a version that all files agree on, and how to cite it."""

import importlib.util
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import duckdb
import pytest
import yaml
from conftest import PROJECT, Warehouse

from atp_trade import AtpError
from atp_trade.places import DATABASE

SCRIPT = Path("scripts", "release_files.py")
VERSION = re.search(r'^version = "(.+)"$', (PROJECT / "pyproject.toml").read_text(), re.MULTILINE)[1]
CITATION = yaml.safe_load((PROJECT / "CITATION.cff").read_text())
WORKFLOW = yaml.safe_load((PROJECT / ".github" / "workflows" / "release.yml").read_text())
# Of Citation File Format 1.2.0: what a file must have, and what else this one may.
NEEDED = {"cff-version", "message", "title", "authors"}
KNOWN = NEEDED | {"type", "abstract", "version", "license", "keywords", "references"}


def git(folder: Path, *arguments: str) -> str:
    who = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.org", "-c", "core.hooksPath=/dev/null"]
    return subprocess.run(
        ["git", "-C", folder, *who, *arguments], text=True, capture_output=True, check=True
    ).stdout.strip()


@pytest.fixture
def release(copy: Warehouse) -> tuple[Warehouse, ModuleType]:
    """A project whose checkout is the tagged commit that its database was built from, and its script."""
    project = copy.project
    (project / "scripts").mkdir()
    for name in (SCRIPT, "pyproject.toml", "CITATION.cff", ".gitignore"):
        shutil.copy(PROJECT / name, project / name)
    (project / "CHANGELOG.md").write_text(f"# Changelog\n\n## {VERSION}\n\n- Something.\n")
    git(project, "init", "--quiet")
    git(project, "add", "--all")
    git(project, "commit", "--quiet", "--message", "All")
    git(project, "tag", f"v{VERSION}")
    built_from(copy, git(project, "rev-parse", "HEAD"))
    specification = importlib.util.spec_from_file_location("release_files", project / SCRIPT)
    script = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(script)
    return copy, script


def built_from(warehouse: Warehouse, commit: str) -> None:
    with duckdb.connect(str(warehouse.database)) as connection:
        connection.execute("update meta.build set git_commit = ?, has_uncommitted_changes = false", [commit])


def change(name: str, old: str, new: str) -> Callable[[Warehouse], None]:
    """Change a file in the commit of the tag."""

    def changed(copy: Warehouse) -> None:
        text = (copy.project / name).read_text()
        assert old in text
        (copy.project / name).write_text(text.replace(old, new))
        git(copy.project, "commit", "--quiet", "--all", "--amend", "--message", "All")
        git(copy.project, "tag", "--force", f"v{VERSION}")

    return changed


def test_a_tagged_commit_of_the_version_is_released(release: tuple[Warehouse, ModuleType]) -> None:
    _, script = release
    assert script.version_to_release() == VERSION


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (
            change("CHANGELOG.md", f"## {VERSION}", "## Unreleased"),
            f"the version is {VERSION} in pyproject.toml, Unreleased in CHANGELOG.md, {VERSION} in CITATION.cff: "
            "give all three the one to release",
        ),
        (change("CITATION.cff", f"version: {VERSION}", "version: 9.9.9"), "9.9.9 in CITATION.cff"),
        (change("pyproject.toml", f'version = "{VERSION}"', 'version = "9.9.9"'), "9.9.9 in pyproject.toml"),
        (
            lambda copy: git(copy.project, "tag", "--delete", f"v{VERSION}"),
            f"this commit has no tag, and its version is {VERSION}: give it the tag v{VERSION}",
        ),
        (
            lambda copy: (git(copy.project, "tag", "v9"), git(copy.project, "tag", "--delete", f"v{VERSION}")),
            f"this commit has the tag v9, and its version is {VERSION}",
        ),
        (
            lambda copy: (copy.project / "CITATION.cff").open("a").write("\n"),
            "files differ from the commit: commit them, or put them back",
        ),
        (lambda copy: (copy.project / "seeds" / "more.csv").write_text("a\n1\n"), "files differ from the commit"),
        (
            lambda copy: duckdb.connect(str(copy.database)).execute("update meta.build set is_synthetic = true"),
            f"{DATABASE} has synthetic trade, which is made up: move it away, and run `make build`",
        ),
        (lambda copy: shutil.rmtree(copy.project / ".git"), "is no git checkout: a release is made from a commit"),
        (
            lambda copy: built_from(copy, "0" * 40),
            "atp_trade.duckdb was not built from this commit: run `.venv/bin/atp build --force`, then this again",
        ),
        (lambda copy: copy.database.unlink(), "does not exist: run `make build` first"),
        (
            lambda copy: duckdb.connect(str(copy.database)).execute("update meta.build set atp_version = '9.9.9'"),
            f"atp_trade.duckdb is of version 9.9.9, not {VERSION}: run `make build`",
        ),
    ],
)
def test_anything_else_is_refused_in_one_sentence(
    release: tuple[Warehouse, ModuleType], spoil: Callable[[Warehouse], object], sentence: str
) -> None:
    copy, script = release
    spoil(copy)
    with pytest.raises(AtpError) as refused:
        script.version_to_release()
    assert sentence in str(refused.value) and "\n" not in str(refused.value)
    assert script.main().startswith("release-files: ")
    assert not (copy.project / "build").exists()


@pytest.mark.parametrize("version", ["0.2/x", "..", "v1"])
def test_a_version_that_is_none_is_named(release: tuple[Warehouse, ModuleType], version: str) -> None:
    copy, script = release
    for name in ("CHANGELOG.md", "CITATION.cff", "pyproject.toml"):
        text = (copy.project / name).read_text()
        (copy.project / name).write_text(text.replace(VERSION, version))
    with pytest.raises(AtpError, match=r"is no version: give the project one such as 0\.2\.0"):
        script.version_to_release()


def test_the_projects_own_database_is_released_whatever_is_set(
    release: tuple[Warehouse, ModuleType], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy, script = release
    other = tmp_path / "other.duckdb"
    shutil.copy(copy.database, other)
    built_from(copy, "0" * 40)
    monkeypatch.setenv("ATP_TRADE_DB", str(other))
    with pytest.raises(AtpError, match="was not built from this commit"):
        script.version_to_release()


@pytest.mark.parametrize("name", ["atp_trade-my-notes/a.txt", "notes.txt", "atp_trade-1.0-page.zip/a.txt"])
def test_what_is_somebody_elses_in_the_folder_stays(
    release: tuple[Warehouse, ModuleType], tmp_path: Path, name: str
) -> None:
    _, script = release
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).touch()
    assert not script.is_ours(tmp_path)
    for ours in ("SHA256SUMS", "atp_trade-0.1.0.duckdb", "atp_trade-1.0rc1-csv.zip"):
        (tmp_path / "release").mkdir(exist_ok=True)
        (tmp_path / "release" / ours).touch()
    assert script.is_ours(tmp_path / "release")


def test_the_same_files_make_the_same_archive(release: tuple[Warehouse, ModuleType], tmp_path: Path) -> None:
    _, script = release
    archives = []
    for number, names in enumerate((["b.csv", "data/a.csv"], ["data/a.csv", "b.csv"])):
        folder = tmp_path / str(number)
        for name in names:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(name)
            os.utime(folder / name, (10**9 + number, 10**9 + number))
        (folder / "b.csv").chmod(0o600 if number else 0o644)
        archives.append(tmp_path / f"x-{number}" / "atp_trade-1-csv.zip")
        archives[-1].parent.mkdir()
        script.archive(folder, archives[-1])
    assert archives[0].read_bytes() == archives[1].read_bytes()
    with zipfile.ZipFile(archives[0]) as packed:
        assert packed.namelist() == ["atp_trade-1-csv/b.csv", "atp_trade-1-csv/data/a.csv"]
        assert packed.read("atp_trade-1-csv/b.csv") == b"b.csv"


def test_the_citation_has_what_its_format_asks_for() -> None:
    assert NEEDED <= {*CITATION} <= KNOWN
    assert (CITATION["cff-version"], CITATION["type"], CITATION["license"]) == ("1.2.0", "software", "MIT")
    assert all(set(author) == {"name"} for author in CITATION["authors"])
    for reference in CITATION["references"]:
        assert {"type", "title", "authors"} <= set(reference)
        assert all(set(author) in ({"name"}, {"given-names", "family-names"}) for author in reference["authors"])
    # It has no address of the project and no number of a registry, since it has none.
    assert not {"doi", "identifiers", "url", "repository", "repository-code"} & set(CITATION)


def test_the_citation_is_of_this_version_and_of_the_report(warehouse: Warehouse) -> None:
    numbered = re.findall(r"^## (\d\S*)", (PROJECT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert CITATION["version"] == VERSION == numbered[0]
    report, census = CITATION["references"]
    ((name, publisher, address),) = warehouse.query(
        "select source_name, publisher, address from marts.dim_source where source_id = 'nsf07329'"
    )
    assert name.startswith(f"{report['collection-title']} {report['number']}: {report['title']} (August 2007)")
    assert (report["institution"]["name"], report["url"]) == (publisher, address)
    assert (report["year"], report["month"]) == (2007, 8)
    names = " and ".join(f"{author['given-names']} {author['family-names']}" for author in report["authors"])
    assert names in (PROJECT / "README.md").read_text()
    assert (census["authors"][0]["name"], census["url"]) in warehouse.query(
        "select publisher, address from marts.dim_source where source_id = 'census_country'"
    )


def test_a_release_is_what_ci_has_tested_and_make_has_written() -> None:
    jobs = WORKFLOW["jobs"]
    # PyYAML takes the key `on` for a truth value.
    assert WORKFLOW[True] == {"push": {"tags": ["v*"]}}
    assert jobs["ci"]["uses"] == "$/.github/workflows/ci.yml"
    ci = yaml.safe_load((PROJECT / ".github" / "workflows" / "ci.yml").read_text())
    assert "workflow_call" in ci[True]
    for name in ("release", "page"):
        assert {*jobs[name]["needs"]} == {"ci", "files"}
    commands = [step["run"] for step in jobs["files"]["steps"] if "run" in step]
    assert commands == ["make release-files"]
    made = subprocess.run(
        ["make", "--dry-run", "release-files"], cwd=PROJECT, text=True, capture_output=True, check=True
    ).stdout
    assert str(SCRIPT) in made and "atp build" in made and "requirements/outlets.txt" in made
    paths = [step["with"]["path"] for step in jobs["files"]["steps"] if "upload" in step.get("uses", "")]
    assert paths == ["build/release/", "site/"]


def test_each_job_of_a_release_may_do_one_thing() -> None:
    assert WORKFLOW["permissions"] == {}
    assert {name: job["permissions"] for name, job in WORKFLOW["jobs"].items()} == {
        "ci": {"contents": "read"},
        "files": {"contents": "read"},
        "release": {"contents": "write"},
        "page": {"pages": "write", "id-token": "write"},
    }


def test_make_passes_on_where_the_page_will_be(tmp_path: Path) -> None:
    """The recipe's own line, with a program in the place of Python that notes what it is given."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    (tmp_path / "bin" / "python").chmod(0o755)

    def given(*variables: str) -> list[str]:
        skipped = [f"--old-file={target}" for target in ("build", "setup-run", "setup-outlets")]
        command = ["make", "--silent", *skipped, "release-files", f"VENV={tmp_path}", *variables]
        outcome = subprocess.run(command, cwd=PROJECT, text=True, capture_output=True, check=True)
        return outcome.stdout.splitlines()

    assert given() == [str(SCRIPT)]
    address, repository = "https://somebody.example/a page/", "https://code.example/somebody/it's"
    assert given(f"ADDRESS={address}", f"REPOSITORY={repository}") == [
        *(str(SCRIPT), "--address", address, "--repository", repository)
    ]
