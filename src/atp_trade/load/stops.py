"""The signals that stop a load, and their handlers."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def handlers_kept() -> Iterator[None]:
    """Put back the handlers of signals that the block replaces."""
    before = {stop: signal.getsignal(stop) for stop in STOPS}
    try:
        yield
    finally:
        for stop, handler in before.items():
            signal.signal(stop, handler)


@contextmanager
def too_late() -> Iterator[None]:
    """Let no signal stop the block: what it does is soon done, and should not be half done."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    with handlers_kept():
        for stop in STOPS:
            signal.signal(stop, lambda *_: None)
        yield
