"""What dbt is doing, from the events that it logs: a live bar on a terminal, few plain lines elsewhere."""

from __future__ import annotations

import json
import os
import re
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from typing import Any

NODES = ("exposure", "model", "seed", "snapshot", "test", "unit_test")
# How dbt calls what is not as it should be.
RED = ("error", "fail", "runtime error")
# The same kinds, as dbt counts them when it has read the project; what else it counts it does not build.
COUNTED = re.compile(r"(\d+) (exposure|model|seed|snapshot|data test|unit test)s?")
READING = "reading the project"
PLAIN_SECONDS = 10
KEPT_MESSAGES = 20


def say(line: str) -> None:
    """Print a line, if there is still somebody to read it: the build goes on without."""
    with suppress(OSError):
        print(line, flush=True)


class DbtProgress:
    """Follows one run of dbt; `messages` are what it said outside of its nodes: why it could not run, or broke off."""

    def __init__(self) -> None:
        """Decide how to show it: live on a terminal, unless this is CI."""
        # Here, since every command comes by this module, and only a build needs them.
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
        """The time in which there is something to see; in the end, one line of what was done."""
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
        """Say now and then how far it is, also while dbt says nothing."""
        while not ended.wait(PLAIN_SECONDS):
            self.print(f"{len(self.done)} of {self.total} done" if self.total else READING)

    def follow(self, lines: Iterable[str]) -> None:
        """Take dbt's output, to its end."""
        for line in lines:
            self.line(line)

    def line(self, line: str) -> None:
        """Take one line of dbt's output."""
        try:
            event = json.loads(line)
            self.event(event["info"], event["data"])
        except (ValueError, KeyError, TypeError):
            # Not an event: what Python says when it breaks.
            self.message(line)

    def event(self, info: dict[str, Any], data: dict[str, Any]) -> None:
        """Take one event of dbt's log."""
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
        """Take the number of nodes that dbt is going through; the first time, say it."""
        if not self.total:
            # dbt has counted the project, of which this run may be a part.
            is_all = total == sum(int(part.split()[0]) for part in self.found)
            self.print(f"building {total}: {', '.join(self.found)}" if is_all else f"building {total}")
        self.total = total

    def print(self, line: str) -> None:
        """Print a line, if there is still somebody to read it: the build goes on without."""
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
