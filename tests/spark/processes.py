"""Which Spark servers run, and how far a build on them is."""

import subprocess
import time
from pathlib import Path

import psutil
from conftest import Warehouse

from atp_trade.outlets.spark import RETRIES, UNCLOSED


def servers_below(folder: Path) -> list[psutil.Process]:
    """The Spark servers that work in a folder: executors and the servers that keep their logs there."""
    found = []
    for process in psutil.process_iter():
        try:
            command = " ".join(process.cmdline())
            if "org.apache.spark" in command and Path(process.cwd()).is_relative_to(folder):
                found.append(process)
        except psutil.Error:
            continue
    return found


def run_dbt(project: Warehouse, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run dbt on Spark, and again where the server could not close a session: see `only_unclosed`."""
    for _ in range(1 + RETRIES):
        outcome = project.run("dbt", *arguments, **environment)
        if UNCLOSED not in outcome.stdout:
            break
    return outcome


def wait_for_dbt(project: Path, build: subprocess.Popen, words: str) -> None:
    """Wait until dbt's log of a build on Spark has some words, or the build has ended."""
    log = project / "build" / "spark" / "logs" / "dbt.log"
    while build.poll() is None and not (log.exists() and words in log.read_text(errors="replace")):
        time.sleep(0.1)
