"""Which Spark servers run, and how far a build on them is."""

import subprocess
import time
from pathlib import Path

import psutil


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


def wait_for_dbt(project: Path, build: subprocess.Popen, words: str) -> None:
    """Wait until dbt's log of a build on Spark has some words, or the build has ended."""
    log = project / "build" / "spark" / "logs" / "dbt.log"
    while build.poll() is None and not (log.exists() and words in log.read_text(errors="replace")):
        time.sleep(0.1)
