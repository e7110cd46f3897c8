"""What a build shows while dbt runs: few plain lines for CI and files, a live bar on a terminal."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from atp_trade.progress import DbtProgress


def event(name: str, level: str = "info", msg: str = "", **data: object) -> str:
    return json.dumps({"info": {"name": name, "level": level, "msg": msg}, "data": data})


def node(kind: str, name: str, status: str, index: int) -> str:
    info = {"resource_type": kind, "node_name": name, "unique_id": f"{kind}.atp.{name}", "node_status": status}
    return event("LogResult", node_info=info, index=index, total=3)


LINES = [
    event("MainReportVersion", msg="Running with dbt"),
    event("FoundStats", stat_line="1 models, 11 analyses, 1 data tests, 1 seeds, 545 macros, 2 unit tests"),
    event("ConcurrencyLine"),
    node("seed", "countries", "started", 1),
    node("seed", "countries", "success", 1),
    node("model", "[bold]totals", "started", 2),
    node("model", "[bold]totals", "error", 2),
    node("test", "totals_add_up", "skipped", 3),
]
FOLLOW = f"""
from atp_trade.progress import DbtProgress
progress = DbtProgress()
with progress.shown():
    progress.follow({LINES!r})
"""


def test_what_is_no_terminal_gets_plain_lines(capsys: pytest.CaptureFixture[str]) -> None:
    progress = DbtProgress()
    with progress.shown():
        progress.follow(LINES)
    assert capsys.readouterr().out.splitlines() == [
        "building 1 models, 1 data tests, 1 seeds, 2 unit tests",
        "red: [bold]totals",
        "2 of 3 done in 0 s",
    ]
    assert progress.messages == []


def test_what_dbt_says_outside_of_its_nodes_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    progress = DbtProgress()
    with progress.shown():
        progress.follow(
            [event("MainEncounteredError", "error", "[ERROR]: Encountered an error:\nNo such file\n"), "Killed\n"]
        )
    assert progress.messages == ["No such file", "Killed"]
    assert capsys.readouterr().out == ""


def test_a_build_that_nobody_can_read_goes_on_to_its_end() -> None:
    with Path("/dev/full").open("wb") as full:
        outcome = subprocess.run(
            [sys.executable, "-c", f"{FOLLOW}\nimport os; os._exit(len(progress.done))"], stdout=full, check=False
        )
    assert outcome.returncode == 2


@pytest.mark.parametrize("ci", [False, True])
def test_a_terminal_gets_a_live_bar_but_not_in_ci(ci: bool) -> None:
    ours, theirs = pty.openpty()
    environment = {name: value for name, value in os.environ.items() if name not in ("CI", "NO_COLOR", "TERM")}
    subprocess.run(
        [sys.executable, "-c", FOLLOW],
        env={**environment, "TERM": "xterm", "COLUMNS": "100", **({"CI": "true"} if ci else {})},
        stdout=theirs,
        check=True,
    )
    os.close(theirs)
    shown = b""
    try:
        while chunk := os.read(ours, 4096):
            shown += chunk
    except OSError:
        # The other end is closed: all is read.
        pass
    os.close(ours)
    assert (b"\x1b[" in shown) != ci
    assert (b"2/3" in shown) != ci
    assert b"red: [bold]totals" in shown
