"""What a release has, in build/release: the database, the exports, the page, and the checksums of all.

`make release-files` runs this. It refuses what is not the commit of a version: one that is in pyproject.toml,
CHANGELOG.md and CITATION.cff alike, tagged, without changes, and built.
"""

import csv
import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from atp_trade import AtpError
from atp_trade.files import whole_folder
from atp_trade.fingerprint import git, git_state
from atp_trade.places import DATABASE

PROJECT = Path(__file__).resolve().parents[1]
FOLDER = PROJECT / "build" / "release"
NAME = "atp_trade"
SUMS = "SHA256SUMS"
FORMATS = ("parquet", "csv", "xlsx")
PARTS = re.compile(rf"{SUMS}|{NAME}-[\w.+-]+(\.duckdb|-({'|'.join(FORMATS)}|page)\.zip)")
VERSION = re.compile(r"\d+(\.\d+)*([-+.]?[\w.]+)*")
# Where each file says the version; the changelog's first heading is the newest.
VERSIONS = {
    "pyproject.toml": r'^version = "(.+)"$',
    "CHANGELOG.md": r"^## (\S+)",
    "CITATION.cff": r"^version: (\S+)$",
}


def main(*page_options):
    try:
        version = version_to_release()
        with whole_folder(FOLDER, is_ours) as beside, tempfile.TemporaryDirectory() as made:
            named = f"{NAME}-{version}"
            shutil.copyfile(PROJECT / DATABASE, beside / f"{named}.duckdb")
            for form in FORMATS:
                atp("export", f"{made}/{form}", "--format", form)
                archive(Path(made, form), beside / f"{named}-{form}.zip")
            # Into its usual place, from which it can be published.
            atp("report", *page_options)
            archive(PROJECT / "site", beside / f"{named}-page.zip")
            write_sums(beside)
    except AtpError as error:
        return f"release-files: {error}"
    print(f"wrote {FOLDER}")
    return None


def version_to_release():
    """The version of the commit that is checked out and built. AtpError if that is not a release."""
    found = {}
    for name, pattern in VERSIONS.items():
        said = re.search(pattern, (PROJECT / name).read_text(encoding="utf-8"), re.MULTILINE)
        found[name] = said[1] if said else "missing"
    version = found["pyproject.toml"]
    if {*found.values()} != {version}:
        said = ", ".join(f"{version} in {name}" for name, version in found.items())
        raise AtpError(f"the version is {said}: give all three the one to release")
    if not VERSION.fullmatch(version):
        raise AtpError(f"{version} is no version: give the project one such as 0.2.0")
    commit, has_changes = git_state(PROJECT)
    if commit is None:
        raise AtpError(f"{PROJECT} is no git checkout: a release is made from a commit")
    if has_changes:
        raise AtpError("files differ from the commit: commit them, or put them back")
    tags = (git(PROJECT, "tag", "--points-at", "HEAD") or "").split()
    if f"v{version}" not in tags:
        found = f"has the tag {' '.join(tags)}" if tags else "has no tag"
        raise AtpError(f"this commit {found}, and its version is {version}: give it the tag v{version}")
    (built,) = csv.DictReader(atp("sql", "from meta.build", "--format", "csv").splitlines())
    if (built["git_commit"], built["has_uncommitted_changes"]) != (commit, "false"):
        raise AtpError(f"{DATABASE} was not built from this commit: run `.venv/bin/atp build --force`, then this again")
    if built["is_synthetic"] != "false":
        raise AtpError(f"{DATABASE} has synthetic trade, which is made up: move it away, and run `make build`")
    if built["atp_version"] != version:
        raise AtpError(f"{DATABASE} is of version {built['atp_version']}, not {version}: run `make build`")
    return version


def atp(*arguments):
    """What a command of `atp` says of the project's own database. AtpError with its sentence if it fails."""
    outcome = subprocess.run(
        [sys.executable, "-m", "atp_trade", *arguments, "--db", PROJECT / DATABASE],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    if outcome.returncode != 0:
        raise AtpError(outcome.stderr.strip().removeprefix("atp: "))
    return outcome.stdout


def archive(folder, path):
    """Pack a folder, so that the same files make the same archive whenever and wherever it is packed."""
    with zipfile.ZipFile(path, "w") as packed:
        for file in sorted(file for file in folder.rglob("*") if file.is_file()):
            entry = zipfile.ZipInfo(f"{path.stem}/{file.relative_to(folder).as_posix()}")
            entry.external_attr = 0o644 << 16
            packed.writestr(entry, file.read_bytes(), zipfile.ZIP_DEFLATED)


def write_sums(folder):
    """Write the checksums as `sha256sum --check` reads them."""
    sums = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in sorted(folder.iterdir())]
    (folder / SUMS).write_text("".join(sums))


def is_ours(folder):
    """Whether a folder has the files of a release, and nothing else."""
    return all(file.is_file() and PARTS.fullmatch(file.name) for file in folder.iterdir())


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
