"""The tests and what they start are in one known state, whatever pytest was started in."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import PROJECT

SIGNALS = ["SIGHUP", "SIGINT", "SIGTERM", "SIGPIPE", "SIGQUIT", "SIGUSR1", "SIGALRM"]


def said(*command: str) -> str:
    return subprocess.run(command, text=True, capture_output=True, check=True).stdout.strip()


def says(expression: str) -> str:
    """What a Python that a test starts says."""
    return said(sys.executable, "-c", f"import locale, os, signal, sys, time; print({expression})")


@pytest.mark.parametrize("name", SIGNALS)
def test_each_signal_ends_what_a_test_starts(name: str) -> None:
    with subprocess.Popen(["sleep", "5"]) as running:
        running.send_signal(signal.Signals[name])
        assert running.wait() == -signal.Signals[name]


def test_no_signal_is_blocked_and_the_end_of_a_process_is_seen() -> None:
    assert says("signal.pthread_sigmask(signal.SIG_BLOCK, [])") == "set()"
    assert subprocess.run(["false"], check=False).returncode == 1
    assert signal.getsignal(signal.SIGINT) == signal.default_int_handler


def test_files_are_for_all_to_read(tmp_path: Path) -> None:
    (tmp_path / "ours").touch()
    said("touch", str(tmp_path / "theirs"))
    (tmp_path / "folder").mkdir()
    assert [(tmp_path / name).stat().st_mode & 0o777 for name in ("ours", "theirs", "folder")] == [0o644, 0o644, 0o755]


def test_texts_are_utf_8_and_times_utc(tmp_path: Path) -> None:
    assert said("locale", "charmap") == "UTF-8"
    assert says("locale.getpreferredencoding(False).lower(), sys.stdout.encoding") == "utf-8 utf-8"
    (tmp_path / "Größe").write_text("Größe")
    assert (tmp_path / "Größe").read_bytes() == "Größe".encode()
    assert says("time.strftime('%Z')") == time.strftime("%Z") == "UTC"


def test_standard_input_has_an_end() -> None:
    assert subprocess.run(["cat"], capture_output=True, check=True, timeout=60).stdout == b""


def test_git_answers_for_the_folder_that_it_is_asked_for(tmp_path: Path) -> None:
    said("git", "init", str(tmp_path))
    assert said("git", "-C", str(tmp_path), "rev-parse", "--show-toplevel") == str(tmp_path.resolve())


def test_no_variable_of_the_caller_changes_what_programs_write() -> None:
    names = (
        "COLUMNS",
        "NO_COLOR",
        "FORCE_COLOR",
        "PYTHONWARNINGS",
        "PYTHONUNBUFFERED",
        "MAKEFLAGS",
        "PGHOST",
        "DBT_TARGET",
    )
    assert [name for name in names if name in os.environ] == []
    assert os.environ["TERM"] == "xterm"
    assert os.access(os.environ["HOME"], os.W_OK)


CHOSEN = [
    "project/test_surroundings.py",
    "commands/test_progress.py::test_what_is_no_terminal_gets_plain_lines_with_one_total",
    "commands/test_progress.py::test_a_terminal_gets_a_live_bar_but_not_in_ci",
    "commands/test_reading.py::test_the_commit_is_that_of_the_project",
    "commands/test_commands.py::test_make_help_lists_every_target_on_one_screen",
    "commands/test_commands.py::test_the_build_says_where_it_looks_for_the_project",
    "project/test_make_venv.py::test_what_stops_the_script_stops_pip",
]
VARIABLES = {
    "CI": "true",
    "COLUMNS": "7",
    "DBT_TARGET": "nowhere",
    "FORCE_COLOR": "1",
    "GIT_DIR": "/nowhere",
    "GIT_WORK_TREE": "/nowhere",
    "HOME": "/nowhere",
    "LC_ALL": "C",
    "MAKEFLAGS": "n",
    "NO_COLOR": "1",
    "PGHOST": "/nowhere",
    "PYTHONIOENCODING": "latin-1",
    "PYTHONUNBUFFERED": "1",
    "PYTHONWARNINGS": "error::DeprecationWarning:nowhere",
    "TERM": "dumb",
    "TZ": "Pacific/Kiritimati",
}
# nohup, and what else a shell, a supervisor or a hook may leave behind.
START = """
import os, signal, sys
os.umask(0o077)
os.close(0)
for name in {signals!r}:
    signal.signal(signal.Signals[name], signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM, signal.SIGUSR1])
os.execvp("nohup", ["nohup", *sys.argv[1:]])
"""


@pytest.mark.skipif("ATP_ODD_SURROUNDINGS" in os.environ, reason="this is the pytest that it starts")
@pytest.mark.parametrize(
    ("without", "chosen"),
    [((), CHOSEN), (("HOME", "CI", "TERM", "LC_ALL"), CHOSEN[:1])],
    ids=["odd variables", "variables that are missing"],
)
def test_the_tests_are_green_in_odd_surroundings(tmp_path: Path, without: tuple[str, ...], chosen: list[str]) -> None:
    variables = {**os.environ, **VARIABLES, "ATP_ODD_SURROUNDINGS": "1"}
    command = [sys.executable, "-m", "pytest", "--quiet", f"--basetemp={tmp_path / 'base'}", "-pno:cacheprovider"]
    outcome = subprocess.run(
        [sys.executable, "-c", START.format(signals=[*SIGNALS, "SIGCHLD"]), *command, *chosen],
        env={name: value for name, value in variables.items() if name not in without},
        cwd=PROJECT / "tests",
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stdout
    assert " passed, 2 skipped" in outcome.stdout
