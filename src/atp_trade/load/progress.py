"""What a load shows while it asks: a bar with the time left on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress

PLAIN_SECONDS = 10


class LoadProgress:
    """Counts the answers of one load, or the steps of another kind: what is being done, and what it is when done."""

    def __init__(self, doing: str = "asking", done: str = "asked") -> None:
        """Decide how to show it: live on a terminal, unless this is CI."""
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            SpinnerColumn,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )

        self.verb = done
        self.done, self.total = 0, 0
        self.started = self.told = time.monotonic()
        self.console = Console(highlight=False, markup=False, soft_wrap=True)
        self.live = None
        if self.console.is_terminal and not os.environ.get("CI"):
            self.live = Progress(
                SpinnerColumn(),
                BarColumn(bar_width=30),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                TextColumn("left"),
                TimeRemainingColumn(),
                TextColumn("{task.description}", markup=False),
                console=self.console,
                transient=True,
            )
            self.task = self.live.add_task(doing, total=None)

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Show the progress while the block runs."""
        with self.live or nullcontext():
            yield

    def expect(self, count: int) -> None:
        """Add requests to those that are to come."""
        self.total += count
        if self.live:
            self.live.update(self.task, total=self.total)

    def answered(self, what: str, count: int = 1) -> None:
        """Count an answer, or several that are not needed any more."""
        self.done += count
        if self.live:
            self.live.update(self.task, completed=self.done, description=what)
        elif time.monotonic() - self.told >= PLAIN_SECONDS and self.done < self.total:
            self.told = time.monotonic()
            self.say(f"{self.done} of {self.total} {self.verb}, about {self.seconds_left():.0f} s left")

    def seconds_left(self) -> float:
        """A forecast: what is left takes as long for each as what is done."""
        return (time.monotonic() - self.started) / self.done * (self.total - self.done)

    def say(self, line: str) -> None:
        """Print a line if somebody is still there to read it; the load goes on either way."""
        with suppress(OSError, SystemExit):
            self.console.print(line)
            sys.stdout.flush()
