"""Which Spark servers run."""

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
