"""The report to look at: figures, tables and verdicts as a page of files, written from the published database."""

from __future__ import annotations

from pathlib import Path

from atp_trade import AtpError


def write_report(folder: Path | None) -> Path:
    """Write the page into a folder, `site` in the project's if None; the path of its index.html.

    AtpError if there is no database to write it from, if the folder contains something else, or if what draws the
    charts is not installed. The previous page stays until the new one is complete.
    """
    try:
        from atp_trade.pages.web import site
    except ModuleNotFoundError as error:
        if error.name not in ("altair", "jinja2", "markupsafe", "vl_convert"):
            raise
        raise AtpError(f"the page needs {error.name}, which is not installed: run `make report`") from error
    return site.write_site(folder)
