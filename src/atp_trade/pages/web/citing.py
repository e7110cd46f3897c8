"""How to cite the page, and what it says of itself to search engines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from atp_trade.pages.web.downloads import DATABASE, EVERYTHING
from atp_trade.pages.web.words import SUBJECT

if TYPE_CHECKING:
    from atp_trade.pages.web.site import Report

TITLE = f"ATP Trade Warehouse: {SUBJECT}"
AUTHORS = "The ATP Trade Warehouse authors"
REPORT = (
    "Lawrence M. Rausch and Derek Hill (2007). Annual Deficits Continue for U.S. Trade in Advanced Technology "
    "Products. InfoBrief NSF 07-329."
)
CODE_LICENCE = "https://spdx.org/licenses/MIT.html"
NUMBERS_LICENCE = "https://creativecommons.org/publicdomain/mark/1.0/"


@dataclass(frozen=True)
class Places:
    """Where the page and the repository are on the web: addresses that end with a slash, or None if not known."""

    page: str | None = None
    repository: str | None = None

    @property
    def cited(self) -> str | None:
        """The address to cite."""
        return self.page or self.repository


NOWHERE = Places()


def citation(report: Report) -> dict[str, str]:
    """How to cite the page, as text and for BibTeX, and the report that it tests."""
    day, address = report.build["built_at_utc"], report.places.cited
    version = f"Version {report.build['atp_version']}, build {report.build_name}"
    bibtex = {
        "author": f"{{{AUTHORS}}}",
        "title": report.mark + TITLE,
        "year": f"{day:%Y}",
        "month": f"{day:%m}".lstrip("0"),
        "version": version.removeprefix("Version "),
        **({"url": address} if address else {}),
    }
    fields = ",\n".join(f"  {name} = {{{value}}}" for name, value in bibtex.items())
    return {
        "text": f"{AUTHORS} ({day:%Y}). {report.mark}{TITLE}. {version}." + (f" {address}" if address else ""),
        "bibtex": f"@misc{{atp_trade_warehouse,\n{fields}\n}}",
        "report": f"{REPORT} {report.sources[report.headlines['source_id']]['publisher']}.",
    }


def dataset(report: Report) -> dict[str, Any]:
    """The page as a schema.org Dataset. Addresses are relative where the page's own is not known."""
    said, at = report.headlines, report.places.page or ""
    formats = {"csv": "text/csv", "json": "application/json"}
    files = [
        (f"{exhibit.name}, {kind.upper()}", f"{exhibit.file_name}.{kind}", form)
        for exhibit in report.exhibits
        for kind, form in formats.items()
    ]
    whole = [
        ("All tables, charts and the database", EVERYTHING, "application/zip"),
        ("The database, for DuckDB", DATABASE, "application/vnd.duckdb"),
    ]
    about = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": report.mark + TITLE,
        "description": "Exports, imports and balance of the United States in advanced technology products, by "
        "technology area and partner, as NSF InfoBrief 07-329 prints them, with a verdict on each of its statements, "
        "and the Census Bureau's totals since.",
        "temporalCoverage": f"{said['later_first_year']}/{said['later_last_year']}",
        "spatialCoverage": "United States",
        "license": NUMBERS_LICENCE,
        "isAccessibleForFree": True,
        "version": report.build["atp_version"],
        "dateModified": f"{report.build['built_at_utc']:%Y-%m-%d}",
        "creator": {"@type": "Organization", "name": AUTHORS},
        "isBasedOn": sorted({source["address"] for source in report.sources.values()}),
        "variableMeasured": ["exports", "imports", "balance", "share", "rank", "concentration"],
        "distribution": [
            {"@type": "DataDownload", "name": name, "contentUrl": f"{at}data/{path}", "encodingFormat": form}
            for name, path, form in (*whole, *files)
        ],
    }
    places = {"url": report.places.page, "codeRepository": report.places.repository}
    return about | {name: place for name, place in places.items() if place}
