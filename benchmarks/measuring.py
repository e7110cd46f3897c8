"""What the benchmarks share: a copy of the project, a command that is measured, and numbers to read and to write."""

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple, NoReturn

import duckdb

from atp_trade.places import DATABASE, DBT_FOLDERS, folder_beside

PROJECT = Path(__file__).parents[1]
PROGRAMS = Path(sys.executable).parent
END = "<!-- The end of the numbers -->\n"


class Seconds(NamedTuple):
    """What a step takes: of the processor, its children included, and on the clock."""

    processor: float
    clock: float


class Run(NamedTuple):
    """What a command took, the most megabytes that one of its processes held at a time, and its output."""

    seconds: Seconds
    megabytes: float
    output: str


@dataclass(frozen=True)
class Numbers:
    """The part of a page that a command writes."""

    page: Path
    command: str

    @property
    def begin(self) -> str:
        """The comment before it."""
        return f"<!-- The numbers: written by `{self.command}` -->\n"

    def put(self, text: str, numbers: str) -> str:
        """The page's text with other numbers; it ends all if the comments around them are lost."""
        before, begin, rest = text.partition(self.begin)
        _, end, after = rest.partition(END)
        if not begin or not end:
            sys.exit(f"{self.page.name} has lost one of the two comments that the numbers are between: restore it")
        return before + begin + numbers + end + after

    def read(self) -> str:
        """The page, with room for numbers: so that a page without the comments is found before anything is measured."""
        return self.put(self.page.read_text(encoding="utf-8"), "")

    def write(self, numbers: str) -> None:
        """Put the numbers into the page."""
        text = self.put(self.page.read_text(encoding="utf-8"), numbers)
        self.page.write_text(text, encoding="utf-8")
        print(f"wrote {self.page.relative_to(PROJECT)}")


def copy_project(folder: Path) -> None:
    """Copy what dbt reads of the project into a folder."""
    for name in (*DBT_FOLDERS, "profiles"):
        shutil.copytree(PROJECT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("dbt_project.yml", ".env"):
        shutil.copy(PROJECT / name, folder)


def environment(project: Path) -> dict[str, str]:
    """Nobody's own settings; dbt's as `atp build` has them, so that its parse cache is valid for all."""
    beside = folder_beside(project / DATABASE)
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(("ATP_", "DBT_"))},
        "DBT_PROFILES_DIR": str(project / "profiles"),
        "DBT_TARGET_PATH": str(beside / "target"),
        "DBT_LOG_PATH": str(beside / "logs"),
    }


def run(
    name: str, command: Sequence[str | Path], project: Path, says: str = "", variables: Mapping[str, str] | None = None
) -> Run:
    """What a command takes in a project's folder, and its output. It ends all if the command fails."""
    with tempfile.TemporaryFile() as said:
        started = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=project,
            env={**environment(project), **(variables or {})},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        _, status, used = os.wait4(process.pid, 0)
        clock = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        output = said.read().decode(errors="replace")
    if process.returncode != 0 or says not in output:
        sys.exit(f"{name} did not do what is measured; it said:\n{output}")
    # Kilobytes, but bytes on macOS.
    megabytes = used.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
    return Run(Seconds(used.ru_utime + used.ru_stime, clock), megabytes, output)


def seconds(number: float) -> str:
    """Seconds to read."""
    return f"{number:.2f}" if number < 10 else f"{number:.1f}"


def times(ratio: float) -> str:
    """A ratio to read."""
    return f"{ratio:.2f}" if ratio >= 0.1 else f"{100 * ratio:.2f} %"


def spread(numbers: Iterable[float], shown: Callable[[float], str]) -> str:
    """The lowest and the highest."""
    numbers = list(numbers)
    return f"{shown(min(numbers))} to {shown(max(numbers))}"


def machine() -> str:
    """What the numbers depend on, without the machine's name."""
    versions = f"Python {platform.python_version()}, dbt {version('dbt-core')}, DuckDB {duckdb.__version__}"
    return f"{os.cpu_count()} cores ({platform.machine()}), {versions}"


class Parser(argparse.ArgumentParser):
    """One whose errors are one sentence."""

    def error(self, message: str) -> NoReturn:
        """End with the sentence."""
        self.exit(2, f"{self.prog}: {message}\n")
