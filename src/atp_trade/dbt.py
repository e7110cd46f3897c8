"""dbt: a run of it, the progress of that run, and what its results say."""

from __future__ import annotations

import json
import os
import re
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

import yaml

from atp_trade import AtpError
from atp_trade.places import DBT_FOLDERS, check_own, wait_for
from atp_trade.warehouse import first_line

# What dbt reads as text.
TEXT_FILES = (".csv", ".md", ".sql", ".yaml", ".yml")
# What a run leaves in its target folder.
# What dbt says of a seed that is described and has no file.
NO_SEED = re.compile(r"patch with name '(\w+)' in the 'seeds' section of file '([^']+)'")
RUN_RESULTS, MANIFEST = "run_results.json", "manifest.json"
NODES = ("exposure", "model", "seed", "snapshot", "test", "unit_test")
# The same kinds, as dbt counts them when it has read the project; it does not build anything else that it counts.
COUNTED = re.compile(r"(\d+) (exposure|model|seed|snapshot|data test|unit test)s?")
# dbt's words for what is not as it should be.
RED = ("error", "fail", "runtime error")
# Its words for what is, by kind of node: everything that a build must do.
GREEN = {"seed": "success", "model": "success", "snapshot": "success", "test": "pass", "unit_test": "pass"}
TESTS = ("test", "unit_test")
# How many of the rows that a test found are shown.
SHOWN_ROWS = 5
READING = "reading the project"
PLAIN_SECONDS = 10
KEPT_MESSAGES = 20


def check_files(project: Path) -> None:
    """Refuse files on which dbt would fail before it could name them."""
    files = (path for folder in DBT_FOLDERS for path in (project / folder).rglob("*") if path.suffix in TEXT_FILES)
    for file in sorted([project / "dbt_project.yml", *files]):
        name = file.relative_to(project)
        try:
            if not file.is_file():
                raise AtpError(f"{name} is not a file: move it away")
            lines = file.read_bytes().decode("utf-8").splitlines()
        except OSError as error:
            raise AtpError(f"{name} cannot be read: {error.strerror}") from error
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            raise AtpError(f"{name}, line {line}, is not UTF-8: save the file as UTF-8") from error
        if file.suffix == ".csv" and len(lines) < 2:
            raise AtpError(f"{name} has no rows: restore it")
    check_folders(project)


def check_folders(project: Path) -> None:
    """Refuse settings by which dbt reads other folders, whose files the fingerprint would miss."""
    try:
        settings = yaml.safe_load((project / "dbt_project.yml").read_text(encoding="utf-8"))
    except yaml.YAMLError:
        # dbt says what is wrong with it.
        return
    for name, paths in settings.items() if isinstance(settings, dict) else ():
        if str(name).endswith("-paths") and isinstance(paths, list) and not {*map(str, paths)} <= {*DBT_FOLDERS}:
            known = ", ".join(DBT_FOLDERS)
            raise AtpError(f"dbt_project.yml, {name}: a build reads {known}, and no other folder: move the files there")


@contextmanager
def locked(folder: Path) -> Iterator[int]:
    """Lock a folder, made if it is missing, for one build at a time; return the lock's descriptor.

    AtpError if it is not a folder of our own: a build removes what is in it.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            # What is built there may be private, as the published file may be.
            folder.mkdir(0o700)
        check_own(folder, stat.S_IFDIR)
        if os.path.lexists(folder / "lock"):
            check_own(folder / "lock", stat.S_IFREG)
        lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
    except OSError as error:
        raise AtpError(f"cannot build in {folder}: {error.strerror} ({error.filename})") from error
    try:
        wait_for(lock, "build")
        yield lock
    finally:
        os.close(lock)


def run_dbt(
    project: Path,
    arguments: list[str],
    lock: int,
    target: Path,
    logs: Path,
    settings: dict[str, str],
    problem: Callable[[], str | None] = lambda: None,
) -> tuple[int, list[str]]:
    """Run dbt and show its progress; return its exit code, and what it said apart from the results of its nodes.

    dbt runs in a process of its own, because within this one it would keep the database open. It has the lock too, so
    the next build waits for it even if this process is killed. Ctrl-C ends it at once: what it wrote is not published.
    So does a problem that the caller sees while dbt runs.
    """
    # dbt takes options from DBT_ variables too: one could leave out the tests, and what is published must have passed.
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("DBT_") or name.startswith("DBT_ENV_SECRET_")
    }
    # It is for loading, and dbt has no need of it.
    inherited.pop("CENSUS_API_KEY", None)
    # DuckDB asks it what time it is: everywhere a build is the same.
    inherited["TZ"] = "UTC"
    progress = DbtProgress()
    # Events and records for us, whatever the project's flags are; the log file stays as people know it.
    logging = ["--write-json", "--log-format", "json", "--log-format-file", "debug", "--no-use-colors"]
    dbt = subprocess.Popen(
        [Path(sys.executable).with_name("dbt"), *arguments, *logging],
        cwd=project,
        env={
            **inherited,
            **settings,
            "DBT_PROFILES_DIR": str(project / "profiles"),
            "DBT_TARGET_PATH": str(target),
            "DBT_LOG_PATH": str(logs),
        },
        pass_fds=(lock,),
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    follower = threading.Thread(target=progress.follow, args=(dbt.stdout,))
    with progress.shown():
        follower.start()
        try:
            while dbt.poll() is None:
                with suppress(subprocess.TimeoutExpired):
                    dbt.wait(timeout=2)
                if stopped := problem():
                    raise AtpError(stopped)
        finally:
            if dbt.poll() is None:
                os.killpg(dbt.pid, signal.SIGKILL)
                dbt.wait()
            follower.join()
    return dbt.returncode, progress.messages


def read_results(target: Path) -> list[dict[str, Any]]:
    """What became of each node of a run."""
    return json.loads((target / RUN_RESULTS).read_text(encoding="utf-8"))["results"]


def read_manifest(target: Path) -> dict[str, Any]:
    """The project as dbt has read it."""
    return json.loads((target / MANIFEST).read_text(encoding="utf-8"))


def left_out(target: Path, results: list[dict[str, Any]], but: str | None = None) -> str | None:
    """What a green run left unbuilt or untested in the project, as a sentence; None if nothing.

    A generic test whose name is `but` may be left out.

    dbt silently leaves out parts of a project if a file of the project says so: a default in selectors.yml, a
    variable in .env, a flag, a disabled test. The tests of a model that is disabled too are not counted.
    D9 in DECISIONS.md.
    """
    manifest = read_manifest(target)
    nodes = [*manifest["nodes"].values(), *manifest["unit_tests"].values()]
    names = {node["name"] for node in nodes}
    disabled = [node for same_name in manifest["disabled"].values() for node in same_name]
    nodes += [node for node in disabled if node["resource_type"] in TESTS and tested(node) <= names]
    wanted = [node for node in nodes if node["resource_type"] in GREEN and (not but or generic_test(node) != but)]
    ended = {result["unique_id"]: result["status"] for result in results}
    missing = sorted(node["name"] for node in wanted if ended.get(node["unique_id"]) != GREEN[node["resource_type"]])
    if not missing:
        return None
    return (
        f"{len(missing)} of {len(wanted)} seeds, models and tests did not run and pass, such as {missing[0]}: remove "
        "what leaves them out (a default in selectors.yml, a variable in .env, a flag, a setting), and build again"
    )


def generic_test(node: dict[str, Any]) -> str | None:
    """The name of the generic test that a node is; None if it is none."""
    return (node.get("test_metadata") or {}).get("name")


def tested(node: dict[str, Any]) -> set[str]:
    """The names of what a test is about, enabled or not."""
    return {node["model"]} if node["resource_type"] == "unit_test" else {ref["name"] for ref in node["refs"]}


def failures(target: Path, messages: list[str], read_rows: Callable[[str], list[dict]]) -> Iterator[str]:
    """Each red node of a dbt run: dbt's message, or the first rows that a test found, read by the given function."""
    if not (target / RUN_RESULTS).is_file():
        if lost := [found.groups() for found in map(NO_SEED.search, messages) if found]:
            yield from (f"- {Path(file).parent / name}.csv is missing: restore it" for name, file in lost)
            return
        yield "dbt broke off; the last that it said:"
        yield from messages
        return
    for result in read_results(target):
        name = result["unique_id"].split(".")[2]
        if result["status"] == "error":
            sentence = first_line(result["message"])
            file = re.search(r"\((\S+)\)$", result["message"].splitlines()[0])
            yield f"- {name}: {sentence}" if not file or file[1] in sentence else f"- {name}: {file[1]}: {sentence}"
        elif result["status"] == "fail":
            yield f"- {name}: {result['failures']} row(s)"
            if result["unique_id"].startswith("test."):
                try:
                    for row in read_rows(result["compiled_code"]):
                        yield "    " + (row.get("problem") or ", ".join(f"{k}={v}" for k, v in row.items()))
                except AtpError as error:
                    yield f"    (its rows cannot be shown: {error})"


def say(line: str) -> None:
    """Print a line if somebody is still there to read it; the build goes on either way."""
    with suppress(OSError):
        print(line, flush=True)


class DbtProgress:
    """Follows one run of dbt; `messages` are what it said outside of its nodes: why it could not run, or stopped."""

    def __init__(self) -> None:
        """Decide how to show it: live on a terminal, unless this is CI."""
        # Imported here, because commands that never run dbt import this module too.
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        self.messages: list[str] = []
        self.done: set[str] = set()
        self.total = 0
        self.found: list[str] = []
        self.started = time.monotonic()
        self.console = Console(highlight=False, markup=False, soft_wrap=True)
        self.live = None
        if self.console.is_terminal and not os.environ.get("CI"):
            self.live = Progress(
                SpinnerColumn(),
                BarColumn(bar_width=30),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                TextColumn("{task.description}", markup=False),
                console=self.console,
                transient=True,
            )
            self.task = self.live.add_task(READING, total=None)

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Show progress while the block runs, and at the end one line about what was done."""
        ended = threading.Event()
        teller = threading.Thread(target=self.tell, args=(ended,))
        if not self.live:
            self.print(READING)
            teller.start()
        try:
            with self.live or nullcontext():
                yield
        finally:
            ended.set()
            if not self.live:
                teller.join()
        if self.done:
            self.print(f"{len(self.done)} of {self.total} done in {time.monotonic() - self.started:.0f} s")

    def tell(self, ended: threading.Event) -> None:
        """Report the progress now and then, even while dbt says nothing."""
        while not ended.wait(PLAIN_SECONDS):
            self.print(f"{len(self.done)} of {self.total} done" if self.total else READING)

    def follow(self, lines: Iterable[str]) -> None:
        """Read dbt's output to its end."""
        for line in lines:
            self.line(line)

    def line(self, line: str) -> None:
        """Process one line of dbt's output."""
        try:
            event = json.loads(line)
            self.event(event["info"], event["data"])
        except (ValueError, KeyError, TypeError):
            # Not an event: what Python says when it breaks.
            self.message(line)

    def event(self, info: dict[str, Any], data: dict[str, Any]) -> None:
        """Process one event of dbt's log."""
        node = data.get("node_info", {})
        if info["name"] == "FoundStats":
            self.found = [part for part in data["stat_line"].split(", ") if COUNTED.fullmatch(part)]
        elif info["name"] == "ConcurrencyLine":
            self.show("starting")
        elif node.get("resource_type") in NODES and "index" in data:
            self.count(data.get("total") or self.total)
            if node["node_status"] not in ("started", "skipped"):
                self.done.add(node["unique_id"])
                if node["node_status"] in RED:
                    self.print(f"red: {node['node_name']}")
            self.show(node["node_name"])
        elif info["name"] == "FinishedRunningStats":
            self.show("writing what was done")
        elif info["level"] == "error" and not node:
            self.message(info["msg"].removeprefix("[ERROR]: Encountered an error:"))

    def count(self, total: int) -> None:
        """Note how many nodes dbt is going through; the first time, say so."""
        if not self.total:
            # dbt has counted the project, of which this run may be a part.
            is_all = total == sum(int(part.split()[0]) for part in self.found)
            self.print(f"building {total}: {', '.join(self.found)}" if is_all else f"building {total}")
        self.total = total

    def print(self, line: str) -> None:
        """Print a line if somebody is still there to read it; the build goes on either way."""
        with suppress(OSError, SystemExit):
            self.console.print(line)
            sys.stdout.flush()

    def show(self, what: str) -> None:
        """Bring the display up to date."""
        if self.live:
            self.live.update(self.task, completed=len(self.done), total=self.total or None, description=what)

    def message(self, message: str) -> None:
        """Keep the last of dbt's own messages."""
        self.messages = [*self.messages, *(line.rstrip() for line in message.splitlines() if line.strip())][
            -KEPT_MESSAGES:
        ]
