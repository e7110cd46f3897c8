"""The state that every test starts from, whoever started pytest: a terminal, nohup, make, a Git hook, CI.

What is set here counts for the tests and for all that they start. A test that is about another state sets that itself.
"""

import atexit
import locale
import os
import shutil
import signal
import tempfile
import time
from contextlib import suppress

# Left as they are: PYTHONPATH, which says where the code under test is, and CI, in which no test may be skipped.
REMOVED = {
    "ATP_MIRROR_ADDRESS",
    "ATP_TRADE_DATA",
    "ATP_TRADE_DB",
    "CLICOLOR",
    "CLICOLOR_FORCE",
    "COLORTERM",
    "COLUMNS",
    "FORCE_COLOR",
    "LANG",
    "LANGUAGE",
    "LINES",
    "MFLAGS",
    "NO_COLOR",
    "PYTEST_ADDOPTS",
    "TTY_COMPATIBLE",
    "TTY_INTERACTIVE",
}
# The tests reach copies and servers of their own, never the caller's, and with the project's settings alone.
REMOVED_PREFIXES = ("DBT_", "GIT_", "LC_", "MAKE", "PG", "PYTHON", "SPARK_")
SET = {"LC_ALL": "C.UTF-8", "TERM": "xterm", "TZ": "UTC"}
# Python ignores these itself, and gives what it starts the default.
PYTHONS_OWN = {signal.SIGPIPE, signal.SIGXFSZ}
# What is started gets the default for SIGHUP too; pytest itself goes on when the terminal is closed, as nohup wants it.
HANDLERS = {signal.SIGINT: signal.default_int_handler, signal.SIGHUP: lambda *_: None}


def set_known_state() -> None:
    """Undo what this process has inherited."""
    for name in list(os.environ):
        if name in REMOVED or (name.startswith(REMOVED_PREFIXES) and name != "PYTHONPATH"):
            del os.environ[name]
    os.environ.update(SET)
    time.tzset()
    with suppress(locale.Error):
        locale.setlocale(locale.LC_ALL, SET["LC_ALL"])
    if not os.access(os.environ.get("HOME", ""), os.W_OK):
        os.environ["HOME"] = tempfile.mkdtemp()
        atexit.register(shutil.rmtree, os.environ["HOME"], ignore_errors=True)
    os.umask(0o022)
    open_standard_input()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, signal.valid_signals())
    for number in signal.valid_signals() - PYTHONS_OWN:
        if signal.getsignal(number) == signal.SIG_IGN:
            signal.signal(number, HANDLERS.get(number, signal.SIG_DFL))


def open_standard_input() -> None:
    """Give it an end, where it is closed: the next file that is opened would be taken for it."""
    try:
        os.fstat(0)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
