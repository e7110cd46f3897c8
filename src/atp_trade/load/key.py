"""The key of the Bureau's API: from the environment, or from a file that nobody else can read."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from atp_trade import AtpError

VARIABLE = "CENSUS_API_KEY"
FILE = Path("atp-trade", "census_api_key")
KEY = re.compile(r"[\w.~-]+", re.ASCII)
GET_ONE = "https://api.census.gov/data/key_signup.html gives out keys"


def key_file() -> Path:
    """Where the key may be: in the user's folder of settings."""
    settings = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(settings) / FILE


def read_key() -> str:
    """The key. AtpError if there is none, or if others can read its file."""
    if VARIABLE in os.environ:
        return checked(os.environ[VARIABLE], VARIABLE)
    path = key_file()
    try:
        with path.open("rb") as file:
            # Of the open file, so that it cannot be another one by then.
            found = os.fstat(file.fileno())
            if found.st_uid not in (os.geteuid(), 0) or found.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise AtpError(f"{path} has a key and can be read by others: chmod 600 {path}, and keep it your own")
            text = file.read(1000).decode("utf-8", errors="replace")
    except FileNotFoundError:
        raise AtpError(
            f"there is no key of the Census Bureau: set {VARIABLE}, or put it into {path}; {GET_ONE}"
        ) from None
    except OSError as error:
        raise AtpError(f"the key in {path} cannot be read: {error.strerror}") from None
    return checked(text, str(path))


def checked(text: str, where: str) -> str:
    """A key without the spaces around it. AtpError, which does not show it, if it cannot be one."""
    key = text.strip()
    if not KEY.fullmatch(key):
        raise AtpError(f"{where} has no key of letters and digits: correct it; {GET_ONE}")
    return key
