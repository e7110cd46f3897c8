"""What a build shows while dbt runs: few plain lines for CI and files, a live bar on a terminal."""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import on_a_terminal

import atp_trade.dbt as dbt_module
from atp_trade.dbt import DbtProgress


def event(name: str, level: str = "info", msg: str = "", **data: object) -> str:
    return json.dumps({"info": {"name": name, "level": level, "msg": msg}, "data": data})


def node(kind: str, name: str, status: str, index: int) -> str:
    info = {"resource_type": kind, "node_name": name, "unique_id": f"{kind}.atp.{name}", "node_status": status}
    return event("LogResult", node_info=info, index=index, total=6)


LINES = [
    event("MainReportVersion", msg="Running with dbt"),
    event(
        "FoundStats",
        stat_line="1 model, 11 analyses, 1 data test, 1 seed, 1 operation, 1 exposure, 2 metrics, 545 macros, "
        "2 semantic models, 2 unit tests",
    ),
    event("ConcurrencyLine"),
    node("seed", "countries", "started", 1),
    node("seed", "countries", "success", 1),
    node("model", "[bold]totals", "started", 2),
    node("model", "[bold]totals", "error", 2),
    node("unit_test", "totals_of_none", "pass", 3),
    node("unit_test", "totals_of_one", "pass", 4),
    node("test", "totals_add_up", "skipped", 5),
    node("exposure", "page", "no-op", 6),
]
FOLLOW = f"""
from atp_trade.dbt import DbtProgress
progress = DbtProgress()
with progress.shown():
    progress.follow({LINES!r})
"""


def test_what_is_no_terminal_gets_plain_lines_with_one_total(capsys: pytest.CaptureFixture[str]) -> None:
    progress = DbtProgress()
    with progress.shown():
        progress.follow(LINES)
    assert capsys.readouterr().out.splitlines() == [
        "reading the project",
        "building 6: 1 model, 1 data test, 1 seed, 1 exposure, 2 unit tests",
        "red: [bold]totals",
        "5 of 6 done in 0 s",
    ]
    assert progress.messages == []


def test_a_run_of_a_part_of_the_project_counts_that_part(capsys: pytest.CaptureFixture[str]) -> None:
    progress = DbtProgress()
    with progress.shown():
        progress.follow([line for line in LINES if '"total": 6' not in line])
        progress.follow([node("test", "totals_add_up", "pass", 1).replace('"total": 6', '"total": 2')])
        progress.follow([node("test", "totals_differ", "pass", 2).replace('"total": 6', '"total": 2')])
    assert capsys.readouterr().out.splitlines() == ["reading the project", "building 2", "2 of 2 done in 0 s"]


def test_plain_lines_come_while_dbt_says_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dbt_module, "PLAIN_SECONDS", 0.05)
    progress = DbtProgress()
    with progress.shown():
        time.sleep(0.3)
        progress.follow(LINES[:5])
        time.sleep(0.3)
    lines = capsys.readouterr().out.splitlines()
    building = lines.index("building 6: 1 model, 1 data test, 1 seed, 1 exposure, 2 unit tests")
    assert lines[:building] == ["reading the project"] * building
    assert building > 2
    assert lines[building + 1 : -1] == ["1 of 6 done"] * (len(lines) - building - 2)
    assert len(lines) - building > 4
    assert re.fullmatch(r"1 of 6 done in \d s", lines[-1])


def test_what_dbt_says_outside_of_its_nodes_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    progress = DbtProgress()
    with progress.shown():
        progress.follow(
            [event("MainEncounteredError", "error", "[ERROR]: Encountered an error:\nNo such file\n"), "Killed\n"]
        )
    assert progress.messages == ["No such file", "Killed"]
    assert capsys.readouterr().out == "reading the project\n"


def test_a_build_that_nobody_can_read_goes_on_to_its_end() -> None:
    with Path("/dev/full").open("wb") as full:
        outcome = subprocess.run(
            [sys.executable, "-c", f"{FOLLOW}\nimport os; os._exit(len(progress.done))"], stdout=full, check=False
        )
    assert outcome.returncode == 5


@pytest.mark.parametrize("ci", [False, True])
def test_a_terminal_gets_a_live_bar_but_not_in_ci(ci: bool) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in ("CI", "NO_COLOR", "TERM")}
    shown = on_a_terminal(
        [sys.executable, "-c", FOLLOW],
        {**environment, "TERM": "xterm", "COLUMNS": "100", **({"CI": "true"} if ci else {})},
    )
    assert ("\x1b[" in shown) != ci
    assert ("5/6" in shown) != ci
    assert "red: [bold]totals" in shown
