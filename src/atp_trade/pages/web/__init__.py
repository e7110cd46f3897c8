"""The report to look at: figures, tables and verdicts as a page of files, written from the published database."""

from __future__ import annotations

import re
from pathlib import Path

from atp_trade import AtpError

LARGEST_PORT = 65_535


def write_report(folder: Path | None, address: str | None = None, repository: str | None = None) -> Path:
    """Write the page into a folder, `site` in the project's if None; the path of its index.html.

    `address` and `repository` are where the page and the project will be on the web. AtpError if one is no address, if
    there is no database to write it from, if the folder contains something else, or if what draws the charts is not
    installed. The previous page stays until the new one is complete.
    """
    try:
        from atp_trade.pages.web import citing, site
    except ModuleNotFoundError as error:
        if error.name not in ("jinja2", "markupsafe", "vl_convert"):
            raise
        raise AtpError(f"the page needs {error.name}, which is not installed: run `make report`") from error
    return site.write_site(folder, citing.Places(on_the_web(address), on_the_web(repository)))


def on_the_web(address: str | None) -> str | None:
    """An address with a slash at its end. AtpError if it is none of a page."""
    if address is None:
        return None
    match = re.fullmatch(r"https?://\w[\w.-]*(?::(\d{1,5}))?(/(?:[\w./~-]|%[0-9A-Fa-f]{2})*)?", address)
    if not match or int(match[1] or 0) > LARGEST_PORT or address.endswith(".html"):
        raise AtpError(f"{address} is not an address of a folder on the web, such as https://example.org/trade/")
    return address.rstrip("/") + "/"
