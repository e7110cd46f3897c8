"""What a build is made from, as one fingerprint, and the record that says which file a green build made from it.

The record is beside the published file, because reading it from the file takes longer than all the rest.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from atp_trade import AtpError
from atp_trade.places import DBT_FOLDERS, PRODUCT_TRADE, check_own, data_folder, folder_beside, logs_of

RECORD = "published.json"
# What dbt reads in a project: the folders that ours has, those that it looks for in any, and its settings.
FOLDERS = (*DBT_FOLDERS, "profiles", "dbt_packages", "functions", "snapshots")
SETTINGS = (".dbtignore", ".env", "*.yaml", "*.yml")
AT_THE_TOP = tuple(f":(glob){pattern}" for pattern in SETTINGS)
# What turns them into a warehouse. Of this package, that is all but what only reads a published file, or only loads.
PACKAGES = ("agate", "dbt-adapters", "dbt-common", "dbt-core", "dbt-duckdb", "duckdb", "jinja2", "pyyaml", "atp-trade")
READERS = ("outlets", "pages", "load", "__pycache__")
# A setting can take a value from the environment. The place of the file is one, and changes nothing in it.
VARIABLE = re.compile(rb"""env_var\s*\(\s*['"](\w+)""")
PLACE = "ATP_TRADE_DB"
SUFFIX = re.compile(r"\.\w+$")
RECORD_BYTES = 10_000
SECRETS = "DBT_ENV_SECRET_"


@dataclass(frozen=True)
class Record:
    """A green build: what it was made from, the digest of the file that it published, and what that file says of it."""

    made_from: str | None
    database: str
    built_at_utc: str
    data_tests_passed: int
    unit_tests_passed: int
    has_uncommitted_changes: bool | None

    def __post_init__(self) -> None:
        """ValueError for what no build writes: the record is a file, and its words are shown."""
        counts = {type(self.data_tests_passed), type(self.unit_tests_passed)}
        is_known = type(self.has_uncommitted_changes) in (bool, type(None))
        if counts != {int} or not is_known or not re.fullmatch(r"[\d :-]+", self.built_at_utc):
            raise ValueError("no record of a build")


def fingerprint(project: Path) -> str | None:
    """A digest of all that a build of the project depends on; None if a part of it cannot be read."""
    try:
        return digest_of_inputs(project)
    except OSError:
        return None


def digest_of_inputs(project: Path) -> str:
    """The digest itself. OSError if a part cannot be read."""
    known = hashlib.sha256()

    def add(name: str, content: bytes) -> None:
        known.update(f"{name!r} {hashlib.sha256(content).hexdigest()}\n".encode())

    variables = {name for name in os.environ if name.startswith(SECRETS)}
    products = data_folder(project) / PRODUCT_TRADE
    for file in inputs(project):
        content = state_of(file) if products in file.parents else content_of(file)
        variables.update(name.decode() for name in VARIABLE.findall(content))
        add(str(file.relative_to(project)), content)
    package = Path(__file__).parent
    for file in files_below(package, *READERS):
        add(f"atp_trade/{file.relative_to(package)}", content_of(file))
    for name in sorted(variables - {PLACE}):
        add(f"${name}", b"=" + os.environb[os.fsencode(name)] if name in os.environ else b"")
    add("python", sys.version.encode())
    for name in installed():
        add("installed", name.encode())
    return known.hexdigest()


def content_of(path: Path) -> bytes:
    """What a file contains; nothing for what is no file."""
    return path.read_bytes() if path.is_file() else b""


def state_of(path: Path) -> bytes:
    """Size and time of the last write, in place of the content: a gigabyte would take longer to read than to build.

    The store writes a file once, under a name of its own, and never again.
    """
    found = path.stat()
    return f"{found.st_size} {found.st_mtime_ns}".encode()


def touched(project: Path) -> list[tuple[str, int, int]]:
    """When each of the project's files was last written: what is changed and changed back is seen too."""
    found = []
    for file in inputs(project):
        with suppress(OSError):
            state = file.stat()
            found.append((str(file), state.st_ino, state.st_ctime_ns if file.is_file() else 0))
    return found


def inputs(project: Path) -> Iterator[Path]:
    """The files of a project that dbt reads, always in the same order."""
    for pattern in SETTINGS:
        yield from sorted(project.glob(pattern))
    for folder in FOLDERS:
        yield from files_below(project / folder)
    # Of what is loaded, the files that DuckDB finds, which are complete: not the notes and locks of loads.
    for file in files_below(data_folder(project)):
        if file.suffix == ".parquet":
            yield file


def files_below(folder: Path, *left_out: str) -> Iterator[Path]:
    """What is in a folder, links followed as dbt follows them, without some folders. OSError if one is closed."""

    def fail(error: OSError) -> None:
        raise error

    if not folder.exists():
        return
    for place, folders, files in os.walk(folder, onerror=fail, followlinks=True):
        folders[:] = sorted(name for name in folders if name not in left_out)
        # A folder that is named like a file stops a build.
        yield from (Path(place, name) for name in (*filter(SUFFIX.search, folders), *sorted(files)))


def installed() -> list[str]:
    """The packages that turn a project into a warehouse, with their versions: the names of the folders that pip makes.

    Python's own module for this takes ten times as long.
    """
    names = []
    for place in filter(os.path.isdir, sys.path):
        for path in Path(place).iterdir():
            package = re.sub(r"[-_.]+", "-", path.name.partition("-")[0]).lower()
            if path.suffix in (".dist-info", ".egg-info") and package in PACKAGES:
                names.append(path.name)
    return sorted(names)


def current(project: Path, published: Path) -> Record | None:
    """The record of the published file, if that file is what a build would make now; None if a build has to see.

    Whatever cannot be read, is another user's or is not as it was left counts as not current.
    """
    file = folder_beside(published) / RECORD
    try:
        check_own(file.parent, stat.S_IFDIR)
        check_own(file, stat.S_IFREG)
        if any(map(os.path.lexists, logs_of(published))) or not published.is_file():
            return None
        if file.stat().st_size > RECORD_BYTES:
            return None
        record = Record(**json.loads(file.read_text(encoding="utf-8")))
        if record.made_from is None or record.database != digest(published):
            return None
    except (AtpError, OSError, ValueError, TypeError, RecursionError):
        return None
    if record.made_from != fingerprint(project):
        return None
    # A file that names a commit with changes is not what a build makes once these are committed.
    return record if not record.has_uncommitted_changes or git_state(project)[1] else None


def in_words(published: Path, record: Record) -> str:
    """What a user reads instead of a build."""
    return (
        f"{published} is current: built from exactly these files, {record.built_at_utc} UTC, with "
        f"{record.data_tests_passed} data tests and {record.unit_tests_passed} unit tests passed; --force builds again"
    )


def keep(published: Path, side_file: Path, build: dict[str, Any]) -> None:
    """Write the record of a file that takes the published one's place now. Without one, the next build builds."""
    facts = {field.name: build[field.name] for field in fields(Record) if field.name in build}
    facts |= {"database": digest(side_file), "built_at_utc": str(build["built_at_utc"])}
    (folder_beside(published) / RECORD).write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")


def digest(file: Path) -> str:
    """The digest of a file's content. OSError if it cannot be read."""
    known = hashlib.sha256()
    with file.open("rb") as content:
        while block := content.read(1 << 20):
            known.update(block)
    return known.hexdigest()


def git_state(project: Path) -> tuple[str | None, bool | None]:
    """The commit of the project's folder, and whether what is built differs from it; None where no commit has it.

    A commit counts only if the project is in it: a repository that ignores the project says nothing about it.
    Files that are not in the commit count where dbt reads them.
    """
    if git(project, "rev-parse", "--verify", "--quiet", "HEAD:./dbt_project.yml") is None:
        return None, None
    changed = git(project, "status", "--porcelain", "--untracked-files=no", "--", ".")
    added = git(project, "status", "--porcelain", "--untracked-files=all", "--", *FOLDERS, *AT_THE_TOP)
    if changed is None or added is None:
        return None, None
    return git(project, "rev-parse", "HEAD"), (changed + added) != ""


def git(project: Path, *arguments: str) -> str | None:
    """What git says of the project's folder; None without git, or outside a checkout."""
    # In a hook, git's variables name the hook's own repository.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", "--no-optional-locks", "-C", project, *arguments]
    try:
        answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    except (OSError, ValueError, subprocess.CalledProcessError):
        return None
    return answer.stdout.strip()
